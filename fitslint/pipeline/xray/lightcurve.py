"""Light curves, and how their quiet part is found.

``clean`` and ``sigma`` are the two ways of CIAO's deflare, which keep and cut whole bins.
``refined`` clips by the Poisson error of the median rate, since among a dozen bins two flares raise
the standard deviation so far that neither is out of 3 of it. It follows flares down to their ends
(`extend_flares`), then looks at the bins there in parts (`split_edges`): a tail under 3 sigma is
flare all the same, and a flare that begins in the middle of a bin takes the other half for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.events.intervals import Intervals

Numbers = NDArray[Any]
Mask = NDArray[np.bool_]
BIN_SECONDS = 80 * 3.24104
"""80 frames of ACIS, 259.28 s."""
PARTS = 10
"""Of a bin, each of 8 frames."""
METHODS = ("refined", "clean", "sigma")
_CLIP = 3.0
_CLEAN_FACTOR = 1.2
_CLEAN_MIN = 0.1
_RUN_MIN = 3
"""Bins in a row that a good interval has at least after sigma clipping."""
_ROUNDS_MAX = 100
_MEDIAN_AWAY = 0.6745
"""Of the absolute values of a Gaussian of width 1."""
_FLARING = 1.15
"""Times the quiet rate, down to which the bins beside a flare belong to it."""
_EVIDENCE = 3.0
"""Logarithm of how much likelier a change within a bin is than none, from which on it is one."""
_BINS_MAX = 10_000_000


@dataclass(frozen=True)
class LightCurve:
    """Counts in bins of time.

    Attributes
    ----------
    edges : ndarray, shape (n + 1,)
        seconds of mission time.
    counts : ndarray, shape (n,)
    seconds : ndarray, shape (n,)
        good time in every bin.
    """

    edges: Numbers
    counts: Numbers
    seconds: Numbers

    @property
    def rate(self) -> NDArray[np.float64]:
        """Counts/s; NaN in bins without good time."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(self.seconds > 0, self.counts / self.seconds, np.nan))

    @property
    def error(self) -> NDArray[np.float64]:
        """Its Poisson error."""
        with np.errstate(invalid="ignore", divide="ignore"):
            root = np.sqrt(self.counts)
            return np.asarray(np.where(self.seconds > 0, root / self.seconds, np.nan))

    def sum_parts(self, parts: int) -> LightCurve:
        """The curve in bins of so many of these; the last one may be shorter."""
        starts = np.arange(0, len(self.counts), parts)
        return LightCurve(
            np.append(self.edges[starts], self.edges[-1]),
            np.add.reduceat(self.counts, starts), np.add.reduceat(self.seconds, starts),
        )  # fmt: skip


class LightCurveBuilder:
    """Counts events chunk by chunk.

    Parameters
    ----------
    good : Intervals
        good time; the first bin begins with it.
    step : float
        seconds of a bin.

    Raises
    ------
    XrayError
        when there would be too many bins.
    """

    def __init__(self, good: Intervals, step: float = BIN_SECONDS) -> None:
        begin, end = good.span
        count = int(np.ceil((end - begin) / step))
        if not 0 < count <= _BINS_MAX:
            raise XrayError(f"{end - begin:g} s are no time for bins of {step:g} s")
        self._good = good
        self._edges = begin + step * np.arange(count + 1)
        self._step = step
        self._counts = np.zeros(count, np.int64)

    def add(self, times: Numbers) -> None:
        """Count events of the good time."""
        place = ((times[self._good.select(times)] - self._edges[0]) / self._step).astype(np.int64)
        self._counts += np.bincount(place, minlength=len(self._counts))[: len(self._counts)]

    def build(self) -> LightCurve:
        """The light curve of what was counted."""
        return LightCurve(self._edges, self._counts, self._good.measure_overlap(self._edges))


def select_quiet(curve: LightCurve, method: str) -> Mask:
    """The bins that deflare keeps.

    Parameters
    ----------
    curve : LightCurve
    method : {"refined", "clean", "sigma"}
        ``clean`` clips once at 3 sigma and keeps rates from mean / 1.2 to 1.2 mean; ``sigma`` clips
        at 3 sigma until nothing changes and keeps runs of at least three bins; ``refined`` clips at
        3 Poisson errors of the quiet rate, and cuts the ends of flares (`extend_flares`).

    Raises
    ------
    XrayError
        when there is no such method, no count, or too little is left.
    """
    if method not in METHODS:
        raise XrayError(f"there is no method {method[:40]!r}; there are {', '.join(METHODS)}")
    if not curve.counts.any():
        raise XrayError("the light curve has no counts")
    quiet = _SELECTORS[method](curve)
    left = float(curve.seconds[quiet].sum() / curve.seconds.sum())
    if left < _CLEAN_MIN:
        raise XrayError(
            f"the method {method} keeps {100 * left:.1f} % of the good time, less than "
            f"{100 * _CLEAN_MIN:.0f} %; look at the light curve, or take the other method"
        )
    return quiet


