"""Images of the Radioheliograph: their pixels, their place on the Sun, and what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from fitslint.model.header import Header
from fitslint.pipeline.norh.constants import BANDS, FrequencyBand
from fitslint.pipeline.norh.errors import NorhError
from fitslint.products.lookup import find_string, read_header_number
from fitslint.source.image import ImageError
from fitslint.source.image import read_image as read_fits_image
from fitslint.wcs.wcs import Wcs
from fitslint.wcs.wcs_error import WcsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

KELVIN = "K"
INTENSITY = "10**4 Jy/sr"
"""SFU/sr in units of the standard, which has no SFU."""
_ARCSEC = {"": 1.0, "arcsec": 1.0, "arcsecond": 1.0, "deg": 3600.0, "arcmin": 60.0}
"""In units of an axis."""
_LARGEST = 1e5
"""Arcsec or pixels that an image of the Sun can have."""
_YEARS = range(1900, 2101)
_RADII = (900.0, 1000.0)
"""arcsec between which the radius of the Sun is."""
LIMB_MARGIN = 1.06
"""Radii of the Sun beyond which the sky is empty."""
SIZE_MAX = 1 << 27
"""Pixels that are read at once."""
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]+)?)")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*)?")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear axis of an image in arcsec from the centre of the Sun (west or north positive)."""

    size: int
    reference: float
    value: float
    step: float

    def locate(self, index: Floats | float) -> Floats | float:
        """Coordinates of pixels counted from 0."""
        return (index + 1 - self.reference) * self.step + self.value

    @property
    def coordinates(self) -> Floats:
        """Coordinates of all pixel centres."""
        return np.asarray(self.locate(np.arange(self.size, dtype=np.float64)))

    @property
    def centre(self) -> float:
        """Coordinate of the middle of the axis."""
        return (self.size / 2 + 0.5 - self.reference) * self.step + self.value

    def cut(self, start: int, stop: int) -> Axis:
        """The axis of the pixels ``start`` to ``stop``, which is left out."""
        return Axis(stop - start, self.reference - start, self.value, self.step)


@dataclass(frozen=True, slots=True, eq=False)
class SolarImage:
    """An image with what its header says.

    Attributes
    ----------
    values : ndarray
        float64, rows (north) by columns (west); NaN where a pixel has no value.
    unit : str
        ``K``, ``10**4 Jy/sr`` (SFU/sr) or empty.
    x, y : Axis
        columns and rows.
    start, middle, end : datetime
        of the integration, UT.
    remarks : tuple of str
        what the reader did to understand the header.
    """

    path: str
    header: Header
    values: Floats = field(repr=False)
    unit: str
    x: Axis
    y: Axis
    band: FrequencyBand
    start: datetime
    middle: datetime
    end: datetime
    remarks: tuple[str, ...] = ()

    def number(self, keyword: str) -> float | None:
        """A keyword that holds a finite number."""
        return read_header_number(self.header.value, keyword)

    def text(self, keyword: str) -> str:
        """A keyword that holds a string; empty where it does not."""
        return find_string(self.header.value, keyword) or ""

    @property
    def frequency(self) -> str:
        """OBS-FREQ as the convention spells it: ``17GHz`` or ``34GHz``."""
        return next(name for name, band in BANDS.items() if band is self.band)

    @property
    def kind(self) -> tuple[str, str]:
        """Frequency and polarisation, which say what an image is of."""
        return self.frequency, self.text("POLARIZ")

    @property
    def exposure(self) -> float:
        """Seconds of integration."""
        return (self.end - self.start).total_seconds()

    @property
    def pixel_area(self) -> float:
        """Solid angle of a pixel in arcsec²."""
        return abs(self.x.step * self.y.step)

    @property
    def radius(self) -> float:
        """Radius of the Sun in arcsec, SOLR.

        Raises
        ------
        NorhError
            when the header has none that the Sun can have.
        """
        found = self.number("SOLR")
        if found is None or not _RADII[0] < found < _RADII[1]:
            said = "missing" if found is None else f"{found:g}"
            raise NorhError(f"SOLR is {said}; it is the Sun's radius in arcsec", path=self.path)
        return found

    def measure_noise(self) -> float | None:
        """Standard deviation off the limb, 1.4826 times the median deviation; None without sky."""
        distance = np.hypot(self.x.coordinates, self.y.coordinates[:, np.newaxis])
        sky = self.values[(distance > LIMB_MARGIN * self.radius) & np.isfinite(self.values)]
        if sky.size < 16:
            return None
        return float(1.4826 * np.median(np.abs(sky - np.median(sky))))


