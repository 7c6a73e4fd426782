"""Keywords of the drafts of the coordinate conventions, which the standard names otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import read_number
from fitslint.rules.edits import rename_card
from fitslint.rules.wcs.celestial import find_latitude_axis
from fitslint.rules.wcs.conversion import convert_to_matrix, format_real
from fitslint.rules.wcs.versions import LETTERS, find_axis_cards, find_matrices, is_in_types
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
        " SExtractor and esutil turn the image by it; LONPOLE of the standard says which is right",
        "projp": "{keyword} is the name of a draft; the standard calls it {new}. IRAF, SExtractor"
        " and IDL know only that, others read {keyword}",
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
    other = "projp" if keyword.startswith(_PROJP) else ""
    plain = next(drafts, other).lower() if "i" not in new else "axis"
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


_SOLAR = {("SOLAR-WEST", "SOLAR-NORTH"), ("SOLAR-X", "SOLAR-Y")}
_SOLAR_ROOTS = ("CTYPE", "CUNIT", "CRVAL", "CRPIX", "CDELT", "CROTA")
_SOLAR_KEYWORDS = tuple(f"{root}{axis}" for root in _SOLAR_ROOTS for axis in (1, 2))
"""What describes two solar axes."""
_OTHER_FORMS = ("CD1_1", "CD1_2", "CD2_1", "CD2_2", "PC1_1", "PC1_2", "PC2_1", "PC2_2", "PC001001")
_SOLAR_TYPE = compile_late(b"(?i)solar-[wx]")
_DEGREES = {"": 1 / 3600, "arcsec": 1 / 3600, "deg": 1.0}
"""Degrees of the units; without one it is the arcsec of HeliogFITS and of SolarSoft."""


@rule(
    "WC215",
    "solar-axes-linear",
    clause="8.2",
    level="style",
    catalogue_rows=("W024",),
    reads="values",
    needs=(*_SOLAR_KEYWORDS, "CTYPEia"),
    needs_one_of=(("CTYPE1",), ("CTYPE2",)),
    precheck=lambda header: not is_in_types(_SOLAR_TYPE, header),
    precheck_needs=("CTYPEia",),
    # which version a program takes is its own choice, and not all were asked
    fix="unsafe",
    hdus=("primary", "image", "compressed-image"),
    summary_ja="solar-west・solar-north は標準では線形の軸である; HPLN-TAN・HPLT-TAN を別版に書く",
    message="{keyword} = '{text}' is a linear axis by the standard: programs give positions on no"
    " sky. HPLN-TAN and HPLT-TAN as version {version} beside it say where on the Sun pixels are",
)
def solar_axes_linear(header: Header) -> Iterator[Flag]:
    """The axes of an image of the Sun have the names of before the standard.

    The coordinates are left as they are, as some programs know these names only, and a version with
    the names of Thompson (2006) is added: linear axes and the projection are 0.01 arcsec apart at
    the limb.

    ## Why it matters
    Programs of the Sun know solar-west and solar-north, all others take them for lengths: no grid,
    no overlay, no position.

    ## Example
    ```fits
    CTYPE1  = 'solar-west'
    CTYPE2  = 'solar-north'
    CUNIT1  = 'arcsec  '
    CUNIT2  = 'arcsec  '
    CRVAL1  =                  0.0
    CRVAL2  =                  0.0
    CRPIX1  =                257.0
    CRPIX2  =                257.0
    CDELT1  =              4.91106
    CDELT2  =              4.91106
    ```
    Use instead:
    ```fits
    CTYPE1  = 'solar-west'
    CTYPE2  = 'solar-north'
    CUNIT1  = 'arcsec  '
    CUNIT2  = 'arcsec  '
    CRVAL1  =                  0.0
    CRVAL2  =                  0.0
    CRPIX1  =                257.0
    CRPIX2  =                257.0
    CDELT1  =              4.91106
    CDELT2  =              4.91106
    CTYPE1A = 'HPLN-TAN'
    CTYPE2A = 'HPLT-TAN'
    CUNIT1A = 'deg     '
    CUNIT2A = 'deg     '
    CRVAL1A =  0.0000000000000E+00
    CRVAL2A =  0.0000000000000E+00
    CRPIX1A =  2.5700000000000E+02
    CRPIX2A =  2.5700000000000E+02
    CD1_1A  =  1.3641833333333E-03
    CD1_2A  =  0.0000000000000E+00
    CD2_1A  =  0.0000000000000E+00
    CD2_2A  =  1.3641833333333E-03
    ```
    """
    texts = [(header.string(f"CTYPE{axis}") or "").strip().upper() for axis in (1, 2)]
    card = header.find_card("CTYPE1")
    if card is None or tuple(texts) not in _SOLAR:
        return
    types = find_axis_cards(header, "CTYPE")
    if any(
        str(one.value).startswith("HPLN-") for cards in types.values() for one in cards.values()
    ):
        return
    version, edits = _add_solar_version(header)
    yield flag(
        card, fix=edits,
        title=phrase("write HPLN-TAN and HPLT-TAN as version {version}", version=version),
        keyword=card.keyword, text=str(card.value).strip(), version=version,
    )  # fmt: skip


def _add_solar_version(header: Header) -> tuple[str, list[Edit] | None]:
    """The letter of a version that is free, and the edits that write solar axes as HPLN and HPLT.

    The edits are None where a number, a unit or the rotation is not plain.
    """
    version = next((letter for letter in LETTERS[1:] if not _is_used(header, letter)), "")
    images = _write_version(header, version) if version else None
    last = max(header.layout.index[name][-1] for name in _SOLAR_KEYWORDS if name in header)
    if images is None or header.names[last + 1 : last + 2] == ("CONTINUE",):
        return version or "A", None
    end = header.card(last).offset + CARD_SIZE
    return version, [Edit(end, end, "".join(image.ljust(CARD_SIZE) for image in images).encode())]


def _is_used(header: Header, letter: str) -> bool:
    return any(
        f"{name}{letter}" in header for name in (*_SOLAR_KEYWORDS, "WCSNAME", "CD1_1", "PC1_1")
    )


def _write_version(header: Header, version: str) -> list[str] | None:
    """The cards of the helioprojective version; None where a number or unit is not known."""
    units = [(header.string(f"CUNIT{axis}") or "").strip() for axis in (1, 2)]
    if not set(units) <= _DEGREES.keys() or any(root in header for root in _OTHER_FORMS):
        return None
    factors = [_DEGREES[unit] for unit in units]
    values, pixels, steps = (
        [read_number(header, f"{root}{axis}") for axis in (1, 2)]
        for root in ("CRVAL", "CRPIX", "CDELT")
    )
    turn = read_number(header, "CROTA2") or 0.0
    numbers = [number for number in (*values, *pixels, *steps) if number is not None]
    if len(numbers) < 6 or 0.0 in steps or read_number(header, "CROTA1") not in (None, 0.0, turn):
        return None
    x, y, p, q, dx, dy = numbers
    dx, dy = dx * factors[0], dy * factors[1]
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    told: list[tuple[str, str | float]] = [
        ("CTYPE1", "'HPLN-TAN'"), ("CTYPE2", "'HPLT-TAN'"), ("CUNIT1", "'deg     '"),
        ("CUNIT2", "'deg     '"), ("CRVAL1", x * factors[0]), ("CRVAL2", y * factors[1]),
        ("CRPIX1", p), ("CRPIX2", q), ("CD1_1", dx * cosine), ("CD1_2", -dy * sine),
        ("CD2_1", dx * sine), ("CD2_2", dy * cosine),
    ]  # fmt: skip
    return [
        f"{name + version:8}= {value if isinstance(value, str) else format_real(value)}"
        for name, value in told
    ]
