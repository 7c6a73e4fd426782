"""HDUs that an authority's files have: which, and of what kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.dictionary.values.header_values import make_value_reader
from fitslint.dictionary.values.relation import Relation, parse_relation
from fitslint.model.file import FitsFile
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, flag_missing, rule
from fitslint.text import phrase

_PRIMARY = "PRIMARY"
_COMPRESSED_KINDS = {"image": ("compressed-image",), "bintable": ("compressed-table",)}
"""Kinds that hold the same data in compressed form."""


class Requirement(NamedTuple):
    """An HDU or a column of a dictionary."""

    definition: Mapping[str, Any]
    clause: str
    condition: Relation | None
    """When it has to be there; None when it need not."""

    @property
    def name(self) -> str:
        """Its name as the dictionary writes it."""
        return str(self.definition["name"])

    @property
    def dictionary_id(self) -> str:
        """Id of the dictionary."""
        return self.clause.partition(" ")[0]


class HduRequirement(NamedTuple):
    """An HDU with its columns, by name in capitals."""

    hdu: Requirement
    columns: Mapping[str, Requirement]


@lru_cache(maxsize=256)
def index_hdus(authority: DictionaryChain) -> Mapping[str, HduRequirement]:
    """The HDUs of an authority by name in capitals, those of the most special dictionary first."""
    found: dict[str, HduRequirement] = {}
    for dictionary in authority.dictionaries:
        for table in dictionary.hdus:
            clause = f"{dictionary.id} {table.get('clause', '')}".rstrip()
            columns = {
                column["name"].upper(): _build_requirement(authority, column, clause)
                for column in table.get("column", ())
            }
            hdu = HduRequirement(_build_requirement(authority, table, clause), columns)
            found.setdefault(table["name"].upper(), hdu)
    return found


def _build_requirement(
    authority: DictionaryChain, table: Mapping[str, Any], clause: str
) -> Requirement:
    condition = authority.importance.get(table.get("importance", ""))
    return Requirement(table, clause, parse_relation(condition) if condition else None)


def read_hdu_name(header: Header) -> str:
    """The name of an HDU in capitals; that of the primary HDU where it has none."""
    name = (header.string("EXTNAME") or "").strip(" ").upper()
    return name or (_PRIMARY if header.hdu == 1 else "")


def _plan_presence_check(authority: DictionaryChain, _layout: object) -> Iterator[Subcheck]:
    """One part where a dictionary names HDUs: without them the rule has nothing to ask."""
    if any(dictionary.hdus for dictionary in authority.dictionaries):
        yield Subcheck((), authority)


@rule(
    "DI131",
    "missing-hdu",
    clause="dictionary of the authority",
    level="project",
    authority="*",
    subchecks=_plan_presence_check,
    catalogue_rows=("B005",),
    summary_ja="辞書が必須とする HDU がない",
    message="the file has no HDU {name}; {who} has it as {word}",
)
def missing_hdu(file: FitsFile) -> Iterator[Flag]:
    """An HDU that the dictionary requires is not in the file.

    ## Why it matters
    Programs open it by its name and stop.

    ## Example
    ```fits
    @hdu bintable
    XTENSION= 'BINTABLE'
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                   16
    NAXIS2  =                    0
    PCOUNT  =                    0
    GCOUNT  =                    1
    TFIELDS =                    2
    TTYPE1  = 'START   '           / begin of the interval
    TFORM1  = '1D      '
    TUNIT1  = 's       '
    TTYPE2  = 'STOP    '           / end of the interval
    TFORM2  = '1D      '
    TUNIT2  = 's       '
    EXTNAME = 'GTI     '           / good time intervals
    PRODUCT = 'xray-events'        / kind of product
    ```
    Use instead:
    ```fits
    @hdu bintable
    XTENSION= 'BINTABLE'
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                   16
    NAXIS2  =                    0
    PCOUNT  =                    0
    GCOUNT  =                    1
    TFIELDS =                    2
    TTYPE1  = 'START   '           / begin of the interval
    TFORM1  = '1D      '
    TUNIT1  = 's       '
    TTYPE2  = 'STOP    '           / end of the interval
    TFORM2  = '1D      '
    TUNIT2  = 's       '
    EXTNAME = 'GTI     '           / good time intervals
    ```
    """
    # Of a header text, or a file that is not there in full, nobody knows what else there was.
    if file.container == "text" or file.status != "ok" or file.limits_hit:
        return
    home = next((hdu.header for hdu in file.hdus if _has_home_authority(hdu.header)), None)
    if home is None:
        return
    present = {read_hdu_name(hdu.header) for hdu in file.hdus} | {_PRIMARY}
    values = make_value_reader(home)
    for name, table in index_hdus(home.authority).items():
        wanted = table.hdu.condition
        if name not in present and wanted and wanted.holds(values) is True:
            yield flag_missing(
                None, clause=table.hdu.clause, who=table.hdu.dictionary_id,
            name=table.hdu.name,
                word=phrase(table.hdu.definition["importance"]),
            )  # fmt: skip


def _has_home_authority(header: Header) -> bool:
    authority: DictionaryChain | None = header.authority
    return authority is not None and authority.binding


def _plan_kind_check(authority: DictionaryChain, layout: Layout) -> Iterator[Subcheck]:
    """One question for every header, where the dictionaries have HDUs at all."""
    tables = index_hdus(authority)
    if tables:
        yield Subcheck(("EXTNAME",) if "EXTNAME" in layout.index else (), tables)


@rule(
    "DI132",
    "hdu-of-wrong-kind",
    clause="dictionary of the authority",
    level="project",
    reads="values",
    authority="*",
    subchecks=_plan_kind_check,
    catalogue_rows=("B005",),
    summary_ja="HDU の種類が辞書と違う",
    message="{name} is of the kind {kind}; {who} has {wanted}",
)
def hdu_of_wrong_kind(header: Header, tables: Mapping[str, HduRequirement]) -> Iterator[Flag]:
    """An HDU has the name of one of the dictionary and is of another kind.

    ## Why it matters
    A program that opens an image of this name does not find its way in a table.

    ## Example
    ```fits
    XTENSION= 'IMAGE   '           / extension
    BITPIX  =                    8 / bits per pixel
    NAXIS   =                    0 / no data
    PCOUNT  =                    0 / no heap
    GCOUNT  =                    1 / one group
    EXTNAME = 'GTI     '           / good time intervals
    PRODUCT = 'xray-events'        / kind of product
    @text
    ```
    Use instead:
    ```fits
    XTENSION= 'IMAGE   '           / extension
    BITPIX  =                    8 / bits per pixel
    NAXIS   =                    0 / no data
    PCOUNT  =                    0 / no heap
    GCOUNT  =                    1 / one group
    EXTNAME = 'GTIMAP  '           / map of good time
    PRODUCT = 'xray-events'        / kind of product
    @text
    ```
    """
    table = tables.get(read_hdu_name(header))
    wanted = table.hdu.definition.get("kind") if table else None
    if table is None or wanted is None or header.kind == "unknown" or not len(header):
        return
    if header.kind != wanted and header.kind not in _COMPRESSED_KINDS.get(wanted, ()):
        yield flag(
            header.card(0), clause=table.hdu.clause, who=table.hdu.dictionary_id,
            name=table.hdu.name, kind=phrase(header.kind), wanted=phrase(wanted),
        )  # fmt: skip
