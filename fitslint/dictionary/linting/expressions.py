"""Relations, conditions, words of importance and patterns: whether they can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fitslint.dictionary.files.load import load_conventions, load_standard
from fitslint.dictionary.files.load import load_heads as shipped_heads
from fitslint.dictionary.files.positions import KeyPath
from fitslint.dictionary.linting.remark import LintContext, Remark, soften_severity
from fitslint.dictionary.matching.match import Dictionary, Template
from fitslint.dictionary.matching.spelling import find_nearest_keyword
from fitslint.dictionary.values.patterns import PatternError, compile_pattern
from fitslint.dictionary.values.relation import (
    Relation,
    RelationError,
    fill_indices,
    parse_relation,
)
from fitslint.text import find_similar, suggest, suggest_word

_CHARACTERS_MAX = 50_000
"""Of all expressions of a dictionary that differ; reading them takes a tenth of a second or two."""
_RELATIONS_MAX = 50
_DEMANDING = re.compile("(required?|mandatory|obligatory|must|essential)", re.IGNORECASE)
"""Words of importance that were surely meant to require a keyword."""


def find_excess(subject: LintContext) -> Iterator[Remark]:
    """More expressions than are read in a moment."""
    every, bounded = list(_list_expressions(subject)), sum(1 for _ in _list_readable(subject))
    if bounded < len(every):
        sentence = (
            f"the expressions of a dictionary have at most {_CHARACTERS_MAX:,} characters in all"
        )
        yield Remark(every[bounded][0], "error", sentence, broken=True)
    for path, table in subject.tables:
        count = len(table.get("relation", ()))
        if count > _RELATIONS_MAX:
            sentence = f"holds {count} relations; a keyword has at most {_RELATIONS_MAX}"
            yield Remark((*path, "relation"), "error", sentence, broken=True)


def _list_readable(subject: LintContext) -> Iterator[tuple[KeyPath, str, Mapping[str, Any]]]:
    """The expressions up to where reading them would take too long; each counts once."""
    texts: set[str] = set()
    total = 0
    for path, text, table in _list_expressions(subject):
        total += len(text) if text not in texts else 0
        texts.add(text)
        if total > _CHARACTERS_MAX:
            return
        yield path, text, table


def find_bad_expressions(subject: LintContext) -> Iterator[Remark]:
    """Relations and conditions that cannot be read."""
    for path, text, _ in _list_readable(subject):
        try:
            parse_relation(text)
        except RelationError as error:
            yield Remark(path, "error", f"column {error.column}: {error}", broken=True)


def find_unknown_names(subject: LintContext) -> Iterator[Remark]:
    """Keywords in expressions that no dictionary of the chain defines."""
    known = _list_dictionaries(subject)
    for path, text, table in _list_readable(subject):
        if path[1] == "kinds":
            continue  # what tells a file of another kind is nobody's keyword here
        relation = _try_parse(text)
        for name in relation.names if relation else ():
            if not any(_has_definition(name, dictionary) for dictionary in known):
                close = next(
                    filter(None, (find_nearest_keyword(dictionary, name) for dictionary in known)),
                    None,
                )
                hint = suggest_word(close, quote=False)
                sentence = f"no dictionary that holds here defines {name}{hint}"
                yield Remark(path, soften_severity(table, "warning"), sentence)


def find_idle_importances(subject: LintContext) -> Iterator[Remark]:
    """Words of importance that require nothing, each told once."""
    words: dict[str, str] = {}
    for document in (*reversed(subject.base_documents), subject.document):
        words.update(document.head.get("importance", {}))
    found: dict[str, list[KeyPath]] = {}
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


def find_unknown_kinds(subject: LintContext) -> Iterator[Remark]:
    """Kinds of file that no dictionary of the chain tells."""
    heads = [document.head for document in (subject.document, *subject.base_documents)]
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


def find_bad_patterns(subject: LintContext) -> Iterator[Remark]:
    """Regular expressions that are none or might take very long."""
    for path, text in _list_patterns(subject):
        try:
            compile_pattern(text)
        except PatternError as error:
            yield Remark(path, "error", str(error), broken=True)


def _list_patterns(subject: LintContext) -> Iterator[tuple[KeyPath, str]]:
    for path, table in subject.tables:
        if "pattern" in table:
            yield (*path, "pattern"), table["pattern"]
    recognises = subject.document.head.get("recognises", {})
    for key in ("frameid", "filename"):
        for at, text in enumerate(recognises.get(key, ())):
            yield ("dictionary", "recognises", key, at), text


def _list_expressions(subject: LintContext) -> Iterator[tuple[KeyPath, str, Mapping[str, Any]]]:
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


def _try_parse(text: str) -> Relation | None:
    try:
        return parse_relation(text)
    except RelationError:
        return None


def _list_dictionaries(subject: LintContext) -> list[Dictionary]:
    own = [document.dictionary for document in (subject.document, *subject.base_documents)]
    return [*own, load_standard(), load_conventions()]


def _has_definition(name: str, dictionary: Dictionary) -> bool:
    """Whether a keyword, or the keywords of a template, are in a dictionary."""
    if name in dictionary.names or dictionary.lookup(name):
        return True
    if name == name.upper():
        return False
    letters = {letter: 1 for run in Template(name).runs for letter, _ in run if letter.isalpha()}
    return dictionary.lookup(fill_indices(name, letters)) is not None
