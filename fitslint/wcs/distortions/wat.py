"""IRAF's WATi_nnn: attributes of an axis in a string that is cut over several cards.

The TNX and ZPX conventions of the FITS registry.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from fitslint.model.records import dataclass
from fitslint.wcs.distortions.surface import Basis, Domain, Surface
from fitslint.wcs.keywords import HeaderValues, KeywordError, read_string, show_value

CARD_LENGTH = 68
"""Characters that a card of a string holds."""
WAT_ORDER_MAX = 50
"""Terms along one axis beyond which a surface is not believed."""
_BASES: Mapping[int, Basis] = {1: "chebyshev", 2: "legendre", 3: "monomial"}
_NO_CROSS, _FULL_CROSS, _HALF_CROSS = 0, 1, 2
_ATTRIBUTE = re.compile(r'([A-Za-z][A-Za-z0-9_]*)[ \t]*=[ \t]*(?:"([^"]*)"|([^ \t"]+))')
_OPEN_QUOTE = re.compile(r'"[^"]*$')
_FIXED = 8


@dataclass(frozen=True, slots=True)
class WatAttributes:
    """What the WATi_nnn of one axis say.

    Attributes
    ----------
    keyword : str
        the first card, by which errors name the axis.
    found : mapping of str to str
        attributes in lower case, without quotes.
    """

    keyword: str
    found: Mapping[str, str]

    @classmethod
    def from_values(cls, values: HeaderValues, axis: int) -> WatAttributes:
        """The attributes of an axis; none where it has no WATi_001.

        A card that ends before column 79 is filled with blanks as IRAF fills it; where a surface
        has too many numbers then, it is joined as it is.

        Raises
        ------
        KeywordError
            where a card of the sequence is absent or no string, or a quote is never closed.
        """
        keyword = f"WAT{axis}_001"
        cards = _list_cards(values, axis)
        filled = "".join(card.ljust(CARD_LENGTH) for card in cards)
        found = _split_attributes(filled)
        bare = _split_attributes("".join(cards))
        for name in ("lngcor", "latcor"):
            if name in found and _is_complete(bare.get(name)) and not _is_complete(found[name]):
                found[name] = bare[name]
        if _OPEN_QUOTE.search(filled) and filled.count('"') % 2:
            raise KeywordError(keyword, "has a quotation mark that is never closed")
        return cls(keyword, found)

    def read_surface(self, name: str) -> Surface | None:
        """The surface of an attribute, ``lngcor`` or ``latcor``; None where it is absent.

        Raises
        ------
        KeywordError
            where its numbers are no surface.
        """
        text = self.found.get(name)
        if text is None:
            return None
        return read_wat_surface(text, f"{self.keyword} ({name})")

    def read_number(self, name: str) -> float | None:
        """The finite number of an attribute; None where it is absent."""
        text = self.found.get(name)
        return None if text is None else _parse_number(text, f"{self.keyword} ({name})")


def _list_cards(values: HeaderValues, axis: int) -> list[str]:
    pattern = re.compile(rf"WAT{axis}_([0-9]{{3}})")
    told = {
        int(match[1])
        for keyword in values
        if (match := pattern.fullmatch(keyword)) and values[keyword] is not None
    }
    found = []
    for number in range(1, max(told, default=0) + 1):
        keyword = f"WAT{axis}_{number:03d}"
        card = read_string(values, keyword)
        if card is None:
            raise KeywordError(keyword, f"is absent, though WAT{axis}_{max(told):03d} is there")
        found.append(card[:CARD_LENGTH])
    return found


def _split_attributes(text: str) -> dict[str, str]:
    return {
        told[1].lower(): told[2] if told[2] is not None else told[3]
        for told in _ATTRIBUTE.finditer(text)
    }


def _is_complete(text: str | None) -> bool:
    """Whether there are as many numbers as the first of them ask for."""
    if text is None:
        return False
    try:
        read_wat_surface(text, "")
    except KeywordError:
        return False
    return True


def read_wat_surface(text: str, keyword: str) -> Surface:
    """A surface from its numbers: kind, orders, cross terms, rectangle, coefficients.

    Raises
    ------
    KeywordError
        by the ``keyword`` given, where they are no surface.
    """
    words = text.split()
    if len(words) < _FIXED:
        raise KeywordError(keyword, f"has {len(words)} numbers, fewer than {_FIXED}")
    kind, orders, cross, domain = _read_fixed(
        [_parse_number(w, keyword) for w in words[:8]], keyword
    )
    places = list_places(orders, cross)
    given = len(words) - _FIXED
    if given != len(places):
        raise KeywordError(keyword, f"has {given} coefficients, where {len(places)} are asked for")
    numbers = [_parse_number(word, keyword) for word in words[_FIXED:]]
    terms = tuple((m, n, c) for (m, n), c in zip(places, numbers, strict=True))
    return Surface(terms, (), kind, None if kind == "monomial" else domain)


def _read_fixed(numbers: list[float], keyword: str) -> tuple[Basis, tuple[int, int], int, Domain]:
    code, order_x, order_y, cross, *edges = numbers
    if code not in _BASES:
        raise KeywordError(keyword, f"has a function of kind {show_value(code)}, not 1, 2 or 3")
    for order in (order_x, order_y):
        if not 1 <= order <= WAT_ORDER_MAX or order != math.floor(order):
            raise KeywordError(
                keyword, f"has an order {show_value(order)}, not 1 to {WAT_ORDER_MAX}"
            )
    if cross not in (_NO_CROSS, _FULL_CROSS, _HALF_CROSS):
        raise KeywordError(keyword, f"has cross terms {show_value(cross)}, not 0, 1 or 2")
    domain = Domain(*edges)
    kind = _BASES[int(code)]
    widths = domain.xmax - domain.xmin, domain.ymax - domain.ymin
    if kind != "monomial" and not all(width and math.isfinite(width) for width in widths):
        raise KeywordError(keyword, "has a rectangle without width")
    return kind, (int(order_x), int(order_y)), int(cross), domain


def list_places(orders: tuple[int, int], cross: int) -> list[tuple[int, int]]:
    """The degrees in xi and eta of the coefficients, in the order in which they are recorded.

    With full cross terms all; with half of them those whose sum is below the larger order; with
    none those where one degree is 0.
    """
    order_x, order_y = orders
    bound = max(orders)
    return [
        (m, n)
        for n in range(order_y)
        for m in range(order_x)
        if cross == _FULL_CROSS
        or (cross == _HALF_CROSS and m + n < bound)
        or (cross == _NO_CROSS and not (m and n))
    ]


def _parse_number(word: str, keyword: str) -> float:
    try:
        number = float(word.replace("D", "E").replace("d", "e").replace("_", "?"))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise KeywordError(keyword, f"has {show_value(word)} in place of a finite number")
    return number
