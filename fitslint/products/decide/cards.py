"""The cards of a product that are to change, in the order of its dictionary."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from fitslint.dictionary.units import same
from fitslint.products.decide.case import Case, Setting
from fitslint.products.decide.contbin import read_contbin
from fitslint.products.decide.contradictions import (
    agree_in_meaning,
    refuse_contradictions,
    tell_replacements,
)
from fitslint.products.decide.history import fresh_history
from fitslint.products.decide.origin import origin
from fitslint.products.decide.scale import scale
from fitslint.products.decide.world import world
from fitslint.products.errors import ProductError
from fitslint.products.given import LONGEST, Plain
from fitslint.products.text import printable
from fitslint.products.when import now
from fitslint.wcs.place import WORLD, text

_FIRST = ("Product", "World coordinates", "Scale", "Cosmology")
_LAST = ("Provenance", "Integrity")
_CONTINUED = "long strings go on in CONTINUE cards"
_LATEST = len(_FIRST) + len(_LAST) + 1


@dataclass(frozen=True, slots=True)
class Card:
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
    new: Plain | None
    source: str
    comment: str = ""
    renames: str = ""


def changes(case: Case) -> list[Card]:
    """The cards that make a header that of a product, HISTORY last; the sums come later.

    Raises
    ------
    ProductError
        when facts contradict each other or the header.
    """
    try:
        settings = _settings(case)
    except ProductError:
        # That a fact contradicts the header is the better reason.
        cards_given = case.given.cards.items()
        refuse_contradictions(case, {key: Setting(key, said, "given") for key, said in cards_given})
        raise
    chosen = sorted(settings.values(), key=_order(case))
    cards = [card for one in chosen if (card := changed(case, one)) is not None]
    refuse_contradictions(case, settings)
    if "LONGSTRN" not in case.header and any(map(_goes_on, cards)):
        cards.append(Card("LONGSTRN", None, "OGIP 1.0", "a string goes on", _CONTINUED))
    replaced = [
        Card("HISTORY", None, line, "this program") for line in tell_replacements(case, cards)
    ]
    told = (Card("HISTORY", None, line, "given") for line in fresh_history(case))
    return [*cards, *replaced, *told]


def dated(case: Case, wanted: list[Card]) -> list[Card]:
    """The same with the time, where that is not given: a header that changes is written now."""
    if "DATE" in case.given.cards:
        return wanted
    old = case.header.value("DATE")
    date = Card("DATE", old, now(), "the time in UTC", comment_of(case, "DATE"))
    return sorted([*wanted, date], key=_order(case))


def _goes_on(card: Card) -> bool:
    """Whether a string needs CONTINUE cards, of which fitsverify wants to be told."""
    return isinstance(card.new, str) and len(card.new.replace("'", "''")) > LONGEST


def changed(case: Case, setting: Setting) -> Card | None:
    """The card of a setting; None when the header has it already."""
    header, keyword = case.header, setting.keyword
    there = header.first(keyword)
    twins = [str(card.number) for card in header.all(keyword)]
    if len(twins) > 1:
        raise ProductError(
            f"the header has {keyword} in cards {', '.join(twins)}; delete all but one of them"
        )
    old = header.value(setting.renames or keyword)
    if setting.value is None:
        return Card(keyword, old, None, setting.source) if there else None
    _writable(setting)
    comment = comment_of(case, keyword)
    if there is not None and _agree(old, setting) and _explained(there.comment, comment):
        return None
    return Card(keyword, old, setting.value, setting.source, comment, setting.renames)


def _writable(setting: Setting) -> None:
    """Values may come from a header that does not conform, or from its numbers."""
    value = setting.value
    if isinstance(value, str):
        printable(setting.renames or setting.keyword, value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ProductError(f"{setting.keyword} would be {value}; the header has absurd numbers")


def comment_of(case: Case, keyword: str) -> str:
    """The comment that the dictionary has for a keyword."""
    match = case.kind.authority.lookup(keyword)
    return str(match.entry.more.get("comment", "")) if match else ""


def _settings(case: Case) -> dict[str, Setting]:
    found: dict[str, Setting] = {}

    def take(settings: Iterable[Setting]) -> None:
        for one in settings:
            said = case.given.cards.get(one.keyword)
            if said is not None and not WORLD.fullmatch(one.keyword):
                _hold_to_given(one, said)
            found[one.keyword] = one

    def value(keyword: str) -> object:
        return found[keyword].value if keyword in found else case.value(keyword)

    take(Setting(keyword, held, "given") for keyword, held in case.given.cards.items())
    take(_fixed(case))
    take(world(case))
    take(scale(case, value))
    take(origin(case))
    take(read_contbin(case))
    return found


def _hold_to_given(setting: Setting, said: Plain) -> None:
    """Refuse a fact that another one contradicts."""
    if not agree_in_meaning(setting.keyword, said, setting.value):
        raise ProductError(
            f"{setting.keyword} is given as {said!r}, and {setting.value!r} follows from "
            f"{setting.source}; leave one of them out"
        )


def _fixed(case: Case) -> Iterator[Setting]:
    """What the dictionary leaves no choice of, and the unit as the dictionary spells it."""
    yield Setting("PRODUCT", case.kind.name, "the product")
    for entry in case.kind.authority:
        if entry.fixed is not None and entry.name != "PRODUCT" and entry.name == entry.name.upper():
            yield Setting(entry.name, entry.fixed, "the dictionary")
    unit = text(case.value, "BUNIT")
    if unit is None and case.has("MAGFORM") and case.text("MAGFORM"):
        unit = "mag" if case.text("MAGFORM") == "magnitude" else ""
        yield Setting("BUNIT", unit, "MAGFORM")
    match = case.kind.authority.lookup("BUNIT")
    allowed = match.entry.enum if match else ()
    if unit is not None and allowed and unit not in allowed:
        spelt = [str(one) for one in allowed if same(unit, str(one))]
        if not spelt:
            listed = ", ".join(repr(one) for one in allowed)
            raise ProductError(
                f"the header has BUNIT {unit!r}; {case.kind.name} has {listed} (unit=, --unit)"
            )
        yield Setting("BUNIT", spelt[0], "the dictionary spells it so")


def _order(case: Case) -> Callable[[Setting | Card], tuple[int, int, str]]:
    """Where a card stands: by category, then as in the dictionaries, those that are shared first.

    Indexed keywords go by their number, so that INPUT1 and INSHA1 stand together; HISTORY is last.
    """
    ranks: dict[str, tuple[int, int]] = {"LONGSTRN": (_LATEST, 0), "HISTORY": (_LATEST, 1)}
    for dictionary in reversed(case.kind.authority.dictionaries):
        for name in dictionary.names:
            category = str(dictionary.entry(name).more.get("category", ""))
            ranks.setdefault(name, (_rank(category), len(ranks)))
    unlisted = (_rank("World coordinates"), len(ranks))

    def order(one: Setting | Card) -> tuple[int, int, str]:
        match = case.kind.authority.lookup(one.keyword)
        rank, place = ranks.get(match.entry.name if match else one.keyword, unlisted)
        if match is None or match.entry.name == one.keyword:
            return rank, place, ""
        return rank, len(ranks), "".join(filter(str.isdigit, one.keyword)).zfill(4)

    return order


def _rank(category: str) -> int:
    if category in _FIRST:
        return _FIRST.index(category)
    return len(_FIRST) + 1 + (_LAST.index(category) if category in _LAST else -1)


def _agree(old: object, setting: Setting) -> bool:
    new = setting.value
    if isinstance(new, bool) or isinstance(old, bool):
        return old is new
    if isinstance(new, str):
        return isinstance(old, str) and old.rstrip() == new.rstrip()
    if not isinstance(old, int | float) or new is None:
        return False
    return math.isclose(old, new, rel_tol=setting.tolerance)


def _explained(there: str, wanted: str) -> bool:
    """Whether a comment names the unit, where the dictionary's one does."""
    return not wanted.startswith("[") or there.lstrip().startswith("[")
