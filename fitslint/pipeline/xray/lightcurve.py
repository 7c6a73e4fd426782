"""Light curves, and how their quiet part is found.

``clean`` and ``sigma`` are the two ways of CIAO's deflare, which keep and cut whole bins.
``refined`` has no bins, in which a flare takes what is beside it, and no standard deviation, which
two flares among a dozen bins raise until neither is out of 3 of it: every frame is quiet or in a
flare (or in a dip, as where telemetry was lost), and it finds the likeliest row of such states.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.events.intervals import Intervals

Numbers = NDArray[Any]
Mask = NDArray[np.bool_]
FRAMES = 80
"""Of ACIS in a bin."""
BIN_SECONDS = FRAMES * 3.24104
"""259.28 s."""
METHODS = ("refined", "clean", "sigma")
_CLIP = 3.0
_CLEAN_FACTOR = 1.2
_CLEAN_MIN = 0.1
_RUN_MIN = 3
"""Bins in a row that a good interval has at least after sigma clipping."""
_ROUNDS_MAX = 100
_MEDIAN_AWAY = 0.6745
"""Of the absolute values of a Gaussian of width 1."""
_LEVEL, _LEVEL_MIN, _LEVEL_MAX = 7.0, 0.1, 1.0
"""Sigma of a bin by which a flare is thought to be above the quiet rate, as that is half way where
it ends; and the limits of that in parts of the rate."""
_CHANGE = 4.0
"""Logarithm of how much likelier quiet stays quiet, and flare flare, from frame to frame."""
_SURE = 4.0
"""By how much more than the logarithm of the frames a flare is likelier than none (logarithm)."""
_DECAYS, _HEIGHTS, _BLOCKS = 25, 40, 2000
"""Decays and heights that are tried for a flare, and blocks of frames that are told apart."""
_WINDOW = 4
"""Lengths of a flare within which its end is looked for."""
_CERTAIN = 0.93
"""Of the end of a flare: a share of it that is left costs more than one of the quiet time."""
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
        at 3 sigma until nothing changes and keeps runs of at least three bins; ``refined`` asks of
        every entry of the curve, which are frames then, whether it is quiet or in a flare.

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
    quiet = np.zeros(len(rate), bool)
    for first, behind in list_true_runs(kept[flat]):
        if behind - first >= min(_RUN_MIN, len(flat)):
            quiet[flat[first:behind]] = True
    return quiet


def list_true_runs(mask: Mask) -> list[tuple[int, int]]:
    """First entry of every run of true ones, and the entry behind its last.

    Examples
    --------
    >>> list_true_runs(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    edges = np.diff(np.concatenate([[0], mask.astype(int), [0]]))
    first, behind = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
    return list(zip(first.tolist(), behind.tolist(), strict=True))


def _select_refined(frames: LightCurve) -> Mask:
    """The frames that are likelier quiet than not, the quiet rate being that of what is kept."""
    known = frames.seconds > 0
    seen = LightCurve(np.append(0.0, np.cumsum(frames.seconds[known])), frames.counts[known],
                      frames.seconds[known])  # fmt: skip
    bins = seen.sum_parts(FRAMES)
    # Where most bins are empty their median is none.
    rate = float(np.median(bins.rate)) or float(seen.counts.sum() / seen.seconds.sum())
    kept = np.zeros(len(seen.counts), bool)
    for _ in range(_ROUNDS_MAX):
        scatter = _measure_scatter(bins, rate)
        still = _follow_states(_score_states(seen, rate, scatter))
        _drop_chance(seen, still, rate, scatter)
        _follow_flares(seen, still, rate, scatter)
        same = bool((still == kept).all())
        kept = still
        if same or not seen.counts[kept].any():
            break
        rate = float(seen.counts[kept].sum() / seen.seconds[kept].sum())
    quiet = np.zeros(len(known), bool)
    quiet[known] = kept
    return quiet


def _drop_chance(frames: LightCurve, kept: Mask, rate: float, scatter: float) -> None:
    """Keep again what chance makes of so many quiet frames, once in a hundred curves or oftener."""
    wanted = (math.log(len(kept)) + _SURE) * scatter**2
    for first, behind in list_true_runs(~kept):
        run = slice(first, behind)
        if _compare_rates(frames.counts[run], rate * frames.seconds[run]) < wanted:
            kept[run] = True


def _compare_rates(counts: Numbers, due: Numbers) -> float:
    """How much likelier (logarithm) counts are by their own rate than by what is due."""
    seen, wanted = float(counts.sum()), float(due.sum())
    return (seen * math.log(seen / wanted) if seen else 0.0) - seen + wanted


def _follow_flares(frames: LightCurve, kept: Mask, rate: float, scatter: float) -> None:
    """Give every flare the begin and the end that it has as a whole.

    The row of states begins early where chance stands before a flare, and no frame of its end
    tells more than quiet ones do. A flare begins where its frames on the whole speak for it, and
    ends where its decay is surely below half the level, unless the frames speak against a decay;
    what the row has beside that goes where it is more than quiet by itself.
    """
    runs = list_true_runs(~kept)
    due = rate * frames.seconds
    least = _find_level(rate, scatter) / 2
    limits = [*(first for first, _ in runs[1:]), len(kept)]
    for (first, behind), limit in zip(runs, limits, strict=False):
        part = slice(first, behind)
        factor = float(frames.counts[part].sum() / due[part].sum())
        if factor <= 1:
            continue
        speaking = np.cumsum(frames.counts[part] * math.log(factor) - due[part] * (factor - 1))
        begin = first + int(np.argmin(np.append(0.0, speaking[:-1])))
        stop = min(limit, behind + _WINDOW * (behind - begin))
        window = slice(begin, stop)
        length = _find_end(frames.counts[window], due[window], behind - begin, least, scatter)
        end = min(begin + length, stop)
        kept[part] = True
        kept[begin:end] = False
        for rest in (slice(first, begin), slice(end, behind)):
            more = frames.counts[rest].sum() > due[rest].sum()
            gain = _compare_rates(frames.counts[rest], due[rest]) if more else 0.0
            if gain > 2 * _CHANGE * scatter**2:
                kept[rest] = False


def _find_end(counts: Numbers, due: Numbers, length: int, least: float, scatter: float) -> int:
    """Frames after which a flare is below a part of the quiet rate with the certainty `_CERTAIN`.

    Every decay and height has the weight of its likelihood.

    Parameters
    ----------
    counts, due : ndarray
        what is seen from its begin on, and what quiet frames would have.
    length : int
        frames that it lasts for certain; decays of up to twice as many are tried.
    least : float
        the part.
    """
    starts = np.arange(0, len(counts), -(-len(counts) // _BLOCKS))
    excess = max(float(counts[:length].sum() / due[:length].sum()) - 1, 0.05)
    counts, due = np.add.reduceat(counts, starts), np.add.reduceat(due, starts)
    heights = excess * np.geomspace(0.5, 20.0, _HEIGHTS)
    decays = np.geomspace(max(length / 12, 0.5), 2.0 * length + 1, _DECAYS)
    shapes = np.exp(-starts / decays[:, None])
    gain = np.array(
        [np.log1p(heights[:, None] * shape) @ counts - heights * (shape @ due) for shape in shapes]
    ) / scatter**2  # fmt: skip
    best = np.unravel_index(np.argmax(gain), gain.shape)
    ends = np.outer(decays, np.log(np.maximum(heights / least, 1.0))).ravel()
    order = np.argsort(ends)
    weight = np.cumsum(np.exp(gain - gain[best]).ravel()[order])
    end = math.ceil(ends[order][np.searchsorted(weight, _CERTAIN * weight[-1])])
    tail = (starts >= length) & (starts < end)
    more = heights[best[1]] * shapes[best[0]][tail]
    for_flare = float((counts[tail] * np.log1p(more) - more * due[tail]).sum())
    return max(end, 1) if for_flare > -_CHANGE * scatter**2 else length


def _measure_scatter(bins: LightCurve, rate: float) -> float:
    """How much more bins scatter about the rate than Poisson has it; never less than 1."""
    away = np.abs(bins.rate - rate) * np.sqrt(bins.seconds / rate)
    return max(float(np.median(away)) / _MEDIAN_AWAY, 1.0)


def _find_level(rate: float, scatter: float) -> float:
    """By which part of the quiet rate a flare is thought to be above it: 7 sigma of a bin."""
    return min(max(_LEVEL * scatter / math.sqrt(rate * BIN_SECONDS), _LEVEL_MIN), _LEVEL_MAX)


def _score_states(frames: LightCurve, rate: float, scatter: float) -> Numbers:
    """How much likelier than quiet (logarithm) each frame is quiet, flaring, and cut short."""
    level = _find_level(rate, scatter)
    factors = np.array([1.0, 1 + level, 1 / (1 + level)])
    due = rate * frames.seconds[:, None]
    return np.asarray((frames.counts[:, None] * np.log(factors) - due * (factors - 1)) / scatter**2)


def _follow_states(scores: Numbers) -> Mask:
    """Whether the first state stands in the likeliest row of states (Viterbi 1967).

    Every change of the state costs `_CHANGE`, so that what lies between two changes has to be
    likelier by twice that.

    Parameters
    ----------
    scores : ndarray, shape (n, states)
        logarithms.
    """
    states = range(scores.shape[1])
    totals = [0.0] + [-_CHANGE] * (len(states) - 1)
    origins, changed = bytearray(len(scores)), bytearray(len(scores))
    for at, row in enumerate(scores.tolist()):
        best = max(states, key=totals.__getitem__)
        floor = totals[best] - _CHANGE
        origins[at] = best
        for state in states:
            if totals[state] < floor:
                totals[state] = floor
                changed[at] |= 1 << state
            totals[state] += row[state]
    state = max(states, key=totals.__getitem__)
    quiet = np.zeros(len(scores), bool)
    for at in range(len(scores) - 1, -1, -1):
        quiet[at] = state == 0
        if changed[at] >> state & 1:
            state = origins[at]
    return quiet


def find_least_flare(curve: LightCurve, quiet: Mask) -> float:
    """The part of the quiet rate by which a flare of `BIN_SECONDS` must be above it to be told.

    Parameters
    ----------
    curve : LightCurve
    quiet : ndarray of bool
        its bins that are kept.

    Examples
    --------
    >>> curve = LightCurve(np.array([0.0, 1000.0]), np.array([1000]), np.array([1000.0]))
    >>> round(find_least_flare(curve, np.array([True])), 2)
    0.29
    """
    seen = max(int(curve.counts[quiet].sum()), 1)
    due = seen / max(float(curve.seconds[quiet].sum()), 1e-9) * BIN_SECONDS
    level = _find_level(due / BIN_SECONDS, 1.0)
    chance = math.sqrt(2 * (math.log(len(quiet)) + _SURE) / due)
    return max((2 * _CHANGE / due + level) / math.log1p(level) - 1, chance + chance**2 / 6)


_SELECTORS = {"refined": _select_refined, "clean": _select_clean, "sigma": _select_sigma}


def build_quiet_intervals(curve: LightCurve, quiet: Mask, good: Intervals) -> Intervals:
    """The good time within the bins that are kept."""
    pairs = np.column_stack([curve.edges[:-1], curve.edges[1:]])[quiet]
    return good.intersect(Intervals.from_pairs(pairs))
