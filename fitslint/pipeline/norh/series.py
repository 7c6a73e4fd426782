"""Correlation series, tcx and tsx (A.8, A.9): read, joined, and what they are as a flux.

A file has one axis of time whose reference value is a time of day as a *string*. JSTTIME is that of
the first sample, not of the middle as in images. The layout of tsx is not published: one axis, or
two of which the first has length 2 (right and left circular polarisation), is what is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fitslint.model.header import Header
from fitslint.pipeline.norh.clock import YEARS, format_ut
from fitslint.pipeline.norh.constants import SFU_PER_CORRELATION
from fitslint.pipeline.norh.errors import NorhError
from fitslint.products.lookup import find_string, read_header_number
from fitslint.source.image import ImageError, has_image, open_fits, read_axes
from fitslint.source.image import read_image as read_fits_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SAMPLES_MAX = 1 << 24
_STEP_MAX = 60
_OUTSIDE_MAX = 1e-3
"""Fraction of samples outside of -1 to 1 from which on they are no correlations."""
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]{1,6})?)")


@dataclass(frozen=True, slots=True, eq=False)
class CorrelationSeries:
    """A series of mean correlations.

    Parameters
    ----------
    path : str
        the file, or all files of a joined series.
    frequency : str
        ``17GHz`` or ``34GHz``.
    channels : tuple of str
        what the rows of ``values`` are: R+L, or RCP and LCP.
    start : datetime
        of the first sample, UT.
    seconds : ndarray of shape (n,)
        since the start.
    frames : ndarray of int, shape (n,)
        of the schedule that a sample belongs to.
    values : ndarray of shape (channels, n)
        correlations, 1 being full; NaN where there is none.
    remarks : tuple of str
        what is doubtful.
    """

    path: str
    frequency: str
    channels: tuple[str, ...]
    start: datetime
    seconds: Floats
    frames: NDArray[np.int64]
    values: Floats
    step: float
    remarks: tuple[str, ...] = ()

    @property
    def end(self) -> datetime:
        """Of the last sample, UT."""
        return self.start + timedelta(seconds=float(self.seconds[-1]))

    def describe_kind(self) -> str:
        """Polarisations and frequency."""
        return f"{' and '.join(self.channels)} at {self.frequency}"

    def estimate_flux(self) -> Floats:
        """Flux density in SFU by the manual's 30 SFU a percent; approximate, and low near 1.

        Raises
        ------
        NorhError
            when it is not R+L at 17 GHz, for which the manual has a number.
        """
        if self.frequency != "17GHz" or self.channels != ("R+L",):
            raise NorhError(
                f"{self.path}: 30 SFU a percent hold for R+L at 17 GHz, not for "
                f"{self.describe_kind()}"
            )
        return self.values * SFU_PER_CORRELATION


def read_series(path: str) -> CorrelationSeries:
    """Read a file tcx or tsx.

    Raises
    ------
    NorhError
        when it is none, its header does not tell times, or its values are no correlations.
    """
    try:
        with open_fits(path) as (_, file):
            axes = [n for n in read_axes(file.hdus[0]) if n != 1] if file.hdus else []
            layout = ", ".join(
                f"{hdu.kind} {' x '.join(map(str, read_axes(hdu)))}".rstrip()
                for hdu in file.hdus[:20]
            )
            held = f"there are {layout}" if layout else "there are no HDUs"
            first_is_image = bool(file.hdus) and has_image(file.hdus[0])
        if not first_is_image or len(axes) not in (1, 2) or (len(axes) == 2 and axes[0] != 2):
            raise NorhError(f"{path}: no correlation series; {held}")
        image = read_fits_array(path, axes=len(axes), max_pixels=_SAMPLES_MAX)
    except ImageError as error:
        raise NorhError(f"{path}: {error}") from None
    return _describe_series(path, image.header, np.atleast_2d(image.values))


def _describe_series(path: str, header: Header, values: Floats) -> CorrelationSeries:
    values = values.T if values.shape[1] == 2 and values.shape[0] != 1 else values
    frequency = (find_string(header.value, "OBS-FREQ") or "").strip().upper()
    if frequency not in ("17GHZ", "34GHZ"):
        raise NorhError(f"{path}: OBS-FREQ is {frequency[:20]!r}, neither 17GHZ nor 34GHZ")
    step = read_header_number(header.value, "CDELT1")
    if step is None or not 0 < step <= _STEP_MAX:
        raise NorhError(
            f"{path}: CDELT1 is no time between samples, above 0 and up to {_STEP_MAX} s"
        )
    pixel = read_header_number(header.value, "CRPIX1")
    first = read_header_number(header.value, "STARTFRM")
    for keyword, number in (("CRPIX1", pixel), ("STARTFRM", first)):
        if number is not None and abs(number) > _SAMPLES_MAX:
            raise NorhError(f"{path}: {keyword} is {number:g}, which no sample of a series has")
    start = _read_start(path, header)
    start -= timedelta(seconds=((1.0 if pixel is None else pixel) - 1) * step)
    count = values.shape[1]
    channels = ("RCP", "LCP") if len(values) == 2 else (
        (find_string(header.value, "IMAGE1") or "R+L").strip().upper(),
    )  # fmt: skip
    return CorrelationSeries(
        path,
        f"{frequency[:2]}GHz",
        channels,
        start,
        np.arange(count, dtype=np.float64) * step,
        np.arange(count) + int(1 if first is None else first),
        values,
        step,
        _judge_values(path, values),
    )


def _read_start(path: str, header: Header) -> datetime:
    """The time of the reference sample."""
    text, clock = find_string(header.value, "DATE-OBS"), find_string(header.value, "CRVAL1")
    try:
        day = datetime.strptime((text or "").strip()[:10], "%Y-%m-%d")
    except ValueError:
        raise NorhError(f"{path}: DATE-OBS is missing, or no date yyyy-mm-dd") from None
    if day.year not in YEARS:
        raise NorhError(f"{path}: DATE-OBS is {text!r}, when there was no Radioheliograph")
    match = _CLOCK.fullmatch((clock or "").strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59 or float(match[3]) >= 61:
        raise NorhError(f"{path}: CRVAL1 is missing, or no time of day hh:mm:ss")
    seconds = int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])
    found = day + timedelta(seconds=seconds)
    japanese = (find_string(header.value, "JSTDATE") or "").strip()
    if japanese:
        try:
            apart = (datetime.strptime(japanese, "%Y-%m-%d") - day).days
        except ValueError:
            raise NorhError(f"{path}: JSTDATE is {japanese[:20]!r}, no date yyyy-mm-dd") from None
        if apart not in (0, 1):
            raise NorhError(
                f"{path}: DATE-OBS {text} and JSTDATE {japanese} are {abs(apart)} days apart"
            )
    return found


def _judge_values(path: str, values: Floats) -> tuple[str, ...]:
    known = np.isfinite(values)
    outside = int(np.count_nonzero(np.abs(values[known]) > 1))
    if not known.any():
        raise NorhError(f"{path}: no sample has a value")
    if outside >= _OUTSIDE_MAX * values.size:
        raise NorhError(
            f"{path}: {outside} of {values.size} samples are outside of -1 to 1; these are no "
            "correlations"
        )
    return (f"{path}: {outside} samples are outside of -1 to 1",) if outside else ()


def join_series(parts: Sequence[CorrelationSeries]) -> CorrelationSeries:
    """One series of several, in the order of time; gaps stay gaps.

    Raises
    ------
    NorhError
        when they are not of one kind, or two cover the same time.
    """
    ordered = sorted(parts, key=lambda part: part.start)
    first = ordered[0]
    for earlier, later in pairwise(ordered):
        if (later.frequency, later.channels) != (first.frequency, first.channels):
            raise NorhError(
                f"{first.path} is {first.describe_kind()}, {later.path} {later.describe_kind()}; "
                "they make no one series"
            )
        if later.start <= earlier.end:
            raise NorhError(
                f"{earlier.path} and {later.path} cover the same time: {format_ut(later.start)} UT"
            )
    since = [(part.start - first.start).total_seconds() for part in ordered]
    return CorrelationSeries(
        ", ".join(part.path for part in ordered),
        first.frequency,
        first.channels,
        first.start,
        np.concatenate([part.seconds + at for part, at in zip(ordered, since, strict=True)]),
        np.concatenate([part.frames for part in ordered]),
        np.concatenate([part.values for part in ordered], axis=1),
        min(part.step for part in ordered),
        tuple(remark for part in ordered for remark in part.remarks),
    )


def break_gaps(series: CorrelationSeries) -> tuple[Floats, Floats]:
    """Seconds and values with a NaN in each gap, for a line that is not drawn across."""
    gaps = np.flatnonzero(np.diff(series.seconds) > 1.5 * series.step) + 1
    seconds = np.insert(series.seconds, gaps, series.seconds[gaps - 1] + series.step)
    return seconds, np.insert(series.values, gaps, np.nan, axis=1)