def _select_clean(curve: LightCurve) -> Mask:
    rate = curve.rate
    known = curve.seconds > 0
    near = known & (np.abs(rate - rate[known].mean()) <= _CLIP * rate[known].std())
    mean = rate[near].mean()
    return np.asarray(known & (rate >= mean / _CLEAN_FACTOR) & (rate <= mean * _CLEAN_FACTOR))


def _select_sigma(curve: LightCurve) -> Mask:
    rate = curve.rate
    kept = curve.seconds > 0
    for _ in range(_ROUNDS_MAX):
        mean, sigma = rate[kept].mean(), rate[kept].std()
        with np.errstate(invalid="ignore"):
            still = kept & (np.abs(rate - mean) <= _CLIP * sigma)
        if (still == kept).all():
            break
        kept = still
    # A bin without good time, as in a pause, does not end a run.
    flat = np.flatnonzero(curve.seconds > 0)
    edges = np.diff(np.concatenate([[0], kept[flat].astype(int), [0]]))
    quiet = np.zeros(len(rate), bool)
    for first, behind in zip(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0), strict=True):
        if behind - first >= min(_RUN_MIN, len(flat)):
            quiet[flat[first:behind]] = True
    return quiet


def extend_flares(curve: LightCurve, quiet: Mask) -> Mask:
    """The quiet bins without those that lead from a flare down to `_FLARING` of the quiet rate.

    A threshold to find flares and a lower one to follow them: in a faint curve 3 sigma are far
    above the end of a flare, and bins between both are kept where they stand alone.
    """
    if not quiet.any():
        return quiet
    rate = curve.rate
    mean = float(curve.counts[quiet].sum() / curve.seconds[quiet].sum())
    with np.errstate(invalid="ignore"):
        flaring, raised = ~quiet & (rate > mean), rate > _FLARING * mean
    for order in (range(1, len(rate)), range(len(rate) - 2, -1, -1)):
        step = order.step
        for at in order:
            flaring[at] |= flaring[at - step] and raised[at]
    return np.asarray(quiet & ~flaring)


def split_edges(fine: LightCurve, quiet: Mask, parts: int = PARTS) -> Mask:
    """The parts of bins that are kept: those of quiet bins, and the quiet end of their neighbours.

    A bin that is cut beside one that is kept may be quiet up to the moment in which a flare begins,
    or from that on in which it has ended: where counts at the quiet rate followed by those of
    another one are much likelier than one rate for all of the bin (a change point of two Poisson
    rates), the quiet parts are kept.

    Parameters
    ----------
    fine : LightCurve
        in parts of bins.
    quiet : ndarray of bool
        whole bins that are kept.
    parts : int
        of a bin.
    """
    kept = np.repeat(quiet, parts)[: len(fine.counts)]
    rate = float(fine.counts[kept].sum() / max(fine.seconds[kept].sum(), 1e-9))
    if not rate > 0:
        return kept
    for at in np.flatnonzero(~quiet):
        inner = slice(at * parts, min((at + 1) * parts, len(kept)))
        counts, seconds = fine.counts[inner].astype(float), fine.seconds[inner]
        if at > 0 and quiet[at - 1]:
            kept[inner][: _find_change(counts, seconds, rate)] = True
        if at + 1 < len(quiet) and quiet[at + 1]:
            many = _find_change(counts[::-1], seconds[::-1], rate)
            kept[inner][len(counts) - many :] = True
    return kept


def _find_change(counts: Numbers, seconds: Numbers, rate: float) -> int:
    """How many parts from the first on have the rate, before another one begins."""
    before = np.concatenate([[0.0], np.cumsum(counts)])
    time = np.concatenate([[0.0], np.cumsum(seconds)])
    rest, left = before[-1] - before, time[-1] - time
    with np.errstate(divide="ignore", invalid="ignore"):
        other = np.where(rest > 0, rest * np.log(rest / left), 0.0) - rest
    likely = before * np.log(rate) - rate * time + other
    best = int(np.nanargmax(np.where(left > 0, likely, -np.inf)))
    return best if likely[best] - likely[0] > _EVIDENCE else 0


def _select_refined(curve: LightCurve) -> Mask:
    """Within 3 Poisson errors of the median rate; more where most bins scatter more than that."""
    rate, known = curve.rate, curve.seconds > 0
    kept = known
    for _ in range(_ROUNDS_MAX):
        middle = float(np.median(rate[kept]))
        with np.errstate(invalid="ignore", divide="ignore"):
            away = np.abs(rate - middle) / np.sqrt(max(middle, 1e-9) / curve.seconds)
        scatter = max(float(np.median(away[kept])) / _MEDIAN_AWAY, 1.0)
        still = known & (away <= _CLIP * scatter)
        if (still == kept).all():
            break
        kept = still
    return extend_flares(curve, kept)


_SELECTORS = {"refined": _select_refined, "clean": _select_clean, "sigma": _select_sigma}


def build_quiet_intervals(curve: LightCurve, quiet: Mask, good: Intervals) -> Intervals:
    """The good time within the bins that are kept."""
    pairs = np.column_stack([curve.edges[:-1], curve.edges[1:]])[quiet]
    return good.intersect(Intervals.from_pairs(pairs))
