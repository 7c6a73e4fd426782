"""Two forms of scale and rotation in one description, which the standard forbids."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.wcs.conversion import compare_forms, convert_to_matrix
from fitslint.rules.wcs.superseded import DRAFT_MATRIX
from fitslint.rules.wcs.versions import describe_version, find_axis_cards, find_matrices
from fitslint.text import phrase


def _plan_matrices(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    numbered = {name[:2] for name in layout.index if name[2:3].isdigit()} if layout else set()
    if layout is not None and {"CD", "PC"} <= numbered:
        yield Subcheck(tuple(layout.index), None, cacheable=False)


@rule(
    "WC106",
    "pc-with-cd",
    clause="8.2",
    level="must",
    catalogue_rows=("W006",),
    # Those that go by PCi_j, or by CDELTi, move: astropy, AST, DS9, casacore, IDL; CFITSIO.
    fix="unsafe",
    reads="values",
    needs=("CDi_ja", *DRAFT_MATRIX["CD"]),
    subchecks=_plan_matrices,
    summary_ja="PCi_j と CDi_j が一つの座標記述で併用されている",
    message="{keyword} stands beside {partner}: {version} may have PCi_j with CDELTi or CDi_j,"
    " not both (where they differ, astropy, AST, DS9, casacore and IDL go by PCi_j, CFITSIO by"
    " CDELTi, others by CDi_j)",
)
def pc_with_cd(header: Header, _: object) -> Iterator[Flag]:
    """A PC matrix and a CD matrix stand in one version of the coordinates.

    PC001001, the form of a draft, is told too, as some readers take the one for the other.

    ## Why it matters
    Some readers use one matrix and some the other, some multiply both by CDELTi: the same file has
    several positions.

    ## Example
    ```fits
    CD1_1   =             -5.61E-5
    CD2_2   =              5.61E-5
    PC1_1   =                  1.0
    PC2_2   =                  1.0
    ```
    Use instead:
    ```fits
    CD1_1   =             -5.61E-5
    CD2_2   =              5.61E-5
    ```
    """
    firsts = {root: _find_first_elements(header, root) for root in DRAFT_MATRIX}
    for version, card in firsts["CD"].items():
        partner = firsts["PC"].get(version)
        if partner:
            is_draft = _is_draft(card) or _is_draft(partner)
            # CDi_j is what most readers take, and what the header has when it has both.
            may_remove = not (version or header.authority or is_draft)
            yield flag(
                card,
                (0, 8),
                fix=convert_to_matrix(header, "CD") if may_remove else None,
                title=phrase("leave CDi_j alone: remove PCi_j and CDELTi"),
                keyword=card.keyword,
                partner=partner.keyword,
                version=describe_version(version),
                # The standard does not know the names of the draft.
                level="style" if is_draft else None,
            )


def _is_draft(card: Card) -> bool:
    return card.keyword in DRAFT_MATRIX[card.keyword[:2]]


def _find_first_elements(header: Header, root: str) -> dict[str, Card]:
    """By version: the first card of a matrix, in the form of the standard or of the draft."""
    firsts = {
        version: next(iter(cards.values()))
        for version, cards in find_matrices(header, root).items()
    }
    if "" not in firsts:
        old = DRAFT_MATRIX[root]
        position = next((n for n, name in enumerate(header.names) if name in old), None)
        if position is not None:
            firsts[""] = header.card(position)
    return firsts


def _plan_rotations(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    if layout is not None and layout.list_names("CROTA"):
        yield Subcheck(tuple(layout.index), None, cacheable=False)


@rule(
    "WC107",
    "pc-with-crota",
    clause="8.2",
    level="must",
    catalogue_rows=("W007",),
    reads="values",
    needs=("CROTAia",),
    subchecks=_plan_rotations,
    fix="safe",
    # CDi_j says what the three of them say, and no reader of coordinates goes elsewhere by it.
    changes=("CDELTi", "CROTAi", "PCi_j"),
    summary_ja="PCi_j と CROTAi が併用されている",
    message="{keyword} stands beside {partner}: CROTAi must not be used with PCi_j; write CDi_j in"
    " place of both, which every reader reads alike (IRAF and CFITSIO turn by CROTAi)",
)
def pc_with_crota(header: Header, _: object) -> Iterator[Flag]:
    """A PC matrix and the old CROTAi stand in one version of the coordinates.

    CDi_j of PCi_j is safe where both put every pixel at one place to 1e-9 degrees; else IRAF and
    CFITSIO, which turn by CROTAi, go to the place of PCi_j by it.

    ## Why it matters
    Both give the rotation. A reader turns the image by one, by the other, or twice.

    ## Example
    ```fits image
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CDELT1  =             -5.61E-5
    CDELT2  =              5.61E-5
    PC1_1   =                  0.0
    PC1_2   =                  1.0
    PC2_1   =                 -1.0
    PC2_2   =                  0.0
    CROTA2  =                 90.0
    ```
    Use instead:
    ```fits image
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CD1_1   =  0.0000000000000E+00
    CD1_2   = -5.6100000000000E-05
    CD2_1   = -5.6100000000000E-05
    CD2_2   =  0.0000000000000E+00
    ```
    """
    angles = find_axis_cards(header, "CROTA")
    for version, elements in find_matrices(header, "PC").items():
        if version in angles:
            card = next(iter(angles[version].values()))
            partner = next(iter(elements.values()))
            # An authority may demand CDELTi; beside CDi_j this is another finding.
            may_convert = not (version or header.authority or find_matrices(header, "CD"))
            edits = convert_to_matrix(header, "PC") if may_convert else None
            agree = edits is not None and compare_forms(header).agree
            yield flag(
                card, (0, 8), fix=edits, safety="safe" if agree else "unsafe",
                title=phrase("write CDi_j in place of PCi_j, CDELTi and CROTAi"),
                keyword=card.keyword, partner=partner.keyword,
            )  # fmt: skip
