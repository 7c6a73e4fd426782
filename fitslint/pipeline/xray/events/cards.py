"""Cards that an observation hands on to what is made of it, and those that tables need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fitslint.model.header import Header
from fitslint.model.value import Value
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.products.kinds import find_product_kind
from fitslint.syntax.checksum import add_words
from fitslint.syntax.write_cards import write_card
from fitslint.syntax.write_hdu import fill_block, seal_header

Cards = Mapping[str, Value]
OBSERVATION_KEYWORDS = (
    "MISSION", "TELESCOP", "INSTRUME", "DETNAM", "GRATING", "OBJECT", "OBSERVER", "TITLE",
    "OBS_ID", "SEQ_NUM", "DS_IDENT", "OBS_MODE", "DATAMODE", "RA_NOM", "DEC_NOM", "ROLL_NOM",
    "RA_PNT", "DEC_PNT", "ROLL_PNT", "SIM_Z", "FP_TEMP", "DATE-OBS", "DATE-END", "TSTART", "TSTOP",
    "MJDREF", "TIMESYS", "TIMEDEL", "TIERRELA", "TIERABSO", "ONTIME", "LIVETIME", "EXPOSURE",
    "DTCOR",
)  # fmt: skip
"""What an image says of the observation that it is made of."""
EVENT_KEYWORDS = (
    *OBSERVATION_KEYWORDS, "READMODE", "TIMEUNIT", "TIMEZERO", "RA_TARG", "DEC_TARG", "SIM_X",
    "SIM_Y", "FOC_LEN", "FIRSTROW", "NROWS", "RADESYS", "EQUINOX",
)  # fmt: skip
"""What a list of events says besides, so that images can be made of it."""
SKY_CARDS: Cards = {"MTYPE1": "sky", "MFORM1": "x,y", "MTYPE2": "EQPOS", "MFORM2": "RA,DEC"}
"""That X and Y are one vector, and that it has a place on the sky."""
TIME_FILTER: Cards = {
    "DSTYP1": "time", "DSVAL1": "TABLE", "DSFORM1": "D", "DSUNIT1": "s", "DSREF1": ":GTI"
}  # fmt: skip
"""The filter of the data subspace whose intervals stand in the table GTI."""
_OF_GOOD_TIME = (
    "MISSION", "TELESCOP", "INSTRUME", "OBS_ID", "MJDREF", "TIMESYS", "TIMEUNIT", "TSTART", "TSTOP"
)  # fmt: skip
_COMMENTS = {
    "HDUNAME": "name of the block", "TIMEUNIT": "unit of time",
}  # fmt: skip
"""Comments of keywords that the dictionaries of the products do not have."""


def read_observation(header: Header, keywords: Iterable[str] = OBSERVATION_KEYWORDS) -> Cards:
    """The values of keywords that are there and have one.

    An ampersand at the end of a string that does not go on is what a program has left of it.
    """
    found = ((keyword, header.value(keyword)) for keyword in keywords)
    return {
        keyword: value.rstrip(" &") if isinstance(value, str) else value
        for keyword, value in found
        if value is not None and isinstance(value, str | int | float)
    }


def pick_time_cards(cards: Cards) -> Cards:
    """What a table of good time says of its observation."""
    return {name: cards[name] for name in _OF_GOOD_TIME if name in cards}


def describe_good_time(good: Intervals, live: float) -> dict[str, float]:
    """What is computed again where the good time is another one; ``live`` is a part of it."""
    exposure = good.total * live
    return {"ONTIME": good.total, "LIVETIME": exposure, "EXPOSURE": exposure, "DTCOR": live}


def format_cards(cards: Cards) -> bytes:
    """Card images with the comments that the dictionary of X-ray images has for them."""
    find_comment = find_product_kind("xray-counts").find_comment
    return b"".join(
        image
        for keyword, value in cards.items()
        for image in write_card(keyword, value, _COMMENTS.get(keyword) or find_comment(keyword))
    )


def seal_cards(cards: bytes, data: bytes = b"") -> bytes:
    """An HDU of cards and data, filled to whole blocks, with its checksums."""
    filled = fill_block(data)
    return seal_header(cards, add_words(filled)) + filled
