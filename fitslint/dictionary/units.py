"""Reading unit strings as section 4.3 of the FITS standard writes them (Tables 3, 4 and 5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from fitslint.model.late import compile_late
from fitslint.model.records import dataclass, field

if TYPE_CHECKING:
    from fractions import Fraction

_PREFIXED = frozenset(
    ("m", "g", "s", "rad", "sr", "K", "A", "mol", "cd", "Hz", "J", "W", "V", "N", "Pa", "C",
     "Ohm", "S", "F", "Wb", "T", "H", "lm", "lx", "a", "yr", "pc", "eV", "Jy", "mag", "R", "G",
     "barn", "bit", "byte")
)  # fmt: skip
"""Units that may take a prefix: the SI units, and those with a dagger in Table 4."""
_PLAIN = frozenset(
    ("deg", "arcmin", "arcsec", "mas", "min", "h", "d", "erg", "Ry", "solMass", "u", "solLum",
     "Angstrom", "solRad", "AU", "lyr", "ct", "count", "ph", "photon", "pix", "pixel", "D", "Sun",
     "chan", "bin", "voxel", "adu", "beam", "cy", "ta", "Ba")
)  # fmt: skip
_PREFIXES = frozenset(
    ("d", "c", "m", "u", "n", "p", "f", "a", "z", "y", "da", "h", "k", "M", "G", "T", "P", "E",
     "Z", "Y")
)  # fmt: skip
_SYNONYMS = {"count": "ct", "photon": "ph", "pixel": "pix", "yr": "a"}
"""Two names of one unit."""
_FUNCTIONS = ("log", "ln", "exp", "sqrt")

BRACKETED = compile_late(r"\[([^\[\]()]{1,20})\]|\(([^\[\]()]{1,20})\)")
"""What comments put in brackets: units, and other things."""
COMMON_SPELLINGS: Mapping[str, str] = {
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "msec": "ms", "microsec": "us",
    "usec": "us", "minute": "min", "minutes": "min", "mins": "min", "hour": "h", "hours": "h",
    "hr": "h", "hrs": "h", "day": "d", "days": "d", "year": "yr", "years": "yr", "y": "yr",
    "degree": "deg", "degrees": "deg", "degs": "deg", "radian": "rad", "radians": "rad",
    "arcsecond": "arcsec", "arcseconds": "arcsec", "asec": "arcsec", "arcminute": "arcmin",
    "meter": "m", "meters": "m", "metre": "m", "micron": "um", "microns": "um", "mu": "um",
    "Angstroms": "Angstrom", "angstrom": "Angstrom", "angstroms": "Angstrom", "A.U.": "AU",
    "Kelvin": "K", "kelvin": "K", "Volt": "V", "Volts": "V", "volt": "V", "volts": "V",
    "Hertz": "Hz", "hertz": "Hz", "hz": "Hz", "KHz": "kHz", "khz": "kHz", "Mhz": "MHz",
    "hpa": "hPa", "hPA": "hPa", "watt": "W", "Watt": "W", "pixels": "pix", "px": "pix",
    "counts": "ct", "photons": "ph", "ADU": "adu", "DN": "adu", "ohm": "Ohm", "ohms": "Ohm",
    "kelvins": "K", "bits": "bit", "bytes": "byte", "magnitude": "mag", "mags": "mag",
}  # fmt: skip
"""Spellings that are common and not of the standard."""


def _fraction(number: int | str, divisor: int = 1) -> Fraction:
    from fractions import Fraction  # brings decimal numbers along; most files do without

    return Fraction(number) if divisor == 1 else Fraction(int(number), divisor)


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

    def multiply(self, other: Unit) -> Unit:
        """The product."""
        factors = dict(self.factors)
        for name, power in other.factors.items():
            factors[name] = factors.get(name, _fraction(0)) + power
        kept = {name: power for name, power in sorted(factors.items()) if power}
        return Unit(kept, self.scale + other.scale)

    def raise_to(self, power: Fraction) -> Unit:
        """The power."""
        scale = self.scale * power
        factors = {name: one * power for name, one in self.factors.items() if power}
        return Unit(factors, int(scale))


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit:
    """The unit that ``text`` is.

    Raises
    ------
    UnitError
        when the standard has no such unit or does not write it so.
    """
    reader = _UnitParser(text)
    unit = reader.parse_whole()
    if reader.at < len(text):
        reader.fail(f"{text[reader.at]!r} has no meaning here")
    return unit


def standardise_unit(text: str) -> str | None:
    """How the standard writes a unit that is written in a common other way; None when unknown."""
    changed = re.sub(
        r"[A-Za-z][A-Za-z.]*", lambda word: COMMON_SPELLINGS.get(word[0], word[0]), text
    )
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


class _UnitParser:
    """Reads one unit string from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fail(self, sentence: str, at: int | None = None) -> None:
        """Complain of the character at ``at`` or of the present one."""
        raise UnitError(sentence, (self.at if at is None else at) + 1)

    def parse_whole(self) -> Unit:
        """A unit string with its numeric multiplier, if any (section 4.3.1)."""
        if not self.text.strip(" "):
            return Unit()
        if self.text != self.text.strip(" "):
            self.fail("there is a blank at an end", 0)
        scale = 0
        ten = self._match(r"10(?:\*\*|\^)?(?:\(([+-]?[0-9]+)\)|([+-]?[0-9]+))")
        if ten:
            # 10**3 and 10+3 are powers; 103 would be a number.
            if re.fullmatch("10[0-9]+", ten[0]):
                self.fail(f"{ten[0]} is no power of ten; write 10**{ten[0][2:]}", 0)
            scale = int(ten[1] or ten[2])
            self._match(r" |\*(?!\*)|\.")
        elif self._match(r"[0-9.]+(?=[ *A-Za-z(]|$)"):
            self.fail("a number in front of a unit has to be a power of ten, such as 10**3", 0)
        elif self.text.startswith("1/"):
            self.fail(f"a unit does not begin with a number{self._suggest_inverse()}", 0)
        if self.at == len(self.text):
            return Unit(scale=scale)
        unit = self.parse_product()
        return Unit(unit.factors, unit.scale + scale, unit.function)

    def _suggest_inverse(self) -> str:
        rest = self.text[2:]
        return f"; write {rest + '**-1'!r}" if re.fullmatch("[A-Za-z]+", rest) else ""

    def parse_product(self) -> Unit:
        """Units one after the other; a slash divides by the next one only."""
        unit = self.parse_power()
        while True:
            sign = self._match(r" ?\*(?!\*) ?|\.| ?/ ?| ")
            if sign is None:
                return unit
            other = self.parse_power()
            if unit.function or other.function:
                self.fail("log, ln and exp stand over the whole unit")
            unit = unit.multiply(other.raise_to(_fraction(-1)) if "/" in sign[0] else other)

    def parse_power(self) -> Unit:
        """A unit, a function or a parenthesis, with its exponent."""
        unit = self.parse_atom()
        mark = self._match(r"\*\*|\^")
        number = self._match(
            r"[+-]?[0-9]+(?!\.?[0-9]|/[0-9])|\(\s*[+-]?[0-9]+(?:\.[0-9]+|/[0-9]+)?\s*\)"
        )
        if number is None:
            if mark:
                self.fail("an exponent has to follow; fractions stand in parentheses")
            return unit
        if unit.function:
            self.fail(f"{unit.function}() has no power")
        words = number[0].strip("() ")
        if words.endswith("/0"):
            self.fail("the exponent divides by zero")
        return unit.raise_to(_fraction(words))

    def parse_atom(self) -> Unit:
        """A unit, a function of units, or units in parentheses."""
        begun = self.at
        word = self._match("[A-Za-z]+|%")
        if word and word[0] in _FUNCTIONS and self._match(r"\("):
            inside = self.parse_product()
            self._require_close(begun)
            if word[0] == "sqrt":
                return inside.raise_to(_fraction(1, 2))
            return Unit(inside.factors, inside.scale, word[0])
        if word:
            return Unit({_resolve_name(word[0], lambda said: self.fail(said, begun)): _fraction(1)})
        if self._match(r"\("):
            inside = self.parse_product()
            self._require_close(begun)
            return inside
        if self.at < len(self.text):
            self.fail(f"{self.text[self.at]!r} has no meaning here")
        self.fail("a unit has to follow")
        raise AssertionError

    def _require_close(self, begun: int) -> None:
        if self._match(r"\)") is None:
            self.fail("the parenthesis is not closed", begun)

    def _match(self, pattern: str) -> re.Match[str] | None:
        match = re.compile(pattern).match(self.text, self.at)
        if match:
            self.at = match.end()
        return match


def _resolve_name(word: str, fail: Callable[[str], None]) -> str:
    """The name of a unit, in the first of its spellings."""
    if word in _PREFIXED or word in _PLAIN:
        return _SYNONYMS.get(word, word)
    for length in (1, 2):
        prefix, unit = word[:length], word[length:]
        if prefix in _PREFIXES and unit in _PREFIXED:
            return prefix + _SYNONYMS.get(unit, unit)
    known = COMMON_SPELLINGS.get(word)
    fail(f"{word!r} is no unit of the standard" + (f"; it writes {known!r}" if known else ""))
    raise AssertionError


def is_surely_unit(text: str) -> bool:
    """Whether a text in brackets is surely a unit, not a word or a list of values."""
    if len(text) < 2 and text not in ("K", "m", "s", "V", "%", "d", "h"):
        return False
    try:
        parse_unit(standardise_unit(text) or text)
    except UnitError:
        return False
    return True
