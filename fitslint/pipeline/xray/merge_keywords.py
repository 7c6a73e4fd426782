"""What the header of a mosaic says of its observations: the rules of CIAO for merging keywords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.events.cards import Cards, describe_good_time
from fitslint.pipeline.xray.events.intervals import Intervals

MERGED = "Merged"
_WORDS = (
    "MISSION", "TELESCOP", "INSTRUME", "DETNAM", "GRATING", "OBJECT", "OBSERVER", "TITLE",
    "OBS_ID", "SEQ_NUM", "DS_IDENT", "OBS_MODE", "DATAMODE", "READMODE",
)  # fmt: skip
"""Words that become ``Merged`` where they differ."""
_WITHIN = {
    "RA_NOM": 0.0003, "DEC_NOM": 0.0003, "RA_PNT": 0.0003, "DEC_PNT": 0.0003, "ROLL_NOM": 1.0,
    "ROLL_PNT": 1.0, "SIM_X": 0.1, "SIM_Y": 0.1, "SIM_Z": 0.1, "FP_TEMP": 2.0, "FOC_LEN": 0.1,
}  # fmt: skip
"""Numbers that are left out where they differ by more."""
_LARGEST = ("TIMEDEL", "TIERRELA", "TIERABSO")
_AGREEING = ("MJDREF", "TIMESYS", "TIMEUNIT")
_TIME_TOLERANCE = 1.0


def merge_cards(
    several: Sequence[Cards], good: Sequence[Intervals], live: Sequence[float]
) -> dict[str, Any]:
    """The cards of a mosaic.

    Parameters
    ----------
    several : sequence of mapping
        the cards of every observation.
    good : sequence of Intervals
        their good time.
    live : sequence of float
        their live fractions.

    Raises
    ------
    XrayError
        when they do not count time from the same zero, or overlap in time.
    """
    union = unite_good_time(good)
    exposure = sum(one.total * part for one, part in zip(good, live, strict=True))
    cards: dict[str, Any] = dict(_merge_words(several))
    for keyword, tolerance in _WITHIN.items():
        numbers = _list_numbers(several, keyword)
        if len(numbers) == len(several) and _measure_spread(keyword, numbers) <= tolerance:
            cards[keyword] = numbers[0]
    for keyword in _LARGEST:
        if numbers := _list_numbers(several, keyword):
            cards[keyword] = max(numbers)
    for keyword in _AGREEING:
        values = {one[keyword] for one in several if keyword in one}
        if len(values) > 1:
            raise XrayError(
                f"the observations differ in {keyword}: {', '.join(sorted(map(str, values)))}"
            )
        cards.update((keyword, value) for value in values)
    for keyword, choose in (("DATE-OBS", min), ("DATE-END", max)):
        if dates := [str(one[keyword]) for one in several if keyword in one]:
            cards[keyword] = choose(dates)
    for keyword, choose in (("TSTART", min), ("TSTOP", max)):
        if times := _list_numbers(several, keyword):
            cards[keyword] = choose(times)
    return cards | {**describe_good_time(union, exposure / union.total), "NOBS": len(several)}


def unite_good_time(good: Sequence[Intervals]) -> Intervals:
    """The good time of all observations.

    Raises
    ------
    XrayError
        when two of them were made at the same time.
    """
    import numpy as np

    union = Intervals.from_pairs(np.concatenate([one.edges for one in good]))
    if sum(one.total for one in good) - union.total > _TIME_TOLERANCE:
        raise XrayError("the good time of two observations overlaps; is one of them given twice?")
    return union


def _merge_words(several: Sequence[Cards]) -> Mapping[str, str]:
    found = {}
    for keyword in _WORDS:
        values = [str(one[keyword]) for one in several if keyword in one]
        if values:
            same = len(set(values)) == 1 and len(values) == len(several)
            found[keyword] = values[0] if same else MERGED
    return found


def _list_numbers(several: Sequence[Cards], keyword: str) -> list[float]:
    values = (one.get(keyword) for one in several)
    return [
        float(value)
        for value in values
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]


def _measure_spread(keyword: str, numbers: Sequence[float]) -> float:
    """The largest difference; angles that go round are near each other across 0."""
    spread = max(numbers) - min(numbers)
    return min(spread, abs(360 - spread)) if keyword.startswith(("RA_", "ROLL_")) else spread
