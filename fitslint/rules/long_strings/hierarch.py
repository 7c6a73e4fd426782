"""HIERARCH keywords (the ESO convention, registered with the IAU FITS Working Group)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, replace_card, rule
from fitslint.rules.edits import delete_value
from fitslint.text import phrase

CLAUSE = "HIERARCH convention"
_HIERARCH = "HIERARCH"
_TOKEN = compile_late(r"[^ ]+")
_FOREIGN_CHARACTER = compile_late(r"HIERARCH [^=/']*['/](?=.*=)")
"""A name with a quote or a slash before its equals sign."""
_LEGAL_TOKEN = compile_late(r"[A-Z0-9_-]+")


@rule(
    "LS107",
    "hierarch-form",
    clause=CLAUSE,
    level="conv",
    catalogue_rows=("L007",),
    once="rule",
    keywords=(_HIERARCH,),
    fix="safe",
    summary_ja="HIERARCH の 9 桁目が空白でない、= がない、または名前に使えない文字がある",
    message={
        "blank": "column 9 after HIERARCH must be blank",
        "equals": "HIERARCH without an equals sign is read as a comment",
        "name": "HIERARCH without a name before the equals sign",
        "token": "{token!r} has characters other than A-Z, 0-9, - and _",
        "foreign": "{character!r} in the name: the card is read as a comment, and has no value",
    },
)
def hierarch_form(card: Card, header: Header) -> Iterator[Flag]:
    """A HIERARCH card does not have the form of the convention.

    ## Why it matters
    HIERARCH, a blank, words of A-Z, 0-9, - and _, an equals sign and a value: readers that know
    the convention expect exactly this, and the others take the card as a comment. Names that ESO
    gave are safe to write in capitals (fitsort finds them then); names of others are theirs.

    ## Example
    ```fits
    HIERARCH ESO tel AIRM = 1.05
    ```
    Use instead:
    ```fits
    HIERARCH ESO TEL AIRM = 1.05
    ```
    """
    if not card.raw.startswith(b"HIERARCH"):
        return
    if card.raw[8:9] != b" ":
        yield flag(card, (8, 9), message="blank")
    elif b"=" not in card.raw:
        yield flag(card, (0, CARD_SIZE), message="equals")
    elif card.form.kind == "hierarch":
        yield from _flag_tokens(card, header)
    elif foreign := _FOREIGN_CHARACTER.match(card.image):
        if card.image[foreign.end() - 2 : foreign.end()] == " /":
            yield flag(card, (0, CARD_SIZE), message="equals")
        else:
            span = (foreign.end() - 1, foreign.end())
            yield flag(card, span, message="foreign", character=foreign[0][-1])


def _flag_tokens(card: Card, header: Header) -> Iterator[Flag]:
    name = card.image[: card.form.name[1]]
    if name.strip() == _HIERARCH:
        yield flag(card, (0, 8), message="name")
        return
    for match in _TOKEN.finditer(name, len(_HIERARCH)):
        if not _LEGAL_TOKEN.fullmatch(match[0]):
            fix = _capitalise_name(card, name, header)
            title = phrase("write the name in upper case") if fix else ""
            yield flag(card, match.span(), message="token", fix=fix, title=title, token=match[0])
            return


def _capitalise_name(card: Card, name: str, header: Header) -> Edit | None:
    """The edit to upper case of a name of ESO, when nothing else is wrong with it, and it is free.

    Other names are keys of whoever wrote them.
    """
    upper = " ".join(name.upper().split())
    taken = any(other.upper() == upper and other != card.keyword for other in header.names)
    sound = card.form.fault in (None, "hierarch")
    if not sound or not upper.startswith("HIERARCH ESO ") or taken:
        return None
    if not all(_LEGAL_TOKEN.fullmatch(token) for token in upper.split()):
        return None
    return replace_card(card, name.upper().encode("latin-1") + card.raw[len(name) :])


@rule(
    "LS108",
    "hierarch-repeated",
    clause=CLAUSE,
    level="conv",
    catalogue_rows=("L008",),
    needs=(_HIERARCH,),
    summary_ja="HIERARCH キーワードが空白と大文字小文字を除いて重複している",
    message="{name} was given before (card {first}); case and the number of blanks do not count",
)
def hierarch_repeated(header: Header) -> Iterator[Flag]:
    """A HIERARCH keyword repeats an earlier one; case and extra blanks do not count.

    ## Why it matters
    Readers look the name up without regard to case and spacing and find one of the two values.

    ## Example
    ```fits
    HIERARCH ESO TEL AIRM = 1.05
    HIERARCH ESO  TEL AIRM = 1.06
    ```
    Use instead:
    ```fits
    HIERARCH ESO TEL AIRM START = 1.05
    HIERARCH ESO TEL AIRM END = 1.06
    ```
    """
    first: dict[str, int] = {}
    for position, name in enumerate(header.names):
        if name.startswith("HIERARCH "):
            earlier = first.setdefault(name.upper(), position)
            if earlier != position:
                card, other = header.card(position), header.card(earlier)
                same = card.form.legal and (card.text, card.comment) == (other.text, other.comment)
                yield flag(
                    card,
                    _find_name_span(header, position),
                    safety="unsafe",
                    fix=delete_value(card, header) if same else None,
                    title=phrase("remove the copy"),
                    name=name,
                    first=earlier + 1,
                )


@rule(
    "LS109",
    "hierarch-shadows",
    clause=CLAUSE,
    level="conv",
    catalogue_rows=("L009",),
    needs=(_HIERARCH,),
    summary_ja="HIERARCH の名前が同じヘッダの通常のキーワードと同じである",
    message="HIERARCH {token} is the same name as the keyword {token} of card {other}",
)
def hierarch_shadows(header: Header) -> Iterator[Flag]:
    """A HIERARCH keyword of one short word is also an ordinary keyword of the header.

    ## Why it matters
    Libraries drop the word HIERARCH, so that both have one name and one of them cannot be reached.

    ## Example
    ```fits
    EXPTIME =                 30.0
    HIERARCH EXPTIME = 60.0
    ```
    Use instead:
    ```fits
    EXPTIME =                 30.0
    HIERARCH TOTAL EXPTIME = 60.0
    ```
    """
    index = header.layout.index
    for name, where in index.items():
        token = name[len(_HIERARCH) + 1 :].upper()
        if name.startswith("HIERARCH ") and " " not in token and token in index:
            span = _find_name_span(header, where[0])
            card, other = header.card(where[0]), header.card(index[token][0])
            same = card.form.legal and (card.value, card.comment) == (other.value, other.comment)
            yield flag(card, span, fix=delete_value(card, header) if same else None,
                       safety="unsafe", title=phrase("remove the copy"), token=token,
                       other=other.number)  # fmt: skip


def _find_name_span(header: Header, position: int) -> tuple[int, int]:
    return header.card(position).form.name


@rule(
    "LS111",
    "hierarch-cut",
    clause=CLAUSE,
    level="conv",
    catalogue_rows=("L011",),
    once="rule",
    kinds=("hierarch",),
    summary_ja="HIERARCH の名前が長く、値またはコメントが 80 桁で切れている",
    message={
        "value": "the name takes {length} columns, and the string was cut at column 80",
        "comment": "the name takes {length} columns, and the comment seems to be cut at column 80",
    },
)
def hierarch_cut(card: Card) -> Iterator[Flag]:
    """The value or the comment of a HIERARCH card is cut because the name is long.

    ## Why it matters
    Name, value and comment share 80 columns. What does not fit is lost without a trace.

    ## Example
    ```fits
    HIERARCH ESO INS GRISM NAME OF THE DISPERSING ELEMENT IN THE PATH = 'Grism 1
    ```
    Use instead:
    ```fits
    HIERARCH ESO INS GRISM NAME = 'Grism 1'
    ```
    """
    length = card.form.name[1]
    if card.form.fault == "unclosed-string":
        yield flag(card, message="value", length=length)
    elif card.form.comment is not None and card.raw[79:].isalnum() and card.form.value:
        # A comment is no more than help to the reader, as where another card cuts it (CD114).
        yield flag(card, card.form.comment, message="comment", level="style", length=length)
