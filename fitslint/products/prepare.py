"""A product as it will be: the stream of a file with its new header over it, read and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from fitslint.api.report import Report
from fitslint.engine.shared_linter import linter_lock
from fitslint.model.file import Container, Hdu
from fitslint.model.finding import Edit
from fitslint.products.cards.changes import CardChange, add_date, decide_cards
from fitslint.products.cards.context import ProductContext
from fitslint.products.checksums import build_checksum_edit, has_valid_checksums
from fitslint.products.errors import ProductError
from fitslint.products.header_facts import (
    find_image_hdu,
    find_primary_header,
    find_table_header,
    require_readable,
)
from fitslint.products.kinds import ProductKind
from fitslint.products.linter import get_product_linter
from fitslint.products.missing import find_missing
from fitslint.products.pixels import PixelStatistics, find_pixel_problems, measure_stream
from fitslint.products.result import ConformResult
from fitslint.products.user_facts import UserFacts
from fitslint.repair.edit.keywords import CardPosition, KeywordEdit, build_edits
from fitslint.repair.header_bytes import EditConflictError
from fitslint.repair.model import RepairError
from fitslint.repair.workspace import FileState, Workspace
from fitslint.syntax.scan_reader import Reader
from fitslint.syntax.write_cards import format_card, format_card_value

_SUMS = ("CHECKSUM", "DATASUM")


@dataclass(frozen=True, slots=True)
class PreparedProduct:
    """A file before and after, and what lies between.

    Attributes
    ----------
    workspace : Workspace
        with the file as it is.
    after : FileState
        the file as it will be.
    hdu : int
        the HDU that changes, from 1.
    """

    workspace: Workspace
    after: FileState
    hdu: int
    cards: Sequence[CardChange]
    pixels: PixelStatistics
    edits: Sequence[Edit] = field(default=())

    @property
    def changed(self) -> bool:
        """Whether any byte is another one."""
        return bool(self.edits)


def open_workspace(base: Reader, path: str, container: Container = "fits") -> Workspace:
    """The workspace of a stream, with the linter of products."""
    with linter_lock.lock:
        return Workspace(base, path, container, get_product_linter(), data=False)


def prepare_product(
    base: Reader,
    kind: ProductKind,
    user_facts: UserFacts,
    hdu: int | str | None,
    *,
    path: str,
    container: Container = "fits",
) -> PreparedProduct:
    """The product that an uncompressed stream becomes; nothing is written.

    Files, bytes, new maps and rescaled ones all come through here.

    Raises
    ------
    ProductError
        when the stream holds no such image, or facts contradict each other or the header.
    """
    workspace = open_workspace(base, path, container)
    file = require_readable(workspace.start.file)
    target = find_table_header(file) if kind.is_table else find_image_hdu(file, hdu)
    pixels = measure_stream(workspace.start.stream, target)
    case = ProductContext(
        kind,
        target.header,
        user_facts,
        pixels,
        find_primary_header(workspace.start.file, target.number),
    )
    # Types of values are then those of the product, whatever stands there.
    target.header.authority = kind.authority
    old = _read_header_bytes(workspace.start, target)
    wanted = choose_changes(case, lambda: has_valid_checksums(old, target, pixels), path)
    if not wanted:
        return PreparedProduct(workspace, workspace.start, target.number, (), pixels)
    try:
        made, after = _apply_cards(workspace, target, wanted, pixels)
    except (RepairError, EditConflictError) as error:
        raise ProductError(str(error), path=workspace.path) from None
    return PreparedProduct(workspace, after, target.number, wanted, pixels, made)


def build_result(
    kind: ProductKind, product: PreparedProduct, *, complete: bool = False, is_new: bool = False
) -> ConformResult:
    """What a draft comes to: the file as it is, where something is unknown and that matters.

    So it is where the image is no map of any kind, unless it ``is_new`` and nothing could stay.
    """
    missing = find_missing(product.after.report.findings, product.hdu)
    first = product.workspace.start
    shape = first.file.hdus[product.hdu - 1].header.structure.axes
    problems = find_pixel_problems(kind, [axis or 0 for axis in shape], product.pixels)
    refused = bool(missing) and complete
    refused |= not is_new and any(problem.is_of_shape for problem in problems)
    state = first if refused else product.after
    header = state.file.hdus[product.hdu - 1].header
    return ConformResult(
        product=kind.name,
        path=product.workspace.path,
        hdu=product.hdu,
        changed=product.changed and not refused,
        written=None,
        cards=() if refused else product.cards,
        unknown=missing,
        problems=problems,
        report=Report(state.report),
        header="\n".join(card.image for card in header.cards),
    )


def choose_changes(
    case: ProductContext, has_checksums: Callable[[], bool], path: str | None = None
) -> list[CardChange]:
    """The cards that change, with the time; none where header and checksums are right already.

    Raises
    ------
    ProductError
        when facts contradict each other or the header.
    """
    try:
        wanted = decide_cards(case)
    except ProductError as error:
        if error.path is not None or path is None:
            raise
        raise ProductError(str(error), path=path) from None
    if not wanted and "DATE" in case.header and has_checksums():
        return []
    return add_date(case, wanted)


def _read_header_bytes(draft: FileState, hdu: Hdu) -> bytes:
    start = hdu.header.offset
    return draft.stream.read_at(start, hdu.data_offset - start)


def _apply_cards(
    workspace: Workspace, target: Hdu, cards: Sequence[CardChange], pixels: PixelStatistics
) -> tuple[Sequence[Edit], FileState]:
    """The draft after all changes: first the cards without sums, then the sums."""
    wanted = [edit for card in cards for edit in list_keyword_edits(card, target)]
    wanted += [
        KeywordEdit("delete", keyword, hdu=str(target.number), card=card.number)
        for keyword in _SUMS
        for card in target.header.find_cards(keyword)
    ]
    first = sorted(
        build_edits(workspace.start.file, wanted), key=lambda edit: (edit.start, edit.end)
    )
    # The header between is none that anybody sees: only the last one is judged.
    draft = _apply_edits(workspace, workspace.start, first, judge=False)
    hdu = draft.file.hdus[target.number - 1]
    last = build_checksum_edit(_read_header_bytes(draft, hdu), hdu, pixels)
    return [*first, last], _apply_edits(workspace, draft, [last])


def _apply_edits(
    workspace: Workspace, draft: FileState, wanted: Sequence[Edit], *, judge: bool = True
) -> FileState:
    with linter_lock.lock:
        made = workspace.try_edits(draft, wanted, judge=judge) if wanted else draft
    if isinstance(made, str):
        raise RepairError(made)
    return made


def list_keyword_edits(card: CardChange, target: Hdu) -> Iterator[KeywordEdit]:
    """A card as changes that a person might ask for."""
    number = str(target.number)
    if card.new is None:
        yield _build_removal(card.keyword, target)
        return
    if card.keyword == "HISTORY":
        yield KeywordEdit("set", "HISTORY", str(card.new), hdu=number)
        return
    text = format_card_value(card.new)
    comment = card.comment if format_card(card.keyword, text, card.comment) else ""
    place = CardPosition(before=card.renames) if card.renames else CardPosition()
    yield KeywordEdit("set", card.keyword, text, comment, place, number)
    if card.renames:
        yield _build_removal(card.renames, target)


def _build_removal(keyword: str, target: Hdu) -> KeywordEdit:
    """The deletion of the card that is spelt like this: one in small letters is left."""
    cards = target.header.find_cards(keyword)
    number = cards[0].number if len(cards) == 1 else None
    return KeywordEdit("delete", keyword, hdu=str(target.number), card=number)
