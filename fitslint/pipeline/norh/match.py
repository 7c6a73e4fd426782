"""Beams brought together: each of two images is convolved with the beam of the other.

The finer image is taken at the pixel centres of the coarser one by a kernel that is evaluated at
the offsets from those centres, so that its beam is not widened by means over pixels. How IDL's
norh_convol comes to the coarser pixels is not published; ``parity`` takes means of blocks.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fitslint.pipeline.norh.beam import Beam, compute_beam
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.image import Axis, SolarImage, require_same_time

if TYPE_CHECKING:
    from fitslint.pipeline.norh.image import Floats

KERNEL_REACH = 40.0
"""arcsec; a kernel of 21 pixels would cut 4e-4 off the beam at 17 GHz."""
_DRIFT_MAX = 0.1
"""Finer pixels by which the grids may run apart over an image."""


def match_images(
    first: SolarImage, second: SolarImage, *, parity: bool = False
) -> tuple[SolarImage, SolarImage, Beam]:
    """Both images with one beam on one grid, and that beam.

    The grid is that of the coarser image where the finer one covers it.

    Raises
    ------
    NorhError
        when times, units or fields of view do not go together, pixels have no value, or the
        coarser ones are no whole number of finer ones.
    """
    require_same_time(first, second)
    for image in (first, second):
        missing = image.values.size - int(np.isfinite(image.values).sum())
        if missing:
            raise NorhError(
                f"{missing} pixels have no value and cannot be convolved", path=image.path
            )
    if first.unit != second.unit:
        raise NorhError(
            f"BUNIT is {second.unit!r}, that of {first.path} {first.unit!r}", path=second.path
        )
    beams = compute_beam(first), compute_beam(second)
    coarse, fine = (first, second) if first.pixel_area >= second.pixel_area else (second, first)
    coarse_beam, fine_beam = beams if coarse is first else beams[::-1]
    columns, rows = _cut_axis(coarse, fine, "x"), _cut_axis(coarse, fine, "y")
    matched = {
        "coarse": _resample(coarse, fine_beam, columns, rows, parity=parity),
        "fine": _resample(fine, coarse_beam, columns, rows, parity=parity),
    }
    ordered = ("coarse", "fine") if coarse is first else ("fine", "coarse")
    one, other = (matched[name] for name in ordered)
    return one, other, beams[0].convolve(beams[1])


def _cut_axis(coarse: SolarImage, fine: SolarImage, name: str) -> Axis:
    """The pixels of the coarser axis whose centres the finer image covers."""
    axis: Axis = getattr(coarse, name)
    other: Axis = getattr(fine, name)
    ratio = axis.step / other.step
    if abs(ratio - round(ratio)) * axis.size > _DRIFT_MAX or round(ratio) < 1:
        raise NorhError(
            f"pixels of {axis.step:g} arcsec are no whole number of those of {other.step:g} of "
            f"{fine.path}",
            path=coarse.path,
        )
    ends = sorted((float(other.locate(-0.5)), float(other.locate(other.size - 0.5))))
    inside = np.flatnonzero((axis.coordinates >= ends[0]) & (axis.coordinates <= ends[1]))
    if inside.size < 2:
        raise NorhError(f"its field of view and that of {fine.path} do not meet", path=coarse.path)
    return axis.cut(int(inside[0]), int(inside[-1]) + 1)


def _resample(image: SolarImage, beam: Beam, x: Axis, y: Axis, *, parity: bool) -> SolarImage:
    """The image convolved with ``beam`` at the pixel centres of the axes; zero beyond its edges."""
    ratio = round(x.step / image.x.step), round(y.step / image.y.step)
    places = tuple(
        (float(axis.locate(0)) - own.value) / own.step + own.reference - 1
        for axis, own in ((x, image.x), (y, image.y))
    )
    if parity and ratio != (1, 1):
        values = _average_blocks(convolve(image, beam, (0.0, 0.0)), places, ratio, x.size, y.size)
    else:
        start = [math.floor(place + 0.5) for place in places]
        shift = (places[0] - start[0], places[1] - start[1])
        full = convolve(image, beam, shift)
        at = [
            np.clip(start[n] + ratio[n] * np.arange(axis.size), 0, full.shape[1 - n] - 1)
            for n, axis in ((0, x), (1, y))
        ]
        values = full[at[1][:, np.newaxis], at[0]]
    return replace(image, values=np.ascontiguousarray(values), x=x, y=y)


def convolve(image: SolarImage, beam: Beam, shift: tuple[float, float]) -> Floats:
    """An image convolved with a beam of sum 1, at places ``shift`` pixels (x, y) off its centres.

    Pixels beyond the edges are zero.
    """
    from scipy import fft

    reach = [math.ceil(KERNEL_REACH / abs(axis.step)) + 1 for axis in (image.x, image.y)]
    # The kernel is seen from the place where the value is wanted, hence the sign of the shift.
    x = (np.arange(-reach[0], reach[0] + 1) + shift[0]) * image.x.step
    y = (np.arange(-reach[1], reach[1] + 1) + shift[1])[:, np.newaxis] * image.y.step
    kernel = np.where(np.hypot(x, y) <= KERNEL_REACH, beam.sample(x, y), 0.0)
    sizes = [
        fft.next_fast_len(size + 2 * far, real=True)
        for size, far in zip(image.values.shape, reach[::-1], strict=True)
    ]
    product = fft.rfft2(image.values, sizes) * fft.rfft2(kernel / kernel.sum(), sizes)
    full = fft.irfft2(product, sizes)
    return np.asarray(full[reach[1] : reach[1] + image.y.size, reach[0] : reach[0] + image.x.size])


def _average_blocks(
    values: Floats, places: tuple[float, ...], ratio: tuple[int, int], columns: int, rows: int
) -> Floats:
    """Means of the finer pixels in every coarser one."""
    starts = [round(place - (count - 1) / 2) for place, count in zip(places, ratio, strict=True)]
    parts = [starts[n] + np.arange(size * ratio[n]) for n, size in ((0, columns), (1, rows))]
    parts = [np.clip(part, 0, values.shape[1 - n] - 1) for n, part in enumerate(parts)]
    cut = values[parts[1][:, np.newaxis], parts[0]]
    return np.asarray(cut.reshape(rows, ratio[1], columns, ratio[0]).mean(axis=(1, 3)))
