"""Headers with the same sequence of keywords, read column by column instead of card by card.

In an archive thousands of headers differ in a third of their cards, and there in the value only.
What is the same in all headers of a block is read once; plain numbers and strings in fixed format
are read together; every other card goes through the grammar by itself. All ways say the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.form import CARD_SIZE, CardForm, ValueType
from fitslint.model.header import Header
from fitslint.model.value import Value, decode_value

Bytes = npt.NDArray[np.uint8]
Reals = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]

_VALUE_START, _VALUE_END = 10, 30
"""Where a value in fixed format stands."""
_BLANK, _QUOTE, _SLASH = b" '/"
_UNIT = re.compile(r"\[([^\[\]]*)\]")
_DIGITS = re.compile(r"[0-9]+")
_INTEGER = r"^[+-]?[0-9]+$"
_REAL = r"^[+-]?([0-9]+\.[0-9]*|\.[0-9]+)([ED][+-]?[0-9]+)?$"
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
    """Values by header, NaN where a header has none; None where no header has one."""


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
        count, cards = len(headers), len(headers[0])
        data = np.frombuffer(b"".join([header.raw for header in headers]), np.uint8)
        self._cards: Bytes = data.reshape(count, cards, CARD_SIZE)
        words = data.view(np.uint64).reshape(count, cards, _WORDS)
        same = (words == words[0]).reshape(count, -1).all(axis=0)
        self._constant = same.reshape(cards, _WORDS).all(axis=1)
        self._columns: dict[int, HeaderColumn] = {}
        self._quick: dict[int, Bytes] = {}
        """The value fields of the columns that are read together."""
        self.hashes = _hash_cards(words, self._constant)
        self._read_together(headers[0])

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
        fields = self._quick.get(position)
        if fields is not None:
            column, width = self.read_column(position), fields.shape[1]
            kind = column.keys[0].value_type
            if kind == "real" and len(column.keys) == 1 and column.numbers is not None:
                found: list[Value] = column.numbers.tolist()
                return found
            texts = fields.tobytes()
            return [
                decode_value(texts[at : at + width].strip().decode("ascii"), key.value_type)
                for at, key in zip(
                    range(0, len(texts), width), self._spread_keys(position), strict=True
                )
            ]
        return [self._decode(row, position) for row in range(count)]

    def _spread_keys(self, position: int) -> Sequence[CardKey]:
        keys = self.read_column(position).keys
        return keys if len(keys) > 1 else list(keys) * len(self.headers)

    def _decode(self, row: int, position: int) -> Value:
        card = self._cards[row, position].tobytes()
        form = self.headers[0].parse(card)
        if form.value is None or form.kind == "commentary":
            return None
        return decode_value(card[slice(*form.value)].decode("latin-1"), form.type)

    def _read_slowly(self, position: int) -> HeaderColumn:
        name = self.names[position]
        rows = 1 if self._constant[position] else len(self.headers)
        cards = self._cards[:rows, position].tobytes()
        parse = self.headers[0].parse
        keys, values = [], []
        for at in range(0, len(cards), CARD_SIZE):
            card = cards[at : at + CARD_SIZE]
            known = _read.get((name, card))
            if known is None:
                form = parse(card)
                known = _read[name, card] = (
                    _find_key(card, form, name),
                    _read_number(card, form),
                )
            keys.append(known[0])
            values.append(known[1])
        numbers = None
        if any(value is not None for value in values):
            numbers = np.array([np.nan if one is None else one for one in values])
            numbers = numbers if rows > 1 else np.repeat(numbers, len(self.headers))
        if all(key is keys[0] for key in keys):
            keys = keys[:1]
        return HeaderColumn(keys, numbers)

    def _read_together(self, header: Header) -> None:
        """Read the columns of plain values of which only the value differs, all at once."""
        if len(self.headers) == 1:
            return
        forms: dict[int, CardForm] = {}
        by_end: dict[tuple[bool, int], list[int]] = {}
        for position in np.flatnonzero(~self._constant).tolist():
            form = header.parse(self._cards[0, position].tobytes())
            end = _find_value_end(form)
            if end:
                forms[position] = form
                by_end.setdefault((form.type == "string", end), []).append(position)
        for (is_text, end), positions in by_end.items():
            some = self._cards[:, positions]
            fields = some[..., _VALUE_START:end]
            same = (some[..., :_VALUE_START] == some[0, :, :_VALUE_START]).all(axis=(0, 2))
            same &= (some[..., end:] == some[0, :, end:]).all(axis=(0, 2))
            same &= ((fields != _SLASH) & (fields >= _BLANK) & (fields < 0x7F)).all(axis=(0, 2))
            if is_text:
                same &= _are_strings(fields)
            numbers = None if is_text else _parse_numbers(fields)
            for place in np.flatnonzero(same).tolist():
                found = None if numbers is None else numbers[place]
                if is_text or found is not None:
                    at = positions[place]
                    self._take(at, forms[at], fields[:, place], found)

    def _take(self, position: int, form: CardForm, fields: Bytes, found: _Numbers | None) -> None:
        card = self._cards[0, position].tobytes()
        key = _find_key(card, form, self.names[position])
        self._quick[position] = np.ascontiguousarray(fields)
        if found is None:
            self._columns[position] = HeaderColumn((key,), None)
            return
        integer, real = key._replace(value_type="integer"), key._replace(value_type="real")
        if found.integers.all() or not found.integers.any():
            keys = [integer if found.integers[0] else real]
        else:
            keys = [integer if one else real for one in found.integers.tolist()]
        self._columns[position] = HeaderColumn(keys, found.values)


class _Numbers(NamedTuple):
    """A column of numbers: which are integers, and all values."""

    integers: npt.NDArray[np.bool_]
    values: Reals


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


def _are_strings(fields: Bytes) -> npt.NDArray[np.bool_]:
    """Of (headers, columns, width) bytes: the columns in which all are in quotes."""
    quotes = fields == _QUOTE
    last = fields.shape[2] - 1 - np.argmax(fields[..., ::-1] != _BLANK, axis=2)
    ends = np.take_along_axis(quotes, last[..., None], axis=2)[..., 0]
    found: npt.NDArray[np.bool_] = (quotes[..., 0] & ends & (last > 0)).all(axis=0) & (
        quotes.sum(axis=2) == 2
    ).all(axis=0)
    return found


def _parse_numbers(fields: Bytes) -> list[_Numbers | None]:
    """The numbers of (headers, columns, width) bytes; None for other columns."""
    rows, columns, width = fields.shape
    offsets = np.arange(columns * rows + 1, dtype=np.int32) * width
    packed = np.ascontiguousarray(fields.transpose(1, 0, 2)) & np.uint8(0x7F)
    text = pa.StringArray.from_buffers(
        columns * rows, pa.py_buffer(offsets), pa.py_buffer(packed.tobytes())
    )
    text = pc.utf8_trim(text, " ")
    integers = _to_bools(pc.match_substring_regex(text, _INTEGER)).reshape(columns, rows)
    reals = _to_bools(pc.match_substring_regex(text, _REAL)).reshape(columns, rows)
    fit = (integers | reals).all(axis=1)
    found: list[_Numbers | None] = [None] * columns
    for place in np.flatnonzero(fit).tolist():
        piece = text.slice(place * rows, rows)
        values = _cast(piece)
        if values is not None:
            found[place] = _Numbers(integers[place], values)
    return found


def _to_bools(array: Any) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = array.to_numpy(zero_copy_only=False)
    return found


def _cast(text: Any) -> Reals | None:
    try:
        found: Reals = pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:  # a sign + or an exponent D
        plain = pc.replace_substring(pc.utf8_ltrim(text, "+"), "D", "E")
        try:
            found = pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:
            return None
    return np.where(np.isfinite(found), found, np.nan)


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


def _hash_cards(words: Words, constant: npt.NDArray[np.bool_]) -> Words:
    """64 bits of all cards of each header; the same cards give the same, in whatever block."""
    count, cards, _ = words.shape
    places = np.arange(1, cards * _WORDS + 1, dtype=np.uint64) * _MIX[1]
    places = (places | np.uint64(1)).reshape(cards, _WORDS)
    result = np.full(count, np.uint64(cards))
    result += _mix(words[0, constant], places[constant]).sum(dtype=np.uint64)
    if not constant.all():
        mixed = _mix(words[:, ~constant], places[~constant])
        result += mixed.sum(axis=(1, 2), dtype=np.uint64)
    return result


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
