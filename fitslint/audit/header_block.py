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
from fitslint.model.value import Value, decode_value, unquote

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]

_VALUE_START, _VALUE_END = 10, 30
"""Where a value in fixed format stands."""
_BLANK, _QUOTE, _SLASH, _POINT, _EXPONENT = b" '/.D"
_UNIT = re.compile(r"\[([^\[\]]*)\]")
_DIGITS = re.compile(r"[0-9]+")
_NUMBER = r"^[+-]?([0-9]+|([0-9]+\.[0-9]*|\.[0-9]+)([ED][+-]?[0-9]+)?)$"
_IS_NUMERIC = np.zeros(256, np.bool_)
"""Byte → whether numbers, and blanks around them, are made of it."""
_IS_NUMERIC[list(b" +-.0123456789DE")] = True
_UNTOLD = frozenset(("CHECKSUM", "DATASUM", "ZHECKSUM", "ZDATASUM"))
"""Keywords whose comments tell the time of writing."""
_WORDS = CARD_SIZE // 8
_MIX = np.array([0xBF58476D1CE4E5B9, 0x9E3779B97F4A7C15], np.uint64)
_SHIFTS = np.array([30, 27, 31], np.uint64)
_KEYS_MAX = 65_536
_CARDS_MAX = 4096
_CACHED_ROWS = 64
"""Headers that are looked at together: so many that the processor's cache holds them."""


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
        words = data.view(np.uint64).reshape(count, cards * _WORDS)
        same = _find_constant(words)
        self._same_words = same.reshape(cards, _WORDS)
        self._constant: Flags = np.all(self._same_words, axis=1)
        self._columns: dict[int, HeaderColumn] = {}
        self._quick: dict[int, _QuickFields] = {}
        """The value fields of the columns that are read together."""
        self.hashes = _hash_words(words, same)
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
        quick = self._quick.get(position)
        if quick is None:
            return [self._decode(row, position) for row in range(count)]
        found = self._decode_together(position, quick)
        for row in quick.odd:
            found[row] = self._decode(row, position)
        return found

    def _decode_together(self, position: int, quick: _QuickFields) -> list[Value]:
        """The values of a column; what it says of odd headers is of no meaning."""
        column, width = self.read_column(position), quick.fields.shape[1]
        starts = range(0, quick.fields.size, width)
        texts = quick.fields.tobytes().decode("ascii")
        if texts.startswith("'"):
            return [unquote(texts[at : at + width].rstrip(" ")) for at in starts]
        kinds = [key.value_type for key in column.keys]
        if kinds == ["real"] and column.numbers is not None:
            found: list[Value] = column.numbers.tolist()
            return found
        kinds = kinds if len(kinds) > 1 else kinds * len(self.headers)
        for row in quick.odd:
            kinds[row] = "none"
        return [
            decode_value(texts[at : at + width].strip(), kind)
            for at, kind in zip(starts, kinds, strict=True)
        ]

    def _decode(self, row: int, position: int) -> Value:
        card = self._cards[row, position].tobytes()
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
            numbers = numbers if rows > 1 else np.repeat(numbers, len(self.headers))
        if all(key is keys[0] for key in keys):
            keys = keys[:1]
        return HeaderColumn(keys, numbers)

    def _read_card(self, row: int, position: int) -> tuple[CardKey, float | None]:
        name, card = self.names[position], self._cards[row, position].tobytes()
        known = _read.get((name, card))
        if known is None:
            form = self.headers[0].parse(card)
            known = _read[name, card] = _find_key(card, form, name), _read_number(card, form)
        return known

    def _read_together(self, header: Header) -> None:
        """Read the columns of plain values of which only the value differs, all at once."""
        if len(self.headers) == 1:
            return
        forms: dict[int, CardForm] = {}
        groups: dict[tuple[bool, int, bool], list[int]] = {}
        for position in np.flatnonzero(~self._constant).tolist():
            form = header.parse(self._cards[0, position].tobytes())
            end = _find_value_end(form)
            if end:
                forms[position] = form
                same = self._same_words[position]
                is_around_same = bool(same[0] and same[-(-end // 8) :].all())
                key = form.type == "string", end, is_around_same
                groups.setdefault(key, []).append(position)
        for (is_text, end, is_around_same), positions in groups.items():
            fields, fit = self._cut_fields(positions, end, is_around_same=is_around_same)
            fit &= _are_strings(fields) if is_text else _are_numeric(fields)
            chosen = np.flatnonzero(fit[:, 0] & (2 * fit.sum(axis=1) > len(self.headers)))
            fields, fit = fields[chosen], fit[chosen]
            for place in np.flatnonzero(~fit.all(axis=1)).tolist():
                fields[place, ~fit[place]] = fields[place, 0]
            numbers = [None] * len(chosen) if is_text else _parse_numbers(fields)
            for place, found in enumerate(numbers):
                if is_text or found is not None:
                    at = positions[chosen[place]]
                    odd = np.flatnonzero(~fit[place]).tolist()
                    self._take(at, forms[at], _QuickFields(fields[place], odd), found)

    def _cut_fields(
        self, positions: Sequence[int], end: int, *, is_around_same: bool
    ) -> tuple[Bytes, Flags]:
        """The value fields (columns, headers, width), and where what is around is as in the first.

        What is known to be the same around them is not looked at again.
        """
        start, stop = (8, -(-end // 8) * 8) if is_around_same else (0, CARD_SIZE)
        some = self._cards.transpose(1, 0, 2)[positions, :, start:stop]
        before, behind = some[..., : _VALUE_START - start], some[..., end - start :]
        same: Flags = (before == before[:, :1]).all(axis=2)
        same &= (behind == behind[:, :1]).all(axis=2)
        return np.ascontiguousarray(some[..., _VALUE_START - start : end - start]), same

    def _take(
        self, position: int, form: CardForm, quick: _QuickFields, found: _Numbers | None
    ) -> None:
        card = self._cards[0, position].tobytes()
        key = _find_key(card, form, self.names[position])
        self._quick[position] = quick
        keys, values = [key], None
        if found is not None:
            integer, real = key._replace(value_type="integer"), key._replace(value_type="real")
            values = found.values
            if found.integers.all() or not found.integers.any():
                keys = [integer if found.integers[0] else real]
            else:
                keys = [integer if one else real for one in found.integers.tolist()]
        if quick.odd:
            keys = keys if len(keys) > 1 else keys * len(self.headers)
            values = np.full(len(keys), np.nan) if values is None else values
            for row in quick.odd:
                keys[row], value = self._read_card(row, position)
                values[row] = np.nan if value is None else value
            if all(one == keys[0] for one in keys):
                keys = keys[:1]
            if np.isnan(values).all():
                values = None
        self._columns[position] = HeaderColumn(keys, values)


class _QuickFields(NamedTuple):
    """The value fields of a column that is read at once."""

    fields: Bytes
    """(headers, width)"""
    odd: list[int]
    """Headers whose cards are read by themselves; that of the first stands in their place."""


class _Numbers(NamedTuple):
    """A column of numbers: which are integers, and all values."""

    integers: Flags
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


def _are_strings(fields: Bytes) -> Flags:
    """Of (columns, headers, width) bytes: where a plain string in quotes stands, without slash."""
    quotes = fields == _QUOTE
    last = fields.shape[2] - 1 - np.argmax(fields[..., ::-1] != _BLANK, axis=2)
    ends = np.take_along_axis(quotes, last[..., None], axis=2)[..., 0]
    plain = ((fields != _SLASH) & (fields >= _BLANK) & (fields < 0x7F)).all(axis=2)
    found: Flags = quotes[..., 0] & ends & (last > 0) & plain & (quotes.sum(axis=2) == 2)
    return found


def _are_numeric(fields: Bytes) -> Flags:
    """Of (columns, headers, width) bytes: where nothing stands but what numbers are made of."""
    found: Flags = np.all(_IS_NUMERIC[fields], axis=2)
    return found


def _parse_numbers(fields: Bytes) -> list[_Numbers | None]:
    """The numbers of (columns, headers, width) bytes; None for other columns."""
    columns, rows, width = fields.shape
    offsets = np.arange(columns * rows + 1, dtype=np.int32) * width
    text = pa.StringArray.from_buffers(
        columns * rows, pa.py_buffer(offsets), pa.py_buffer(fields.tobytes())
    )
    text = pc.ascii_trim(text, " ")
    reals = (fields == _POINT).any(axis=2)
    # An exponent needs a point before it: 1E5 is for the grammar to judge.
    fit = (reals | ~(fields >= _EXPONENT).any(axis=2)).all(axis=1)
    try:
        values = _cast(text).reshape(columns, rows)
    except pa.ArrowInvalid:
        values = None
    found: list[_Numbers | None] = [None] * columns
    for place in np.flatnonzero(fit).tolist():
        one = _cast_alone(text.slice(place * rows, rows)) if values is None else values[place]
        if one is not None:
            found[place] = _Numbers(~reals[place], one)
    return found


def _cast_alone(text: Any) -> Reals | None:
    try:
        return _cast(text)
    except pa.ArrowInvalid:  # a sign + or an exponent D, or no number
        if not pc.all(pc.match_substring_regex(text, _NUMBER)).as_py():
            return None
    plain = pc.replace_substring(pc.utf8_ltrim(text, "+"), "D", "E")
    try:
        return _cast(plain)
    except pa.ArrowInvalid:
        return None


def _cast(text: Any) -> Reals:
    found: Reals = pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
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


def _find_constant(words: Words) -> Flags:
    """Of (headers, words): the words that are the same in all headers."""
    same = np.ones(words.shape[1], np.bool_)
    for at in range(0, len(words), _CACHED_ROWS):
        same &= (words[at : at + _CACHED_ROWS] == words[0]).all(axis=0)
    return same


def _hash_words(words: Words, same: Flags) -> Words:
    """64 bits of all cards of each header; the same cards give the same, in whatever block."""
    count, length = words.shape
    places = np.arange(1, length + 1, dtype=np.uint64) * _MIX[1]
    places |= np.uint64(1)
    result = np.full(count, np.uint64(length // _WORDS))
    result += _mix(words[0, same], places[same]).sum(dtype=np.uint64)
    differing = np.flatnonzero(~same)
    places = places[differing]
    for at in range(0, count, _CACHED_ROWS):
        mixed = _mix(words[at : at + _CACHED_ROWS, differing], places)
        result[at : at + _CACHED_ROWS] += mixed.sum(axis=1, dtype=np.uint64)
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
