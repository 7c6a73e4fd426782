"""Redshifts, cosmology, normalisation, and what follows from them: D_ls/D_s and kpc per pixel."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.cosmology.model import Cosmology
from fitslint.products.decide.case import Case, Setting
from fitslint.products.errors import ProductError
from fitslint.products.facts import cosmology_of
from fitslint.products.given import COSMOLOGY, distance
from fitslint.wcs.place import Lookup, place_of

RATIO = 1e-4
"""Relative difference up to which a D_ls/D_s that is given is taken for the one of the cosmology:
published ones have four digits."""
_LENGTH = 1e-4
"""The same of a length in kpc."""


def scale(case: Case, value: Lookup) -> Iterator[Setting]:
    """The settings of the scale; ``value`` knows the world coordinates as they will be.

    Raises
    ------
    ProductError
        when facts contradict each other.
    """
    universe = _cosmology(case)
    if universe is not None and case.has("H0"):
        yield from _told(case, universe)
    lens = case.number("ZLENS")
    if case.has("LENSNORM"):
        yield from _normalisation(case, universe, lens)
    place = place_of(value)
    if universe is not None and lens is not None and lens > 0 and place and case.has("PIXKPC"):
        length = distance(universe, lens) * 1000 * math.radians(place.scale[0] / 3600)
        yield Setting("PIXKPC", length, f"D_A of {universe.name} at ZLENS", _LENGTH)


def _cosmology(case: Case) -> Cosmology | None:
    found = case.given.cosmology
    if found is not None:
        return found
    found = cosmology_of(case.value)
    if found is None and case.text("COSMO") and case.number("H0") is not None:
        raise ProductError(
            f"COSMO {case.text('COSMO')!r} with H0 {case.number('H0'):g} is no known cosmology; "
            "give it (cosmology=, --cosmology)"
        )
    return found


def _told(case: Case, universe: Cosmology) -> Iterator[Setting]:
    source = "given" if case.given.cosmology is not None else "the header"
    yield Setting("COSMO", universe.name, source)
    yield Setting("H0", universe.h0, source)
    yield Setting("OMEGAM", universe.omega_m, source)
    yield Setting("OMEGAL", universe.omega_l, source)
    if universe.w0 != -1:
        yield Setting("W0", universe.w0, source)
    elif case.number("W0") not in (None, -1.0):
        yield Setting("W0", None, source)


def _normalisation(case: Case, universe: Cosmology | None, lens: float | None) -> Iterator[Setting]:
    """What the pixels hold: D_ls/D_s = 1, or the ratio of one source redshift."""
    if case.text("LENSNORM") == "unity":
        asked = [name for name in ("ZSRC", "DLSDS") if name in case.given.cards]
        if asked:
            raise ProductError(
                f"{asked[0]} is given for a map of D_ls/D_s = 1, which is for no source redshift; "
                "leave it out, or say normalisation='source' (--normalisation source)"
            )
        for keyword in ("ZSRC", "DLSDS"):
            if keyword in case.header and case.header.string("LENSNORM") != "unity":
                yield Setting(keyword, None, "D_ls/D_s = 1 is for no source redshift")
        return
    source = case.number("ZSRC")
    if lens is not None and source is not None and source <= lens:
        raise ProductError(
            f"the source at redshift {source:g} is not behind the lens at {lens:g}, which does "
            "not deflect its light"
        )
    if universe is None or lens is None or source is None or case.text("LENSNORM") != "source":
        return
    yield Setting(
        "DLSDS", _ratio(case, universe, lens, source), f"{universe.name}, ZLENS and ZSRC", RATIO
    )


def _ratio(case: Case, universe: Cosmology, lens: float, source: float) -> float:
    """D_ls/D_s of the cosmology, or the one that is given and agrees with it."""
    ratio = distance(universe, lens, source) / distance(universe, source)
    said = case.number("DLSDS")
    if said is None or math.isclose(said, ratio, rel_tol=RATIO):
        return ratio if "DLSDS" not in case.given.cards or said is None else said
    news = {"ZLENS", "ZSRC", "LENSNORM", *COSMOLOGY} & case.given.cards.keys()
    news |= case.given.overwrite & {"DLSDS", "ZLENS", "ZSRC", "LENSNORM", *COSMOLOGY}
    if "DLSDS" in case.given.cards or not (news or case.given.cosmology):
        raise ProductError(
            f"DLSDS is {said:g}, and {universe.name} has {ratio:.6g} from redshift {lens:g} to "
            f"{source:g}; one of them is wrong"
        )
    return ratio
