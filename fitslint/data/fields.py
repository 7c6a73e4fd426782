"""Fields of ASCII tables: whether they can be read as numbers (FITS 4.0 section 7.2.5)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fitslint.data.columns import ExtremesPart
from fitslint.data.late_numpy import np
from fitslint.data.rows import RowPart
from fitslint.data.scaling import Scaling
from fitslint.model.data_facts import DataFacts
from fitslint.syntax.column_formats import TextFormat

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fitslint.data.rows import Bytes, Mask

_CLASSES = (b"0123456789", b" ", b"+-", b".", b"EDed")
"""Characters of numbers by class; any other character is of the class behind the last."""
_DIGIT, _BLANK, _SIGN, _POINT, _LETTER, _OTHER = range(6)
_CLASS_COUNT = 6

# States of a field that is read from the left: nothing yet, behind a sign, within the digits before
# the point, behind a point without and with digits, behind the letter of the exponent, its sign,
# within its digits, within an exponent without letter, in the blanks behind; and no number.
(_NOTHING, _SIGNED, _WHOLE, _POINTED, _BROKEN, _LETTERED, _RAISED, _POWER, _BARE, _BARE_POWER,
 _BEHIND_WHOLE, _BEHIND, _BEHIND_BARE, _BEHIND_IMPLIED, _IMPLIED_LETTERED, _IMPLIED_RAISED,
 _IMPLIED_POWER, _WRONG) = range(18)  # fmt: skip
_STEPS: dict[int, dict[int, int]] = {
    _NOTHING: {_DIGIT: _WHOLE, _BLANK: _NOTHING, _SIGN: _SIGNED, _POINT: _POINTED},
    _SIGNED: {_DIGIT: _WHOLE, _POINT: _POINTED},
    _WHOLE: {
        _DIGIT: _WHOLE, _BLANK: _BEHIND_WHOLE, _POINT: _BROKEN, _LETTER: _IMPLIED_LETTERED,
        _SIGN: _BARE,
    },
    _POINTED: {_DIGIT: _BROKEN},
    _BROKEN: {_DIGIT: _BROKEN, _BLANK: _BEHIND, _LETTER: _LETTERED, _SIGN: _BARE},
    _LETTERED: {_DIGIT: _POWER, _SIGN: _RAISED},
    _RAISED: {_DIGIT: _POWER},
    _POWER: {_DIGIT: _POWER, _BLANK: _BEHIND},
    _BARE: {_DIGIT: _BARE_POWER},
    _BARE_POWER: {_DIGIT: _BARE_POWER, _BLANK: _BEHIND_BARE},
    _BEHIND_WHOLE: {_BLANK: _BEHIND_WHOLE},
    _BEHIND: {_BLANK: _BEHIND},
    _BEHIND_BARE: {_BLANK: _BEHIND_BARE},
    _BEHIND_IMPLIED: {_BLANK: _BEHIND_IMPLIED},
    _IMPLIED_LETTERED: {_DIGIT: _IMPLIED_POWER, _SIGN: _IMPLIED_RAISED},
    _IMPLIED_RAISED: {_DIGIT: _IMPLIED_POWER},
    _IMPLIED_POWER: {_DIGIT: _IMPLIED_POWER, _BLANK: _BEHIND_IMPLIED},
    _WRONG: {},
}  # fmt: skip
_INTEGERS = (_NOTHING, _WHOLE, _BEHIND_WHOLE)
_WITHOUT_POINT = (_WHOLE, _BEHIND_WHOLE, _IMPLIED_POWER, _BEHIND_IMPLIED)
_WITHOUT_LETTER = (_BARE_POWER, _BEHIND_BARE)
_REALS = (_NOTHING, _BROKEN, _POWER, _BEHIND)
_ASCII_MAX, _PRINTABLE = 0x7F, 0x7E - 0x20
_TEXT_MAX = 40
_DIGITS_MAX = 18
"""More may be a number that 64 bits do not hold."""


class CharacterPart(RowPart):
    """Bytes of the rows that are no ASCII, and control characters."""

    def look(self, first: int, field: Bytes, times: int) -> None:
        """Look at whole rows."""
        odd = (field - 0x20) > _PRINTABLE
        if odd.any():
            foreign = field > _ASCII_MAX
            self.note_rows("characters", first, foreign, field, times)
            self.note_rows("controls", first, odd & ~foreign, field, times)


class NumberPart(RowPart):
    """A field of numbers, integers or real, that has to be read by its format."""

    def __init__(
        self, unit: DataFacts, column: int, start: int, form: TextFormat, *,
        null: bytes | None, scaling: Scaling | None,
    ) -> None:  # fmt: skip
        super().__init__(unit, column, start, start + form.width)
        self._is_integer = form.code == "I"
        self._null = null
        self._extremes: ExtremesPart | None = None
        if scaling is not None and (not self._is_integer or form.width <= _DIGITS_MAX):
            code = "K" if self._is_integer else "D"
            self._extremes = ExtremesPart(unit, column, start, start, code=code, scaling=scaling)

    def look(self, first: int, field: Bytes, times: int) -> None:
        """Look at fields."""
        state = _read_fields(field)
        plain = _mark_states(_INTEGERS if self._is_integer else _REALS)[state]
        if not plain.all():
            self._sort_out(first, field, state, plain, times)
        if self._extremes is not None:
            self._add_values(field, plain, times)

    def _sort_out(
        self, first: int, field: Bytes, state: NDArray[np.intp], plain: Mask, times: int
    ) -> None:
        """Note fields that are no plain numbers, but for the null value."""
        odd = ~plain
        if self._null is not None:
            for row in np.flatnonzero(odd):
                odd[row] = field[row].tobytes().strip(b" ") != self._null
            plain |= ~odd
        point = _mark_states(_WITHOUT_POINT)[state] & odd & (not self._is_integer)
        exponent = _mark_states(_WITHOUT_LETTER)[state] & odd & (not self._is_integer)
        self._note_fields("point", first, point, field, times)
        self._note_fields("exponent", first, exponent, field, times)
        self._note_fields("number", first, odd & ~point & ~exponent, field, times)
        if odd.any():
            self._extremes = None  # readers differ, or fail: nobody knows them

    def _note_fields(self, kind: str, first: int, wrong: Mask, field: Bytes, times: int) -> None:
        if wrong.any():
            row = int(wrong.argmax())
            text = field[row].tobytes()[:_TEXT_MAX].decode("latin-1")
            count = int(np.count_nonzero(wrong)) * times
            self.note(kind, first + row, count, text=text)  # type: ignore[arg-type]

    def _add_values(self, field: Bytes, plain: Mask, times: int) -> None:
        """Take the fields that can be read into account; a blank one is zero."""
        text = field[plain]
        if not text.size or self._extremes is None:
            return
        words = np.char.strip(text.view(f"S{text.shape[1]}")[:, 0])
        words[words == b""] = b"0"
        if self._null is not None:
            words = words[words != self._null]
        if self._is_integer:
            self._extremes.add(words.astype(np.int64), times)
        else:
            decimal = [word.upper().replace(b"D", b"E") for word in words.tolist()]
            self._extremes.add(np.array(decimal, np.bytes_).astype(np.float64), times)

    def finish(self) -> None:
        """Keep the extremes."""
        if self._extremes is not None:
            self._extremes.finish()


def _read_fields(field: Bytes) -> NDArray[np.intp]:
    """The state of every field at its end: all fields are read at once, column by column."""
    classes, steps = _build_tables()
    # States are kept as the place of their row in the table, which saves a multiplication.
    rows = np.full(len(field), _NOTHING * _CLASS_COUNT, np.intp)
    for column in np.ascontiguousarray(field.T):
        rows = steps.take(rows + classes.take(column))
    return rows // _CLASS_COUNT


@cache
def _build_tables() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The class of every byte, and the row of the next state by row of the state and class."""
    classes = np.full(256, _OTHER, np.intp)
    for number, characters in enumerate(_CLASSES):
        classes[list(characters)] = number
    table = np.full((len(_STEPS), _CLASS_COUNT), _WRONG, np.intp)
    for state, steps in _STEPS.items():
        for kind, following in steps.items():
            table[state, kind] = following
    return classes, table.ravel() * _CLASS_COUNT


@cache
def _mark_states(states: tuple[int, ...]) -> Mask:
    """Which states are among these."""
    marks = np.zeros(len(_STEPS), np.bool_)
    marks[list(states)] = True
    return marks
