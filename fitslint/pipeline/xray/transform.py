"""Convolutions of one image with several kernels, by Fourier transforms that are shared."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Spectrum = NDArray[np.complexfloating[Any, Any]]
Map = NDArray[np.floating[Any]]


class ImageTransform:
    """Transforms of images of one shape; beyond their edges they are zero.

    Parameters
    ----------
    shape : (int, int)
        rows and columns of the images.
    reach : int
        pixels from the middle of the largest kernel to its edge.
    """

    def __init__(self, shape: tuple[int, int], reach: int) -> None:
        from scipy.fft import next_fast_len

        self._shape = shape
        self._size = tuple(next_fast_len(length + reach, real=True) for length in shape)

    def transform(self, image: Map) -> Spectrum:
        """The transform of an image."""
        from scipy.fft import rfft2

        return np.asarray(rfft2(image, self._size))

    def transform_kernel(self, kernel: Map) -> Spectrum:
        """The transform of a kernel of odd size, its middle at the origin."""
        from scipy.fft import rfft2

        spread = np.zeros(self._size, kernel.dtype)
        spread[: kernel.shape[0], : kernel.shape[1]] = kernel
        return np.asarray(
            rfft2(np.roll(spread, [-(length // 2) for length in kernel.shape], (0, 1)))
        )

    def convolve(self, image: Spectrum, kernel: Spectrum) -> Map:
        """The image convolved with the kernel, in the shape of the image."""
        from scipy.fft import irfft2

        found = irfft2(image * kernel, self._size)
        return np.asarray(found[: self._shape[0], : self._shape[1]])
