"""Lines b: positions, projection, handedness, and where the map lies on its model."""

from __future__ import annotations

import warnings

import numpy as np

from fitslint.pipeline.kappa.qc.check import (
    FAIL,
    PASS,
    QcResult,
    compare_to_limit,
    format_measurement,
    skip_check,
)
from fitslint.pipeline.kappa.qc.inputs import QcInputs
from fitslint.pipeline.kappa.qc.registration import Registration
from fitslint.wcs.linear import (
    convert_linear_to_sky,
    convert_sky_to_tangent,
    convert_tangent_to_sky,
)
from fitslint.wcs.map_frame import Floats, MapFrame
from fitslint.wcs.sphere import separation

_MAX_GALAXIES = 1000
"""Galaxies that make the round trip."""
_ROUND, _PROJECTION, _HANDED, _SHIFT = "b.roundtrip", "b.projection", "b.handedness", "b.shift"
_UNKNOWN_TO_ASTROPY = ("TNX", "ZPX")
_WCS_PREFIXES = (
    "CTYPE", "CUNIT", "CRVAL", "CRPIX", "CDELT", "CD", "PC", "CROTA", "LONPOLE", "LATPOLE", "PV",
    "RADESYS", "EQUINOX", "A_", "B_", "AP_", "BP_",
)  # fmt: skip
_TITLES = {
    _ROUND: "Round trip of named positions",
    _PROJECTION: "Linear positions against TAN at the edge",
    _HANDED: "East to the left of north",
    _SHIFT: "Shift against the model",
}


def check_geometry(evidence: QcInputs, registration: Registration | None) -> list[QcResult]:
    """The lines of this group that need no pixel, and the shift."""
    return [
        _check_round_trip(evidence),
        _check_projection(evidence),
        _check_handedness(evidence.kappa.frame),
        _check_shift(evidence, registration),
    ]


def _collect_positions(evidence: QcInputs) -> tuple[Floats, Floats]:
    """Positions with a name: reference, centres, galaxies; those on the map."""
    frame, model = evidence.kappa.frame, evidence.model
    named = [(centre.ra, centre.dec) for centre in evidence.centres]
    named.append(model.reference if model and model.reference else frame.reference)
    ra, dec = np.array(named).T
    if evidence.members is not None:
        ra = np.concatenate([ra, evidence.members.ra[:_MAX_GALAXIES]])
        dec = np.concatenate([dec, evidence.members.dec[:_MAX_GALAXIES]])
    there = frame.is_inside(*frame.to_pixel(ra, dec))
    return ra[there], dec[there]


def _check_round_trip(evidence: QcInputs) -> QcResult:
    title, frame = _TITLES[_ROUND], evidence.kappa.frame
    if not frame.is_on_sky:
        return skip_check(_ROUND, title, "the map has no place on the sky")
    if frame.wcs and frame.wcs.types[0][5:8] in _UNKNOWN_TO_ASTROPY:
        said = f"astropy.wcs does not know the distortion of {frame.wcs.types[0]}"
        return skip_check(_ROUND, title, said)
    ra, dec = _collect_positions(evidence)
    if ra.size == 0:
        return skip_check(_ROUND, title, "no named position lies on the map")
    columns, rows = frame.to_pixel(ra, dec)
    try:
        back = _convert_with_astropy(evidence, columns, rows)
    except Exception as error:  # astropy.wcs raises whatever a header makes of it
        said = f"astropy.wcs cannot use the frame: {' '.join(str(error).split())[:120]}"
        return QcResult(_ROUND, title, FAIL, said)
    worst = float(np.max(separation(ra, dec, *back))) * 3.6e6
    if not np.isfinite(worst):
        said = "astropy.wcs has no place on the sky for some pixels of the map"
        return QcResult(_ROUND, title, FAIL, said)
    limit = evidence.thresholds["round_trip"]
    small = format_measurement(worst, limit).startswith("<")
    size = f"{limit.value / 1000:g}" if small else f"{worst:.3g}"
    said = (
        f"{ra.size} named positions come back within {size} mas by astropy.wcs "
        f"in the {frame.convention} convention"
    )
    return compare_to_limit(
        _ROUND, title, worst, limit, said, positions=int(ra.size),
        convention=frame.convention, convention_recorded=frame.is_recorded,
    )  # fmt: skip


