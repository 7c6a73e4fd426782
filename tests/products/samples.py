"""Facts of every product, and images that say nothing of themselves."""

import io
from pathlib import Path

import numpy as np
from astropy.io import fits

from fitslint.products.kinds import load_product_kinds

LENS = {"zlens": 0.183, "cosmology": "Planck18", "maptype": "observed", "mapsrc": "wayback"}
SOURCE = {**LENS, "zsource": 2.0, "normalisation": "source"}
SKY = {"object": "Abell 1689", "center": (197.873, -1.341), "scale": 0.5}
CHANDRA = {"TELESCOP": "CHANDRA", "INSTRUME": "ACIS"}
BAND = {"ENERGYLO": 0.5, "ENERGYHI": 2.0}
BINS = {"SNAIM": 70.0, "SNSMOOTH": 100.0, "NBINS": 3}

_NORH_TEXT = (Path(__file__).parents[2] / "fixtures/samples/norh-hanaoka.hdr").read_text("ascii")
_STRUCTURE = ("SIMPLE", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "OBJECT")
NORH = {
    card.keyword: card.value
    for card in fits.Header.fromstring(_NORH_TEXT.replace("\n", "")).cards
    if card.keyword not in _STRUCTURE
}
"""The worked header of the manual, as our products have it, on the sky of the Sun."""
NORH |= {
    "object": "sun", "center": None, "scale": None, "CUNIT1": "arcsec", "CUNIT2": "arcsec",
    "DATE-BEG": "1998-05-09T03:20:21.254", "DATE-AVG": "1998-05-09T03:20:23.754",
    "DATE-END": "1998-05-09T03:20:26.254", "TIMESYS": "UTC", "PROGNAME": "fitslint heliograph",
    "DATA-TYP": "intensity", "BUNIT": "10**4 Jy/sr",
}  # fmt: skip

FACTS = {
    "kappa": SOURCE,
    "gamma1": {**SOURCE, "frame": "pixel"},
    "gamma2": {**SOURCE, "frame": "sky"},
    "gamma": SOURCE,
    "ellipticity": SOURCE,
    "deflection": {**SOURCE, "axis": "x"},
    "magnification": {**SOURCE, "form": "signed"},
    "surface-density": {**LENS, "unit": "g cm**-2"},
    "kappa-band-width": {"NMODELS": 9, "KAPPAMAP": "kappa_obs_lenstool_zs1p0.fits"},
    "xray-counts": {**CHANDRA, **BAND, "EXPOSURE": 150000.0},
    "xray-exposure": {**CHANDRA, **BAND, "unit": "cm**2 s"},
    "xray-flux": {**CHANDRA, **BAND, "unit": "photon cm**-2 s**-1", "FLUXSCAL": 1.0},
    "xray-psf": {**CHANDRA, **BAND, "PSFECF": 0.9},
    "xray-mask": {**CHANDRA, **BAND},
    "binmap": {**CHANDRA, **BAND, **BINS},
    "sn": {**CHANDRA, **BAND, **BINS},
    "binned": {**CHANDRA, **BAND, **BINS},
    "bin-mask": {**CHANDRA, **BAND, **BINS},
    "norh-image": NORH,
    "norh-mask": {**NORH, "DATA-TYP": "validity", "BUNIT": ""},
}
"""What has to be told of each product, besides the sky."""


MAPS = sorted(kind.name for kind in load_product_kinds().values() if not kind.is_table)
"""The kinds that have pixels."""


def list_findings(report):
    """What is found, but for what a second system of coordinates beside solar-west answers."""
    return [finding for finding in report.findings if finding.code != "WC215"]


def facts(product, **changes):
    """The facts of a product; a change to None takes one away."""
    return {**SKY, **FACTS[product], **changes}


def pixels(rows=12, columns=16, kind="f4"):
    """Values that differ."""
    values = np.random.default_rng(1689).random((rows, columns))
    return (values * 100).astype(kind) if np.dtype(kind).kind == "i" else values.astype(kind)


def image(product="kappa", header=None, **size):
    """A bare image of astropy, of integers where the product is."""
    kind = "i4" if product in ("binmap", "bin-mask", "norh-mask", "xray-mask") else "f4"
    values = pixels(kind=kind, **size)
    return fits.PrimaryHDU(values, fits.Header(header or []))


def stored(*hdus):
    """The bytes of a file."""
    target = io.BytesIO()
    fits.HDUList(list(hdus)).writeto(target)
    return target.getvalue()


def cards_of(data):
    """The cards of the primary header of a file in memory."""
    header = data[: data.index(b"END" + b" " * 77)]
    return [header[at : at + 80] for at in range(0, len(header), 80)]
