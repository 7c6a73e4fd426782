"""Solutions that hscPipe has written: objects of LSST's software in tables of an archive.

HDU 2 is the index of the archive; every other table holds the fields of one class. Coordinates, and
the flux scale of jointcal, are texts of Starlink's AST, which pyast reads (``pip install
starlink-pyast``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from fitslint.pipeline.hsc.apply.surface import FluxSurface, build_surface
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.associate import fit_terms
from fitslint.pipeline.hsc.joint.camera import CHIP_SHAPE
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_directions
from fitslint.pipeline.hsc.joint.polynomial import evaluate_basis, to_monomials, to_square
from fitslint.pipeline.hsc.joint.sip import ORDER_MAX, ChipPolynomial, fit_inverse, list_nodes

Array = NDArray[np.float64]
_VERSION_NANOJANSKY = 1
_STEPS = 12
"""Of Newton's way to the tangent point."""
_OFF_MAX = 1e-3 / 3600
"""Degrees by which a polynomial may miss coordinates."""
_MAG_OFF_MAX = 1e-5
"""Magnitudes by which one may miss a flux scale."""
_FIELDS = (
    "FluxFitBoundedField", "TransformBoundedField", "ChebyshevBoundedField",
    "PixelAreaBoundedField", "ProductBoundedField",
)  # fmt: skip
"""Classes of surfaces: of mosaic, of jointcal, one that jointcal takes for constants, and those of
fgcm: the area of pixels, and products."""
_Objects = dict[int, tuple[str, dict[str, Any]]]
"""Class and fields, by number."""
MOSAIC_MODULE = "lsst.meas.mosaic"


def read_archive(path: str) -> dict[str, dict[str, Any]]:
    """The first object of every class in an archive: its fields by name, flags among them.

    Raises
    ------
    HscError
        when the file cannot be read or holds no archive.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, fields in _read_objects(path).values():
        found.setdefault(name, fields)
    return found


def _read_objects(path: str) -> _Objects:
    from astropy.io import fits

    try:
        with fits.open(path) as hdus:
            return dict(_list_objects(hdus))
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise HscError(f"{path}: holds no archive of LSST that can be read: {error}") from None


def _list_objects(hdus: Any) -> Iterator[tuple[int, tuple[str, dict[str, Any]]]]:
    index = hdus[1]
    if str(index.header.get("EXTTYPE")).strip() != "ARCHIVE_INDEX":
        raise ValueError("HDU 2 is no ARCHIVE_INDEX")
    for row in index.data:
        table = hdus[1 + int(row["cat.archive"])]
        first, count = int(row["row0"]), int(row["nrows"])
        record = table.data[first]
        fields = {name: record[name] for name in table.data.dtype.names}
        fields["module"] = str(row["module"]).strip()
        if "id" in fields:
            fields["id"] = table.data["id"][first : first + count].tolist()
        bits = np.atleast_1d(fields.pop("flags", ()))
        for at, bit in enumerate(bits, 1):
            fields[str(table.header.get(f"TFLAG{at}"))] = bool(bit)
        yield int(row["id"]), (str(row["name"]).strip(), fields)


@dataclass(frozen=True)
class ArchivedWcs:
    """Coordinates of a CCD.

    Attributes
    ----------
    frames : object
        AST's frame set, from pixels counted from 0 to radians.
    """

    frames: Any

    def locate(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Right ascension from 0 to 360 and declination, degrees."""
        ra, dec = self.frames.tran([x, y])
        return np.degrees(ra) % 360.0, np.degrees(dec)

    def find_area(self, x: Array, y: Array) -> Array:
        """Steradians of pixels."""
        first, second = (
            to_directions(*self.locate(x + dx / 2, y + dy / 2))
            - to_directions(*self.locate(x - dx / 2, y - dy / 2))
            for dx, dy in ((1, 0), (0, 1))
        )
        return np.asarray(np.linalg.norm(np.cross(first, second), axis=-1))

    def find_axis(self) -> Array:
        """The pixel of the tangent point, (2,), which may lie far from the CCD."""
        plane = self.frames.getmapping(1, 2)
        pixel = np.zeros(2)
        for _ in range(_STEPS):
            nearby = pixel[:, None] + np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
            flat = np.asarray(plane.tran(nearby))
            slopes = flat[:, 1:] - flat[:, :1]
            pixel = pixel - np.linalg.solve(slopes, flat[:, 0])
        return np.asarray(pixel)

    def express(self, shape: tuple[int, int], path: str) -> ChipPolynomial:
        """These coordinates as a polynomial, which those of joint solutions are.

        Parameters
        ----------
        shape : (int, int)
            pixels along x and y.

        Raises
        ------
        HscError
            when they are none of the degrees that SIP has.
        """
        axis = self.find_axis()
        ra, dec = self.locate(axis[:1], axis[1:])
        plane = TangentPlane.touch(float(ra[0]), float(dec[0]))
        corners = np.array([[x, y] for x in (0, shape[0] - 1) for y in (0, shape[1] - 1)]) - axis
        scale = float(np.hypot(*corners.T).max())
        a, b = list_nodes()
        flat = plane.project(to_directions(*self.locate(axis[0] + scale * a, axis[1] + scale * b)))
        basis = evaluate_basis(a, b, ORDER_MAX)
        terms = fit_terms(basis, flat, np.ones(len(a)))
        if not np.abs(flat - basis @ terms).max() < _OFF_MAX:
            raise HscError(f"{path}: its coordinates are no polynomial of degree {ORDER_MAX}")
        forward = np.stack([to_monomials(part, ORDER_MAX, scale) for part in terms.T], axis=1)
        forward[0] = 0.0
        inside = np.stack([a, b], axis=1)[np.hypot(a, b) < 1] * scale
        inverse = fit_inverse(inside, forward, ORDER_MAX, ORDER_MAX, scale)
        return ChipPolynomial(plane, axis, ORDER_MAX, forward, ORDER_MAX, inverse)


