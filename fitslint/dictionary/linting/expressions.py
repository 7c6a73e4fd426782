"""Relations, conditions, words of importance and patterns: whether they can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fitslint.dictionary.linting.remark import Remark, Subject, unless_explained
from fitslint.dictionary.load import conventions, fits
from fitslint.dictionary.load import heads as shipped_heads
from fitslint.dictionary.match import Dictionary, Template
from fitslint.dictionary.nearest import nearest
from fitslint.dictionary.patterns import PatternError, compile_pattern
from fitslint.dictionary.positions import Path
from fitslint.dictionary.relation import Relation, RelationError, instance, parse
from fitslint.text import find_similar, suggest, suggest_word

_CHARACTERS = 50_000
"""Of all expressions of a dictionary that differ; reading them takes a tenth of a second or two."""
_RELATIONS = 50
_DEMANDING = re.compile("(required?|mandatory|obligatory|must|essential)", re.IGNORECASE)
"""Words of importance that were surely meant to require a keyword."""


def amounts(subject: Subject) -> Iterator[Remark]:
    """More expressions than are read in a moment."""
    every, bounded = list(_expressions(subject)), sum(1 for _ in _bounded(subject))
    if bounded < len(every):
        sentence = f"the expressions of a dictionary have at most {_CHARACTERS:,} characters in all"
        yield Remark(every[bounded][0], "error", sentence, broken=True)
    for path, table in subject.tables:
        count = len(table.get("relation", ()))
        if count > _RELATIONS:
            sentence = f"holds {count} relations; a keyword has at most {_RELATIONS}"
            yield Remark((*path, "relation"), "error", sentence, broken=True)


def _bounded(subject: Subject) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    """The expressions up to where reading them would take too long; each counts once."""
    texts: set[str] = set()
    total = 0
    for path, text, table in _expressions(subject):
        total += len(text) if text not in texts else 0
        texts.add(text)
        if total > _CHARACTERS:
            return
        yield path, text, table


def expressions(subject: Subject) -> Iterator[Remark]:
    """Relations and conditions that cannot be read."""
    for path, text, _ in _bounded(subject):
        try:
            parse(text)
        except RelationError as error:
            yield Remark(path, "error", f"column {error.column}: {error}", broken=True)


def unknown_names(subject: Subject) -> Iterator[Remark]:
    """Keywords in expressions that no dictionary of the chain defines."""
    known = _chain(subject)
    for path, text, table in _bounded(subject):
        if path[1] == "kinds":
            continue  # what tells a file of another kind is nobody's keyword here
        relation = _parsed(text)
        for name in relation.names if relation else ():
            if not any(_defined(name, one) for one in known):
                close = next(filter(None, (nearest(one, name) for one in known)), None)
                hint = suggest_word(close, quote=False)
                sentence = f"no dictionary that holds here defines {name}{hint}"
                yield Remark(path, unless_explained(table, "warning"), sentence)


def importances(subject: Subject) -> Iterator[Remark]:
    """Words of importance that require nothing, each told once."""
    words: dict[str, str] = {}
    for document in (*reversed(subject.above), subject.document):
        words.update(document.head.get("importance", {}))
    found: dict[str, list[Path]] = {}
    for path, table in subject.tables:
        word = table.get("importance")
        if word and word not in words:
            found.setdefault(word, []).append((*path, "importance"))
        elif "condition" in table and not word:
            sentence = "has no effect without an importance that requires the keyword"
            yield Remark((*path, "condition"), "warning", sentence)
    for word, paths in found.items():
        close = find_similar(word, words, 0.75)
        hint = suggest_word(close)
        more = f" ({len(paths)} keywords)" if len(paths) > 1 else ""
        sentence = f"{word!r} is not in [dictionary.importance]: it requires nothing{more}{hint}"
        severe = close or _DEMANDING.fullmatch(word)
        yield Remark(paths[0], "warning" if severe else "info", sentence)


def kinds(subject: Subject) -> Iterator[Remark]:
    """Kinds of file that no dictionary of the chain tells."""
    heads = [one.head for one in (subject.document, *subject.above)]
    told = {kind for head in heads for kind in head.get("kinds", {})}
    family = subject.document.id.partition("/")[0]
    told |= {
        kind
        for name, head in shipped_heads().items()
        if name.partition("/")[0] == family
        for kind in head.get("kinds", {})
    }
    for at, kind in enumerate(subject.document.head.get("files", ())):
        if kind not in told:
            hint = suggest(kind, told)
            sentence = f"no [dictionary.kinds] tells files of the kind {kind!r}{hint}"
            yield Remark(("dictionary", "files", at), "error", sentence)


def patterns(subject: Subject) -> Iterator[Remark]:
    """Regular expressions that are none or might take very long."""
    for path, text in _patterns(subject):
        try:
            compile_pattern(text)
        except PatternError as error:
            yield Remark(path, "error", str(error), broken=True)


def _patterns(subject: Subject) -> Iterator[tuple[Path, str]]:
    for path, table in subject.tables:
        if "pattern" in table:
            yield (*path, "pattern"), table["pattern"]
    recognises = subject.document.head.get("recognises", {})
    for key in ("frameid", "filename"):
        for at, text in enumerate(recognises.get(key, ())):
            yield ("dictionary", "recognises", key, at), text


def _expressions(subject: Subject) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    """Every expression with its place and the table that it is in."""
    head = subject.document.head
    for key in ("importance", "kinds"):
        for word, text in head.get(key, {}).items():
            yield ("dictionary", key, word), text, head
    for path, table in subject.tables:
        if "condition" in table:
            yield (*path, "condition"), table["condition"], table
        for at, relation in enumerate(table.get("relation", ())):
            text = relation if isinstance(relation, str) else relation["holds"]
            yield (*path, "relation", at), text, table


def _parsed(text: str) -> Relation | None:
    try:
        return parse(text)
    except RelationError:
        return None


def _chain(subject: Subject) -> list[Dictionary]:
    own = [one.dictionary for one in (subject.document, *subject.above)]
    return [*own, fits(), conventions()]


def _defined(name: str, dictionary: Dictionary) -> bool:
    """Whether a keyword, or the keywords of a template, are in a dictionary."""
    if name in dictionary.names or dictionary.lookup(name):
        return True
    if name == name.upper():
        return False
    letters = {letter: 1 for run in Template(name).runs for letter, _ in run if letter.isalpha()}
    return dictionary.lookup(instance(name, letters)) is not None
