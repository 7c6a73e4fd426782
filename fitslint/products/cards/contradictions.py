"""What a header records of its pixels is not replaced unless it is named: the pixels stay."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from fitslint.cosmology.model import REALISATION_NAMES
from fitslint.products.cards.context import CardChoice, ProductContext
from fitslint.products.errors import ProductError
from fitslint.products.text import replace_unprintable
from fitslint.products.user_facts import COSMOLOGY_KEYWORDS, KEYWORD_OPTIONS
from fitslint.units.spelling import is_same_unit
from fitslint.wcs.map_wcs import WCS_KEYWORD

_REPLACEABLE = re.compile(r"DATE|CREATOR|INPUT\d+|INSHA\d+|RADECSYS|EPOCH")
"""Who wrote the file, when and from what, which is told anew; and names that are given up."""
_TOLERANCES = {"PIXKPC": 1e-4, "DLSDS": 1e-4, "H0": 1e-3, "OMEGAM": 1e-3, "OMEGAL": 1e-3}
"""Relative differences that are of rounding: published values have three or four digits."""
_DEFAULT_TOLERANCE = 1e-6
_DERIVED_FROM = {
    "BUNIT": ("PRODUCT", "MAGFORM"),
    "ZSRC": ("LENSNORM",),
    "DLSDS": ("LENSNORM", "ZSRC", "ZLENS", *COSMOLOGY_KEYWORDS),
    "PIXKPC": ("ZLENS", *COSMOLOGY_KEYWORDS),
    "MODELSHA": ("MODEL",),
}
"""Keywords whose value follows from others: to name one of those is to name them."""
_DIMENSIONLESS = frozenset(("", "1", "none", "dimensionless", "unitless"))


def refuse_contradictions(case: ProductContext, settings: Mapping[str, CardChoice]) -> None:
    """Refuse settings that say another thing than the header, unless they are to be overwritten.

    Raises
    ------
    ProductError
        naming every contradiction at once, and what to do.
    """
    found = [
        choice
        for choice in settings.values()
        if contradicts(case, choice) and not _may_overwrite(case, choice.keyword)
    ]
    if found:
        raise ProductError(_describe_contradictions(case, found))


def contradicts(case: ProductContext, setting: CardChoice) -> bool:
    """Whether a setting says another thing than the header records."""
    keyword = setting.keyword
    old = case.read_header_value(setting.renames or keyword)
    if len(case.header.find_cards(keyword)) > 1:
        return False  # one of them may well agree; they are refused for themselves
    if old is None or _REPLACEABLE.fullmatch(keyword) or WCS_KEYWORD.fullmatch(keyword):
        return False
    return not has_same_meaning(keyword, old, setting.value)


def has_same_meaning(keyword: str, old: object, new: object) -> bool:
    """Whether two values of a keyword say the same, however they are written."""
    if isinstance(new, bool) or isinstance(old, bool):
        return old is new
    if isinstance(new, int | float):
        number = _read_number(old)
        precision = _TOLERANCES.get(keyword, _DEFAULT_TOLERANCE)
        # A word such as 'unknown' records no number that could say otherwise.
        return number is None or math.isclose(number, new, rel_tol=precision)
    if not isinstance(new, str) or not isinstance(old, str):
        return False
    first, second = (" ".join(text.split()).casefold() for text in (old, new))
    if keyword == "BUNIT":
        return is_same_unit(old.strip(), new) or {first, second} <= _DIMENSIONLESS
    if keyword == "COSMO":
        # Of classes the numbers beside them tell; a realisation has its own radiation.
        named = {name.casefold() for name in REALISATION_NAMES}
        return first == second or not {first, second} & named
    if keyword == "ENGINE":
        return second.startswith(first)
    return first == second


def _read_number(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None


def _may_overwrite(case: ProductContext, keyword: str) -> bool:
    asked: Collection[str] = case.user_facts.overwrite
    if keyword == "PIXKPC" and case.user_facts.overwrite_wcs:
        return True
    return keyword in asked or any(origin in asked for origin in _DERIVED_FROM.get(keyword, ()))


def _describe_contradictions(case: ProductContext, found: Iterable[CardChoice]) -> str:
    """One sentence for all contradictions, and what to do."""
    settings = sorted(found, key=lambda choice: choice.source != "given")
    keywords = [choice.keyword for choice in settings]
    # What only follows from another contradiction is overwritten with it.
    first = [
        keyword
        for keyword in keywords
        if not any(by in keywords for by in _DERIVED_FROM.get(keyword, ()))
    ]
    parts = [_describe_one(case, choice) for choice in settings if choice.keyword in first]
    said = f"the header has {'; '.join(parts)}; the pixels are those of the header"
    if "ZSRC" in first and case.kind.authority.lookup("LENSNORM") is not None:
        source = next(choice.value for choice in settings if choice.keyword == "ZSRC")
        if source is not None:
            said += f". `fitslint kappa rescale MAP --zsource {source}` makes the map of another \
source redshift"
    cosmology = [keyword for keyword in first if keyword in COSMOLOGY_KEYWORDS]
    names = (
        [keyword for keyword in first if keyword not in cosmology] if len(cosmology) > 1 else first
    )
    names += ["cosmology"] if len(cosmology) > 1 else []
    asked = " ".join(f"--overwrite {name}" for name in names)
    return f"{said}; if it is the header that is wrong, `fitslint conform` replaces it \
with {asked} (overwrite=)"


def _describe_one(case: ProductContext, setting: CardChoice) -> str:
    keyword, new = setting.keyword, setting.value
    old = f"{keyword} {_quote_value(case.read_header_value(setting.renames or keyword))}"
    if new is None:
        return f"{old}, which does not belong there ({setting.source})"
    if keyword in case.user_facts.cards or setting.source == "given":
        flag = KEYWORD_OPTIONS.get(keyword)
        return f"{old} and {_quote_value(new)} is given{f' ({flag})' if flag else ''}"
    if keyword == "PRODUCT":
        return f"{old} and is to be {_quote_value(new)}"
    return f"{old} and {_quote_value(new)} follows from {setting.source}"


def _is_close(old: object, new: object) -> bool:
    if isinstance(old, int | float) and isinstance(new, int | float):
        return math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-12)
    return old == new


def _quote_value(value: object) -> str:
    if isinstance(value, str):
        return f"'{replace_unprintable(value)[:60].rstrip()}'"
    if isinstance(value, bool):
        return "T" if value else "F"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def describe_replacements(case: ProductContext, cards: Iterable[Any]) -> list[str]:
    """The HISTORY of what is replaced: keyword, old and new value.

    Parameters
    ----------
    cards : iterable of Card
        what changes.
    """
    lines, places = [], []
    for card in cards:
        if card.old is None or card.keyword in ("HISTORY", "LONGSTRN"):
            continue
        became = "removed" if card.new is None else f"replaced by {_quote_value(card.new)}"
        if WCS_KEYWORD.fullmatch(card.keyword):
            asked = case.user_facts.overwrite_wcs or card.keyword in case.user_facts.overwrite
            if asked and not _is_close(card.old, card.new):
                places.append(f"{card.keyword} {_quote_value(card.old)} {became}")
        elif contradicts(case, CardChoice(card.keyword, card.new, "", renames=card.renames)):
            lines.append(f"fitslint conform: {card.keyword} {_quote_value(card.old)} {became}")
    if places:
        lines.append(f"fitslint conform: {', '.join(places)}")
    return lines
