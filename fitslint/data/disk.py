"""The disk of the Sun in an image that has all of it: the median brightness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fitslint.data.collector import Collector
from fitslint.data.late_numpy import np
from fitslint.data.scaling import Scaling
from fitslint.model.data_facts import DataFacts
from fitslint.model.header import Header
from fitslint.model.records import dataclass
from fitslint.source.image import PIXEL_TYPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PIXELS_MAX = 1 << 21
_INNER = 0.9
"""Of the radius: the limb is left out."""


@dataclass(frozen=True, slots=True)
class SolarDisk:
    """Where the disk is in an image: along each axis the size, and pixel and step of the centre."""

    sizes: tuple[int, int]
    centres: tuple[float, float]
    steps: tuple[float, float]
    radius: float

    def select(self, first: int, count: int) -> NDArray[np.bool_]:
        """Which of ``count`` pixels from number ``first`` on lie well inside of it."""
        number = np.arange(first, first + count)
        x = (number % self.sizes[0] - self.centres[0]) * self.steps[0]
        y = (number // self.sizes[0] - self.centres[1]) * self.steps[1]
        return np.asarray(np.hypot(x, y) < _INNER * self.radius)


def find_disk(header: Header) -> SolarDisk | None:
    """The disk of an image in arcsec from its centre; None where not all of it is in the image."""
    axes = tuple(length or 0 for length in header.structure.axes)
    radius = header.number("SOLR")
    if len(axes) != 2 or not 0 < axes[0] * axes[1] <= _PIXELS_MAX or not radius or radius <= 0:
        return None
    centres, steps = [], []
    for axis, size in enumerate(axes, 1):
        pixel, value, step = (
            header.number(f"{root}{axis}") for root in ("CRPIX", "CRVAL", "CDELT")
        )
        if pixel is None or value is None or not step:
            return None
        centre = pixel - 1 - value / step
        if not (centre * abs(step) >= radius and (size - 1 - centre) * abs(step) >= radius):
            return None
        centres.append(centre)
        steps.append(step)
    return SolarDisk((axes[0], axes[1]), (centres[0], centres[1]), (steps[0], steps[1]), radius)


class DiskCollector(Collector):
    """Takes the pixels of the disk."""

    def __init__(self, unit: DataFacts, disk: SolarDisk, scaling: Scaling) -> None:
        super().__init__(unit, 0, unit.size)
        self._disk = disk
        self._scaling = scaling
        self._type = np.dtype(PIXEL_TYPES[unit.header.structure.bitpix or 8])
        self._parts: list[NDArray[np.float32]] = []

    def take(self, at: int, data: bytes) -> None:
        """Take whole pixels."""
        stored = np.frombuffer(data, self._type)
        inside = self._disk.select(at // self._type.itemsize, stored.size)
        if self._scaling.null is not None:
            inside &= stored != self._scaling.null
        with np.errstate(all="ignore"):
            self._parts.append(stored[inside].astype(np.float32))

    def finish(self) -> None:
        """Work out the median."""
        values = np.concatenate(self._parts) if self._parts else np.zeros(0, np.float32)
        values = values[np.isfinite(values)]
        if values.size:
            self.unit.disk_median = self._scaling.apply(float(np.median(values)))
