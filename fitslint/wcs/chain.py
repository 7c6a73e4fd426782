"""What the keywords of a description make: the steps from pixels to world coordinates."""

from __future__ import annotations

import math

from fitslint.model.records import dataclass
from fitslint.text import phrase
from fitslint.wcs.axes import (
    CAPITALS,
    CelestialPair,
    find_celestial_pair,
    parse_celestial,
    read_degrees,
    spell_spectral,
)
from fitslint.wcs.celestial import CelestialTransform, SkyReference, find_native_pole
from fitslint.wcs.description import Description
from fitslint.wcs.distortions.lookup import list_lookup_marks
from fitslint.wcs.distortions.selection import CelestialDistortion
from fitslint.wcs.keywords import KeywordError, show_value
from fitslint.wcs.logarithm import LogarithmicAxis
from fitslint.wcs.maths import DEGREE_RADIANS, RADIAN_DEGREES
from fitslint.wcs.matrix import LinearTransform, Rows, invert_rows, read_rows
from fitslint.wcs.projection.base import BadParameter, Projection
from fitslint.wcs.projection.registry import PROJECTION_TYPES, make_projection
from fitslint.wcs.spectral.axis import SpectralAxis, is_spectral
from fitslint.wcs.stages import AxisStage, PlaneStage

_DESCRIBING = ("CTYPE", "CRVAL", "CRPIX", "CDELT", "CD", "PC", "CD0", "PC0")
_NO_STEP = LinearTransform((), [], [])
_PLATE = "AMDX1"
_DISTORTED = frozenset(("TPV", "TNX", "ZPX"))


@dataclass(slots=True)
class PixelChain:
    """The steps of a description; axes are counted from 0, angles in degrees.

    Attributes
    ----------
    linear : LinearTransform
        its celestial rows give radians, or degrees before a ``plane`` step.
    pair : CelestialPair, optional
    sky : CelestialTransform, optional
    pixel, plane : PlaneStage, optional
        distortions before and behind the matrix.
    stages : dict of int to AxisStage
        of axes that are not linear.
    reference : list of float
        CRVALi, of celestial axes in degrees.
    units : list of str
        of the world coordinates.
    code : str
        of the projection; empty where there is no celestial pair.
    notes : list of (str, str)
        keywords and what was taken for granted of them, or left aside.
    """

    linear: LinearTransform
    pair: CelestialPair | None
    sky: CelestialTransform | None
    pixel: PlaneStage | None
    plane: PlaneStage | None
    stages: dict[int, AxisStage]
    reference: list[float]
    units: list[str]
    code: str
    notes: list[tuple[str, str]]


def build_chain(told: Description, *, sky_only: bool = False) -> PixelChain:
    """The steps that a description tells.

    ``sky_only`` takes axes that are not celestial for linear ones.

    Raises
    ------
    KeywordError
        where it tells none.
    """
    if not any(map(told.has, _DESCRIBING)):
        reason = "is absent, as is every keyword of this description; there are no coordinates"
        raise KeywordError(told.name("CTYPE", 1), reason)
    axes = told.count_axes()
    pair = find_celestial_pair(told, axes)
    degrees = (
        [read_degrees(told, axis + 1) for axis in (pair.longitude, pair.latitude)] if pair else []
    )
    sky = (pair.longitude, pair.latitude, degrees[1] / degrees[0]) if pair else None
    rows, keyword = read_rows(told, axes, sky)
    reference = [0.0] * axes
    for (axis, _), value in told.numbers("CRVAL").items():
        reference[axis - 1] = value
    units = [""] * axes
    for (axis, _), text in told.numbers("CUNIT").items():
        units[axis - 1] = str(text).strip(" ")
    made = PixelChain(
        LinearTransform((), [], []), pair, None, None, None, {}, reference, units, "", []
    )
    if told.has("CD") and told.has("PC"):
        made.notes.append(
            (told.name("PC1_1"), phrase("and its like stand beside CDi_j, which hold"))
        )
    if told.has("DISTORTION"):
        _add_marks(made, told)
    if pair is not None:
        _add_sky(made, told, (pair, degrees), rows)
    if not sky_only and axes > (2 if pair else 0):
        _add_stages(made, told, axes)
    origin = [0.0] * axes
    for (axis, _), value in told.numbers("CRPIX").items():
        origin[axis - 1] = value
    made.linear = LinearTransform(origin, rows, invert_rows(rows, keyword))
    return made


def _add_marks(made: PixelChain, told: Description) -> None:
    """Note distortions that are there and not worked out."""
    values: dict[str, object] = dict(told.values)
    made.notes.extend((mark.keyword, mark.reason) for mark in list_lookup_marks(values))
    if _PLATE in told.values:
        reason = phrase("is of the plate solution of a digitized survey, a description of its own")
        made.notes.append((_PLATE, reason))


def _add_sky(
    made: PixelChain, told: Description, axes: tuple[CelestialPair, list[float]], rows: Rows
) -> None:
    pair = axes[0]
    code = pair.kind.code
    parameters: dict[int, float] | None = None
    lon, lat = pair.longitude + 1, pair.latitude + 1
    offers = code in _DISTORTED or pair.kind.suffix or told.has("DISTORTION")
    of_scamp = False
    distorted = bool(offers or (code == "TAN" and told.has("PV")))
    if distorted:
        values: dict[str, object] = dict(told.values)
        for axis in (lon, lat):
            kind = parse_celestial(told.text("CTYPE", axis))
            values[told.name("CTYPE", axis)] = kind.spelling if kind else ""
        found = CelestialDistortion.from_values(values, lon, lat, told.version)
        made.pixel, made.plane = found.pixel, found.plane
        parameters, code = found.parameters, found.projection
        of_scamp = found.tan_parameters == "scamp"
        _note_sky(made, told, lat, found)
    factor = 1.0 if made.plane is not None else DEGREE_RADIANS
    for axis, degrees in zip((pair.longitude, pair.latitude), axes[1], strict=True):
        scale = degrees * factor
        rows[axis] = [number * scale for number in rows[axis]]
        made.reference[axis] *= degrees
        made.units[axis] = "deg"
    longitude_terms = {} if parameters == {} or of_scamp else _read_terms(told, lon)
    made.code, made.sky = _make_sky(made, told, pair, (code, parameters, longitude_terms))


