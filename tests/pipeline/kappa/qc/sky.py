"""Synthetic lenses with a known convergence and shear, written as products."""

from __future__ import annotations

import numpy as np
from astropy.io import fits

from fitslint.cosmology.model import parse_cosmology
from fitslint.pipeline.kappa.qc.assess import run_checks
from fitslint.pipeline.kappa.qc.inputs import QcRequest
from fitslint.products.write import write_product

SIZE, PIXEL = 256, 1.0
CENTRE = (197.873, -1.340997)
COSMOLOGY = "70,0.3,0.7"
RATIO = parse_cosmology(COSMOLOGY).distance_ratio(0.183, 2.0)
CLUMPS = (  # west, north (arcsec), core, cut (arcsec), height
    (0.0, 0.0, 12.0, 300.0, 1.6),
    (-70.0, 48.0, 9.0, 120.0, 0.5),
    (30.0, 22.0, 3.0, 20.0, 0.5),
    (-25.0, -30.0, 3.0, 20.0, 0.4),
    (44.0, -35.0, 3.0, 20.0, 0.4),
    (-50.0, 12.0, 3.0, 20.0, 0.3),
    (15.0, -52.0, 3.0, 20.0, 0.4),
    (-12.0, 40.0, 3.0, 20.0, 0.3),
)


def offsets(size=SIZE, pixel=PIXEL):
    """Arcsec to the west and north of the middle of the map."""
    place = (np.arange(size) - (size - 1) / 2) * pixel
    return place[None, :], place[:, None]


def circular(west, north, core, cut, height):
    """kappa and complex shear of a circular dPIE (Eliasdottir et al. 2007, App. A)."""
    square = np.maximum(west**2 + north**2, 1e-6)
    first, second = np.sqrt(core**2 + square), np.sqrt(cut**2 + square)
    scale = height / (1 / core - 1 / cut)
    kappa = scale * (1 / first - 1 / second)
    mean = 2 * scale / square * (first - core - second + cut)
    return kappa, -(mean - kappa) * (west + 1j * north) ** 2 / square


def lens(size=SIZE, pixel=PIXEL):
    """kappa and complex shear, along columns (west) and rows (north), at D_ls/D_s = 1."""
    west, north = offsets(size, pixel)
    kappa, shear = np.zeros((size, size)), np.zeros((size, size), complex)
    for x, y, core, cut, height in CLUMPS:
        more = circular(west - x, north - y, core, cut, height)
        kappa, shear = kappa + more[0], shear + more[1]
    return kappa, shear


def cards(size=SIZE, pixel=PIXEL, convention="tan", **more):
    """The keywords of a frame."""
    return {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CUNIT1": "deg", "CUNIT2": "deg",
        "CRVAL1": CENTRE[0], "CRVAL2": CENTRE[1],
        "CRPIX1": (size + 1) / 2, "CRPIX2": (size + 1) / 2,
        "CDELT1": -pixel / 3600, "CDELT2": pixel / 3600,
        "RADESYS": "ICRS", "GRIDCONV": convention, **more,
    }  # fmt: skip


def write(path, data, product="kappa", *, normalisation="source", grid=None, **facts):
    """Write a product; the path as text."""
    told = {"zsource": 2.0} if normalisation == "source" else {}
    write_product(
        path, data, product, overwrite=True, grid_cards=grid or cards(len(data)), zlens=0.183,
        normalisation=normalisation, cosmology=COSMOLOGY,
        **{"object": "Abell 1689", "maptype": "observed", "mapsrc": "test", **told, **facts},
    )  # fmt: skip
    return str(path)


def plain(path, data, header=None):
    """Write an image as it is; the path as text."""
    fits.PrimaryHDU(np.asarray(data), fits.Header(header or {})).writeto(path, overwrite=True)
    return str(path)


def catalogue(path):
    """A catalogue of the galaxies of :data:`CLUMPS`; the path as text."""
    rows = [f"{n} {x} {y} 1 1 0 18 0" for n, (x, y, *_) in enumerate(CLUMPS[2:], 1)]
    path.write_text(f"#REFERENCE 3 {CENTRE[0]} {CENTRE[1]}\n" + "\n".join(rows) + "\n")
    return str(path)


def judged(kappa, maps=None, **more):
    """The report on a map."""
    return run_checks(QcRequest(kappa, maps or {}, **more))


def verdicts(assessment):
    """Codes of the lines that fail, and of those that pass."""
    found = {"pass": set(), "fail": set(), "cannot be judged": set()}
    for line in assessment.results:
        found[line.verdict].add(line.code)
    return found["fail"], found["pass"]


def line(assessment, code):
    """The line of a code."""
    return next(one for one in assessment.results if one.code == code)
