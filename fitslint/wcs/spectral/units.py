"""Units of spectral axes, and how many of the SI unit one is."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from fitslint.wcs.keywords import KeywordError, show_value

LENGTH_MAX = 68
_PREFIXES: Mapping[str, float] = {
    "": 1.0, "da": 1e1, "h": 1e2, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "d": 1e-1, "c": 1e-2, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15, "a": 1e-18,
}  # fmt: skip
ELECTRONVOLT = 1.6021765e-19
"""In J, by table 4 of the FITS standard 4.0; it is 1.602176634e-19 since 2019."""
_BASES: Mapping[str, tuple[float, str, int]] = {
    "Hz": (1.0, "s", -1), "J": (1.0, "J", 1), "eV": (ELECTRONVOLT, "J", 1), "m": (1.0, "m", 1),
    "s": (1.0, "s", 1), "a": (31557600.0, "s", 1), "yr": (31557600.0, "s", 1),
}  # fmt: skip
"""Units that take prefixes: size, what they measure, power."""
_WHOLE: Mapping[str, tuple[float, str, int]] = {
    "Angstrom": (1e-10, "m", 1), "angstrom": (1e-10, "m", 1), "erg": (1e-7, "J", 1),
    "Ry": (13.605692 * ELECTRONVOLT, "J", 1), "min": (60.0, "s", 1), "h": (3600.0, "s", 1),
    "d": (86400.0, "s", 1),
}  # fmt: skip
_FACTOR = re.compile(
    r"(?P<join>[ .*/]*)(?P<name>[A-Za-z]+)(?:(?:\*\*|\^)?(?:\(?(?P<power>[+-]?[0-9])\)?))?"
)
_DIMENSIONS: Mapping[str, Mapping[str, int]] = {
    "Hz": {"s": -1}, "J": {"J": 1}, "m-1": {"m": -1}, "m/s": {"m": 1, "s": -1}, "m": {"m": 1},
    "": {},
}  # fmt: skip


def find_spectral_factor(unit: str, target: str, keyword: str) -> float:
    """How many of the SI unit ``target`` a unit is; 1 where it is blank.

    Raises
    ------
    KeywordError
        by ``keyword``, where the unit is not understood or measures something else.
    """
    text = unit[:LENGTH_MAX].strip()
    if not text:
        return 1.0
    measured = _measure(text)
    if measured is None or len(unit.strip()) > LENGTH_MAX:
        raise KeywordError(keyword, f"= {show_value(unit)} is no unit that is understood here")
    size, dimensions = measured
    if not 0 < size < math.inf:
        raise KeywordError(keyword, f"= {show_value(unit)} is beyond the range of numbers")
    if dimensions != _DIMENSIONS[target]:
        if not target:
            raise KeywordError(keyword, f"= {show_value(unit)}, where no unit is needed")
        told = f"= {show_value(unit)}, where a unit of the kind {target} is needed"
        raise KeywordError(keyword, told)
    return size


def _measure(text: str) -> tuple[float, dict[str, int]] | None:
    """The size of a product of units in SI, and the powers of what it measures."""
    size, dimensions, at = 1.0, dict[str, int](), 0
    if text.startswith("1/"):
        text = text[1:]
    while at < len(text):
        told = _FACTOR.match(text, at)
        if told is None or told["join"].count("/") > 1 or (at and not told["join"]):
            return None
        found = _find_unit(told["name"])
        if found is None:
            return None
        factor, kind, power = found
        power *= int(told["power"] or 1) * (-1 if "/" in told["join"] else 1)
        size *= factor ** (power * found[2])
        dimensions[kind] = dimensions.get(kind, 0) + power
        at = told.end()
    return size, {kind: power for kind, power in dimensions.items() if power}


def _find_unit(name: str) -> tuple[float, str, int] | None:
    if name in _WHOLE:
        return _WHOLE[name]
    for base, (size, kind, power) in _BASES.items():
        prefix = name.removesuffix(base)
        if name.endswith(base) and prefix in _PREFIXES:
            # The size of what is measured: a prefix of Hz goes with the frequency, not the time.
            return size * _PREFIXES[prefix], kind, power
    return None
