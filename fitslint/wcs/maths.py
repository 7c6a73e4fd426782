"""The functions that formulas are written with, once for floats and once for numpy arrays.

A formula takes a :class:`Maths` and values of one kind: ``maths.sin(angle) * 2``. On floats it runs
with :mod:`math`; on arrays with numpy, which is imported when the first array comes and not before.

Rules for who writes a formula:

* no ``if`` on a value that may be an array: ``maths.select(mask, one, other)``, both of which are
  worked out; ``maths.any(mask)`` and ``maths.all(mask)`` tell whether a step is needed at all;
* masks are joined by ``&`` and ``|`` and turned round by ``maths.invert``, not ``not`` or ``~``;
* no position is NaN. ``sqrt``, ``asin``, ``acos``, ``log``, ``exp``, ``divide`` and ``power`` give
  NaN or an infinity where there is no value, on floats as on arrays; the others, and ``/``, may
  raise :data:`FAILURES` on floats, which the caller of the whole chain takes for NaN;
* an iteration has a fixed number of steps, and ends before when ``maths.all`` of a mask holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from fitslint.model.records import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

T = TypeVar("T", float, "Floats")
"""A float, or an array of them."""
Mask = Any
"""The outcome of a comparison: a bool, or an array of them."""
FAILURES = (ValueError, ArithmeticError)
"""What :mod:`math` and the division of floats raise where numpy gives NaN or an infinity."""
NAN = math.nan
DEGREE_RADIANS = math.pi / 180
"""Radians of a degree."""
RADIAN_DEGREES = 180 / math.pi
"""Degrees of a radian."""


@dataclass(frozen=True, slots=True)
class Maths(Generic[T]):
    """Functions of floats, or of arrays of floats. Angles are in radians."""

    sin: Callable[[T], T]
    cos: Callable[[T], T]
    tan: Callable[[T], T]
    sincos: Callable[[T], tuple[T, T]]
    """Sine and cosine; on arrays several times faster than one after the other."""
    asin: Callable[[T], T]
    acos: Callable[[T], T]
    atan: Callable[[T], T]
    atan2: Callable[[T, T], T]
    sinh: Callable[[T], T]
    sqrt: Callable[[T], T]
    hypot: Callable[[T, T], T]
    exp: Callable[[T], T]
    log: Callable[[T], T]
    power: Callable[[T, float], T]
    divide: Callable[[T | float, T | float], T]
    absolute: Callable[[T], T]
    floor: Callable[[T], T]
    rint: Callable[[T], T]
    """To the nearest integer, the even one of two."""
    sign: Callable[[T], T]
    """-1, 0 or 1."""
    copysign: Callable[[T | float, T], T]
    minimum: Callable[[T | float, T | float], T]
    maximum: Callable[[T | float, T | float], T]
    fill: Callable[[T, float], T]
    """As many of one number as there are in the first."""
    select: Callable[[Mask, T | float, T | float], T]
    """The second where the mask holds, else the third; both are worked out."""
    invert: Callable[[Mask], Mask]
    isfinite: Callable[[T], Mask]
    isnan: Callable[[T], Mask]
    any: Callable[[Mask], bool]
    all: Callable[[Mask], bool]


def clip(maths: Maths[T], value: T, low: float, high: float) -> T:
    """The value, or the bound that it is beyond; NaN stays."""
    return maths.minimum(maths.maximum(value, low), high)


def sum_powers(value: T, coefficients: tuple[float, ...]) -> T:
    """The sum of ``coefficients[k] * value**k``, by Horner's scheme; NaN stays NaN."""
    total = value * 0.0
    for coefficient in reversed(coefficients):
        total = total * value + coefficient
    return total


def _sincos(angle: float) -> tuple[float, float]:
    return math.sin(angle), math.cos(angle)


def _silence(function: Callable[[float], float]) -> Callable[[float], float]:
    def call(value: float) -> float:
        try:
            return function(value)
        except FAILURES:
            return NAN

    return call


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf if value == 0 else NAN


def _sqrt(value: float) -> float:
    return math.sqrt(value) if value >= 0 else NAN


def _power(value: float, exponent: float) -> float:
    try:
        return math.pow(value, exponent)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if value == 0 else NAN


def _divide(one: float, other: float) -> float:
    if other:
        return one / other
    return NAN if one == 0 or one != one else math.copysign(math.inf, one)  # noqa: PLR0124


def _sign(value: float) -> float:
    return 1.0 if value > 0 else -1.0 if value < 0 else value * 0.0


def _floor(value: float) -> float:
    return float(math.floor(value)) if math.isfinite(value) else value


def _rint(value: float) -> float:
    return float(round(value)) if math.isfinite(value) else value


def _minimum(one: float, other: float) -> float:
    return one if one < other or one != one else other  # noqa: PLR0124


def _maximum(one: float, other: float) -> float:
    return one if one > other or one != one else other  # noqa: PLR0124


def _fill(_: float, number: float) -> float:
    return number


def _select(mask: Mask, one: float, other: float) -> float:
    return one if mask else other


def _invert(mask: Mask) -> Mask:
    return not mask


SCALAR: Maths[float] = Maths(
    sin=math.sin, cos=math.cos, tan=math.tan, sincos=_sincos, atan=math.atan, atan2=math.atan2,
    asin=_silence(math.asin), acos=_silence(math.acos), sinh=math.sinh, sqrt=_sqrt,
    hypot=math.hypot, exp=_exp, log=_log, power=_power, divide=_divide, absolute=abs,
    floor=_floor, rint=_rint,
    sign=_sign, copysign=math.copysign, minimum=_minimum, maximum=_maximum, fill=_fill,
    select=_select, invert=_invert, isfinite=math.isfinite, isnan=math.isnan, any=bool, all=bool,
)  # fmt: skip
"""The functions of floats."""


@cache
def load_array_maths() -> Maths[Floats]:
    """The functions of numpy arrays; numpy is imported by the first call.

    They warn as numpy is set to; callers run them under ``numpy.errstate(all="ignore")``.
    """
    import numpy as np

    def hypot(one: Floats, other: Floats) -> Floats:
        found: Floats = np.sqrt(one * one + other * other)  # much faster than np.hypot
        return found

    def sincos(angle: Floats) -> tuple[Floats, Floats]:
        half = np.tan(0.5 * angle)
        square = half * half
        below = 1.0 + square
        return (half + half) / below, (1.0 - square) / below

    made: Maths[Any] = Maths(
        sin=np.sin, cos=np.cos, tan=np.tan, sincos=sincos, atan=np.arctan, atan2=np.arctan2,
        asin=np.arcsin, acos=np.arccos, sinh=np.sinh, sqrt=np.sqrt, hypot=hypot, exp=np.exp,
        log=np.log, power=np.power, divide=np.true_divide, absolute=np.abs, floor=np.floor,
        rint=np.rint, sign=np.sign, copysign=np.copysign, minimum=np.minimum, maximum=np.maximum,
        fill=np.full_like, select=np.where, invert=np.logical_not, isfinite=np.isfinite,
        isnan=np.isnan, any=lambda mask: bool(np.any(mask)), all=lambda mask: bool(np.all(mask)),
    )  # fmt: skip
    return made
