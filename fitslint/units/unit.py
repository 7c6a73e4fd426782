"""What a unit string means: a product of powers of units (FITS 4.0 section 4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from fitslint.model.late import compile_late
from fitslint.model.records import dataclass, field
from fitslint.syntax.unit_strings import (
    UnitString,
    UnitSyntaxError,
    UnitWord,
    parse_unit_string,
    write_unit_string,
)
from fitslint.units.names import find_spelling, find_unit_name, load_units, split_prefix

if TYPE_CHECKING:
    from fractions import Fraction

_BASE = compile_late(r"([A-Za-z]+)(-?[0-9]*)")


class UnitError(ValueError):
    """A unit string that the standard does not allow; ``column`` counts from 1."""

    def __init__(self, sentence: str, column: int) -> None:
        super().__init__(sentence)
        self.column = column


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers of units, times a power of ten."""

    factors: Mapping[str, Fraction] = field(default_factory=dict)
    """Exponent by unit, prefix included: ``{"km": 1, "s": -1}``."""
    scale: int = 0
    """Exponent of ten."""
    function: str = ""
    """``log``, ``ln`` or ``exp`` over it all."""


@dataclass(frozen=True, slots=True)
class UnitMeasure:
    """What a unit measures.

    Attributes
    ----------
    size : float
        how many of the product of base units it is.
    powers : mapping of str to Fraction
        by base unit: m, kg, s, rad, K, A, mol, cd and those that count (ct, pix, adu ...).
    """

    size: float
    powers: Mapping[str, Fraction]


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit:
    """The unit that ``text`` is; blanks are no unit, a number without dimension.

    Examples
    --------
    >>> {name: int(power) for name, power in parse_unit("erg/s/cm**2").factors.items()}
    {'cm': -2, 'erg': 1, 's': -1}

    Raises
    ------
    UnitError
        when the standard has no such unit or does not write it so.
    """
    if not text.strip(" "):
        return Unit()
    if text != text.strip(" "):
        raise UnitError("there is a blank at an end", 1)
    try:
        parts = parse_unit_string(text)
    except UnitSyntaxError as error:
        raise UnitError(str(error), error.column) from None
    factors: dict[str, Fraction] = {}
    for word in parts.words:
        found = find_unit_name(word.name)
        if found is None:
            raise UnitError(describe_word(word.name), word.start + 1)
        name = found.symbol
        factors[name] = factors[name] + word.power if name in factors else word.power
    kept = {name: power for name, power in sorted(factors.items()) if power}
    return Unit(kept, parts.scale, parts.function)


def describe_word(word: str) -> str:
    """Why a word is no unit of the standard, in a sentence."""
    known = find_spelling(word)
    split = split_prefix(word)
    if known is None and split is not None:
        return f"{word!r} is no unit of the standard; {split[1]!r} takes no prefix"
    return f"{word!r} is no unit of the standard" + (f"; it writes {known!r}" if known else "")


def write_without_deprecated(parts: UnitString) -> str | None:
    """A unit string with other units for deprecated ones; None where that cannot be written.

    Examples
    --------
    >>> write_without_deprecated(parse_unit_string("erg/s/Angstrom"))
    '10**-6 J s**-1 nm**-1'
    """
    scale: Fraction | int = parts.scale
    words = []
    for word in parts.words:
        found = find_unit_name(word.name)
        other = load_units()[found.base].get("deprecated") if found else None
        if found is None or other is None:
            words.append(word)
            continue
        base, power = (_BASE.findall(other[1].replace("**", "")))[0]
        scale += (other[0] + found.exponent) * word.power
        words.append(UnitWord(base, word.power * int(power or 1), word.start))
    if scale != int(scale) or parts.function:
        return None
    return write_unit_string(UnitString(tuple(words), int(scale)))


def measure(unit: Unit) -> UnitMeasure:
    """The size of a unit in base units, and what it measures.

    Raises
    ------
    OverflowError
        when the size is beyond the range of numbers.
    """
    size = 10.0**unit.scale
    powers: dict[str, Fraction] = {}
    for name, power in unit.factors.items():
        found = find_unit_name(name)
        assert found is not None
        table = load_units()[found.base]
        size *= (table["size"] * 10.0**found.exponent) ** float(power)
        for base, count in _BASE.findall(table["of"]):
            powers[base] = powers.get(base, 0) + power * int(count or 1)
    return UnitMeasure(size, {base: power for base, power in sorted(powers.items()) if power})
