"""Fold and look up: the shapes of all cards of a header at once, by the compiled kernel.

What the kernel knows to be clean, the dicts of the header linter hold or held. Where there was no
compiler there is no kernel, and :func:`fold_shape` and those dicts give the same answers card by
card. Shapes are numbered by keyword, HDU kind and authority, since one table serves all linters.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from typing import cast

from fitslint.model.form import CARD_SIZE, CardForm
from fitslint.model.late import compile_late
from fitslint.syntax.cards import FOLD, PLAIN_TEXT
from fitslint.syntax.kernel import KERNEL, OWNERS_MAX, PROSE, SUM, TEXT

CHECKSUM_NAMES = frozenset(("CHECKSUM", "ZHECKSUM"))
COMMENTARY_NAMES = frozenset(("COMMENT", "HISTORY", ""))
ASKED_AFTER = 1
"""Headers of a layout before the kernel is asked: a file seen once pays nothing for it."""
PLAIN_SHAPE = b"a" * 71 + b" "
"""Stands for columns 9-80 of commentary that is plain text."""
_CHECKSUM = compile_late(rb"= '[0-9A-Za-z]{16}'")
_ANY_CHECKSUM = b"= 'AAAAAAAAAAAAAAAA'"
_FLAGS = (0, PROSE, SUM)

Answer = tuple[list[int], list[bytes | None]]


def fold_shape(raw: bytes, position: int, name: str) -> bytes:
    """Columns 9-80 of a card, folded; what is plain or never repeats is one shape."""
    start = position * CARD_SIZE + 8
    rest = raw[start : start + CARD_SIZE - 8]
    if name in COMMENTARY_NAMES and not rest.translate(None, PLAIN_TEXT) and rest.endswith(b" "):
        return PLAIN_SHAPE
    if name in CHECKSUM_NAMES and _CHECKSUM.match(rest):
        return _ANY_CHECKSUM + rest[20:].translate(FOLD)
    return rest.translate(FOLD)


def number_cards(
    names: Sequence[str], numbers: Iterable[int], wanted: Collection[int]
) -> bytes | None:
    """The cards of a layout as the kernel wants them; None without a kernel.

    ``numbers`` are those of their keywords; the text of the value is wanted of the cards whose
    positions are in ``wanted``.
    """
    if KERNEL is None:
        return None
    owners = array("I")
    for position, (name, number) in enumerate(zip(names, numbers, strict=True)):
        if number > OWNERS_MAX:
            return None
        text = TEXT if position in wanted else 0
        owners.append(number | _FLAGS[find_turn(name)] | text)
    return owners.tobytes() if owners.itemsize == 4 else None


def find_turn(name: str) -> int:
    """When a card is linted: ordinary ones first, then commentary, and checksums last."""
    return 1 if name in COMMENTARY_NAMES else 2 if name in CHECKSUM_NAMES else 0


def look_up_cards(raw: bytes, owners: bytes) -> Answer:
    """Positions of the cards that the kernel does not know, and the texts that are wanted."""
    return cast(Answer, KERNEL.look_up(raw, owners))  # type: ignore[union-attr]


def teach_card(raw: bytes, owners: bytes, position: int, form: CardForm) -> None:
    """Let the kernel know a card that was found clean."""
    start = position * CARD_SIZE
    owner = memoryview(owners).cast("I")[position]
    KERNEL.teach(raw[start : start + CARD_SIZE], owner, *(form.value or (0, 0)))  # type: ignore[union-attr]
