"""Solutions that hscPipe has written: objects of LSST's software in tables of an archive.

HDU 2 is the index of the archive; every other table holds the fields of one class. Coordinates are
a text of Starlink's AST, which pyast reads (``pip install starlink-pyast``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from fitslint.pipeline.hsc.apply.surface import FluxSurface
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.associate import fit_terms
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_directions
from fitslint.pipeline.hsc.joint.polynomial import evaluate_basis, to_monomials, to_square
from fitslint.pipeline.hsc.joint.sip import ORDER_MAX, ChipPolynomial, fit_inverse, list_nodes

Array = NDArray[np.float64]
_VERSION_NANOJANSKY = 1
_STEPS = 12
"""Of Newton's way to the tangent point."""
_FIELD = 18_000.0
"""Pixels that hold the focal plane."""
_OFF_MAX = 1e-3 / 3600
"""Degrees by which a polynomial may miss coordinates."""
MOSAIC_MODULE = "lsst.meas.mosaic"


def read_archive(path: str) -> dict[str, dict[str, Any]]:
    """The first object of every class in an archive: its fields by name, flags among them.

    Raises
    ------
    HscError
        when the file cannot be read or holds no archive.
    """
    from astropy.io import fits

    try:
        with fits.open(path) as hdus:
            return dict(_list_objects(hdus))
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise HscError(f"{path}: holds no archive of LSST that can be read: {error}") from None


def _list_objects(hdus: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    index = hdus[1]
    if str(index.header.get("EXTTYPE")).strip() != "ARCHIVE_INDEX":
        raise ValueError("HDU 2 is no ARCHIVE_INDEX")
    for row in index.data:
        table = hdus[1 + int(row["cat.archive"])]
        record = table.data[int(row["row0"])]
        fields = {name: record[name] for name in table.data.dtype.names}
        fields["module"] = str(row["module"]).strip()
        bits = np.atleast_1d(fields.pop("flags", ()))
        for at, bit in enumerate(bits, 1):
            fields[str(table.header.get(f"TFLAG{at}"))] = bool(bit)
        yield str(row["name"]).strip(), fields


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
    return parse_ast(bytes(np.asarray(fields["wcs"]).astype(np.uint8)), path)


def parse_ast(dump: bytes, path: str) -> ArchivedWcs:
    """The coordinates of a dump of AST.

    Raises
    ------
    HscError
        when it is none, or pyast is not installed.
    """
    try:
        from starlink import Ast
    except ModuleNotFoundError:
        raise HscError(f"{path}: needs pyast; pip install starlink-pyast") from None
    lines = iter(dump.decode("latin-1").partition("Begin FrameSet")[1:])
    text = "".join(lines).splitlines()

    class Source:
        """Lines, one at a time, as AST asks for them."""

        def __init__(self) -> None:
            self._lines = iter(text)

        def astsource(self) -> str | None:
            return next(self._lines, None)

    try:
        frames = Ast.Channel(Source()).read()
    except Ast.AstError as error:
        raise HscError(f"{path}: AST cannot read its coordinates: {error}") from None
    if frames is None:
        raise HscError(f"{path}: holds no coordinates of AST")
    return ArchivedWcs(frames)


@dataclass(frozen=True)
class ArchivedFluxScale:
    """What counts of a CCD are worth.

    Attributes
    ----------
    mean, error : float
        nanojansky of a count, without surface and area.
    wcs : ArchivedWcs
        the coordinates that it rests on.
    module : str
        of the program whose surface it is.
    """

    mean: float
    error: float
    surface: FluxSurface
    wcs: ArchivedWcs
    module: str


def read_flux_scale(path: str) -> ArchivedFluxScale:
    """The flux scale of ``jointcal_photoCalib-VISIT-CCD.fits``.

    Raises
    ------
    HscError
        when there is none, or it is of an old version, in maggies.
    """
    objects = read_archive(path)
    scale, field, wcs = (objects.get(n) for n in ("PhotoCalib", "FluxFitBoundedField", "SkyWcs"))
    if scale is None or field is None or wcs is None:
        have = ", ".join(objects) or "nothing"
        raise HscError(f"{path}: holds no flux scale of mosaic: it has {have}")
    if int(scale.get("version", 0)) != _VERSION_NANOJANSKY:
        raise HscError(f"{path}: its PhotoCalib is of version 0, in maggies, which is not read")
    return ArchivedFluxScale(
        float(scale["calibrationMean"]), float(scale["calibrationErr"]), _build_surface(field),
        parse_ast(bytes(np.asarray(wcs["wcs"]).astype(np.uint8)), path), field["module"],
    )  # fmt: skip


def _build_surface(field: dict[str, Any]) -> FluxSurface:
    terms = np.asarray(field["coefficients"], dtype=np.float64)
    square = to_square(terms, int(np.sqrt(2 * len(terms))) - 1)
    scale = float(field["uMax"]), float(field["vMax"])
    if not field["chebyshev"]:
        # Powers of pixels as they are: in units of the field, where Chebyshev's terms are small.
        u, v = (_FIELD / part for part in scale)
        degrees = np.arange(len(square))
        square = square * u ** degrees[:, None] * v ** degrees[None, :]
        scale = _FIELD, _FIELD
        for _ in range(2):
            square = np.stack([_to_chebyshev(column) for column in square.T])
    return FluxSurface(
        square, (float(field["x0"]), float(field["y0"])), scale, int(field["nQuarter"]) % 4,
        (int(field["bbox_max_x"]) + 1, int(field["bbox_max_y"]) + 1),
    )  # fmt: skip


def _to_chebyshev(powers: Array) -> Array:
    """Chebyshev's coefficients of a polynomial, as many as it has."""
    found = np.zeros(len(powers))
    kept = chebyshev.poly2cheb(powers)
    found[: len(kept)] = kept
    return found
