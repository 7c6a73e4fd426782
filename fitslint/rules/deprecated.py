"""Keywords and structures that the standard deprecates and that have no successor by name (DP)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Edit, Safety
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, rule
from fitslint.rules.edits import overwrite_value
from fitslint.rules.wcs.celestial import find_latitude_axis
from fitslint.rules.wcs.versions import find_axis_cards
from fitslint.text import phrase


@rule(
    "DP102",
    "blocked",
    clause="4.4.2.1",
    level="should",
    catalogue_rows=("O002",),
    keywords=("BLOCKED",),
    kinds=("value",),
    hdus=("primary", "groups"),
    # Nothing reads it, but nothing else records it.
    fix="style",
    changes=("own",),
    summary_ja="BLOCKED は廃止された",
    message="BLOCKED is deprecated and says nothing about a file on disk; remove it",
)
def blocked(card: Card) -> Iterator[Flag]:
    """BLOCKED stands in the primary header.

    ## Why it matters
    The keyword told tape drives of long physical blocks; nothing reads it any more.

    ## Example
    ```fits
    BLOCKED =                    T
    ```
    Use instead:
    ```fits
    ```
    """
    yield flag(card, (0, 8), fix=delete_card(card), title=phrase("remove BLOCKED"))


@rule(
    "DP104",
    "crota",
    clause="8.2",
    level="should",
    catalogue_rows=("O004",),
    keywords=("CROTAi", "iCROTn", "TCROTn"),
    once="fact",
    kinds=("value",),
    # gnuastro takes CROTA2 for radians, and astrometry.net and GalSim ignore it.
    fix="unsafe",
    changes=("CDELTi", "CROTAi"),
    summary_ja="CROTAi は廃止された。PCi_j または CDi_j を使う",
    message={
        "": "{keyword} is deprecated; give scale and rotation by CDi_j, which every reader reads"
        " alike (gnuastro, astrometry.net and GalSim misread or ignore CROTA2, IDL where pixels are"
        " not square)",
        "other": "{keyword} is deprecated, and turns nothing where the axis of latitude has no"
        " CROTA{axis}: AST, DS9 and IDL turn the image by it all the same, gnuastro refuses it;"
        " give scale and rotation by CDi_j, which every reader reads alike",
        "column": "{keyword} is deprecated; give scale and rotation by {instead}",
    },
)
def crota(card: Card, header: Header) -> Iterator[Flag]:
    """CROTAi gives the rotation of an axis.

    ## Why it matters
    One angle cannot describe a skew, and its sense was never agreed on for more than two axes. The
    linear matrix replaces it. Of its two forms CDi_j is the one that is read alike everywhere: IRAF
    and CFITSIO turn by CROTA2 and not by PCi_j.

    ## Example
    ```fits image
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CDELT1  =             -5.61E-5
    CDELT2  =              5.61E-5
    CROTA2  =                 90.0
    ```
    Use instead:
    ```fits image
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CD1_1   =  0.0000000000000E+00
    CD1_2   = -5.6100000000000E-05
    CD2_1   = -5.6100000000000E-05
    CD2_2   =  0.0000000000000E+00
    ```
    """
    # No rotation is what every reader takes without the keyword.
    nothing = not card.folded and card.number_value == 0
    if not card.keyword.startswith("CROTA"):
        instead = "TCn_ka" if card.keyword.startswith("T") else "ijCDna"
        yield flag(card, (0, 8), message="column", level="style" if nothing else None,
                   keyword=card.keyword, instead=instead)  # fmt: skip
        return
    edits, safety = (None, None) if card.folded else _replace_rotation(card, header)
    latitude = find_latitude_axis(header)
    is_other = latitude is not None and f"CROTA{latitude}" not in header
    yield flag(
        card, (0, 8), message="other" if is_other else "", level="style" if nothing else None,
        fix=edits, safety=safety, title=phrase("write CDi_j alone"), keyword=card.keyword,
        axis=latitude,
    )  # fmt: skip


def _replace_rotation(card: Card, header: Header) -> tuple[tuple[Edit, ...] | None, Safety | None]:
    """The edits that leave CDi_j alone, and their grade; PCi_j beside CROTAi is another finding."""
    from fitslint.rules.wcs.conversion import compare_forms, convert_to_matrix

    if header.authority:  # it may demand CDELTi
        return None, None
    forms = compare_forms(header)
    if forms.roots == {"CROTA"}:
        if card.number_value == 0 and len(find_axis_cards(header, "CROTA").get("", ())) == 1:
            return (delete_card(card),), "style"
        return convert_to_matrix(header, "CROTA"), "unsafe"
    if forms.roots == {"CROTA", "CD"}:
        return convert_to_matrix(header, "CD"), "style" if forms.agree else "unsafe"
    return None, None


_DEPRECATED_TYPES = {
    "A3DTABLE": (
        "should",
        phrase("the forerunner of BINTABLE; write BINTABLE when the table conforms"),
    ),
    "IUEIMAGE": ("should", phrase("the forerunner of IMAGE; write IMAGE")),
    "FOREIGN": ("conv", phrase("a wrapper for files of any format, which few readers open")),
    "DUMP": ("conv", phrase("a stream of bytes without structure, which no common reader opens")),
}
_STANDARD_TYPES = frozenset((b"'IMAGE   '", b"'TABLE   '", b"'BINTABLE'", b"'IMAGE'", b"'TABLE'"))


@rule(
    "DP105",
    "extension-type-deprecated",
    clause="App. F",
    level="should",
    catalogue_rows=("O005",),
    reads="value",
    keywords=("XTENSION",),
    precheck=_STANDARD_TYPES.__contains__,
    summary_ja="廃止された拡張の型である",
    message="the extension type {value} is {what}",
)
def extension_type_deprecated(card: Card) -> Iterator[Flag]:
    """An extension has a type that a standard one has replaced.

    ## Why it matters
    A3DTABLE and IUEIMAGE were trials of BINTABLE and IMAGE, and FOREIGN and DUMP hold what readers
    cannot interpret: most readers skip the extension.

    ## Example
    ```fits
    SIMPLE  =                    T
    BITPIX  =                    8
    NAXIS   =                    0
    @hdu image
    XTENSION= 'IUEIMAGE'
    BITPIX  =                    8
    NAXIS   =                    0
    PCOUNT  =                    0
    GCOUNT  =                    1
    EXTNAME = 'EXAMPLE '
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T
    BITPIX  =                    8
    NAXIS   =                    0
    @hdu image
    XTENSION= 'IMAGE   '
    BITPIX  =                    8
    NAXIS   =                    0
    PCOUNT  =                    0
    GCOUNT  =                    1
    EXTNAME = 'EXAMPLE '
    ```
    """
    value = card.value
    known = _DEPRECATED_TYPES.get(value.strip()) if isinstance(value, str) else None
    if known is not None:
        level, what = known
        new = _SUCCESSORS.get(value.strip()) if isinstance(value, str) else None
        yield flag(card, level="conv" if level == "conv" else None, safety="unsafe",
                   fix=overwrite_value(card, f"'{new:<8}'") if new else None,
                   title=phrase("write '{new}'", new=new), value=value, what=what)  # fmt: skip


_SUCCESSORS = {"A3DTABLE": "BINTABLE", "IUEIMAGE": "IMAGE"}


_IRAF_SUCCESSORS = {
    "IRAF-MAX": "DATAMAX",
    "IRAF-MIN": "DATAMIN",
    "IRAF-B/P": "BITPIX",
    "IRAF-BPX": "BITPIX",
    "DC-FLAG": phrase("CTYPE1, which says whether the dispersion is linear or logarithmic"),
}


@rule(
    "DP108",
    "iraf-keyword",
    clause="IRAF",
    level="conv",
    catalogue_rows=("O008",),
    fix="unsafe",
    once="rule",
    keywords=tuple(_IRAF_SUCCESSORS),
    kinds=("value",),
    summary_ja="IRAF だけが読むキーワードである",
    message="{keyword} is read by IRAF alone, and goes stale when others edit the file; the"
    " standard has {instead}",
)
def iraf_keyword(card: Card) -> Iterator[Flag]:
    """A keyword that only IRAF reads repeats what a standard keyword says.

    ## Why it matters
    Other programs change the data and the standard keyword, and IRAF goes on to use the old value.

    ## Example
    ```fits image
    IRAF-MAX=               4095.0
    ```
    Use instead:
    ```fits image
    ```
    """
    yield flag(
        card,
        (0, 8),
        fix=delete_card(card),
        title=phrase("remove {keyword}", keyword=card.keyword),
        keyword=card.keyword,
        instead=_IRAF_SUCCESSORS[card.keyword],
    )
