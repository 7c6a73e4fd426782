"""Units in square brackets at the beginning of comments (FITS 4.0 section 4.3.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from fitslint.dictionary import load_conventions, load_standard
from fitslint.dictionary.chain import DictionaryChain
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.card import Card
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, replace_columns, rule

_BRACKET = b"["
_COMMENT_START = b"/ "
_VALUE_END = 30
"""The column, from 0, behind a number in fixed format."""
_LENGTH_MAX = 24
"""Characters of a bracket that are looked at."""
_CACHE_SIZE = 256
_UNIT = compile_late(r" ?\[ *([^\[\]]{1,22}?) *\]")
_FIND_BRACKETS = compile_late(rb"\[")


class _BracketedComments:
    """What stands in brackets in the headers of a layout, and which of it was found right."""

    def __init__(self) -> None:
        self._readers: BoundedDict[int, Callable[[bytes], object]] = BoundedDict.create(_CACHE_SIZE)
        """By number of brackets: what reads them and the comments that begin with one."""
        self._accepted: BoundedDict[object, bool] = BoundedDict.create(_CACHE_SIZE)

    def precheck(self, header: Header) -> bool:
        """Whether no comment begins with a bracket, or these very ones were right before."""
        raw = header.raw
        if _BRACKET not in raw:
            return True
        read = self._readers.get(raw.count(_BRACKET))
        return read is not None and read(raw) in self._accepted

    def remember(self, header: Header, places: list[int]) -> None:
        """Keep the brackets of a header in which nothing was wrong."""
        raw = header.raw
        slices = [slice(0, 1), *(_choose_slice(raw, place) for place in places)]
        read: Callable[[bytes], object] = itemgetter(*slices)
        self._readers[len(places)] = read
        self._accepted[read(raw)] = True


def _choose_slice(raw: bytes, place: int) -> slice:
    """The bracket, or all from the value to the end of what it holds, where it begins a comment."""
    if raw[place - 2 : place] != _COMMENT_START:
        return slice(place, place + 1)
    card = place - place % CARD_SIZE
    return slice(min(card + _VALUE_END, place - 2), min(place + _LENGTH_MAX, card + CARD_SIZE))


def _plan_subchecks(_authority: DictionaryChain | None, _layout: Layout) -> Iterator[Subcheck]:
    comments = _BracketedComments()
    # The answer hangs on comments, not on values: the quick look is the only memory.
    yield Subcheck((), comments, comments.precheck, cacheable=False)


@rule(
    "UN109",
    "unit-in-comment",
    clause="4.3.2",
    level="should",
    reads="values",
    subchecks=_plan_subchecks,
    fix="style",
    once="rule",
    catalogue_rows=("U009", "U010"),
    summary_ja="コメントの角括弧内の単位が規格の綴りでないか、キーワードの単位と異なる",
    message={
        "": "the standard writes [{new}] for the unit [{found}] of the comment",
        "unit": "{keyword} is in {unit} by {who}, and its comment says {found}",
        "angle": "{keyword} is an angle in degrees by {who}, and its comment says {found}",
    },
)
def unit_in_comment(header: Header, comments: _BracketedComments) -> Iterator[Flag]:
    """The unit in brackets at the beginning of a comment is spelt otherwise, or another one.

    Only what surely is a unit counts; brackets may hold anything.

    ## Why it matters
    Programs that show a number with its unit take it from there. Where the unit contradicts what
    the standard prescribes for the keyword, one of them is wrong by a factor.

    ## Example
    ```fits
    EXPTIME =                 30.0 / [sec] exposure time
    ```
    Use instead:
    ```fits
    EXPTIME =                 30.0 / [s] exposure time
    ```
    """
    raw = header.raw
    places = [found.start() for found in _FIND_BRACKETS.finditer(raw)]
    clean = True
    for place in places:
        if raw[place - 2 : place] != _COMMENT_START or place // CARD_SIZE >= len(header):
            continue
        card = header.card(place // CARD_SIZE)
        told = _UNIT.match(card.comment) if card.form.type in ("integer", "real") else None
        if told is None or card.form.comment is None:
            continue
        for found in _judge_comment(card, header, told[1], card.form.comment[0] + told.start(1)):
            clean = False
            yield found
    if clean:
        comments.remember(header, places)


def _judge_comment(card: Card, header: Header, found: str, at: int) -> Iterator[Flag]:
    span = at, at + len(found)
    wanted = find_prescribed_unit(card.keyword)
    if wanted is not None and not _has_own_unit(header, card.keyword):
        message = compare_units(found, wanted.unit)
        if message is not None:
            if card.number_value == 0:  # of which the unit does not matter
                return
            yield flag(
                card, span, message=message, keyword=card.keyword, unit=wanted.unit,
                who=wanted.who, found=found,
            )  # fmt: skip
            return
    new = spell_comment_unit(found)
    if new is not None:
        yield flag(
            card, span, level="style", fix=replace_columns(card, span, new),
            title=f"write [{new}]", new=new, found=found,
        )  # fmt: skip


class PrescribedUnit(NamedTuple):
    """The unit of a keyword, and who prescribes it."""

    unit: str
    who: str


@lru_cache(maxsize=4096)
def find_prescribed_unit(keyword: str) -> PrescribedUnit | None:
    """The unit that the standard or a convention has for the number of a keyword."""
    for dictionary, who in ((load_standard(), "the standard"), (load_conventions(), "convention")):
        match = dictionary.lookup(keyword)
        if match is not None:
            number = match.entry.unit and match.entry.type in ("integer", "real")
            return PrescribedUnit(match.entry.unit, who) if number and match.entry.unit else None
    return None


def _has_own_unit(header: Header, keyword: str) -> bool:
    """Whether a dictionary of the file's authority has a unit of its own: another rule tells it."""
    authority: DictionaryChain | None = header.authority
    match = authority.lookup(keyword) if authority else None
    return match is not None and bool(match.entry.unit)


@lru_cache(maxsize=1024)
def compare_units(found: str, wanted: str) -> str | None:
    """The message where a comment surely names another unit than the one that is prescribed."""
    from fitslint.units.spelling import is_same_unit, is_surely_unit, name_quantity

    if not is_surely_unit(found) or is_same_unit(found, wanted):
        return None
    angles = name_quantity(found) == name_quantity(wanted) == "angle"
    return "angle" if angles and wanted == "deg" else "unit"


@lru_cache(maxsize=1024)
def spell_comment_unit(found: str) -> str | None:
    """How the standard writes the unit in a bracket; None where it writes it so, or it is none."""
    from fitslint.units.faults import judge_unit
    from fitslint.units.parts import replace_parts

    faults = [one for one in judge_unit(found) if one.kind not in ("deprecated", "slashes")]
    if not faults or any(one.kind != "spelling" for one in faults):
        return None
    return replace_parts(found, faults)
