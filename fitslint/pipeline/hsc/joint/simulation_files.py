"""A simulation in files: the layout that hscPipe leaves after the analysis of single CCDs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fitslint.model.form import BLOCK_SIZE
from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.hsc.joint.associate import fit_terms
from fitslint.pipeline.hsc.joint.camera import CHIP_CENTRE, CHIP_SHAPE
from fitslint.pipeline.hsc.joint.measurements import StarMeasurements
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_directions, to_positions
from fitslint.pipeline.hsc.joint.polynomial import list_terms
from fitslint.pipeline.hsc.joint.simulate import Simulation
from fitslint.pipeline.hsc.joint.sip import ChipPolynomial, list_sip_cards
from fitslint.pipeline.table_file import (
    CardRow,
    build_columns_table,
    build_named_table,
    build_primary_hdu,
    seal_hdu,
)

Array = NDArray[np.float64]
POINTING = 1378
_MJD_ZERO = 55927
_ORDER = 3
REFERENCE_NAME = "reference.fits"
_FLAGS = ("calib_detected", "calib_psf_used", "base_PixelFlags_flag_saturated")
_SOURCE = np.dtype([
    ("flags", "u1", 1), ("id", "i8"), ("coord_ra", "f8"), ("coord_dec", "f8"), ("parent", "i8"),
    ("deblend_nChild", "i4"), ("base_SdssCentroid_x", "f8"), ("base_SdssCentroid_y", "f8"),
    ("base_SdssCentroid_xErr", "f4"), ("base_SdssCentroid_yErr", "f4"),
    ("base_CircularApertureFlux_12_0_instFlux", "f8"),
    ("base_CircularApertureFlux_12_0_instFluxErr", "f8"),
    ("base_ClassificationExtendedness_value", "f8"),
])  # fmt: skip
_SOURCE_UNITS = {
    "coord_ra": "rad", "coord_dec": "rad",
    **{f"base_SdssCentroid_{part}": "pixel" for part in ("x", "y", "xErr", "yErr")},
    "base_CircularApertureFlux_12_0_instFlux": "count",
    "base_CircularApertureFlux_12_0_instFluxErr": "count",
}  # fmt: skip


def write_simulation(simulation: Simulation, root: Path, rerun: str) -> list[Path]:
    """CORR and SRC of every CCD below ``root/rerun/NAME``, and the catalogue in ``root``.

    Images hold zeros, which take no room on the disk.

    Raises
    ------
    OSError
        when a file cannot be written.
    """
    exposures = simulation.exposures
    band = root / "rerun" / rerun / f"{POINTING:05d}" / exposures.filter
    (band / "corr").mkdir(parents=True, exist_ok=True)
    (band / "output").mkdir(exist_ok=True)
    written = [root / REFERENCE_NAME]
    write_atomic(written[0], build_reference(simulation))
    for number, visit in enumerate(exposures.visits):
        mine = exposures.stars.take(exposures.stars.visit == number)
        for chip, ccd in enumerate(exposures.chips.numbers):
            name = f"{visit:07d}-{ccd:03d}.fits"
            terms = fit_header(simulation, number, chip)
            _write_image(band / "corr" / f"CORR-{name}", simulation, visit, int(ccd), terms)
            rows = mine.take(mine.chip == chip)
            source = build_source(rows, visit, int(ccd), terms, exposures.filter)
            write_atomic(band / "output" / f"SRC-{name}", source)
            written += [band / "corr" / f"CORR-{name}", band / "output" / f"SRC-{name}"]
    return written


def fit_header(simulation: Simulation, visit: int, chip: int) -> ChipPolynomial:
    """The coordinates that the header of a CCD has."""
    grid = simulation.exposures.grid
    rows = grid.take((grid.visit == visit) & (grid.chip == chip))
    directions = to_directions(rows.ra, rows.dec)
    dx, dy = rows.x - CHIP_CENTRE[0], rows.y - CHIP_CENTRE[1]
    basis = np.stack([dx**i * dy**j for i, j in list_terms(_ORDER)], axis=1)
    plane = TangentPlane.touch(*_find_middle(directions))
    for _ in range(2):
        terms = fit_terms(basis, plane.project(directions), np.ones(len(basis)))
        ra, dec = to_positions(plane.unproject(terms[:1]))
        plane = TangentPlane.touch(float(ra[0]), float(dec[0]))
    terms = fit_terms(basis, plane.project(directions), np.ones(len(basis)))
    forward = np.concatenate([np.zeros((1, 2)), terms[1:]])
    return ChipPolynomial(plane, np.array(CHIP_CENTRE), _ORDER, forward, 0, np.zeros((1, 2)))


def _find_middle(directions: Array) -> tuple[float, float]:
    ra, dec = to_positions(np.sum(directions, axis=0))
    return float(ra), float(dec)


def _write_image(
    path: Path, simulation: Simulation, visit: int, ccd: int, terms: ChipPolynomial
) -> None:
    identity = [
        *list_identity(visit, ccd, simulation.exposures.filter),
        ("OBJECT", "SIMULATION", "name of the field"),
        ("MJD", float(_MJD_ZERO + POINTING) + 0.4, "[d] MJD of the exposure"),
        ("DATE-OBS", "2015-10-10", "[UTC] day of the exposure"),
    ]  # fmt: skip
    image: list[CardRow] = [
        ("XTENSION", "IMAGE", "image"),
        ("BITPIX", -32, "bits of a pixel"),
        ("NAXIS", 2, "number of axes"),
        ("NAXIS1", CHIP_SHAPE[0], "pixels along x"),
        ("NAXIS2", CHIP_SHAPE[1], "pixels along y"),
        ("PCOUNT", 0, "no heap"),
        ("GCOUNT", 1, "one group"),
        ("EXTNAME", "IMAGE", "name of the image"),
        ("BUNIT", "adu", "unit of the pixels"),
        *list_sip_cards(terms),
    ]
    head = build_primary_hdu(identity) + seal_hdu(image)
    size = CHIP_SHAPE[0] * CHIP_SHAPE[1] * 4
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + size + -size % BLOCK_SIZE)


def list_identity(visit: int, ccd: int, name: str) -> list[CardRow]:
    """The cards by which a file of HSC tells what it is."""
    return [
        ("EXP-ID", f"HSCE{visit:08d}", "number of the exposure"),
        ("DET-ID", ccd, "number of the CCD"),
        ("FILTER01", name, "filter"),
    ]


def build_source(
    stars: StarMeasurements, visit: int, ccd: int, terms: ChipPolynomial, name: str
) -> bytes:
    """The source catalogue of a CCD."""
    rows = np.zeros(len(stars.x), _SOURCE)
    ra, dec = to_positions(terms.plane.unproject(terms.project(stars.x, stars.y)))
    flux = 10 ** (-0.4 * stars.mag)
    values = {
        "flags": np.full((len(rows), 1), 0b11000000), "id": (visit * 200 + ccd << 32) + stars.ident,
        "coord_ra": np.radians(ra), "coord_dec": np.radians(dec),
        "base_SdssCentroid_x": stars.x, "base_SdssCentroid_y": stars.y,
        "base_SdssCentroid_xErr": stars.sigma, "base_SdssCentroid_yErr": stars.sigma,
        "base_CircularApertureFlux_12_0_instFlux": flux,
        "base_CircularApertureFlux_12_0_instFluxErr": flux * stars.mag_sigma * 0.4 * np.log(10),
    }  # fmt: skip
    for column, value in values.items():
        rows[column] = value
    flags = [(f"TFLAG{at}", flag, "") for at, flag in enumerate(_FLAGS, 1)]
    primary = build_primary_hdu(list_identity(visit, ccd, name))
    return primary + build_named_table("SRC", rows, _SOURCE_UNITS, flags, {"flags": "8X"})


def build_reference(simulation: Simulation) -> bytes:
    """The catalogue as a FITS table."""
    stars, band = simulation.reference, simulation.exposures.filter
    mag = f"{band.partition('-')[2].lower()}_mag"
    columns = {
        "ra": (stars.ra, "deg"), "dec": (stars.dec, "deg"),
        "ra_err": (stars.sigma * 3.6e6, "mas"), "dec_err": (stars.sigma * 3.6e6, "mas"),
        mag: (stars.mag, "mag"), f"{mag}_err": (stars.mag_sigma, "mag"),
    }  # fmt: skip
    return build_primary_hdu([]) + build_columns_table("REFERENCE", len(stars.ra), columns)
