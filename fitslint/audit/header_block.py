"""Headers with the same sequence of keywords, read column by column instead of card by card.

In an archive thousands of headers differ in a third of their cards, and there in the value only.
What is the same in all headers of a block is read once; plain numbers and strings in fixed format
are read together where there is a compiled reader; every other card goes through the grammar by
itself. All ways say the same.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fitslint.audit.columns import COLUMNS, INTEGER, ODD
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.form import CARD_SIZE, CardForm, ValueType
from fitslint.model.header import Header
from fitslint.model.value import Value, decode_value, unquote

Flags = npt.NDArray[np.bool_]
Kinds = npt.NDArray[np.uint8]
Reals = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]

_VALUE_START, _VALUE_END = 10, 30
"""Where a value in fixed format stands."""
_UNIT = re.compile(r"\[([^\[\]]*)\]")
_DIGITS = re.compile(r"[0-9]+")
_UNTOLD = frozenset(("CHECKSUM", "DATASUM", "ZHECKSUM", "ZDATASUM"))
"""Keywords whose comments tell the time of writing."""
_WORDS = CARD_SIZE // 8
_MIX = np.array([0xBF58476D1CE4E5B9, 0x9E3779B97F4A7C15], np.uint64)
_SHIFTS = np.array([30, 27, 31], np.uint64)
_KEYS_MAX = 65_536
_CARDS_MAX = 4096


class CardKey(NamedTuple):
    """What the census distinguishes in cards of one keyword."""

    value_type: ValueType
    unit: str | None
    meaning: str | None
    """The comment without its unit; numbers read #."""


class HeaderColumn(NamedTuple):
    """The cards of one position in all headers of a block."""

    keys: Sequence[CardKey]
    """One for each header, or a single one for all."""
    numbers: Reals | None
    """Values by header, NaN where a header has none, or a single one for all; None where no header
    has one."""


_read: BoundedDict[tuple[str, bytes], tuple[CardKey, float | None]] = BoundedDict.create(_CARDS_MAX)
"""What was read of cards by themselves: most come back in the next block."""
_keys: BoundedDict[tuple[ValueType, str, bool], CardKey] = BoundedDict.create(_KEYS_MAX)


class HeaderBlock:
    """Headers of one layout.

    Parameters
    ----------
    headers : list of Header
        at least one; all have the same names in the same order.
    """

    def __init__(self, headers: Sequence[Header]) -> None:
        self.headers = headers
        self.names = headers[0].names
        self._raws = [header.raw for header in headers]
        compare = _compare_headers if COLUMNS is None else COLUMNS.compare_headers
        self._constant: bytes
        self._constant, hashes = compare(self._raws)
        self.hashes: Words = np.frombuffer(hashes, np.uint64)
        self._columns: dict[int, HeaderColumn] = {}
        self._quick: dict[int, _QuickFields] = {}
        """The value fields of the columns that are read together."""
        self._read_together()

    def __len__(self) -> int:
        return len(self.headers)

    def read_column(self, position: int) -> HeaderColumn:
        """The cards at ``position`` (from 0) of all headers."""
        found = self._columns.get(position)
        if found is None:
            found = self._columns[position] = self._read_slowly(position)
        return found

    def read_values(self, position: int) -> Sequence[Value]:
        """The values at ``position`` of all headers; None where undefined, absent or faulty."""
        count = len(self.headers)
        if self._constant[position]:
            return [self._decode(0, position)] * count
        quick = self._quick.get(position)
        if quick is None:
            return [self._decode(row, position) for row in range(count)]
        found = self._decode_together(position, quick)
        for row in quick.odd:
            found[row] = self._decode(row, position)
        return found

    def _decode_together(self, position: int, quick: _QuickFields) -> list[Value]:
        """The values of a column; what it says of odd headers is of no meaning."""
        column = self.read_column(position)
        kinds = [key.value_type for key in column.keys]
        if kinds == ["real"] and column.numbers is not None:
            found: list[Value] = column.numbers.tolist()
            return found
        start = position * CARD_SIZE + _VALUE_START
        stop = position * CARD_SIZE + quick.end
        width = quick.end - _VALUE_START
        whole = b"".join([raw[start:stop] for raw in self._raws]).decode("latin-1")
        if quick.is_text:  # in it there is no quote but that at its end
            inner = [whole[at + 1 : at + width].rstrip("' ") for at in range(0, len(whole), width)]
            return (
                [
                    one or unquote(whole[at * width : (at + 1) * width].rstrip(" "))
                    for at, one in enumerate(inner)
                ]
                if "" in inner
                else list(inner)
            )
        texts = [whole[at : at + width] for at in range(0, len(whole), width)]
        kinds = kinds if len(kinds) > 1 else kinds * len(self.headers)
        for row in quick.odd:
            kinds[row] = "none"
        return [decode_value(text.strip(), kind) for text, kind in zip(texts, kinds, strict=True)]

    def _get_card(self, row: int, position: int) -> bytes:
        return self._raws[row][position * CARD_SIZE : (position + 1) * CARD_SIZE]

    def _decode(self, row: int, position: int) -> Value:
        card = self._get_card(row, position)
        form = self.headers[0].parse(card)
        if form.value is None or form.kind == "commentary":
            return None
        return decode_value(card[slice(*form.value)].decode("latin-1"), form.type)

    def _read_slowly(self, position: int) -> HeaderColumn:
        rows = 1 if self._constant[position] else len(self.headers)
        found = [self._read_card(row, position) for row in range(rows)]
        keys, values = [key for key, _ in found], [value for _, value in found]
        numbers = None
        if any(value is not None for value in values):
            numbers = np.array([np.nan if one is None else one for one in values])
        if all(key is keys[0] for key in keys):
            keys = keys[:1]
        return HeaderColumn(keys, numbers)

    def _read_card(self, row: int, position: int) -> tuple[CardKey, float | None]:
        name, card = self.names[position], self._get_card(row, position)
        known = _read.get((name, card))
        if known is None:
            form = self.headers[0].parse(card)
            known = _read[name, card] = _find_key(card, form, name), _read_number(card, form)
        return known

    def _read_together(self) -> None:
        """Read the columns of plain values of which only the value differs, all at once."""
        if COLUMNS is None:
            return
        positions: list[int] = []
        wanted = array("i")
        for position, is_constant in enumerate(self._constant):
            if is_constant:
                continue
            form = self.headers[0].parse(self._get_card(0, position))
            end = _find_value_end(form)
            if end:
                is_text = form.type == "string"
                self._quick[position] = _QuickFields(form, end, is_text, [])
                positions.append(position)
                wanted.extend((position, end, is_text))
        if not positions:
            return
        shape = len(positions), len(self.headers)
        kinds, numbers = COLUMNS.read_columns(self._raws, wanted.tobytes())
        kinds = np.frombuffer(kinds, np.uint8).reshape(shape)
        numbers = np.frombuffer(numbers, np.float64).reshape(shape)
        for position, kind, values in zip(positions, kinds, numbers, strict=True):
            self._take(position, kind, values)

    def _take(self, position: int, kinds: Kinds, values: Reals) -> None:
        """Note what was read of a column, and read its odd cards."""
        quick = self._quick[position]
        odd = np.flatnonzero(kinds == ODD).tolist()
        if 2 * len(odd) >= len(kinds):
            del self._quick[position]
            return
        quick.odd.extend(odd)
        key = _find_key(self._get_card(0, position), quick.form, self.names[position])
        keys, numbers = [key], None if quick.is_text else values
        if not quick.is_text:
            integer, real = key._replace(value_type="integer"), key._replace(value_type="real")
            integers = kinds == INTEGER
            if integers.all() or not integers.any():
                keys = [integer if integers[0] else real]
            else:
                keys = [integer if one else real for one in integers.tolist()]
        if odd:
            keys = keys if len(keys) > 1 else keys * len(kinds)
            numbers = np.full(len(kinds), np.nan) if numbers is None else numbers
            for row in odd:
                keys[row], value = self._read_card(row, position)
                numbers[row] = np.nan if value is None else value
            if all(one == keys[0] for one in keys):
                keys = keys[:1]
            if np.isnan(numbers).all():
                numbers = None
        self._columns[position] = HeaderColumn(keys, numbers)


