"""Values that cannot be true: negative exposures, impossible coordinates, exchanged limits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from fitslint.dictionary import Entry, load_conventions
from fitslint.model.card import Card
from fitslint.model.finding import Level
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import rename_card, set_value
from fitslint.rules.reserved.types import TYPE_WORDS
from fitslint.text import join_words, phrase

_REFERENCE_FORM = compile_late(
    r"\d{4}[A-Za-z&.]{5}[0-9A-Za-z.]{9}[A-Z]"  # bibcode: year, journal, volume … author
    r"|\b10\.\d{4,9}/\S|https?://\S|\barXiv:|\bdoi:|\bascl:",
    re.IGNORECASE,
)
_SEXAGESIMAL = compile_late(r"[+-]?\d{1,3}([: ])\s*\d{1,2}(?:\1\s*\d{1,2}(?:\.\d*)?|\.\d*)?")
_LETTER_ANGLE = compile_late(
    r"[+-]?\d{1,3}\s*[hd°]\s*\d{1,2}(?:\.\d*)?\s*['m](?:.*[\"s])?", re.IGNORECASE
)
_NUMBER = compile_late(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[EeDd][+-]?[0-9]+)?")
_UNIT_WORDS = compile_late(r"\[|h[hms:r]|hour|d[dm:e]|degree|sexag|[\"']", re.IGNORECASE)


@rule(
    "RK114",
    "reference-form",
    clause="4.4.2.3",
    level="should",
    catalogue_rows=("R014",),
    reads="value",
    keywords=("REFERENC",),
    summary_ja="REFERENC に書誌コード、DOI、URL のいずれもない",
    message="REFERENC names no 19-character bibcode, DOI or URL, so nobody can look it up",
)
def reference_form(card: Card) -> Iterator[Flag]:
    """REFERENC holds neither a bibcode nor a DOI nor a URL.

    ## Why it matters
    The standard recommends the 19-character bibliographic code or the DOI of the publication,
    which programs can resolve; free text cannot be.

    ## Example
    ```fits
    REFERENC= 'Smith et al., in preparation'
    ```
    Use instead:
    ```fits
    REFERENC= '2010A&A...524A..42P'
    ```
    """
    value = card.value
    if isinstance(value, str) and value.strip() and not _REFERENCE_FORM.search(value):
        yield flag(card)


def _precheck_exposure(text: bytes) -> bool:
    return text[:1].isdigit()


@rule(
    "RK117",
    "exposure-not-positive",
    clause="9.7",
    level="conv",
    catalogue_rows=("R017",),
    reads="value",
    keywords=("EXPTIME", "EXPOSURE", "XPOSURE", "TELAPSE", "ONTIME", "LIVETIME"),
    precheck=_precheck_exposure,
    summary_ja="露出時間が 0 以上の数でない",
    message={
        "": "{keyword} is a time in seconds and cannot be negative, and its value is {value}",
        "type": "{keyword} is a time in seconds, and its value is {found}",
    },
)
def exposure_not_positive(card: Card) -> Iterator[Flag]:
    """An exposure or elapsed time is negative, or not a number.

    ## Why it matters
    Count rates and noise are computed with it.

    ## Example
    ```fits
    EXPTIME =                -30.0 / [s] exposure time
    ```
    Use instead:
    ```fits
    EXPTIME =                 30.0 / [s] exposure time
    ```
    """
    kind = card.form.type
    if card.form.fault is not None or card.form.kind != "value" or kind == "undefined":
        return
    value = card.number_value
    if value is not None and value < 0:
        yield flag(card, keyword=card.keyword, value=card.text)
    elif _NUMBER.fullmatch(card.text.strip("' ")):  # VF118 speaks of numbers in quotes
        return
    elif value is None and card.keyword not in {"XPOSURE", "TELAPSE"}:
        yield flag(card, message="type", keyword=card.keyword, found=TYPE_WORDS.get(kind, kind))


@rule(
    "RK118",
    "pointing-form",
    clause="4.3",
    level="conv",
    catalogue_rows=("R018",),
    reads="value",
    keywords=("RA", "DEC"),
    precheck=lambda text: text[:1] not in b"'TF",
    summary_ja="RA または DEC が度の数値でも単位のわかる六十進表記でもない",
    message={
        "number": "{keyword} is a number in quotes; write {new} without them, in degrees",
        "unit": "{keyword} = {value} could be hours or degrees; say which in the comment",
        "": "{keyword} = {value} is neither a number of degrees nor sexagesimal",
        "range": "{keyword} = {value} has a part that is too large for an angle",
    },
)
def pointing_form(card: Card, header: Header) -> Iterator[Flag]:
    """RA or DEC is neither a number of degrees nor a sexagesimal string with its unit.

    ## Why it matters
    Angles are in degrees unless something else is said. Whether `10:30:00` is 10.5 or 157.5 degrees
    cannot be told from the string. Where RA has more decimals than DEC it is surely in hours, and
    the unit is only missed for information.

    ## Example
    ```fits
    RA      = '10:30:00.0'
    ```
    Use instead:
    ```fits
    RA      = '10:30:00.0'         / [h:m:s] right ascension of the pointing
    ```
    """
    value = card.value
    if isinstance(value, bool):
        yield flag(card, keyword=card.keyword, value=card.text)
    if not isinstance(value, str) or not value.strip():
        return
    text = value.strip()
    if _NUMBER.fullmatch(text):
        yield flag(
            card,
            message="number",
            fix=set_value(card, text.upper()),
            safety="unsafe",
            title=phrase("write a number"),
            keyword=card.keyword,
            new=text.upper(),
        )
    elif _SEXAGESIMAL.fullmatch(text) and not _is_in_range(card.keyword, text):
        yield flag(card, message="range", keyword=card.keyword, value=text)
    elif _SEXAGESIMAL.fullmatch(text):
        if card.keyword == "RA" and not _UNIT_WORDS.search(card.comment):
            hours = _count_decimals(text) > _count_decimals(header.string("DEC") or text)
            level: Level | None = "style" if hours else None
            yield flag(card, message="unit", level=level, keyword=card.keyword, value=text)
    elif not _LETTER_ANGLE.fullmatch(text):
        yield flag(card, keyword=card.keyword, value=text)


def _is_in_range(keyword: str, text: str) -> bool:
    """Whether degrees (or hours), minutes and seconds are as large as they may be."""
    whole, *parts = re.findall(r"\d+\.?\d*", text)
    return float(whole) <= (90 if keyword == "DEC" else 360) and all(
        float(part) <= 60 for part in parts
    )


def _count_decimals(text: str) -> int:
    return len(text.strip().partition(".")[2])


def _make_precheck(name: str) -> Callable[[bytes], bool]:
    """These values differ in every file: most are seen to be good without parsing the card."""
    entry = load_conventions().entry(name)
    low = -math.inf if entry.minimum is None else entry.minimum
    high = math.inf if entry.maximum is None else entry.maximum

    def precheck(text: bytes) -> bool:
        try:
            return low < float(text) < high
        except ValueError:
            return False

    return precheck


@rule(
    "RK119",
    "implausible-value",
    clause="HEASARC common keywords",
    level="conv",
    catalogue_rows=("R019",),
    reads="value",
    keywords=("AIRMASS", "RA", "DEC", "GAIN"),
    precheck_for_keyword=_make_precheck,
    summary_ja="値があり得る範囲を外れている",
    message="{keyword} = {value} lies outside its range: {range}",
)
def implausible_value(card: Card) -> Iterator[Flag]:
    """An air mass, a pointing or a gain has a value that nature does not allow.

    ## Why it matters
    The number is a placeholder, has another unit, or was taken from the wrong field; what is
    computed with it is wrong.

    ## Example
    ```fits
    AIRMASS =                 0.25
    ```
    Use instead:
    ```fits
    AIRMASS =                 1.25
    ```
    """
    entry, value = load_conventions().entry(card.keyword), card.number_value
    if value is None or entry.is_in_range(value) or "radian" in card.comment.lower():
        return
    # Raw frames that are read through several amplifiers have a gain of 0 for the whole, and what
    # a telescope in space saw, or is meant for above the atmosphere, an air mass of 0.
    level: Level | None = "style" if card.keyword in ("GAIN", "AIRMASS") and value == 0 else None
    yield flag(
        card,
        level=level,
        clause=entry.clause,
        keyword=card.keyword,
        value=card.text,
        range=_describe_range(entry),
    )


def _describe_range(entry: Entry) -> str:
    """The limits of an entry in words."""
    parts = []
    low, high, unit = entry.minimum, entry.maximum, f" {entry.unit}" if entry.unit else ""
    if low is not None:
        template = "above {low}{unit}" if entry.exclusive_minimum else "at least {low}{unit}"
        parts.append(phrase(template, low=low, unit="" if high is not None else unit))
    if high is not None:
        template = "below {high}{unit}" if entry.exclusive_maximum else "at most {high}{unit}"
        parts.append(phrase(template, high=high, unit=unit))
    return join_words(parts, "and")


@rule(
    "RK124",
    "data-limits-exchanged",
    clause="4.4.2.5",
    level="should",
    catalogue_rows=("R024",),
    fix="unsafe",
    reads="values",
    needs=("DATAMIN", "DATAMAX"),
    summary_ja="DATAMIN が DATAMAX より大きい",
    message="DATAMIN = {low} is greater than DATAMAX = {high}",
)
def data_limits_exchanged(header: Header) -> Iterator[Flag]:
    """DATAMIN is greater than DATAMAX.

    ## Why it matters
    Display programs scale the image by the two, and show nothing when they are exchanged.

    ## Example
    ```fits image
    DATAMIN =                100.0
    DATAMAX =                  0.0
    ```
    Use instead:
    ```fits image
    DATAMAX =                100.0
    DATAMIN =                  0.0
    ```
    """
    low, high = header.find_card("DATAMIN"), header.find_card("DATAMAX")
    if low is None or high is None:
        return
    lowest, highest = low.number_value, high.number_value
    if lowest is not None and highest is not None and lowest > highest:
        # Each keeps its value and comment and gets the other's name.
        exchange = (rename_card(low, "DATAMAX"), rename_card(high, "DATAMIN"))
        yield flag(
            low, fix=exchange, title=phrase("exchange the names"), low=low.text, high=high.text
        )


_SECTION_LEVELS: dict[str, Level | None] = {"DATASEC": None, "TRIMSEC": "style", "BIASSEC": "style"}
"""Keywords about pixels of this array. Many programs that trim an image leave the last two."""
_SECTION_KEYWORDS = tuple(_SECTION_LEVELS)
_SECTION = compile_late(r"\s*\[\s*([0-9]+\s*:\s*[0-9]+(?:\s*,\s*[0-9]+\s*:\s*[0-9]+)*)\s*\]\s*")
_DIGITS_MAX = 18


@rule(
    "RK126",
    "section-outside",
    clause="IRAF",
    level="conv",
    reads="values",
    catalogue_rows=("B003",),
    needs=(*_SECTION_KEYWORDS, "ZNAXISn"),
    needs_one_of=(_SECTION_KEYWORDS,),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="DATASEC などの範囲が配列の外に出ている",
    message="{keyword} = {text} reaches beyond the array, which is [{array}]",
)
def section_outside(header: Header) -> Iterator[Flag]:
    """DATASEC, TRIMSEC or BIASSEC reaches beyond the array.

    ## Why it matters
    Programs that cut out the section, or take the bias from it, stop or take what is there. The
    image was trimmed or binned, and the keyword stayed behind.

    ## Example
    ```fits
    NAXIS   =                    2
    NAXIS1  =                   10
    NAXIS2  =                   10
    DATASEC = '[1:12,1:10]'
    ```
    Use instead:
    ```fits
    NAXIS   =                    2
    NAXIS1  =                   10
    NAXIS2  =                   10
    DATASEC = '[1:10,1:10]'
    ```
    """
    lengths = _list_axis_lengths(header)
    for keyword, level in _SECTION_LEVELS.items():
        card = header.find_card(keyword)
        text = card.value if card is not None else None
        found = _SECTION.fullmatch(text) if isinstance(text, str) else None
        if card is None or found is None or not lengths:
            continue
        ranges = [part.split(":") for part in found[1].split(",")]
        if len(ranges) > len(lengths) or max(map(len, found[1].split(":"))) > _DIGITS_MAX:
            continue
        ends = [max(map(int, both)) for both in ranges]
        if any(end > length for end, length in zip(ends, lengths, strict=False)):
            array = ",".join(f"1:{length}" for length in lengths)
            yield flag(card, level=level, keyword=keyword, text=str(text).strip(), array=array)


def _list_axis_lengths(header: Header) -> list[int]:
    """The lengths of the axes of the image, of one that is compressed as well."""
    if header.kind == "compressed-image":
        found = [card.value for _, card in sorted(header.map_indices("ZNAXIS").items())]
    else:
        found = list(header.structure.axes)
    lengths = [length for length in found if type(length) is int and length > 0]
    return lengths if len(lengths) == len(found) else []
