"""Distortions that are recognised and not worked out: lookup tables and drafts of Paper IV.

Calabretta et al. (2004), the draft of Paper IV: CPDISja, DPja, CQDISia, DQia. The legacy of the
Hubble Space Telescope: D2IMDISj, D2IMARR, AXISCORR.
"""

from __future__ import annotations

import re

from fitslint.model.records import dataclass
from fitslint.text import phrase
from fitslint.wcs.keywords import HeaderValues, show_value

_MARKS = (
    (re.compile("C[PQ]DIS([1-9][0-9]?)[A-Z]?"), phrase("a distortion of the draft of Paper IV")),
    (re.compile("D[PQ]([1-9][0-9]?)[A-Z]?"), phrase("a record of the draft of Paper IV")),
    (re.compile("(?:D2IMDIS|D2IM)([12])"), phrase("a column or row correction of a detector")),
    (re.compile("D2IMARR|AXISCORR"), phrase("the older column or row correction of a detector")),
)
_EXTVER = re.compile(r"(?:EXTVER: *)([0-9]{1,9})(?:\.0*)?")
_VALUE_MAX = 68


@dataclass(frozen=True, slots=True)
class LookupMark:
    """A keyword that tells of a distortion which cannot be worked out from the header.

    Attributes
    ----------
    keyword : str
    reason : str
        what it tells of, in the form "is ...".
    extver : int, optional
        EXTVER of the extension of its table, where a record-valued keyword tells it.
    """

    keyword: str
    reason: str
    extver: int | None = None


def list_lookup_marks(values: HeaderValues) -> list[LookupMark]:
    """The keywords of distortions that are only recognised, in the order of the header."""
    found = []
    for keyword, value in values.items():
        if value is None:
            continue
        name, _, field = keyword.partition(".")
        for pattern, what in _MARKS:
            if pattern.fullmatch(name):
                shown = f" ({show_value(value)})" if "DIS" in name else ""
                reason = phrase(
                    "is {what}{shown}, which cannot be worked out from a header",
                    what=what, shown=shown,
                )  # fmt: skip
                found.append(LookupMark(keyword, reason, _read_extver(field, value)))
    return found


def _read_extver(field: str, value: object) -> int | None:
    """EXTVER of a record, whose field is part of the keyword or of the value."""
    text = value if isinstance(value, str) else f"{field}: {show_value(value)}"
    told = _EXTVER.fullmatch(text[:_VALUE_MAX].strip())
    return int(told[1]) if told else None
