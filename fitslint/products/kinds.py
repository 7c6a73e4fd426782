"""The kinds of products: which dictionary says what their headers hold, and what their pixels do
not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from fitslint.dictionary.chain import DictionaryChain, load_chain
from fitslint.products.errors import ProductError
from fitslint.text import find_similar

_EMPTY_STATES = frozenset(("all-nan", "all-zero"))
_MAP_STATES = _EMPTY_STATES | {"infinite"}
_FIELD_STATES = _MAP_STATES | {"constant"}


@dataclass(frozen=True)
class ProductKind:
    """A kind of product.

    ``dictionary`` is the id of its dictionary, ``useless`` names the states of pixels
    (:mod:`fitslint.products.pixels`) in which such a map is of no use, ``integer`` tells a map of
    whole numbers.
    """

    name: str
    dictionary: str
    unusable_states: frozenset[str]
    is_integer: bool = False

    @cached_property
    def authority(self) -> DictionaryChain:
        """The dictionaries of the product."""
        return load_chain((f"products/{self.dictionary}",), f"the product {self.name}")


PRODUCT_KINDS = {
    kind.name: kind
    for kind in (
        ProductKind("kappa", "kappa", _FIELD_STATES),
        ProductKind("gamma1", "gamma", _MAP_STATES),
        ProductKind("gamma2", "gamma", _MAP_STATES),
        ProductKind("gamma", "gamma-modulus", _MAP_STATES),
        ProductKind("ellipticity", "ellipticity", _MAP_STATES),
        ProductKind("deflection", "deflection", _MAP_STATES),
        ProductKind("magnification", "magnification", _EMPTY_STATES),
        ProductKind("surface-density", "surface-density", _FIELD_STATES),
        ProductKind("kappa-band-width", "kappa-band-width", _EMPTY_STATES),
        ProductKind("xray-counts", "xray-counts", _MAP_STATES),
        ProductKind("xray-exposure", "xray-exposure", _MAP_STATES),
        ProductKind("xray-flux", "xray-flux", _MAP_STATES),
        ProductKind("binmap", "binmap", frozenset(("constant",)), is_integer=True),
        ProductKind("sn", "sn", _MAP_STATES),
    )
}


def find_product_kind(product: str) -> ProductKind:
    """The kind called ``product``.

    Raises
    ------
    ProductError
        when there is none.
    """
    found = PRODUCT_KINDS.get(product) if isinstance(product, str) else None
    if found is None:
        near = find_similar(str(product), PRODUCT_KINDS, 0.6)
        hint = f" (did you mean {near}?)" if near else ""
        raise ProductError(
            f"there is no product {str(product)[:40]!r}{hint}; there are {', '.join(PRODUCT_KINDS)}"
        )
    return found
