"""Units in square brackets at the beginning of comments (FITS 4.0 section 4.3.2)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache

from fitslint.dictionary import load_conventions, load_standard
from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.card import Card
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.records import dataclass
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, replace_columns, rule
from fitslint.rules.units.flags import COMMON_UNITS
from fitslint.text import phrase

_CACHE_SIZE = 1024
_SLIP = ("m", "Hz")
"""The unit of RESTWAV, and what WCSLIB (8.x too) writes into its comment."""
_MAKERS = (load_standard, phrase("the standard")), (load_conventions, phrase("convention"))
"""Who prescribes units."""
_TIMES = frozenset((
    "TSTART", "TSTOP", "TELAPSE", "XPOSURE", "TIMEDEL", "TIMEOFFS", "TIMSYER", "TIMRDER",
))  # fmt: skip
"""Keywords whose unit is TIMEUNIT, and with that any unit of time."""
_ANY_TIME = ""
"""The unit that those have here."""
_NO_VALUES = frozenset(("COMMENT", "HISTORY", "", "END"))
_UNIT = compile_late(r" ?\[ *([^\[\]]{1,40}?) *\]")
_BRACKET = compile_late(rb"/ ?\[")


class _UnitComments:
    """The comments of a layout that begin with a bracket, and headers in which they were right.

    What is remembered of a header is the text of all cards that have a bracket: of those with a
    comment from its beginning on, since numbers change. Between them there must be none.
    """

    def __init__(self, places: frozenset[int]) -> None:
        self._places = places
        self._starts: tuple[int, ...] = ()
        self._unpack_texts = self._unpack_others = struct.Struct("").unpack_from
        self._accepted: BoundedDict[tuple[bytes, ...], bool] = BoundedDict.create(_CACHE_SIZE)
        self._last: tuple[bytes, ...] | None = None

    def precheck(self, header: Header) -> bool:
        """Whether there is no bracket, or these very texts were right before."""
        raw = header.raw
        if not self._starts:
            return b"[" not in raw
        texts = self._unpack_texts(raw)
        if texts != self._last:  # which are not hashed
            if texts not in self._accepted:
                return False
            self._last = texts
        return b"[" not in b"".join(self._unpack_others(raw))

    def list_bracketed(self, header: Header) -> list[Card]:
        """The cards in order whose comments may begin with a bracket."""
        found = {match.start() // CARD_SIZE for match in _BRACKET.finditer(header.raw)}
        return [header.card(place) for place in sorted(found & self._places)]

    def remember(self, header: Header) -> None:
        """Keep the texts of a header in which nothing was wrong."""
        raw, starts, at = header.raw, [], header.raw.find(b"[")
        while at >= 0:
            place = at // CARD_SIZE
            comment = header.card(place).form.comment if place in self._places else None
            column = comment[0] if comment and comment[0] <= at % CARD_SIZE else 0
            starts.append(place * CARD_SIZE + column)
            at = raw.find(b"[", (place + 1) * CARD_SIZE)
        self._locate(tuple(starts), len(raw))
        self._accepted[self._unpack_texts(raw)] = True

    def _locate(self, starts: tuple[int, ...], size: int) -> None:
        if starts == self._starts:
            return
        texts, others, stop = "", "", 0
        for start in starts:
            behind = (start // CARD_SIZE + 1) * CARD_SIZE
            texts += f"{start - stop}x{behind - start}s"
            others += f"{start - stop}s{behind - start}x"
            stop = behind
        self._starts = starts
        self._unpack_texts = struct.Struct(texts).unpack_from
        self._unpack_others = struct.Struct(f"{others}{size - stop}s").unpack_from
        self._accepted.clear()
        self._last = None


def _plan_subchecks(_authority: DictionaryChain | None, layout: Layout) -> Iterator[Subcheck]:
    comments = _UnitComments(
        frozenset(at for at, name in enumerate(layout.names) if name not in _NO_VALUES)
    )
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
        "slip": "{keyword} is in {unit} by {who}; WCSLIB writes [{found}] into its comment, and"
        " means {unit}",
        "time": "{keyword} is a time by {who}, and its comment says {found}",
        "angle": "{keyword} is an angle in degrees by {who}, and its comment says {found}",
    },
)
def unit_in_comment(header: Header, comments: _UnitComments) -> Iterator[Flag]:
    """The unit in brackets at the beginning of a comment is spelt otherwise, or another one.

    Whether it is another one is asked of keywords for which the standard or a convention has a
    unit; how it is spelt, of all that hold a number. Only what surely is a unit counts: brackets
    may hold anything.

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
    clean = True
    for card in comments.list_bracketed(header):
        told, wanted = _UNIT.match(card.comment), find_prescribed_unit(card.keyword)
        # Where this is a string, another header may have a number and its comment.
        clean = clean and card.form.type in ("integer", "real")
        if told is None or is_right_unit(told[1], wanted.unit if wanted else None):
            continue
        clean = False
        if card.form.comment and card.form.type in ("integer", "real"):
            start = card.form.comment[0]
            span = start + told.start(1), start + told.end(1)
            yield from _flag_unit(card, header, wanted, span)
    if clean:
        comments.remember(header)


