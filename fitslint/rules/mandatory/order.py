"""The order that the standard demands, and which cards stand out of it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.records import dataclass
from fitslint.model.rule import Flag
from fitslint.rules.api import flag
from fitslint.rules.hdu_kinds import PRIMARY_KINDS, TABLE_KINDS
from fitslint.text import phrase

AXES_MAX = 999
_INTRUDERS_MAX = 3
LEGAL_BITPIX = (8, 16, 32, 64, -32, -64)


def list_mandatory(header: Header) -> tuple[str, ...]:
    """The mandatory keywords of the HDU in the order of Tables 7, 10, 12, 13, 14 and 17."""
    naxis = header.structure.naxis or 0
    count = naxis if 0 <= naxis <= AXES_MAX else 0
    names = (header.names[0], "BITPIX", "NAXIS", *(f"NAXIS{n}" for n in range(1, count + 1)))
    if header.kind in PRIMARY_KINDS:
        return names
    tail = ("PCOUNT", "GCOUNT", "TFIELDS") if header.kind in TABLE_KINDS else ("PCOUNT", "GCOUNT")
    return names + tail


@dataclass(frozen=True, slots=True)
class OrderViolations:
    """What stands out of order: keyword → the card number it should have, and strangers between."""

    displaced: dict[str, int]
    intruders: tuple[int, ...] = ()
    """Positions (from 0) of other keywords among the mandatory ones."""


_NO_VIOLATIONS = OrderViolations({})


def find_order_violations(header: Header) -> OrderViolations:
    """How the mandatory keywords that are present depart from their order."""
    return header.compute_once("order of mandatory keywords", _look_for_violations)


def _look_for_violations(header: Header) -> OrderViolations:
    wanted = list_mandatory(header)
    if header.names[: len(wanted)] == wanted:
        return _NO_VIOLATIONS
    index = header.layout.index
    present = [name for name in wanted if name in index]
    steady = [present[i] for i in _find_anchors([index[name][0] for name in present])]
    displaced = set(present).difference(steady)
    intruders: list[int] = []
    own = set(wanted)
    for step in range(1, len(steady)):
        strangers = _find_intruders(header, index[steady[step - 1]][0], index[steady[step]][0], own)
        if not strangers:
            continue
        late = steady[step:]
        if len(strangers) > max(len(late), _INTRUDERS_MAX):
            # Fewer cards to move: the mandatory ones came too late.
            displaced.update(late)
            break
        intruders += strangers
        displaced.add(steady[step])
    due = {name: number for number, name in enumerate(wanted, 1) if name in displaced}
    return OrderViolations(due, tuple(intruders))


def _find_intruders(header: Header, left: int, right: int, known: set[str]) -> list[int]:
    """Positions between two mandatory cards of keywords that have no business there.

    Repeated mandatory keywords and NAXISn beyond NAXIS have rules of their own.
    """
    if right - left < 2:
        return []
    extra = set(header.layout.map_indices("NAXIS").values())
    names = header.names
    return [p for p in range(left + 1, right) if names[p] not in known and p not in extra]


def _find_anchors(places: list[int]) -> list[int]:
    """Indices of the members of *every* longest increasing subsequence of ``places``.

    One card that was moved is the only one left out; two neighbours that changed places are both
    left out, because nobody can say which of them moved.
    """
    ahead = _measure_runs(places)
    behind = _measure_runs([-place for place in reversed(places)])[::-1]
    longest = max(ahead, default=0)
    on_path = [i for i, n in enumerate(ahead) if n + behind[i] - 1 == longest]
    alone = Counter(ahead[i] for i in on_path)
    return [i for i in on_path if alone[ahead[i]] == 1]


def _measure_runs(places: Sequence[int]) -> list[int]:
    tails: list[int] = []
    lengths = []
    for place in places:
        at = bisect_left(tails, place)
        tails[at : at + 1] = [place]
        lengths.append(at + 1)
    return lengths


def flag_order(header: Header, names: Sequence[str]) -> Iterator[Flag]:
    """Flags (message ``order``) on those of ``names`` that are not where they must be."""
    found = find_order_violations(header)
    index = header.layout.index
    # A keyword behind a stranger may still have its number, when one before it is absent.
    displaced = {n: number for n, number in found.displaced.items() if index[n][0] + 1 != number}
    leader = next(iter(displaced), None)
    for name, number in displaced.items():
        card = header.find_card(name)
        if name in names and card is not None:
            # One repair for the whole block; the rule on intruders carries it when there are any.
            edits = reorder_keywords(header) if name == leader and not found.intruders else ()
            yield flag(
                card,
                (0, 8),
                message="order",
                fix=edits,
                title=phrase("put the mandatory keywords in order") if edits else "",
                keyword=name,
                number=card.number,
                wanted=number,
            )


def reorder_keywords(header: Header) -> tuple[Edit, ...]:
    """The edit that brings the mandatory keywords to the front, the rest keeping its order.

    Empty when a mandatory keyword is absent or repeated: the order is then not known.
    """
    wanted = list_mandatory(header)
    index = header.layout.index
    if header.starts is not None or any(len(index.get(name, ())) != 1 for name in wanted):
        return ()
    places = [index[name][0] for name in wanted]
    last = max(places)
    first_wrong = next(i for i, place in enumerate(places) if place != i)
    taken = set(places)
    order = places[first_wrong:] + [p for p in range(first_wrong, last + 1) if p not in taken]
    new = b"".join(header.raw[p * CARD_SIZE : (p + 1) * CARD_SIZE] for p in order)
    return (Edit(header.locate_card(first_wrong), header.locate_card(last) + CARD_SIZE, new),)


def group_runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last member of every run of consecutive ascending ``numbers``."""
    start = previous = None
    for number in numbers:
        if previous is None or start is None or number != previous + 1:
            if start is not None and previous is not None:
                yield start, previous
            start = number
        previous = number
    if start is not None and previous is not None:
        yield start, previous
