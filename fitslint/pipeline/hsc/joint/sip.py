"""TAN-SIP headers of polynomials, and polynomials of visits as those of single chips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.joint.associate import fit_terms
from fitslint.pipeline.hsc.joint.camera import CHIP_CENTRE, list_chip_pixels
from fitslint.pipeline.hsc.joint.plane import TangentPlane
from fitslint.pipeline.hsc.joint.polynomial import (
    evaluate_basis,
    evaluate_monomials,
    list_terms,
    substitute,
    to_monomials,
    to_square,
)
from fitslint.pipeline.hsc.joint.positions import AstrometrySolution
from fitslint.pipeline.table_file import CardRow
from fitslint.wcs.distortions.sip import SipDistortion
from fitslint.wcs.distortions.surface import PlaneMap, Surface
from fitslint.wcs.wcs import Wcs

Array = NDArray[np.float64]
ORDER_MAX = 9
"""Of SIP."""
_SAMPLES = 40


@dataclass(frozen=True)
class VisitPolynomial:
    """A visit in the form of files: monomials of focal-plane pixels from its origin.

    Attributes
    ----------
    plane : TangentPlane
        its axes point east and north.
    forward : array, (terms, 2)
        standard coordinates in degrees; the first term is 0.
    inverse : array, (terms, 2)
        what is added to pixels of the linear part to come back, as SIP's AP and BP.
    """

    plane: TangentPlane
    origin: Array
    order: int
    forward: Array
    inverse_order: int
    inverse: Array

    @property
    def linear(self) -> Array:
        """The terms of degree one, (2, 2): degrees a pixel."""
        return self.forward[1:3].T


def list_nodes() -> tuple[Array, Array]:
    """Points of the square from -1 to 1 at which polynomials are fitted."""
    nodes = np.cos(np.pi * (np.arange(_SAMPLES) + 0.5) / _SAMPLES)
    a, b = np.meshgrid(nodes, nodes)
    return a.ravel(), b.ravel()


def express_visit(solution: AstrometrySolution, visit: int) -> VisitPolynomial:
    """The polynomial of a visit about its tangent point, and one that goes back."""
    model, origin, scale = solution.models[visit], solution.origins[visit], solution.scale
    order = solution.order
    plane = TangentPlane.touch(*model.plane.centre)
    turn = (model.plane.axes @ plane.axes.T)[:2, :2]
    # About the origin: fitted anew, which is exact, since a shifted polynomial is one.
    a, b = list_nodes()
    basis = evaluate_basis(a, b, order)
    there = evaluate_basis(a + origin[0] / scale, b + origin[1] / scale, order)
    shifted = fit_terms(basis, there @ model.coefficients, np.ones(len(a))) @ turn
    forward = np.stack([to_monomials(part, order, scale) for part in shifted.T], axis=1)
    forward[0] = 0.0
    inverse_order = min(ORDER_MAX, order + 4)
    pixels = np.stack(solution.chips.list_points(), axis=1) - origin
    inverse = fit_inverse(pixels, forward, order, inverse_order, scale)
    return VisitPolynomial(plane, origin, order, forward, inverse_order, inverse)


def fit_inverse(
    pixels: Array, forward: Array, order: int, inverse_order: int, scale: float
) -> Array:
    """What is added to pixels of the linear part to come back, monomials (terms, 2).

    Parameters
    ----------
    pixels : array, (n, 2)
        from the origin, at which it is fitted.
    forward : array, (terms, 2)
    scale : float
        pixels that hold them.
    """
    flat = np.stack(
        [evaluate_monomials(pixels[:, 0], pixels[:, 1], part, order) for part in forward.T], axis=1
    )
    straight = flat @ np.linalg.inv(forward[1:3].T).T
    basis = evaluate_basis(straight[:, 0] / scale, straight[:, 1] / scale, inverse_order)
    back = fit_terms(basis, pixels - straight, np.ones(len(pixels)))
    return np.stack([to_monomials(part, inverse_order, scale) for part in back.T], axis=1)


@dataclass(frozen=True)
class ChipPolynomial:
    """A chip of a visit: monomials of its pixels from where the tangent point would be seen.

    Attributes
    ----------
    crpix : array, (2,)
        that place, counted from 0.
    forward, inverse : arrays, (terms, 2)
        as :class:`VisitPolynomial` has them.
    """

    plane: TangentPlane
    crpix: Array
    order: int
    forward: Array
    inverse_order: int
    inverse: Array

    def project(self, x: Array, y: Array) -> Array:
        """Standard coordinates in degrees, (n, 2), of pixels from 0."""
        dx, dy = x - self.crpix[0], y - self.crpix[1]
        parts = [evaluate_monomials(dx, dy, part, self.order) for part in self.forward.T]
        return np.stack(parts, axis=1)

    def unproject(self, flat: Array) -> Array:
        """Pixels (n, 2) of standard coordinates in degrees."""
        straight = flat @ np.linalg.inv(self.forward[1:3].T).T
        parts = [
            evaluate_monomials(straight[:, 0], straight[:, 1], part, self.inverse_order)
            for part in self.inverse.T
        ]
        return np.asarray(straight + np.stack(parts, axis=1) + self.crpix)

    def measure_inverse(self) -> float:
        """Pixels by which going there and back misses, at most."""
        x, y = list_chip_pixels(9)
        return float(np.abs(self.unproject(self.project(x, y)) - np.stack([x, y], axis=1)).max())


def express_chip(polynomial: VisitPolynomial, centre: Array, yaw: float) -> ChipPolynomial:
    """The polynomial of a visit, seen through where a chip is: exactly one of its pixels."""
    turn = np.array([[np.cos(yaw), -np.sin(yaw)], [np.sin(yaw), np.cos(yaw)]])
    forward = np.stack(
        [substitute(part, polynomial.order, turn) for part in polynomial.forward.T], axis=1
    )
    inverse = np.stack(
        [substitute(part, polynomial.inverse_order, turn) for part in polynomial.inverse.T], axis=1
    )
    crpix = np.array(CHIP_CENTRE) - (centre - polynomial.origin) @ turn
    return ChipPolynomial(
        polynomial.plane, crpix, polynomial.order, forward, polynomial.inverse_order, inverse @ turn
    )


def express_wcs(wcs: Wcs) -> ChipPolynomial:
    """Gnomonic coordinates of a header, with SIP or without, as monomials of pixels.

    Raises
    ------
    ValueError
        when they are others, or right ascension and declination are not the axes 1 and 2 of ICRS.
    """
    pixel, plane = wcs.distortions
    is_plain = wcs.code == "TAN" and plane is None and wcs.sky_axes == (0, 1)
    if not is_plain or not isinstance(pixel, SipDistortion | None):
        words = " ".join(wcs.types)
        raise ValueError(f"they are {words}, and not TAN with SIP")
    pole = wcs.native_pole
    is_upright = (wcs.longitude, wcs.latitude) == (0, 1) and pole is not None and pole[0] == 180
    if not is_upright or wcs.system != "RA" or wcs.frame[0] != "ICRS":
        raise ValueError(
            "they are not right ascension and declination of ICRS on axes 1 and 2, with LONPOLE 180"
        )
    linear = np.array(wcs.matrix)[:2, :2]
    empty = PlaneMap(Surface(()), Surface(()), corrects=True)
    forward, order = _collect_terms(empty if pixel is None else pixel.forward, 1)
    forward[1:3] += np.eye(2)
    back, back_order = _collect_terms((pixel and pixel.inverse) or empty, 0)
    return ChipPolynomial(
        TangentPlane.touch(*wcs.reference[:2]), np.array(wcs.origin[:2]) - 1, order,
        forward @ linear.T, back_order, back,
    )  # fmt: skip


def _collect_terms(surfaces: PlaneMap, least: int) -> tuple[Array, int]:
    """The coefficients of two surfaces, (terms, 2), and their degree, ``least`` at least."""
    order = max([least, *(p + q for part in (surfaces.x, surfaces.y) for p, q, _ in part.terms)])
    place = {term: at for at, term in enumerate(list_terms(order))}
    found = np.zeros((len(place), 2))
    for axis, part in enumerate((surfaces.x, surfaces.y)):
        for p, q, value in part.terms:
            found[place[p, q], axis] += value
    return found, order


_COMMENTS = {
    "WCSAXES": "number of coordinate axes", "CTYPE1": "right ascension, gnomonic, distorted",
    "CTYPE2": "declination, gnomonic, distorted", "CUNIT1": "unit of axis 1",
    "CUNIT2": "unit of axis 2", "CRVAL1": "[deg] right ascension of the tangent point",
    "CRVAL2": "[deg] declination of the tangent point", "CRPIX1": "pixel of the tangent point",
    "CRPIX2": "pixel of the tangent point", "CD1_1": "[deg/pixel] linear part",
    "CD1_2": "[deg/pixel] linear part", "CD2_1": "[deg/pixel] linear part",
    "CD2_2": "[deg/pixel] linear part", "RADESYS": "celestial reference system",
}  # fmt: skip


def list_sip_cards(ccd: ChipPolynomial) -> list[CardRow]:
    """The coordinates of a CCD; AP and BP where it has an inverse."""
    linear = ccd.forward[1:3].T
    values: list[tuple[str, object]] = [
        ("WCSAXES", 2), ("CTYPE1", "RA---TAN-SIP"), ("CTYPE2", "DEC--TAN-SIP"),
        ("CUNIT1", "deg"), ("CUNIT2", "deg"),
        ("CRVAL1", ccd.plane.centre[0]), ("CRVAL2", ccd.plane.centre[1]),
        ("CRPIX1", float(ccd.crpix[0]) + 1), ("CRPIX2", float(ccd.crpix[1]) + 1),
        *((f"CD{i + 1}_{j + 1}", float(linear[i, j])) for i in range(2) for j in range(2)),
        ("RADESYS", "ICRS"),
    ]  # fmt: skip
    cards: list[CardRow] = [(key, value, _COMMENTS[key]) for key, value in values]
    for name, part in zip("AB", (ccd.forward @ np.linalg.inv(linear).T).T, strict=True):
        terms = [term for term in list_terms(ccd.order) if sum(term) > 1]
        cards += _list_terms(name, to_square(part, ccd.order), terms)
    for name, part in zip(("AP", "BP"), ccd.inverse.T, strict=True):
        square = to_square(part, ccd.inverse_order)
        cards += _list_terms(name, square, list_terms(ccd.inverse_order)) if part.any() else []
    return cards


def _list_terms(name: str, square: Array, terms: Sequence[tuple[int, int]]) -> list[CardRow]:
    return [
        (f"{name}_ORDER", len(square) - 1, "degree of the distortion"),
        *((f"{name}_{i}_{j}", float(square[i, j]), "") for i, j in sorted(terms)),
    ]
