"""Axes of the algorithm -TAB and the arrays of coordinates that they look up.

Greisen et al. 2006 (Paper III), section 6: a column holds M coordinates of K1 by ... by KM points,
(M, K1, ... KM) with the fastest axis first; axis i is number PVi_3 of the M, and PSi_2 may name a
column with the K indices of its points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import NamedTuple
from fitslint.model.rule import Flag
from fitslint.rules.api import flag
from fitslint.rules.wcs.versions import find_axis_cards

_SHAPE = compile_late(r" *\( *([0-9]{1,9}(?: *, *[0-9]{1,9})*) *\) *")
_FORMAT = compile_late(r" *([0-9]{0,9})([LXBIJKAEDCMPQ]).*")
_REAL = frozenset("BIJKED")
_WHOLE_MAX = 1 << 31


class TabAxis(NamedTuple):
    """An axis of the algorithm -TAB and what its parameters name."""

    card: Card
    number: int
    version: str
    header: Header

    def name(self, root: str, term: int) -> str:
        """The keyword of a parameter: ``PS3_0A``."""
        return f"{root}{self.number}_{term}{self.version}"

    def find(self, root: str, term: int) -> Card | None:
        """The card of a parameter."""
        return self.header.find_card(self.name(root, term))

    def text(self, term: int) -> str:
        """The value of PSi_m without trailing blanks; empty where it is absent."""
        return (self.header.string(self.name("PS", term)) or "").rstrip()

    def whole(self, term: int) -> int:
        """The value of PVi_m, whose default is 1; 0 where it is no whole number."""
        number = self.header.number(self.name("PV", term))
        if number is None:
            return 1
        return int(number) if 0 <= number < _WHOLE_MAX and number == int(number) else 0

    @property
    def array(self) -> tuple[str, str, int, int, str]:
        """What axes of one array have in common."""
        return (
            self.version, self.text(0).upper(), self.whole(1), self.whole(2), self.text(1).upper()
        )  # fmt: skip


def list_tab_axes(header: Header) -> Iterator[TabAxis]:
    """The axes of all versions that are looked up in a table."""
    if b"-TAB" not in header.raw:
        return
    for version, cards in find_axis_cards(header, "CTYPE").items():
        for number, card in cards.items():
            value = card.value
            if isinstance(value, str) and value[4:].rstrip() == "-TAB":
                yield TabAxis(card, number, version, header)


def group_tab_axes(header: Header) -> list[list[TabAxis]]:
    """Axes that name their table and column, by the array that they share."""
    groups: dict[tuple[str, str, int, int, str], list[TabAxis]] = {}
    for axis in list_tab_axes(header):
        if axis.text(0) and axis.text(1):
            groups.setdefault(axis.array, []).append(axis)
    return list(groups.values())


def find_column(table: Header, name: str) -> int | None:
    """The number of a column by its name, whose case does not count."""
    for number, card in table.map_indices("TTYPE").items():
        value = card.value
        if isinstance(value, str) and value.rstrip().upper() == name.upper():
            return number
    return None


def judge_array(axes: Sequence[TabAxis], table: Header) -> Iterator[Flag]:
    """What stands against the array of a table that axes share, in which all name a column."""
    said = axes[0].find("PS", 1)
    column = find_column(table, axes[0].text(1))
    if said is None or column is None:
        return
    form = _read_format(table, column)
    if form is not None and form[1] not in _REAL:
        yield flag(
            said, message="type", keyword=said.keyword, form=f"TFORM{column}", letter=form[1]
        )
        return
    lengths = _read_shape(table, column, form)
    if lengths is None:
        return
    tdim, shape = f"TDIM{column}", "(" + ", ".join(map(str, lengths)) + ")"
    if len(lengths) != lengths[0] + 1 or 0 in lengths:
        yield flag(said, message="dimensions", keyword=said.keyword, tdim=tdim, shape=shape)
        return
    misplaced = list(_judge_places(axes, tdim, lengths))
    yield from misplaced
    if not misplaced and len(axes) != lengths[0]:
        yield flag(
            said, message="sharing", keyword=said.keyword, tdim=tdim, shape=shape,
            count=lengths[0], axes=len(axes),
        )  # fmt: skip
    for axis in axes:
        yield from _judge_indices(axis, table, lengths)


def _read_format(table: Header, column: int) -> tuple[int, str] | None:
    match = _FORMAT.fullmatch(table.string(f"TFORM{column}") or "")
    return (int(match[1] or 1), match[2]) if match else None


def _read_shape(table: Header, column: int, form: tuple[int, str] | None) -> list[int] | None:
    """TDIMn; without it a vector is the array of one axis, as CFITSIO and WCSLIB take it."""
    text = table.string(f"TDIM{column}")
    if text is None:
        return None if form is None else [1, form[0]]
    match = _SHAPE.fullmatch(text)
    return [int(word) for word in match[1].split(",")] if match else None


def _judge_places(axes: Sequence[TabAxis], tdim: str, lengths: list[int]) -> Iterator[Flag]:
    """PVi_3 against the number of coordinates, and against those of the other axes."""
    taken: dict[int, TabAxis] = {}
    shape = "(" + ", ".join(map(str, lengths)) + ")"
    for axis in axes:
        place, card = axis.whole(3), axis.find("PV", 3)
        if not 1 <= place <= lengths[0] and card is not None:
            yield flag(
                card, message="axis", keyword=card.keyword, text=card.text.strip(), tdim=tdim,
                shape=shape, count=lengths[0],
            )  # fmt: skip
        elif place in taken:
            yield flag(
                card or axis.card, message="twice", keyword=axis.name("PV", 3), place=place,
                other=taken[place].number,
            )  # fmt: skip
        taken.setdefault(place, axis)


def _judge_indices(axis: TabAxis, table: Header, lengths: list[int]) -> Iterator[Flag]:
    """The column of indices, which has one for each point along the axis."""
    card = axis.find("PS", 2)
    column = find_column(table, axis.text(2)) if axis.text(2) else None
    form = _read_format(table, column) if column is not None else None
    place = axis.whole(3)
    if card is None or form is None or not 1 <= place < len(lengths):
        return
    count, letter = form
    if letter in _REAL and count == lengths[place]:
        return
    yield flag(
        card, message="indices", keyword=card.keyword, form=f"TFORM{column}",
        had=f"{count}{letter}", wanted=lengths[place], axis=axis.number,
    )  # fmt: skip
