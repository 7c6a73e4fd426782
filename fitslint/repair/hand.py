"""Changes that a person asks for: set, rename, delete and move keywords, as edits of cards."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fitslint.dictionary import conventions, fits
from fitslint.engine.lines import edits_on_lines
from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.finding import Edit
from fitslint.model.form import CARD
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.repair.blocks import NotApplicable, laid_out, runs
from fitslint.repair.model import Patch, RepairError
from fitslint.repair.sums import carried_over
from fitslint.repair.typed import string_of, type_of, value_text
from fitslint.syntax.scan_reader import Reader
from fitslint.syntax.write import relayout, write_card
from fitslint.text import suggest

_NAME = re.compile(r"[A-Z0-9_-]{1,8}")
_TOKEN = re.compile(r"[A-Z0-9_-]+( [A-Z0-9_-]+)*")
_COMMENTARY = ("COMMENT", "HISTORY")
_SHORT, _ALIKE = 3, 0.75
_TEXT = 72
"""Columns of a commentary card."""
_STRUCTURE = re.compile(
    r"SIMPLE|XTENSION|BITPIX|NAXIS[0-9]*|[PG]COUNT|GROUPS|TFIELDS|(TFORM|TBCOL|TDIM)[0-9]+|THEAP"
    r"|ZIMAGE|ZTABLE|ZBITPIX|ZNAXIS[0-9]*|Z(SIMPLE|TENSION|EXTEND|[PG]COUNT)|ZTILE([0-9]+|LEN)"
    r"|ZCMPTYPE|ZQUANTIZ|ZDITHER0|(ZNAME|ZVAL|ZFORM|ZCTYP)[0-9]+|ZTHEAP|CONTINUE|END"
)
_DONE = {"set": "set", "rename": "renamed", "delete": "deleted", "move": "moved"}
_SUMS = frozenset(("CHECKSUM", "DATASUM", "ZHECKSUM", "ZDATASUM"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card goes: before or after another one; neither means behind the last card."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do to a keyword.

    ``kind`` is ``set`` (``text`` is the value as typed), ``rename`` (``text`` is the new name),
    ``delete`` or ``move``. ``hdu`` is a number counted from 1 or an EXTNAME; empty means the only
    HDU that has the keyword, or the first. ``card`` counts from 1 and tells twins apart.
    """

    kind: str
    keyword: str
    text: str = ""
    comment: str | None = None
    place: Place = Place()
    hdu: str = ""
    card: int | None = None


def list_doubts(file: FitsFile, changes: Iterable[Change]) -> Iterator[str]:
    """Sentences on keywords that are set anew and look like a slip of one that is there."""
    for change in changes:
        keyword = keyword_of(change.keyword)
        if change.kind != "set" or keyword in _COMMENTARY:
            continue
        header = _header(file, change)
        known = fits().lookup(keyword) or conventions().lookup(keyword)
        near = [name for name in header.names if _is_slip(keyword, name)]
        if near and known is None and keyword not in header:
            yield f"{keyword} is new in HDU {header.hdu}, which has {near[0]}"


def _is_slip(keyword: str, name: str) -> bool:
    """Whether a keyword differs from another by a letter that is left out, added or changed.

    Names that differ in digits alone are members of a series.
    """
    if keyword.rstrip("0123456789") == name.rstrip("0123456789"):
        return False
    ratio = difflib.SequenceMatcher(None, keyword, name, autojunk=False).ratio()
    return len(name) > _SHORT and ratio >= _ALIKE


def edits(file: FitsFile, changes: Iterable[Change]) -> list[Edit]:
    """The edits of the uncompressed stream that make ``changes``.

    Raises
    ------
    RepairError
        when one of them cannot be made; the sentence says why.
    """
    found: list[Edit] = []
    for change in changes:
        header = _header(file, change)
        made = tuple(_KINDS[change.kind](header, change))
        placed = edits_on_lines(Flag(edits=made), header) if header.text else made
        if made and not placed:
            raise RepairError(f"{change.keyword} stands on a line with other bytes")
        found += placed
    return found


