"""Whose dictionaries hold for a file: as the settings say, or as the file tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from fitslint.dictionary.authority import Authority, authority
from fitslint.dictionary.recognise import FRAMEID, Recogniser, of_family
from fitslint.model.file import FitsFile
from fitslint.model.form import CARD
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.rules.dictionary.presence import scope
from fitslint.syntax.cards import FOLD

if TYPE_CHECKING:
    from fitslint.dictionary.own import Own

NOBODY = "none"
"""In place of a dictionary: no authority but the standard."""
Places = tuple[tuple[int, int], ...]
"""First byte of a card, and how many of its bytes count as they are; the rest counts folded."""
Hints = list[tuple[int, int, Callable[[bytes, int, int], object]]]
"""Columns 9-80 of a card, and what they begin with where a header can be recognised by it."""
LOOKED_AT = 4
"""HDUs whose headers are asked for an authority."""
_MEMO_MAX = 2048
_FRAME = len("FRAMEID = 'FCSA")
"""Columns of FRAMEID that tell the instrument; the number behind them is new in every file."""
_KEYWORD = 8
"""Columns of a keyword: of some only counts whether they have a value."""


class Authorities:
    """Settles which authority the headers of a file follow, and remembers what it learnt.

    Parameters
    ----------
    wanted : tuple of str
        ids or paths of dictionaries that hold whatever the file says; a family (``subaru``) lets
        the file tell which of its dictionaries; ``none`` turns dictionaries off; empty asks the
        file.
    places : tuple of str
        files and folders with dictionaries of the user that take part when a file is asked.

    Raises
    ------
    DictionaryError
        when a dictionary does not exist or cannot be used.
    """

    def __init__(self, wanted: tuple[str, ...], places: tuple[str, ...] = ()) -> None:
        self._off = wanted == (NOBODY,)
        own = _own(places) if not self._off else None
        every = Recogniser("", own) if own else of_family("")
        family = wanted[0] if len(wanted) == 1 and wanted[0] in every.families else ""
        self._recogniser = Recogniser(family, own) if own else of_family(family)
        self._fixed: Authority | None = None
        if wanted and not self._off and not family:
            self._fixed = authority(wanted, "asked for", own)
        self._telling = frozenset(self._recogniser.keywords) if not self._off else frozenset()
        self._kept = dict.fromkeys(_spellings(self._recogniser.present), _KEYWORD)
        self._kept |= dict.fromkeys(_spellings(self._recogniser.further), CARD)
        self._kept |= dict.fromkeys(self._telling, CARD) | {FRAMEID: _FRAME}
        self._where: dict[int, tuple[Layout, Places, Hints | None]] = {}
        self._known: dict[tuple[object, ...], Authority | None] = {}

    def settle(self, file: FitsFile) -> Authority | None:
        """Give every header of ``file`` its authority; None when it follows none."""
        if self._off:
            return None
        home = self._fixed
        where = file.hdus[0].header if home and file.hdus else None
        for hdu in () if home else file.hdus[:LOOKED_AT]:
            home = self._of_header(hdu.header)
            if home:
                where = hdu.header
                break
        if home is None and file.hdus:
            home = self._of_name(file.path)
            where = file.hdus[0].header
        if home:
            for hdu in file.hdus:
                hdu.header.authority = home if hdu.header is where else home.abroad
        return home

    def _of_header(self, header: Header) -> Authority | None:
        known = self._where.get(id(header.layout))
        if known is None:
            known = header.layout, *self._places(header.layout)
            if len(self._where) >= _MEMO_MAX:
                self._where.clear()
            self._where[id(header.layout)] = known
        places, hints = known[1], known[2]
        if not places:
            return None
        raw = header.raw
        if hints is not None and not any(match(raw, at, end) for at, end, match in hints):
            return None
        key = tuple([
            raw[at : at + CARD] if kept == CARD
            else raw[at : at + kept] + raw[at + kept : at + CARD].translate(FOLD)
            for at, kept in places
        ])  # fmt: skip
        try:
            return self._known[key]
        except KeyError:
            found = self._recogniser.recognise(header.string, "", scope(header))
        if len(self._known) >= _MEMO_MAX:
            self._known.clear()
        self._known[key] = found
        return found

    def _of_name(self, path: str) -> Authority | None:
        told = _may_tell(path) and self._recogniser.may_tell(path)
        found = self._recogniser.recognise(_silent, path) if told else None
        if found is None and self._recogniser.family:
            return self._recogniser.root()
        return found

    def _places(self, layout: Layout) -> tuple[Places, Hints | None]:
        """Where the cards are that tell an authority, and what at least one of them begins with."""
        index = layout.index
        if self._telling.isdisjoint(index):
            return (), None
        names = sorted(self._kept.keys() & index.keys())
        places = tuple((index[name][0] * CARD, self._kept[name]) for name in names)
        if FRAMEID in index:
            return places, None
        hints = [
            (index[name][0] * CARD + 8, index[name][0] * CARD + CARD, match)
            for name, match in self._recogniser.at_least.items()
            if name in index
        ]
        return places, hints


def _spellings(names: Iterable[str]) -> Iterator[str]:
    """Names under which the values of keywords may stand in a header."""
    for name in names:
        yield from (name, f"Z{name}", f"HIERARCH {name}")


def _own(places: tuple[str, ...]) -> Own | None:
    if not places:
        return None
    from fitslint.dictionary.own import find

    return find(places)


_NAME = compile_late(r"[a-z0-9_]{6,40}(\.[A-Za-z0-9.]{1,12})?")


def _may_tell(path: str) -> bool:
    """Whether a file name can be one of the forms that an authority prescribes."""
    return _NAME.fullmatch(path.rpartition("/")[2]) is not None


def _silent(_keyword: str) -> None:
    return None
