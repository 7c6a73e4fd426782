"""What is wrong with a unit string, and how the standard writes it (FITS 4.0 section 4.3).

A string is taken apart into what the number in front, the powers and the words say; each may have
a fault of its own, with the text that would stand in its place. Where a word is no unit that
anybody knows, or the rest does not follow the grammar, that is the one fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from fitslint.data_files import load_data_file
from fitslint.model.late import compile_late
from fitslint.syntax.unit_strings import (
    UNIT_STRING_MAX,
    UnitString,
    UnitSyntaxError,
    parse_unit_string,
    write_unit_string,
)
from fitslint.text import join_words, shorten
from fitslint.units.decoration import find_bare_unit
from fitslint.units.multipliers import find_multiplier_fault, find_power_faults
from fitslint.units.names import find_unit_name
from fitslint.units.parts import UnitFault, replace_parts
from fitslint.units.unit import write_without_deprecated
from fitslint.units.words import find_deprecation, find_word_faults

_BARE_NUMBER = compile_late(
    r"10(?:\*\*|\^)?\(?[+-]?[0-9]+\)?|[-+]?[0-9.]+(?:[EeDd][-+]?[0-9]+)?|1 ?x ?10\^?[+-]?[0-9]+"
)
_PROSE = compile_late(r"[A-Za-z]+(?:[ _-]+[A-Za-z]+)+\.?")
"""Words after one another, which nobody takes for a unit."""
_SLASHES_MANY = 2


@cache
def _load_words_of_none() -> frozenset[str]:
    return frozenset(load_data_file("units")["none"]["words"])


@lru_cache(maxsize=4096)
def judge_unit(text: str) -> tuple[UnitFault, ...]:
    """What is wrong with a unit string, which has no blanks at its ends; nothing of a right one.

    Examples
    --------
    >>> [(fault.kind, fault.new) for fault in judge_unit("1e-17 JY/beam")]
    [('multiplier', '10**-17'), ('spelling', 'Jy')]
    >>> judge_unit("km/s")
    ()
    """
    if not text:
        return ()
    if len(text) > UNIT_STRING_MAX:
        return (_make_whole(text, "long", {"most": UNIT_STRING_MAX}),)
    if text.lower() in _load_words_of_none() and find_unit_name(text) is None:  # nA is a unit
        return (_make_whole(text, "none"),)
    if _BARE_NUMBER.fullmatch(text):
        return (UnitFault("multiplier", 0, len(text), None, "bare", {"number": text}),)
    head = find_multiplier_fault(text)
    taken = head.end if head else 0
    numbers = [head, *find_power_faults(text)] if head else [*find_power_faults(text)]
    words = [fault for fault in find_word_faults(text) if fault.start >= taken]
    # A unit or the quotient of two, as most are, is plain to see: the grammar is slow to load.
    others = {text[word.start : word.end] for word in words if word.kind == "community"}
    parts = text.split("/", 1)
    if not numbers and len(others) == len(words) and all(
        part in others or find_unit_name(part) for part in parts
    ):  # fmt: skip
        return tuple(words)
    return _judge_whole(text, numbers, words)


def _judge_whole(
    text: str, numbers: Sequence[UnitFault], words: Sequence[UnitFault]
) -> tuple[UnitFault, ...]:
    """The faults of the parts, where all else is right; or the one of the whole."""
    unknown = next((word for word in words if word.kind == "unknown"), None)
    parts, sentence = None, ""
    try:
        parts = parse_unit_string(replace_parts(text, (*numbers, *words)))
    except UnitSyntaxError as error:
        sentence = error.sentence
    if unknown is None and parts is not None:
        clean = not numbers and all(word.kind == "deprecated" for word in words)
        found = (*numbers, *_merge_words(text, words, parts if clean else None))
        return (*found, *_find_slash_fault(text, parts, clean=clean))
    bare = find_bare_unit(text)
    if bare is not None:
        params = {"unit": shorten(text, 40), "new": bare}
        return (UnitFault("decorated", 0, len(text), bare, "", params),)
    if unknown is not None:
        whole = (unknown.start, unknown.end) == (0, len(text))
        message = "" if whole else "prose" if _PROSE.fullmatch(text) else "word"
        params = {**unknown.params, "unit": shorten(text, 40)}
        return (UnitFault("unknown", unknown.start, unknown.end, None, message, params),)
    return (_make_whole(text, "syntax", {"reason": sentence}),)


def _merge_words(
    text: str, words: Sequence[UnitFault], parts: UnitString | None
) -> Iterator[UnitFault]:
    """The faults of words, where spellings are one, and deprecated units are one.

    Of clean ``parts`` a proposal is made for the deprecated ones.
    """
    old = [word for word in words if word.kind == "deprecated"]
    spelt = [word for word in words if word.kind == "spelling"]
    meant = (find_deprecation(word.new or "", word.start, word.end) for word in spelt)
    old += (word for word in meant if word is not None)
    yield from (word for word in words if word.kind not in ("deprecated", "spelling"))
    if spelt:
        start, end = spelt[0].start, spelt[-1].end
        new = replace_parts(text, spelt)[start : end + len(replace_parts(text, spelt)) - len(text)]
        params = {"word": text[start:end], "new": new}
        message = "words" if all(word.message == "words" for word in spelt) else ""
        yield UnitFault("spelling", start, end, new, message, params, "safe")
    if old:
        said = {
            word.params["word"]: f"{word.params['word']} ({word.params['other']})" for word in old
        }
        whole = write_without_deprecated(parts) if parts else None
        params = {"words": join_words(said.values(), "and"), "new": whole or ""}
        span = (0, len(text)) if whole else (old[0].start, old[0].end)
        yield UnitFault("deprecated", *span, whole, "", params)


def _find_slash_fault(text: str, parts: UnitString, *, clean: bool) -> Iterator[UnitFault]:
    if parts.slashes < _SLASHES_MANY and not parts.is_mixed:
        return
    new = write_unit_string(parts) if clean else None
    message = "mixed" if parts.is_mixed else ""
    yield UnitFault("slashes", 0, len(text), new, message, {"unit": text, "new": new or ""})


def _make_whole(text: str, message: str, params: dict[str, object] | None = None) -> UnitFault:
    return UnitFault(
        "unknown", 0, len(text), None, message, {"word": shorten(text, 40), **(params or {})}
    )
