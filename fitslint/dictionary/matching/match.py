"""Which entry of a dictionary a keyword belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, Literal

from fitslint.dictionary.matching.entry import Entry
from fitslint.model.late import compile_late
from fitslint.model.records import NamedTuple

_DIGITS = compile_late(r"[0-9]+")
_NUMBERS = compile_late(r"[a-z0-9]+")
_CACHE_MAX = 32_768

Reason = Literal["out-of-range", "leading-zero"]


class Match(NamedTuple):
    """A keyword that belongs to an entry: its indices by placeholder, and its version letter."""

    entry: Entry
    indices: Mapping[str, int]
    version: str = ""


class NearMatch(NamedTuple):
    """A keyword that has the form of an entry and an index that the entry does not allow."""

    entry: Entry
    reason: Reason
    letter: str
    """The placeholder whose index is at fault (the first one)."""
    text: str
    """The index as written."""
    low: int
    high: int
    canonical: str
    """The keyword without leading zeros."""


class Template:
    """A keyword name with its placeholders, taken apart once.

    ``CRVALia`` has the stem ``CRVALi``, the skeleton ``CRVAL#`` and one run of placeholders, ``i``;
    digits of its own (``C2ELTn``) are runs that only the same digits fill.
    """

    __slots__ = ("fixed", "name", "runs", "skeleton", "versioned")

    def __init__(self, name: str) -> None:
        self.name = name
        self.versioned = name.endswith("a")
        stem = name.removesuffix("a")
        self.skeleton = _NUMBERS.sub("#", stem)
        """The stem with ``#`` for every run of digits, its own digits included."""
        self.runs = [
            [(letter, len(list(same))) for letter, same in groupby(run)]
            for run in _NUMBERS.findall(stem)
        ]
        self.fixed = {letter for run in self.runs for letter, width in run if width > 1}
        """Placeholders that are written with leading zeros (``PCiiijjj``)."""

    def split_indices(self, digits: list[str]) -> list[tuple[str, str]] | None:
        """Placeholders with their digits as written; None when the numbers of digits differ."""
        found: list[tuple[str, str]] = []
        for run, text in zip(self.runs, digits, strict=True):
            rest = text
            for place, (letter, width) in enumerate(run, 1):
                # A lone index takes all digits; of two side by side the first takes one.
                open_ended = width == 1 and place == len(run)
                taken = rest if open_ended else rest[:width]
                if letter.isdigit():
                    taken = rest[:width]
                    if taken != letter * width:
                        return None
                elif not taken or (width > 1 and len(taken) < width):
                    return None
                else:
                    found.append((letter, taken))
                rest = rest[len(taken) :]
            if rest:
                return None
        return found


class Dictionary:
    """The keywords of one authority.

    Parameters
    ----------
    head : mapping
        the ``[dictionary]`` table.
    names : iterable of str
        names and templates in the order of the file.
    read_entry : callable
        gives the entry of a name; it is called once a name, when the entry is first needed.
    hdus : sequence of mapping
        the ``[[hdu]]`` tables.
    """

    def __init__(
        self,
        head: Mapping[str, Any],
        names: Iterable[str],
        read_entry: Callable[[str], Entry],
        hdus: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.head = head
        self.hdus = tuple(hdus)
        self.names = tuple(names)
        self._read_entry = read_entry
        self._entries: dict[str, Entry] = {}
        self.lookup = lru_cache(_CACHE_MAX)(self._find_match)
        """The entry that a keyword belongs to; None when there is none or an index is wrong."""
        self.find_near_match = lru_cache(_CACHE_MAX)(self._find_near_match)
        """Why a keyword has the form of an entry and is none: ``CRPIX01``, ``NAXIS1000``."""
        self._exact = {name for name in self.names if name == name.upper()}
        self._by_skeleton: dict[str, list[Template]] = {}
        for name in self.names:
            if name not in self._exact:
                template = Template(name)
                self._by_skeleton.setdefault(template.skeleton, []).append(template)
        # A fixed number of digits is more specific than any number of them.
        for templates in self._by_skeleton.values():
            templates.sort(key=lambda template: -len(template.name))

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Entry]:
        return map(self.entry, self.names)

    @property
    def id(self) -> str:
        """Folder and name, such as ``fits/reserved``."""
        return str(self.head["id"])

    @property
    def family(self) -> str:
        """The folder of the id: dictionaries of one authority."""
        return self.id.partition("/")[0]

    def entry(self, name: str) -> Entry:
        """The entry called ``name`` (a template is called by its template)."""
        known = self._entries.get(name)
        if known is None:
            known = self._entries[name] = self._read_entry(name)
        return known

    def has_template_form(self, keyword: str) -> bool:
        """Whether a keyword differs from a template only in its digits."""
        return _fold_digits(keyword) in self._by_skeleton

    def _find_near_match(self, keyword: str) -> NearMatch | None:
        if self.lookup(keyword) is not None:
            return None
        for template, indices, _ in self._list_candidates(keyword):
            entry = self.entry(template.name)
            fault = _find_index_fault(template, entry, indices)
            if fault is not None:
                letter, text, reason = fault
                low, high = entry.index.get(letter, (0, int(text)))
                canonical = _DIGITS.sub(lambda run: str(int(run[0])), keyword)
                return NearMatch(entry, reason, letter, text, low, high, canonical)
        return None

    def _find_match(self, keyword: str) -> Match | None:
        if keyword in self._exact:
            return Match(self.entry(keyword), {})
        for template, indices, version in self._list_candidates(keyword):
            entry = self.entry(template.name)
            if _find_index_fault(template, entry, indices) is None:
                return Match(entry, {letter: int(text) for letter, text in indices}, version)
        return None

    def _list_candidates(
        self, keyword: str
    ) -> Iterator[tuple[Template, list[tuple[str, str]], str]]:
        """Templates of the form of ``keyword``, most specific first; its indices and version."""
        skeleton = _fold_digits(keyword)
        templates, version = self._by_skeleton.get(skeleton), ""
        if templates is None and "A" <= skeleton[-1:] <= "Z":
            version = skeleton[-1]
            templates = [t for t in self._by_skeleton.get(skeleton[:-1], ()) if t.versioned]
        for template in templates or ():
            indices = template.split_indices(_DIGITS.findall(keyword))
            if indices is not None:
                yield template, indices, version


@lru_cache(_CACHE_MAX)
def _fold_digits(keyword: str) -> str:
    """A keyword with ``#`` for every run of digits; one that it has itself stands for none."""
    return _DIGITS.sub("#", keyword.replace("#", "?"))


def _find_index_fault(
    template: Template, entry: Entry, indices: list[tuple[str, str]]
) -> tuple[str, str, Reason] | None:
    """The first index that the entry does not allow."""
    for letter, text in indices:
        if text[0] == "0" and len(text) > 1 and letter not in template.fixed:
            return letter, text, "leading-zero"
        low, high = entry.index.get(letter, (0, int(text)))
        if not low <= int(text) <= high:
            return letter, text, "out-of-range"
    return None
