"""The census of keywords in a shard: who has which keyword, of what type, unit and meaning."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fitslint.audit.facts import BlockRows
from fitslint.audit.header_block import CardKey, HeaderColumn
from fitslint.audit.paths import clean_text
from fitslint.audit.rows import RowBuffer
from fitslint.audit.tables import EXTREMES_MAX, KEYWORDS_SCHEMA, QUANTILES, VALUES_MAX
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.records import dataclass, field

COMMENTARY = frozenset(("", "COMMENT", "HISTORY", "CONTINUE"))
GROUPS_MAX = 1000
"""Groups of a shard that are kept apart; the headers of further ones are counted together, by
instrument and kind."""
_ROWS_MAX = 5000
"""Rows of a group of headers that are counted together."""

Reals = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
RowKey = tuple[str, CardKey]
_Stack = tuple[list[int], Reals]
"""Positions of columns, and their values (columns, headers), or (columns, 1)."""


class FileName(NamedTuple):
    """A file of the shard as the census names it."""

    path: str
    date: str | None
    """Its date and time in ISO form, where it has one."""


@dataclass(slots=True)
class _Group:
    """Headers that have the same keywords, types, units and meanings."""

    name: str
    instrument: str | None
    kind: str
    cards: dict[RowKey, int] = field(default_factory=dict)
    """Row → cards of it."""
    files: set[int] = field(default_factory=set)
    first: FileName | None = None
    latest: FileName | None = None
    numbers: dict[tuple[RowKey, ...], list[tuple[Reals, Indices]]] = field(default_factory=dict)
    """Rows → their values (rows, headers) and the files that have them, piece by piece; (rows, 1)
    where they are the same in all headers."""


class Census:
    """Counts the headers of a shard, block by block."""

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}
        self._known: BoundedDict[tuple[Any, ...], _Group] = BoundedDict.create(GROUPS_MAX)
        self._files: list[FileName] = []
        self._values = 0

    def add_files(self, files: Sequence[FileName]) -> int:
        """Make files known; the number of the first of them, in their order."""
        self._files += files
        return len(self._files) - len(files)

    def add_block(
        self, rows: BlockRows, instruments: Sequence[str | None], first_file: int
    ) -> list[str]:
        """Count the headers of a block; the group of each.

        Parameters
        ----------
        instruments
            of the files of the chunk.
        first_file
            what :meth:`add_files` said of the chunk.
        """
        block = rows.block
        names = block.names
        positions = [at for at, name in enumerate(names) if name not in COMMENTARY]
        columns = [(names[at], block.read_column(at)) for at in positions]
        numbers = list(_stack_numbers([column for _, column in columns]))
        result: list[str] = [""] * len(block)
        for (instrument, *_), members in _split_rows(columns, rows, instruments).items():
            keys = tuple(
                [
                    (name, column.keys[members[0] if len(column.keys) > 1 else 0])
                    for name, column in columns
                ]
            )
            group = self._find_group(instrument, rows.kind, keys)
            files = [first_file + rows.files[row] for row in members]
            self._count(group, keys, files)
            self._keep_numbers(group, keys, numbers, members, np.array(files))
            if len(members) == len(block):
                return [group.name] * len(block)
            for row in members:
                result[row] = group.name
        return result

    def _find_group(self, instrument: str | None, kind: str, keys: tuple[RowKey, ...]) -> _Group:
        known = self._known.get((instrument, kind, keys))
        if known is not None:
            return known
        text = repr((instrument, kind, sorted(map(repr, keys))))
        name = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
        if name not in self._groups and len(self._groups) >= GROUPS_MAX:
            name = f"mixed {kind} {instrument or ''}"
        group = self._groups.setdefault(name, _Group(name, instrument, kind))
        self._known[instrument, kind, keys] = group
        return group

    def _count(self, group: _Group, keys: tuple[RowKey, ...], files: Sequence[int]) -> None:
        cards = group.cards
        for key in keys:
            if key in cards:
                cards[key] += len(files)
            elif len(cards) < _ROWS_MAX:
                cards[key] = len(files)
        group.files.update(files)
        for number in files:
            file = self._files[number]
            if group.first is None or group.latest is None:
                group.first = group.latest = file
            elif file.date is not None:
                if group.first.date is None or file.date < group.first.date:
                    group.first = file
                if group.latest.date is None or file.date >= group.latest.date:
                    group.latest = file

    def _keep_numbers(
        self, group: _Group, keys: tuple[RowKey, ...], numbers: Sequence[_Stack],
        members: Sequence[int], files: Indices,
    ) -> None:  # fmt: skip
        for positions, values in numbers:
            if self._values >= VALUES_MAX:
                return
            self._values += len(positions) * len(members)
            is_cut = 1 < values.shape[1] != len(members)
            some = tuple([keys[at] for at in positions])
            piece = values[:, members] if is_cut else values, files
            group.numbers.setdefault(some, []).append(piece)

    def build_table(self) -> pa.Table:
        """The rows of the table of keywords."""
        buffer = RowBuffer(KEYWORDS_SCHEMA)
        for name in sorted(self._groups):
            for row in self._list_rows(self._groups[name]):
                buffer.add(row)
        return buffer.build_table()

    def _list_rows(self, group: _Group) -> Iterator[tuple[Any, ...]]:
        first, latest = group.first, group.latest
        if first is None or latest is None:
            return
        numbers = self._describe_numbers(group)
        for key in sorted(group.cards, key=repr):
            name, (value_type, unit, meaning) = key
            yield (
                group.name, group.instrument, group.kind, clean_text(name), value_type,
                None if unit is None else clean_text(unit),
                None if meaning is None else clean_text(meaning), len(group.files),
                group.cards[key], first.date, first.path, latest.date, latest.path,
                *numbers.get(key, (0, None, None, None, None, None)),
            )  # fmt: skip

    def _describe_numbers(self, group: _Group) -> dict[RowKey, tuple[Any, ...]]:
        """Row → numbers, minimum, maximum, quantiles and extremes."""
        whole = {keys: _join_pieces(pieces) for keys, pieces in group.numbers.items()}
        if len(set(chain.from_iterable(whole))) < sum(map(len, whole)):
            whole = _split_by_key(whole)
        found: dict[RowKey, tuple[Any, ...]] = {}
        for keys, (values, files) in whole.items():
            found |= zip(keys, self._summarise(values, files), strict=True)
        return {key: one for key, one in found.items() if one[0]}

    def _summarise(self, table: Reals, files: Indices) -> Iterator[tuple[Any, ...]]:
        """Of (rows, headers) values: what the table of keywords says of each row."""
        if table.shape[1] == 1:
            count = len(files)
            low = [self._files[file].path for file in files[:EXTREMES_MAX].tolist()]
            high = [self._files[file].path for file in files[-EXTREMES_MAX:].tolist()]
            for (value,) in table.tolist():
                if math.isnan(value):  # of a single header
                    yield (0,)
                    continue
                yield (
                    count, value, value, [value] * len(QUANTILES),
                    [{"value": value, "path": path} for path in low],
                    [{"value": value, "path": path} for path in high],
                )  # fmt: skip
            return
        ranked = np.sort(table, axis=1)  # NaN comes last
        counts = (table.shape[1] - np.isnan(table).sum(axis=1)).tolist()
        for values, order, count in zip(table, ranked, counts, strict=True):
            if not count:
                yield (0,)
                continue
            places = [round(part * (count - 1)) for part in QUANTILES]
            many = min(EXTREMES_MAX, count)
            first = _sort_places(values, values <= order[many - 1])[:many]
            last = _sort_places(values, values >= order[count - many])[-many:]
            yield (
                count, values[first[0]].item(), values[last[-1]].item(), order[places].tolist(),
                self._name_files(values[first].tolist(), files[first]),
                self._name_files(values[last].tolist(), files[last]),
            )  # fmt: skip

    def _name_files(self, values: Sequence[float], files: Indices) -> list[dict[str, Any]]:
        """Values with the files that they stand in, of which there may be more."""
        return [
            {"value": value, "path": self._files[file].path}
            for value, file in zip(values, files[: len(values)].tolist(), strict=True)
        ]


def _stack_numbers(columns: Sequence[HeaderColumn]) -> Iterator[_Stack]:
    """The numbers of a block: those that are the same in all headers, and the others."""
    some = [(at, column.numbers) for at, column in enumerate(columns) if column.numbers is not None]
    for is_same in (True, False):
        chosen = [(at, numbers) for at, numbers in some if (len(numbers) == 1) is is_same]
        if chosen:
            yield [at for at, _ in chosen], np.array([numbers for _, numbers in chosen])


def _join_pieces(pieces: Sequence[tuple[Reals, Indices]]) -> tuple[Reals, Indices]:
    """The values of all pieces, a single one of each row where there is no other."""
    files = np.concatenate([files for _, files in pieces])
    first = pieces[0][0]
    if all(values.shape[1] == 1 and np.array_equal(values, first) for values, _ in pieces):
        return first, files
    whole = [np.broadcast_to(values, (len(values), len(some))) for values, some in pieces]
    return np.concatenate(whole, axis=1), files


def _sort_places(values: Reals, chosen: npt.NDArray[np.bool_]) -> Indices:
    """Where the chosen values are, by value and then by place."""
    places: Indices = np.flatnonzero(chosen)
    return places[np.argsort(values[places], kind="stable")]


_Numbers = dict[tuple[RowKey, ...], tuple[Reals, Indices]]


def _split_by_key(whole: _Numbers) -> _Numbers:
    """The same values with every row by itself, those of one row together."""
    pieces: dict[RowKey, list[tuple[Reals, Indices]]] = {}
    for keys, (table, files) in whole.items():
        for key, row in zip(keys, table, strict=True):
            pieces.setdefault(key, []).append((row[None, :], files))
    return {(key,): _join_pieces(several) for key, several in pieces.items()}


def _split_rows(
    columns: Sequence[tuple[str, HeaderColumn]], rows: BlockRows, instruments: Sequence[str | None]
) -> dict[tuple[Any, ...], list[int]]:
    """Headers by instrument and by the keys in which they differ."""
    differing = [column.keys for _, column in columns if len(column.keys) > 1]
    owners = [instruments[file] for file in rows.files]
    found: dict[tuple[Any, ...], list[int]] = {}
    for row, key in enumerate(zip(owners, *differing, strict=True)):
        found.setdefault(key, []).append(row)
    return found
