"""Lines b: positions, projection, handedness, and where the map lies on its model."""

from __future__ import annotations

import warnings

import numpy as np

from fitslint.pipeline.kappa.qc.check import (
    FAIL,
    PASS,
    Judgement,
    NotJudgedError,
    check,
    compare_to_limit,
    format_measurement,
    require_sky,
)
from fitslint.pipeline.kappa.qc.inputs import QcInputs
from fitslint.pipeline.kappa.qc.registration import Registration
from fitslint.wcs.linear import (
    convert_linear_to_sky,
    convert_sky_to_tangent,
    convert_tangent_to_sky,
)
from fitslint.wcs.map_frame import Floats, MapFrame
from fitslint.wcs.sphere import measure_separation

_MAX_GALAXIES = 1000
"""Galaxies that make the round trip."""
_UNKNOWN_TO_ASTROPY = ("TNX", "ZPX")
_WCS_PREFIXES = (
    "CTYPE", "CUNIT", "CRVAL", "CRPIX", "CDELT", "CD", "PC", "CROTA", "LONPOLE", "LATPOLE", "PV",
    "RADESYS", "EQUINOX", "A_", "B_", "AP_", "BP_",
)  # fmt: skip


def _collect_positions(inputs: QcInputs) -> tuple[Floats, Floats]:
    """Positions with a name: reference, centres, galaxies; those on the map."""
    frame, model = inputs.kappa.frame, inputs.model
    named = [(centre.ra, centre.dec) for centre in inputs.centres]
    named.append(model.reference if model and model.reference else frame.reference)
    ra, dec = np.array(named).T
    if inputs.members is not None:
        ra = np.concatenate([ra, inputs.members.ra[:_MAX_GALAXIES]])
        dec = np.concatenate([dec, inputs.members.dec[:_MAX_GALAXIES]])
    there = frame.is_inside(*frame.to_pixel(ra, dec))
    return ra[there], dec[there]


@check("b.roundtrip", "Round trip of named positions", needs=(require_sky,))
def _check_round_trip(inputs: QcInputs) -> Judgement:
    frame = inputs.kappa.frame
    if frame.wcs and frame.wcs.types[0][5:8] in _UNKNOWN_TO_ASTROPY:
        raise NotJudgedError(f"astropy.wcs does not know the distortion of {frame.wcs.types[0]}")
    ra, dec = _collect_positions(inputs)
    if ra.size == 0:
        raise NotJudgedError("no named position lies on the map")
    columns, rows = frame.to_pixel(ra, dec)
    try:
        back = _convert_with_astropy(inputs, columns, rows)
    except Exception as error:  # astropy.wcs raises whatever a header makes of it
        said = f"astropy.wcs cannot use the frame: {' '.join(str(error).split())[:120]}"
        return Judgement(FAIL, said)
    worst = float(np.max(measure_separation(ra, dec, *back))) * 3.6e6
    if not np.isfinite(worst):
        return Judgement(FAIL, "astropy.wcs has no place on the sky for some pixels of the map")
    limit = inputs.thresholds["round_trip"]
    small = format_measurement(worst, limit).startswith("<")
    size = f"{limit.value / 1000:g}" if small else f"{worst:.3g}"
    said = (
        f"{ra.size} named positions come back within {size} mas by astropy.wcs "
        f"in the {frame.convention} convention"
    )
    return compare_to_limit(worst, limit, said, positions=int(ra.size),
        convention=frame.convention, convention_recorded=frame.is_recorded,
    )  # fmt: skip


def _convert_with_astropy(inputs: QcInputs, columns: Floats, rows: Floats) -> tuple[Floats, Floats]:
    """Positions of pixels by astropy.wcs; its linear step alone where positions are linear."""
    from astropy.io.fits import Header
    from astropy.wcs import WCS

    told = inputs.kappa.header
    header = Header()
    for keyword, value in told.items():
        if keyword.startswith(_WCS_PREFIXES):
            header[keyword] = value
    linear = inputs.kappa.frame.convention == "linear"
    if linear:
        header.update(CTYPE1="LINEAR", CTYPE2="LINEAR", CRVAL1=0.0, CRVAL2=0.0)
    with warnings.catch_warnings(action="ignore"):
        wcs = WCS(header, naxis=2)
        first, second = wcs.all_pix2world(columns, rows, 0)
    if not linear:
        return (second, first) if wcs.wcs.lng == 1 else (first, second)
    return convert_linear_to_sky(first * -3600, second * 3600, inputs.kappa.frame.reference)