def patches_of(file: FitsFile, reader: Reader, changes: Iterable[Change]) -> tuple[Patch, ...]:
    """The patches that make ``changes`` to ``file``, read from ``reader``; CHECKSUM goes along.

    Raises
    ------
    RepairError
        when one of them cannot be made.
    """
    wanted = sorted(edits(file, changes), key=lambda edit: (edit.start, edit.end))
    found: list[Patch] = []
    for hdu in file.hdus:
        start, stop = hdu.header.offset, hdu.data_offset
        mine = [edit for edit in wanted if start <= edit.start <= edit.end <= stop]
        if not mine:
            continue
        if hdu.header.text:
            found += [Patch(edit.start, edit.end, edit.new) for edit in mine]
            continue
        old = reader.read_at(start, stop - start)
        try:
            new = laid_out(old, hdu, mine)
        except NotApplicable as error:
            raise RepairError(str(error)) from None
        found += runs(start, old, carried_over(old, new))
    return tuple(found)


def keywords_of(changes: Iterable[Change]) -> frozenset[str]:
    """The keywords whose cards are there, and new, after ``changes``."""
    found = set()
    for change in changes:
        if change.kind != "delete":
            found.add(keyword_of(change.text if change.kind == "rename" else change.keyword))
    return frozenset(found)


def keyword_of(name: str) -> str:
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


def _header(file: FitsFile, change: Change) -> Header:
    """The header that a change is about."""
    keyword = keyword_of(change.keyword)
    headers = [hdu.header for hdu in file.hdus]
    if not headers:
        raise RepairError("there is no header")
    if change.hdu.isdigit():
        if not 1 <= int(change.hdu) <= len(headers):
            raise RepairError(f"there are {len(headers)} HDUs, and no HDU {change.hdu}")
        return headers[int(change.hdu) - 1]
    if change.hdu:
        headers = [one for one in headers if _called(one, change.hdu)]
        if not headers:
            names = [one.string("EXTNAME") or "" for one in (hdu.header for hdu in file.hdus)]
            hint = suggest(change.hdu.upper(), filter(None, names))
            raise RepairError(f"no HDU has the EXTNAME {change.hdu!r}{hint}")
        if len(headers) > 1:
            numbers = " and ".join(str(one.hdu) for one in headers)
            raise RepairError(f"HDU {numbers} have the EXTNAME {change.hdu!r}; say the number")
        return headers[0]
    having = [one for one in headers if keyword in one]
    if len(having) > 1 and keyword not in _COMMENTARY:
        numbers = ", ".join(str(one.hdu) for one in having)
        raise RepairError(f"{keyword} stands in HDU {numbers}; say which by --hdu")
    return having[0] if having else headers[0]


def _called(header: Header, name: str) -> bool:
    extname = header.string("EXTNAME")
    return extname is not None and extname.strip().upper() == name.strip().upper()


def _set(header: Header, change: Change) -> Iterator[Edit]:
    keyword = keyword_of(change.keyword)
    if keyword in _COMMENTARY:
        yield _written(header, _commentary(keyword, change.text), change.place, keyword)
        return
    _free(keyword, "set")
    old = _chain(header, keyword, change.card) if keyword in header else None
    comment = change.comment
    if comment is None:
        comment = "".join(header.card(at).comment for at in old or ()).strip()
    images = _images(header, keyword, change.text, comment)
    if old is None or change.place != Place():
        if old is not None:
            yield _removed(header, old)
        yield _written(header, images, change.place)
    else:
        start = header.start_of(old.start)
        yield Edit(start, start + len(old) * CARD, images)


def _images(header: Header, keyword: str, word: str, comment: str) -> bytes:
    text = value_text(keyword, word, type_of(header, keyword))
    try:
        if text is not None:
            card = relayout(keyword, text, comment)
            if card is None:
                raise RepairError(f"value and comment of {keyword} have no room on a card")
            return card
        cards = write_card(keyword, string_of(word), comment)
    except ValueError as error:
        raise RepairError(f"{keyword}: {error}") from None
    # The writer would rather cut a comment or move it away than fail; a person is asked.
    if comment and comment not in cards[-1].decode("ascii"):
        raise RepairError(f"the comment of {keyword} has no room beside its value")
    if any(card.startswith(b"COMMENT ") for card in cards):
        raise RepairError(f"the comment of {keyword} has no room beside its value")
    return b"".join(cards)


