"""Whose keywords a header uses: the dictionaries that hold for it, the most special first."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

from fitslint.dictionary.files.load import DictionaryError, list_ids, load_dictionary, load_heads
from fitslint.dictionary.matching.entry import Entry
from fitslint.dictionary.matching.match import Dictionary, Match
from fitslint.dictionary.matching.spelling import find_nearest_keyword
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.records import NamedTuple
from fitslint.text import suggest

_CACHE_MAX = 8192
STANDARD_FAMILY = "fits"
"""Family of the dictionaries that hold for every file; its rules are not those of an authority."""


class DictionaryChain:
    """The dictionaries that hold for an HDU.

    Parameters
    ----------
    dictionaries : sequence of Dictionary
        the most special first; where it is silent, the next one holds.
    why : str
        what of the file says so, or which option.
    binding : bool
        whether this very HDU says so: what an authority demands it demands here, in other HDUs of
        the file its dictionaries only explain what is there.
    suits_file : bool
        whether the dictionaries are for this kind of file; where they are not, no rule of the
        authority is asked, and what the keywords mean is still known.
    """

    def __init__(
        self,
        dictionaries: Iterable[Dictionary],
        why: str,
        *,
        binding: bool = True,
        suits_file: bool = True,
    ) -> None:
        self.dictionaries = tuple(dictionaries)
        self.why = why
        self.binding = binding
        self.suits_file = suits_file
        self._explanatory: dict[str, DictionaryChain] = {}
        self._memo: BoundedDict[str, tuple[Dictionary, Match] | None]
        self._memo = BoundedDict.create(_CACHE_MAX)

    @cached_property
    def id(self) -> str:
        """Id of the most special dictionary."""
        return self.dictionaries[0].id

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of all dictionaries."""
        return tuple(dictionary.id for dictionary in self.dictionaries)

    @cached_property
    def families(self) -> frozenset[str]:
        """The authorities: ``subaru``."""
        return frozenset(dictionary.family for dictionary in self.dictionaries)

    @cached_property
    def title(self) -> str:
        """Who demands it, for messages: the authority of the most special dictionary."""
        return str(self.dictionaries[0].head["authority"])

    @cached_property
    def non_binding(self) -> DictionaryChain:
        """The same for the other HDUs of the file."""
        return DictionaryChain(
            self.dictionaries, self.why, binding=False, suits_file=self.suits_file
        )

    def make_explanatory(self, kind: str) -> DictionaryChain:
        """The same for a kind of file that the dictionaries are not for."""
        known = self._explanatory.get(kind)
        if known is None:
            # The same object every time: the engine remembers by it what it prepared.
            why = f"{self.why}; {kind or 'another kind of file'}, which they are not for"
            known = DictionaryChain(self.dictionaries, why, binding=False, suits_file=False)
            self._explanatory[kind] = known
        return known

    @cached_property
    def rule_families(self) -> frozenset[str] | None:
        """The authorities whose rules are asked; None where none is."""
        return self.families if self.suits_file else None

    def lookup(self, keyword: str) -> Match | None:
        """The entry that holds for ``keyword``; None when no dictionary has one."""
        found = self._find_match(keyword)
        return found[1] if found else None

    def clause(self, keyword: str) -> str:
        """Dictionary and section that define ``keyword``, for findings."""
        found = self._find_match(keyword)
        return f"{found[0].id} {found[1].entry.clause}".rstrip() if found else self.id

    def _find_match(self, keyword: str) -> tuple[Dictionary, Match] | None:
        try:
            return self._memo[keyword]
        except KeyError:
            pass
        name = keyword.removeprefix("HIERARCH ")
        pairs = (
            (dictionary, dictionary.lookup(keyword) or dictionary.lookup(name))
            for dictionary in self.dictionaries
        )
        found = next(((source, match) for source, match in pairs if match), None)
        self._memo[keyword] = found
        return found

    @cached_property
    def archive(self) -> Dictionary | None:
        """The formats of the archive's database, where a dictionary names one."""
        names = (dictionary.head.get("archive") for dictionary in self.dictionaries)
        name = next(filter(None, names), None)
        return load_dictionary(str(name)) if name in list_ids() else None

    def find_nearest(self, keyword: str) -> str | None:
        """The keyword of one of the dictionaries that is one step from ``keyword``."""
        return next(
            filter(
                None,
                (find_nearest_keyword(dictionary, keyword) for dictionary in self.dictionaries),
            ),
            None,
        )

    def __iter__(self) -> Iterator[Entry]:
        """Every entry that holds, the most special first, each name once."""
        seen: set[str] = set()
        for dictionary in self.dictionaries:
            for name in dictionary.names:
                if name not in seen:
                    seen.add(name)
                    yield dictionary.entry(name)

    @cached_property
    def importance(self) -> Mapping[str, str]:
        """Words of importance and the condition under which they require a keyword."""
        words: dict[str, str] = {}
        for dictionary in reversed(self.dictionaries):
            words.update(dictionary.head.get("importance", {}))
        return words


