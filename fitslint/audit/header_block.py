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

_VALUE = slice(10, 30)
"""Where a value in fixed format stands."""
_FIELD = 20
_BLANK, _QUOTE, _SLASH = b" '/"
_UNIT = re.compile(r"\[([^\[\]]*)\]")
_DIGITS = re.compile(r"[0-9]+")
_INTEGER = r"^[+-]?[0-9]+$"
_REAL = r"^[+-]?([0-9]+\.[0-9]*|\.[0-9]+)([ED][+-]?[0-9]+)?$"
_UNTOLD = frozenset(("CHECKSUM", "DATASUM", "ZHECKSUM", "ZDATASUM"))
"""Keywords whose comments tell the time of writing."""
_WORDS = CARD_SIZE // 8
_MIX = np.array([0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15], np.uint64)
_SHIFTS = np.array([30, 27, 31], np.uint64)
_KEYS_MAX = 65_536


class CardKey(NamedTuple):
    """What the census distinguishes in cards of one keyword."""

    value_type: ValueType
    unit: str | None
    meaning: str | None
    """The comment without its unit; numbers read #."""


class Column(NamedTuple):
    """The cards of one position in all headers of a block."""

    keys: Sequence[CardKey]
    """One for each header, or a single one for all."""
    numbers: Reals | None
    """Values by header, NaN where a header has none; None where no header has one."""


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
        self._constant = (words == words[0]).all(axis=(0, 2))
        self._columns: dict[int, Column] = {}
        self._quick: dict[int, Bytes] = {}
        """The value fields of the columns that are read together."""
        self.hashes = _hash_cards(words, self._constant)
        self._read_together(headers[0])

    def __len__(self) -> int:
        return len(self.headers)

    def read_column(self, position: int) -> Column:
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
        if position in self._quick:
            texts = self._quick[position].tobytes()
            return [
                decode_value(texts[at : at + _FIELD].strip().decode("ascii"), key.value_type)
                for at, key in zip(
                    range(0, len(texts), _FIELD), self._spread_keys(position), strict=True
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

    def _read_slowly(self, position: int) -> Column:
        name = self.names[position]
        rows = 1 if self._constant[position] else len(self.headers)
        cards = self._cards[:rows, position].tobytes()
        parse = self.headers[0].parse
        keys, values = [], []
        for at in range(0, len(cards), CARD_SIZE):
            card = cards[at : at + CARD_SIZE]
            form = parse(card)
            keys.append(_find_key(card, form, name))
            values.append(_read_number(card, form))
        numbers = None
        if any(value is not None for value in values):
            numbers = np.array([np.nan if one is None else one for one in values])
            numbers = numbers if rows > 1 else np.repeat(numbers, len(self.headers))
        if all(key is keys[0] for key in keys):
            keys = keys[:1]
        return Column(keys, numbers)

    def _read_together(self, header: Header) -> None:
        """Read the columns of plain values of which only the value differs, all at once."""
        cards, forms = self._cards, {}
        if len(self.headers) == 1:
            return
        for position in np.flatnonzero(~self._constant).tolist():
            form = header.parse(cards[0, position].tobytes())
            if _is_plain(form):
                forms[position] = form
        wanted = np.array(list(forms), np.intp)
        if not len(wanted):
            return
        some = cards[:, wanted]
        fields = some[..., _VALUE]
        same = (some[..., :10] == some[0, :, :10]).all(axis=(0, 2))
        same &= (some[..., 30:] == some[0, :, 30:]).all(axis=(0, 2))
        same &= ((fields != _SLASH) & (fields >= _BLANK) & (fields < 0x7F)).all(axis=(0, 2))
        is_text = np.array([form.type == "string" for form in forms.values()])
        texts = same & is_text & _are_strings(fields)
        positions = wanted.tolist()
        for place in np.flatnonzero(texts).tolist():
            self._take(positions[place], forms[positions[place]], fields[:, place], None)
        places = np.flatnonzero(same & ~is_text)
        if len(places):
            numbers = _parse_numbers(np.ascontiguousarray(fields[:, places].transpose(1, 0, 2)))
            for place, found in zip(places.tolist(), numbers, strict=True):
                if found is not None:
                    at = positions[place]
                    self._take(at, forms[at], fields[:, place], found)

    def _take(self, position: int, form: CardForm, fields: Bytes, found: _Numbers | None) -> None:
        card = self._cards[0, position].tobytes()
        key = _find_key(card, form, self.names[position])
        self._quick[position] = np.ascontiguousarray(fields)
        if found is None:
            self._columns[position] = Column((key,), None)
            return
        integer, real = key._replace(value_type="integer"), key._replace(value_type="real")
        if found.integers.all() or not found.integers.any():
            keys = [integer if found.integers[0] else real]
        else:
            keys = [integer if one else real for one in found.integers.tolist()]
        self._columns[position] = Column(keys, found.values)


class _Numbers(NamedTuple):
    """A column of numbers: which are integers, and all values."""

    integers: npt.NDArray[np.bool_]
    values: Reals


def _is_plain(form: CardForm) -> bool:
    """Whether a card is in fixed format, so that its comment begins after it."""
    if form.kind != "value" or form.fault or form.value is None:
        return False
    if form.type not in ("string", "integer", "real"):
        return False
    start, stop = form.value
    return start >= 10 and stop <= 30 and (form.comment is None or form.comment[0] > 30)


def _are_strings(fields: Bytes) -> npt.NDArray[np.bool_]:
    """Of (headers, columns, 20) bytes: the columns in which all are 'quoted' from the first on."""
    quotes = fields == _QUOTE
    last = _FIELD - 1 - np.argmax(fields[..., ::-1] != _BLANK, axis=2)
    ends = np.take_along_axis(quotes, last[..., None], axis=2)[..., 0]
    found: npt.NDArray[np.bool_] = (quotes[..., 0] & ends & (last > 0)).all(axis=0) & (
        quotes.sum(axis=2) == 2
    ).all(axis=0)
    return found


def _parse_numbers(fields: Bytes) -> list[_Numbers | None]:
    """The numbers of (columns, headers, 20) bytes; None for a column with anything else in it."""
    columns, rows, _ = fields.shape
    offsets = np.arange(columns * rows + 1, dtype=np.int32) * _FIELD
    text = pa.StringArray.from_buffers(
        columns * rows, pa.py_buffer(offsets), pa.py_buffer(fields.tobytes())
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
    places = (np.arange(1, cards * _WORDS + 1, dtype=np.uint64) * _MIX[2]).reshape(cards, _WORDS)
    result = np.full(count, np.uint64(cards))
    result += _mix(words[0, constant] + places[constant]).sum(dtype=np.uint64)
    if not constant.all():
        result += _mix(words[:, ~constant] + places[~constant]).sum(axis=(1, 2), dtype=np.uint64)
    return result


def _mix(words: Words) -> Words:
    """Spread every bit of a word over all of it (Steele, Lea & Flood 2014, SplitMix64)."""
    words = (words ^ (words >> _SHIFTS[0])) * _MIX[0]
    words = (words ^ (words >> _SHIFTS[1])) * _MIX[1]
    mixed: Words = words ^ (words >> _SHIFTS[2])
    return mixed
