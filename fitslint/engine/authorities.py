"""Whose dictionaries hold for a file: as the settings say, or as the file tells."""

from __future__ import annotations

import re
from collections.abc import Callable

from fitslint.dictionary.authority import Authority, authority
from fitslint.dictionary.recognise import (
    FRAMEID,
    at_least,
    families,
    keywords,
    may_tell,
    recognise,
    root,
)
from fitslint.model.file import FitsFile
from fitslint.model.form import CARD
from fitslint.model.header import Header, Layout
from fitslint.syntax.cards import FOLD

NOBODY = "none"
"""In place of a dictionary: no authority but the standard."""
Places = tuple[tuple[int, bool], ...]
"""First byte of a card, and whether it is FRAMEID."""
Hints = list[tuple[int, int, Callable[[bytes, int, int], object]]]
"""Columns 9-80 of a card, and what they begin with where a header can be recognised by it."""
LOOKED_AT = 4
"""HDUs whose headers are asked for an authority."""
_MEMO_MAX = 2048
_FRAME = len("FRAMEID = 'FCSA")
"""Columns of FRAMEID that tell the instrument; the number behind them is new in every file."""


class Authorities:
    """Settles which authority the headers of a file follow, and remembers what it learnt.

    Parameters
    ----------
    wanted : tuple of str
        ids or paths of dictionaries that hold whatever the file says; a family (``subaru``) lets
        the file tell which of its dictionaries; ``none`` turns dictionaries off; empty asks the
        file.

    Raises
    ------
    DictionaryError
        when a dictionary does not exist or cannot be used.
    """

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self._off = wanted == (NOBODY,)
        self._family = wanted[0] if len(wanted) == 1 and wanted[0] in families() else ""
        self._fixed: Authority | None = None
        if wanted and not self._off and not self._family:
            self._fixed = authority(wanted, "asked for")
        self._keywords = frozenset(keywords(self._family)) if not self._off else frozenset()
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
            known = header.layout, *_places(header.layout, self._keywords)
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
            raw[at : at + CARD] if not frame
            else raw[at : at + _FRAME] + raw[at + _FRAME : at + CARD].translate(FOLD)
            for at, frame in places
        ])  # fmt: skip
        try:
            return self._known[key]
        except KeyError:
            found = recognise(header.string, "", self._family)
        if len(self._known) >= _MEMO_MAX:
            self._known.clear()
        self._known[key] = found
        return found

    def _of_name(self, path: str) -> Authority | None:
        told = _may_tell(path) and may_tell(path, self._family)
        found = recognise(_silent, path, self._family) if told else None
        if found is None and self._family:
            return authority((root(self._family),), "asked for")
        return found


def _places(layout: Layout, wanted: frozenset[str]) -> tuple[Places, Hints | None]:
    """Where the cards are that tell an authority, and what at least one of them begins with."""
    names = sorted(wanted & layout.index.keys())
    places = tuple((layout.index[name][0] * CARD, name == FRAMEID) for name in names)
    if FRAMEID in layout.index:
        return places, None
    starts = {name: at for name, (at, _) in zip(names, places, strict=True)}
    hints = [
        (starts[name] + 8, starts[name] + CARD, match)
        for name, match in at_least().items()
        if name in starts
    ]
    return places, hints


_NAME = re.compile(r"[a-z0-9_]{6,40}(\.[A-Za-z0-9.]{1,12})?")


def _may_tell(path: str) -> bool:
    """Whether a file name can be one of the forms that an authority prescribes."""
    return _NAME.fullmatch(path.rpartition("/")[2]) is not None


def _silent(_keyword: str) -> None:
    return None
