"""Units as people write them: in other spellings, in brackets, behind a number."""

from __future__ import annotations

from functools import cache, lru_cache

from fitslint.data_files import load_data_file
from fitslint.model.late import compile_late
from fitslint.units.names import find_spelling, load_other_words, load_units
from fitslint.units.unit import UnitError, measure, parse_unit

BRACKETED = compile_late(r"\[([^\[\]()]{1,20})\]|\(([^\[\]()]{1,20})\)")
"""What comments put in brackets: units, and other things."""
_WORD = compile_late(r"[A-Za-z][A-Za-z._]*")
_SHORT_UNITS = ("K", "m", "s", "V", "%", "d", "h")
_SIGNS = {'"': "arcsec", "''": "arcsec", "'": "arcmin"}
_SEPARATORS = compile_late(r"[/*. ]+")

_QUANTITIES = {
    "m": "length", "s": "time", "rad": "angle", "s-1": "frequency", "m s-1": "velocity",
    "m-1": "wavenumber", "kg m2 s-2": "energy", "K": "temperature", "kg": "mass",
    "A": "electric current", "mag": "magnitude", "ct": "counts", "pix": "pixels", "adu": "counts",
    "ph": "photons", "kg s-2": "flux density", "": "a pure number",
}  # fmt: skip


@lru_cache(maxsize=2048)
def standardise_unit(text: str) -> str | None:
    """How the standard writes a unit that is written in a common other way; None when unknown.

    Examples
    --------
    >>> standardise_unit("ADU/sec"), standardise_unit("m/s"), standardise_unit("furlong")
    ('adu/s', None, None)
    """
    changed = _WORD.sub(lambda word: find_spelling(word[0]) or word[0], text)
    if changed == text:
        return None
    try:
        parse_unit(changed)
    except UnitError:
        return None
    return changed


def is_same_unit(first: str, second: str) -> bool:
    """Whether two unit strings mean one unit; common spellings count as what they stand for."""
    if first.strip() == second.strip():
        return True
    try:
        one, other = (parse_unit(standardise_unit(text) or text) for text in (first, second))
    except UnitError:
        return False
    return one == other


def is_readable_unit(text: str) -> bool:
    """Whether a text is a unit of the standard, in its own or a common other spelling."""
    try:
        parse_unit(standardise_unit(text) or text)
    except UnitError:
        return False
    return True


def is_surely_unit(text: str) -> bool:
    """Whether a text in brackets is surely a unit, not a word or a list of values."""
    return (len(text) > 1 or text in _SHORT_UNITS) and is_readable_unit(text)


def is_unit_word(text: str) -> bool:
    """Whether ``text`` is a word or symbol that people use for a unit, in any case.

    Examples
    --------
    >>> [is_unit_word(text) for text in ("sec", "[arcsec]", "e-/ADU", "Km/s", "of", "3")]
    [True, True, True, True, False, False]
    """
    known = _load_words()
    bare = text if text in _SIGNS else text.strip("[]().").lower()
    return bare in known or all(word in known for word in _SEPARATORS.split(bare))


@cache
def _load_words() -> frozenset[str]:
    """Words for units in small letters."""
    data = load_data_file("units")
    words = (*load_units(), *load_other_words(), *data["behind_numbers"]["words"])
    return frozenset(word.lower() for word in words)


def spell_unit(text: str) -> str:
    """The unit as it may stand in brackets at the head of a comment."""
    return _SIGNS.get(text, text.strip("[]()."))


@lru_cache(maxsize=512)
def name_quantity(text: str) -> str | None:
    """What a unit measures, in words; None of a logarithm, of blanks and of what has no name here.

    Examples
    --------
    >>> name_quantity("km/s"), name_quantity("keV"), name_quantity("furlong")
    ('velocity', 'energy', None)
    """
    from fitslint.units.faults import judge_unit
    from fitslint.units.parts import replace_parts

    text = text[1:] if text.startswith("1/") else text
    spelt = [fault for fault in judge_unit(text.strip(" ")) if fault.kind == "spelling"]
    try:
        unit = parse_unit(replace_parts(text.strip(" "), spelt))
        powers = measure(unit).powers
    except (UnitError, OverflowError):
        return None
    if unit.function or not text.strip(" "):
        return None
    key = " ".join(base if power == 1 else f"{base}{power}" for base, power in powers.items())
    return _QUANTITIES.get(key)
