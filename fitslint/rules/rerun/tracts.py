"""Tracts of a rerun, and what lies on them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import cos, hypot, radians

from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.rerun.tree import RerunTree, TreeFile, flag_path


@rule(
    "HS103",
    "tract-not-of-all-filters",
    clause="hscPipe, sky maps",
    level="must",
    summary_ja="フィルタによって tract が異なる、または CALEXP が tract の外にある",
    message={
        "": "covers the field of tract {other} with another centre, {shift:.0f} pixels away: "
        "patches of {filters} and {others} do not match",
        "filters": "was made from images of {filters}, and {used} has products on it",
        "outside": "no corner of the CCD lies in tract {tract}",
    },
)
def tract_not_of_all_filters(tree: RerunTree) -> Iterator[Flag]:
    """Filters lie on different tracts, or a calibrated image lies outside of its own.

    Tracts are those of ``deepCoadd/tract-N.fits``. Two that overlap and were made from images of
    different filters are an error; products of a filter that a tract was not made of a warning.

    ## Why it matters
    A tract has to be made from the images of all filters at once. Else patches of two filters show
    different parts of the sky, and nothing can be measured in both.

    ## Example
    ```archive
    @file deepCoadd/tract-0.fits
    PRODUCT = 'hsc-tract'
    TRACT   =                    0
    TRACTSX =                44000
    CRVAL1  =                175.7
    CRVAL2  =                 58.4
    CDELT1  =    -0.00004666666667
    FILTERS = 'HSC-I   '
    @file deepCoadd/tract-1.fits
    PRODUCT = 'hsc-tract'
    TRACT   =                    1
    TRACTSX =                44000
    CRVAL1  =                175.8
    CRVAL2  =                 58.4
    CDELT1  =    -0.00004666666667
    FILTERS = 'HSC-R   '
    ```
    Use instead:
    ```archive
    @file deepCoadd/tract-0.fits
    PRODUCT = 'hsc-tract'
    TRACT   =                    0
    TRACTSX =                44000
    CRVAL1  =                175.7
    CRVAL2  =                 58.4
    CDELT1  =    -0.00004666666667
    FILTERS = 'HSC-I,HSC-R'
    ```
    """
    tracts = tree.list_kind("tract")
    for one, other in combinations(tracts, 2):
        shift = _measure_shift(one, other)
        if shift is not None and one.told["filters"] != other.told["filters"]:
            yield flag_path(
                other.path, other=one.tract, shift=shift, filters=other.told["filters"],
                others=one.told["filters"],
            )  # fmt: skip
    for tract in tracts:
        made = str(tract.told.get("filters", "")).split(",")
        used = sorted({
            file.band for file in tree.list_kind("CALEXP", "jointcal_wcs")
            if file.tract == tract.tract and file.band is not None
        } - set(made))  # fmt: skip
        if used and any(made):
            yield flag_path(
                tract.path, "filters", level="should", filters=", ".join(made),
                used=", ".join(used),
            )  # fmt: skip
        for file in tree.list_kind("CALEXP"):
            if file.tract == tract.tract and tree.is_inside(tract, file) is False:
                yield flag_path(file.path, "outside", tract=tract.tract)


def _measure_shift(one: TreeFile, other: TreeFile) -> float | None:
    """Pixels between the centres of two tracts; None where they have no field in common."""
    facts = [[file.told.get(key) for key in ("ra", "dec", "step", "size")] for file in (one, other)]
    numbers = [[float(part) for part in each if isinstance(part, int | float)] for each in facts]
    if any(len(each) < 4 or not each[2] for each in numbers):
        return None
    (ra, dec, step, size), (ra2, dec2, _, size2) = numbers
    across = ((ra2 - ra + 180) % 360 - 180) * cos(radians(dec))
    away = hypot(across, dec2 - dec) / abs(step)
    return away if 0 < away < (size + size2) / 2 else None
