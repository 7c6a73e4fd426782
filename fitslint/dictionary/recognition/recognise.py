"""Which authority a file follows: told by values of its header, its FRAMEID or its name."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fitslint.dictionary.files.load import load_heads
from fitslint.dictionary.recognition.chain import STANDARD_FAMILY, DictionaryChain, load_chain
from fitslint.dictionary.values.relation import Relation, ValueLookup, parse_relation
from fitslint.model.late import compile_late
from fitslint.model.records import NamedTuple

if TYPE_CHECKING:
    from fitslint.dictionary.recognition.user_dictionaries import UserDictionaries

StringLookup = Callable[[str], str | None]
"""The string value of a keyword of the header; None when it is absent or no string."""
FRAMEID = "FRAMEID"
_NAMES = compile_late(r"`([^`]+)`|([A-Z0-9_][A-Za-z0-9_-]*)")
_PRESENT = compile_late(r"\bpresent\(`?([A-Za-z0-9_ -]+)`?\)")
_QUOTED = compile_late(r"'[^']*'")
_FORM_START = compile_late(r"(?:[A-Za-z0-9_](?![*?{]))*")
"""The letters of a pattern that stand for themselves."""
_SUFFIX = compile_late(r"(\.(fits?|fts|fz|hdr|gz))+$", re.IGNORECASE)


class _Signature(NamedTuple):
    """What tells the files of one dictionary."""

    id: str
    family: str
    ancestors: frozenset[str]
    headers: tuple[tuple[tuple[str, re.Pattern[str]], ...], ...]
    """Any of these; all keywords of one."""
    frameid: re.Pattern[str] | None
    filename: re.Pattern[str] | None
    files: frozenset[str]
    """Kinds of file that the dictionary is for; empty for all."""


class Recogniser:
    """Tells the authority of a header by the signs of all dictionaries that take part.

    Parameters
    ----------
    family : str
        look among the dictionaries of this family only (``subaru``); empty: among all.
    own : Own, optional
        dictionaries of the user beside those of this distribution; one of the same id stands in
        place of ours.
    """

    def __init__(self, family: str = "", own: UserDictionaries | None = None) -> None:
        self.family = family
        self._user_paths: Mapping[str, Path] = own or {}
        self._heads = {**load_heads(), **(own.heads if own else {})}
        self._kinds: dict[str, tuple[tuple[str, Relation], ...]] = {}
        if own:
            self.signatures  # noqa: B018 -- a mistake in a pattern comes to light at once

    @cached_property
    def signatures(self) -> tuple[_Signature, ...]:
        """The signs of all dictionaries, the most special first."""
        found = [
            self._build_signature(name, self._heads[name], self._heads[name]["recognises"])
            for name in self._list_recognised()
        ]
        return tuple(sorted(found, key=lambda sign: (-len(sign.ancestors), sign.id)))

    def _list_recognised(self) -> list[str]:
        """The dictionaries that say what their files are known by."""
        return [
            name for name, head in self._heads.items()
            if "recognises" in head and self.family in ("", name.partition("/")[0])
        ]  # fmt: skip

    def _list_header_tables(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The dictionaries that headers tell, each with the keywords of a sign and their values."""
        return [
            (name, table)
            for name in self._list_recognised()
            for table in _ensure_list(self._heads[name]["recognises"].get("header", []))
        ]

    def _build_signature(
        self, name: str, head: Mapping[str, Any], known: Mapping[str, Any]
    ) -> _Signature:
        headers = tuple(
            tuple(
                (keyword, compile_late("|".join(map(fnmatch.translate, values)), re.IGNORECASE))
                for keyword, values in table.items()
            )
            for table in _ensure_list(known.get("header", []))
        )
        compiled = re.compile if name in self._user_paths else compile_late
        return _Signature(
            name,
            name.partition("/")[0],
            frozenset(self._list_ancestors(name)),
            headers,
            _join_patterns(known.get("frameid", ()), compiled),
            _join_patterns(known.get("filename", ()), compiled),
            frozenset(self.list_file_kinds(name)),
        )

    def _list_ancestors(self, name: str, below: tuple[str, ...] = ()) -> set[str]:
        above = {self._resolve_name(base, name) for base in self._heads[name].get("extends", ())}
        above = {base for base in above if base in self._heads and base not in (name, *below)}
        return above.union(*(self._list_ancestors(base, (*below, name)) for base in above))

    def _resolve_name(self, name: str, by: str) -> str:
        """The id of what a dictionary extends, which it may name by its file."""
        if not name.endswith(".toml") or by not in self._user_paths:
            return name
        path = (self._user_paths[by].parent / name).resolve()
        return next(
            (identity for identity, other in self._user_paths.items() if other.resolve() == path),
            name,
        )

    def list_file_kinds(self, name: str) -> tuple[str, ...]:
        """The kinds of file that a dictionary is for: its own, else of what it extends."""
        own = self._heads[name].get("files")
        if own:
            return tuple(own)
        above = (
            self._heads[ancestor].get("files", ())
            for ancestor in sorted(self._list_ancestors(name))
        )
        return tuple(next(filter(None, above), ()))

    def parse_kinds(self, family: str) -> tuple[tuple[str, Relation], ...]:
        """The kinds of file of an authority, and what tells each; the first that holds counts."""
        known = self._kinds.get(family)
        if known is None:
            told = self._collect_kind_texts(family).items()
            known = self._kinds[family] = tuple((kind, parse_relation(text)) for kind, text in told)
        return known

    def _collect_kind_texts(self, family: str) -> dict[str, str]:
        """Kinds of file of an authority and the expressions that tell them."""
        tables = (
            head.get("kinds", {})
            for name, head in self._heads.items()
            if name.partition("/")[0] == family
        )
        return {kind: text for table in tables for kind, text in table.items()}

    def _classify_file(self, family: str, scope: ValueLookup) -> str:
        """The kind of file that a header tells; empty where the authority knows no kinds."""
        told = (
            kind for kind, relation in self.parse_kinds(family) if relation.holds(scope) is True
        )
        return next(told, "")

    @cached_property
    def keywords(self) -> tuple[str, ...]:
        """The keywords by which an authority is recognised, FRAMEID last."""
        # Said by the heads alone: before the first file no pattern is made.
        names = {key for _, table in self._list_header_tables() for key in table}
        return tuple(sorted(names | {FRAMEID}, key=lambda name: (name == FRAMEID, name)))

    @cached_property
    def kind_keywords(self) -> frozenset[str]:
        """Keywords on whose values the kind of a file may hang."""
        found = _NAMES.findall(_PRESENT.sub("", self._expressions))
        return frozenset(quoted or plain for quoted, plain in found)

    @cached_property
    def presence_keywords(self) -> frozenset[str]:
        """Keywords of which only counts whether they have a value."""
        return frozenset(_PRESENT.findall(self._expressions))

    @cached_property
    def _expressions(self) -> str:
        # Nothing is parsed for these names: they are asked for before the first file.
        families = {name.partition("/")[0] for name in self._list_recognised()}
        texts = (text for family in families for text in self._collect_kind_texts(family).values())
        return _QUOTED.sub("''", "\n".join(texts))

    @cached_property
    def _filename_forms(self) -> dict[str, list[re.Pattern[str]]]:
        """The forms of file names by the plain letters that they begin with."""
        forms: dict[str, list[re.Pattern[str]]] = {}
        for name in self._list_recognised():
            for form in self._heads[name]["recognises"].get("filename", ()):
                forms.setdefault(_extract_form_start(form), []).append(compile_late(form))
        return forms

    @cached_property
    def _form_starts(self) -> frozenset[str] | None:
        """The first two letters of each; None where one has fewer."""
        starts = frozenset(start[:2] for start in self._filename_forms)
        return None if any(len(start) < 2 for start in starts) else starts

    def has_filename_form(self, name: str) -> bool:
        """Whether a file name has a form that one of the dictionaries prescribes."""
        starts = self._form_starts
        if starts is not None and name[:2] not in starts:  # as of nearly all
            return False
        stem = _strip_suffixes(name)
        return any(
            form.fullmatch(stem)
            for start, forms in self._filename_forms.items() if name.startswith(start)
            for form in forms
        )  # fmt: skip

    def recognise(
        self, values: StringLookup, filename: str = "", scope: ValueLookup | None = None
    ) -> DictionaryChain | None:
        """The authority of a header; None when nothing tells one.

        Where no dictionary of the authority is for this kind of file, they explain what is there
        and demand nothing.

        Parameters
        ----------
        values : callable
            the string values of the header.
        filename : str
            path or name of the file; folders and suffixes do not count.
        scope : callable
            the values of any type, by which the kind of the file is told; else the strings.
        """
        best: tuple[tuple[int, bool, int], _Signature, str] | None = None
        stem = _strip_suffixes(filename)
        by_id = {sign.id: sign for sign in self.signatures}
        kinds: dict[str, str] = {}
        for sign in self.signatures:
            strength, why = _measure_match(sign, by_id, values, stem)
            if not strength:
                continue
            if sign.family not in kinds:
                kinds[sign.family] = self._classify_file(sign.family, scope or values)
            # A name says itself what is in the file; a header has to be of the right kind.
            suits = strength == 1 or not sign.files or kinds[sign.family] in sign.files
            # A header outweighs a name; among equals the more special dictionary, then the first.
            rank = (strength, suits, len(sign.ancestors))
            if best is None or rank > best[0]:
                best = rank, sign, why
        if best is None:
            return None
        (_, judges, _), sign, why = best
        found = load_chain((sign.id,), why, self._user_paths)
        return found if judges else found.make_explanatory(kinds[sign.family])

    @cached_property
    def value_prefixes(self) -> Mapping[str, Callable[[bytes, int, int], object]]:
        """What columns 9-80 of a card begin with in any file that its header tells, by keyword.

        Without FRAMEID, a header none of whose cards begins so is nobody's.
        """
        tables = self._list_header_tables()
        with_headers = {name for name, _ in tables}
        globs: dict[str, dict[str, None]] = {}
        for name, table in tables:
            if with_headers.isdisjoint(self._list_ancestors(name)):
                key, values = next(iter(table.items()))
                globs.setdefault(key, {}).update(dict.fromkeys(map(_extract_prefix, values)))
        return {
            key: re.compile(b" *= *' *(?:%b)" % "|".join(prefixes).encode(), re.IGNORECASE).match
            for key, prefixes in globs.items()
        }

    @cached_property
    def families(self) -> tuple[str, ...]:
        """The authorities whose dictionaries a profile can ask for."""
        names = (name.partition("/")[0] for name in self._heads)
        return tuple(dict.fromkeys(name for name in names if name != STANDARD_FAMILY))

    def load_base_chain(self) -> DictionaryChain:
        """The authority of the family where the file tells nothing more."""
        return load_chain((self.find_base_id(self.family),), "asked for", self._user_paths)

    def find_base_id(self, family: str) -> str:
        """The dictionary of a family that the others extend (the one extended most often)."""
        own = [name for name in self._heads if name.partition("/")[0] == family]
        above = [self._list_ancestors(name) for name in own]
        counts = {name: sum(name in ancestors for ancestors in above) for name in own}
        return max(own, key=lambda name: (counts[name], -len(name)))


