"""Shear of a convergence map (Kaiser & Squires 1993, ApJ 404, 441, section 2).

In Fourier space gamma = D kappa with D = (l1^2 - l2^2 + 2 i l1 l2) / |l|^2. A field cuts the mass
off at its edges, and a constant sheet has no shear. What the mass outside, the edge and the sheet
do to the shear inside has a potential without convergence there: gamma_outside is a power series in
the complex conjugate of x + i y. The first terms of that series are fitted and taken away, so that
the comparison holds to 1e-6 for a map that resolves its mass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from fitslint.wcs.map_frame import Floats

Complex = NDArray[np.complex128]
_TERMS = 7
"""Terms of the series of the shear from outside."""
_INNER_RADIUS = 0.5
"""Half-width of the circle that is compared, by that of the field."""
_MAX_FIT_PIXELS = 20_000
"""Pixels that the series is fitted to."""


@dataclass(frozen=True)
class ShearComparison:
    """Shear maps against the shear of the convergence."""

    residual: Complex
    """Shear less that of the convergence and the outside, NaN outside the circle."""
    inside: NDArray[np.bool_]
    median: float
    """Median of |residual| by the median of |shear|."""
    slope: float
    """Shear by that of the convergence, least squares."""


def compute_shear(convergence: Floats) -> Complex:
    """gamma1 + i gamma2 along columns and rows of a convergence map, padded to twice its size."""
    rows, columns = convergence.shape
    shape = [fft.next_fast_len(2 * size) for size in (rows, columns)]
    l2 = fft.fftfreq(shape[0])[:, None]
    l1 = fft.fftfreq(shape[1])[None, :]
    square = l1**2 + l2**2
    square[0, 0] = 1.0
    kernel = ((l1 + 1j * l2) ** 2) / square
    # At the Nyquist frequency l and -l are one, and 2 l1 l2 has either sign.
    kernel.imag[(np.abs(l1) == 0.5) | (np.abs(l2) == 0.5)] = 0.0
    made = fft.ifft2(kernel * fft.fft2(convergence, shape))
    return np.asarray(made[:rows, :columns])


def compare_shear(convergence: Floats, given: Complex) -> ShearComparison:
    """Hold shear maps against the shear of a convergence map.

    Parameters
    ----------
    convergence, given : ndarray, shape (rows, columns)
        without NaN; ``given`` is gamma1 + i gamma2 along columns and rows.
    """
    rows, columns = convergence.shape
    y, x = np.mgrid[:rows, :columns]
    half = min(rows, columns) / 2
    place = ((x - (columns - 1) / 2) + 1j * (y - (rows - 1) / 2)) / half
    inside = np.abs(place) < _INNER_RADIUS
    mine, its, conj = compute_shear(convergence)[inside], given[inside], np.conj(place[inside])
    series = np.stack([conj**power for power in range(_TERMS)], axis=1)
    step = max(1, its.size // _MAX_FIT_PIXELS)
    found = np.linalg.lstsq(np.column_stack([mine, series])[::step], its[::step], rcond=None)[0]
    fixed = np.linalg.lstsq(series[::step], (its - mine)[::step], rcond=None)[0]
    left = its - mine - series @ fixed
    residual = np.full(convergence.shape, complex(np.nan, np.nan))
    residual[inside] = left
    scale = float(np.median(np.abs(its)))
    median = float(np.median(np.abs(left))) / scale if scale > 0 else np.inf
    return ShearComparison(residual, inside, median, float(found[0].real))
