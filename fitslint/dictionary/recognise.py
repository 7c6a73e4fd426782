"""Which authority a file follows: told by values of its header, its FRAMEID or its name."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fitslint.dictionary.authority import STANDARD, Authority, authority
from fitslint.dictionary.load import heads
from fitslint.dictionary.relation import Relation, Scope, parse
from fitslint.model.late import compile_late

if TYPE_CHECKING:
    from fitslint.dictionary.own import Own

Values = Callable[[str], str | None]
"""The string value of a keyword of the header; None when it is absent or no string."""
FRAMEID = "FRAMEID"
_NAMES = compile_late(r"`([^`]+)`|([A-Z0-9_][A-Za-z0-9_-]*)")
_PRESENT = compile_late(r"\bpresent\(`?([A-Za-z0-9_ -]+)`?\)")
_QUOTED = compile_late(r"'[^']*'")
_SUFFIX = compile_late(r"(\.(fits?|fts|fz|hdr|gz))+$", re.IGNORECASE)


class _Sign(NamedTuple):
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

    def __init__(self, family: str = "", own: Own | None = None) -> None:
        self.family = family
        self._own: Mapping[str, Path] = own or {}
        self._heads = {**heads(), **(own.heads if own else {})}
        self._kinds: dict[str, tuple[tuple[str, Relation], ...]] = {}

    @cached_property
    def signs(self) -> tuple[_Sign, ...]:
        """The signs of all dictionaries, the most special first."""
        found = [
            self._sign(name, head, head["recognises"])
            for name, head in self._heads.items()
            if "recognises" in head and self.family in ("", name.partition("/")[0])
        ]
        return tuple(sorted(found, key=lambda sign: (-len(sign.ancestors), sign.id)))

    def _sign(self, name: str, head: Mapping[str, Any], known: Mapping[str, Any]) -> _Sign:
        headers = tuple(
            tuple(
                (keyword, compile_late("|".join(map(fnmatch.translate, values)), re.IGNORECASE))
                for keyword, values in table.items()
            )
            for table in _listed(known.get("header", []))
        )
        # A mistake in a pattern of the user's comes to light at once.
        compiled = re.compile if name in self._own else compile_late
        return _Sign(
            name,
            name.partition("/")[0],
            frozenset(self._ancestors(name)),
            headers,
            _any_of(known.get("frameid", ()), compiled),
            _any_of(known.get("filename", ()), compiled),
            frozenset(self.files(name)),
        )

    def _ancestors(self, name: str, below: tuple[str, ...] = ()) -> set[str]:
        above = {self._spelt(one, name) for one in self._heads[name].get("extends", ())}
        above = {one for one in above if one in self._heads and one not in (name, *below)}
        return above.union(*(self._ancestors(one, (*below, name)) for one in above))

    def _spelt(self, name: str, by: str) -> str:
        """The id of what a dictionary extends, which it may name by its file."""
        if not name.endswith(".toml") or by not in self._own:
            return name
        path = (self._own[by].parent / name).resolve()
        return next((one for one, other in self._own.items() if other.resolve() == path), name)

    def files(self, name: str) -> tuple[str, ...]:
        """The kinds of file that a dictionary is for: its own, else of what it extends."""
        own = self._heads[name].get("files")
        if own:
            return tuple(own)
        above = (self._heads[one].get("files", ()) for one in sorted(self._ancestors(name)))
        return tuple(next(filter(None, above), ()))

    def kinds(self, family: str) -> tuple[tuple[str, Relation], ...]:
        """The kinds of file of an authority, and what tells each; the first that holds counts."""
        known = self._kinds.get(family)
        if known is None:
            told = self._tests(family).items()
            known = self._kinds[family] = tuple((kind, parse(text)) for kind, text in told)
        return known

    def _tests(self, family: str) -> dict[str, str]:
        """Kinds of file of an authority and the expressions that tell them."""
        tables = (
            head.get("kinds", {})
            for name, head in self._heads.items()
            if name.partition("/")[0] == family
        )
        return {kind: text for table in tables for kind, text in table.items()}

    def _kind(self, family: str, scope: Scope) -> str:
        """The kind of file that a header tells; empty where the authority knows no kinds."""
        told = (kind for kind, relation in self.kinds(family) if relation.holds(scope) is True)
        return next(told, "")

    @cached_property
    def keywords(self) -> tuple[str, ...]:
        """The keywords by which an authority is recognised, FRAMEID last."""
        names = {key for sign in self.signs for header in sign.headers for key, _ in header}
        return tuple(sorted(names | {FRAMEID}, key=lambda name: (name == FRAMEID, name)))

    @cached_property
    def further(self) -> frozenset[str]:
        """Keywords on whose values the kind of a file may hang."""
        found = _NAMES.findall(_PRESENT.sub("", self._expressions))
        return frozenset(quoted or plain for quoted, plain in found)

    @cached_property
    def present(self) -> frozenset[str]:
        """Keywords of which only counts whether they have a value."""
        return frozenset(_PRESENT.findall(self._expressions))

    @cached_property
    def _expressions(self) -> str:
        # Nothing is parsed for these names: they are asked for before the first file.
        families = {sign.family for sign in self.signs}
        texts = (text for one in families for text in self._tests(one).values())
        return _QUOTED.sub("''", "\n".join(texts))

    @cached_property
    def _forms(self) -> re.Pattern[str] | None:
        return _any_of([sign.filename.pattern for sign in self.signs if sign.filename])

    def may_tell(self, filename: str) -> bool:
        """Whether a file name has a form that one of the dictionaries prescribes."""
        forms = self._forms
        return forms is not None and forms.fullmatch(_stem(filename)) is not None

    def recognise(
        self, values: Values, filename: str = "", scope: Scope | None = None
    ) -> Authority | None:
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
        best: tuple[tuple[int, bool, int], _Sign, str] | None = None
        stem = _stem(filename)
        by_id = {sign.id: sign for sign in self.signs}
        kinds: dict[str, str] = {}
        for sign in self.signs:
            strength, why = _told(sign, by_id, values, stem)
            if not strength:
                continue
            if sign.family not in kinds:
                kinds[sign.family] = self._kind(sign.family, scope or values)
            # A name says itself what is in the file; a header has to be of the right kind.
            suits = strength == 1 or not sign.files or kinds[sign.family] in sign.files
            # A header outweighs a name; among equals the more special dictionary, then the first.
            rank = (strength, suits, len(sign.ancestors))
            if best is None or rank > best[0]:
                best = rank, sign, why
        if best is None:
            return None
        (_, judges, _), sign, why = best
        found = authority((sign.id,), why, self._own)
        return found if judges else found.explaining(kinds[sign.family])

    @cached_property
    def at_least(self) -> Mapping[str, Callable[[bytes, int, int], object]]:
        """What columns 9-80 of a card begin with in any file that its header tells, by keyword.

        Without FRAMEID, a header none of whose cards begins so is nobody's.
        """
        with_headers = {sign.id for sign in self.signs if sign.headers}
        globs: dict[str, list[str]] = {}
        for sign in self.signs:
            tables = _listed(self._heads[sign.id]["recognises"].get("header", []))
            for table in () if sign.ancestors & with_headers else tables:
                key, values = next(iter(table.items()))
                globs.setdefault(key, []).extend(values)
        return {
            key: re.compile(
                b" *= *' *(?:%b)" % "|".join(map(_beginning, values)).encode(), re.IGNORECASE
            ).match
            for key, values in globs.items()
        }

    @cached_property
    def families(self) -> tuple[str, ...]:
        """The authorities whose dictionaries a profile can ask for."""
        names = (name.partition("/")[0] for name in self._heads)
        return tuple(dict.fromkeys(name for name in names if name != STANDARD))

    def root(self) -> Authority:
        """The authority of the family where the file tells nothing more."""
        return authority((self.root_id(self.family),), "asked for", self._own)

    def root_id(self, family: str) -> str:
        """The dictionary of a family that the others extend (the one extended most often)."""
        own = [name for name in self._heads if name.partition("/")[0] == family]
        above = [self._ancestors(name) for name in own]
        counts = {name: sum(name in one for one in above) for name in own}
        return max(own, key=lambda name: (counts[name], -len(name)))


def _listed(tables: Any) -> list[Mapping[str, Any]]:
    return tables if isinstance(tables, list) else [tables]


def _any_of(
    patterns: Iterable[str], compiled: Callable[[str], re.Pattern[str]] = re.compile
) -> re.Pattern[str] | None:
    text = "|".join(f"(?:{one})" for one in patterns)
    return compiled(text) if text else None


def _stem(filename: str) -> str:
    return _SUFFIX.sub("", re.split(r"[/\\]", filename)[-1])


def _beginning(glob: str) -> str:
    """The plain characters that a value which fits a glob begins with, as a pattern."""
    return re.escape(re.split(r"[*?\[]", glob)[0])


def _told(sign: _Sign, by_id: Mapping[str, _Sign], values: Values, stem: str) -> tuple[int, str]:
    """How strongly a file tells this dictionary (0: not), and by what."""
    frame = values(FRAMEID) if sign.frameid else None
    if sign.frameid and frame and sign.frameid.fullmatch(frame.strip()):
        return 2, f"{FRAMEID} = {frame.strip()!r}"
    told = _agreeing(sign, values)
    if told:
        # INSTRUME = 'AO' means something only where the authority itself is told as well.
        above = [by_id[one] for one in sign.ancestors if one in by_id and by_id[one].headers]
        if all(_agreeing(one, values) for one in above):
            return 2, ", ".join(f"{key} = {(values(key) or '').strip()!r}" for key in told)
    if sign.filename and sign.filename.fullmatch(stem):
        return 1, f"the file name {stem}"
    return 0, ""


def _agreeing(sign: _Sign, values: Values) -> tuple[str, ...]:
    """The keywords of the first of its headers that agree with the values; none when none does."""
    for header in sign.headers:
        if all(
            (value := values(key)) is not None and pattern.fullmatch(value.strip())
            for key, pattern in header
        ):
            return tuple(key for key, _ in header)
    return ()


@cache
def of_family(family: str) -> Recogniser:
    """The recogniser of the dictionaries of this distribution, or of one family of them."""
    return Recogniser(family)


def recognise(
    values: Values, filename: str = "", family: str = "", scope: Scope | None = None
) -> Authority | None:
    """The authority that the dictionaries of this distribution tell."""
    return of_family(family).recognise(values, filename, scope)


def families() -> tuple[str, ...]:
    """The authorities of this distribution whose dictionaries a profile can ask for."""
    return of_family("").families


def root(family: str) -> str:
    """The dictionary of a family that the others extend."""
    return of_family("").root_id(family)
