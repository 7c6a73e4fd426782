"""How long a value may be by its format: Fortran (``A20``, ``F20.3``) or C (``%15s``)."""

from __future__ import annotations

from functools import lru_cache

from fitslint.dictionary.matching.entry import KeywordType
from fitslint.model.late import compile_late
from fitslint.model.records import NamedTuple

_FORTRAN = compile_late(r"([AILFEDG])([0-9]{1,4})(?:\.([0-9]{1,3}))?(?:E[0-9]+)?")
_C = compile_late(r"%[-+ 0#]*([0-9]{1,4})?(?:\.([0-9]{1,3}))?l?([sdifeEgGuxc])")
_FORTRAN_TYPES: dict[str, KeywordType] = {"A": "string", "I": "integer", "L": "logical"}
_C_TYPES: dict[str, KeywordType] = {
    "s": "string",
    "c": "string",
    **dict.fromkeys("diux", "integer"),
}
_WORDS: dict[str, KeywordType] = {"BOOLEAN": "logical", "BOOL": "logical", "LOGICAL": "logical"}


class ValueFormat(NamedTuple):
    """A format read: the type of the value, the columns it may take and its decimals.

    ``width`` and ``decimals`` are None where the format leaves them open.
    """

    type: KeywordType
    width: int | None = None
    decimals: int | None = None
    plain: bool = True
    """Whether a real is written without an exponent."""


@lru_cache(maxsize=1024)
def read_format(text: str) -> ValueFormat | None:
    """What a format says; None when it is none that is known."""
    text = text.strip()
    word = _WORDS.get(text.upper())
    if word:
        return ValueFormat(word)
    # SP asks for a sign and takes none of the width.
    match = _FORTRAN.fullmatch(text.upper().removeprefix("SP,"))
    if match:
        decimals = int(match[3]) if match[3] else None
        kind = _FORTRAN_TYPES.get(match[1], "real")
        return ValueFormat(kind, int(match[2]), decimals, match[1] not in "EDG")
    match = _C.fullmatch(text)
    if match is None:
        return None
    kind = _C_TYPES.get(match[3], "real")
    # In C the width is the least; what a string may take at most is its precision.
    decimals = int(match[2]) if match[2] else None
    if kind == "string":
        return ValueFormat(kind, decimals if decimals is not None else _parse_width(match[1]))
    return ValueFormat(kind, _parse_width(match[1]), decimals, match[3] not in "eEgG")


def _parse_width(text: str | None) -> int | None:
    return int(text) if text else None
