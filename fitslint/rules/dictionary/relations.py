"""Relations between keywords that a dictionary states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.dictionary.values.header_values import make_value_reader, resolve_keyword
from fitslint.dictionary.values.relation import Operand, Relation, fill_indices, parse_relation
from fitslint.model.finding import Level
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.dictionary.flags import LEVEL_BY_SEVERITY


class KeywordRelation(NamedTuple):
    """A relation as it stands for one keyword of a header."""

    relation: Relation
    keyword: str
    names: dict[str, str]
    """Templates of the relation with the indices of the keyword."""
    level: Level
    clause: str
    note: str


def _plan_subchecks(authority: DictionaryChain, layout: Layout) -> Iterator[Subcheck]:
    """The relations of all keywords of a layout."""
    for keyword in layout.index:
        match = authority.lookup(keyword)
        for stated in match.entry.relation if match else ():
            table = {"holds": stated} if isinstance(stated, str) else stated
            relation = parse_relation(table["holds"])
            indices = match.indices if match else {}
            names = {
                name: resolve_keyword(fill_indices(name, indices), layout)
                for name in relation.names
            }
            known = [one for one in names.values() if one in layout.index]
            if relation.strict and len(known) < len(names):
                continue
            level = LEVEL_BY_SEVERITY[table.get("severity", "error")]
            clause = " ".join((authority.clause(keyword).split(" ")[0], table.get("clause", "")))
            yield Subcheck(
                tuple(known),
                KeywordRelation(
                    relation, keyword, names, level, clause.rstrip(), table.get("note", "")
                ),
            )


@rule(
    "DI106",
    "broken-relation",
    clause="dictionary of the authority",
    level="project",
    reads="values",
    authority="*",
    subchecks=_plan_subchecks,
    catalogue_rows=("P006", "B002", "D-01", "D-02", "D-09", "D-31", "D-35", "N-T3"),
    summary_ja="辞書が定めるキーワード間の関係が成り立たない",
    message={
        "": "{relation} does not hold: {values}",
        "note": "{values}: this breaks the rule of {who} that {note}",
    },
)
def broken_relation(header: Header, stated: KeywordRelation) -> Iterator[Flag]:
    """A relation between keywords that the dictionary states does not hold.

    Numbers count with the digits they are written with; where a keyword is absent or has no value,
    nothing is judged.

    ## Why it matters
    One of the keywords is wrong, and nobody can tell which.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    EXPTIME =                30.00 / [sec] exposure time in all
    EXP1TIME=                20.00 / [sec] exposure time of one exposure
    COADD   =                    3 / number of exposures added
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    EXPTIME =                60.00 / [sec] exposure time in all
    EXP1TIME=                20.00 / [sec] exposure time of one exposure
    COADD   =                    3 / number of exposures added
    ```
    """
    values = make_value_reader(header)

    def read_operand(name: str) -> Operand:
        found: Operand = values(stated.names[name])
        return found

    if stated.relation.holds(read_operand) is not False:
        return
    card = header.find_card(stated.keyword)
    cards = [header.find_card(name) for name in stated.names.values()]
    said = ", ".join(f"{given.keyword} = {given.text}" for given in cards if given)
    if card:
        yield flag(
            card, message="note" if stated.note else "", level=stated.level, clause=stated.clause,
            relation=_format_relation(stated), note=stated.note, values=said,
            who=stated.clause.partition(" ")[0],
        )  # fmt: skip


def _format_relation(stated: KeywordRelation) -> str:
    """The relation with the indices of the keyword in it."""
    text = stated.relation.text
    for template, name in stated.names.items():
        if template != name:
            text = text.replace(template, name)
    return text
