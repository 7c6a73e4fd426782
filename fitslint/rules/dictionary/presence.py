"""Keywords that an authority requires."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.dictionary import load_standard
from fitslint.dictionary.matching.entry import Entry
from fitslint.dictionary.matching.match import Template
from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.dictionary.values.header_values import make_value_reader, resolve_keyword
from fitslint.dictionary.values.relation import Relation, parse_relation
from fitslint.model.card import Card
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag_missing, rule
from fitslint.rules.dictionary.fixes import append_keyword
from fitslint.rules.dictionary.flags import find_authority_entry, flag_entry
from fitslint.text import join_words, phrase

MissingEntries = tuple[tuple[Relation, ...], str, tuple[Entry, ...]]
"""The conditions, the word of importance, and the keywords that a layout misses."""
_ALWAYS = "true"
_HIERARCH = "HIERARCH "
_SCALE = compile_late(r"CDELT(?:[0-9]+|n)")
_MATRIX = compile_late(r"CD[0-9]_[0-9]")


def _plan_subchecks(authority: DictionaryChain, layout: Layout) -> Iterator[Subcheck]:
    if not authority.binding:
        return
    missing: dict[tuple[tuple[str, ...], str], list[Entry]] = {}
    for entry in authority:
        condition = authority.importance.get(entry.importance)
        if condition is None or entry.type == "none" or _is_present(entry, layout):
            continue
        conditions = (condition, entry.condition) if entry.condition else (condition,)
        missing.setdefault((conditions, entry.importance), []).append(entry)
    demands = [
        (tuple(map(parse_relation, conditions)), word, tuple(entries))
        for (conditions, word), entries in missing.items()
    ]
    if demands:
        relations = [required for demand in demands for required in demand[0]]
        names = [resolve_keyword(name, layout) for relation in relations for name in relation.names]
        yield Subcheck(tuple(names), demands)


def _is_present(entry: Entry, layout: Layout) -> bool:
    """Whether the keyword, one of its family or one of its other names is in the header."""
    names = layout.index
    if entry.name == entry.name.upper():
        own = (entry.name, _HIERARCH + entry.name, *entry.alias)
        return any(name in names for name in own)
    template = Template(entry.name)
    skeleton = template.skeleton.replace("#", "")
    return any(
        "".join(char for char in name.removeprefix(_HIERARCH) if not char.isdigit())
        == "".join(char for char in skeleton if not char.isdigit())
        for name in names
    )


@rule(
    "DI101",
    "missing-keyword",
    clause="dictionary of the authority",
    level="project",
    reads="values",
    authority="*",
    subchecks=_plan_subchecks,
    catalogue_rows=("P001", "P002", "S9-03", "S9-03I", "S9-03S", "S9-03P", "S9-03O", "S9-10"),
    summary_ja="辞書が必須とするキーワードがない",
    message={
        "": "{missing} is missing; {who} has it as {word}{meaning}",
        "when": "{missing} is missing; {who} has it as {word}, for here {condition}{meaning}",
        "matrix": "{missing} is missing; {who} has it as {word}, beside the CD matrix as well",
    },
)
def missing_keyword(header: Header, demands: list[MissingEntries]) -> Iterator[Flag]:
    """A keyword that the dictionary requires is missing.

    ## Why it matters
    The archive searches by these keywords and programs of the observatory ask for them: without one
    the file is not found, or is not reduced.

    ## Example
    ```fits
    SIMPLE  =                    T / FITS standard
    BITPIX  =                    8 / bits per pixel
    NAXIS   =                    0 / no data
    TELESCOP= 'radioheliograph'    / telescope
    HDRIDENT= 'HeliogFITS 2.0'     / header convention
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T / FITS standard
    BITPIX  =                    8 / bits per pixel
    NAXIS   =                    0 / no data
    ```
    """
    values = make_value_reader(header)
    for conditions, word, entries in demands:
        if all(condition.holds(values) is True for condition in conditions):
            said = join_words(
                (condition.text for condition in conditions if condition.text != _ALWAYS), "and"
            )
            yield from _flag_entries(header, said, word, entries)


def _flag_entries(
    header: Header, condition: str, word: str, entries: tuple[Entry, ...]
) -> Iterator[Flag]:
    authority: DictionaryChain = header.authority
    for entry in entries:
        if not _may_stand(entry, header.kind):
            continue
        in_matrix = _SCALE.fullmatch(entry.name) and any(
            map(_MATRIX.fullmatch, header.layout.index)
        )
        message = "matrix" if in_matrix else "when" if condition else ""
        clause = authority.clause(entry.name)
        meaning = entry.more.get("comment")
        yield flag_missing(
            entry.name,
            message=message,
            fix=append_keyword(header, entry),
            safety="unsafe",
            title=phrase("add {name} with the value of the dictionary", name=entry.name),
            clause=clause,
            who=clause.partition(" ")[0],
            missing=entry.name,
            word=phrase(word),
            condition=condition,
            meaning=f" ({meaning})" if meaning else "",
        )


def _may_stand(entry: Entry, kind: str) -> bool:
    """Whether the standard allows the keyword here: no SIMPLE in an extension."""
    match = load_standard().lookup(entry.name)
    return entry.may_stand_in(kind) and (match is None or match.entry.may_stand_in(kind))


@rule(
    "DI122",
    "required-keyword-without-value",
    clause="dictionary of the authority",
    level="conv",
    authority="*",
    dictionary_only=True,
    kinds=("value",),
    types=("undefined",),
    catalogue_rows=("P001", "C017", "S9-03", "S9-03I", "S9-03S", "S9-03P", "S9-03O"),
    summary_ja="必須キーワードの値が空である",
    message="{keyword} has no value; {who} has it as {word}",
)
def required_without_value(card: Card, header: Header) -> Iterator[Flag]:
    """A keyword that the dictionary requires has no value.

    ## Why it matters
    The keyword is there and says nothing: a search does not find the file.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    AIRMASS =                      / airmass
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    AIRMASS =                1.234 / airmass
    ```
    """
    found = find_authority_entry(card, header)
    if found is None or not found[0].binding:
        return
    authority, match = found
    condition = authority.importance.get(match.entry.importance)
    # What the condition says hangs on other cards: the shape alone is always suspect.
    if condition and (
        card.folded or parse_relation(condition).holds(make_value_reader(header)) is True
    ):
        yield from flag_entry(
            card, header, keyword=card.keyword, word=phrase(match.entry.importance)
        )
