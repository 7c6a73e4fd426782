"""What is wrong among measurements that should agree: one of a star at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_FEW = 5


def find_outliers(
    star: NDArray[np.int64],
    residuals: Array,
    weight: Array,
    good: Flags,
    *,
    reference: Array,
    reference_weight: Array,
    reference_good: Flags,
    sigmas: float,
    cut: float | None = None,
) -> tuple[Flags, Flags, float]:
    """The worst of every star, where it is worse than it can be.

    One bad measurement drags its star and makes the others of it look bad: to take all of them out
    at once would lose good ones. What is left is judged again in the next pass. Where a star is
    known by two things only and they contradict each other, nothing tells which is wrong, and what
    is left of the two says nothing about visits or chips: both go.

    Parameters
    ----------
    star : int array, (n,)
    residuals, reference : array, (n, axes) and (stars, axes)
    weight, reference_weight : array
        inverse variances; those of measurements that were thrown out do not matter.
    good, reference_good : bool array
        what was not thrown out yet.
    sigmas : float
        chi-square is too large from its mean and so many standard deviations on.
    cut : float, optional
        from where it is too large, if that is known.

    Returns
    -------
    wrong, wrong_reference : bool array
    cut : float
    """
    stars = len(reference)
    used = reference_good & (reference_weight < 1e20)
    chi2 = np.where(good, np.sum(residuals**2, axis=1) * weight, 0.0)
    total = np.bincount(star, weight * good, stars) + np.where(
        reference_good, reference_weight, 0.0
    )
    # A residual is smaller than the error by what the measurement itself gives to its star.
    share = np.clip(1 - weight / np.where(total > 0, total, 1.0)[star], 0.0, 1.0)
    lonely = share < 1e-9
    chi2 = np.where(lonely, 0.0, chi2 / np.where(lonely, 1.0, share))
    off = np.zeros(stars)
    off[used] = np.sum(reference[used] ** 2, axis=1) * reference_weight[used]
    share = np.clip(1 - reference_weight[used] / total[used], 1e-9, 1.0)
    off[used] = np.where(share > 1e-9, off[used] / share, 0.0)
    if cut is None:
        cut = _find_cut(np.concatenate([chi2[good & ~lonely], off[used]]), sigmas)
    worst = np.copy(off)
    np.maximum.at(worst, star, chi2)
    bad = worst > cut
    is_fixed = reference_good & ~used
    pair = bad & (np.bincount(star, good, stars) + reference_good == 2) & ~is_fixed
    wrong_reference = used & bad & ((off == worst) | pair)
    wrong = good & bad[star] & (chi2 == worst[star]) & ~wrong_reference[star]
    # Of two that are equally bad the first goes.
    at = np.flatnonzero(wrong)
    _, first = np.unique(star[at], return_index=True)
    alone = np.zeros_like(wrong)
    alone[at[first]] = True
    return alone | (good & pair[star]), wrong_reference, cut


def _find_cut(chi2: Array, sigmas: float) -> float:
    if not len(chi2):
        return np.inf
    # Of few, the worst would hide behind the deviation that it makes itself.
    others = np.delete(chi2, np.argmax(chi2)) if len(chi2) > _FEW else chi2
    return float(np.mean(others) + sigmas * np.std(others))
