"""Which entry of a dictionary a keyword belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Literal

from fitslint.dictionary.entry import Entry

_DIGITS = re.compile(r"[0-9]+")
_PARTS = re.compile(r"[a-z]+|[^a-z]+")
_MEMO = 8192


@dataclass(frozen=True, slots=True)
class Match:
    """A keyword that belongs to an entry: its indices by placeholder, and its version letter."""

    entry: Entry
    indices: Mapping[str, int]
    version: str = ""


@dataclass(frozen=True, slots=True)
class Near:
    """A keyword that has the form of an entry and an index that the entry does not allow."""

    entry: Entry
    reason: Literal["out-of-range", "leading-zero"]
    letter: str
    """The placeholder whose index is at fault (the first one)."""
    text: str
    """The index as written."""
    low: int
    high: int
    canonical: str
    """The keyword without leading zeros."""


@dataclass(frozen=True)
class Template:
    """A keyword name with its placeholders; the form is compiled when it is first needed."""

    name: str

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Literals and placeholders in order; ``ijPCna`` is ``i j PC n``."""
        found: list[str] = []
        for part in _PARTS.findall(self.stem):
            runs = groupby(part) if part.islower() else [(part, part)]
            found.extend("".join(run) for _, run in runs)
        return tuple(found)

    @property
    def versioned(self) -> bool:
        """Whether a version letter may follow."""
        return self.name.endswith("a")

    @property
    def stem(self) -> str:
        """The name without its version letter."""
        return self.name.removesuffix("a")

    @property
    def skeleton(self) -> str:
        """The stem with ``#`` for every run of digits."""
        return re.sub("[a-z]+", "#", self.stem)

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """The placeholders in order."""
        return tuple(part[0] for part in self.parts if part.islower())

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        written = []
        for part, after in zip(self.parts, (*self.parts[1:], ""), strict=True):
            if not part.islower():
                written.append(re.escape(part))
            elif len(part) > 1:
                written.append(f"([0-9]{{{len(part)}}})")
            else:
                # Two indices side by side leave room for one digit in the first.
                written.append("([0-9])" if after.islower() else "([0-9]+)")
        return re.compile("".join(written) + ("([A-Z]?)" if self.versioned else "()"))

    def indices(self, keyword: str) -> tuple[str, ...] | None:
        """The indices as written, then the version letter; None when the form differs."""
        match = self._pattern.fullmatch(keyword)
        return match.groups() if match else None

    def fixed_width(self, letter: str) -> bool:
        """Whether the index of ``letter`` is written with leading zeros (``PCiiijjj``)."""
        return any(len(part) > 1 and part[0] == letter for part in self.parts)


class Dictionary:
    """The keywords of one authority.

    Parameters
    ----------
    head : mapping
        the ``[dictionary]`` table.
    names : iterable of str
        names and templates in the order of the file.
    read : callable
        gives the entry of a name; it is called once a name, when the entry is first needed.
    """

    def __init__(
        self, head: Mapping[str, object], names: Iterable[str], read: Callable[[str], Entry]
    ) -> None:
        self.head = head
        self.names = tuple(names)
        self._read = read
        self._entries: dict[str, Entry] = {}
        self._memo: dict[str, Match | None] = {}
        self._exact = {name for name in self.names if not any(c.islower() for c in name)}
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

    def entry(self, name: str) -> Entry:
        """The entry called ``name`` (a template is called by its template)."""
        known = self._entries.get(name)
        if known is None:
            known = self._entries[name] = self._read(name)
        return known

    def lookup(self, keyword: str) -> Match | None:
        """The entry that ``keyword`` belongs to; None when there is none or an index is wrong."""
        try:
            return self._memo[keyword]
        except KeyError:
            found = self._find(keyword)
        if len(self._memo) >= _MEMO:
            self._memo.clear()
        self._memo[keyword] = found
        return found

    def near(self, keyword: str) -> Near | None:
        """Why ``keyword`` has the form of an entry and is none: ``CRPIX01``, ``NAXIS1000``."""
        if self.lookup(keyword) is not None:
            return None
        for template, groups in self._candidates(keyword):
            fault = self._fault(template, groups)
            if fault is not None:
                letter, text, reason = fault
                entry = self.entry(template.name)
                low, high = entry.index.get(letter, (0, int(text)))
                canonical = _DIGITS.sub(lambda run: str(int(run[0])), keyword)
                return Near(entry, reason, letter, text, low, high, canonical)
        return None

    def _find(self, keyword: str) -> Match | None:
        if keyword in self._exact:
            return Match(self.entry(keyword), {})
        for template, groups in self._candidates(keyword):
            if self._fault(template, groups) is None:
                numbers = zip(template.letters, map(int, groups[:-1]), strict=True)
                return Match(self.entry(template.name), dict(numbers), groups[-1])
        return None

    def _candidates(self, keyword: str) -> Iterator[tuple[Template, tuple[str, ...]]]:
        """Templates of the form of ``keyword``, most specific first, with its indices."""
        skeleton = _DIGITS.sub("#", keyword)
        templates = self._by_skeleton.get(skeleton)
        if templates is None and skeleton[-1:].isupper():
            templates = [t for t in self._by_skeleton.get(skeleton[:-1], ()) if t.versioned]
        for template in templates or ():
            groups = template.indices(keyword)
            if groups is not None:
                yield template, groups

    def _fault(
        self, template: Template, groups: tuple[str, ...]
    ) -> tuple[str, str, Literal["out-of-range", "leading-zero"]] | None:
        index = self.entry(template.name).index
        for letter, text in zip(template.letters, groups[:-1], strict=True):
            if text[0] == "0" and len(text) > 1 and not template.fixed_width(letter):
                return letter, text, "leading-zero"
            low, high = index.get(letter, (0, int(text)))
            if not low <= int(text) <= high:
                return letter, text, "out-of-range"
        return None