def _flag_unit(
    card: Card, header: Header, wanted: PrescribedUnit | None, span: tuple[int, int]
) -> Iterator[Flag]:
    found = card.image[slice(*span)]
    message = compare_units(found, wanted.unit) if wanted else None
    if wanted and (wanted.unit, found) == _SLIP:
        yield flag(
            card, span, message="slip", level="style", fix=replace_columns(card, span, wanted.unit),
            title=phrase("write [{unit}]", unit=wanted.unit), keyword=card.keyword,
            unit=wanted.unit, who=wanted.who, found=found,
        )  # fmt: skip
        return
    if wanted and message is not None:
        # Of 0 the unit does not matter, and what a dictionary has is told by another rule.
        if card.number_value != 0 and not _has_own_unit(header, card.keyword):
            yield flag(
                card, span, message=message, keyword=card.keyword, unit=wanted.unit,
                who=wanted.who, found=found,
            )  # fmt: skip
        return
    new = spell_comment_unit(found)
    # The unit of a keyword that only a dictionary knows is that dictionary's to judge.
    if new is not None and (wanted or not _has_own_unit(header, card.keyword)):
        yield flag(
            card, span, level="style", fix=replace_columns(card, span, new),
            title=phrase("write [{unit}]", unit=new), new=new, found=found,
        )  # fmt: skip


def is_right_unit(found: str, wanted: str | None) -> bool:
    """Whether nothing is to be said of a unit in a comment; ``wanted`` is that of the keyword."""
    if found == wanted:
        return True
    differs = wanted is not None and compare_units(found, wanted) is not None
    return not differs and spell_comment_unit(found) is None


@dataclass(frozen=True, slots=True)
class PrescribedUnit:
    """The unit of a keyword, empty where it is any of time, and who prescribes it."""

    unit: str
    who: str


@lru_cache(maxsize=4096)
def find_prescribed_unit(keyword: str) -> PrescribedUnit | None:
    """The unit that the standard or a convention has for the number of a keyword."""
    if keyword in _TIMES:
        return PrescribedUnit(_ANY_TIME, _MAKERS[0][1])
    for load_dictionary, who in _MAKERS:
        match = load_dictionary().lookup(keyword)
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
    if wanted == _ANY_TIME:
        return "time" if name_quantity(found) not in ("time", None) else None
    angles = name_quantity(found) == name_quantity(wanted) == "angle"
    return "angle" if angles and wanted == "deg" else "unit"


@lru_cache(maxsize=1024)
def spell_comment_unit(found: str) -> str | None:
    """How the standard writes the unit in a bracket; None where it writes it so, or it is none."""
    if found in COMMON_UNITS:
        return None
    from fitslint.units.faults import judge_unit
    from fitslint.units.parts import replace_parts

    faults = [one for one in judge_unit(found) if one.kind not in ("deprecated", "slashes")]
    if not faults or any(one.kind != "spelling" for one in faults):
        return None
    return replace_parts(found, faults)
