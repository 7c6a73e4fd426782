"""Stored numbers to the values that a header means by them, and their extremes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fitslint.data.late_numpy import np
from fitslint.model.data_facts import Extremes, PixelFacts
from fitslint.model.header import Header
from fitslint.model.records import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Scaling:
    """value = zero + factor * stored (FITS 4.0, 4.4.2.5, 7.2.2 and 7.3.2)."""

    factor: float = 1
    zero: float = 0
    null: int | None = None
    """The stored integer that stands for an undefined value."""

    def apply(self, stored: float) -> float:
        """The value of a stored number; exact where both are integers."""
        if self.factor == 1 and float(self.zero).is_integer():
            return stored + int(self.zero)
        return stored * self.factor + self.zero


@dataclass(frozen=True, slots=True)
class DefinedValues:
    """The stored values that are defined, and the number of others."""

    values: NDArray[Any]
    undefined: int


def read_scaling(header: Header, names: tuple[str, str, str], *, has_null: bool) -> Scaling | None:
    """What the keywords for factor, zero and null say; None where one of them is no number."""
    factor_name, zero_name, null_name = names
    factor, zero = header.number(factor_name), header.number(zero_name)
    for name, value in ((factor_name, factor), (zero_name, zero)):
        if name in header and value is None:
            return None
    null = header.value(null_name) if has_null else None
    return Scaling(
        1 if factor is None else factor,
        0 if zero is None else zero,
        null if type(null) is int else None,
    )


def select_defined(stored: NDArray[Any], null: int | None) -> DefinedValues:
    """The values of an array that are neither null nor a special value of IEEE (NaN, infinite)."""
    if stored.dtype.kind == "f":
        hidden = ~np.isfinite(stored)
    elif null is not None:
        hidden = stored == null
    else:
        return DefinedValues(stored, 0)
    undefined = int(np.count_nonzero(hidden))
    return DefinedValues(stored[~hidden] if undefined else stored, undefined)


def scale_extremes(found: Extremes | PixelFacts, scaling: Scaling) -> None:
    """Turn the extremes of stored numbers into those of values."""
    if found.minimum is None or found.maximum is None:
        return
    ends = scaling.apply(found.minimum), scaling.apply(found.maximum)
    found.minimum, found.maximum = min(ends), max(ends)
