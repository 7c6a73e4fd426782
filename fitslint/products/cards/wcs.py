"""World coordinates: kept where they are, made of centre and scale where there are none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from fitslint.products.cards.context import CardChoice, ProductContext
from fitslint.products.errors import ProductError
from fitslint.products.lookup import find_string, read_header_number
from fitslint.wcs.map_wcs import (
    MATRIX_INDICES,
    WCS_KEYWORD,
    build_gnomonic_cards,
    measure_pixels,
    read_map_wcs,
)
from fitslint.wcs.sphere import measure_separation

_CENTRE_TOLERANCE = 0.5
"""Pixels by which a centre may differ from that of the header: people round coordinates."""
_SCALE_TOLERANCE = 1e-3
_WCS_MARKS = ("CTYPE1", "CTYPE2", "CRVAL1", "CRVAL2", "CDELT1", "CDELT2", "CD1_1", "PC1_1")
_CTYPE_TYPOS = {"DEC---TAN": "DEC--TAN", "RA----TAN": "RA---TAN"}
"""Nine characters, as Lenstool writes them beside some maps of integers."""
_EQUINOXES = {"ICRS": 2000.0, "FK5": 2000.0, "FK4": 1950.0, "FK4-NO-E": 1950.0}
_OVERWRITE_HINT = "`fitslint conform` replaces it with --overwrite-wcs (overwrite_wcs=)"


def choose_wcs(case: ProductContext) -> Iterator[CardChoice]:
    """The settings of the world coordinates.

    Raises
    ------
    ProductError
        when what is given contradicts the header.
    """
    made = dict(_read_user_cards(case)) or dict(_build_from_centre(case))
    yield from _remove_rivals(case, made)
    for keyword, value in made.items():
        yield CardChoice(keyword, value, "given")
    yield from _add_defaults(case, made)
    yield from _choose_frame(case, made)
    yield from _choose_convention(case)


def _read_user_cards(case: ProductContext) -> Iterator[tuple[str, str | float]]:
    """The coordinates that are given card by card."""
    for keyword, value in case.user_facts.cards.items():
        if not WCS_KEYWORD.fullmatch(keyword) or isinstance(value, bool):
            continue
        there = case.header.value(_find_header_keyword(case, keyword))
        free = case.user_facts.overwrite_wcs or keyword in case.user_facts.overwrite
        if there is not None and not free and not _is_equal(value, there):
            raise ProductError(
                f"the header has {keyword} {there} and {value} is given; {_OVERWRITE_HINT}"
            )
        yield keyword, value


def _find_header_keyword(case: ProductContext, keyword: str) -> str:
    old = keyword == "RADESYS" and "RADESYS" not in case.header
    return "RADECSYS" if old else keyword


def _is_equal(value: object, there: object) -> bool:
    if isinstance(value, str) or isinstance(there, str):
        return str(value).strip() == str(there).strip()
    if isinstance(there, int | float) and isinstance(value, int | float):
        return math.isclose(value, there, rel_tol=1e-10, abs_tol=1e-13)
    return False


def _build_from_centre(case: ProductContext) -> Mapping[str, str | float]:
    """The coordinates that centre and scale make, where there are none or they may be replaced."""
    center, scale = case.user_facts.center, case.user_facts.scale
    if center is None and scale is None:
        return {}
    there = any(keyword in case.header for keyword in _WCS_MARKS)
    if there and not case.user_facts.overwrite_wcs:
        _check_centre(case, center, scale)
        return {}
    if center is None or scale is None:
        return {}
    return build_gnomonic_cards(case.shape, center, scale)


def _check_centre(
    case: ProductContext, center: tuple[float, float] | None, scale: float | None
) -> None:
    """Hold centre and scale against the coordinates of the header."""
    wcs = read_map_wcs(case.header)
    if wcs is None:
        raise ProductError(
            "the world coordinates of the header are incomplete, so that centre and scale cannot "
            f"be held against them; {_OVERWRITE_HINT}"
        )
    size = measure_pixels(wcs)
    if scale is not None and not math.isclose(size[0], scale, rel_tol=_SCALE_TOLERANCE):
        raise ProductError(
            f"the header has pixels of {size[0]:.6g} arcsec and {scale:g} is given; "
            f"{_OVERWRITE_HINT}"
        )
    rows, columns = case.shape
    middle = wcs.pixel_to_sky((columns + 1) / 2, (rows + 1) / 2) if wcs.system == "RA" else None
    if center is not None and middle is not None:
        away = measure_separation(middle[0], middle[1], *center) * 3600
        if away > _CENTRE_TOLERANCE * min(size):
            raise ProductError(
                f"the header puts the centre of the image {away:.4g} arcsec from {center[0]:g}, "
                f"{center[1]:g}; {_OVERWRITE_HINT}"
            )


def _remove_rivals(case: ProductContext, made: Mapping[str, object]) -> Iterator[CardChoice]:
    """Matrices and rotations that would stand beside new coordinates go."""
    if not made or not case.user_facts.overwrite_wcs:
        return
    rivals = [f"{root}{at}" for root in ("CD", "PC") for at in MATRIX_INDICES]
    for keyword in (*rivals, "CROTA1", "CROTA2", "LONPOLE", "LATPOLE"):
        if keyword in case.header and keyword not in made:
            yield CardChoice(keyword, None, "replaced by what is given")


def _add_defaults(case: ProductContext, made: Mapping[str, object]) -> Iterator[CardChoice]:
    """Slips of the pen, and the units that the standard assumes."""
    for axis in ("1", "2"):
        ctype = find_string(case.read_value, f"CTYPE{axis}") or ""
        if ctype in _CTYPE_TYPOS:
            ctype = _CTYPE_TYPOS[ctype]
            yield CardChoice(f"CTYPE{axis}", ctype, "one character too many")
        missing = not find_string(case.read_value, f"CUNIT{axis}") and f"CUNIT{axis}" not in made
        if missing and ctype.startswith(("RA-", "DEC-")):
            yield CardChoice(f"CUNIT{axis}", "deg", "FITS 4.0, 8.3")


def _choose_frame(case: ProductContext, made: Mapping[str, object]) -> Iterator[CardChoice]:
    """Reference system and equinox, with the defaults of FITS 4.0, section 8.3."""
    ctype = made.get("CTYPE1") or find_string(case.read_value, "CTYPE1") or ""
    system = find_string(case.read_value, "RADESYS") or find_string(case.header.value, "RADECSYS")
    equinox = read_header_number(case.read_value, "EQUINOX") or read_header_number(
        case.header.value, "EPOCH"
    )
    if str(ctype).startswith("RA"):
        source = "the header" if system else "FITS 4.0, 8.3"
        if not system:
            system = "ICRS" if equinox is None else "FK5" if equinox >= 1984 else "FK4"
        yield CardChoice(
            "RADESYS", system, source, renames=_find_old_keyword(case, "RADECSYS", "RADESYS")
        )
        if equinox is None:
            equinox = _EQUINOXES.get(system)
        if equinox is not None:
            there = read_header_number(case.read_value, "EQUINOX") is not None
            source = "the header" if there else "FITS 4.0, 8.3"
            yield CardChoice(
                "EQUINOX", equinox, source, renames=_find_old_keyword(case, "EPOCH", "EQUINOX")
            )
    for old, new in (("RADECSYS", "RADESYS"), ("EPOCH", "EQUINOX")):
        if old in case.header and new in case.header:
            yield CardChoice(old, None, f"deprecated, beside {new}")


def _find_old_keyword(case: ProductContext, old: str, new: str) -> str:
    return old if old in case.header and new not in case.header else ""


def _choose_convention(case: ProductContext) -> Iterator[CardChoice]:
    """How pixels and positions belong together; Lenstool says TAN and means linear."""
    if not case.has_keyword("GRIDCONV"):
        return
    said = case.read_text("GRIDCONV")
    if said:
        yield CardChoice("GRIDCONV", said, "given")
    elif is_lenstool_map(case):
        yield CardChoice("GRIDCONV", "linear", "Lenstool's grids are linear")


def is_lenstool_map(case: ProductContext) -> bool:
    """Whether Lenstool made the pixels, by what is given or what the header says."""
    engine = case.read_text("ENGINE")
    if engine:
        return engine.lower().startswith("lenstool")
    return (find_string(case.header.value, "ORIGIN") or "") == "JPK-SOFT"