class _QuickFields(NamedTuple):
    """The value fields of a column that is read at once."""

    form: CardForm
    """Of the first header."""
    end: int
    """The column behind the field."""
    is_text: bool
    odd: list[int]
    """Headers whose cards are read by themselves."""


def _find_value_end(form: CardForm) -> int:
    """The column behind the field of a plain value: 30, or that behind a longer string; else 0."""
    if form.kind != "value" or form.fault or form.value is None:
        return 0
    start, stop = form.value
    end = max(stop, _VALUE_END)
    if form.type not in ("string", "integer", "real") or start < _VALUE_START:
        return 0
    if form.type != "string" and stop > _VALUE_END:
        return 0
    return end if form.comment is None or form.comment[0] > end else 0


def _read_number(card: bytes, form: CardForm) -> float | None:
    if form.type not in ("integer", "real") or form.value is None:
        return None
    value = decode_value(card[slice(*form.value)].decode("latin-1"), form.type)
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if np.isfinite(number) else None


def _find_key(card: bytes, form: CardForm, name: str) -> CardKey:
    comment = "" if form.comment is None else card[slice(*form.comment)].decode("latin-1")
    kind: ValueType = form.type if form.legal else "faulty"
    told = name not in _UNTOLD
    known = _keys.get((kind, comment, told))
    if known is None:
        known = _keys[kind, comment, told] = _split_comment(kind, comment if told else "")
    return known


def _split_comment(kind: ValueType, comment: str) -> CardKey:
    found = _UNIT.search(comment)
    unit = found[1].strip() if found else None
    rest = comment[: found.start()] + comment[found.end() :] if found else comment
    meaning = _DIGITS.sub("#", " ".join(rest.split()))
    return CardKey(kind, unit or None, meaning or None)


def _compare_headers(raws: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The cards that are the same in all headers, a byte for each; 64 bits of every header."""
    cards = len(raws[0]) // CARD_SIZE
    same = np.ones(cards * _WORDS, np.bool_)
    places = np.arange(1, cards * _WORDS + 1, dtype=np.uint64) * _MIX[1]
    places |= np.uint64(1)
    hashes = np.full(len(raws), np.uint64(cards))
    for row, raw in enumerate(raws):
        words = np.frombuffer(raw, np.uint64)
        same &= words == np.frombuffer(raws[0], np.uint64)
        hashes[row] += _mix(words, places).sum(dtype=np.uint64)
    return same.reshape(cards, _WORDS).all(axis=1).tobytes(), hashes.tobytes()


def _mix(words: Words, places: Words) -> Words:
    """Spread every bit of a word over all of it, elsewhere in every place.

    The rounds of SplitMix64 (Steele, Lea & Flood 2014) with the place as multiplier.
    """
    mixed: Words = words >> _SHIFTS[0]
    mixed ^= words
    mixed *= places
    mixed ^= mixed >> _SHIFTS[1]
    mixed *= _MIX[0]
    mixed ^= mixed >> _SHIFTS[2]
    return mixed
