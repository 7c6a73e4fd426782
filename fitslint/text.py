"""Pieces of sentences that messages everywhere are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_VALUE_MAX = 60
_CRASH_MAX = 300


def find_similar(word: str, known: Iterable[str], cutoff: float = 0.5) -> str | None:
    """The known word most like ``word``; None when none is at least ``cutoff`` like it (0 to 1)."""
    import difflib

    close = difflib.get_close_matches(word, list(known), 1, cutoff)
    return close[0] if close else None


def suggest(word: str, known: Iterable[str], cutoff: float = 0.5, *, otherwise: str = "") -> str:
    """The words that point to the known one most like ``word``, else ``otherwise``."""
    return suggest_word(find_similar(word, known, cutoff), otherwise=otherwise)


def suggest_word(word: str | None, *, otherwise: str = "", quote: bool = True) -> str:
    """``; did you mean 'kappa'?`` behind a sentence, ``otherwise`` without a word."""
    return f"; did you mean {repr(word) if quote else word}?" if word else otherwise


def join_words(words: Iterable[object], link: str = "or") -> str:
    """``a``, ``a or b``, ``a, b or c``; empty without words."""
    *most, last = [*map(str, words)] or [""]
    return f"{', '.join(most)} {link} {last}" if most else last


def plural(number: int, noun: str) -> str:
    """The noun as ``number`` of it are called: ``file``, ``files``, ``fixes``, ``dictionaries``."""
    if number == 1:
        return noun
    if noun.endswith(("s", "x")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def count_noun(number: int, noun: str) -> str:
    """``1 file``, ``3 fixes``, ``1,024 findings``."""
    return f"{number:,} {plural(number, noun)}"


def shorten(text: str, most: int, mark: str = "…") -> str:
    """The first ``most`` characters of a text, and a mark where there are more."""
    return text if len(text) <= most else text[:most] + mark


def quote_short(value: object) -> str:
    """A value as it would be written in TOML, short enough for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return shorten(repr(value) if isinstance(value, str | int | float) else str(value), _VALUE_MAX)


def describe_crash(error: BaseException) -> str:
    """The sentence on a fault of ours, on one line and of bounded length."""
    return " ".join(f"internal error: {type(error).__name__}: {error}".split())[:_CRASH_MAX]