def measure_edge_error(frame: MapFrame) -> tuple[float, float]:
    """Arcsec from linear to gnomonic positions, at most: at the middle of an edge, at a corner."""
    rows, columns = frame.shape[0] - 1.0, frame.shape[1] - 1.0
    middle_row, middle_column = frame.reference_pixel[1], frame.reference_pixel[0]
    edges = [(0.0, middle_row), (columns, middle_row), (middle_column, 0.0), (middle_column, rows)]
    corners = [(0.0, 0.0), (columns, 0.0), (0.0, rows), (columns, rows)]
    return _measure_separation(frame, edges), _measure_separation(frame, corners)


def _measure_separation(frame: MapFrame, places: list[tuple[float, float]]) -> float:
    columns, rows = np.array(places).T
    if frame.convention == "linear":
        east, north = frame.compute_offsets(columns, rows)
        position = convert_linear_to_sky(-east, north, frame.reference)
        other = convert_tangent_to_sky(-east, north, frame.reference)
    else:
        position = frame.to_sky(columns, rows)
        offsets = convert_sky_to_tangent(*position, frame.reference)
        other = convert_linear_to_sky(*offsets, frame.reference)
    return float(np.max(measure_separation(*position, *other))) * 3600


def _describe_error(edge: float, corner: float) -> str:
    return f"{edge:.4f} arcsec at the edge and {corner:.4f} in the corner"


@check("b.projection", "Linear positions against TAN at the edge", needs=(require_sky,))
def _check_projection(inputs: QcInputs) -> Judgement:
    frame = inputs.kappa.frame
    edge, corner = measure_edge_error(frame)
    facts = {"edge_arcsec": edge, "corner_arcsec": corner, "convention": frame.convention}
    numbers = _describe_error(edge, corner)
    limit = inputs.thresholds["projection_error"]
    pixels = corner / frame.pixel_scale
    if frame.convention == "tan":
        kind = "gnomonic" if frame.projection == "TAN" else frame.projection
        said = f"positions are {kind} as the header says; linear ones would be {numbers} off"
    elif frame.is_recorded:
        said = f"positions are linear as GRIDCONV records; read as TAN they are {numbers} off"
    else:
        said = f"Lenstool's linear positions under TAN, not recorded (GRIDCONV): {numbers} off"
        return compare_to_limit(pixels, limit, said, **facts)
    return Judgement(PASS, said, pixels, "pixel", limit, facts)


@check("b.handedness", "East to the left of north")
def _check_handedness(inputs: QcInputs) -> Judgement:
    frame = inputs.kappa.frame
    right = frame.determinant < 0
    said = (
        "right ascension grows to the left where declination grows upwards" if right else
        "right ascension grows to the right: the sign of CDELT1 mirrors the sky"
    )  # fmt: skip
    (a, _), (_, d) = frame.matrix
    facts = {"east_by_column_arcsec": a, "north_by_row_arcsec": d}
    return Judgement(PASS if right else FAIL, said, details=facts)


@check("b.shift", "Shift against the model")
def _check_shift(inputs: QcInputs, registration: Registration | None) -> Judgement:
    frame = inputs.kappa.frame
    if registration is None:
        raise NotJudgedError("no model was laid on the map (--model)")
    if registration.is_mirrored:
        raise NotJudgedError("only the mirror image of the map fits the model")
    if registration.is_turned:
        said = f"only the map {registration.turned.orientation} fits the model"
        return Judgement(FAIL, said)
    columns, rows = registration.upright.shift
    pixels = float(np.hypot(columns, rows))
    (a, b), (c, d) = frame.matrix
    east, north = a * columns + b * rows, c * columns + d * rows
    said = f"the map lies {pixels * frame.pixel_scale:.2f} arcsec from its model"
    if pixels * frame.pixel_scale >= 0.005:
        said += f" ({east:+.1f} to the east, {north:+.1f} to the north)"
    return compare_to_limit(pixels, inputs.thresholds["registration"], said,
        east_arcsec=east, north_arcsec=north,
    )  # fmt: skip
