"""World coordinate systems: where the pixels of a header are, and which pixel is where."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, overload

from fitslint.model.header import Header
from fitslint.wcs import geometry
from fitslint.wcs.axes import read_degrees
from fitslint.wcs.chain import PixelChain, build_chain
from fitslint.wcs.description import Description, Items, Scalar, read_items
from fitslint.wcs.frame import read_frame
from fitslint.wcs.maths import (
    DEGREE_RADIANS,
    FAILURES,
    NAN,
    RADIAN_DEGREES,
    SCALAR,
    Maths,
    T,
    load_array_maths,
)
from fitslint.wcs.matrix import read_rows

if TYPE_CHECKING:
    from fitslint.wcs.maths import Floats
    from fitslint.wcs.stages import PlaneStage

_KEPT = 512
_BLOCK = 8192
"""Points worked out at once: their numbers stay in the cache of the processor."""


class Wcs:
    """One description of world coordinates (Papers I, II and III; FITS 4.0, section 8).

    Pixel coordinates count from 1 at the centre of the first pixel. World coordinates stand in the
    order of the axes: degrees for celestial ones, SI units for spectral ones, the unit of CUNITi
    for others. Two systems are equal where the same keywords have the same values.

    Attributes
    ----------
    version : str
        the letter of an alternate description, else empty.
    axes : int
    units : tuple of str
        of the world coordinates.
    longitude, latitude : int or None
        the celestial axes, from 0.
    system : str
        of celestial coordinates: RA, G(LON), E(LON), H(LON), HP(LN) ...; empty without.
    code : str
        of the projection: TAN for TPV, SIN for NCP, SFL for GLS; empty without.
    reference : tuple of float
        world coordinates that CRVALi tell.
    origin : tuple of float
        CRPIXi.
    notes : tuple of (str, str)
        keywords and what of them was taken for granted, or left aside.
    """

    __slots__ = (
        "_chain", "_key", "_told", "axes", "code", "latitude", "longitude", "notes", "origin",
        "reference", "system", "units", "version",
    )  # fmt: skip

    def __init__(self, told: Description, *, sky_only: bool = False) -> None:
        chain = build_chain(told, sky_only=sky_only)
        pair = chain.pair
        self._chain = chain
        self._key = (told.version, told.items, sky_only)
        self.version = told.version
        self.axes = len(chain.reference)
        self.units = tuple(chain.units)
        self.longitude = None if pair is None else pair.longitude
        self.latitude = None if pair is None else pair.latitude
        self.system = "" if pair is None else pair.kind.system
        self.code = chain.code
        self._told = told
        self.reference = _find_reference(chain)
        self.origin = chain.linear.reference
        self.notes = tuple(chain.notes)

    @classmethod
    def from_header(
        cls, header: Header | Mapping[str, Any], alternate: str = "", *, sky_only: bool = False
    ) -> Wcs:
        """The system that a header tells.

        Parameters
        ----------
        header : Header or mapping
            a mapping gives the value of each keyword.
        alternate : str
            the letter of the version; the primary one by default.
        sky_only : bool
            take axes that are not celestial for linear ones, whatever their type is.

        Raises
        ------
        WcsError
            where it tells none; its ``keyword`` says where it fails.
        """
        return _compile(alternate, read_items(header, alternate), sky_only)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wcs) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        named = f" {self.version}" if self.version else ""
        return f"<Wcs{named} {' '.join(kind or '-' for kind in self.types)}>"

    @property
    def types(self) -> tuple[str, ...]:
        """CTYPEi as recorded."""
        return tuple(self._told.text("CTYPE", axis + 1) for axis in range(self.axes))

    @property
    def frame(self) -> tuple[str, float | None]:
        """RADESYS and EQUINOX of equatorial and ecliptic coordinates, defaults filled in."""
        return read_frame(self._told)

    @property
    def is_celestial(self) -> bool:
        """Whether two axes are celestial ones."""
        return self.longitude is not None

    @property
    def matrix(self) -> tuple[tuple[float, ...], ...]:
        """CDi_j: units of the world coordinates, degrees for celestial ones, a pixel.

        It leaves LONPOLE and distortions out of account; :meth:`pixel_matrix` does not.
        """
        pair = self._chain.pair
        sky = () if pair is None else (pair.longitude, pair.latitude)
        degrees = {axis: read_degrees(self._told, axis + 1) for axis in sky}
        turned = (*sky, degrees[sky[1]] / degrees[sky[0]]) if sky else None
        # Read once more: what went through radians is rounded.
        rows, _ = read_rows(self._told, self.axes, turned)
        return tuple(
            tuple(number * degrees.get(axis, 1.0) for number in row)
            for axis, row in enumerate(rows)
        )

    @property
    def keywords(self) -> dict[str, Scalar]:
        """The keywords that tell it, with their values, in the order of the header."""
        return self._told.values

    @property
    def native_pole(self) -> tuple[float, float] | None:
        """LONPOLE and LATPOLE in degrees, defaults filled in; None without celestial axes."""
        sky = self._chain.sky
        return None if sky is None else (sky.pole[2], sky.pole[1])

    @property
    def sky_axes(self) -> tuple[int, ...]:
        """Pixel axes, from 0, that a celestial axis depends on."""
        pair = (self.longitude, self.latitude)
        rows = [self._chain.linear.rows[axis] for axis in pair if axis is not None]
        return tuple(sorted({column for row in rows for column, _ in row}))

    @property
    def distortions(self) -> tuple[PlaneStage | None, PlaneStage | None]:
        """Those of the pixels from CRPIX, and of the plane in degrees, longitude first."""
        return self._chain.pixel, self._chain.plane

    def pixel_to_plane(self, x: float, y: float) -> tuple[float, float]:
        """What the distortion of the plane takes: the longitude's and the latitude's offset.

        Degrees where there is such a distortion, else radians; distortions are not applied.
        """
        linear = self._chain.linear
        offsets = [value - at for value, at in zip((x, y), linear.reference, strict=False)]
        offsets += [0.0] * (self.axes - len(offsets))
        plane = linear.apply(SCALAR, offsets)
        return plane[self.longitude or 0], plane[self.latitude or 0]

    @overload
    def pixel_to_world(self, *pixel: float) -> tuple[float, ...] | None: ...
    @overload
    def pixel_to_world(self, *pixel: Floats) -> tuple[Floats, ...]: ...
    def pixel_to_world(self, *pixel: Any) -> tuple[Any, ...] | None:
        """World coordinates of a pixel, or of arrays of pixel coordinates.

        Axes for which no coordinate is given stand at pixel 1.

        Returns
        -------
        tuple
            floats, or None where there is no position; arrays, with NaN there.
        """
        return self._call(self._to_world, pixel)

    @overload
    def world_to_pixel(self, *world: float) -> tuple[float, ...] | None: ...
    @overload
    def world_to_pixel(self, *world: Floats) -> tuple[Floats, ...]: ...
    def world_to_pixel(self, *world: Any) -> tuple[Any, ...] | None:
        """Pixel coordinates of a position, or of arrays of world coordinates.

        Returns
        -------
        tuple
            floats, or None where no pixel is there; arrays, with NaN there.
        """
        return self._call(self._to_pixel, world)

    @overload
    def pixel_to_sky(self, *pixel: float) -> tuple[float, ...] | None: ...
    @overload
    def pixel_to_sky(self, *pixel: Floats) -> tuple[Floats, ...]: ...
    def pixel_to_sky(self, *pixel: Any) -> tuple[Any, ...] | None:
        """Longitude and latitude in degrees, in whichever order the axes stand."""
        return self._call(self._to_sky, pixel)

    @overload
    def sky_to_pixel(self, longitude: float, latitude: float) -> tuple[float, ...] | None: ...
    @overload
    def sky_to_pixel(self, longitude: Floats, latitude: Floats) -> tuple[Floats, ...]: ...
    def sky_to_pixel(self, longitude: Any, latitude: Any) -> tuple[Any, ...] | None:
        """Pixel coordinates of degrees; other axes stand at their reference."""
        return self._call(self._sky_to_pixel, (longitude, latitude))

    def pixel_to_direction(self, pixel: Sequence[float]) -> tuple[float, float, float] | None:
        """The unit vector, on the celestial sphere, of a pixel; None where there is none."""
        chain = self._chain
        if chain.sky is None or self.longitude is None or self.latitude is None:
            return None
        try:
            plane = self._to_plane(SCALAR, pixel)
            found = chain.sky.to_direction(SCALAR, plane[self.longitude], plane[self.latitude])
            return geometry.normalise(found) if math.isfinite(sum(found)) else None
        except FAILURES:
            return None

    def pixel_matrix(self, pixel: Sequence[float] | None = None) -> geometry.PixelMatrix | None:
        """Degrees east and north that a step along each of two pixel axes goes, at a pixel.

        At CRPIX by default; None where there is no position.
        """
        return geometry.differentiate(self, pixel)

    def pixel_scale(self, pixel: Sequence[float] | None = None) -> tuple[float, float] | None:
        """Lengths in degrees of a pixel along its two axes."""
        found = self.pixel_matrix(pixel)
        return None if found is None else found.scale

    def parity(self, pixel: Sequence[float] | None = None) -> int | None:
        """-1 where east is to the left with north up, 1 where the sky is mirrored."""
        found = self.pixel_matrix(pixel)
        return None if found is None else found.parity

    def rotation(self, pixel: Sequence[float] | None = None) -> float | None:
        """Position angle in degrees, from north through east, of the second pixel axis."""
        found = self.pixel_matrix(pixel)
        return None if found is None else found.rotation

    def corners(
        self, naxis: Sequence[int], *, edges: bool = False
    ) -> list[tuple[float, ...] | None]:
        """World coordinates of the four corners, counter-clockwise from the first pixel.

        ``naxis`` is NAXIS1, NAXIS2; ``edges`` takes the outer corners of pixels in place of their
        centres.
        """
        if self.axes < 2:
            return [None] * 4
        return [self.pixel_to_world(*pixel) for pixel in geometry.list_corners(naxis, edges=edges)]

    def footprint_area(self, naxis: Sequence[int]) -> float | None:
        """Square degrees inside the edges of an image; None where one of them has no position.

        ``naxis`` are the lengths of the two pixel axes that move on the sky.
        """
        return geometry.measure_area(self, naxis)

    def _call(self, step: Any, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
        if all(isinstance(value, float | int) for value in values):
            try:
                found: Sequence[float] = step(SCALAR, values)
            except FAILURES:
                return None
            return tuple(found) if math.isfinite(sum(found)) else None
        return _call_in_blocks(step, values)

    def _to_plane(self, maths: Maths[T], pixel: Sequence[T]) -> list[T]:
        """Intermediate world coordinates; celestial ones in radians."""
        chain = self._chain
        linear = chain.linear
        if len(pixel) > self.axes:
            raise TypeError(f"{len(pixel)} coordinates were given for {self.axes} axes")
        offsets = [value - at for value, at in zip(pixel, linear.reference, strict=False)]
        if len(offsets) < self.axes:
            offsets += [maths.fill(pixel[0], 1.0 - at) for at in linear.reference[len(offsets) :]]
        if chain.pixel is not None:
            offsets[0], offsets[1] = chain.pixel.correct(maths, offsets[0], offsets[1])
        plane = linear.apply(maths, offsets)
        if chain.plane is not None and self.longitude is not None and self.latitude is not None:
            lon, lat = self.longitude, self.latitude
            x, y = chain.plane.correct(maths, plane[lon], plane[lat])
            plane[lon], plane[lat] = x * DEGREE_RADIANS, y * DEGREE_RADIANS
        return plane

    def _to_sky(self, maths: Maths[T], pixel: Sequence[T]) -> tuple[T, T]:
        sky = self._chain.sky
        if sky is None or self.longitude is None or self.latitude is None:
            raise TypeError("there are no celestial axes")
        plane = self._to_plane(maths, pixel)
        return sky.to_sky(maths, plane[self.longitude], plane[self.latitude])

    def _to_world(self, maths: Maths[T], pixel: Sequence[T]) -> list[T]:
        chain = self._chain
        world = self._to_plane(maths, pixel)
        for axis, reference in enumerate(self.reference):
            if axis in chain.stages:
                world[axis] = chain.stages[axis].to_world(maths, world[axis])
            elif axis not in (self.longitude, self.latitude):
                world[axis] = world[axis] + reference
        if chain.sky is not None and self.longitude is not None and self.latitude is not None:
            lon, lat = self.longitude, self.latitude
            world[lon], world[lat] = chain.sky.to_sky(maths, world[lon], world[lat])
        return world

    def _to_pixel(self, maths: Maths[T], world: Sequence[T]) -> list[T]:
        chain = self._chain
        if len(world) != self.axes:
            raise TypeError(f"{len(world)} coordinates were given for {self.axes} axes")
        plane = list(world)
        for axis, reference in enumerate(self.reference):
            if axis in chain.stages:
                plane[axis] = chain.stages[axis].to_offset(maths, plane[axis])
            elif axis not in (self.longitude, self.latitude):
                plane[axis] = plane[axis] - reference
        if chain.sky is not None and self.longitude is not None and self.latitude is not None:
            lon, lat = self.longitude, self.latitude
            x, y = chain.sky.to_plane(maths, world[lon], world[lat])
            if chain.plane is not None:
                x, y = chain.plane.undo(maths, x * RADIAN_DEGREES, y * RADIAN_DEGREES)
            plane[lon], plane[lat] = x, y
        offsets = chain.linear.undo(maths, plane)
        if chain.pixel is not None:
            offsets[0], offsets[1] = chain.pixel.undo(maths, offsets[0], offsets[1])
        return [value + at for value, at in zip(offsets, self.origin, strict=True)]

    def _sky_to_pixel(self, maths: Maths[T], position: Sequence[T]) -> list[T]:
        if self.longitude is None or self.latitude is None:
            raise TypeError("there are no celestial axes")
        world = [maths.fill(position[0], value) for value in self.reference]
        world[self.longitude], world[self.latitude] = position
        return self._to_pixel(maths, world)


def _find_reference(chain: PixelChain) -> tuple[float, ...]:
    """World coordinates of CRPIX, in their units."""
    for axis, stage in chain.stages.items():
        try:
            chain.reference[axis] = stage.to_world(SCALAR, 0.0)
        except FAILURES:
            chain.reference[axis] = NAN
    return tuple(chain.reference)


@lru_cache(maxsize=_KEPT)
def _compile(alternate: str, items: Items, sky_only: bool) -> Wcs:
    """A system of its keywords and their values: the same ones are worked out once."""
    return Wcs(Description(items, alternate), sky_only=sky_only)


def _call_in_blocks(step: Any, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """A step on arrays that broadcast, so many points at a time."""
    import numpy as np

    maths = load_array_maths()
    given = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in values))
    shape = given[0].shape
    flat = [np.ascontiguousarray(value).reshape(-1) for value in given]
    size = flat[0].size
    found: list[Any] = []
    with np.errstate(all="ignore"):
        for start in range(0, max(size, 1), _BLOCK):
            part = step(maths, [value[start : start + _BLOCK] for value in flat])
            if not found:
                found = [np.empty(size) for _ in part]
            for whole, piece in zip(found, part, strict=True):
                whole[start : start + _BLOCK] = piece
        lost = ~np.isfinite(sum(found[1:], found[0]))
        if lost.any():
            for whole in found:
                whole[lost] = np.nan
    return tuple(whole.reshape(shape) for whole in found)
