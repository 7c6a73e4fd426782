"""The kinds of products: those whose dictionary has a ``[dictionary.product]`` table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from fitslint.dictionary import list_recognised, load_heads
from fitslint.dictionary.recognition.chain import DictionaryChain, load_chain
from fitslint.products.errors import ProductError
from fitslint.text import find_similar

_FOLDER = "products"


@dataclass(frozen=True)
class ProductKind:
    """A kind of product.

    Attributes
    ----------
    name : str
        the value of PRODUCT.
    dictionary : str
        id of its dictionary.
    unusable_states : frozenset of str
        states of pixels (:mod:`fitslint.products.pixels`) in which such a map is of no use.
    is_integer : bool
        whether its pixels are whole numbers.
    is_table : bool
        whether it is a table, whose header stands in a primary HDU without data.
    is_stack : bool
        whether several of its maps may lie behind each other along a third axis.
    is_linear : bool
        whether they are proportional to D_ls/D_s.
    nonlinear_reason : str
        why they are not; empty where the source has nothing to do with them.
    """

    name: str
    dictionary: str
    unusable_states: frozenset[str]
    is_integer: bool = False
    is_table: bool = False
    is_stack: bool = False
    is_linear: bool = False
    nonlinear_reason: str = ""

    @cached_property
    def authority(self) -> DictionaryChain:
        """The dictionaries of the product."""
        return load_chain((self.dictionary,), f"the product {self.name}")

    def find_comment(self, keyword: str) -> str:
        """The comment that the dictionaries have for a keyword; empty where they have none."""
        match = self.authority.lookup(keyword)
        return str(match.entry.more.get("comment", "")) if match else ""


@cache
def load_product_kinds() -> Mapping[str, ProductKind]:
    """All kinds by name: a dictionary that is there is one."""
    heads = load_heads()
    kinds = [
        _build_kind(name, dictionary, heads[dictionary]["product"])
        for dictionary, name in list_recognised(_FOLDER, "PRODUCT")
    ]
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.name)}


def _build_kind(name: str, dictionary: str, table: Mapping[str, object]) -> ProductKind:
    unusable = table["unusable"]
    return ProductKind(
        name,
        dictionary,
        frozenset(map(str, unusable if isinstance(unusable, list) else ())),
        table.get("pixels") == "integer",
        table.get("pixels") == "none",
        table.get("stack") is True,
        table.get("linear") is True,
        str(table.get("nonlinear", "")),
    )


def find_product_kind(product: str) -> ProductKind:
    """The kind called ``product``.

    Raises
    ------
    ProductError
        when there is none.
    """
    kinds = load_product_kinds()
    found = kinds.get(product) if isinstance(product, str) else None
    if found is None:
        near = find_similar(str(product), kinds, 0.6)
        hint = f" (did you mean {near}?)" if near else ""
        raise ProductError(
            f"there is no product {str(product)[:40]!r}{hint}; there are {', '.join(kinds)}"
        )
    return found
