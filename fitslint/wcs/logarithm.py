"""A logarithmic axis that is neither celestial nor spectral (Paper III, section 3.2)."""

from __future__ import annotations

from fitslint.model.records import dataclass
from fitslint.wcs.maths import Maths, T


@dataclass(frozen=True, slots=True)
class LogarithmicAxis:
    """``reference * exp(offset / reference)``."""

    reference: float
    unit: str

    def to_world(self, maths: Maths[T], offset: T) -> T:
        """World coordinate of an offset."""
        return maths.exp(offset / self.reference) * self.reference

    def to_offset(self, maths: Maths[T], world: T) -> T:
        """Offset of a world coordinate; NaN where there is none."""
        return maths.log(world / self.reference) * self.reference
