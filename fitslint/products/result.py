"""What became of a product: its new cards, what nobody knew, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fitslint.api.report import Report
from fitslint.products.cards.changes import CardChange
from fitslint.products.errors import ProductError
from fitslint.products.missing import MissingFact, group_missing
from fitslint.products.pixels import PixelProblem
from fitslint.repair.diff import Hunk
from fitslint.text import count_noun


@dataclass(frozen=True, slots=True, repr=False)
class ConformResult:
    """What :func:`fitslint.conform` did.

    Attributes
    ----------
    product : str
        kind of product.
    path : str
        the file, or a name for what was given.
    hdu : int
        the HDU, from 1.
    changed : bool
        whether the header is another one now (or would be, when nothing was to be written).
    written : str or None
        the file that was written.
    cards : sequence of Card
        what changed: keyword, old and new value, and where the new one comes from.
    unknown : sequence of (keyword, sentence)
        what the product needs and nobody told, with what to give. With ``complete`` nothing was
        changed when there is any.
    problems : sequence of Problem
        why the pixels are of no use.
    report : Report
        what the checker says of the result.
    header : object
        the header as it is now: that of astropy, or its cards as text.
    data : bytes or None
        the new file, when bytes were given.
    hunks : tuple of Hunk
        the differences card by card, when they were asked for.
    """

    product: str
    path: str
    hdu: int
    changed: bool
    written: str | None
    cards: Sequence[CardChange]
    unknown: Sequence[MissingFact]
    problems: Sequence[PixelProblem]
    report: Report
    header: Any
    data: bytes | None = None
    hunks: tuple[Hunk, ...] = field(default=(), repr=False)

    @property
    def is_map(self) -> bool:
        """Whether it has the shape of a map; nothing is changed where it has not."""
        return not any(problem.is_of_shape for problem in self.problems)

    @property
    def ok(self) -> bool:
        """Whether the product conforms: nothing unknown, no error found, pixels of use."""
        return not self.unknown and not self.problems and self.report.ok

    def __str__(self) -> str:
        from fitslint.products.report import describe_result

        return "\n".join(describe_result(self))

    def __repr__(self) -> str:
        said = "conforms" if self.ok else "does not conform"
        cards = count_noun(len(self.cards), "card")
        return f"<Conformed {self.path!r}: {self.product}, {cards}, {said}>"

    def _repr_html_(self) -> str:
        from fitslint.products.report import format_result_html

        return format_result_html(self)

    def raise_for_errors(self) -> None:
        """Raise unless :attr:`ok`.

        Raises
        ------
        ProductError
            naming what is unknown, or wrong with the pixels.
        ConformanceError
            naming the errors of the header.
        """
        if self.unknown:
            said = "; ".join(map(": ".join, group_missing(self.unknown)))
            raise ProductError(f"a {self.product} map needs more: {said}", path=self.path)
        if self.problems:
            raise ProductError("; ".join(map(str, self.problems)), path=self.path)
        self.report.raise_for_errors()


Conformed = ConformResult
"""The name until 0.1."""
