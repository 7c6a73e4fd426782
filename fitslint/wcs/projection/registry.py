"""The projections by their codes."""

from __future__ import annotations

from collections.abc import Mapping

from fitslint.wcs.projection.base import Projection, ProjectionParameters
from fitslint.wcs.projection.conic import (
    ConicEqualArea,
    ConicEquidistant,
    ConicOrthomorphic,
    ConicPerspective,
)
from fitslint.wcs.projection.cylindrical import (
    CylindricalEqualArea,
    CylindricalPerspective,
    Mercator,
    PlateCarree,
)
from fitslint.wcs.projection.healpix import Healpix, HealpixButterfly
from fitslint.wcs.projection.perspective import SlantPerspective, ZenithalPerspective
from fitslint.wcs.projection.polyconic import Bonne, Polyconic
from fitslint.wcs.projection.pseudocylindrical import (
    HammerAitoff,
    Mollweide,
    Parabolic,
    SansonFlamsteed,
)
from fitslint.wcs.projection.quadcube import CobeCube, QuadrilateralizedCube, TangentialCube
from fitslint.wcs.projection.radial import Airy, ZenithalPolynomial
from fitslint.wcs.projection.zenithal import (
    EqualArea,
    Equidistant,
    Gnomonic,
    Orthographic,
    Stereographic,
)

PROJECTION_TYPES: Mapping[str, type[Projection]] = {
    kind.code: kind
    for kind in (
        ZenithalPerspective, SlantPerspective, Gnomonic, Stereographic, Orthographic, Equidistant,
        ZenithalPolynomial, EqualArea, Airy, CylindricalPerspective, CylindricalEqualArea,
        PlateCarree, Mercator, SansonFlamsteed, Parabolic, Mollweide, HammerAitoff,
        ConicPerspective, ConicEqualArea, ConicEquidistant, ConicOrthomorphic, Bonne, Polyconic,
        TangentialCube, CobeCube, QuadrilateralizedCube, Healpix, HealpixButterfly,
    )
}  # fmt: skip
"""The 28 codes of FITS 4.0, table 23."""


def make_projection(code: str, parameters: Mapping[int, float]) -> Projection:
    """A projection of its PVi_m on the latitude axis.

    Raises
    ------
    KeyError
        when there is none of the code.
    BadParameter
        when a parameter is absent or out of range.
    """
    return PROJECTION_TYPES[code](ProjectionParameters(code, parameters))