def read_wcs(path: str) -> ArchivedWcs:
    """The coordinates of ``jointcal_wcs-VISIT-CCD.fits`` of hscPipe.

    Raises
    ------
    HscError
        when there are none, or pyast is not installed.
    """
    fields = read_archive(path).get("SkyWcs")
    if fields is None:
        raise HscError(f"{path}: holds no SkyWcs")
    return ArchivedWcs(parse_ast(fields["wcs"], path))


def parse_ast(dump: NDArray[Any], path: str) -> Any:
    """The object of AST whose text stands in a cell, behind the name of its class in LSST.

    Raises
    ------
    HscError
        when it is none, or pyast is not installed.
    """
    try:
        from starlink import Ast
    except ModuleNotFoundError:
        raise HscError(f"{path}: needs pyast; pip install starlink-pyast") from None
    text = bytes(np.asarray(dump).astype(np.uint8)).decode("latin-1")
    lines = "".join(text.partition("Begin ")[1:]).splitlines()

    class Source:
        """Lines, one at a time, as AST asks for them."""

        def __init__(self) -> None:
            self._lines = iter(lines)

        def astsource(self) -> str | None:
            return next(self._lines, None)

    try:
        found = Ast.Channel(Source()).read()
    except Ast.AstError as error:
        raise HscError(f"{path}: AST cannot read its text: {error}") from None
    if found is None:
        raise HscError(f"{path}: holds no text of AST")
    return found


@dataclass(frozen=True)
class ArchivedFluxScale:
    """What counts of a CCD are worth.

    Attributes
    ----------
    mean, error : float
        nanojansky of a count, without surface and area.
    wcs : ArchivedWcs, optional
        the coordinates whose area of pixels counts, too; None where the surface holds it.
    module : str
        of the program whose surface it is.
    """

    mean: float
    error: float
    surface: FluxSurface
    wcs: ArchivedWcs | None
    module: str


def read_flux_scale(path: str) -> ArchivedFluxScale:
    """The flux scale of ``jointcal_photoCalib-VISIT-CCD.fits``, of mosaic or of jointcal.

    Raises
    ------
    HscError
        when there is none, or it is of an old version, in maggies.
    """
    objects = _read_objects(path)
    by_class = dict(reversed(objects.values()))
    scale = by_class.get("PhotoCalib", {})
    name = objects.get(int(scale.get("field", -1)), ("",))[0]
    if name not in _FIELDS:
        have = ", ".join(reversed(by_class)) or "nothing"
        raise HscError(f"{path}: holds no flux scale of mosaic or jointcal: it has {have}")
    try:
        return _read_scale(scale, name, objects, path)
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise HscError(f"{path}: holds no archive of LSST that can be read: {error}") from None


