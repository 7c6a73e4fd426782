"""A product as it will be: the stream of a file with its new header over it, read and judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fitslint.api import Report, judging
from fitslint.model.file import Container, Hdu
from fitslint.model.finding import Edit
from fitslint.products.conformed import Conformed
from fitslint.products.decide.cards import Card, changes, dated
from fitslint.products.decide.case import Case
from fitslint.products.errors import ProductError
from fitslint.products.facts import image, inherited, sound
from fitslint.products.given import Given
from fitslint.products.judging import judge
from fitslint.products.kinds import Kind
from fitslint.products.pixels import Pixels, of_stream, problems
from fitslint.products.seal import seal, sealed
from fitslint.products.unknown import unknowns
from fitslint.repair.blocks import NotApplicable
from fitslint.repair.hand import Change, Place, edits
from fitslint.repair.model import RepairError
from fitslint.repair.rounds import Bench, Draft
from fitslint.syntax.scan_reader import Reader
from fitslint.syntax.write import relayout, value_text

_SUMS = ("CHECKSUM", "DATASUM")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A file before and after, and what lies between.

    Attributes
    ----------
    bench : Bench
        with the file as it is.
    after : Draft
        the file as it will be.
    hdu : int
        the HDU that changes, from 1.
    """

    bench: Bench
    after: Draft
    hdu: int
    cards: Sequence[Card]
    pixels: Pixels
    edits: Sequence[Edit] = field(default=())

    @property
    def changed(self) -> bool:
        """Whether any byte is another one."""
        return bool(self.edits)


def bench_of(base: Reader, path: str, container: Container = "fits") -> Bench:
    """The workbench of a stream, with the judge of products."""
    with judging.lock:
        return Bench(base, path, container, judge(), data=False)


def drafted(bench: Bench, kind: Kind, given: Given, hdu: int | str | None) -> Drafted:
    """The product that the file on a bench becomes; nothing is written.

    Raises
    ------
    ProductError
        when the stream holds no such image, or facts contradict each other or the header.
    """
    target = image(sound(bench.first.file), hdu)
    pixels = of_stream(bench.first.stream, target)
    case = Case(kind, target.header, given, pixels, inherited(bench.first.file, target.number))
    # Types of values are then those of the product, whatever stands there.
    target.header.authority = kind.authority
    wanted = _changes(case, bench.path)
    old = _bytes(bench.first, target)
    if not wanted and "DATE" in target.header and sealed(old, target, pixels):
        return Drafted(bench, bench.first, target.number, (), pixels)
    wanted = dated(case, wanted)
    try:
        made, after = _tried(bench, target, wanted, pixels)
    except (RepairError, NotApplicable) as error:
        raise ProductError(str(error), path=bench.path) from None
    return Drafted(bench, after, target.number, wanted, pixels, made)


def told(kind: Kind, draft: Drafted, *, complete: bool = False) -> Conformed:
    """What a draft comes to: the file as it is, where something is unknown and that matters."""
    missing = unknowns(draft.after.report.findings, draft.hdu)
    refused = bool(missing) and complete
    state = draft.bench.first if refused else draft.after
    header = state.file.hdus[draft.hdu - 1].header
    return Conformed(
        product=kind.name,
        path=draft.bench.path,
        hdu=draft.hdu,
        changed=draft.changed and not refused,
        written=None,
        cards=() if refused else draft.cards,
        unknown=missing,
        problems=problems(kind, [axis or 0 for axis in header.structure.axes], draft.pixels),
        report=Report(state.report),
        header="\n".join(card.image for card in header.cards),
    )


def _changes(case: Case, path: str) -> list[Card]:
    try:
        return changes(case)
    except ProductError as error:
        if error.path is not None:
            raise
        raise ProductError(str(error), path=path) from None


def _bytes(draft: Draft, hdu: Hdu) -> bytes:
    start = hdu.header.offset
    return draft.stream.read_at(start, hdu.data_offset - start)


def _tried(
    bench: Bench, target: Hdu, cards: Sequence[Card], pixels: Pixels
) -> tuple[Sequence[Edit], Draft]:
    """The draft after all changes: first the cards without sums, then the sums."""
    wanted = [one for card in cards for one in hand_changes(card, target)]
    wanted += [
        Change("delete", keyword, hdu=str(target.number), card=card.number)
        for keyword in _SUMS
        for card in target.header.all(keyword)
    ]
    first = sorted(edits(bench.first.file, wanted), key=lambda edit: (edit.start, edit.end))
    draft = _draft(bench, bench.first, first)
    hdu = draft.file.hdus[target.number - 1]
    last = seal(_bytes(draft, hdu), hdu, pixels)
    return [*first, last], _draft(bench, draft, [last])


def _draft(bench: Bench, draft: Draft, wanted: Sequence[Edit]) -> Draft:
    with judging.lock:
        made = bench.tried(draft, wanted) if wanted else draft
    if isinstance(made, str):
        raise RepairError(made)
    return made


def hand_changes(card: Card, target: Hdu) -> Iterator[Change]:
    """A card as changes that a person might ask for."""
    number = str(target.number)
    if card.new is None:
        yield Change("delete", card.keyword, hdu=number)
        return
    if card.keyword == "HISTORY":
        yield Change("set", "HISTORY", str(card.new), hdu=number)
        return
    text = value_text(card.new)
    comment = card.comment if relayout(card.keyword, text, card.comment) else ""
    place = Place(before=card.renames) if card.renames else Place()
    yield Change("set", card.keyword, text, comment, place, number)
    if card.renames:
        yield Change("delete", card.renames, hdu=number)
