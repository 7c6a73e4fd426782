"""Bytes that may not stand in a header (FITS 4.0 sections 3.2 and 4.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Safety
from fitslint.model.form import CARD_SIZE
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, replace_card, rule
from fitslint.rules.values.exponents import is_double
from fitslint.syntax.cards import parse_card
from fitslint.syntax.scan_cards import is_end
from fitslint.text import phrase

_CONTROL_BYTES = compile_late(rb"[\x01-\x1f\x7f]+")
_NON_ASCII_BYTES = compile_late(rb"[\x80-\xff]+")
_PRINTABLE = bytes(range(0x20, 0x7F))
_WHITESPACE_TO_BLANKS = bytes.maketrans(b"\t\n\r\f\v\0", b"      ")
_COMMENTARY = (b"COMMENT ", b"HISTORY ", b"        ")
_CONTROL_NAMES = {9: "TAB", 10: "LF", 11: "VT", 12: "FF", 13: "CR", 27: "ESC", 127: "DEL"}
_TRANSLITERATIONS = {
    "µ": "u", "μ": "u", "°": "deg", "º": "deg", "Å": "Angstrom", "\u212b": "Angstrom", "±": "+/-",
    "×": "x", "÷": "/", "·": ".", "–": "-", "—": "-", "−": "-", "“": '"', "”": '"', "‘": "`",
    "’": "`", "´": "`", "…": "...", "Ω": "Ohm", "\u2126": "Ohm", "″": "arcsec", "′": "arcmin",
    "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "λ": "lambda", "σ": "sigma",
    "α": "alpha", "β": "beta", "δ": "delta", "Δ": "Delta", "π": "pi", "≤": "<=", "≥": ">=",
    "\u00a0": " ", "©": "(c)", "®": "(R)", "™": "(TM)",
}  # fmt: skip


def _is_printable(image: bytes) -> bool:
    return not image.translate(None, _PRINTABLE)


@rule(
    "CD101",
    "control-character",
    clause="3.2, 4.1.1",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("C001", "C013"),
    faults=("*",),
    precheck=_is_printable,
    summary_ja="カードに制御文字 (TAB、改行など) が含まれている",
    message={
        "": "byte {byte} ({name}) is not a printable ASCII character",
        "many": "byte {byte} ({name}) is not a printable ASCII character; this card has {count}",
    },
)
def control_character(card: Card) -> Iterator[Flag]:
    r"""A header holds a control character such as TAB or a line feed.

    ## Why it matters
    A header is made of the bytes 0x20 to 0x7E only. Readers take a TAB for a blank, for a letter
    or for the end of the value, and each of them reads another header.

    ## Example
    ```fits
    EXPTIME =                  1.5\t/ [s] exposure time
    ```
    Use instead:
    ```fits
    EXPTIME =                  1.5 / [s] exposure time
    ```
    """
    first = _CONTROL_BYTES.search(card.raw)
    if first is None:
        return
    byte = first[0][0]
    mended = card.raw.translate(_WHITESPACE_TO_BLANKS) if b"\0" not in card.raw else card.raw
    count = sum(map(len, _CONTROL_BYTES.findall(card.raw)))
    clean = not _CONTROL_BYTES.search(mended) and mended != card.raw and not is_end(card.raw)
    yield flag(
        card,
        first.span(),
        message="many" if count > 1 else "",
        fix=lambda: replace_card(card, mended) if clean else None,
        safety=_grade_blanks(card, mended, _CONTROL_BYTES),
        title=phrase("write blanks instead of white-space controls"),
        byte=f"0x{byte:02X}",
        name=_CONTROL_NAMES.get(byte) or phrase("control character"),
        count=count,
    )


@rule(
    "CD102",
    "nul-byte",
    clause="3.2",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("C002",),
    faults=("*",),
    precheck=_is_printable,
    summary_ja="ヘッダに NUL バイトが含まれている",
    message="NUL bytes in this card: {count}, the first in column {column}; write blanks",
)
def nul_byte(card: Card) -> Iterator[Flag]:
    r"""A header holds NUL bytes.

    ## Why it matters
    Programs in C stop reading the card at the first NUL, others keep what follows it.

    ## Example
    ```fits
    EXPTIME =                  1.5 / [s] exposure time\x00\x00
    ```
    Use instead:
    ```fits
    EXPTIME =                  1.5 / [s] exposure time
    ```
    """
    column = card.raw.find(b"\0")
    if column < 0:
        return
    end = column + len(card.raw[column:]) - len(card.raw[column:].lstrip(b"\0"))
    mended = card.raw.replace(b"\0", b" ")
    yield flag(
        card,
        (column, end),
        fix=lambda: None if is_end(card.raw) else replace_card(card, mended),
        safety=_grade_blanks(card, mended, re.compile(b"\0")),
        title=phrase("write blanks instead of NUL bytes"),
        count=card.raw.count(b"\0"),
        column=column + 1,
    )


@rule(
    "CD103",
    "non-ascii",
    clause="3.2, 4.1.2.3",
    level="must",
    fix="unsafe",
    catalogue_rows=("C003",),
    faults=("*",),
    precheck=_is_printable,
    summary_ja="ヘッダに ASCII 以外の文字が含まれている",
    message={
        "": "byte {byte} is not ASCII; write {plain!r}",
        "many": "byte {byte} is not ASCII, and the card has {count} such; write {plain!r}",
    },
)
def non_ascii(card: Card) -> Iterator[Flag]:
    r"""A header holds characters beyond ASCII.

    ## Why it matters
    A header is ASCII text. What an accent or a unit sign becomes depends on the encoding that a
    reader guesses, and some replace it for good when they write the header back.

    ## Example
    ```fits
    FOCLEN  =               1200.0 / [\xb5m] focus offset
    ```
    Use instead:
    ```fits
    FOCLEN  =               1200.0 / [um] focus offset
    ```
    """
    first = _NON_ASCII_BYTES.search(card.raw)
    if first is None:
        return
    count = sum(map(len, _NON_ASCII_BYTES.findall(card.raw)))
    image = "".join(map(transliterate, _decode(card.raw))).rstrip(" ").encode("ascii")
    yield flag(
        card,
        first.span(),
        message="many" if count > 1 else "",
        fix=lambda: replace_card(card, image) if len(image) <= CARD_SIZE else None,
        title=phrase("spell the characters in ASCII"),
        byte=f"0x{first[0][0]:02X}",
        count=count,
        plain="".join(map(transliterate, _decode(first[0]))),
    )


def transliterate(character: str) -> str:
    """The ASCII spelling of a character; a question mark where there is none."""
    if character < "\x7f":
        return character
    known = _TRANSLITERATIONS.get(character)
    if known is not None:
        return known
    import unicodedata

    base = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode("ascii")
    return base or "?"


def _decode(raw: bytes) -> str:
    # Two bytes of UTF-8 rarely make sense as Latin-1, so the stricter encoding is tried first.
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _grade_blanks(card: Card, mended: bytes, what: re.Pattern[bytes]) -> Safety:
    """Safe where blanks give a legal card, and change neither a string nor a text without value."""
    form = parse_card(mended)
    first = what.search(card.raw)
    before = mended.find(b"=")
    start, end = form.value or (0, 0)
    inside = mended[start : start + 1] == b"'" and what.search(card.raw, start, end)
    if not form.legal or inside or _is_in_string(card, what) or (first and first.start() < before):
        return "unsafe"
    if what.search(card.raw.partition(b"=")[0] if form.kind == "hierarch" else card.raw[:8]):
        return "unsafe"  # readers know it by a name that goes away
    if form.kind == "commentary":
        return "safe" if mended[:8] in _COMMENTARY else "unsafe"
    if form.type in ("real", "integer") and not is_double(mended[start:end].decode()):
        return "unsafe"  # CFITSIO refuses the header for a real beyond the range of a double
    return "unsafe" if form.type == "undefined" else "safe"


def _is_in_string(card: Card, pattern: re.Pattern[bytes]) -> bool:
    """Whether a match of ``pattern`` stands inside a quoted string."""
    start, end = card.form.value or (0, 0)
    return card.raw[start : start + 1] == b"'" and bool(pattern.search(card.raw, start, end))
