"""Which language is spoken: the option, ``FITSLINT_LANG``, the configuration, else the locale."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TextIO

from fitslint.text import ENGLISH, LANGUAGES, choose_language

VARIABLE = "FITSLINT_LANG"
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_OPTION = "--lang"


def choose_process_language(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Speak the language that the command line asks for, or the environment.

    What is no language of ours is left to the parser of options, or is English. Where only the
    locale asks for a language that a stream cannot hold, English needs no word.
    """
    asked = find_option(arguments) or environment.get(VARIABLE, "")
    if asked in LANGUAGES:
        speak_language(asked)
    else:
        name = read_locale(environment)
        choose_language(name if _find_narrow_stream(name) is None else ENGLISH)


def speak_language(name: str) -> None:
    """Speak what was asked for; where a stream cannot hold it, English, and say so once."""
    narrow = _find_narrow_stream(name)
    choose_language(name if narrow is None else ENGLISH)
    if narrow is not None:
        _say_lack(narrow.encoding)


@cache
def _say_lack(encoding: str) -> None:
    sys.stderr.write(
        f"fitslint: the encoding {encoding} has no Japanese, so this is in English; "
        "PYTHONIOENCODING=utf-8 changes that\n"
    )


def _find_narrow_stream(language: str) -> TextIO | None:
    return next(
        (stream for stream in (sys.stdout, sys.stderr) if not can_hold(stream, language)), None
    )


def find_option(arguments: Sequence[str]) -> str:
    """The value of the last ``--lang`` in front of ``--``; empty without one."""
    found = ""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=False):
        if word == "--":
            break
        if word == _OPTION:
            found = following
        elif word.startswith(f"{_OPTION}="):
            found = word.partition("=")[2]
    return found


def read_locale(environment: Mapping[str, str]) -> str:
    """The language of the messages of a locale (POSIX 8.2); English where we do not have it."""
    for variable in _LOCALE_VARIABLES:
        value = environment.get(variable, "")
        if value:
            name = value.replace("-", "_").partition(".")[0].partition("_")[0].lower()
            return name if name in LANGUAGES else ENGLISH
    return ENGLISH


def can_hold(stream: TextIO, language: str) -> bool:
    """Whether the encoding of ``stream`` has the characters of ``language``."""
    try:
        {"ja": "日本語のカタカナ、漢字。"}.get(language, "").encode(stream.encoding or "utf-8")
    except (LookupError, UnicodeEncodeError):
        return False
    return True
