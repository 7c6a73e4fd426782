"""SCAMP on the same stars: LDAC catalogues out, its ``.head`` files in, and how far it is from us.

SCAMP's coordinates are TPV under the name of TAN; they are read as what they mean. Its first
coordinates are gnomonic and linear, as far as those of a header can be.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.associate import fit_terms
from fitslint.pipeline.hsc.joint.camera import CHIP_CENTRE, CHIP_SHAPE
from fitslint.pipeline.hsc.joint.measurements import Exposures, ReferenceStars, StarMeasurements
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_directions, to_positions
from fitslint.pipeline.hsc.joint.positions import AstrometrySolution
from fitslint.pipeline.table_file import (
    build_columns_table,
    build_named_table,
    build_primary_hdu,
    write_card_rows,
)
from fitslint.wcs.wcs import Wcs

Array = NDArray[np.float64]
PROGRAM = "scamp"
_SECONDS_MAX = 3600
_OPTIONS = {
    "ASTREF_CATALOG": "FILE", "ASTREFCAT_NAME": "reference.cat", "MATCH": "N",
    "STABILITY_TYPE": "EXPOSURE", "DISTORT_DEGREES": "3", "CROSSID_RADIUS": "1.5",
    "PROJECTION_TYPE": "TPV", "CHECKPLOT_TYPE": "NONE", "CHECKPLOT_DEV": "NULL",
    "WRITE_XML": "N", "VERBOSE_TYPE": "QUIET", "SN_THRESHOLDS": "10.0,100.0",
    "ASTR_ACCURACY": "0.001", "NTHREADS": "1",
}  # fmt: skip


@dataclass(frozen=True)
class ScampSolution:
    """What SCAMP found.

    Attributes
    ----------
    coordinates : dict of (int, int) to Wcs
        by the places of visit and chip.
    flux_scales : dict of (int, int) to float
        FLXSCALE.
    """

    coordinates: dict[tuple[int, int], Wcs]
    flux_scales: dict[tuple[int, int], float]

    def locate(self, visit: int, chip: int, x: Array, y: Array) -> Array:
        """Unit vectors (n, 3) of pixels counted from 0."""
        ra, dec = self.coordinates[visit, chip].pixel_to_world(x + 1, y + 1)
        return to_directions(np.asarray(ra), np.asarray(dec))


def run_scamp(exposures: Exposures, reference: ReferenceStars, folder: Path) -> ScampSolution:
    """Have SCAMP solve visits; its ``.head`` files stay in ``folder``.

    Raises
    ------
    HscError
        when it is not on PATH, or does not end as it should.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise HscError("there is no program `scamp` on PATH; install it, or do without it")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "reference.cat").write_bytes(build_reference_ldac(reference))
    names, ccds = [], []
    for visit, number in enumerate(exposures.visits):
        name, content, chips = f"{number}.cat", *_build_visit(exposures, visit)
        (folder / name).write_bytes(content)
        names.append(name)
        ccds.append(chips)
    words = [part for key, value in _OPTIONS.items() for part in (f"-{key}", value)]
    try:
        ended = subprocess.run(
            [program, *names, *words], cwd=folder, stdin=subprocess.DEVNULL, check=False,
            capture_output=True, timeout=_SECONDS_MAX,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HscError(f"scamp cannot be run: {error}") from None
    if ended.returncode:
        said = (ended.stderr or ended.stdout).decode("utf-8", "replace").strip().splitlines()
        raise HscError(f"scamp ended with {ended.returncode}: {said[-1][:200] if said else ''}")
    coordinates, scales = {}, {}
    for visit, (name, chips) in enumerate(zip(names, ccds, strict=True)):
        headers = read_heads(folder / name.replace(".cat", ".head"))
        if len(headers) != len(chips):
            raise HscError(f"{name}: scamp wrote {len(headers)} headers for {len(chips)} CCDs")
        for chip, cards in zip(chips, headers, strict=True):
            coordinates[visit, chip] = Wcs.from_header(cards)
            scales[visit, chip] = float(cards.get("FLXSCALE", 1.0))
    return ScampSolution(coordinates, scales)


def measure_difference(ours: AstrometrySolution, theirs: ScampSolution) -> tuple[float, float]:
    """How far two solutions are apart: mas per axis, rms over all CCDs and of the worst of them."""
    x, y = (
        part.ravel() for part in np.meshgrid(*(np.linspace(0, size - 1, 7) for size in CHIP_SHAPE))
    )
    squares = []
    for visit, chip in theirs.coordinates:
        plane = ours.models[visit].plane
        mine = plane.project(ours.locate(visit, np.full(len(x), chip), x, y))
        other = plane.project(theirs.locate(visit, chip, x, y))
        squares.append(float(np.mean((mine - other) ** 2)))
    if not squares:
        return float("nan"), float("nan")
    return float(np.sqrt(np.mean(squares))) * 3.6e6, float(np.sqrt(max(squares))) * 3.6e6


def read_heads(path: Path) -> list[dict[str, str | float]]:
    """The headers of a ``.head`` file, one a CCD; TAN with PV terms is called TPV, as it is.

    Raises
    ------
    HscError
        when it cannot be read.
    """
    try:
        text = path.read_bytes().decode("latin-1")
    except OSError as error:
        raise HscError(f"{path}: {error.strerror}") from None
    found: list[dict[str, str | float]] = []
    cards: dict[str, str | float] = {}
    for line in text.splitlines():
        keyword, value = line[:8].rstrip(), line[10:].partition(" / ")[0].strip()
        if keyword == "END":
            found.append(_name_projection(cards))
            cards = {}
        elif line[8:10] == "= ":
            cards[keyword] = _parse_value(value)
    return found


def _parse_value(text: str) -> str | float:
    if text.startswith("'"):
        return text[1:].partition("'")[0].rstrip()
    try:
        return float(text)
    except ValueError:
        return text


def _name_projection(cards: dict[str, str | float]) -> dict[str, str | float]:
    if any(keyword.startswith(("PV1_", "PV2_")) for keyword in cards):
        for axis in (1, 2):
            cards[f"CTYPE{axis}"] = str(cards.get(f"CTYPE{axis}", "")).replace("-TAN", "-TPV")
    return cards


def _build_visit(exposures: Exposures, visit: int) -> tuple[bytes, list[int]]:
    """The LDAC catalogue of a visit, and the places of its chips."""
    stars = exposures.stars.take(exposures.stars.visit == visit)
    parts, chips = [build_primary_hdu([])], []
    for chip in range(len(exposures.chips.numbers)):
        rows = stars.take(stars.chip == chip)
        grid = exposures.grid
        here = (grid.visit == visit) & (grid.chip == chip)
        if not len(rows.x) or not here.any():
            continue
        chips.append(chip)
        parts += [_build_header_table(_list_header(exposures, here)), _build_objects(rows)]
    return b"".join(parts), chips


def _list_header(exposures: Exposures, here: NDArray[np.bool_]) -> bytes:
    """A header with linear coordinates about the middle of the CCD."""
    grid = exposures.grid.take(here)
    directions = to_directions(grid.ra, grid.dec)
    ra, dec = to_positions(np.sum(directions, axis=0))
    plane = TangentPlane.touch(float(ra), float(dec))
    dx, dy = grid.x - CHIP_CENTRE[0], grid.y - CHIP_CENTRE[1]
    flat, basis = plane.project(directions), np.stack([np.ones_like(dx), dx, dy], axis=1)
    terms = fit_terms(basis, flat, np.ones(len(dx)))
    linear = terms[1:].T
    crpix = np.array(CHIP_CENTRE) + 1 - np.linalg.solve(linear, terms[0])
    return write_card_rows([
        ("SIMPLE", True, ""), ("BITPIX", -32, ""), ("NAXIS", 2, ""),
        ("NAXIS1", CHIP_SHAPE[0], ""), ("NAXIS2", CHIP_SHAPE[1], ""),
        ("CTYPE1", "RA---TAN", ""), ("CTYPE2", "DEC--TAN", ""),
        ("CUNIT1", "deg", ""), ("CUNIT2", "deg", ""),
        ("CRVAL1", float(ra), ""), ("CRVAL2", float(dec), ""),
        ("CRPIX1", float(crpix[0]), ""), ("CRPIX2", float(crpix[1]), ""),
        *((f"CD{i + 1}_{j + 1}", float(linear[i, j]), "") for i in range(2) for j in range(2)),
        ("RADESYS", "ICRS", ""), ("EQUINOX", 2000.0, ""), ("FILTER", exposures.filter, ""),
        ("EXPTIME", 1.0, ""), ("AIRMASS", 1.0, ""), ("GAIN", 1.0, ""),
    ]) + b"END".ljust(80)  # fmt: skip


def _build_header_table(header: bytes) -> bytes:
    rows = np.zeros(1, [("Field Header Card", f"S{len(header)}")])
    rows[0] = (header,)
    return build_named_table("LDAC_IMHEAD", rows, {}, [("TDIM1", f"(80, {len(header) // 80})", "")])


def _build_objects(stars: StarMeasurements) -> bytes:
    flux = 10 ** (-0.4 * stars.mag)
    columns: dict[str, tuple[Array | float, str]] = {
        "XWIN_IMAGE": (stars.x + 1, "pixel"), "YWIN_IMAGE": (stars.y + 1, "pixel"),
        "ERRAWIN_IMAGE": (stars.sigma, "pixel"), "ERRBWIN_IMAGE": (stars.sigma, "pixel"),
        "ERRTHETAWIN_IMAGE": (0.0, "deg"), "FLUX_AUTO": (flux, "count"),
        "FLUXERR_AUTO": (flux * stars.mag_sigma * 0.4 * np.log(10), "count"),
        "MAG_AUTO": (stars.mag, "mag"), "MAGERR_AUTO": (stars.mag_sigma, "mag"),
        "FLUX_RADIUS": (2.0, "pixel"), "ELONGATION": (1.0, ""), "FLAGS": (0, ""),
    }  # fmt: skip
    return build_columns_table("LDAC_OBJECTS", len(stars.x), columns, {"FLAGS": "i2"})


def build_reference_ldac(reference: ReferenceStars) -> bytes:
    """The catalogue as SCAMP reads one."""
    columns: dict[str, tuple[Array | float, str]] = {
        "X_WORLD": (reference.ra, "deg"), "Y_WORLD": (reference.dec, "deg"),
        "ERRA_WORLD": (reference.sigma, "deg"), "ERRB_WORLD": (reference.sigma, "deg"),
        "ERRTHETA_WORLD": (0.0, "deg"), "MAG": (np.nan_to_num(reference.mag, nan=20.0), "mag"),
        "MAGERR": (np.nan_to_num(reference.mag_sigma, nan=0.1), "mag"), "OBSDATE": (2000.0, "yr"),
    }  # fmt: skip
    head = _build_header_table(write_card_rows([("SIMPLE", True, "")]) + b"END".ljust(80))
    objects = build_columns_table("LDAC_OBJECTS", len(reference.ra), columns)
    return build_primary_hdu([]) + head + objects
