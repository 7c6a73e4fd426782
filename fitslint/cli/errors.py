"""What ends a command with a sentence instead of an answer, and the exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import IntEnum

from fitslint.text import ENGLISH, get_language, phrase, say, translate_sentence

PIPELINE_PACKAGES = (
    "numpy", "scipy", "astropy", "erfa", "matplotlib", "jinja2", "httpx", "fitsio",
)  # fmt: skip
"""Packages that an installation may do without."""
AUDIT_PACKAGES = ("pyarrow", "duckdb", "dask", "distributed", "fsspec", "s3fs", "watchfiles")
"""Those that archives need."""


_PARSER_SENTENCES = (
    (r"no such option: (?P<option>.*)", "no option {option!r}"),
    (r"no such command '(?P<word>.*?)'(?:; did you mean '(?P<near>.*)'\?)?", "no command {word!r}"),
    (r"missing argument '(?P<name>.*)'", "the argument {name} is missing"),
    (r"option '(?P<option>.*?)' requires an argument", "{option} needs a value"),
    (r"got unexpected extra argument(?:s?|\(s\)) \((?P<words>.*)\)", "too many arguments: {words}"),
    (r"invalid value for '(?P<option>.*?)': (?P<reason>.*)", "{option} cannot be that: {reason}"),
)
"""What the parser of options says, and how it is said in another language than its own."""

_NOTE = "note: "
"""What tells a remark from what is wrong."""
_OTHER_COMMANDS = {
    "explain": "rule", "lint": "check", "verify": "check", "validate": "check", "repair": "fix",
    "header": "show", "wcsinfo": "wcs",
}  # fmt: skip
"""What other programs call a command."""


class ExitCode(IntEnum):
    """How a command ended, for shells."""

    OK = 0
    FOUND = 1
    """Something at or over ``--fail-on`` was found."""
    USAGE = 2
    """The command cannot be carried out as written, or a fault of ours."""
    NOT_CHECKED = 3
    """Some input could not be judged; wins over FOUND."""
    INTERRUPTED = 130
    CLOSED_PIPE = 141


class UsageError(Exception):
    """The command line asks for something that cannot be; one sentence says what."""


def require_numpy(option: str) -> None:
    """See to it that data can be read.

    Raises
    ------
    UsageError
        when numpy is not installed.
    """
    from importlib.util import find_spec

    # Not imported: a check that finds nothing odd in a table does without.
    if find_spec("numpy") is None:
        raise UsageError(f"{option} needs numpy; pip install 'fitslint[pipeline]'")


def require_choice(option: str, word: str, choices: tuple[str, ...]) -> None:
    """See to it that ``word`` is one of ``choices``.

    Raises
    ------
    UsageError
        when it is not.
    """
    from fitslint.text import join_words, suggest

    if word not in choices:
        raise UsageError(
            say(
                "'{option}' is {choices}, not {word!r}{hint}",
                option=option,
                choices=join_words(filter(None, choices)),
                word=word,
                hint=suggest(word, choices),
            )
        )


def print_error(sentence: str) -> None:
    """Say something beside the answer."""
    from fitslint.report.escape import escape_text

    if sentence.startswith(_NOTE):
        said = say("note: {said}", said=translate_sentence(sentence.removeprefix(_NOTE)))
    else:
        said = translate_sentence(sentence)
    sys.stderr.write(f"fitslint: {escape_text(said)}\n")


def describe_parser_error(error: Exception, arguments: list[str]) -> str:
    """The sentence for a parser error (anything with ``format_message``), with the nearest name."""
    import re
    from pathlib import Path

    from fitslint.text import suggest

    option = getattr(error, "option_name", None)
    possible = getattr(error, "possibilities", None)
    form = re.compile(r"-(\.?[0-9][0-9eE+,.-]*|inf|nan)")
    negative = next(filter(form.fullmatch, arguments), "")
    if option and negative.startswith(option):
        return say("{word!r} is no option; put -- before numbers below 0", word=negative)
    if option and possible is not None:
        return say("no option {option!r}{hint}", option=option, hint=suggest(option, possible))
    format_message: Callable[[], str] = error.format_message  # type: ignore[attr-defined]
    text = " ".join(format_message().split()).rstrip(".")
    text = text[:1].lower() + text[1:]
    if text.startswith("missing command"):
        return say("a command is missing; `fitslint --help` lists them")
    number = re.search(r"^invalid value for ('[^']+').*valid (integer|number|float)", text)
    if number:
        kind = phrase("a whole number") if number[2] == "integer" else phrase("a number")
        return say("{option} takes {kind}", option=number[1], kind=kind)
    least = re.search(r"^invalid value for '([^']+)'.*(?:equal to |x>=)([0-9.]+)", text)
    if least:
        return say("'{option}' is at least {least}", option=least[1], least=least[2])
    first = next((word for word in arguments if not word.startswith("-")), "")
    if text.startswith("no such command") and Path(first).exists():
        return say("{first!r} is no command; did you mean `fitslint check {first}`?", first=first)
    known = _OTHER_COMMANDS.get(first) if arguments[:1] == [first] else None
    if text.startswith("no such command") and known:
        return say(
            "no such command {word!r}; did you mean `fitslint {command}`?",
            word=first, command=known,
        )  # fmt: skip
    text = text.replace(". Did you mean", "; did you mean")
    return text if get_language() == ENGLISH else _translate_parser_sentence(text)


def _translate_parser_sentence(text: str) -> str:
    import re

    for pattern, template in _PARSER_SENTENCES:
        found = re.fullmatch(pattern, text)
        if found:
            return say(template, **found.groupdict())
    return text
