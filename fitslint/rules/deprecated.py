"""Keywords and structures that the standard deprecates, with what to write instead (DP)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete, flag, replace, rule


def _rename(card: Card, header: Header, new: str) -> Edit | None:
    """Write the keyword anew, unless the header has one of that name already."""
    return None if new in header else replace(card, card.renamed(new))


@rule(
    "DP101",
    "epoch",
    clause="8.3",
    level="should",
    checks=("O001",),
    keywords=("EPOCH",),
    kinds=("value",),
    fix="safe",
    ja="EPOCH は廃止された; EQUINOX を使う",
    message="EPOCH is deprecated; write EQUINOX",
)
def epoch(card: Card, header: Header) -> Iterator[Flag]:
    """EPOCH stands for the equinox of the coordinates.

    ## Why it matters
    The name is wrong (an epoch is the time of an observation), and readers that follow the present
    standard look for EQUINOX.

    ## Example
    ```fits
    EPOCH   =               1950.0 / equinox of the coordinates
    ```
    Use instead:
    ```fits
    EQUINOX =               1950.0 / equinox of the coordinates
    ```
    """
    numeric = card.form.type in {"integer", "real"}
    edit = _rename(card, header, "EQUINOX") if numeric else None
    yield flag(card, (0, 8), fix=edit, title="rename EPOCH to EQUINOX")


@rule(
    "DP102",
    "blocked",
    clause="4.4.2.1",
    level="should",
    checks=("O002",),
    keywords=("BLOCKED",),
    kinds=("value",),
    hdus=("primary", "groups"),
    fix="safe",
    ja="BLOCKED は廃止された",
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
    yield flag(card, (0, 8), fix=delete(card), title="remove BLOCKED")


@rule(
    "DP103",
    "radecsys",
    clause="8.3",
    level="should",
    checks=("O003",),
    keywords=("RADECSYS",),
    kinds=("value",),
    fix="safe",
    ja="RADECSYS は廃止された; RADESYS を使う",
    message="RADECSYS is the name of an early draft; write RADESYS",
)
def radecsys(card: Card, header: Header) -> Iterator[Flag]:
    """RADECSYS stands for the celestial reference system.

    ## Why it matters
    The standard has RADESYSa. A reader that does not know the old name takes the default system.

    ## Example
    ```fits
    RADECSYS= 'FK5     '           / reference system
    ```
    Use instead:
    ```fits
    RADESYS = 'FK5     '           / reference system
    ```
    """
    edit = _rename(card, header, "RADESYS")
    yield flag(card, (0, 8), fix=edit, title="rename RADECSYS to RADESYS")


@rule(
    "DP104",
    "crota",
    clause="8.2",
    level="should",
    checks=("O004",),
    keywords=("CROTAi",),
    kinds=("value",),
    ja="CROTAi は廃止された; PCi_j または CDi_j を使う",
    message="{keyword} is deprecated; give the rotation by PCi_j with CDELTi, or by CDi_j",
)
def crota(card: Card) -> Iterator[Flag]:
    """CROTAi gives the rotation of an axis.

    ## Why it matters
    One angle cannot describe a skew, and its sense was never agreed on for more than two axes. The
    linear matrix replaces it.

    ## Example
    ```fits
    CROTA2  =                 30.0
    ```
    Use instead:
    ```fits
    PC1_1   =    0.866025403784439
    PC1_2   =                 -0.5
    PC2_1   =                  0.5
    PC2_2   =    0.866025403784439
    ```
    """
    yield flag(card, (0, 8), keyword=card.keyword)


_FORERUNNERS = {
    "A3DTABLE": ("should", "the forerunner of BINTABLE; write BINTABLE when the table conforms"),
    "IUEIMAGE": ("should", "the forerunner of IMAGE; write IMAGE"),
    "FOREIGN": ("conv", "a wrapper for files of any format, which few readers open"),
    "DUMP": ("conv", "a stream of bytes without structure, which no common reader opens"),
}
_STANDARD = frozenset((b"'IMAGE   '", b"'TABLE   '", b"'BINTABLE'", b"'IMAGE'", b"'TABLE'"))


@rule(
    "DP105",
    "extension-type-deprecated",
    clause="App. F",
    level="should",
    checks=("O005",),
    reads="value",
    keywords=("XTENSION",),
    quick=_STANDARD.__contains__,
    ja="廃止された拡張の型である",
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
    known = _FORERUNNERS.get(value.strip()) if isinstance(value, str) else None
    if known is not None:
        level, what = known
        yield flag(card, level="conv" if level == "conv" else None, value=value, what=what)


@rule(
    "DP107",
    "spectral-keyword-deprecated",
    clause="8.4",
    level="should",
    checks=("O007",),
    keywords=("VELREF", "RESTFREQ", "VSOURCEa"),
    kinds=("value",),
    fix="safe",
    ja="VELREF, RESTFREQ, VSOURCE は古い; RESTFRQ, SPECSYS, ZSOURCE を使う",
    message="{keyword} is not a keyword of the standard any more; write {instead}",
)
def spectral_keyword_deprecated(card: Card, header: Header) -> Iterator[Flag]:
    """VELREF, RESTFREQ or VSOURCE describes a spectral axis.

    ## Why it matters
    The standard has SPECSYSa, RESTFRQa and ZSOURCEa. Readers that follow it do not see the rest
    frequency or the frame of the velocities.

    ## Example
    ```fits
    RESTFREQ=     1.42040575179E+09 / [Hz] rest frequency
    ```
    Use instead:
    ```fits
    RESTFRQ =     1.42040575179E+09 / [Hz] rest frequency
    ```
    """
    keyword = card.keyword
    instead = {"VELREF": "SPECSYS and the CTYPEi of the velocity", "RESTFREQ": "RESTFRQ"}
    edit = _rename(card, header, "RESTFRQ") if keyword == "RESTFREQ" else None
    yield flag(
        card,
        (0, 8),
        fix=edit,
        title="rename RESTFREQ to RESTFRQ",
        keyword=keyword,
        instead=instead.get(keyword, "ZSOURCE, a redshift"),
    )


_IRAF = {
    "IRAF-MAX": "DATAMAX",
    "IRAF-MIN": "DATAMIN",
    "IRAF-B/P": "BITPIX",
    "IRAF-BPX": "BITPIX",
    "DC-FLAG": "CTYPE1, which says whether the dispersion is linear or logarithmic",
}


@rule(
    "DP108",
    "iraf-keyword",
    clause="IRAF",
    level="conv",
    checks=("O008",),
    rest="style",
    keywords=tuple(_IRAF),
    kinds=("value",),
    ja="IRAF だけが読むキーワードである",
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
    DATAMAX =               4095.0
    ```
    """
    yield flag(card, (0, 8), keyword=card.keyword, instead=_IRAF[card.keyword])
