"""Products of hscPipe: what they are called, tracts, calibrated catalogues."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.hscpipe.names import KINDS, parse_product_path
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.header import Header
from fitslint.model.records import replace as in_hdu
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule

_LAYOUT = "hscPipe, layout"
_PLACES = {
    "visit": ("VISIT", "EXP-ID", "FRAMEID"), "ccd": ("CCD", "DET-ID"),
    "filter": ("FILTER", "FILTER01"), "tract": ("TRACT",), "pointing": ("MJD",),
}  # fmt: skip
"""Keywords that tell what a file is: those of products of fitslint, and of the telescope."""
_PATCHES_GOOD, _PATCHES_MAX = 31, 32
"""Five bits of the number of an object are for a patch on each axis; hscPipe's manual says 31."""
_TRACTS = 1 << 16
_AXES = ("NPATCHX", "NPATCHY")
_MAG, _FLUX_ERROR = "_mag", "_instFluxErr"
_FACTOR = "mosaic_corr"


_UNCERTAIN = {"ASTRERR": 30.0, "CHI2NDOF": 4.0}
"""Mas and chi-square from which on a solution is not to be trusted, as the fit itself says."""


def _is_small(header: Header) -> bool:
    """Whether nothing is wrong, as far as numbers tell."""
    if header.string("PRODUCT") != "hsc-tract":
        return True
    counts = [header.number(name) or 0 for name in _AXES]
    return max(counts) <= _PATCHES_GOOD and (header.number("TRACT") or 0) < _TRACTS


@rule(
    "HS104",
    "tract-too-large",
    clause="hscPipe, numbers of objects",
    level="must",
    reads="values",
    needs=("PRODUCT", *_AXES, "TRACT"),
    needs_one_of=(("PRODUCT",), _AXES),
    precheck=_is_small,
    summary_ja="tract の一辺のパッチが 31 を超える、または tract の番号が 16 ビットに収まらない",
    message={
        "": "{count} patches along an axis: the numbers of objects in hscPipe have room for {most}",
        "manual": "{count} patches along an axis fit into the five bits that numbers of objects "
        "have for them, but the manual of hscPipe allows {most}",
        "number": "tract {number}: the numbers of objects in hscPipe have 16 bits for it",
    },
)
def tract_too_large(header: Header) -> Iterator[Flag]:
    """A tract has more patches than numbers of objects can tell, or too high a number.

    ## Why it matters
    hscPipe makes the number of an object of its tract (16 bits), its patch (5 bits an axis), its
    filter (6 bits) and a count. Where a patch does not fit, objects of two patches have one number.

    ## Example
    ```fits
    PRODUCT = 'hsc-tract'
    TRACT   =                    0
    NPATCHX =                   33
    NPATCHY =                   33
    ```
    Use instead:
    ```fits
    PRODUCT = 'hsc-tract'
    TRACT   =                    0
    NPATCHX =                   31
    NPATCHY =                   31
    ```
    """
    if _is_small(header):
        return
    card = max(
        (card for name in _AXES if (card := header.find_card(name))),
        key=lambda each: each.number_value or 0, default=None,
    )  # fmt: skip
    count = (card.number_value if card else None) or 0
    if card is not None and count > _PATCHES_MAX:
        yield flag(card, count=f"{count:g}", most=_PATCHES_MAX)
    elif card is not None and count > _PATCHES_GOOD:
        yield flag(card, message="manual", level="should", count=f"{count:g}", most=_PATCHES_GOOD)
    tract = header.find_card("TRACT")
    if tract is not None and (tract.number_value or 0) >= _TRACTS:
        yield flag(tract, message="number", number=f"{tract.number_value:g}")


def _has_other_name(file: FitsFile) -> bool:
    """Whether a file is surely called otherwise than products of hscPipe are."""
    return not file.path.replace("\\", "/").rpartition("/")[2].startswith(KINDS)


@rule(
    "HS105",
    "name-contradicts-header",
    clause=_LAYOUT,
    level="must",
    needs=("EXP-ID", "FRAMEID", "DET-ID", "VISIT", "CCD"),
    precheck=_has_other_name,
    summary_ja="ファイル名またはフォルダが、ヘッダのビジット、CCD、フィルタ、tract、ポインティングと異なる",
    message={
        "": "name and folder say {what} {named}, and {keyword} makes it {told}",
        "digits": "hscPipe writes {wanted} in place of {name}, and finds no other name",
    },
)
def name_contradicts_header(file: FitsFile) -> Iterator[Flag]:
    """Name or folder of a product of hscPipe say another visit, CCD, filter, tract or pointing.

    Names are those of hscPipe, such as ``01378/HSC-I/corr/CORR-0020878-050.fits``. What the header
    tells is true; a name with fewer digits than hscPipe writes is an info.

    ## Why it matters
    hscPipe finds a file by its name alone. One that is called as another takes the place of that
    one, and its stars are put where the other CCD is.

    ## Example
    ```archive
    @file 01378/HSC-I/corr/CORR-0020878-051.fits
    EXP-ID  = 'HSCE00020878'
    DET-ID  =                   50
    FILTER01= 'HSC-I   '
    ```
    Use instead:
    ```archive
    @file 01378/HSC-I/corr/CORR-0020878-050.fits
    EXP-ID  = 'HSCE00020878'
    DET-ID  =                   50
    FILTER01= 'HSC-I   '
    ```
    """
    # Most files are of other telescopes.
    from fitslint.hscpipe.identity import is_broad_filter, read_told

    name = parse_product_path(file.path)
    if name is None or not file.hdus:
        return
    header = file.hdus[0].header
    for key, told in read_told(header).items():
        named = getattr(name, key)
        card = next((card for k in _PLACES[key] if (card := header.find_card(k))), None)
        if named is None or card is None or named == told:
            continue
        if key == "filter" and not all(is_broad_filter(str(each)) for each in (named, told)):
            continue
        found = flag(card, what=key, named=named, keyword=card.keyword, told=told)
        yield in_hdu(found, hdu=1)
    if not name.is_padded:
        called = re.split(r"[/\\]", file.path)[-1]
        wanted = f"{name.kind}-{name.visit:07d}-{name.ccd:03d}.fits"
        told_name = {"wanted": wanted, "name": called}
        yield Flag(hdu=1, message="digits", params=told_name, level="style")


