"""Which authority a file follows: told by values of its header, its FRAMEID or its name."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from fitslint.dictionary.authority import STANDARD, Authority, authority
from fitslint.dictionary.load import heads

Values = Callable[[str], str | None]
"""The string value of a keyword of the header; None when it is absent or no string."""
FRAMEID = "FRAMEID"
_SUFFIX = re.compile(r"(\.(fits?|fts|fz|hdr|gz))+$", re.IGNORECASE)


class _Sign(NamedTuple):
    """What tells the files of one dictionary."""

    id: str
    family: str
    ancestors: frozenset[str]
    headers: tuple[tuple[tuple[str, re.Pattern[str]], ...], ...]
    """Any of these; all keywords of one."""
    frameid: re.Pattern[str] | None
    filename: re.Pattern[str] | None


@cache
def signs() -> tuple[_Sign, ...]:
    """The signs of all dictionaries of this distribution, the most special first."""
    found = [
        _sign(name, head, head["recognises"])
        for name, head in heads().items()
        if "recognises" in head
    ]
    return tuple(sorted(found, key=lambda sign: (-len(sign.ancestors), sign.id)))


def _sign(name: str, head: Mapping[str, Any], known: Mapping[str, Any]) -> _Sign:
    tables = known.get("header", [])
    headers = tuple(
        tuple(
            (keyword, re.compile("|".join(map(fnmatch.translate, values)), re.IGNORECASE))
            for keyword, values in table.items()
        )
        for table in (tables if isinstance(tables, list) else [tables])
    )
    return _Sign(
        name,
        name.partition("/")[0],
        frozenset(_ancestors(name)),
        headers,
        _any_of(known.get("frameid", ())),
        _any_of(known.get("filename", ())),
    )


def _ancestors(name: str) -> set[str]:
    above = {one for one in heads()[name].get("extends", ()) if one in heads() and one != name}
    return above.union(*(_ancestors(one) for one in above)) if above else above


def _any_of(patterns: list[str] | tuple[()]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{one})" for one in patterns)) if patterns else None


@cache
def keywords(family: str = "") -> tuple[str, ...]:
    """The keywords that recognising looks at, FRAMEID last."""
    wanted = [sign for sign in signs() if family in ("", sign.family)]
    names = {key for sign in wanted for header in sign.headers for key, _ in header} | {FRAMEID}
    return tuple(sorted(names, key=lambda name: (name == FRAMEID, name)))


@cache
def _names(family: str) -> re.Pattern[str] | None:
    known = [
        sign.filename.pattern for sign in signs() if family in ("", sign.family) and sign.filename
    ]
    return _any_of(known) if known else None


def may_tell(filename: str, family: str = "") -> bool:
    """Whether a file name has a form that one of the dictionaries prescribes."""
    forms = _names(family)
    return forms is not None and forms.fullmatch(_stem(filename)) is not None


def _stem(filename: str) -> str:
    return _SUFFIX.sub("", re.split(r"[/\\]", filename)[-1])


def recognise(values: Values, filename: str = "", family: str = "") -> Authority | None:
    """The authority of a header; None when nothing tells one.

    Parameters
    ----------
    values : callable
        the string values of the header.
    filename : str
        path or name of the file; folders and suffixes do not count.
    family : str
        look among these dictionaries only (``subaru``).
    """
    best: tuple[int, int, _Sign, str] | None = None
    stem = _stem(filename)
    by_id = {sign.id: sign for sign in signs()}
    for sign in by_id.values():
        if family and sign.family != family:
            continue
        strength, why = _told(sign, by_id, values, stem)
        # A header outweighs a name; among equals the more special dictionary, then the first.
        rank = (strength, len(sign.ancestors))
        if strength and (best is None or rank > best[:2]):
            best = (*rank, sign, why)
    return authority((best[2].id,), best[3]) if best else None


@cache
def at_least() -> Mapping[str, Callable[[bytes, int, int], object]]:
    """What columns 9-80 of a card begin with in any file that its header tells, by keyword.

    Without FRAMEID, a header none of whose cards begins so is nobody's.
    """
    globs: dict[str, list[str]] = {}
    for sign in signs():
        tables = heads()[sign.id]["recognises"].get("header", [])
        for table in () if sign.ancestors & _with_headers() else _listed(tables):
            key, values = next(iter(table.items()))
            globs.setdefault(key, []).extend(values)
    return {
        key: re.compile(
            b" *= *' *(?:%b)" % "|".join(map(_beginning, values)).encode(), re.IGNORECASE
        ).match
        for key, values in globs.items()
    }


def _beginning(glob: str) -> str:
    """The plain characters that a value which fits a glob begins with, as a pattern."""
    return re.escape(re.split(r"[*?\[]", glob)[0])


def _listed(tables: Any) -> list[Mapping[str, Any]]:
    return tables if isinstance(tables, list) else [tables]


@cache
def _with_headers() -> frozenset[str]:
    return frozenset(sign.id for sign in signs() if sign.headers)


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
def families() -> tuple[str, ...]:
    """The authorities whose dictionaries a profile can ask for."""
    names = (name.partition("/")[0] for name in heads())
    return tuple(dict.fromkeys(name for name in names if name != STANDARD))


@cache
def root(family: str) -> str:
    """The dictionary of a family that the others extend (the one extended most often)."""
    own = [name for name in heads() if name.partition("/")[0] == family]
    counts = {name: sum(name in _ancestors(other) for other in own) for name in own}
    return max(own, key=lambda name: (counts[name], -len(name)))
