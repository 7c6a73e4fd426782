"""The images that are binned, on one grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.errors import XrayError

EXPOSURE_MIN = 1.0
"""Pixels that were exposed for less belong to no bin."""
_LARGEST = 1e18
"""Of a pixel: sums and squares stay within what single and double precision hold."""
_RATIO_FLOOR = np.float32(1e-7)

FloatImage = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BinningInputs:
    """What is binned; all images have one shape (rows, columns).

    Attributes
    ----------
    counts : ndarray of float32
        the image.
    mask : ndarray of int16
        0 outside; 1 inside; above 1 a pixel that may begin a bin and is never added to one.
    background : ndarray of float32, optional
        counts that are not of the source.
    exposure_ratio : ndarray of float32
        exposure of the image by that of the background.
    noise : ndarray of float32, optional
        standard deviations that take the place of those of counts.
    """

    counts: FloatImage
    mask: NDArray[np.int16]
    exposure_ratio: FloatImage
    background: FloatImage | None = None
    noise: FloatImage | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.counts.shape
        return rows, columns

    @property
    def signal(self) -> NDArray[np.float64]:
        """The image less the background that belongs to it."""
        values = self.counts.astype(np.float64)
        return values if self.background is None else values - self.background * self.ratio

    @property
    def ratio(self) -> NDArray[np.float64]:
        """The exposure ratio in double precision, as the quotient of single ones that it is."""
        return self.exposure_ratio.astype(np.float64)

    @classmethod
    def from_images(
        cls,
        counts: NDArray[np.float64],
        *,
        mask: NDArray[np.float64] | None = None,
        background: NDArray[np.float64] | None = None,
        exposure: NDArray[np.float64] | float = 1.0,
        background_exposure: NDArray[np.float64] | float = 1.0,
        noise: NDArray[np.float64] | None = None,
        automask: bool = False,
    ) -> BinningInputs:
        """The images as contbin takes them: in single precision, unexposed pixels left out.

        Parameters
        ----------
        counts : ndarray
            the image; NaN is outside.
        mask, background, noise : ndarray, optional
            images of its shape.
        exposure, background_exposure : ndarray or float
            exposure maps, or the exposure times.
        automask : bool
            leave out blocks of 8 by 8 pixels without counts.

        Raises
        ------
        XrayError
            when an image has another shape, or no pixel is left, or none of them has counts.
        """
        named = {
            "mask": mask, "background": background, "exposure map": exposure,
            "exposure map of the background": background_exposure, "noise map": noise,
        }  # fmt: skip
        for name, image in named.items():
            if isinstance(image, np.ndarray) and image.shape != counts.shape:
                raise XrayError(
                    f"the {name} has {_format_shape(image)} pixels, the image "
                    f"{_format_shape(counts)}"
                )
        for name, image in {"image": counts, **named}.items():
            if isinstance(image, np.ndarray) and np.nanmax(np.abs(image), initial=0) > _LARGEST:
                raise XrayError(f"the {name} has values beyond {_LARGEST:g}, the largest possible")
        inside = _build_mask(counts, mask, automask=automask)
        if isinstance(exposure, np.ndarray):
            inside[~(exposure >= EXPOSURE_MIN)] = 0
        for image in (counts, background, background_exposure, noise):
            if isinstance(image, np.ndarray):
                inside[~np.isfinite(image)] = 0
        if not (inside >= 1).any():
            raise XrayError("no pixel is left to be binned: all are masked, unexposed or undefined")
        if not (counts[inside >= 1] > 0).any():
            raise XrayError("no pixel that is to be binned has a value above 0")
        ratio = _clip_exposure(exposure, counts) / _clip_exposure(background_exposure, counts)
        return cls(
            _convert(counts), inside, ratio,
            None if background is None else _convert(background),
            None if noise is None else _convert(noise),
        )  # fmt: skip


def _convert(image: NDArray[np.float64]) -> FloatImage:
    return np.nan_to_num(image, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32)


def _clip_exposure(
    exposure: NDArray[np.float64] | float, counts: NDArray[np.float64]
) -> FloatImage:
    image = np.broadcast_to(np.asarray(exposure, np.float64), counts.shape)
    return np.maximum(_convert(image), _RATIO_FLOOR)


def _build_mask(
    counts: NDArray[np.float64], mask: NDArray[np.float64] | None, *, automask: bool
) -> NDArray[np.int16]:
    if mask is not None:
        return np.nan_to_num(mask, nan=0.0).astype(np.int16)
    inside = np.ones(counts.shape, np.int16)
    if automask:
        inside[find_empty_blocks(counts)] = 0
    return inside


_BLOCK = 8
_EMPTY = 1e-5


def find_empty_blocks(counts: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Pixels of the blocks of 8 by 8, counted from the first pixel, that hold no counts."""
    rows, columns = counts.shape
    padded = np.zeros((rows + -rows % _BLOCK, columns + -columns % _BLOCK))
    padded[:rows, :columns] = np.nan_to_num(counts)
    blocks = padded.reshape(padded.shape[0] // _BLOCK, _BLOCK, padded.shape[1] // _BLOCK, _BLOCK)
    is_empty = np.abs(blocks.sum(axis=(1, 3))) < _EMPTY
    found: NDArray[np.bool_] = is_empty.repeat(_BLOCK, axis=0).repeat(_BLOCK, axis=1)
    return found[:rows, :columns]


def _format_shape(image: NDArray[np.float64]) -> str:
    return " x ".join(map(str, reversed(image.shape)))