def _commentary(keyword: str, text: str) -> bytes:
    """Commentary cards, broken between words where that can be."""
    cards: list[str] = []
    rest = text.rstrip()
    while True:
        at = len(rest) if len(rest) <= _TEXT else rest.rfind(" ", 1, _TEXT + 1)
        at = at if at > 0 else _TEXT
        cards.append(f"{keyword:<8}{rest[:at].rstrip()}"[:CARD].ljust(CARD))
        rest = rest[at:].lstrip()
        if not rest:
            break
    try:
        return "".join(cards).encode("ascii")
    except UnicodeEncodeError:
        raise RepairError(f"{keyword} holds ASCII characters only") from None


def _rename(header: Header, change: Change) -> Iterator[Edit]:
    old, new = keyword_of(change.keyword), keyword_of(change.text)
    for name in (old, new):
        _free(name, "rename")
    if new in header:
        raise RepairError(f"{new} is there already, in card {header.all(new)[0].number}")
    positions = _chain(header, old, change.card)
    card = header.card(positions.start)
    if old.startswith("HIERARCH ") or new.startswith("HIERARCH "):
        if card.form.value is None:
            raise RepairError(f"{old} has no value")
        image = relayout(new, card.text, card.comment, pad=False)
        if image is None:
            raise RepairError(f"{new}, its value and its comment have no room on a card")
    else:
        image = card.renamed(new)
    yield Edit(card.offset, card.offset + CARD, image)


def _delete(header: Header, change: Change) -> Iterator[Edit]:
    keyword = keyword_of(change.keyword)
    _free(keyword, "delete")
    yield _removed(header, _chain(header, keyword, change.card))


def _move(header: Header, change: Change) -> Iterator[Edit]:
    keyword = keyword_of(change.keyword)
    _free(keyword, "move")
    positions = _chain(header, keyword, change.card)
    images = header.raw[positions.start * CARD : positions.stop * CARD]
    target = _target(header, change.place, "")
    if positions.start <= target <= positions.stop:
        return
    yield _removed(header, positions)
    at = header.start_of(target)
    yield Edit(at, at, images)


_KINDS = {"set": _set, "rename": _rename, "delete": _delete, "move": _move}


def _free(keyword: str, verb: str) -> None:
    """Refuse what says how the data are stored."""
    if _STRUCTURE.fullmatch(keyword):
        raise RepairError(f"{keyword} says how the file is laid out and cannot be {_DONE[verb]}")
    if keyword in _SUMS and verb in ("set", "rename"):
        raise RepairError(f"{keyword} is computed from the file and cannot be {_DONE[verb]}")


def _chain(header: Header, keyword: str, number: int | None) -> range:
    """Positions of a keyword's card and of the CONTINUE cards that belong to it."""
    where: tuple[int, ...] = header.layout.index.get(keyword, ())
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
    while stop < len(header) and header.names[stop] == "CONTINUE" and _open(header.card(stop - 1)):
        stop += 1
    return range(where[0], stop)


def _open(card: Card) -> bool:
    value = card.value
    return isinstance(value, str) and value.endswith("&")


def _removed(header: Header, positions: range) -> Edit:
    start = header.start_of(positions.start)
    return Edit(start, start + len(positions) * CARD, b"")


def _written(header: Header, images: bytes, place: Place, like: str = "") -> Edit:
    at = header.start_of(_target(header, place, like))
    return Edit(at, at, images)


def _target(header: Header, place: Place, like: str) -> int:
    """The position before which a card goes; ``like`` is the keyword that it would follow."""
    if place.before:
        position = _chain(header, keyword_of(place.before), None).start
        if position == 0:
            raise RepairError(f"nothing may stand before {place.before.upper()}")
        return position
    if place.after:
        return _chain(header, keyword_of(place.after), None).stop
    same = header.layout.index.get(like, ()) if like else ()
    if same:
        return same[-1] + 1
    last = len(header)
    while last > 0 and not header.raw[(last - 1) * CARD : last * CARD].strip():
        last -= 1
    return last