def _ensure_list(tables: Any) -> list[Mapping[str, Any]]:
    return tables if isinstance(tables, list) else [tables]


def _join_patterns(
    patterns: Iterable[str], compiled: Callable[[str], re.Pattern[str]] = re.compile
) -> re.Pattern[str] | None:
    text = "|".join(f"(?:{pattern})" for pattern in patterns)
    return compiled(text) if text else None


def _strip_suffixes(filename: str) -> str:
    return _SUFFIX.sub("", filename.rpartition("/")[2].rpartition("\\")[2])


def _extract_prefix(glob: str) -> str:
    """The plain characters that a value which fits a glob begins with, as a pattern."""
    return re.escape(re.split(r"[*?\[]", glob)[0])


def _extract_form_start(form: str) -> str:
    """The plain letters that every text of a pattern begins with; perhaps none."""
    found = _FORM_START.match(form)
    return found[0] if found and "|" not in form else ""


def _measure_match(
    sign: _Signature, by_id: Mapping[str, _Signature], values: StringLookup, stem: str
) -> tuple[int, str]:
    """How strongly a file tells this dictionary (0: not), and by what."""
    frame = values(FRAMEID) if sign.frameid else None
    if sign.frameid and frame and sign.frameid.fullmatch(frame.strip()):
        return 2, f"{FRAMEID} = {frame.strip()!r}"
    told = _find_agreement(sign, values)
    if told:
        # INSTRUME = 'AO' means something only where the authority itself is told as well.
        above = [
            by_id[ancestor]
            for ancestor in sign.ancestors
            if ancestor in by_id and by_id[ancestor].headers
        ]
        if all(_find_agreement(condition, values) for condition in above):
            return 2, ", ".join(f"{key} = {(values(key) or '').strip()!r}" for key in told)
    if sign.filename and sign.filename.fullmatch(stem):
        return 1, f"the file name {stem}"
    return 0, ""


def _find_agreement(sign: _Signature, values: StringLookup) -> tuple[str, ...]:
    """The keywords of the first of its headers that agree with the values; none when none does."""
    for header in sign.headers:
        if all(
            (value := values(key)) is not None and pattern.fullmatch(value.strip())
            for key, pattern in header
        ):
            return tuple(key for key, _ in header)
    return ()


@cache
def get_recogniser(family: str) -> Recogniser:
    """The recogniser of the dictionaries of this distribution, or of one family of them."""
    return Recogniser(family)


def recognise_header(
    values: StringLookup, filename: str = "", family: str = "", scope: ValueLookup | None = None
) -> DictionaryChain | None:
    """The authority that the dictionaries of this distribution tell."""
    return get_recogniser(family).recognise(values, filename, scope)


def list_families() -> tuple[str, ...]:
    """The authorities of this distribution whose dictionaries a profile can ask for."""
    return get_recogniser("").families


def find_base_dictionary(family: str) -> str:
    """The dictionary of a family that the others extend."""
    return get_recogniser("").find_base_id(family)
