"""HDUs that an authority's files have: which, and of what kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from fitslint.dictionary.authority import Authority
from fitslint.dictionary.relation import Relation, parse
from fitslint.model.file import FitsFile
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Part
from fitslint.rules.api import absent, flag, rule
from fitslint.rules.dictionary.presence import scope

_PRIMARY = "PRIMARY"
_ALSO = {"image": ("compressed-image",), "bintable": ("compressed-table",)}
"""Kinds that hold the same data in compressed form."""


class Demand(NamedTuple):
    """An HDU or a column of a dictionary."""

    table: Mapping[str, Any]
    clause: str
    condition: Relation | None
    """When it has to be there; None when it need not."""

    @property
    def name(self) -> str:
        """Its name as the dictionary writes it."""
        return str(self.table["name"])

    @property
    def who(self) -> str:
        """Id of the dictionary."""
        return self.clause.partition(" ")[0]


class Table(NamedTuple):
    """An HDU with its columns, by name in capitals."""

    hdu: Demand
    columns: Mapping[str, Demand]


@lru_cache(maxsize=256)
def expected(authority: Authority) -> Mapping[str, Table]:
    """The HDUs of an authority by name in capitals, those of the most special dictionary first."""
    found: dict[str, Table] = {}
    for dictionary in authority.dictionaries:
        for table in dictionary.hdus:
            clause = f"{dictionary.id} {table.get('clause', '')}".rstrip()
            columns = {
                column["name"].upper(): _demand(authority, column, clause)
                for column in table.get("column", ())
            }
            hdu = Table(_demand(authority, table, clause), columns)
            found.setdefault(table["name"].upper(), hdu)
    return found


def _demand(authority: Authority, table: Mapping[str, Any], clause: str) -> Demand:
    condition = authority.importance.get(table.get("importance", ""))
    return Demand(table, clause, parse(condition) if condition else None)


def name_of(header: Header) -> str:
    """The name of an HDU in capitals; that of the primary HDU where it has none."""
    name = (header.string("EXTNAME") or "").strip(" ").upper()
    return name or (_PRIMARY if header.hdu == 1 else "")


def _with_hdus(authority: Authority, _layout: object) -> Iterator[Part]:
    """One part where a dictionary names HDUs: without them the rule has nothing to ask."""
    if any(one.hdus for one in authority.dictionaries):
        yield Part((), authority)


@rule(
    "DI131",
    "missing-hdu",
    clause="dictionary of the authority",
    level="project",
    family="*",
    parts=_with_hdus,
    checks=("B005",),
    ja="辞書が必須とする HDU がない",
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
    if file.container == "text" or file.status != "ok" or file.cut:
        return
    home = next((one.header for one in file.hdus if _is_home(one.header)), None)
    if home is None:
        return
    present = {name_of(one.header) for one in file.hdus} | {_PRIMARY}
    values = scope(home)
    for name, table in expected(home.authority).items():
        wanted = table.hdu.condition
        if name not in present and wanted and wanted.holds(values) is True:
            yield absent(
                None, clause=table.hdu.clause, who=table.hdu.who, name=table.hdu.name,
                word=table.hdu.table["importance"],
            )  # fmt: skip


def _is_home(header: Header) -> bool:
    authority: Authority | None = header.authority
    return authority is not None and authority.home


def _hdus(authority: Authority, layout: Layout) -> Iterator[Part]:
    """One question for every header, where the dictionaries have HDUs at all."""
    tables = expected(authority)
    if tables:
        yield Part(("EXTNAME",) if "EXTNAME" in layout.index else (), tables)


@rule(
    "DI132",
    "hdu-of-wrong-kind",
    clause="dictionary of the authority",
    level="project",
    reads="values",
    family="*",
    parts=_hdus,
    checks=("B005",),
    ja="HDU の種類が辞書と違う",
    message="{name} is of the kind {kind}; {who} has {wanted}",
)
def hdu_of_wrong_kind(header: Header, tables: Mapping[str, Table]) -> Iterator[Flag]:
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
    table = tables.get(name_of(header))
    wanted = table.hdu.table.get("kind") if table else None
    if table is None or wanted is None or header.kind == "unknown" or not len(header):
        return
    if header.kind != wanted and header.kind not in _ALSO.get(wanted, ()):
        yield flag(
            header.card(0), clause=table.hdu.clause, who=table.hdu.who, name=table.hdu.name,
            kind=header.kind, wanted=wanted,
        )  # fmt: skip