def _read_scale(
    scale: dict[str, Any], name: str, objects: _Objects, path: str
) -> ArchivedFluxScale:
    field = objects[int(scale["field"])][1]
    if int(scale.get("version", 0)) != _VERSION_NANOJANSKY:
        raise HscError(f"{path}: its PhotoCalib is of version 0, in maggies, which is not read")
    mean, wcs, shape = float(scale["calibrationMean"]), None, _find_shape(field, objects)
    if not mean > 0:
        raise HscError(f"{path}: a count is worth {mean:g} nJy in its PhotoCalib")
    if name == "FluxFitBoundedField":
        surface = _build_surface(field)
        # Its number stands nowhere: an archive of mosaic has one only.
        dump = next(found["wcs"] for each, found in objects.values() if each == "SkyWcs")
        wcs = ArchivedWcs(parse_ast(dump, path))
    elif scale.get("isConstant"):
        surface = _fit_surface(lambda xy: np.ones(xy.shape[1]), shape, path)
    else:
        evaluate = _open_field(name, field, objects, path)
        surface = _fit_surface(lambda xy: evaluate(xy) / mean, shape, path)
    return ArchivedFluxScale(mean, float(scale["calibrationErr"]), surface, wcs, field["module"])


def _find_shape(field: dict[str, Any], objects: _Objects) -> tuple[int, int]:
    """Pixels along x and y; those of a CCD where a constant has no box."""
    if "id" in field:
        field = objects[field["id"][0]][1]
    x, y = (int(field.get(f"bbox_max_{axis}", -1)) + 1 for axis in "xy")
    return (x, y) if x > 0 and y > 0 else CHIP_SHAPE


def _open_field(
    name: str, field: dict[str, Any], objects: _Objects, path: str
) -> Callable[[Array], Array]:
    """What a surface of LSST is at pixels from 0, of ``(2, n)``.

    Raises
    ------
    HscError
        when a factor of a product is of another kind; products of products are.
    """
    if name == "ProductBoundedField":
        factors = []
        for number in field["id"]:
            kind, factor = objects[number]
            if kind not in _FIELDS[1:-1]:
                raise HscError(f"{path}: a factor of its flux scale is a {kind}, which is not read")
            factors.append(_open_field(kind, factor, objects, path))
        return lambda xy: np.prod([evaluate(xy) for evaluate in factors], axis=0)
    if name == "PixelAreaBoundedField":
        wcs = ArchivedWcs(parse_ast(objects[int(field["wcs"])][1]["wcs"], path))
        return lambda xy: wcs.find_area(*xy) * float(field["scaling"])
    if name == "TransformBoundedField":
        mapping = parse_ast(field["frameSet"], path)
        return lambda xy: np.asarray(mapping.tran(xy))[0]
    terms = np.atleast_1d(np.asarray(field["coefficients"], np.float64))
    square = terms.reshape(-1, int(field["order_x"]) + 1).T
    size = np.array(_find_shape(field, objects))[:, None]

    def evaluate(xy: Array) -> Array:
        u, v = (2 * xy - (size - 1)) / size
        return np.asarray(chebyshev.chebval2d(u, v, square))

    return evaluate


def _fit_surface(
    evaluate: Callable[[Array], Array], shape: tuple[int, int], path: str
) -> FluxSurface:
    """Magnitudes of a factor as a polynomial of pixels, which that of jointcal is.

    Raises
    ------
    HscError
        when it is none, or not positive.
    """
    nodes = np.stack(list_nodes())
    half, middle = np.array(shape) / 2, (np.array(shape) - 1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        mags = -2.5 * np.log10(evaluate(nodes * half[:, None] + middle[:, None]))
    basis = evaluate_basis(nodes[0], nodes[1], ORDER_MAX)
    if np.isfinite(mags).all():
        terms = fit_terms(basis, mags[:, None], np.ones(len(mags)))[:, 0]
        if np.abs(mags - basis @ terms).max() < _MAG_OFF_MAX:
            offset, scale = (-float(middle[0]), -float(middle[1])), (float(half[0]), float(half[1]))
            return FluxSurface(to_square(terms, ORDER_MAX), offset, scale, 0, shape)
    raise HscError(f"{path}: its flux scale is no polynomial of degree {ORDER_MAX}")


def _build_surface(field: dict[str, Any]) -> FluxSurface:
    return build_surface(
        np.asarray(field["coefficients"], dtype=np.float64), is_chebyshev=field["chebyshev"],
        offset=(float(field["x0"]), float(field["y0"])),
        scale=(float(field["uMax"]), float(field["vMax"])),
        quarter=int(field["nQuarter"]), shape=_find_shape(field, {}),
    )  # fmt: skip
