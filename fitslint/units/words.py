"""Words of unit strings that the standard does not have, or has for another unit than is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from fitslint.data_files import load_data_file
from fitslint.model.late import compile_late
from fitslint.text import find_similar, phrase, suggest_word
from fitslint.units.names import (
    find_unit_name,
    load_other_words,
    load_units,
    split_prefix,
)
from fitslint.units.parts import UnitFault

_FUNCTIONS = ("log", "ln", "exp", "sqrt")
_COUNTED = compile_late(r"\b(?:erg|ergs|ERGS?|ph|photons?|ct|counts?|adu|ADU|DN|W|Jy|[mu]Jy)\b")
"""Units of fluxes, which are given per ångström and hardly per ampere."""
_SIMILAR_MIN = 4
"""Letters of a word that may be a unit misspelt."""
_PREFIXES_WRITTEN = "mukMG"
"""Prefixes that people write before units that take none, and the letters of such a unit."""
_UNIT_MIN = 3


@cache
def _compile_words() -> re.Pattern[str]:
    """What is a word: letters, and other words of the table that have other characters in them."""
    special = sorted((re.escape(word) for word in load_other_words() if not word.isalpha()),
                     key=len, reverse=True)  # fmt: skip
    return re.compile(rf"(?:{'|'.join(special)})(?![A-Za-z0-9_])|[A-Za-z][A-Za-z_]*")


def find_word_faults(text: str) -> Iterator[UnitFault]:
    """What is to be said of each word of a unit string, in its order."""
    meant = _load_phrases().get(text)
    if meant is not None:
        params = {"word": text, "new": meant}
        yield UnitFault("spelling", 0, len(text), meant, "", params, "safe")
        return
    for found in _compile_words().finditer(text):
        word, start, end = found[0], *found.span()
        if word in _FUNCTIONS and text[end : end + 1] == "(":
            continue
        fault = _judge_word(text, word, start, end)
        if fault is not None:
            yield fault


@cache
def _load_phrases() -> Mapping[str, str]:
    phrases = load_data_file("units")["phrases"]
    return {other: unit for unit, others in phrases.items() for other in others}


def _judge_word(text: str, word: str, start: int, end: int) -> UnitFault | None:
    letter = _find_letter_fault(text, word, start, end)
    if letter is not None:
        return letter
    name = find_unit_name(word)
    if name is not None:
        return find_deprecation(word, start, end)
    choices = load_data_file("units")["case"].get(word)
    if choices:
        params = {"word": word, "first": choices[0], "second": choices[1]}
        return UnitFault("ambiguous", start, end, None, "case", params)
    other = load_other_words().get(word)
    if other is not None and other.kind == "spelling":
        params = {"word": word, "new": other.unit}
        message = "words" if other.quiet else ""
        return UnitFault("spelling", start, end, other.unit, message, params, "safe")
    if other is not None:
        params = {"word": word, "said": phrase(other.said), "new": other.unit}
        new, message = other.unit or None, "" if other.unit else "none"
        message = "quiet" if other.quiet else message
        return UnitFault("community", start, end, new, message, params)
    return _find_prefix_fault(word, start, end) or _make_unknown(word, start, end)


def _find_letter_fault(text: str, word: str, start: int, end: int) -> UnitFault | None:
    """A letter that mostly stands for another unit, alone or below a slash.

    Beside another word that is a spelling in capitals, it is one too.
    """
    meant = load_data_file("units")["letters"].get(word)
    below = text[:start].rstrip(" (").endswith("/") or text[end:].lstrip("*^(").startswith("-")
    if word == "A" and below and _COUNTED.search(text):
        meant = "Angstrom"
    elif not meant:
        return None
    elif _has_capital_spelling(text, word):
        return UnitFault("spelling", start, end, meant, "", {"word": word, "new": meant}, "safe")
    elif not below and (start, end) != (0, len(text)):
        return None
    name, intended = _name_unit(word), phrase(load_units()[meant]["name"])
    params = {"word": word, "name": name, "new": meant, "meant": intended}
    return UnitFault("ambiguous", start, end, meant, "" if name else "none", params)


def _name_unit(word: str) -> str:
    """A unit of the standard in words; empty for other words."""
    found = find_unit_name(word)
    if found is None:
        return ""
    name = phrase(load_units()[found.base]["name"])
    if not found.prefix:
        return name
    return phrase("{name} with the prefix {prefix}", name=name, prefix=found.prefix)


def _has_capital_spelling(text: str, besides: str) -> bool:
    words = load_other_words()
    return any(
        word != besides and word.isupper() and word in words and words[word].kind == "spelling"
        for word in _compile_words().findall(text)
    )


def find_deprecation(word: str, start: int, end: int) -> UnitFault | None:
    """That a unit of the standard, which stands or is meant at some place, is deprecated."""
    name = find_unit_name(word)
    if name is None:
        return None
    table = load_units()[name.base]
    if "deprecated" not in table:
        return None
    power, base = table["deprecated"]
    params = {"word": word, "other": f"10**{power + name.exponent} {base}"}
    return UnitFault("deprecated", start, end, word, "", params)


def _find_prefix_fault(word: str, start: int, end: int) -> UnitFault | None:
    split = split_prefix(word)
    if split is not None:
        # yd, pct and npix are cut into prefix and unit by chance.
        if split[0] not in _PREFIXES_WRITTEN or len(split[1]) < _UNIT_MIN:
            return None
        params = {"word": word, "prefix": split[0], "unit": split[1]}
        power = load_data_file("units")["prefixes"][split[0]]
        new = f"10**{power} {split[1]}" if start == 0 else None
        return UnitFault("prefix", start, end, new, "", params)
    prefixes = load_data_file("units")["prefixes"]
    for length in (1, 2):
        rest = find_unit_name(word[length:]) if word[:length] in prefixes else None
        if rest is not None and rest.prefix:
            params = {"word": word, "prefix": word[:length], "unit": word[length:]}
            return UnitFault("prefix", start, end, None, "double", params)
    return None


def _make_unknown(word: str, start: int, end: int) -> UnitFault:
    near = None
    if len(word) >= _SIMILAR_MIN:
        spelt = (one for one, other in load_other_words().items() if other.kind == "spelling")
        near = find_similar(word, (*load_units(), *spelt), 0.75)
    other = load_other_words().get(near) if near else None
    if other is not None:
        near = other.unit or None
    params = {"word": word, "hint": suggest_word(near)}
    return UnitFault("unknown", start, end, None, "", params)
