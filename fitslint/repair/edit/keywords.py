"""Changes that a person asks for: set, rename, delete and move keywords, as edits of cards."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fitslint.dictionary import load_conventions, load_standard
from fitslint.engine.text_edits import translate_edits
from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.repair.edit.values import find_keyword_type, format_value_word, unquote_word
from fitslint.repair.header_bytes import (
    EditConflictError,
    find_append_position,
    list_card_patches,
    rebuild_header,
)
from fitslint.repair.model import Patch, RepairError
from fitslint.syntax.checksum import update_checksum
from fitslint.syntax.scan_reader import Reader
from fitslint.syntax.write_cards import format_card, write_card
from fitslint.text import suggest

_NAME = re.compile(r"[A-Z0-9_-]{1,8}")
_TOKEN = re.compile(r"[A-Z0-9_-]+( [A-Z0-9_-]+)*")
_COMMENTARY = ("COMMENT", "HISTORY")
_SHORT, _ALIKE = 3, 0.75
_COMMENTARY_WIDTH = 72
"""Columns of a commentary card."""
_STRUCTURE = re.compile(
    r"SIMPLE|XTENSION|BITPIX|NAXIS[0-9]*|[PG]COUNT|GROUPS|TFIELDS|(TFORM|TBCOL|TDIM)[0-9]+|THEAP"
    r"|ZIMAGE|ZTABLE|ZBITPIX|ZNAXIS[0-9]*|Z(SIMPLE|TENSION|EXTEND|[PG]COUNT)|ZTILE([0-9]+|LEN)"
    r"|ZCMPTYPE|ZQUANTIZ|ZDITHER0|(ZNAME|ZVAL|ZFORM|ZCTYP)[0-9]+|ZTHEAP|CONTINUE|END"
)
_PAST_TENSE = {"set": "set", "rename": "renamed", "delete": "deleted", "move": "moved"}
_SUMS = frozenset(("CHECKSUM", "DATASUM", "ZHECKSUM", "ZDATASUM"))


@dataclass(frozen=True, slots=True)
class CardPosition:
    """Where a card goes: before or after another one; neither means behind the last card."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class KeywordEdit:
    """One thing to do to a keyword.

    ``kind`` is ``set`` (``text`` is the value as typed), ``rename`` (``text`` is the new name),
    ``delete`` or ``move``. ``hdu`` is a number counted from 1 or an EXTNAME; empty means the only
    HDU that has the keyword, or the first. ``card`` counts from 1 and tells twins apart.
    """

    kind: str
    keyword: str
    text: str = ""
    comment: str | None = None
    position: CardPosition = CardPosition()
    hdu: str = ""
    card: int | None = None


def list_slip_warnings(file: FitsFile, edits: Iterable[KeywordEdit]) -> Iterator[str]:
    """Sentences on keywords that are set anew and look like a slip of one that is there."""
    for change in edits:
        keyword = require_keyword(change.keyword)
        if change.kind != "set" or keyword in _COMMENTARY:
            continue
        header = _find_header(file, change)
        entry = load_standard().lookup(keyword) or load_conventions().lookup(keyword)
        near = [name for name in header.names if _is_slip(keyword, name)]
        if near and entry is None and keyword not in header:
            yield f"{keyword} is new in HDU {header.hdu}, which has {near[0]}"


def _is_slip(keyword: str, name: str) -> bool:
    """Whether a keyword differs from another by a letter that is left out, added or changed.

    Names that differ in digits alone are members of a series.
    """
    if keyword.rstrip("0123456789") == name.rstrip("0123456789"):
        return False
    ratio = difflib.SequenceMatcher(None, keyword, name, autojunk=False).ratio()
    return len(name) > _SHORT and ratio >= _ALIKE


def build_edits(file: FitsFile, changes: Iterable[KeywordEdit]) -> list[Edit]:
    """The edits of the uncompressed stream that make ``changes``.

    Raises
    ------
    RepairError
        when one of them cannot be made; the sentence says why.
    """
    edits: list[Edit] = []
    for change in changes:
        header = _find_header(file, change)
        card_edits = tuple(_EDITORS[change.kind](header, change))
        line_edits = translate_edits(card_edits, Flag(), header) if header.is_text else card_edits
        if card_edits and not line_edits:
            raise RepairError(f"{change.keyword} stands on a line with other bytes")
        edits += line_edits
    return edits


def build_keyword_patches(
    file: FitsFile, reader: Reader, changes: Iterable[KeywordEdit]
) -> tuple[Patch, ...]:
    """The patches that make ``changes`` to ``file``, read from ``reader``; CHECKSUM goes along.

    Raises
    ------
    RepairError
        when one of them cannot be made.
    """
    edits = sorted(build_edits(file, changes), key=lambda edit: (edit.start, edit.end))
    patches: list[Patch] = []
    for hdu in file.hdus:
        start, stop = hdu.header.offset, hdu.data_offset
        own = [edit for edit in edits if start <= edit.start <= edit.end <= stop]
        if not own:
            continue
        if hdu.header.is_text:
            patches += [Patch(edit.start, edit.end, edit.new) for edit in own]
            continue
        old = reader.read_at(start, stop - start)
        try:
            new = rebuild_header(old, hdu, own)
        except EditConflictError as error:
            raise RepairError(str(error)) from None
        patches += list_card_patches(start, old, update_checksum(old, new))
    return tuple(patches)


