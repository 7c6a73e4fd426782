"""What a header records of its pixels is not replaced unless it is named: the pixels stay."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from fitslint.cosmology.model import NAMED
from fitslint.dictionary.units import same
from fitslint.products.decide.case import Case, Setting
from fitslint.products.errors import ProductError
from fitslint.products.given import COSMOLOGY, FLAGS
from fitslint.products.text import as_held
from fitslint.wcs.place import WORLD

_FREE = re.compile(r"DATE|CREATOR|INPUT\d+|INSHA\d+|RADECSYS|EPOCH")
"""Who wrote the file, when and from what, which is told anew; and names that are given up."""
_PRECISION = {"PIXKPC": 1e-4, "DLSDS": 1e-4, "H0": 1e-3, "OMEGAM": 1e-3, "OMEGAL": 1e-3}
"""Relative differences that are of rounding: published values have three or four digits."""
_DEFAULT_PRECISION = 1e-6
_FOLLOWS = {
    "BUNIT": ("PRODUCT", "MAGFORM"),
    "ZSRC": ("LENSNORM",),
    "DLSDS": ("LENSNORM", "ZSRC", "ZLENS", *COSMOLOGY),
    "PIXKPC": ("ZLENS", *COSMOLOGY),
    "MODELSHA": ("MODEL",),
}
"""Keywords whose value follows from others: to name one of those is to name them."""
_DIMENSIONLESS = frozenset(("", "1", "none", "dimensionless", "unitless"))


def refuse_contradictions(case: Case, settings: Mapping[str, Setting]) -> None:
    """Refuse settings that say another thing than the header, unless they are to be overwritten.

    Raises
    ------
    ProductError
        naming every contradiction at once, and what to do.
    """
    found = [
        one for one in settings.values() if contradicts(case, one) and not _named(case, one.keyword)
    ]
    if found:
        raise ProductError(_describe(case, found))


def contradicts(case: Case, setting: Setting) -> bool:
    """Whether a setting says another thing than the header records."""
    keyword = setting.keyword
    old = case.recorded(setting.renames or keyword)
    if len(case.header.all(keyword)) > 1:
        return False  # one of them may well agree; they are refused for themselves
    if old is None or _FREE.fullmatch(keyword) or WORLD.fullmatch(keyword):
        return False
    return not agree_in_meaning(keyword, old, setting.value)


def agree_in_meaning(keyword: str, old: object, new: object) -> bool:
    """Whether two values of a keyword say the same, however they are written."""
    if isinstance(new, bool) or isinstance(old, bool):
        return old is new
    if isinstance(new, int | float):
        number = _read_number(old)
        precision = _PRECISION.get(keyword, _DEFAULT_PRECISION)
        # A word such as 'unknown' records no number that could say otherwise.
        return number is None or math.isclose(number, new, rel_tol=precision)
    if not isinstance(new, str) or not isinstance(old, str):
        return False
    first, second = (" ".join(one.split()).casefold() for one in (old, new))
    if keyword == "BUNIT":
        return same(old.strip(), new) or {first, second} <= _DIMENSIONLESS
    if keyword == "COSMO":
        # Of classes the numbers beside them tell; a realisation has its own radiation.
        named = {one.casefold() for one in NAMED}
        return first == second or not {first, second} & named
    if keyword == "ENGINE":
        return second.startswith(first)
    return first == second


def _read_number(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None


def _named(case: Case, keyword: str) -> bool:
    asked: Collection[str] = case.given.overwrite
    if keyword == "PIXKPC" and case.given.overwrite_wcs:
        return True
    return keyword in asked or any(one in asked for one in _FOLLOWS.get(keyword, ()))


def _describe(case: Case, found: Iterable[Setting]) -> str:
    """One sentence for all contradictions, and what to do."""
    settings = sorted(found, key=lambda one: one.source != "given")
    keywords = [one.keyword for one in settings]
    # What only follows from another contradiction is overwritten with it.
    first = [one for one in keywords if not any(by in keywords for by in _FOLLOWS.get(one, ()))]
    parts = [_describe_one(case, one) for one in settings if one.keyword in first]
    said = f"the header has {'; '.join(parts)}; the pixels are those of the header"
    if "ZSRC" in first and case.kind.authority.lookup("LENSNORM") is not None:
        source = next(one.value for one in settings if one.keyword == "ZSRC")
        if source is not None:
            said += f". `fitslint kappa rescale MAP --zsource {source}` makes the map of another \
source redshift"
    cosmology = [keyword for keyword in first if keyword in COSMOLOGY]
    names = [one for one in first if one not in cosmology] if len(cosmology) > 1 else first
    names += ["cosmology"] if len(cosmology) > 1 else []
    asked = " ".join(f"--overwrite {name}" for name in names)
    return f"{said}; if it is the header that is wrong, say {asked} (overwrite=)"


def _describe_one(case: Case, setting: Setting) -> str:
    keyword, new = setting.keyword, setting.value
    old = f"{keyword} {_quote(case.recorded(setting.renames or keyword))}"
    if new is None:
        return f"{old}, which does not belong there ({setting.source})"
    if keyword in case.given.cards or setting.source == "given":
        flag = FLAGS.get(keyword)
        return f"{old} and {_quote(new)} is given{f' ({flag})' if flag else ''}"
    if keyword == "PRODUCT":
        return f"{old} and is to be {_quote(new)}"
    return f"{old} and {_quote(new)} follows from {setting.source}"


def _look_alike(old: object, new: object) -> bool:
    if isinstance(old, int | float) and isinstance(new, int | float):
        return math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-12)
    return old == new


def _quote(value: object) -> str:
    if isinstance(value, str):
        return f"'{as_held(value)[:60].rstrip()}'"
    if isinstance(value, bool):
        return "T" if value else "F"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def tell_replacements(case: Case, cards: Iterable[Any]) -> list[str]:
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
        became = "removed" if card.new is None else f"replaced by {_quote(card.new)}"
        if WORLD.fullmatch(card.keyword):
            asked = case.given.overwrite_wcs or card.keyword in case.given.overwrite
            if asked and not _look_alike(card.old, card.new):
                places.append(f"{card.keyword} {_quote(card.old)} {became}")
        elif contradicts(case, Setting(card.keyword, card.new, "", renames=card.renames)):
            lines.append(f"fitslint conform: {card.keyword} {_quote(card.old)} {became}")
    if places:
        lines.append(f"fitslint conform: {', '.join(places)}")
    return lines
