"""Types and widths of values against the dictionary and the archive."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.dictionary import DictionaryChain, load_standard
from fitslint.dictionary.matching.entry import Entry, KeywordType
from fitslint.dictionary.values.formats import ValueFormat, read_format
from fitslint.model.card import Card
from fitslint.model.finding import Level
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.model.value import unquote
from fitslint.rules.api import flag, rule
from fitslint.rules.dictionary.fixes import VALUE_TYPES, retype
from fitslint.rules.dictionary.flags import find_authority_entry, flag_entry
from fitslint.text import phrase

_TYPE_WORDS: dict[str, str] = {
    "string": phrase("a string in quotes"),
    "date": phrase("a date in quotes"),
    "logical": phrase("T or F"),
    "integer": phrase("an integer"),
    "real": phrase("a real number"),
    "complex": phrase("a complex number"),
    "none": phrase("no value"),
}
_VALUE_TYPES = ("string", "logical", "integer", "real", "complex")


_NUMBER_TYPES = ("integer", "real")
_EXCESSIVE_LENGTH = 80
"""More characters than any format has."""
_REAL_MAX = 1e60


@rule(
    "DI103",
    "wrong-type-for-dictionary",
    clause="dictionary of the authority",
    level="project",
    fix="unsafe",
    authority="*",
    once="fact",
    dictionary_only=True,
    kinds=("value", "hierarch"),
    types=_VALUE_TYPES,
    catalogue_rows=("P003", "S10-02"),
    summary_ja="値の型が辞書と違う",
    message="{keyword} is written as {written}; {who} has {wanted}",
)
def wrong_type(card: Card, header: Header) -> Iterator[Flag]:
    """A value is not of the type that the dictionary gives.

    ## Why it matters
    A number in quotes is text to most programs: it cannot be compared, averaged or searched.
    fitsio, WCSTools, IDL and others read it as it is written, so that the repair, which makes a
    number of it, is up to you.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    AIRMASS = '1.234   '           / airmass
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    AIRMASS =                1.234 / airmass
    ```
    """
    found = find_authority_entry(card, header)
    if found is None:
        return
    wanted = found[1].entry.resolve_type(header.kind)
    if wanted in ("any", "none") or card.form.type in VALUE_TYPES[wanted]:
        return
    if _has_standard_type(card.keyword, header.kind, wanted):
        return
    written = _TYPE_WORDS[card.form.type]
    # The standard gives no type, and most readers gave the value as it is written until now.
    edit = None if card.folded else retype(card, found[1].entry, wanted)
    yield from flag_entry(
        card,
        header,
        keyword=card.keyword,
        written=written,
        wanted=_TYPE_WORDS[wanted],
        fix=edit,
        title=phrase("write it as {wanted}", wanted=_TYPE_WORDS[wanted]),
    )


def _has_standard_type(keyword: str, kind: str, wanted: KeywordType) -> bool:
    """Whether a rule on reserved keywords says the same."""
    match = load_standard().lookup(keyword)
    return match is not None and match.entry.resolve_type(kind) == wanted


@rule(
    "DI111",
    "does-not-fit-its-format",
    clause="dictionary of the authority",
    level="project",
    authority="*",
    dictionary_only=True,
    kinds=("value", "hierarch"),
    types=("string", "integer", "real"),
    once="fact",
    catalogue_rows=("S10-02", "P003"),
    summary_ja="値が辞書の書式の桁に収まらない",
    message={
        "": "{keyword} takes {length} characters; its format {format} in {who} has {width}",
        "integer": "{keyword} is written as an integer; its format {format} in {who} is real",
    },
)
def does_not_fit(card: Card, header: Header) -> Iterator[Flag]:
    """A value is longer than its format in the dictionary, or an integer for a real.

    ## Why it matters
    Programs that read by the format cut off what does not fit.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    PROP-ID = 'S03B-0123456789'    / proposal
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    PROP-ID = 'o03123  '           / proposal
    ```
    """
    found = find_authority_entry(card, header)
    if found is None:
        return
    entry = found[1].entry
    text = entry.fortran or entry.c
    form = read_format(text) if text else None
    if form is None or text is None:
        return
    if form.type == "real" and card.form.type == "integer" and entry.type == "real":
        yield from flag_entry(
            card, header, message="integer", level="style", keyword=card.keyword, format=text
        )
    length = _find_excess_length(card, form, entry)
    if length:
        # The width of a C format is the least that is written, not the most.
        level: Level = "project" if entry.fortran else "style"
        yield from flag_entry(
            card, header, level=level,
            keyword=card.keyword, length=length, format=text, width=form.width,
        )  # fmt: skip


def _find_excess_length(card: Card, form: ValueFormat, entry: Entry) -> int:
    """Characters of a value that is too long for its format; 0 when it fits."""
    if form.width is None:
        return 0
    if card.form.type == "string":
        length = len(unquote(card.text).rstrip(" ")) if form.type == "string" else 0
    else:
        length = len(card.text) if form.type in ("integer", "real") else 0
    return length if length > form.width and entry.type != "any" else 0


@rule(
    "DI112",
    "does-not-fit-the-archive",
    clause="formats of the archive",
    level="conv",
    authority="*",
    dictionary_only=True,
    kinds=("value",),
    types=("string", "integer", "real"),
    once="fact",
    catalogue_rows=("S10-02",),
    summary_ja="値がアーカイブの書式の桁に収まらない",
    message="{keyword} takes {length} characters; the archive keeps {width} ({format} for"
    " {instrument} in {who})",
)
def does_not_fit_archive(card: Card, header: Header) -> Iterator[Flag]:
    """A value is longer than the column of the archive's database.

    ## Why it matters
    The database keeps the first characters only, so the archive finds the file under another value.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    BIN-FCT1=              1234567 / [pixel] binning in x
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    BIN-FCT1=                    1 / [pixel] binning in x
    ```
    """
    authority: DictionaryChain | None = header.authority
    formats = authority.archive if authority else None
    match = formats.lookup(card.keyword) if formats else None
    if authority is None or formats is None or match is None:
        return
    instrument = authority.id.rpartition("/")[2]
    text = match.entry.archive.get(instrument)
    form = read_format(text) if text else None
    length = _measure_archive_length(card, form) if form else 0
    if form and form.width is not None and length > form.width:
        clause = f"{formats.id} {match.entry.clause}".rstrip()
        yield flag(
            card, clause=clause, keyword=card.keyword, length=length, format=text,
            width=form.width, who=formats.id, instrument=instrument,
        )  # fmt: skip


def _measure_archive_length(card: Card, form: ValueFormat) -> int:
    """Characters that a value takes in a format of the database, which rounds reals."""
    if card.form.type == "string" or form.type != "real" or form.decimals is None:
        if form.type == card.form.type == "string":
            return len(unquote(card.text).rstrip(" "))
        return len(card.text) if form.type in _NUMBER_TYPES and card.form.type == "integer" else 0
    if not form.plain:
        return 0
    text = card.text
    if "E" in text or "D" in text:
        # Of an exponent in folded digits anything may come.
        value = None if card.folded else card.number_value
        near = value is not None and abs(value) < _REAL_MAX
        text = (
            f"{value:.{form.decimals}f}" if near else "9" * (_EXCESSIVE_LENGTH if value != 0 else 1)
        )
    whole = text.partition(".")[0].lstrip("+")
    if not card.folded and not whole.strip("-0"):
        whole = whole.rstrip("0")  # FORTRAN writes .50 where it has no room for the nought
    return len(whole) + 1 + form.decimals