def list_result_keywords(changes: Iterable[KeywordEdit]) -> frozenset[str]:
    """The keywords whose cards are there, and new, after ``changes``."""
    keywords = set()
    for change in changes:
        if change.kind != "delete":
            keywords.add(
                require_keyword(change.text if change.kind == "rename" else change.keyword)
            )
    return frozenset(keywords)


def require_keyword(name: str) -> str:
    """The keyword that ``name`` means: in upper case; one with blanks is a HIERARCH keyword.

    Raises
    ------
    RepairError
        when it is none.
    """
    words = " ".join(name.upper().split())
    if _NAME.fullmatch(words) and words != "HIERARCH":
        return words
    tokens = words.removeprefix("HIERARCH ")
    if not _TOKEN.fullmatch(tokens):
        raise RepairError(f"{name!r} is no keyword: it has letters, digits, - and _ only")
    if " " not in words:
        raise RepairError(
            f"{name!r} has more than 8 characters; 'HIERARCH {words}' is what may be as long"
        )
    return f"HIERARCH {tokens}"


def _find_header(file: FitsFile, change: KeywordEdit) -> Header:
    """The header that a change is about."""
    keyword = require_keyword(change.keyword)
    headers = [hdu.header for hdu in file.hdus]
    if not headers:
        raise RepairError("there is no header")
    if change.hdu.isdigit():
        if not 1 <= int(change.hdu) <= len(headers):
            raise RepairError(f"there are {len(headers)} HDUs, and no HDU {change.hdu}")
        return headers[int(change.hdu) - 1]
    if change.hdu:
        headers = [header for header in headers if _has_extname(header, change.hdu)]
        if not headers:
            names = [header.string("EXTNAME") or "" for header in (hdu.header for hdu in file.hdus)]
            hint = suggest(change.hdu.upper(), filter(None, names))
            raise RepairError(f"no HDU has the EXTNAME {change.hdu!r}{hint}")
        if len(headers) > 1:
            numbers = " and ".join(str(header.hdu) for header in headers)
            raise RepairError(f"HDU {numbers} have the EXTNAME {change.hdu!r}; say the number")
        return headers[0]
    matches = [header for header in headers if _find_positions(header, keyword)]
    if len(matches) > 1 and keyword not in _COMMENTARY:
        numbers = ", ".join(str(header.hdu) for header in matches)
        raise RepairError(f"{keyword} stands in HDU {numbers}; say which by --hdu")
    return matches[0] if matches else headers[0]


def _has_extname(header: Header, name: str) -> bool:
    extname = header.string("EXTNAME")
    return extname is not None and extname.strip().upper() == name.strip().upper()


def _set_keyword(header: Header, change: KeywordEdit) -> Iterator[Edit]:
    keyword = require_keyword(change.keyword)
    if keyword in _COMMENTARY:
        yield _build_insertion(
            header, _format_commentary(keyword, change.text), change.position, keyword
        )
        return
    _refuse_structural(keyword, "set")
    old = _find_card_range(header, keyword, change.card) if keyword in header else None
    comment = change.comment
    if comment is None:
        comment = "".join(header.card(at).comment for at in old or ()).strip()
    images = _format_cards(header, keyword, change.text, comment)
    if old is None or change.position != CardPosition():
        if old is not None:
            yield _build_deletion(header, old)
        yield _build_insertion(header, images, change.position)
    else:
        start = header.locate_card(old.start)
        yield Edit(start, start + len(old) * CARD_SIZE, images)


def _format_cards(header: Header, keyword: str, word: str, comment: str) -> bytes:
    text = format_value_word(keyword, word, find_keyword_type(header, keyword))
    try:
        if text is not None:
            card = format_card(keyword, text, comment)
            if card is None:
                raise RepairError(f"value and comment of {keyword} have no room on a card")
            return card
        cards = write_card(keyword, unquote_word(word), comment)
    except ValueError as error:
        raise RepairError(f"{keyword}: {error}") from None
    # The writer would rather cut a comment or move it away than fail; a person is asked.
    if comment and comment not in cards[-1].decode("ascii"):
        raise RepairError(f"the comment of {keyword} has no room beside its value")
    if any(card.startswith(b"COMMENT ") for card in cards):
        raise RepairError(f"the comment of {keyword} has no room beside its value")
    return b"".join(cards)


def _format_commentary(keyword: str, text: str) -> bytes:
    """Commentary cards, broken between words where that can be."""
    cards: list[str] = []
    rest = text.rstrip()
    while True:
        at = (
            len(rest)
            if len(rest) <= _COMMENTARY_WIDTH
            else rest.rfind(" ", 1, _COMMENTARY_WIDTH + 1)
        )
        at = at if at > 0 else _COMMENTARY_WIDTH
        cards.append(f"{keyword:<8}{rest[:at].rstrip()}"[:CARD_SIZE].ljust(CARD_SIZE))
        rest = rest[at:].lstrip()
        if not rest:
            break
    try:
        return "".join(cards).encode("ascii")
    except UnicodeEncodeError:
        raise RepairError(f"{keyword} holds ASCII characters only") from None


