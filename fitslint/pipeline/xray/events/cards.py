"""Cards that an observation hands on to what is made of it, and those that tables need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fitslint.model.header import Header
from fitslint.model.value import Value
from fitslint.pipeline.xray.events.intervals import Intervals
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
COMMENTS = {
    "MISSION": "mission", "TELESCOP": "telescope", "INSTRUME": "instrument",
    "DETNAM": "chips that were read", "GRATING": "grating", "OBJECT": "target",
    "OBSERVER": "principal investigator", "TITLE": "title of the proposal",
    "OBS_ID": "observation", "SEQ_NUM": "sequence number", "DS_IDENT": "data set",
    "OBS_MODE": "observing mode", "DATAMODE": "data mode", "READMODE": "read mode",
    "RA_NOM": "[deg] nominal right ascension", "DEC_NOM": "[deg] nominal declination",
    "ROLL_NOM": "[deg] nominal roll", "RA_PNT": "[deg] right ascension of the optical axis",
    "DEC_PNT": "[deg] declination of the optical axis", "ROLL_PNT": "[deg] roll",
    "RA_TARG": "[deg] right ascension of the target", "DEC_TARG": "[deg] declination of the target",
    "SIM_X": "[mm] focus of the detector table", "SIM_Y": "[mm] detector table, across",
    "SIM_Z": "[mm] detector table, along", "FOC_LEN": "[mm] focal length",
    "FP_TEMP": "[K] focal plane temperature", "DATE-OBS": "start", "DATE-END": "end",
    "TSTART": "[s] start, mission time", "TSTOP": "[s] end, mission time",
    "MJDREF": "[d] zero of mission time", "TIMESYS": "time scale", "TIMEUNIT": "unit of time",
    "TIMEZERO": "[s] clock correction", "TIMEDEL": "[s] time resolution",
    "TIERRELA": "relative error of the clock", "TIERABSO": "[s] absolute error of the clock",
    "ONTIME": "[s] sum of the good time intervals", "LIVETIME": "[s] ontime times dead time factor",
    "EXPOSURE": "[s] exposure, dead time corrected", "DTCOR": "live fraction of the time",
    "ENERGYLO": "[keV] lower limit of the band", "ENERGYHI": "[keV] upper limit of the band",
    "RADESYS": "reference system", "EQUINOX": "[yr] equinox", "NOBS": "number of observations",
    "EXTNAME": "name of this HDU", "HDUNAME": "name of the block", "CONTENT": "content of the file",
    "HDUCLASS": "who classifies", "HDUCLAS1": "class", "HDUCLAS2": "class", "CREATOR": "made by",
    "PRODUCT": "kind of product", "ORIGIN": "where it was made", "CCD_ID": "chip",
    "BKGSCALE": "scale of the background", "FIRSTROW": "first row that was read",
    "NROWS": "rows that were read", "DATE": "[UTC] when the HDU was written",
}  # fmt: skip
"""Comments of keywords that are written anew."""


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
    """Card images with the comments of `COMMENTS`."""
    return b"".join(
        image
        for keyword, value in cards.items()
        for image in write_card(keyword, value, COMMENTS.get(keyword, ""))
    )


def seal_cards(cards: bytes, data: bytes = b"") -> bytes:
    """An HDU of cards and data, filled to whole blocks, with its checksums."""
    filled = fill_block(data)
    return seal_header(cards, add_words(filled)) + filled
