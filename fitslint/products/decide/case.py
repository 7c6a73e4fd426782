"""One product on the table: its kind, its header as it is, and the facts that are given."""

from __future__ import annotations

from dataclasses import dataclass

from fitslint.model.header import Header
from fitslint.products.given import Given, Plain
from fitslint.products.kinds import Kind
from fitslint.products.pixels import Pixels
from fitslint.wcs.place import number, text


@dataclass(frozen=True, slots=True)
class Setting:
    """A keyword that the product is to have, with its value and where that comes from.

    Attributes
    ----------
    value : str, float, int, bool or None
        None takes the keyword away.
    tolerance : float
        relative; what is there already and agrees so far stays.
    renames : str
        the old keyword whose place this one takes.
    """

    keyword: str
    value: Plain | None
    source: str
    tolerance: float = 1e-12
    renames: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What decisions are made from."""

    kind: Kind
    header: Header
    given: Given
    pixels: Pixels | None = None
    """What is known of the pixels, where they have been looked at."""
    inherited: Header | None = None
    """The primary header, where the header says that it holds for its pixels too (INHERIT)."""

    def recorded(self, keyword: str) -> object:
        """What is recorded of the pixels under a keyword, in the header or in what it inherits."""
        if keyword in self.header or self.inherited is None:
            return self.header.value(keyword)
        return self.inherited.value(keyword)

    def value(self, keyword: str) -> object:
        """What is given for a keyword, else what the header says."""
        if keyword in self.given.cards:
            return self.given.cards[keyword]
        return self.header.value(keyword)

    def number(self, keyword: str) -> float | None:
        """The same, where it is a finite number."""
        return number(self.value, keyword)

    def text(self, keyword: str) -> str | None:
        """The same, where it is a string."""
        return text(self.value, keyword)

    def has(self, keyword: str) -> bool:
        """Whether the product's dictionary has the keyword."""
        return self.kind.authority.lookup(keyword) is not None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the image."""
        axes = [axis or 0 for axis in self.header.structure.axes]
        return (axes[1] if len(axes) > 1 else 1), (axes[0] if axes else 0)
