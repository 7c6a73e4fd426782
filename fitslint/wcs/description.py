"""The keywords of one description of world coordinates, gathered from a header."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from fitslint.model.card import Card
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.records import dataclass
from fitslint.wcs.keywords import KeywordError, show_value

Scalar = str | int | float
Items = tuple[tuple[str, Scalar], ...]
"""Keywords and values in the order of the header: what decides a description, and its key."""
Name = tuple[str, int, int]
"""A keyword in parts: its root, and two indices that are 0 where it has none."""
HIGHEST_AXIS = 99
_INDEX = "([1-9][0-9]?)"
_AXIS = compile_late(rf"(CTYPE|CUNIT|CRPIX|CRVAL|CDELT|CROTA|CNAME|PROJP){_INDEX}([A-Z]?)")
_PROJP_0 = "PROJP0"
_PAIR = compile_late(rf"(PC|CD){_INDEX}_{_INDEX}([A-Z]?)")
_TERM = compile_late(rf"(PV|PS){_INDEX}_(0|[1-9][0-9]?)([A-Z]?)")
_WORD = compile_late(
    r"(LONPOLE|LATPOLE|RADESYS|EQUINOX|WCSAXES|WCSNAME|SPECSYS|SSYSOBS|SSYSSRC|VELOSYS|ZSOURCE|"
    r"VELANGL|RESTFRQ|RESTWAV)([A-Z]?)"
)
_DRAFT = compile_late(r"(PC|CD)([0-9]{3})([0-9]{3})")
_PRIMARY = frozenset(("RADECSYS", "EPOCH", "RESTFREQ", "VELREF", "NAXIS", _PROJP_0, "CROTA"))
_DISTORTION = compile_late(r"[AB]P?_(ORDER|[0-9]{1,3}_[0-9]{1,3})|WAT[0-9]{1,2}_[0-9]{3}")
_LOOKED_UP = compile_late(
    r"(C[PQ]DIS|D[PQ])[1-9][0-9]?[A-Z]?(\..*)?|D2IM(DIS|ARR|EXT|ERR)?[12]?(\..*)?|AXISCORR|AMD[XY]1"
)
_TEXTS = frozenset(
    ("CTYPE", "CUNIT", "CNAME", "PS", "RADESYS", "RADECSYS", "WCSNAME", "SPECSYS",
     "SSYSOBS", "SSYSSRC", "DISTORTION")
)  # fmt: skip
_NUMBER = compile_late(r" *([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[EDed][+-]?[0-9]+)?) *")
_UNREAD: Name = ("", 0, 0)


@lru_cache(maxsize=16384)
def parse_name(name: str, version: str) -> Name:
    """A keyword in parts; the root is empty where it has no say in a version."""
    for pattern in (_AXIS, _PAIR, _TERM):
        told = pattern.fullmatch(name)
        if told is None:
            continue
        root, letter = told[1], told[told.re.groups]
        if root in ("CROTA", "PROJP") and (letter or version):
            return _UNREAD
        return _UNREAD if letter != version else (root, int(told[2]), _read_second(told))
    told = _WORD.fullmatch(name)
    if told:
        return (told[1], 0, 0) if told[2] == version else _UNREAD
    if _DISTORTION.fullmatch(name) or _LOOKED_UP.fullmatch(name):
        return ("DISTORTION", 0, 0)
    if name == "NAXIS":
        return (name, 0, 0)
    if version:
        return _UNREAD
    told = _DRAFT.fullmatch(name)
    if told:
        i, j = int(told[2]), int(told[3])
        return (f"{told[1]}0", i, j) if 1 <= min(i, j) <= max(i, j) <= HIGHEST_AXIS else _UNREAD
    if name == _PROJP_0:
        return ("PROJP", 0, 0)
    return (name, 0, 0) if name in _PRIMARY else _UNREAD


def _read_second(told: re.Match[str]) -> int:
    return int(told[3]) if told.re.groups == 4 else 0


def read_items(source: Header | Mapping[str, object], version: str) -> Items:
    """The keywords of a description that have a value.

    Numbers are floats; one that stands in quotes is meant as a number.

    Raises
    ------
    KeywordError
        where a value is of no use: a logical, a complex number, a text in place of a number, what
        is not finite.
    """
    if isinstance(source, Header):  # many rules ask for the coordinates of one header
        return source.compute_once(
            ("items of coordinates", version), lambda header: _collect_items(header, version)
        )
    return _collect_items(source, version)


def _collect_items(source: Header | Mapping[str, object], version: str) -> Items:
    found: list[tuple[str, Scalar]] = []
    for name, value in _list_values(source, version):
        is_plain = isinstance(value, float) and value - value == 0.0
        kept = value if is_plain else _read_value(name, value, version)
        if kept is not None:
            found.append((name, kept))  # type: ignore[arg-type]
    return tuple(found)


def _list_values(
    source: Header | Mapping[str, object], version: str
) -> Iterable[tuple[str, object]]:
    if isinstance(source, Header):
        places = source.layout.compute_once(("wcs", version), lambda layout: _find(layout, version))
        return [(name, _read_card(source.card(position))) for name, position in places]
    return [
        (name, value)
        for name, value in source.items()
        if isinstance(name, str) and parse_name(name, version)[0]
    ]


def _read_card(card: Card) -> object:
    """The value of a card; one that is there and cannot be read must not pass for a default."""
    value = card.value
    if value is None and not card.form.legal:
        raise KeywordError(card.keyword, "is not written as the standard wants it")
    return value


def _find(layout: Layout, version: str) -> tuple[tuple[str, int], ...]:
    """The keywords of a version and where each stands first."""
    return tuple(
        (name, where[0]) for name, where in layout.index.items() if parse_name(name, version)[0]
    )


def _read_value(name: str, value: object, version: str) -> Scalar | None:
    """A value as it is used; None for one that is undefined."""
    root = parse_name(name, version)[0]
    if isinstance(value, str):
        if root in _TEXTS:
            return value
        return _read_text(name, value, root)
    if isinstance(value, bool | complex) or (root in _TEXTS and root != "DISTORTION"):
        if value is None:
            return None
        if isinstance(value, bool | complex | int | float):
            meant = "a text" if root in _TEXTS else "a number"
            raise KeywordError(name, f"= {show_value(value)} is not {meant}")
    if not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise KeywordError(name, f"= {show_value(value)} is not finite")
    return number


def _read_text(name: str, value: str, root: str) -> Scalar | None:
    told = _NUMBER.fullmatch(value)
    if told:
        number = float(told[1].upper().replace("D", "E"))
        if math.isfinite(number):
            return number
    if root in ("EQUINOX", "EPOCH"):
        return value
    if not value.strip(" "):
        return None
    raise KeywordError(name, f"= {show_value(value)} is no number")


@dataclass(frozen=True, slots=True)
class _Index:
    """Where the keywords of a description stand among its items, by root and indices."""

    places: dict[str, dict[tuple[int, int], int]]
    highest: int
    """The highest index of an axis."""


_OF_AXES = ("CTYPE", "CRPIX", "CRVAL", "CDELT", "CUNIT", "CROTA", "PV")
_OF_PAIRS = ("PC", "CD", "PC0", "CD0")
_NOWHERE: dict[tuple[int, int], int] = {}


@lru_cache(maxsize=1024)
def _index_names(names: tuple[str, ...], version: str) -> _Index:
    """Worked out once for all headers with the same keywords."""
    places: dict[str, dict[tuple[int, int], int]] = {}
    for place, name in enumerate(names):
        root, i, j = parse_name(name, version)
        places.setdefault(root, {}).setdefault((i, j), place)
    highest = 0
    for root in _OF_AXES:
        highest = max([highest, *(i for i, _ in places.get(root, ()))])
    for root in _OF_PAIRS:
        highest = max([highest, *map(max, places.get(root, ()))])
    return _Index(places, highest)


class Description:
    """The keywords of one version, by their roots and indices."""

    __slots__ = ("_index", "_places", "_told", "items", "version")

    def __init__(self, items: Items, version: str) -> None:
        self.items = items
        self.version = version
        names, told = zip(*items, strict=True) if items else ((), ())
        self._told: tuple[Scalar, ...] = told
        self._index = _index_names(names, version)
        self._places = self._index.places

    @property
    def values(self) -> dict[str, Scalar]:
        """As they stand, for who reads keywords by name."""
        return dict(self.items)

    def has(self, root: str) -> bool:
        """Whether there is a keyword of a family."""
        return root in self._places

    def numbers(self, root: str) -> dict[tuple[int, int], float]:
        """The numbers of a family by their two indices."""
        places = self._places.get(root)
        if places is None:
            return {}
        told = self._told
        return {pair: told[place] for pair, place in places.items()}  # type: ignore[misc]

    def number(self, root: str, index: int = 0) -> float | None:
        """One number."""
        place = self._places.get(root, _NOWHERE).get((index, 0))
        value = None if place is None else self._told[place]
        return None if isinstance(value, str) else value

    def text(self, root: str, index: int = 0) -> str:
        """One text; empty where there is none."""
        place = self._places.get(root, _NOWHERE).get((index, 0))
        value = None if place is None else self._told[place]
        return value if isinstance(value, str) else ""

    def texts(self, root: str) -> tuple[tuple[int, str], ...]:
        """The texts of a family with their indices, in the order of these."""
        places, told = self._places.get(root, _NOWHERE), self._told
        return tuple(sorted((pair[0], str(told[place])) for pair, place in places.items()))

    def name(self, root: str, index: int | None = None) -> str:
        """A keyword as it stands in the header."""
        return f"{root}{'' if index is None else index}{self.version}"

    def count_axes(self) -> int:
        """WCSAXES, or the highest index in use, or NAXIS, whichever is more.

        FITS 4.0, section 8.2, where WCSAXES is never less than an index.
        """
        told, pixels = self.number("WCSAXES"), self.number("NAXIS")
        if told is not None and not (0 <= told <= 999 and told == int(told)):
            raise KeywordError(self.name("WCSAXES"), f"= {told:g} is no number of axes")
        if told is None:  # a faulty NAXIS is no fault of the coordinates
            told = pixels if pixels is not None and 0 <= pixels <= 999 else 0.0
        found = max(self._index.highest, int(told))
        if found > HIGHEST_AXIS:
            raise KeywordError(self.name("WCSAXES"), f"tells {found} axes, of 99 at most")
        return found
