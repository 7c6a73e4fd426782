"""Keyword records that lost their 80-byte places (FITS 4.0 section 4.1.1)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import replace
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, rule
from fitslint.rules.names.registered import find_keyword_entry, find_value_type
from fitslint.syntax.cards import parse_card
from fitslint.text import phrase

_DRIFT_MIN = 3
"""Records in a row at the same wrong column that make a drift."""
_SCAN_MAX = 1 << 18
_INDICATOR = compile_late(rb"= (?=[ '+\-0-9.TF(])")
_NAME = compile_late(rb"[A-Z0-9_-]+ *")
_COMMENTARY = frozenset((b"COMMENT ", b"HISTORY ", b"HIERARCH", b"CONTINUE"))
_LINE_BREAK = compile_late(rb"[\r\n]+([A-Z0-9_-]{1,8} *= )")
# A name padded to eight columns before an equals sign does not occur in prose; names of seven
# letters would, so those need a value in its place as well.
_INNER_CARD = compile_late(
    rb"(?:(?<=[ /'])|(?<=[0-9.TF]))(?:(?=[A-Z0-9_-]{1,6} +=|[A-Z0-9_-]{8}=)[A-Z][A-Z0-9_ -]{7}= "
    rb" *['+\-0-9.TF]|[A-Z][A-Z0-9_-]{6} = (?:'|   +[+\-0-9.TF]))"
)
_MANDATORY = compile_late(r"SIMPLE|XTENSION|BITPIX|NAXIS[0-9]*|PCOUNT|GCOUNT|TFIELDS")


@rule(
    "CD104",
    "record-drift",
    clause="4.1.1",
    level="must",
    catalogue_rows=("C004",),
    summary_ja="あるカードから 80 バイトの区切りがずれている",
    message="from this card on records start {side} of their 80-byte places (bytes: {shift})",
)
def record_drift(file: FitsFile) -> Iterator[Flag]:
    """From some card on the records of a header do not start every 80 bytes.

    ## Why it matters
    A byte that was lost or added moves every record after it, so that their keywords are not found
    and END is not recognised.

    ## Example
    ```fits
    OBSERVER= 'Edwin Hubble'
    TELESCOP= 'Hooker  '                                                           I
    NSTRUME= 'camera  '                                                            E
    XPTIME =                  1.5                                                  F
    ILTER  = 'B       '                                                            E
    ND
    @noend
    ```
    Use instead:
    ```fits
    OBSERVER= 'Edwin Hubble'
    TELESCOP= 'Hooker  '
    INSTRUME= 'camera  '
    EXPTIME =                  1.5
    FILTER  = 'B       '
    ```
    """
    headers = {hdu.number: hdu.header for hdu in file.hdus}
    for problem in file.problems:
        header = headers.get(problem.hdu or 0)
        if header is None:
            continue
        if problem.kind == "drift":
            card = header.card(min(problem.params["card"], len(header)) - 1)
            # A shift of one column keeps cards so whole that only END shows it to the reader.
            earlier = list(_flag_hidden_drift(header))
            yield from earlier or (_flag_drift(header, card, problem.params["shift"]),)
        elif problem.kind == "no-end":
            yield from _flag_hidden_drift(header)


def _flag_drift(header: Header, card: Card, shift: int) -> Flag:
    side = phrase("right") if shift > 0 else phrase("left")
    return replace(flag(card, (0, CARD_SIZE), shift=abs(shift), side=side), hdu=header.hdu)


def _flag_hidden_drift(header: Header) -> Iterator[Flag]:
    """Records at one wrong column up to the end: a drift that the reader did not follow."""
    run: list[int] = []
    for record in _find_record_starts(header):
        if run and (record - run[0]) % CARD_SIZE:
            run = []
        run.append(record)
    # Drift lasts to the end of the header: records in their places after it are proof against it.
    if len(run) >= _DRIFT_MIN and run[0] % CARD_SIZE:
        shift = run[0] % CARD_SIZE
        right = shift <= CARD_SIZE // 2
        card = header.card((run[0] if right else run[0] + CARD_SIZE) // CARD_SIZE)
        yield _flag_drift(header, card, shift if right else shift - CARD_SIZE)


def _find_record_starts(header: Header) -> Iterator[int]:
    """The bytes where something like a record with a value starts, outside commentary."""
    raw = header.raw[:_SCAN_MAX]
    for match in _INDICATOR.finditer(raw):
        start = match.start() - 8
        if start < 0 or not _NAME.fullmatch(raw, start, start + 8):
            continue
        place = start - start % CARD_SIZE
        # An example of a card in a comment is no drift.
        if start == place or raw[place : place + 8] not in _COMMENTARY:
            yield start


def _has_no_other_indicator(image: bytes) -> bool:
    return image.find(b"= ", 18) < 0


@rule(
    "CD115",
    "merged-cards",
    clause="4.1.1",
    level="conv",
    catalogue_rows=("C015",),
    kinds=("value",),
    precheck=_has_no_other_indicator,
    summary_ja="一つのカードに二つのカードが含まれている",
    message="a second card, {inner!r}, begins in column {column} of this one",
)
def merged_cards(card: Card) -> Iterator[Flag]:
    """Two keyword records stand in one card.

    ## Why it matters
    The second keyword is read as part of the comment of the first one, so it is not there for any
    program. Writers that forget to pad a card to 80 bytes leave such pairs behind.

    ## Example
    ```fits
    EXPTIME =                  1.5 / [s]    FILTER  = 'B       '
    ```
    Use instead:
    ```fits
    EXPTIME =                  1.5 / [s]
    FILTER  = 'B       '
    ```
    """
    raw = card.raw
    if _has_no_other_indicator(raw):
        return
    legal = card.form.value if card.form.type == "string" and not card.form.fault else None
    start = legal[1] if legal else 11
    match = _LINE_BREAK.search(raw, 10) or _INNER_CARD.search(raw, start)
    if match:
        column = match.start(match.lastindex or 0)
        inner = raw[column : column + 8].decode("latin-1").rstrip(" =")
        yield flag(card, (column, CARD_SIZE), fix=_split_card(card, column), safety="unsafe",
                   title=phrase("write two cards"), inner=inner, column=column + 1)  # fmt: skip


def _split_card(card: Card, column: int) -> Edit | None:
    """Two cards in place of one, where both can be read then."""
    first, second = card.raw[:column].rstrip(b" \r\n"), card.raw[column:].lstrip(b"\r\n")
    pair = [part.ljust(CARD_SIZE) for part in (first, second)]
    # The end of the second may have been cut off, which no grammar shows but in strings.
    if card.folded or not all(parse_card(image).legal for image in pair):
        return None
    return Edit(card.offset, card.offset + CARD_SIZE, b"".join(pair))


@rule(
    "CD116",
    "blank-card-in-mandatory-block",
    clause="4.4.1",
    level="must",
    fix="safe",
    catalogue_rows=("C016",),
    reads="layout",
    summary_ja="必須キーワードの間に空白カードがある",
    message="a blank card stands between the mandatory keywords, before {keyword}",
)
def blank_in_mandatory_block(header: Header) -> Iterator[Flag]:
    """A blank card stands between mandatory keywords.

    ## Why it matters
    The mandatory keywords stand in a fixed order with nothing between them, and readers that count
    cards take the wrong one for NAXISn.

    ## Example
    ```fits
    SIMPLE  =                    T

    BITPIX  =                    8
    NAXIS   =                    0
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T
    BITPIX  =                    8
    NAXIS   =                    0
    ```
    """
    names = header.names
    if not names or names[0] not in ("SIMPLE", "XTENSION"):
        return
    blanks: list[int] = []
    for position, name in enumerate(names):
        if name == "":
            blanks.append(position)
        elif _MANDATORY.fullmatch(name):
            for blank in blanks:
                card = header.card(blank)
                fix = None if card.raw.strip() else delete_card(card)
                yield flag(
                    card,
                    (0, CARD_SIZE),
                    fix=fix,
                    title=phrase("remove the blank card"),
                    keyword=name,
                )
            blanks.clear()
        else:
            break


@rule(
    "CD117",
    "undefined-value",
    clause="4.1.2.3",
    level="must",
    catalogue_rows=("C017",),
    kinds=("value",),
    types=("undefined",),
    hangs_on="field",
    summary_ja="型の決まったキーワードに値がない",
    message="the value field of {keyword} is empty; it needs a value of type {expected}",
)
def undefined_value(card: Card, header: Header) -> Iterator[Flag]:
    """A keyword that needs a value of some type has an empty value field.

    ## Why it matters
    An empty field means that the value is undefined. That is legal for keywords of your own, but
    a reader that needs this one has nothing to work with; leave the card out instead.

    ## Example
    ```fits
    EQUINOX =                      / equinox of the coordinates
    ```
    Use instead:
    ```fits
    EQUINOX =               2000.0 / equinox of the coordinates
    ```
    """
    if card.form.type != "undefined" or card.form.fault not in (None, "indicator"):
        return
    entry = find_keyword_entry(card.keyword)
    expected = find_value_type(card.keyword, header.kind)
    if entry is None or expected is None:
        return
    yield flag(
        card,
        (10, 30),
        level="conv" if entry.status == "convention" else None,
        keyword=card.keyword,
        expected=phrase(expected),
    )
