"""Characters of keyword names: A-Z, 0-9, hyphen, underscore, left justified (section 4.1.2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from fitslint.model.card import Card
from fitslint.model.finding import Edit, Safety
from fitslint.model.form import CARD_SIZE, Span
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, replace_card, rule
from fitslint.rules.cards.indicator import NAME_MAX, find_name_span
from fitslint.rules.edits import has_portable_value, rename_card, rewrite_card
from fitslint.rules.names.registered import find_keyword_entry, is_mandatory
from fitslint.text import phrase

# The grammar calls a name faulty only when nothing else is, so every faulty card is asked.
_FAULTS = (
    "name", "lowercase-exponent", "exponent-digits", "no-digits", "non-finite", "decimal-comma",
    "grouped-digits", "hex", "unit-attached", "logical-word", "bare-date", "bare-text",
    "complex-form", "unclosed-string", "after-string", "after-value", "indicator", "early-equals",
    "late-equals", "long-name", "unreadable",
)  # fmt: skip
_LEGAL = compile_late(r"[A-Z0-9_-]+ *")
_ILLEGAL = compile_late(r"[^A-Za-z0-9_ .$%-]+")
_LEGAL_START = compile_late(rb"(?=[A-Z0-9_-]+ *=)[A-Z0-9_ -]{8}= ")
_HIERARCH_CHARACTERS = compile_late(r"[.$%]+")
_GAP = compile_late(r"(?<=[^ ]) +(?=[^ ])")
_LOWER_CASE = compile_late(r"[a-z]+")


def _find_fault(card: Card) -> tuple[str, Span] | None:
    """What is worst about the name of a card, and where."""
    span = find_name_span(card)
    return _find_text_fault(card.image[span[0] : span[1]], span[0]) if span else None


@lru_cache(maxsize=1024)
def _find_text_fault(text: str, start: int) -> tuple[str, Span] | None:
    if not text.isascii() or not text.isprintable() or _LEGAL.fullmatch(text) or not text.strip():
        return None
    for fault, pattern in (
        ("illegal", _ILLEGAL),
        ("hierarch", _HIERARCH_CHARACTERS),
        ("gap", _GAP),
        ("lower", _LOWER_CASE),
    ):
        found = pattern.search(text)
        if found:
            return fault, (start + found.start(), start + found.end())
    return "indented", (start, start + len(text) - len(text.lstrip()))


def _has_legal_name(image: bytes) -> bool:
    return _LEGAL_START.match(image) is not None


def _read_name(card: Card) -> str:
    start, end = find_name_span(card) or card.form.name
    return card.image[start:end].strip()


def _rename_card(card: Card, name: str) -> Edit | None:
    """The edit that gives the card another name; all that follows stays as it is."""
    if len(name) > NAME_MAX or not _LEGAL.fullmatch(name) or is_mandatory(name):
        return None
    if card.raw[8:10] == b"= ":
        return rename_card(card, name)
    legal = card.form.kind == "value" and card.form.type not in ("faulty", "undefined")
    return rewrite_card(card, keyword=name) if legal else None


def _grade_rename(card: Card, header: Header, new: str) -> Safety:
    """Safe where the name is free and the value is a sound one under it."""
    return "safe" if new not in header and has_portable_value(card, header, new) else "unsafe"


@rule(
    "KN101",
    "illegal-character-in-name",
    clause="4.1.2.1",
    level="must",
    fix="unsafe",
    catalogue_rows=("K001",),
    faults=_FAULTS,
    precheck=_has_legal_name,
    summary_ja="キーワード名に使えない文字が含まれている",
    message="{character!r} is not allowed in the keyword {keyword!r}; use A-Z, 0-9, '-' and '_'",
)
def illegal_character(card: Card) -> Iterator[Flag]:
    """A keyword name holds a character that is not a capital letter, digit, hyphen or underscore.

    ## Why it matters
    Other characters have a meaning in the languages that read headers, and many readers do not
    find such a keyword at all.

    ## Example
    ```fits
    CCD#    =                    3 / number of the detector
    ```
    Use instead:
    ```fits
    CCD_    =                    3 / number of the detector
    ```
    """
    fault = _find_fault(card)
    if fault is None or fault[0] != "illegal":
        return
    name = _read_name(card)
    new = _ILLEGAL.sub("_", name).replace(" ", "_").upper()
    character = card.image[fault[1][0] : fault[1][1]]
    yield flag(
        card,
        fault[1],
        fix=lambda: _rename_card(card, new),
        title=phrase("call it {new}", new=new),
        character=character,
        keyword=name,
    )


@rule(
    "KN102",
    "lower-case-name",
    clause="4.1.2.1",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("K002",),
    faults=_FAULTS,
    precheck=_has_legal_name,
    summary_ja="キーワード名に小文字が含まれている",
    message="the keyword {keyword!r} has lower-case letters; write {new}",
)
def lower_case(card: Card, header: Header) -> Iterator[Flag]:
    """A keyword name holds lower-case letters.

    ## Why it matters
    Names are in capital letters. Readers that compare bytes do not find this one: qfits, IDL,
    nom.tam.fits, GDAL and DS9. A name of your own may be asked for as it is (fitsjs, SExtractor),
    so only names of the standard and of conventions are safe to write in capitals.

    ## Example
    ```fits
    Exptime =                  1.5 / [s] exposure time
    ```
    Use instead:
    ```fits
    EXPTIME =                  1.5 / [s] exposure time
    ```
    """
    fault = _find_fault(card)
    if fault is None or fault[0] != "lower":
        return
    name = _read_name(card)
    new = name.upper()
    yield flag(
        card,
        fault[1],
        fix=lambda: _rename_card(card, new),
        safety=_grade_rename(card, header, new) if find_keyword_entry(new) else "unsafe",
        title=phrase("write the name in capital letters"),
        keyword=name,
        new=new,
    )


@rule(
    "KN103",
    "indented-name",
    clause="4.1.2.1",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("K003",),
    faults=_FAULTS,
    precheck=_has_legal_name,
    summary_ja="キーワード名が左詰めになっていない",
    message="the keyword {keyword} begins in column {column}; it must begin in column 1",
)
def indented(card: Card, header: Header) -> Iterator[Flag]:
    """A keyword name does not begin in column 1.

    ## Why it matters
    Names are left justified. Some readers strip the blank, others take the card for a comment.

    ## Example
    ```fits
     FILTER = 'B       '           / name of the filter
    ```
    Use instead:
    ```fits
    FILTER  = 'B       '           / name of the filter
    ```
    """
    fault = _find_fault(card)
    if fault is None or fault[0] != "indented":
        return
    name = _read_name(card)
    fix = _rename_card(card, name)
    if fix is None and card.form.kind != "value":
        # Blanks in front pushed everything to the right.
        image = card.raw.lstrip(b" ").ljust(CARD_SIZE)
        fix = replace_card(card, image) if image[8:10] == b"= " and not is_mandatory(name) else None
    yield flag(
        card,
        (0, fault[1][1]),
        fix=fix,
        safety=_grade_rename(card, header, name),
        title=phrase("left-justify the name"),
        keyword=name,
        column=fault[1][1] + 1,
    )


@rule(
    "KN104",
    "blank-in-name",
    clause="4.1.2.1",
    level="must",
    fix="unsafe",
    catalogue_rows=("K004",),
    faults=_FAULTS,
    precheck=_has_legal_name,
    summary_ja="キーワード名の途中に空白がある",
    message="the keyword {keyword!r} has a blank inside; write {new}",
)
def blank_inside(card: Card) -> Iterator[Flag]:
    """A keyword name has a blank inside.

    ## Why it matters
    A name ends at its first blank; what stands behind it belongs to nothing.

    ## Example
    ```fits
    EXP TIME=                  1.5 / [s] exposure time
    ```
    Use instead:
    ```fits
    EXP_TIME=                  1.5 / [s] exposure time
    ```
    """
    fault = _find_fault(card)
    if fault is None or fault[0] != "gap":
        return
    name = _read_name(card)
    new = _GAP.sub("_", name).upper()
    yield flag(
        card,
        fault[1],
        fix=lambda: _rename_card(card, new),
        title=phrase("call it {new}", new=new),
        keyword=name,
        new=new,
    )


@rule(
    "KN112",
    "hierarch-character-in-name",
    clause="4.1.2.1",
    level="must",
    fix="unsafe",
    catalogue_rows=("K012",),
    faults=_FAULTS,
    precheck=_has_legal_name,
    summary_ja="HIERARCH 以外のキーワード名に「.」「$」「%」が含まれている",
    message="{character!r} is not allowed in the plain keyword {keyword!r}; write {new}",
)
def hierarch_character(card: Card) -> Iterator[Flag]:
    """A plain keyword name holds a period, dollar or percent sign.

    ## Why it matters
    Writers of HIERARCH and record-valued keywords use these signs between the parts of a long
    name. In a plain keyword they are illegal. Seventeen readers find DET.GAIN under this name, and
    would not any more.

    ## Example
    ```fits
    DET.GAIN=                  2.1 / [electron/adu]
    ```
    Use instead:
    ```fits
    DET_GAIN=                  2.1 / [electron/adu]
    ```
    """
    fault = _find_fault(card)
    if fault is None or fault[0] != "hierarch":
        return
    name = _read_name(card)
    new = _HIERARCH_CHARACTERS.sub("_", name).replace(" ", "_").upper()
    yield flag(
        card,
        fault[1],
        fix=lambda: _rename_card(card, new),
        title=phrase("call it {new}", new=new),
        character=card.image[fault[1][0] : fault[1][1]],
        keyword=name,
        new=new,
    )
