"""Redshifts, cosmology, normalisation, and what follows from them: D_ls/D_s and kpc per pixel."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.cosmology.model import Cosmology
from fitslint.products.cards.context import CardChoice, ProductContext
from fitslint.products.errors import ProductError
from fitslint.products.header_facts import find_cosmology
from fitslint.products.user_facts import COSMOLOGY_KEYWORDS, compute_distance
from fitslint.wcs.map_wcs import measure_pixels
from fitslint.wcs.wcs import Wcs

RATIO_TOLERANCE = 1e-4
"""Relative difference up to which a D_ls/D_s that is given is taken for the one of the cosmology:
published ones have four digits."""
_LENGTH_TOLERANCE = 1e-4
"""The same of a length in kpc."""


def choose_lensing(case: ProductContext, wcs: Wcs | None) -> Iterator[CardChoice]:
    """The settings of the scale; ``wcs`` are the world coordinates as they will be.

    Raises
    ------
    ProductError
        when facts contradict each other.
    """
    universe = _find_cosmology(case)
    if universe is not None and case.has_keyword("H0"):
        yield from _choose_cosmology(case, universe)
    lens = case.read_number("ZLENS")
    if case.has_keyword("LENSNORM"):
        yield from _choose_normalisation(case, universe, lens)
    if (
        universe is not None
        and lens is not None
        and lens > 0
        and wcs is not None
        and case.has_keyword("PIXKPC")
    ):
        length = (
            compute_distance(universe, lens) * 1000 * math.radians(measure_pixels(wcs)[0] / 3600)
        )
        yield CardChoice("PIXKPC", length, f"D_A of {universe.name} at ZLENS", _LENGTH_TOLERANCE)


def _find_cosmology(case: ProductContext) -> Cosmology | None:
    found = case.user_facts.cosmology
    if found is not None:
        return found
    found = find_cosmology(case.read_value)
    name, h0 = case.read_text("COSMO"), case.read_number("H0")
    if found is None and name and h0 is not None:
        raise ProductError(
            f"COSMO {name!r} with H0 {h0:g} is no known cosmology; "
            "give it (cosmology=, --cosmology)"
        )
    return found


def _choose_cosmology(case: ProductContext, universe: Cosmology) -> Iterator[CardChoice]:
    source = "given" if case.user_facts.cosmology is not None else "the header"
    yield CardChoice("COSMO", universe.name, source)
    yield CardChoice("H0", universe.h0, source)
    yield CardChoice("OMEGAM", universe.omega_m, source)
    yield CardChoice("OMEGAL", universe.omega_l, source)
    if universe.w0 != -1:
        yield CardChoice("W0", universe.w0, source)
    elif case.read_number("W0") not in (None, -1.0):
        yield CardChoice("W0", None, source)


def _choose_normalisation(
    case: ProductContext, universe: Cosmology | None, lens: float | None
) -> Iterator[CardChoice]:
    """What the pixels hold: D_ls/D_s = 1, or the ratio of one source redshift."""
    if case.read_text("LENSNORM") == "unity":
        asked = [name for name in ("ZSRC", "DLSDS") if name in case.user_facts.cards]
        if asked:
            raise ProductError(
                f"{asked[0]} is given for a map of D_ls/D_s = 1, which is for no source redshift; "
                "leave it out, or say normalisation='source' (--normalisation source)"
            )
        for keyword in ("ZSRC", "DLSDS"):
            if keyword in case.header and case.header.string("LENSNORM") != "unity":
                yield CardChoice(keyword, None, "D_ls/D_s = 1 is for no source redshift")
        return
    source = case.read_number("ZSRC")
    if lens is not None and source is not None and source <= lens:
        raise ProductError(
            f"the source at redshift {source:g} is not behind the lens at {lens:g}, which does "
            "not deflect its light"
        )
    if universe is None or lens is None or source is None or case.read_text("LENSNORM") != "source":
        return
    yield CardChoice(
        "DLSDS",
        _compute_ratio(case, universe, lens, source),
        f"{universe.name}, ZLENS and ZSRC",
        RATIO_TOLERANCE,
    )


def _compute_ratio(case: ProductContext, universe: Cosmology, lens: float, source: float) -> float:
    """D_ls/D_s of the cosmology, or the one that is given and agrees with it."""
    ratio = compute_distance(universe, lens, source) / compute_distance(universe, source)
    said = case.read_number("DLSDS")
    if said is None or math.isclose(said, ratio, rel_tol=RATIO_TOLERANCE):
        return ratio if "DLSDS" not in case.user_facts.cards or said is None else said
    news = {"ZLENS", "ZSRC", "LENSNORM", *COSMOLOGY_KEYWORDS} & case.user_facts.cards.keys()
    news |= case.user_facts.overwrite & {"DLSDS", "ZLENS", "ZSRC", "LENSNORM", *COSMOLOGY_KEYWORDS}
    if "DLSDS" in case.user_facts.cards or not (news or case.user_facts.cosmology):
        raise ProductError(
            f"DLSDS is {said:g}, and {universe.name} has {ratio:.6g} from redshift {lens:g} to "
            f"{source:g}; one of them is wrong"
        )
    return ratio