def _note_sky(made: PixelChain, told: Description, lat: int, found: CelestialDistortion) -> None:
    """Note what of a distortion is taken for granted, and parameters that mean nothing."""
    if found.pixel is not None:
        made.notes.extend(found.pixel.notes)
    means_nothing = found.tan_parameters == "unclear"
    if means_nothing or (found.tan_parameters == "scamp" and found.plane is None):
        name = f"PV{lat}_{next(iter(_read_terms(told, lat)), 0)}{told.version}"
        made.notes.append((name, phrase("is no parameter of TAN and is not used")))


def _read_terms(told: Description, axis: int) -> dict[int, float]:
    if not told.has("PV"):
        return {}
    return {m: value for (i, m), value in told.numbers("PV").items() if i == axis}


_Kind = tuple[str, dict[int, float] | None, dict[int, float]]


def _make_sky(
    made: PixelChain, told: Description, pair: CelestialPair, kind: _Kind
) -> tuple[str, CelestialTransform]:
    code, given, native = kind
    longitude, latitude = made.reference[pair.longitude], made.reference[pair.latitude]
    projection = _make_projection(told, pair, code, given, latitude)
    theta = native.get(2, projection.theta0 * RADIAN_DEGREES)
    phi, shifted = native.get(1, 0.0), bool(native.get(0))
    if code == "GLS":
        # AIPS moves the map along the meridian and does not tilt it (Paper II, section 6.1)
        phi, theta, shifted = 0.0, latitude, True
    lon = pair.longitude + 1
    names = (
        told.name("CRVAL", pair.latitude + 1),
        f"PV{lon}_3{told.version}" if 3 in native else told.name("LONPOLE"),
        f"PV{lon}_2{told.version}",
    )
    lonpole = native.get(3, told.number("LONPOLE"))
    latpole = native.get(4, told.number("LATPOLE"))
    theta = math.copysign(90.0, theta) if abs(abs(theta) - 90.0) < 1e-13 else theta
    where = SkyReference(longitude, latitude, phi, theta, lonpole, latpole, names)
    sky = CelestialTransform(projection, find_native_pole(where))
    if shifted and not sky.shift_to(phi, theta):
        raise KeywordError(names[2], "puts the reference point where the projection has none")
    return projection.code, sky


def _make_projection(
    told: Description,
    pair: CelestialPair,
    code: str,
    given: dict[int, float] | None,
    latitude: float,
) -> Projection:
    axis = pair.latitude + 1
    parameters = _read_terms(told, axis) if given is None else given
    if not parameters and told.has("PROJP"):
        parameters = {i: value for (i, _), value in told.numbers("PROJP").items()}
    if code == "NCP":
        if latitude == 0.0:
            raise KeywordError(told.name("CRVAL", axis), "is 0, where NCP has no plane")
        code, parameters = "SIN", {1: 0.0, 2: 1.0 / math.tan(latitude * DEGREE_RADIANS)}
    elif code == "GLS":
        code, parameters = "SFL", {}
    if code not in PROJECTION_TYPES:
        name = told.name("CTYPE", pair.longitude + 1)
        raise KeywordError(
            name, f"= {show_value(told.text('CTYPE', pair.longitude + 1))} is unknown"
        )
    try:
        return make_projection(code, parameters)
    except BadParameter as bad:
        name = f"PV{axis}_{bad.index}{told.version}"
        raise KeywordError(name, f"is wrong or absent: {bad}") from None


def _add_stages(made: PixelChain, told: Description, axes: int) -> None:
    pair = made.pair
    taken = () if pair is None else (pair.longitude + 1, pair.latitude + 1)
    for (axis, _), value in told.numbers("CTYPE").items():
        if axis in taken or axis > axes:
            continue
        ctype = spell_spectral(str(value))
        name = told.name("CTYPE", axis)
        if is_spectral(ctype):
            values: dict[str, object] = {**told.values, name: ctype}
            unit = made.units[axis - 1]
            values[told.name("CUNIT", axis)] = CAPITALS.get(unit, unit)
            rest = told.number("RESTFREQ")
            if rest is not None:
                values.setdefault("RESTFRQ", rest)
            spectral = SpectralAxis.from_values(values, axis, told.version)
            made.stages[axis - 1] = spectral
            made.notes.extend(spectral.notes)
            made.units[axis - 1] = spectral.unit
        elif ctype[4:8] == "-LOG":
            if not made.reference[axis - 1] > 0:
                raise KeywordError(told.name("CRVAL", axis), "is not above 0 on a logarithmic axis")
            unit = made.units[axis - 1]
            made.stages[axis - 1] = LogarithmicAxis(made.reference[axis - 1], unit)
        elif ctype[4:8] == "-TAB":
            raise KeywordError(name, "is looked up in a table and not told by the header")
        elif ctype.rstrip(" ") == "CUBEFACE":
            raise KeywordError(name, "= 'CUBEFACE' puts faces of a cube in planes: not worked out")
