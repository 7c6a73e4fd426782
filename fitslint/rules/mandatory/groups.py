"""Random groups (FITS 4.0 section 6)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, flag_missing, rule
from fitslint.rules.hdu_kinds import EXTENSION_KINDS, PRIMARY_KINDS
from fitslint.text import phrase

_COUNT_MEANINGS = {"PCOUNT": phrase("parameters of a group"), "GCOUNT": phrase("groups")}
_PARAMETER_ROOTS = ("PTYPE", "PSCAL", "PZERO")


@rule(
    "MK115",
    "random-groups",
    clause="6.1.1",
    level="must",
    catalogue_rows=("M015",),
    hdus=PRIMARY_KINDS,
    needs=("GROUPS", "PCOUNT", "GCOUNT"),
    summary_ja="ランダムグループの NAXIS1 = 0、GROUPS = T、PCOUNT、GCOUNT が揃っていない",
    message={
        "absent": "{name} is absent; random groups need it",
        "groups": "GROUPS = T is absent although NAXIS1 = 0, PCOUNT and GCOUNT say random groups",
        "value": "{keyword} = {value} is negative; it counts the {what}",
        "plain": "GROUPS = T is for random groups, and this array is none: NAXIS1 is not 0, and"
        " PCOUNT and GCOUNT are absent",
        "naxis1": "NAXIS1 = {length}; random groups (GROUPS = T) demand 0",
        "none": "GROUPS = T needs NAXIS1 = 0, and there is no NAXIS1",
    },
)
def random_groups(header: Header) -> Iterator[Flag]:
    """The keywords of random groups are incomplete or contradict each other.

    ## Why it matters
    NAXIS1 = 0, GROUPS = T, PCOUNT and GCOUNT together say that the primary HDU holds random
    groups; with one of them missing readers see an empty array.

    ## Example
    ```fits groups
    NAXIS1  =                    3
    ```
    Use instead:
    ```fits groups
    NAXIS1  =                    0
    ```
    """
    structure = header.structure
    if not structure.groups:
        yield from _flag_missing_groups(header)
        return
    if not structure.axes:
        yield flag(header.find_cards("GROUPS")[0], message="none")
        return
    length = structure.axes[0]
    if length and "PCOUNT" not in header and "GCOUNT" not in header:
        yield flag(header.find_cards("GROUPS")[0], message="plain")
        return
    axis = header.find_card("NAXIS1")
    if axis is not None and length is not None and length != 0:
        yield flag(axis, message="naxis1", length=length)
    for keyword, value in (("PCOUNT", structure.pcount), ("GCOUNT", structure.gcount)):
        card = header.find_card(keyword)
        if card is None:
            yield flag_missing(keyword, message="absent", name=keyword)
        elif value is not None and value < 0:
            yield flag(
                card, message="value", keyword=keyword, value=value, what=_COUNT_MEANINGS[keyword]
            )


def _flag_missing_groups(header: Header) -> Iterator[Flag]:
    axes = header.structure.axes
    if len(axes) > 1 and axes[0] == 0 and "PCOUNT" in header and "GCOUNT" in header:
        card = header.find_card("GROUPS")
        yield flag(card, message="groups") if card else flag_missing("GROUPS", message="groups")


@rule(
    "MK116",
    "random-groups-deprecated",
    clause="6",
    level="should",
    catalogue_rows=("M016",),
    hdus=("groups",),
    needs=("GROUPS",),
    summary_ja="ランダムグループは非推奨である",
    message="the random groups structure is deprecated; write a binary table instead",
)
def random_groups_deprecated(header: Header) -> Iterator[Flag]:
    """The primary HDU holds random groups.

    ## Why it matters
    The structure is kept for old radio interferometry data; new files should use a binary table,
    which more software can read.

    ## Example
    ```fits groups
    ```
    Use instead:
    ```fits bintable
    ```
    """
    yield flag(header.find_cards("GROUPS")[0], (0, 8))


@rule(
    "MK122",
    "groups-keyword-elsewhere",
    clause="6.1.1, 6.1.2",
    level="must",
    catalogue_rows=("M022",),
    hdus=("primary", *EXTENSION_KINDS),
    needs=("GROUPS", "PTYPEn", "PSCALn", "PZEROn"),
    requires=("MK115",),
    fix="unsafe",
    summary_ja="ランダムグループでない HDU に GROUPS、PTYPEn、PSCALn、PZEROn がある",
    message="{keyword} is reserved for random groups and must not appear in other HDUs",
)
def groups_keyword_elsewhere(header: Header) -> Iterator[Flag]:
    """GROUPS, PTYPEn, PSCALn or PZEROn stands in an HDU without random groups.

    ## Why it matters
    They describe group parameters, which only random groups have. GROUPS = F in a primary header
    says so itself and is left alone.

    ## Example
    ```fits image
    PTYPE1  = 'UU      '
    ```
    Use instead:
    ```fits image
    ```
    """
    cards = list(header.find_cards("GROUPS")) if header.kind != "primary" else []
    for root in _PARAMETER_ROOTS:
        cards += header.map_indices(root).values()
    for card in cards:
        keyword = card.keyword
        yield flag(
            card,
            (0, 8),
            fix=delete_card(card),
            title=phrase("remove {keyword}", keyword=keyword),
            clause="6.1.1" if keyword == "GROUPS" else "6.1.2",
            keyword=keyword,
        )


@rule(
    "MK123",
    "parameter-index",
    clause="6.1.2",
    level="must",
    catalogue_rows=("M023",),
    reads="values",
    hdus=("groups",),
    needs=("PTYPEn", "PSCALn", "PZEROn"),
    requires=("MK115",),
    summary_ja="PTYPEn、PSCALn、PZEROn の番号が PCOUNT を超えている",
    message="{keyword}: n runs from 1 to the number of parameters of a group, PCOUNT = {pcount}",
)
def parameter_index(header: Header) -> Iterator[Flag]:
    """The index of PTYPEn, PSCALn or PZEROn is not in the range 1 to PCOUNT.

    ## Why it matters
    PCOUNT is the number of parameters in a group (GCOUNT is the number of groups).

    ## Example
    ```fits groups
    PCOUNT  =                    1
    PTYPE2  = 'VV      '
    ```
    Use instead:
    ```fits groups
    PCOUNT  =                    2
    PTYPE2  = 'VV      '
    ```
    """
    pcount = header.structure.pcount
    if pcount is None:
        return
    for root in _PARAMETER_ROOTS:
        for index, card in header.map_indices(root).items():
            if not 1 <= index <= pcount:
                yield flag(card, (0, 8), keyword=f"{root}{index}", pcount=pcount)
