"""Keywords of the drafts of the coordinate conventions, which the standard names otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import rename_card
from fitslint.rules.wcs.celestial import find_latitude_axis
from fitslint.rules.wcs.conversion import convert_to_matrix
from fitslint.rules.wcs.versions import find_axis_cards, find_matrices
from fitslint.text import phrase

_MATRIX_AXES = range(1, 10)
"""Axes of one digit: no archive has a matrix with more in the old form."""
DRAFT_MATRIX = {
    root: {f"{root}{i:03}{j:03}": f"{root}{i}_{j}" for i in _MATRIX_AXES for j in _MATRIX_AXES}
    for root in ("PC", "CD")
}
"""PC001002 → PC1_2 and CD001002 → CD1_2, by matrix."""

_NEW_NAMES = {"LONGPOLE": "LONPOLE", **DRAFT_MATRIX["PC"], **DRAFT_MATRIX["CD"]}
_PROJP = "PROJP"
_LONPOLE_DEFAULT = 180.0
"""The default of LONPOLE for the zenithal projections."""


@rule(
    "WC124",
    "draft-keyword",
    clause="8.2, 8.3",
    level="style",
    catalogue_rows=("W024",),
    # Readers that ignore the old name read another position under the new one.
    fix="unsafe",
    keywords=(*_NEW_NAMES, f"{_PROJP}n"),
    kinds=("value",),
    summary_ja="世界座標系の草案のキーワード名が使われている",
    message={
        "": "{keyword} is the name of a draft; the standard calls it {new}, and readers differ in"
        " what they make of {keyword}",
        "pc": "{keyword} is the name of a draft; the standard calls it {new}. IRAF, astrometry.net,"
        " CFITSIO and GalSim do not turn the image by {keyword}, others do",
        "cd": "{keyword} is the name of a draft; the standard calls it {new}. WCSTools, IRAF,"
        " SExtractor, CFITSIO and GalSim do not know {keyword} and take another scale, others read"
        " it",
        "pole": "LONGPOLE = {text} is the name of a draft: WCSLIB and WCSTools ignore it,"
        " SExtractor turns the image by it; LONPOLE of the standard says which is right",
        "both": "{keyword} is the name of a draft, and {new} of the standard stands in the header"
        " as well; remove {keyword}",
        "axis": "{keyword} is the name of a draft; the standard has {new}, i being the axis of"
        " latitude",
    },
)
def draft_keyword(card: Card, header: Header) -> Iterator[Flag]:
    """A coordinate keyword has the name of a draft of the conventions.

    PC001001, CD001001, LONGPOLE and PROJPn became PC1_1, CD1_1, LONPOLE and PVi_n.

    ## Why it matters
    A reader that follows the standard does not know the name and takes the default: the rotation,
    the pole or the parameter of the projection is lost. Others read both names and mix them. So the
    new name moves one reader or another: LONGPOLE = 150 seven programs by 30 degrees about the
    centre, CD001001 five programs, PC001001 four. (The form that all read alike is CDi_j.)

    ## Example
    ```fits
    LONGPOLE=                 90.0 / [deg] native longitude of the pole
    ```
    Use instead:
    ```fits
    LONPOLE =                 90.0 / [deg] native longitude of the pole
    ```
    """
    keyword = card.keyword
    new, exact = _find_new_name(keyword, header)
    both = new in header
    edits: Sequence[Edit] | None = None
    title = phrase("rename {keyword} to {new}", keyword=keyword, new=new)
    if exact and not both and _may_rename(keyword, header):
        edits = (rename_card(card, new),)
        if keyword in DRAFT_MATRIX["PC"]:
            # IRAF and CFITSIO know no PCi_j
            edits = convert_to_matrix(header, "PC0", keep_steps=bool(header.authority))
            title = phrase("write CDi_j in place of PC00i00j and CDELTi")
    turned = keyword == "LONGPOLE" and not both and card.number_value != _LONPOLE_DEFAULT
    drafts = (root for root, names in DRAFT_MATRIX.items() if keyword in names)
    plain = next(drafts, "").lower() if "i" not in new else "axis"
    message = "both" if both else "pole" if turned else plain
    yield flag(
        card,
        (0, 8),
        message=message,
        # Of the two poles one is wrong by as much.
        level="should" if turned else None,
        fix=edits,
        title=title,
        keyword=keyword,
        new=new,
        text=card.text.strip(),
    )


def _find_new_name(keyword: str, header: Header) -> tuple[str, bool]:
    """The name in the standard, and whether the card means the same under it for certain."""
    if keyword in _NEW_NAMES:
        return _NEW_NAMES[keyword], True
    axis = find_latitude_axis(header)
    # Most projections have no parameters, and writers of drafts put zeros for them.
    return f"PV{axis or 'i'}_{keyword.removeprefix(_PROJP)}", False


def _may_rename(keyword: str, header: Header) -> bool:
    """Whether the header still describes a rotation only once after the new name is written."""
    if keyword in DRAFT_MATRIX["PC"]:
        rotations = find_matrices(header, "CD"), find_axis_cards(header, "CROTA")
        old = DRAFT_MATRIX["CD"]
    elif keyword in DRAFT_MATRIX["CD"]:
        rotations = find_matrices(header, "PC"), {}
        old = DRAFT_MATRIX["PC"]
    else:
        return True
    return not any("" in found for found in rotations) and not any(
        map(old.__contains__, header.names)
    )
