"""Names of NoRH keywords where the manual is of two minds, and keywords it recommends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, flag_missing, replace_columns, rule
from fitslint.rules.norh.common import FAMILY, TIME_CLAUSE, read_mjd_day
from fitslint.text import phrase

_MANUAL_NAMES = {
    "JST-DATE": "JSTDATE",
    "JST-TIME": "JSTTIME",
    "JST-STRR": "JST-STRT",
    "STRRT-OB": "STRT-OBS",
}
"""Names of the rules of the manual, cut to eight columns, and those of its examples and files."""
_LEGAL_NAMES = ("JST-DATE", "JST-TIME")
_PROGRAM_KEYWORDS = (
    "PROGNAME", "NFRCAL", "CRITER", "SOLR-FAC", "MBEAMC", "NCOMPO", "DDOFF1", "DDOFF2", "DSKBR",
    "BUNIT",
)  # fmt: skip


@rule(
    "NR111",
    "name-as-in-the-text",
    clause=TIME_CLAUSE,
    level="conv",
    authority=FAMILY,
    fix="unsafe",
    catalogue_rows=("N-D1", "N-D2", "N-D3", "N-D4"),
    keywords=tuple(_MANUAL_NAMES),
    summary_ja="手引きの本文だけにある綴りのキーワードである",
    message={
        "": "{keyword} stands in the text of the manual; its example and other files have {other}",
        "cut": "{keyword} is a misprint of the manual cut to eight columns; write {other}",
    },
)
def name_as_in_the_text(card: Card) -> Iterator[Flag]:
    """A keyword has the name of the manual's text, not that of its examples and of real files.

    The text has JST-DATE and JST-TIME, which are legal, and two names of nine columns, which are
    none.

    ## Why it matters
    Programs that read NoRH files ask for the names that the files have.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    JST-DATE= '1998-05-09'
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    JSTDATE = '1998-05-09'
    ```
    """
    name = card.keyword
    other = _MANUAL_NAMES.get(name)
    if other:
        yield flag(
            card,
            (0, 8),
            message="" if name in _LEGAL_NAMES else "cut",
            level="style" if name in _LEGAL_NAMES else None,
            fix=replace_columns(card, (0, 8), other.ljust(8)),
            title=phrase("rename it to {other}", other=other),
            keyword=name,
            other=other,
        )


@rule(
    "NR112",
    "program-keyword-missing",
    clause="HeliogFITS 2.0, B.1 (4)",
    level="style",
    reads="values",
    authority=FAMILY,
    hdus=("primary",),
    catalogue_rows=("N-D6",),
    needs=("PROGNAME", "DATA-TYP", *_PROGRAM_KEYWORDS[1:]),
    needs_one_of=(("PROGNAME",), ("DATA-TYP",)),
    summary_ja="推奨される像合成プログラムのキーワードがない",
    message="{name} is missing, which the manual recommends for images of every program",
)
def program_keyword_missing(header: Header) -> Iterator[Flag]:
    """A CLEANed image lacks a keyword that is recommended to every imaging program.

    Where an image has none of them but PROGNAME, its program follows another scheme and nothing is
    said.

    ## Why it matters
    The ten keywords are the least that it takes to make the same image again.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    DATA-TYP= 'cleaned_map'
    PROGNAME= 'snap2d51_koshix_vfast'
    NFRCAL  =                    1
    CRITER  =               3000.0
    SOLR-FAC=              1.01250
    MBEAMC  = 'yes     '
    NCOMPO  =                66143
    DDOFF1  =                  0.5
    DDOFF2  =                  0.9
    BUNIT   = 'K       '
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    DATA-TYP= 'cleaned_map'
    PROGNAME= 'snap2d51_koshix_vfast'
    NFRCAL  =                    1
    CRITER  =               3000.0
    SOLR-FAC=              1.01250
    MBEAMC  = 'yes     '
    NCOMPO  =                66143
    DDOFF1  =                  0.5
    DDOFF2  =                  0.9
    DSKBR   =             37145.51
    BUNIT   = 'K       '
    ```
    """
    kind = (header.string("DATA-TYP") or "").strip().lower()
    missing = [name for name in _PROGRAM_KEYWORDS if name not in header]
    if kind.startswith("cleaned") and len(missing) < len(_PROGRAM_KEYWORDS) - 1:
        for name in missing:
            yield flag_missing(name, name=name)


_ONLY_17 = compile_late("koshix|fujiki|suw", re.IGNORECASE)
_FIRST_34_DAY = 49991
"""Modified Julian date of 1995-10-01: the second frequency came in that month."""


@rule(
    "NR113",
    "not-at-34-ghz",
    clause="NoRH manual 4.4.3 and 4.5.7",
    level="conv",
    reads="values",
    authority=FAMILY,
    needs=("OBS-FREQ", "POLARIZ", "PROGNAME", "DATE-OBS", "DATA-TYP"),
    needs_one_of=(("OBS-FREQ",), ("POLARIZ", "PROGNAME", "DATE-OBS")),
    summary_ja="34 GHz ではありえない偏波、プログラム、日付である",
    message={
        "": "POLARIZ = {value} at 34 GHz, where R+L alone is observed",
        "program": "PROGNAME = {value} at 34 GHz; this program makes images at 17 GHz only",
        "date": "DATE-OBS = {value} is before 34 GHz was observed, from October 1995 on",
    },
)
def not_at_34_ghz(header: Header) -> Iterator[Flag]:
    """An image at 34 GHz has a polarisation, a program or a date that there is not.

    ## Why it matters
    The frequency or the other keyword is wrong: at 34 GHz there is no polarisation, and images were
    made by Hanaoka's program alone.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    DATE-OBS= '1998-05-09'
    OBS-FREQ= '34GHz   '
    POLARIZ = 'r-l     '
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    DATE-OBS= '1998-05-09'
    OBS-FREQ= '34GHz   '
    POLARIZ = 'r+l     '
    ```
    """
    if (header.string("OBS-FREQ") or "").strip().lower() != "34ghz":
        return
    polarisation = (header.string("POLARIZ") or "").strip().lower()
    card = header.find_card("POLARIZ")
    if card is not None and polarisation not in ("", "r+l", "unknown"):
        yield flag(card, value=card.value)
    program, card = header.string("PROGNAME") or "", header.find_card("PROGNAME")
    if card is not None and _ONLY_17.search(program):
        yield flag(card, message="program", value=card.value)
    day, card = read_mjd_day(header, "DATE-OBS"), header.find_card("DATE-OBS")
    if card is not None and day is not None and day < _FIRST_34_DAY:
        yield flag(card, message="date", value=card.value)