def read_solar_image(path: str, *, force: bool = False) -> SolarImage:
    """Read an image of the Radioheliograph.

    Parameters
    ----------
    path : str
        the file; any numeric BITPIX.
    force : bool
        whether axes that are not called solar-west and solar-north are taken for them.

    Raises
    ------
    NorhError
        when it cannot be read, or its header does not say where and when it is of.
    """
    try:
        image = read_fits_image(path, axes=2, max_pixels=SIZE_MAX)
    except ImageError as error:
        raise NorhError(str(error), path=path) from None
    return describe_image(path, image.header, image.values, force=force)


def describe_image(path: str, header: Header, values: Floats, *, force: bool = False) -> SolarImage:
    """The image that a header and pixels make.

    Raises
    ------
    NorhError
        as :func:`read_solar_image`.
    """
    name = (find_string(header.value, "OBS-FREQ") or "").strip().lower()
    band = next((band for known, band in BANDS.items() if known.lower() == name), None)
    if band is None:
        said = f"is {name!r}" if name else "is missing"
        raise NorhError(f"OBS-FREQ {said}; it is 17GHz or 34GHz", path=path)
    if not np.isfinite(values).any():
        raise NorhError("no pixel has a value", path=path)
    remarks: list[str] = []
    x, y = _read_axes(path, header, values.shape, force=force)
    if any(axis.reference == axis.size / 2 + 1 and axis.value == 0 for axis in (x, y)):
        remarks.append(
            f"CRPIX puts the centre of the Sun half a pixel ({abs(x.step) / 2:.2f} arcsec) from "
            "the middle of the image, where the manual has it; the header is believed"
        )
    unit = (find_string(header.value, "BUNIT") or "").strip()
    if unit == "k" or (not unit and "BUNIT" not in header):
        remarks.append(f"BUNIT is {unit!r}, read as K" if unit else "BUNIT is missing, read as K")
        unit = KELVIN
    times = _read_times(path, header, remarks)
    return SolarImage(path, header, values, unit, x, y, band, *times, tuple(remarks))


def _read_axes(
    path: str, header: Header, shape: tuple[int, ...], *, force: bool
) -> tuple[Axis, Axis]:
    """The columns and the rows, of world coordinates that are not turned."""
    for number, wanted in ((1, "solar-west"), (2, "solar-north")):
        said = (find_string(header.value, f"CTYPE{number}") or "").strip()
        if said.lower() != wanted and not force:
            raise NorhError(
                f"CTYPE{number} is {said[:20]!r}, not {wanted}; --force takes the axes for arcsec "
                "from the centre of the Sun",
                path=path,
            )
        for keyword in (f"CRPIX{number}", f"CRVAL{number}", f"CDELT{number}"):
            value = read_header_number(header.value, keyword)
            if value is None or (value == 0 and keyword.startswith("CDELT")):
                raise NorhError(f"{keyword} is missing, 0 or no number", path=path)
    try:
        wcs = Wcs.from_header(header, sky_only=True)
    except WcsError as error:
        raise NorhError(str(error), path=path) from None
    if wcs.matrix[0][1] or wcs.matrix[1][0]:
        raise NorhError("its axes are turned; those of the Radioheliograph never are", path=path)
    x, y = (_build_axis(path, wcs, at, shape[1 - at]) for at in (0, 1))
    return x, y


