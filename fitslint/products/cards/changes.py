"""The cards of a product that are to change, in the order of its dictionary."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from fitslint.products.cards.contbin import read_contbin
from fitslint.products.cards.context import CardChoice, ProductContext
from fitslint.products.cards.contradictions import (
    describe_replacements,
    has_same_meaning,
    refuse_contradictions,
)
from fitslint.products.cards.history import list_new_history
from fitslint.products.cards.lensing import choose_lensing
from fitslint.products.cards.provenance import choose_provenance
from fitslint.products.cards.wcs import choose_wcs
from fitslint.products.errors import ProductError
from fitslint.products.lookup import find_string
from fitslint.products.text import require_printable
from fitslint.products.timestamp import get_utc_time
from fitslint.products.user_facts import CARD_STRING_MAX, CardValue
from fitslint.units.spelling import is_same_unit
from fitslint.wcs.map_wcs import WCS_KEYWORD, read_map_wcs

_FIRST = ("Product", "World coordinates", "Scale", "Cosmology")
_LAST = ("Provenance", "Integrity")
_CONTINUED = "long strings go on in CONTINUE cards"
_LATEST = len(_FIRST) + len(_LAST) + 1


@dataclass(frozen=True, slots=True)
class CardChange:
    """One card that changes.

    Attributes
    ----------
    keyword : str
    old, new : str, float, int, bool or None
        its value before and after; None where there was or will be none.
    source : str
        where the value comes from.
    comment : str
        as the dictionary has it.
    renames : str
        the keyword whose place it takes.
    """

    keyword: str
    old: object
    new: CardValue | None
    source: str
    comment: str = ""
    renames: str = ""


def decide_cards(case: ProductContext) -> list[CardChange]:
    """The cards that make a header that of a product, HISTORY last; the sums come later.

    Raises
    ------
    ProductError
        when facts contradict each other or the header.
    """
    try:
        settings = _choose_values(case)
    except ProductError:
        # That a fact contradicts the header is the better reason.
        cards_given = case.user_facts.cards.items()
        refuse_contradictions(
            case, {key: CardChoice(key, said, "given") for key, said in cards_given}
        )
        raise
    chosen = sorted(settings.values(), key=_build_order(case))
    cards = [card for choice in chosen if (card := build_change(case, choice)) is not None]
    refuse_contradictions(case, settings)
    if "LONGSTRN" not in case.header and any(map(_needs_continue, cards)):
        cards.append(CardChange("LONGSTRN", None, "OGIP 1.0", "a string goes on", _CONTINUED))
    replaced = [
        CardChange("HISTORY", None, line, "this program")
        for line in describe_replacements(case, cards)
    ]
    told = (CardChange("HISTORY", None, line, "given") for line in list_new_history(case))
    return [*cards, *replaced, *told]


def add_date(case: ProductContext, wanted: list[CardChange]) -> list[CardChange]:
    """The same with the time, where that is not given: a header that changes is written now."""
    if "DATE" in case.user_facts.cards:
        return wanted
    old = case.header.value("DATE")
    date = CardChange(
        "DATE", old, get_utc_time(), "the time in UTC", case.kind.find_comment("DATE")
    )
    return sorted([*wanted, date], key=_build_order(case))


def _needs_continue(card: CardChange) -> bool:
    """Whether a string needs CONTINUE cards, of which fitsverify wants to be told."""
    return isinstance(card.new, str) and len(card.new.replace("'", "''")) > CARD_STRING_MAX


def build_change(case: ProductContext, setting: CardChoice) -> CardChange | None:
    """The card of a setting; None when the header has it already."""
    header, keyword = case.header, setting.keyword
    there = header.find_card(keyword)
    twins = [str(card.number) for card in header.find_cards(keyword)]
    if len(twins) > 1:
        raise ProductError(
            f"the header has {keyword} in cards {', '.join(twins)}; delete all but one of them"
        )
    old = header.value(setting.renames or keyword)
    if setting.value is None:
        return CardChange(keyword, old, None, setting.source) if there else None
    _require_writable(setting)
    comment = case.kind.find_comment(keyword)
    if there is not None and _is_equal(old, setting) and _has_unit(there.comment, comment):
        return None
    return CardChange(keyword, old, setting.value, setting.source, comment, setting.renames)


def _require_writable(setting: CardChoice) -> None:
    """Values may come from a header that does not conform, or from its numbers."""
    value = setting.value
    if isinstance(value, str):
        require_printable(setting.renames or setting.keyword, value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ProductError(f"{setting.keyword} would be {value}; the header has absurd numbers")


def _choose_values(case: ProductContext) -> dict[str, CardChoice]:
    found: dict[str, CardChoice] = {}

    def add(settings: Iterable[CardChoice]) -> None:
        for choice in settings:
            said = case.user_facts.cards.get(choice.keyword)
            if said is not None and not WCS_KEYWORD.fullmatch(choice.keyword):
                _refuse_conflict(choice, said)
            found[choice.keyword] = choice

    add(CardChoice(keyword, held, "given") for keyword, held in case.user_facts.cards.items())
    add(_choose_constants(case))
    add(choose_wcs(case))
    recorded = {keyword: case.read_value(keyword) for keyword in case.header.layout.index}
    chosen = {keyword: choice.value for keyword, choice in found.items()}
    add(choose_lensing(case, read_map_wcs(recorded | chosen)))
    add(choose_provenance(case))
    add(read_contbin(case))
    return found


def _refuse_conflict(setting: CardChoice, said: CardValue) -> None:
    """Refuse a fact that another one contradicts."""
    if not has_same_meaning(setting.keyword, said, setting.value):
        raise ProductError(
            f"{setting.keyword} is given as {said!r}, and {setting.value!r} follows from "
            f"{setting.source}; leave one of them out"
        )


def _choose_constants(case: ProductContext) -> Iterator[CardChoice]:
    """What the dictionary leaves no choice of, and the unit as the dictionary spells it."""
    yield CardChoice("PRODUCT", case.kind.name, "the product")
    for entry in case.kind.authority:
        if entry.fixed is not None and entry.name != "PRODUCT" and entry.name == entry.name.upper():
            yield CardChoice(entry.name, entry.fixed, "the dictionary")
    unit = find_string(case.read_value, "BUNIT")
    if unit is None and case.has_keyword("MAGFORM") and case.read_text("MAGFORM"):
        unit = "mag" if case.read_text("MAGFORM") == "magnitude" else ""
        yield CardChoice("BUNIT", unit, "MAGFORM")
    match = case.kind.authority.lookup("BUNIT")
    allowed = match.entry.enum if match else ()
    if unit is not None and allowed and unit not in allowed:
        spelt = [str(unit_name) for unit_name in allowed if is_same_unit(unit, str(unit_name))]
        if not spelt:
            listed = ", ".join(repr(unit_name) for unit_name in allowed)
            raise ProductError(
                f"the header has BUNIT {unit!r}; {case.kind.name} has {listed} (unit=, --unit)"
            )
        yield CardChoice("BUNIT", spelt[0], "the dictionary spells it so")


def _build_order(case: ProductContext) -> Callable[[CardChoice | CardChange], tuple[int, int, str]]:
    """Where a card stands: by category, then as in the dictionaries, those that are shared first.

    Indexed keywords go by their number, so that INPUT1 and INSHA1 stand together; HISTORY is last.
    """
    ranks: dict[str, tuple[int, int]] = {"LONGSTRN": (_LATEST, 0), "HISTORY": (_LATEST, 1)}
    for dictionary in reversed(case.kind.authority.dictionaries):
        for name in dictionary.names:
            category = str(dictionary.entry(name).more.get("category", ""))
            ranks.setdefault(name, (_rank_category(category), len(ranks)))
    unlisted = (_rank_category("World coordinates"), len(ranks))

    def rank_card(card: CardChoice | CardChange) -> tuple[int, int, str]:
        match = case.kind.authority.lookup(card.keyword)
        rank, place = ranks.get(match.entry.name if match else card.keyword, unlisted)
        if match is None or match.entry.name == card.keyword:
            return rank, place, ""
        return rank, len(ranks), "".join(filter(str.isdigit, card.keyword)).zfill(4)

    return rank_card


def _rank_category(category: str) -> int:
    if category in _FIRST:
        return _FIRST.index(category)
    return len(_FIRST) + 1 + (_LAST.index(category) if category in _LAST else -1)


def _is_equal(old: object, setting: CardChoice) -> bool:
    new = setting.value
    if isinstance(new, bool) or isinstance(old, bool):
        return old is new
    if isinstance(new, str):
        return isinstance(old, str) and old.rstrip() == new.rstrip()
    if not isinstance(old, int | float) or new is None:
        return False
    return math.isclose(old, new, rel_tol=setting.tolerance)


def _has_unit(there: str, wanted: str) -> bool:
    """Whether a comment names the unit, where the dictionary's one does."""
    return not wanted.startswith("[") or there.lstrip().startswith("[")