def _convert_with_astropy(
    evidence: QcInputs, columns: Floats, rows: Floats
) -> tuple[Floats, Floats]:
    """Positions of pixels by astropy.wcs; its linear step alone where positions are linear."""
    from astropy.io.fits import Header
    from astropy.wcs import WCS

    told = evidence.kappa.header
    header = Header()
    for keyword, value in told.items():
        if keyword.startswith(_WCS_PREFIXES):
            header[keyword] = value
    linear = evidence.kappa.frame.convention == "linear"
    if linear:
        header.update(CTYPE1="LINEAR", CTYPE2="LINEAR", CRVAL1=0.0, CRVAL2=0.0)
    with warnings.catch_warnings(action="ignore"):
        wcs = WCS(header, naxis=2)
        first, second = wcs.all_pix2world(columns, rows, 0)
    if not linear:
        return (second, first) if wcs.wcs.lng == 1 else (first, second)
    return convert_linear_to_sky(first * -3600, second * 3600, evidence.kappa.frame.reference)


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
    return float(np.max(separation(*position, *other))) * 3600


def _check_projection(evidence: QcInputs) -> QcResult:
    title, frame = _TITLES[_PROJECTION], evidence.kappa.frame
    if not frame.is_on_sky:
        return skip_check(_PROJECTION, title, "the map has no place on the sky")
    edge, corner = measure_edge_error(frame)
    facts = {"edge_arcsec": edge, "corner_arcsec": corner, "convention": frame.convention}
    numbers = f"{edge:.4f} arcsec at the edge and {corner:.4f} in the corner"
    limit = evidence.thresholds["projection_error"]
    pixels = corner / frame.pixel_scale
    if frame.convention == "tan":
        kind = "gnomonic" if frame.projection == "TAN" else frame.projection
        said = f"positions are {kind} as the header says; linear ones would be {numbers} off"
    elif frame.is_recorded:
        said = f"positions are linear as GRIDCONV records; read as TAN they are {numbers} off"
    else:
        said = f"Lenstool's linear positions under TAN, not recorded (GRIDCONV): {numbers} off"
        return compare_to_limit(_PROJECTION, title, pixels, limit, said, **facts)
    return QcResult(_PROJECTION, title, PASS, said, pixels, "pixel", limit, facts)


def _check_handedness(frame: MapFrame) -> QcResult:
    right = frame.determinant < 0
    said = (
        "right ascension grows to the left where declination grows upwards" if right else
        "right ascension grows to the right: the sign of CDELT1 mirrors the sky"
    )  # fmt: skip
    (a, _), (_, d) = frame.matrix
    facts = {"east_by_column_arcsec": a, "north_by_row_arcsec": d}
    return QcResult(_HANDED, _TITLES[_HANDED], PASS if right else FAIL, said, details=facts)


def _check_shift(evidence: QcInputs, registration: Registration | None) -> QcResult:
    title, frame = _TITLES[_SHIFT], evidence.kappa.frame
    if registration is None:
        return skip_check(_SHIFT, title, "no model was laid on the map (--model)")
    if registration.is_mirrored:
        return skip_check(_SHIFT, title, "only the mirror image of the map fits the model")
    if registration.is_turned:
        said = f"only the map {registration.turned.orientation} fits the model"
        return QcResult(_SHIFT, title, FAIL, said)
    columns, rows = registration.upright.shift
    pixels = float(np.hypot(columns, rows))
    (a, b), (c, d) = frame.matrix
    east, north = a * columns + b * rows, c * columns + d * rows
    said = f"the map lies {pixels * frame.pixel_scale:.2f} arcsec from its model"
    if pixels * frame.pixel_scale >= 0.005:
        said += f" ({east:+.1f} to the east, {north:+.1f} to the north)"
    return compare_to_limit(
        _SHIFT, title, pixels, evidence.thresholds["registration"], said,
        east_arcsec=east, north_arcsec=north,
    )  # fmt: skip
