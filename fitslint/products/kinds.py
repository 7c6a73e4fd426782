"""The kinds of products: which dictionary says what their headers hold, and what their pixels do
not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from fitslint.dictionary.authority import Authority, authority
from fitslint.products.errors import ProductError
from fitslint.text import find_similar

_EMPTY = frozenset(("all-nan", "all-zero"))
_MAP = _EMPTY | {"infinite"}
_FIELD = _MAP | {"constant"}


@dataclass(frozen=True)
class Kind:
    """A kind of product.

    ``dictionary`` is the id of its dictionary, ``useless`` names the states of pixels
    (:mod:`fitslint.products.pixels`) in which such a map is of no use, ``integer`` tells a map of
    whole numbers.
    """

    name: str
    dictionary: str
    useless: frozenset[str]
    integer: bool = False

    @cached_property
    def authority(self) -> Authority:
        """The dictionaries of the product."""
        return authority((f"products/{self.dictionary}",), f"the product {self.name}")


KINDS = {
    kind.name: kind
    for kind in (
        Kind("kappa", "kappa", _FIELD),
        Kind("gamma1", "gamma", _MAP),
        Kind("gamma2", "gamma", _MAP),
        Kind("gamma", "gamma-modulus", _MAP),
        Kind("ellipticity", "ellipticity", _MAP),
        Kind("deflection", "deflection", _MAP),
        Kind("magnification", "magnification", _EMPTY),
        Kind("surface-density", "surface-density", _FIELD),
        Kind("xray-counts", "xray-counts", _MAP),
        Kind("xray-exposure", "xray-exposure", _MAP),
        Kind("xray-flux", "xray-flux", _MAP),
        Kind("binmap", "binmap", frozenset(("constant",)), integer=True),
        Kind("sn", "sn", _MAP),
    )
}


def kind_of(product: str) -> Kind:
    """The kind called ``product``.

    Raises
    ------
    ProductError
        when there is none.
    """
    found = KINDS.get(product) if isinstance(product, str) else None
    if found is None:
        near = find_similar(str(product), KINDS, 0.6)
        hint = f" (did you mean {near}?)" if near else ""
        raise ProductError(
            f"there is no product {str(product)[:40]!r}{hint}; there are {', '.join(KINDS)}"
        )
    return found
