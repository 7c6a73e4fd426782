"""One product on the table: its kind, its header as it is, and the facts that are given."""

from __future__ import annotations

from dataclasses import dataclass

from fitslint.model.header import Header
from fitslint.products.kinds import ProductKind
from fitslint.products.lookup import find_string, read_header_number
from fitslint.products.pixels import PixelStatistics
from fitslint.products.user_facts import CardValue, UserFacts


@dataclass(frozen=True, slots=True)
class CardChoice:
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
    value: CardValue | None
    source: str
    tolerance: float = 1e-12
    renames: str = ""


@dataclass(frozen=True, slots=True)
class ProductContext:
    """What decisions are made from."""

    kind: ProductKind
    header: Header
    user_facts: UserFacts
    pixels: PixelStatistics | None = None
    """What is known of the pixels, where they have been looked at."""
    primary_header: Header | None = None
    """The primary header, where the header says that it holds for its pixels too (INHERIT)."""

    def read_header_value(self, keyword: str) -> object:
        """What is recorded of the pixels under a keyword, in the header or in what it inherits."""
        if keyword in self.header or self.primary_header is None:
            return self.header.value(keyword)
        return self.primary_header.value(keyword)

    def read_value(self, keyword: str) -> object:
        """What is given for a keyword, else what the header says."""
        if keyword in self.user_facts.cards:
            return self.user_facts.cards[keyword]
        return self.header.value(keyword)

    def read_number(self, keyword: str) -> float | None:
        """The same, where it is a finite number."""
        return read_header_number(self.read_value, keyword)

    def read_text(self, keyword: str) -> str | None:
        """The same, where it is a string."""
        return find_string(self.read_value, keyword)

    def has_keyword(self, keyword: str) -> bool:
        """Whether the product's dictionary has the keyword."""
        return self.kind.authority.lookup(keyword) is not None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the image."""
        axes = [axis or 0 for axis in self.header.structure.axes]
        return (axes[1] if len(axes) > 1 else 1), (axes[0] if axes else 0)
