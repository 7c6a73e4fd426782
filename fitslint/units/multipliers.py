"""Numbers of unit strings: the multiplier in front, and powers that are no integers."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.late import compile_late
from fitslint.units.parts import UnitFault

_LEGAL = compile_late(
    r"10(?:(?:\*\*|\^)[+-]?[0-9]+|(?:\*\*|\^)?\([+-]?[0-9]+\)|[+-][0-9]+)(?= *[A-Za-z(/*.])"
)
_NUMBER = compile_late(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[EeDd][+-]?[0-9]+)?")
_TIMES_TEN = compile_late(r"1(?:\.0*)? ?[x*] ?(?=10)")
_POWER_OF_TEN = compile_late(r"(0*)(1?)(0*)(?:\.(0*)(1?)0*)?(?:[EeDd]([+-]?[0-9]{1,3}))?")
_ONE = compile_late(
    r"(\+?0*1(?:\.0*)?(?:[EeDd][+-]?0+)?)(?![0-9.]|[EeDd][+-]?[0-9]) *[*]? *(?=[A-Za-z(])"
)
_INVERSE = compile_late(r"1 ?/ ?(?=[A-Za-z(])")
_BEHIND = r"(?<=[A-Za-z)])"
_DECIMAL = compile_late(
    _BEHIND + r"(?:\*\*|\^)?([+-]?(?:[0-9]*\.[0-9]+|[0-9]+\.(?! *[A-Za-z(])))(?![0-9A-Za-z])"
)
_RATIO = compile_late(_BEHIND + r"(?:\*\*|\^)?([+-]?[0-9]+/[0-9]+)(?![0-9A-Za-z.])")
_BRACES = compile_late(_BEHIND + r"(?:\*\*|\^)\{ *([+-]?[0-9]+(?:/[0-9]+|\.[0-9]+)?) *\}")


def find_multiplier_fault(text: str) -> UnitFault | None:
    """What is wrong with the number in front of a unit string; None where nothing is."""
    if _LEGAL.match(text):
        return None
    inverse = _INVERSE.match(text)
    if inverse:
        params = {"new": f"/{text[inverse.end() :]}"}
        return UnitFault("multiplier", 0, inverse.end(), "/", "inverse", params, "safe")
    factor = _TIMES_TEN.match(text)
    if factor:
        return UnitFault("multiplier", 0, factor.end(), "", "", {"number": factor[0].strip(),
                         "new": text[factor.end() :]}, "safe")  # fmt: skip
    one = _ONE.match(text)
    if one:
        params = {"number": one[1], "new": text[one.end() :]}
        return UnitFault("multiplier", 0, one.end(), "", "one", params, "safe")
    number = _NUMBER.match(text)
    if number is None or text.startswith(("+", "-"), number.end()):  # 1-3 keV is a range
        return None
    power = find_power_of_ten(number[0])
    if power is None or number.end() == len(text):
        return UnitFault("multiplier", 0, number.end(), None, "number", {"number": number[0]})
    new = f"10**{power}"
    params = {"number": number[0], "new": new}
    return UnitFault("multiplier", 0, number.end(), new, "", params, "safe")


def find_power_of_ten(number: str) -> int | None:
    """The exponent of a number that is a power of ten other than one: -17 of ``1E-17``.

    Examples
    --------
    >>> [find_power_of_ten(text) for text in ("1E-17", "100", "0.001", "10E3", "1", "2.5")]
    [-17, 2, -3, 4, None, None]
    """
    told = _POWER_OF_TEN.fullmatch(number)
    if told is None or bool(told[2]) == bool(told[5]):
        return None
    if told[3] and not told[2]:
        return None
    exponent = int(told[6] or 0) + (len(told[3]) if told[2] else -len(told[4] or "") - 1)
    return exponent or None


def find_power_faults(text: str) -> Iterator[UnitFault]:
    """Powers that are no integers and stand without parentheses, and those in braces."""
    for pattern in (_DECIMAL, _RATIO, _BRACES):
        braces = pattern is _BRACES
        for found in pattern.finditer(text):
            number = found[1]
            whole = number.removesuffix(".")
            new = f"**{whole}" if whole.lstrip("+-").isdigit() else f"**({number})"
            message = "braces" if braces else ""
            params = {"power": found[0], "new": new}
            yield UnitFault("power", *found.span(), new, message, params, "safe")
