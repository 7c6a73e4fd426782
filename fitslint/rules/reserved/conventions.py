"""Registered and widespread conventions: OGIP classes, grouping, Green Bank, LONGSTRN, FILENAME."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import replace as with_fields
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, flag_missing, rule
from fitslint.rules.edits import quote_string, set_value
from fitslint.rules.hdu_kinds import BINTABLE_KINDS, TABLE_KINDS
from fitslint.text import list_words, phrase

_OGIP_CLASSES = frozenset(
    (
        *("ARRAY", "BINTABLE", "CALIB", "CCF", "CCIF", "EVENTS", "GTI", "IMAGE", "LIGHTCURVE"),
        *("LIGHT CURVE", "PHOTON", "RATE", "REGION", "RESPONSE", "SPECTRUM", "TEMPORALDATA"),
        *("TIMING", "XSPEC TABLE MODEL", "PARAMETERS", "ENERGIES", "SPECTRA"),
    )
)
"""HDUCLAS1 values of the OGIP memoranda (OGIP 92-009 for table models) and of missions that publish
under that class."""


_ANNOUNCEMENT = compile_late(
    r"This FITS file may contain long string keyword values that are continued over multiple"
    r" keywords\. [^.]* (?:CONTINUE\.|'CONTINUE'\.?)"
)
"""What CFITSIO and its forerunners write below LONGSTRN."""
_ANNOUNCEMENT_MAX = 8
_FORMER_STAGE = compile_late(r"orig|acqui|input|raw|first|archiv", re.IGNORECASE)
"""Comments on FILENAME that speak of another stage of the file than this one."""
_ROOT_MIN = 8
"""Shorter beginnings of file names are shared by accident."""


@rule(
    "RK115",
    "hdu-class-incomplete",
    clause="OGIP HDUCLAS convention",
    level="conv",
    catalogue_rows=("R015",),
    once="rule",
    reads="values",
    needs=("HDUCLASS", "HDUCLASn"),
    summary_ja="HDUCLASS と HDUCLASn の階層が不完全または未知である",
    message={
        "": "{keyword} refines {parent}, and there is no {parent}",
        "unknown": "HDUCLAS1 = {value!r} is not a class of OGIP",
        "absent": "HDUCLASS = 'OGIP' says nothing without HDUCLAS1",
    },
)
def hdu_class_incomplete(header: Header) -> Iterator[Flag]:
    """The hierarchy of HDUCLASS, HDUCLAS1, HDUCLAS2 … has a gap or an unknown class.

    ## Why it matters
    Programs choose what to do with an HDU by walking down the classes, and stop at a gap.

    ## Example
    ```fits bintable
    HDUCLASS= 'OGIP    '
    HDUCLAS2= 'ALL     '
    ```
    Use instead:
    ```fits bintable
    HDUCLASS= 'OGIP    '
    HDUCLAS1= 'EVENTS  '
    HDUCLAS2= 'ALL     '
    ```
    """
    levels = header.map_indices("HDUCLAS")
    for level, card in levels.items():
        parent = f"HDUCLAS{level - 1}" if level > 1 else "HDUCLASS"
        if level >= 1 and parent not in header:
            yield flag(card, (0, 8), keyword=card.keyword, parent=parent)
    if (header.string("HDUCLASS") or "").strip().upper() != "OGIP":
        return
    if not levels:
        yield flag_missing("HDUCLAS1", message="absent")
    name = header.string("HDUCLAS1")
    if name is not None and name.strip() and name.strip().upper() not in _OGIP_CLASSES:
        # Missions have classes of their own under that name, and no list has them all.
        yield flag(levels[1], message="unknown", level="style", value=name)


@rule(
    "RK116",
    "longstrn",
    clause="4.2.1.2",
    level="style",
    catalogue_rows=("R016",),
    needs=("LONGSTRN",),
    fix="style",
    changes=("LONGSTRN",),
    summary_ja="長い文字列がないのに LONGSTRN がある",
    message="LONGSTRN announces long strings, and the file has no CONTINUE",
)
def longstrn(file: FitsFile) -> Iterator[Flag]:
    """LONGSTRN announces long strings in a file that has none.

    ## Why it matters
    Since version 4.0 the standard defines CONTINUE itself, and the keyword says nothing. Where long
    strings are, it is left alone: sxpar and fxpar of the IDL library and nom.tam.fits join them
    only when it is there. The comment cards that CFITSIO writes below it go with it.

    ## Example
    ```fits
    LONGSTRN= 'OGIP 1.0'           / The OGIP long string convention may be used.
    COMMENT   This FITS file may contain long string keyword values that are
    COMMENT   continued over multiple keywords.  The HEASARC convention uses the &
    COMMENT   character at the end of each substring which is then continued
    COMMENT   on the next keyword which has the name CONTINUE.
    ```
    Use instead:
    ```fits
    ```
    """
    if any("CONTINUE" in hdu.header for hdu in file.hdus):
        return
    for hdu in file.hdus:
        for card in hdu.header.find_cards("LONGSTRN"):
            if card.form.kind == "value":
                edits = [
                    delete_card(card),
                    *map(delete_card, _find_announcement(hdu.header, card.number)),
                ]
                found = flag(card, (0, 8), fix=edits, title=phrase("remove LONGSTRN"))
                yield with_fields(found, hdu=hdu.number)


def _find_announcement(header: Header, position: int) -> list[Card]:
    """The comment cards from ``position`` on that say in words what LONGSTRN says; none if cut."""
    cards: list[Card] = []
    text = ""
    for at in range(position, min(position + _ANNOUNCEMENT_MAX, len(header))):
        if header.names[at] != "COMMENT":
            break
        cards.append(header.card(at))
        words = cards[-1].raw[8:].decode("latin-1").split()
        text = " ".join([text, *words]).strip()
        if _ANNOUNCEMENT.fullmatch(text):
            return cards
    return []


@rule(
    "RK120",
    "filename-differs",
    clause="FILENAME convention",
    level="style",
    catalogue_rows=("R020",),
    once="fact",
    needs=("FILENAME", "ORIGFILE"),
    summary_ja="FILENAME または ORIGFILE が実際のファイル名と異なる",
    message="{keyword} = {value!r}, and the file is called {name!r}",
)
def filename_differs(file: FitsFile) -> Iterator[Flag]:
    """FILENAME or ORIGFILE names another file than the one it stands in.

    ## Why it matters
    The file was renamed, or its header was copied from another file; whoever sorts by the keyword
    mixes the two up. A name without suffix, or one that the comment calls the original one, names
    another stage and is left alone.

    ## Example
    ```fits
    FILENAME= 'm31_old.fits'
    ```
    Use instead:
    ```fits
    FILENAME= 'RK120-filename-differs.fits'
    ```
    """
    name = file.path.rpartition("/")[2]
    # Bytes and standard input have no name, a folder name is none of the file's, and the text of a
    # header is a file of its own.
    if "." not in name.strip(".") or file.container == "text":
        return
    for hdu in file.hdus:
        for keyword in ("FILENAME", "ORIGFILE"):
            card = hdu.header.find_card(keyword)
            value = card.value if card else None
            if card is None or not isinstance(value, str) or not value.strip():
                continue
            if not _is_same_file(value, name) and not _is_former_name(card, value):
                new = set_value(card, quote_string(name)) if _is_printable(name) else None
                found = flag(
                    card,
                    fix=new,
                    safety="unsafe",
                    title=phrase("write '{name}'", name=name),
                    keyword=keyword,
                    value=value,
                    name=name,
                )
                yield with_fields(found, hdu=hdu.number)


def _is_printable(name: str) -> bool:
    """Whether a header can hold the name."""
    return name.isascii() and name.isprintable()


def _is_former_name(card: Card, value: str) -> bool:
    """Whether the name is that of another stage of the file, or of an observation."""
    return "." not in value or _FORMER_STAGE.search(card.comment) is not None


def _is_same_file(value: str, name: str) -> bool:
    """Whether a value names the file; folder, image section and suffixes may be left out."""
    written = value.strip().replace("\\", "/").rpartition("/")[2].partition("[")[0]
    stem = written.partition(".")[0]
    root = stem.partition("_")[0]
    named = len(root) >= _ROOT_MIN and root in name
    return named or stem == name.partition(".")[0] or written in name


@rule(
    "RK121",
    "grouping-incomplete",
    clause="Grouping convention",
    level="conv",
    catalogue_rows=("R021",),
    reads="values",
    needs=("GRPNAME", "GRPIDn", "GRPLCn"),
    summary_ja="階層グループ規約のキーワードが揃っていない",
    message={
        "": "{keyword} has no {partner}, which says which group is meant",
        "elsewhere": "{keyword} = {value} is negative and says that the group is in another file;"
        " {partner} must name it",
        "table": "GRPNAME names a grouping table, and this HDU is none (EXTNAME is not 'GROUPING')",
    },
)
def grouping_incomplete(header: Header) -> Iterator[Flag]:
    """GRPNAME, GRPIDn and GRPLCn do not agree with each other.

    ## Why it matters
    A member of a group points to its grouping table by GRPIDn, and by GRPLCn when that table is in
    another file; half of the pair leads nowhere.

    ## Example
    ```fits image
    GRPLC1  = 'file:///data/group.fits'
    ```
    Use instead:
    ```fits image
    GRPID1  =                   -1
    GRPLC1  = 'file:///data/group.fits'
    ```
    """
    places, numbers = header.map_indices("GRPLC"), header.map_indices("GRPID")
    for n, card in places.items():
        if n not in numbers:
            yield flag(card, (0, 8), keyword=card.keyword, partner=f"GRPID{n}")
    for n, card in numbers.items():
        value = card.number_value
        if value is not None and value < 0 and n not in places:
            yield flag(
                card,
                message="elsewhere",
                keyword=card.keyword,
                value=card.text,
                partner=f"GRPLC{n}",
            )
    name = header.find_card("GRPNAME")
    if name is not None and (header.string("EXTNAME") or "").strip().upper() != "GROUPING":
        yield flag(name, (0, 8), message="table")


@rule(
    "RK122",
    "column-shadows-keyword",
    clause="8.2, Green Bank convention",
    level="style",
    catalogue_rows=("R022",),
    reads="values",
    hdus=TABLE_KINDS,
    needs=("TTYPEn",),
    summary_ja="列と同じ名前のキーワードがヘッダにある",
    message="the column {value!r} and the keyword {keyword} (card {place}) have one name; by the"
    " Green Bank convention a keyword stands for a column that is left out",
)
def column_shadows_keyword(header: Header) -> Iterator[Flag]:
    """A table has a column and a header keyword of the same name.

    ## Why it matters
    By the Green Bank convention a header keyword is a column with one value for all rows. When the
    table has both, a reader cannot tell which of them holds.

    ## Example
    ```fits bintable
    NAXIS1  =                    8
    TFIELDS =                    1
    TFORM1  = '1D      '
    TTYPE1  = 'EXPOSURE'
    TUNIT1  = 's       '
    EXPOSURE=                 30.0
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    8
    TFIELDS =                    1
    TFORM1  = '1D      '
    TTYPE1  = 'EXPOSURE'
    TUNIT1  = 's       '
    ```
    """
    index = header.layout.index
    raw = header.raw
    for position in header.layout.map_indices("TTYPE").values():
        # Tables have many columns: look at the bytes, and parse the card only when it matters.
        written = raw[position * CARD_SIZE + 10 : position * CARD_SIZE + CARD_SIZE].split(b"'", 2)
        if len(written) < 3:
            continue
        name = written[1].strip().upper().decode("latin-1")
        where = index.get(name)
        if where is None or not name or name in _INDEX_COLUMNS:
            continue
        yield flag(
            header.card(position),
            value=written[1].strip().decode("latin-1"),
            keyword=name,
            place=where[0] + 1,
        )


_INDEX_COLUMNS = frozenset(("EXTLEVEL", "EXTNAME", "EXTVER", "XTENSION"))
"""Columns of a table that lists HDUs, which has such keywords for itself as well."""
_EXTENSION_NAMES: dict[str, tuple[str, ...]] = {
    "GROUPING": BINTABLE_KINDS,
    "COMPRESSED_IMAGE": ("compressed-image",),
    "COMPRESSED_TABLE": ("compressed-table",),
    "WCSDVARR": ("image", "primary", "compressed-image"),
    "D2IMARR": ("image", "primary", "compressed-image"),
    "GTI": TABLE_KINDS,
    "EVENTS": TABLE_KINDS,
}
"""Extension names that a convention has given a meaning, and where they may stand."""


def _precheck_extension_name(text: bytes) -> bool:
    return text[1:-1].rstrip().decode("latin-1") not in _EXTENSION_NAMES


@rule(
    "RK123",
    "convention-name-misused",
    clause="Registry of FITS conventions",
    level="conv",
    catalogue_rows=("R023",),
    reads="value",
    keywords=("EXTNAME",),
    precheck=_precheck_extension_name,
    summary_ja="規約が意味を定めた拡張名を別の種類の HDU に使っている",
    message="EXTNAME {value!r} is kept by a convention for {kinds}, and this HDU is {kind}",
)
def convention_name_misused(card: Card, header: Header) -> Iterator[Flag]:
    """An extension name that a registered convention defines stands in another kind of HDU.

    ## Why it matters
    Programs that know the convention look for the name and find something that they cannot read.

    ## Example
    ```fits image
    EXTNAME = 'GROUPING'
    ```
    Use instead:
    ```fits image
    EXTNAME = 'GROUPS  '
    ```
    """
    value = card.value
    allowed = _EXTENSION_NAMES.get(value) if isinstance(value, str) else None
    if allowed is not None and header.kind not in allowed and header.kind != "unknown":
        yield flag(
            card, value=value, kinds=list_words(map(phrase, allowed)), kind=phrase(header.kind)
        )