class _Link(NamedTuple):
    """A dictionary and what it extends, as ids and paths."""

    dictionary: Dictionary
    below: tuple[str, ...]


def load_chain(
    names: tuple[str, ...], why: str, user_paths: Mapping[str, Path] | None = None
) -> DictionaryChain:
    """The authority of dictionaries given by id or path of a TOML file, with all they extend.

    ``user_paths`` are dictionaries of the user by id; they come before ours of the same id.

    Raises
    ------
    DictionaryError
        when one does not exist, cannot be used, or extends itself, or all hold for every file.
    """
    # Files are read anew: their author may have changed them.
    if user_paths or any(map(is_path, names)):
        return _build_chain(names, why, user_paths or {})
    return _build_cached_chain(names, why)


def _build_chain(
    names: tuple[str, ...], why: str, own: Mapping[str, Path] | None = None
) -> DictionaryChain:
    chain: dict[str, _Link] = {}
    for name in names:
        _add_to_chain(_canonicalise_name(name, Path(), own), (), chain, own)
    if not chain:
        raise DictionaryError(
            f"{', '.join(names)}: this needs not be asked for, it holds for every file"
        )
    # What several extend comes after all of them.
    order = sorted(chain, key=lambda name: -_measure_depth(name, chain))
    return DictionaryChain([chain[name].dictionary for name in order], why)


_build_cached_chain = lru_cache(maxsize=256)(_build_chain)


def _measure_depth(name: str, chain: Mapping[str, _Link]) -> int:
    """How many dictionaries lie below this one at most."""
    below = [base for base in chain[name].below if base in chain]
    return 1 + max((_measure_depth(base, chain) for base in below), default=0)


def _add_to_chain(
    name: str,
    above: tuple[str, ...],
    chain: dict[str, _Link],
    own: Mapping[str, Path] | None,
) -> None:
    """Add the dictionary ``name``, and what it extends, to ``chain``."""
    if name in above:
        path = " extends ".join([*above[above.index(name) :], name])
        raise DictionaryError(f"a dictionary extends itself: {path}")
    if name in chain or (name.partition("/")[0] == STANDARD_FAMILY and not is_path(name)):
        return
    dictionary = open_dictionary(name, user_paths=own)
    beside = Path(name).parent
    below = tuple(
        _canonicalise_name(other, beside, own) for other in dictionary.head.get("extends", ())
    )
    chain[name] = _Link(dictionary, below)
    for other in below:
        _add_to_chain(other, (*above, name), chain, own)


def _canonicalise_name(name: str, base: Path, own: Mapping[str, Path] | None) -> str:
    """An id, or the path of a file: one name for one dictionary, from whatever folder it is."""
    if own and name in own:
        return os.path.normpath(own[name])
    return os.path.normpath(base / name) if is_path(name) else name


def is_path(name: str) -> bool:
    """Whether a name of a dictionary is that of a file."""
    return name.endswith(".toml")


def open_dictionary(
    name: str, base: Path = Path(), user_paths: Mapping[str, Path] | None = None
) -> Dictionary:
    """The dictionary of an id, or in a TOML file (relative to ``base``).

    Raises
    ------
    DictionaryError
        when there is none, or it cannot be used.
    """
    if is_path(name):
        from fitslint.dictionary.linting.linter import check_file

        return check_file(base / name, user_paths).dictionary
    if name in list_ids():
        return load_dictionary(name)
    raise DictionaryError(f"there is no dictionary {name!r}{_suggest_id(name)}")


def _suggest_id(name: str) -> str:
    return suggest(name, load_heads(), otherwise="; 'fitslint dict list' shows them")