def _build_axis(path: str, wcs: Wcs, at: int, size: int) -> Axis:
    """A linear axis in arcsec; one without a unit is in arcsec."""
    unit = wcs.units[at].lower()
    if unit not in _ARCSEC:
        raise NorhError(f"CUNIT{at + 1} is {unit[:20]!r}; it is arcsec or deg", path=path)
    value, step = (_ARCSEC[unit] * number for number in (wcs.reference[at], wcs.matrix[at][at]))
    if max(abs(wcs.origin[at]), abs(value), abs(step)) > _LARGEST:
        raise NorhError(
            f"CRPIX{at + 1}, CRVAL{at + 1} or CDELT{at + 1} is far off the Sun", path=path
        )
    return Axis(size, wcs.origin[at], value, step)


def _read_times(
    path: str, header: Header, remarks: list[str]
) -> tuple[datetime, datetime, datetime]:
    """Start, middle and end in UT; a time of day before the start is of the next day."""
    date = _DATE.fullmatch((find_string(header.value, "DATE-OBS") or "").strip())
    clocks = [_read_clock(header, keyword) for keyword in ("STRT-OBS", "TIME-OBS", "END-OBS")]
    start, middle, end = clocks
    known = next((clock for clock in (start, middle, end) if clock is not None), None)
    if date is None or known is None:
        raise NorhError("DATE-OBS and TIME-OBS do not tell when the image is of", path=path)
    try:
        day = datetime.fromisoformat(date[1])
    except ValueError:
        raise NorhError(f"DATE-OBS is {date[1]}, which is no day", path=path) from None
    if day.year not in _YEARS:
        raise NorhError(f"DATE-OBS is {date[1]}, when there was no Radioheliograph", path=path)
    first = known if start is None else start
    times = [first if clock is None else clock for clock in (start, middle, end)]
    begun, at, ended = (day + clock + (_DAY if clock < first else timedelta()) for clock in times)
    if middle is None:
        at = begun + (ended - begun) / 2
        remarks.append("TIME-OBS is missing or no time; the middle of STRT-OBS and END-OBS counts")
    return begun, at, ended


def _read_clock(header: Header, keyword: str) -> timedelta | None:
    match = _TIME.fullmatch((find_string(header.value, keyword) or "").strip())
    if match is None or float(match[3]) >= 61 or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return timedelta(hours=int(match[1]), minutes=int(match[2]), seconds=float(match[3]))


def require_same_place(first: SolarImage, second: SolarImage) -> None:
    """Refuse images whose pixels do not lie on each other to a tenth of a pixel.

    Raises
    ------
    NorhError
        when they do not.
    """
    for one, other, said in ((first.x, second.x, "west"), (first.y, second.y, "north")):
        step = abs(one.step)
        apart = abs(one.centre - other.centre)
        if one.size != other.size or abs(one.step - other.step) * one.size > 0.1 * step:
            raise NorhError(
                f"its pixels to the {said} are {other.size} of {other.step:g} arcsec, those of "
                f"{first.path} {one.size} of {one.step:g}",
                path=second.path,
            )
        if apart > 0.1 * step:
            raise NorhError(
                f"its centre is {apart:.2f} arcsec to the {said} of that of {first.path}, more "
                "than a tenth of a pixel",
                path=second.path,
            )


def require_same_time(first: SolarImage, second: SolarImage) -> None:
    """Refuse images whose times differ by more than half of the integration.

    Raises
    ------
    NorhError
        when they do.
    """
    apart = abs((first.middle - second.middle).total_seconds())
    if apart > max(first.exposure, second.exposure, 0.05) / 2 + 1e-6:
        raise NorhError(
            f"its time {second.middle:%H:%M:%S.%f} is {apart:g} s from that of {first.path}",
            path=second.path,
        )
