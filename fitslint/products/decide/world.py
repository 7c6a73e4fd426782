"""World coordinates: kept where they are, made of centre and scale where there are none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from fitslint.products.decide.case import Case, Setting
from fitslint.products.errors import ProductError
from fitslint.wcs.place import MATRIX, WORLD, Place, centred, number, place_of, text

_OFF_CENTRE = 0.5
"""Pixels by which a centre may differ from that of the header: people round coordinates."""
_OFF_SCALE = 1e-3
_OWNERS = ("CTYPE1", "CTYPE2", "CRVAL1", "CRVAL2", "CDELT1", "CDELT2", "CD1_1", "PC1_1")
_SLIPS = {"DEC---TAN": "DEC--TAN", "RA----TAN": "RA---TAN"}
"""Nine characters, as Lenstool writes them beside some maps of integers."""
_EQUINOXES = {"ICRS": 2000.0, "FK5": 2000.0, "FK4": 1950.0, "FK4-NO-E": 1950.0}
_SAY_SO = "say overwrite_wcs=True (--overwrite-wcs) to replace it"


def world(case: Case) -> Iterator[Setting]:
    """The settings of the world coordinates.

    Raises
    ------
    ProductError
        when what is given contradicts the header.
    """
    made = dict(_given(case)) or dict(_centred(case))
    yield from _cleared(case, made)
    for keyword, value in made.items():
        yield Setting(keyword, value, "given")
    yield from _completed(case, made)
    yield from _frame(case, made)
    yield from _convention(case)


def _given(case: Case) -> Iterator[tuple[str, str | float]]:
    """The coordinates that are given card by card."""
    for keyword, value in case.given.cards.items():
        if not WORLD.fullmatch(keyword) or isinstance(value, bool):
            continue
        there = case.header.value(_recorded(case, keyword))
        free = case.given.overwrite_wcs or keyword in case.given.overwrite
        if there is not None and not free and not _agree(value, there):
            raise ProductError(f"the header has {keyword} {there} and {value} is given; {_SAY_SO}")
        yield keyword, value


def _recorded(case: Case, keyword: str) -> str:
    old = keyword == "RADESYS" and "RADESYS" not in case.header
    return "RADECSYS" if old else keyword


def _agree(value: object, there: object) -> bool:
    if isinstance(value, str) or isinstance(there, str):
        return str(value).strip() == str(there).strip()
    if isinstance(there, int | float) and isinstance(value, int | float):
        return math.isclose(value, there, rel_tol=1e-10, abs_tol=1e-13)
    return False


def _centred(case: Case) -> Mapping[str, str | float]:
    """The coordinates that centre and scale make, where there are none or they may be replaced."""
    center, scale = case.given.center, case.given.scale
    if center is None and scale is None:
        return {}
    there = any(keyword in case.header for keyword in _OWNERS)
    if there and not case.given.overwrite_wcs:
        _confirmed(case, center, scale)
        return {}
    if center is None or scale is None:
        return {}
    return centred(case.shape, center, scale)


def _confirmed(case: Case, center: tuple[float, float] | None, scale: float | None) -> None:
    """Hold centre and scale against the coordinates of the header."""
    place = place_of(case.header.value)
    if place is None:
        raise ProductError(
            "the world coordinates of the header are incomplete, so that centre and scale cannot "
            f"be held against them; {_SAY_SO}"
        )
    if scale is not None and not math.isclose(place.scale[0], scale, rel_tol=_OFF_SCALE):
        raise ProductError(
            f"the header has pixels of {place.scale[0]:.6g} arcsec and {scale:g} is given; "
            f"{_SAY_SO}"
        )
    if center is not None and place.tangent:
        away = _separation(place, case.shape, center)
        if away > _OFF_CENTRE * min(place.scale):
            raise ProductError(
                f"the header puts the centre of the image {away:.4g} arcsec from {center[0]:g}, "
                f"{center[1]:g}; {_SAY_SO}"
            )


def _separation(place: Place, shape: tuple[int, int], center: tuple[float, float]) -> float:
    """Arcsec between the centre of the image and a position."""
    ra, dec = place.sky((shape[1] + 1) / 2, (shape[0] + 1) / 2)
    east = (ra - center[0] + 180) % 360 - 180
    east *= math.cos(math.radians((dec + center[1]) / 2))
    return math.hypot(east, dec - center[1]) * 3600


def _cleared(case: Case, made: Mapping[str, object]) -> Iterator[Setting]:
    """Matrices and rotations that would stand beside new coordinates go."""
    if not made or not case.given.overwrite_wcs:
        return
    rivals = [f"{root}{at}" for root in ("CD", "PC") for at in MATRIX]
    for keyword in (*rivals, "CROTA1", "CROTA2", "LONPOLE", "LATPOLE"):
        if keyword in case.header and keyword not in made:
            yield Setting(keyword, None, "replaced by what is given")


def _completed(case: Case, made: Mapping[str, object]) -> Iterator[Setting]:
    """Slips of the pen, and the units that the standard assumes."""
    for axis in ("1", "2"):
        ctype = text(case.value, f"CTYPE{axis}") or ""
        if ctype in _SLIPS:
            ctype = _SLIPS[ctype]
            yield Setting(f"CTYPE{axis}", ctype, "one character too many")
        missing = not text(case.value, f"CUNIT{axis}") and f"CUNIT{axis}" not in made
        if missing and ctype.startswith(("RA-", "DEC-")):
            yield Setting(f"CUNIT{axis}", "deg", "FITS 4.0, 8.3")


def _frame(case: Case, made: Mapping[str, object]) -> Iterator[Setting]:
    """Reference system and equinox, with the defaults of FITS 4.0, section 8.3."""
    ctype = made.get("CTYPE1") or text(case.value, "CTYPE1") or ""
    system = text(case.value, "RADESYS") or text(case.header.value, "RADECSYS")
    equinox = number(case.value, "EQUINOX") or number(case.header.value, "EPOCH")
    if str(ctype).startswith("RA"):
        source = "the header" if system else "FITS 4.0, 8.3"
        if not system:
            system = "ICRS" if equinox is None else "FK5" if equinox >= 1984 else "FK4"
        yield Setting("RADESYS", system, source, renames=_old(case, "RADECSYS", "RADESYS"))
        if equinox is None:
            equinox = _EQUINOXES.get(system)
        if equinox is not None:
            there = number(case.value, "EQUINOX") is not None
            source = "the header" if there else "FITS 4.0, 8.3"
            yield Setting("EQUINOX", equinox, source, renames=_old(case, "EPOCH", "EQUINOX"))
    for old, new in (("RADECSYS", "RADESYS"), ("EPOCH", "EQUINOX")):
        if old in case.header and new in case.header:
            yield Setting(old, None, f"deprecated, beside {new}")


def _old(case: Case, old: str, new: str) -> str:
    return old if old in case.header and new not in case.header else ""


def _convention(case: Case) -> Iterator[Setting]:
    """How pixels and positions belong together; Lenstool says TAN and means linear."""
    if not case.has("GRIDCONV"):
        return
    said = case.text("GRIDCONV")
    if said:
        yield Setting("GRIDCONV", said, "given")
    elif by_lenstool(case):
        yield Setting("GRIDCONV", "linear", "Lenstool's grids are linear")


def by_lenstool(case: Case) -> bool:
    """Whether Lenstool made the pixels, by what is given or what the header says."""
    engine = case.text("ENGINE")
    if engine:
        return engine.lower().startswith("lenstool")
    return (text(case.header.value, "ORIGIN") or "") == "JPK-SOFT"
