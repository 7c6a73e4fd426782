"""The compiled memory of clean shapes before the dicts of the header linter: what it holds, they
hold or held.

It answers for all cards of a header at once: which are unknown, and what the values say. Without a
compiler there is none, and the header linter asks its dicts card by card; both say the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Container, Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING

from fitslint.engine.plain_linter import Emit
from fitslint.model.form import CARD_SIZE, CardForm
from fitslint.model.header import Header
from fitslint.syntax.kernel import KERNEL, OWNERS_MAX, PROSE, SUM, TEXT

if TYPE_CHECKING:
    from fitslint.engine.keyword_plan import KeywordPlan

CHECKSUM_NAMES = frozenset(("CHECKSUM", "ZHECKSUM"))
COMMENTARY_NAMES = frozenset(("COMMENT", "HISTORY", ""))
FOUND_AFTER = 1
"""Headers of a layout before the kernel is asked: a file seen once pays nothing for it."""
_numbers = count(1)
_FLAGS = dict.fromkeys(COMMENTARY_NAMES, PROSE) | dict.fromkeys(CHECKSUM_NAMES, SUM)
_ORDINARY, _COMMENTARY, _CHECKSUM = range(3)

LintCard = Callable[[Header, int, "KeywordPlan", Emit], CardForm | None]


def number_owner() -> int:
    """A number for a keyword: one table serves all linters, and no two have one in common."""
    return next(_numbers)


class ShapeMemory:
    """What one header linter has in the table of the kernel.

    Parameters
    ----------
    lints
        judge an ordinary card, commentary and a checksum, in this order; they return the form of
        a card that is clean.
    """

    def __init__(self, lints: Sequence[LintCard]) -> None:
        self._lints = lints

    @staticmethod
    def number_cards(
        names: Sequence[str], plans: Iterable[KeywordPlan], wanted: Container[int]
    ) -> bytes | None:
        """The owners of the cards of a layout, as the kernel wants them; None without a kernel.

        The text of the value is wanted of the cards whose positions are in ``wanted``.
        """
        if KERNEL is None:
            return None
        owners = array("I")
        for position, (name, plan) in enumerate(zip(names, plans, strict=True)):
            if plan.owner > OWNERS_MAX:
                return None
            text = TEXT if position in wanted else 0
            owners.append(plan.owner | _FLAGS.get(name, 0) | text)
        return owners.tobytes() if owners.itemsize == 4 else None

    def lint_cards(
        self,
        header: Header,
        plans: Sequence[KeywordPlan],
        owners: bytes,
        unknown: list[int],
        emit: Emit,
    ) -> None:
        """Put the cards that the kernel does not know to the linter, and teach it the clean ones.

        Ordinary cards go first and checksums last, so that findings come as without a kernel.
        """
        names = header.names
        for turn, position in sorted((_find_turn(names[place]), place) for place in unknown):
            form = self._lints[turn](header, position, plans[position], emit)
            if form is not None:
                first, last = form.value or (0, 0)
                card = header.raw[position * CARD_SIZE : position * CARD_SIZE + CARD_SIZE]
                KERNEL.teach(card, memoryview(owners).cast("I")[position], first, last)  # type: ignore[union-attr]


def look_up_cards(raw: bytes, owners: bytes) -> tuple[list[int], list[bytes | None]]:
    """Positions of the cards that the kernel does not know, and the texts that are wanted."""
    answer: tuple[list[int], list[bytes | None]] = KERNEL.look_up(raw, owners)  # type: ignore[union-attr]
    return answer


def _find_turn(name: str) -> int:
    if name in COMMENTARY_NAMES:
        return _COMMENTARY
    return _CHECKSUM if name in CHECKSUM_NAMES else _ORDINARY
