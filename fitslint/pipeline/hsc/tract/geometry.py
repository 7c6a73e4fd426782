"""A tract: a plane on the sky, cut into patches."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from fitslint.pipeline.hsc.errors import HscError
from fitslint.wcs.wcs import Wcs

PATCHES_SAFE, PATCHES_MAX = 31, 32
"""Patches on an axis: object ids of HSC keep 5 bits, and 31 is what its manual allows."""
TRACTS_MAX = 65536
_ARCSEC = 3600.0
_REACH_MAX = 60.0
"""Degrees from the centre; far beyond any camera, and a gnomonic plane still has it."""


@dataclass(frozen=True, slots=True)
class TractParameters:
    """How tracts are made; the defaults are those of HSC's discrete sky maps.

    Attributes
    ----------
    pixel_scale : float
        arcsec.
    projection : str
        TAN or STG.
    overlap : float
        degrees that are added all around (``tractOverlap``).
    border : float
        degrees that are added to the radius of the images (``borderSize``).
    patch_inner, patch_border : int
        pixels of a patch, and by how many it overlaps its neighbours.
    """

    pixel_scale: float = 0.168
    projection: str = "TAN"
    overlap: float = 0.0
    border: float = 0.0
    patch_inner: int = 4000
    patch_border: int = 100

    def __post_init__(self) -> None:
        if self.projection not in ("TAN", "STG"):
            raise HscError(f"the projection is {self.projection}; a tract is TAN or STG")
        if not 0.001 <= self.pixel_scale <= 600:
            raise HscError(
                f"pixelScale is {self.pixel_scale:g} arcsec; from 0.001 to 600 is possible"
            )
        if self.patch_inner < 1 or self.patch_border < 0:
            raise HscError("patchInnerDimensions is at least 1, patchBorder at least 0")
        if not (0 <= self.overlap <= _REACH_MAX and 0 <= self.border <= _REACH_MAX):
            raise HscError("tractOverlap and borderSize are degrees from 0 to 60")


HSC_DISCRETE = TractParameters()


@dataclass(frozen=True, slots=True)
class TractPatch:
    """A patch of a tract: the box of its pixels, border included, counted from 0."""

    number: int
    ix: int
    iy: int
    x0: int
    y0: int
    nx: int
    ny: int


@dataclass(frozen=True)
class Tract:
    """A plane around a position.

    Attributes
    ----------
    number : int
    centre : (float, float)
        right ascension and declination (ICRS) in degrees.
    radius : float
        degrees from the centre that have to be on it, without the overlap.
    parameters : TractParameters
    """

    number: int
    centre: tuple[float, float]
    radius: float
    parameters: TractParameters = field(default=HSC_DISCRETE)

    def __post_init__(self) -> None:
        if not 0 <= self.number < TRACTS_MAX:
            raise HscError(f"tract {self.number}: object ids have room for 0 to {TRACTS_MAX - 1}")
        if not 0 < self.radius + self.parameters.overlap <= _REACH_MAX:
            raise HscError(
                f"the tract has a radius of {self.radius:g} degrees; "
                f"up to {_REACH_MAX:g} is possible"
            )

    @cached_property
    def _box(self) -> tuple[int, int]:
        """The first pixel, counted from the centre, and the number of patches, of both axes."""
        reach = math.radians(self.radius + self.parameters.overlap)
        plane = math.tan(reach) if self.parameters.projection == "TAN" else 2 * math.tan(reach / 2)
        pixels = plane / math.radians(self.parameters.pixel_scale / _ARCSEC)
        first, last = math.ceil(-pixels - 0.5), math.floor(pixels + 0.5)
        size, inner = last - first + 1, self.parameters.patch_inner
        patches = -(-size // inner)
        return first - (patches * inner - size) // 2, patches

    @property
    def patches(self) -> int:
        """Patches on each axis."""
        return self._box[1]

    @property
    def size(self) -> int:
        """Pixels on each axis."""
        return self.patches * self.parameters.patch_inner

    @property
    def crpix(self) -> float:
        """CRPIX1 and CRPIX2, counted from 1."""
        return 1.0 - self._box[0]

    @cached_property
    def wcs_cards(self) -> dict[str, str | float]:
        """The world coordinates as keywords."""
        scale, code = self.parameters.pixel_scale / _ARCSEC, self.parameters.projection
        return {
            "WCSAXES": 2, "CTYPE1": f"RA---{code}", "CTYPE2": f"DEC--{code}",
            "CUNIT1": "deg", "CUNIT2": "deg", "CRVAL1": self.centre[0], "CRVAL2": self.centre[1],
            "CRPIX1": self.crpix, "CRPIX2": self.crpix, "CDELT1": -scale, "CDELT2": scale,
            "RADESYS": "ICRS",
        }  # fmt: skip

    @cached_property
    def wcs(self) -> Wcs:
        """The world coordinates."""
        return Wcs.from_header(self.wcs_cards)

    def find_position(self, x: float, y: float) -> tuple[float, float]:
        """Right ascension from 0 to 360, and declination, of a pixel counted from 0."""
        found = self.wcs.pixel_to_world(x + 1, y + 1)
        if found is None:
            raise HscError(f"tract {self.number}: pixel {x:g}, {y:g} has no position")
        return found[0] % 360.0, found[1]

    def list_corners(self) -> list[tuple[float, float]]:
        """The outer corners, counter-clockwise in pixels from the first."""
        low, high = -0.5, self.size - 0.5
        return [
            self.find_position(*c) for c in ((low, low), (high, low), (high, high), (low, high))
        ]

    def list_patches(self) -> Iterator[TractPatch]:
        """The patches, by number: row by row."""
        inner, border = self.parameters.patch_inner, self.parameters.patch_border
        for number in range(self.patches**2):
            iy, ix = divmod(number, self.patches)
            (x0, x1), (y0, y1) = (
                (max(at * inner - border, 0), min((at + 1) * inner + border, self.size))
                for at in (ix, iy)
            )
            yield TractPatch(number, ix, iy, x0, y0, x1 - x0, y1 - y0)

    def describe(self) -> str:
        """The line that hscPipe logs of a tract."""
        corners = ", ".join(f"({ra:0.3f}, {dec:0.3f})" for ra, dec in self.list_corners())
        return (
            f"tract {self.number} has corners {corners} (RA, Dec deg) and "
            f"{self.patches} x {self.patches} patches"
        )
