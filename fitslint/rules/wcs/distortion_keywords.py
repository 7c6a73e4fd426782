"""Record-valued keywords of distortions (CPDISja, DPja), and what was there before them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import replace as with_fields
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.wcs.versions import describe_version, find_axis_cards

_RECORD = compile_late(
    r" *([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*): +([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
    r"(?:[EeDd][+-]?[0-9]+)?) *"
)
_RECORDS_OF = {"CPDIS": "DP", "CQDIS": "DQ"}
_TABLE = "WCSDVARR"
_NEEDED = ("NAXES", "AXIS.1")


@rule(
    "WD107",
    "distortion-records",
    clause="Distortion paper",
    level="conv",
    catalogue_rows=("X007",),
    reads="values",
    needs=("CPDISja", "CQDISia", "DPja", "DQia"),
    summary_ja="CPDIS・CQDIS の歪みに DP・DQ のレコードがない、または形が正しくない",
    message={
        "form": "{keyword} = '{text}' is no record: it reads 'FIELD: number', such as 'NAXES: 2'",
        "absent": "{keyword} = '{text}' is a distortion of {version}, and no {records} gives its"
        " parameters",
        "field": "{keyword} = '{text}' is a look-up table, and no {records} has the field {field};"
        " astropy stops there",
    },
)
def distortion_records(header: Header) -> Iterator[Flag]:
    """A distortion lacks its parameters, or one of them is not written as a record.

    ## Why it matters
    The parameters stand in strings, a field and a number each. A reader that does not find one of
    them cannot correct, and some stop with the whole image.

    ## Example
    ```fits
    CPDIS1  = 'Lookup  '
    DP1     = 'EXTVER: 1'
    ```
    Use instead:
    ```fits
    CPDIS1  = 'Lookup  '
    DP1     = 'EXTVER: 1'
    DP1     = 'NAXES: 2'
    DP1     = 'AXIS.1: 1'
    DP1     = 'AXIS.2: 2'
    ```
    """
    for kind, root in _RECORDS_OF.items():
        for version, cards in find_axis_cards(header, kind).items():
            for axis, card in cards.items():
                yield from _judge_records(header, card, f"{root}{axis}{version}", version)


def _judge_records(header: Header, card: Card, name: str, version: str) -> Iterator[Flag]:
    """The records of one distortion: their form, and that those of a look-up table are there."""
    value = card.value
    if not isinstance(value, str) or not value.strip():
        return
    text = value.strip()
    records = header.find_cards(name)
    if not records:
        yield flag(
            card,
            message="absent",
            keyword=card.keyword,
            text=text,
            version=describe_version(version),
            records=name,
        )
        return
    for record in records:
        said = record.value
        if isinstance(said, str) and not _RECORD.fullmatch(said):
            yield flag(record, message="form", keyword=name, text=said.rstrip())
            return
    fields = {field for field, _ in _read_records(header, name)}
    missing = [field for field in _NEEDED if field not in fields]
    if text.upper() == "LOOKUP" and missing:
        yield flag(
            card,
            message="field",
            keyword=card.keyword,
            text=text,
            records=name,
            field=missing[0],
        )


def _read_records(header: Header, name: str) -> Iterator[tuple[str, float]]:
    for card in header.find_cards(name):
        value = card.value
        match = _RECORD.fullmatch(value) if isinstance(value, str) else None
        if match:
            yield match[1].upper(), float(match[2].upper().replace("D", "E"))


class _LookUp(NamedTuple):
    """A distortion by a look-up table: its card and the EXTVER of the table."""

    card: Card
    version: float


@rule(
    "WD106",
    "distortion-table",
    clause="Distortion paper",
    level="conv",
    catalogue_rows=("X007",),
    needs=("CPDISja", "CQDISia"),
    summary_ja="歪みの数表 (WCSDVARR 拡張) がファイルにない",
    message="{keyword} = '{text}' is a table in an extension, and the file has no image with"
    " EXTNAME = 'WCSDVARR' and EXTVER = {extver}: astropy stops, other readers do not correct",
)
def distortion_table(file: FitsFile) -> Iterator[Flag]:
    """The look-up table of a distortion is not in the file.

    ## Why it matters
    An image that was copied without its tables still says that it has them. The positions are those
    without the correction then, or there are none.

    ## Example
    ```fits
    CPDIS1  = 'Lookup  '
    DP1     = 'EXTVER: 1'
    DP1     = 'NAXES: 2'
    DP1     = 'AXIS.1: 1'
    DP1     = 'AXIS.2: 2'
    ```
    Use instead:
    ```fits
    CPDIS1  = 'Lookup  '
    DP1     = 'EXTVER: 1'
    DP1     = 'NAXES: 2'
    DP1     = 'AXIS.1: 1'
    DP1     = 'AXIS.2: 2'
    @hdu image
    EXTNAME = 'WCSDVARR'
    EXTVER  =                    1
    ```
    """
    # Of a header text and of a part of a file nobody knows what else there was.
    if file.problems or any(hdu.header.is_text for hdu in file.hdus):
        return
    tables = {
        header.number("EXTVER") or 1.0
        for header in (hdu.header for hdu in file.hdus)
        if (header.string("EXTNAME") or "").rstrip().upper() == _TABLE
    }
    for hdu in file.hdus:
        for found in _look_ups(hdu.header):
            if found.version not in tables:
                told = flag(
                    found.card,
                    keyword=found.card.keyword,
                    text=str(found.card.value).strip(),
                    extver=f"{found.version:g}",
                )
                yield with_fields(told, hdu=hdu.number)


def _look_ups(header: Header) -> Iterator[_LookUp]:
    for kind, root in _RECORDS_OF.items():
        for version, cards in find_axis_cards(header, kind).items():
            for axis, card in cards.items():
                if str(card.value).strip().upper() == "LOOKUP":
                    records = dict(_read_records(header, f"{root}{axis}{version}"))
                    yield _LookUp(card, records.get("EXTVER", 1.0))


@rule(
    "WD108",
    "detector-correction-legacy",
    clause="Distortion paper",
    level="conv",
    catalogue_rows=("X008",),
    needs=("AXISCORR",),
    summary_ja="検出器補正の古い形 (AXISCORR と D2IMARR) が使われている",
    message="AXISCORR is the old form of the correction from detector to image (one axis, one table"
    " D2IMARR); D2IMDISi with the records D2IMi is the form of today",
)
def detector_correction_legacy(header: Header) -> Iterator[Flag]:
    """The correction from detector to image is written in the form that was given up.

    ## Why it matters
    The old keyword knows the correction of one axis. Programs of the Hubble telescope have left it,
    and astropy warns that it will.

    ## Example
    ```fits
    AXISCORR=                    1
    ```
    Use instead:
    ```fits
    D2IMDIS1= 'Lookup  '
    D2IM1   = 'EXTVER: 1'
    D2IM1   = 'NAXES: 2'
    D2IM1   = 'AXIS.1: 1'
    D2IM1   = 'AXIS.2: 2'
    ```
    """
    card = header.find_card("AXISCORR")
    if card is not None and not any(name.startswith("D2IMDIS") for name in header.layout.index):
        yield flag(card, (0, 8))