def _is_certain(header: Header) -> bool:
    """Whether a solution says of itself that it is good."""
    return header.string("PRODUCT") != "hsc-wcs" or all(
        (header.number(name) or 0) <= most for name, most in _UNCERTAIN.items()
    )


@rule(
    "HS124",
    "solution-uncertain",
    clause="hscPipe, mosaicking",
    level="project",
    reads="values",
    needs=("PRODUCT", *_UNCERTAIN),
    needs_one_of=(("PRODUCT",), tuple(_UNCERTAIN)),
    precheck=_is_certain,
    summary_ja="解の位置が、解自身の見積もりによると不確かである",
    message={
        "": "positions of this CCD are uncertain by {told:.0f} mas along an axis",
        "misfit": "chi-square of positions is {told:.2f} per degree of freedom",
    },
)
def solution_uncertain(header: Header) -> Iterator[Flag]:
    """A joint solution says of itself that its positions are uncertain.

    `ASTRERR` is the error along an axis that the fit expects at the worst pixel of the CCD, and
    may be 30 mas; `CHI2NDOF` may be 4.

    ## Why it matters
    A CCD with few stars has a solution, too. Where stars do not tie it down it can be off by much
    more than single stars are, and a coadd smears its images.

    ## Example
    ```fits
    PRODUCT = 'hsc-wcs '
    ASTRERR =                 85.0
    ```
    Use instead:
    ```fits
    PRODUCT = 'hsc-wcs '
    ASTRERR =                  5.0
    ```
    """
    if _is_certain(header):
        return
    for message, (name, most) in zip(("", "misfit"), _UNCERTAIN.items(), strict=True):
        card = header.find_card(name)
        if card is not None and (card.number_value or 0) > most:
            yield flag(card, message=message, told=card.number_value)


@rule(
    "HS117",
    "magnitude-without-its-error",
    clause="meas_mosaic, calibrateCatalog",
    level="must",
    needs=("TTYPEn",),
    summary_ja="CALSRC の等級の誤差がカウントのままである、または mosaic_corr がない",
    message={
        "counts": "{mag} is a magnitude, and its error {error} is in counts",
        "factor": "there is no column mosaic_corr, so that nothing tells what counts were "
        "multiplied by",
    },
)
def magnitude_without_its_error(file: FitsFile) -> Iterator[Flag]:
    """A calibrated catalogue has magnitudes whose errors are counts, or no column mosaic_corr.

    Only files that are called CALSRC are looked at.

    ## Why it matters
    meas_mosaic of 2019 converts fluxes into magnitudes and forgets their errors. Who weighs stars
    by them takes thousands of counts for magnitudes.

    ## Example
    ```archive
    @file CALSRC-0020878-050.fits
    @hdu bintable
    NAXIS1  =                   24
    TFIELDS =                    3
    TTYPE1  = 'base_PsfFlux_mag'
    TFORM1  = '1D      '
    TUNIT1  = 'mag     '
    TTYPE2  = 'base_PsfFlux_instFluxErr'
    TFORM2  = '1D      '
    TUNIT2  = 'count   '
    TTYPE3  = 'mosaic_corr'
    TFORM3  = '1D      '
    ```
    Use instead:
    ```archive
    @file CALSRC-0020878-050.fits
    @hdu bintable
    NAXIS1  =                   24
    TFIELDS =                    3
    TTYPE1  = 'base_PsfFlux_mag'
    TFORM1  = '1D      '
    TUNIT1  = 'mag     '
    TTYPE2  = 'base_PsfFlux_magErr'
    TFORM2  = '1D      '
    TUNIT2  = 'mag     '
    TTYPE3  = 'mosaic_corr'
    TFORM3  = '1D      '
    ```
    """

    name = parse_product_path(file.path)
    table = next((hdu for hdu in file.hdus if "TTYPE1" in hdu.header), None)
    if name is None or name.kind != "CALSRC" or table is None:
        return
    columns = {
        str(card.value).strip(): number
        for number, card in table.header.map_indices("TTYPE").items()
    }
    yield from (in_hdu(found, hdu=table.number) for found in _flag_errors(table, columns))
    if _FACTOR not in columns:
        yield Flag(hdu=table.number, message="factor")


def _flag_errors(table: Hdu, columns: dict[str, int]) -> Iterator[Flag]:
    for mag in columns:
        if not mag.endswith(_MAG):
            continue
        stem = mag.removesuffix(_MAG)
        error = next((e for e in (f"{mag}Err", f"{stem}{_FLUX_ERROR}") if e in columns), None)
        number = columns.get(error or "")
        if error is None or number is None:
            continue
        unit = (table.header.string(f"TUNIT{number}") or "").strip()
        card = table.header.find_card(f"TTYPE{number}")
        if card is not None and (error.endswith(_FLUX_ERROR) or unit in ("count", "adu")):
            yield flag(card, message="counts", mag=mag, error=error)