def _rename_keyword(header: Header, change: KeywordEdit) -> Iterator[Edit]:
    old, new = require_keyword(change.keyword), require_keyword(change.text)
    for name in (old, new):
        _refuse_structural(name, "rename")
    if new in header:
        raise RepairError(f"{new} is there already, in card {header.find_cards(new)[0].number}")
    positions = _find_card_range(header, old, change.card, any_case=True)
    card = header.card(positions.start)
    if old.startswith("HIERARCH ") or new.startswith("HIERARCH "):
        if card.form.value is None:
            raise RepairError(f"{old} has no value")
        image = format_card(new, card.text, card.comment, pad=False)
        if image is None:
            raise RepairError(f"{new}, its value and its comment have no room on a card")
    else:
        image = card.replace_keyword(new)
    yield Edit(card.offset, card.offset + CARD_SIZE, image)


def _delete_keyword(header: Header, change: KeywordEdit) -> Iterator[Edit]:
    keyword = require_keyword(change.keyword)
    _refuse_structural(keyword, "delete")
    positions = _find_card_range(header, keyword, change.card, any_case=True)
    yield _build_deletion(header, positions)


def _move_keyword(header: Header, change: KeywordEdit) -> Iterator[Edit]:
    keyword = require_keyword(change.keyword)
    _refuse_structural(keyword, "move")
    positions = _find_card_range(header, keyword, change.card, any_case=True)
    images = header.raw[positions.start * CARD_SIZE : positions.stop * CARD_SIZE]
    target = _find_target(header, change.position, "")
    if positions.start <= target <= positions.stop:
        return
    yield _build_deletion(header, positions)
    at = header.locate_card(target)
    yield Edit(at, at, images)


_EDITORS = {
    "set": _set_keyword,
    "rename": _rename_keyword,
    "delete": _delete_keyword,
    "move": _move_keyword,
}


def _refuse_structural(keyword: str, verb: str) -> None:
    """Refuse what says how the data are stored."""
    if _STRUCTURE.fullmatch(keyword):
        raise RepairError(
            f"{keyword} says how the file is laid out and cannot be {_PAST_TENSE[verb]}"
        )
    if keyword in _SUMS and verb in ("set", "rename"):
        raise RepairError(f"{keyword} is computed from the file and cannot be {_PAST_TENSE[verb]}")


def _find_card_range(
    header: Header, keyword: str, number: int | None, *, any_case: bool = False
) -> range:
    """Positions of a keyword's card and of the CONTINUE cards that belong to it."""
    where: tuple[int, ...] = header.layout.index.get(keyword, ())
    if any_case:
        where = _find_positions(header, keyword)
    if not where:
        raise RepairError(f"HDU {header.hdu} has no {keyword}{suggest(keyword, header.names)}")
    if number is not None:
        if number - 1 not in where:
            raise RepairError(f"card {number} of HDU {header.hdu} is not {keyword}")
        where = (number - 1,)
    if len(where) > 1:
        cards = ", ".join(str(at + 1) for at in where)
        raise RepairError(f"HDU {header.hdu} has {keyword} in cards {cards}; say which by --card")
    stop = where[0] + 1
    while (
        stop < len(header)
        and header.names[stop] == "CONTINUE"
        and _is_open_string(header.card(stop - 1))
    ):
        stop += 1
    return range(where[0], stop)


def _find_positions(header: Header, keyword: str) -> tuple[int, ...]:
    """Positions of the cards whose name is ``keyword``, in whatever letters it is written there.

    A name in small letters is a fault that a person wants to mend, and readers take it for the
    same keyword: one of two that differ in letters alone is not chosen without being asked.
    """
    return tuple(
        at
        for at, name in enumerate(header.names)
        if name == keyword or (name.isascii() and name.upper() == keyword)
    )


def _is_open_string(card: Card) -> bool:
    value = card.value
    return isinstance(value, str) and value.endswith("&")


def _build_deletion(header: Header, positions: range) -> Edit:
    start = header.locate_card(positions.start)
    return Edit(start, start + len(positions) * CARD_SIZE, b"")


def _build_insertion(header: Header, images: bytes, position: CardPosition, like: str = "") -> Edit:
    at = header.locate_card(_find_target(header, position, like))
    return Edit(at, at, images)


def _find_target(header: Header, near: CardPosition, like: str) -> int:
    """The position before which a card goes; ``like`` is the keyword that it would follow."""
    if near.before:
        position = _find_card_range(header, require_keyword(near.before), None).start
        if position == 0:
            raise RepairError(f"nothing may stand before {near.before.upper()}")
        return position
    if near.after:
        return _find_card_range(header, require_keyword(near.after), None).stop
    same = header.layout.index.get(like, ()) if like else ()
    if same:
        return same[-1] + 1
    return find_append_position(header)
