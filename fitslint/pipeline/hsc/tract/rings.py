"""The tracts of the whole sky in rings, as the Subaru Strategic Program numbers them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.tract.geometry import Tract, TractParameters

SSP_PARAMETERS = TractParameters(overlap=1 / 60)
_RINGS_MAX = 1000


@dataclass(frozen=True)
class RingsSkyMap:
    """Tracts in rings of equal declination, and one at each pole.

    Attributes
    ----------
    rings : int
        rings between the poles.
    version : {0, 1}
        0 is that of SSP, in which the last tract of a ring can be numbered as one of the next
        (DM-14809); 1 has it mended.
    ra_start : float
        right ascension of the first tract of every ring.
    """

    rings: int = 120
    version: int = 0
    ra_start: float = 0.0
    parameters: TractParameters = field(default=SSP_PARAMETERS)

    def __post_init__(self) -> None:
        if not 1 <= self.rings <= _RINGS_MAX:
            raise HscError(f"numRings is {self.rings}; from 1 to {_RINGS_MAX} is possible")
        if self.version not in (0, 1):
            raise HscError(f"the sky map has version {self.version}; there are 0 and 1")

    @cached_property
    def _ring_size(self) -> float:
        """Degrees of declination of a ring."""
        return 180.0 / (self.rings + 1)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Tracts of every ring, from south to north."""
        size = math.radians(self._ring_size)
        found = []
        for ring in range(self.rings):
            start = size * (ring + 0.5) - math.pi / 2
            stop = start + size
            if start < 0 < stop:
                start = stop = 0.0
            widest = min(abs(start), abs(stop))
            found.append(int(2 * math.pi * math.cos(widest) / size) + 1)
        return tuple(found)

    def __len__(self) -> int:
        return sum(self.counts) + 2

    def get_tract(self, number: int) -> Tract:
        """The tract of a number.

        Raises
        ------
        HscError
            when there is none.
        """
        if not 0 <= number < len(self):
            raise HscError(f"there is no tract {number}; they count from 0 to {len(self) - 1}")
        radius = self._ring_size / 2
        return Tract(number, self._find_centre(number), radius, self.parameters)

    def _find_centre(self, number: int) -> tuple[float, float]:
        if number == 0:
            return 0.0, -90.0
        if number == len(self) - 1:
            return 0.0, 90.0
        ring, at = 0, number - 1
        while ring < self.rings and (
            at > self.counts[ring] if self.version == 0 else at >= self.counts[ring]
        ):
            at -= self.counts[ring]
            ring += 1
        ra = (self.ra_start + 360.0 * at / self.counts[ring]) % 360.0
        return ra, self._ring_size * (ring + 1) - 90.0

    def find_tract(self, ra: float, dec: float) -> Tract:
        """The tract whose centre is in the ring of a position, and nearest along it."""
        ring = math.floor((dec + 90.0) / self._ring_size - 0.5)
        if ring < 0:
            return self.get_tract(0)
        if ring >= self.rings:
            return self.get_tract(len(self) - 1)
        count = self.counts[ring]
        at = math.floor((ra - self.ra_start) % 360.0 / 360.0 * count + 0.5) % count
        return self.get_tract(1 + sum(self.counts[:ring]) + at)
