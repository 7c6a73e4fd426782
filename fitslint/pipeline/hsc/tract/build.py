"""A tract around images."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.inputs import CcdImage
from fitslint.pipeline.hsc.tract.geometry import (
    HSC_DISCRETE,
    PATCHES_MAX,
    PATCHES_SAFE,
    Tract,
    TractParameters,
)
from fitslint.pipeline.hsc.tract.hull import (
    Direction,
    enclose_points,
    find_centroid,
    measure_radius,
    to_direction,
    to_position,
)
from fitslint.wcs.sphere import measure_separation

_STRAY = 1.5
"""Degrees from the middle of its visit: no CCD of the camera is as far."""


def build_tract(
    images: Sequence[CcdImage], parameters: TractParameters = HSC_DISCRETE, number: int = 0
) -> Tract:
    """The tract around the outlines of images.

    Its centre is the centroid of the convex polygon around all corners, and its radius reaches the
    farthest of them.

    Raises
    ------
    HscError
        when there are no images, they lie around half of the sky or more, or the tract would have
        more patches than object ids of HSC can tell apart.
    """
    if not images:
        raise HscError("there are no images to be enclosed")
    points = [to_direction(*corner) for image in images for corner in image.corners]
    corners = enclose_points(points)
    centre = find_centroid(corners)
    tract = Tract(
        number,
        to_position(centre),
        measure_radius(corners, centre) + parameters.border,
        parameters,
    )
    if tract.patches > PATCHES_MAX:
        raise HscError(
            f"the tract has {tract.patches} x {tract.patches} patches; object ids of HSC keep 5 "
            f"bits for each axis, so that {PATCHES_MAX} is the most: select fewer visits, or make "
            "patchInnerDimensions larger (HS104)"
        )
    return tract


def list_warnings(images: Sequence[CcdImage], tract: Tract) -> Iterator[str]:
    """What a person should know of the images and the tract."""
    for image in images:
        if image.disagreement:
            yield f"{image.path}: {image.disagreement}; the header holds"
    rough = sum(image.is_rough for image in images)
    if rough:
        yield (
            f"{rough} of {len(images)} images have the estimate of the telescope as coordinates "
            "(WCS-ORIG): corners are rough by some arcsec"
        )
    yield from _list_strays(images)
    if tract.patches > PATCHES_SAFE:
        yield (
            f"{tract.patches} patches on an axis: the manual of HSC allows {PATCHES_SAFE}, since "
            "object ids keep 5 bits for each axis (HS104)"
        )


def _list_strays(images: Sequence[CcdImage]) -> Iterator[str]:
    """CCDs that are far from their visit: they make a tract larger than it should be."""
    visits: defaultdict[int | None, list[CcdImage]] = defaultdict(list)
    for image in images:
        visits[image.identity.visit].append(image)
    for visit, members in visits.items():
        if visit is None:
            continue
        middles = [_find_middle(image) for image in members]
        centre = to_position(_find_median(middles))
        for image, middle in zip(members, middles, strict=True):
            away = measure_separation(*centre, *to_position(middle))
            if away > _STRAY:
                yield (
                    f"{image.path}: is {away:.1f} degrees from the middle of visit {visit}; it "
                    "makes the tract larger"
                )


def _find_middle(image: CcdImage) -> Direction:
    x, y, z = (sum(axis) for axis in zip(*(to_direction(*c) for c in image.corners), strict=True))
    return x, y, z


def _find_median(directions: Sequence[Direction]) -> Direction:
    x, y, z = (statistics.median(axis) for axis in zip(*directions, strict=True))
    return x, y, z


def measure_shift(known: Tract, tract: Tract) -> float | None:
    """Pixels between the centres of two tracts; None where they have no field in common."""
    away = measure_separation(*known.centre, *tract.centre)
    if away > known.radius + tract.radius:
        return None
    return away * 3600.0 / tract.parameters.pixel_scale
