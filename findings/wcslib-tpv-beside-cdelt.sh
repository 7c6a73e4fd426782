#!/usr/bin/env bash
# TPV (registered convention): the polynomials are of xi and eta, intermediate world coordinates in
# degrees. CDELTi with PCi_j and CDi_j = CDELTi x PCi_j are two spellings of one matrix (FITS 4.0,
# section 8.1). WCSLIB 8.6 in astropy 8.0.2 works the polynomials out before CDELTi is applied, in
# pixels, and multiplies the outcome.
#
# Seen: pixel (101, 101), a hundred pixels of 0.01 degrees from the reference: the two spellings are 1.41
# degrees apart.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

common = {
    "NAXIS": 2, "NAXIS1": 200, "NAXIS2": 200, "CTYPE1": "RA---TPV", "CTYPE2": "DEC--TPV",
    "CRPIX1": 1.0, "CRPIX2": 1.0, "CRVAL1": 10.0, "CRVAL2": 20.0,
}
terms = {"PV1_1": 1.0, "PV1_4": 0.01, "PV2_1": 1.0, "PV2_4": 0.01}
forms = {
    "CD": {"CD1_1": -0.01, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 0.01},
    "CDELT": {"CDELT1": -0.01, "CDELT2": 0.01},
}


def ask(cards):
    lon, lat = WCS(fits.Header({**common, **cards}), fix=False).all_pix2world([[101.0, 101.0]], 1)[0]
    return SkyCoord(lon, lat, unit="deg")


def gnomonic(xi, eta):
    """The position of intermediate world coordinates in degrees, by TAN without terms."""
    cards = {**common, "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 0.0, "CRPIX2": 0.0}
    lon, lat = WCS(fits.Header({**cards, "CDELT1": 1.0, "CDELT2": 1.0})).wcs_pix2world(
        [[xi, eta]], 1
    )[0]
    return SkyCoord(lon, lat, unit="deg")


plain = [ask(form) for form in forms.values()]
assert plain[0].separation(plain[1]).deg < 1e-12  # without terms the spellings agree
found = {name: ask({**form, **terms}) for name, form in forms.items()}
right = gnomonic(-1.0 + 0.01 * 1.0, 1.0 + 0.01 * 1.0)
in_pixels = gnomonic(-0.01 * (100.0 + 0.01 * 100.0**2), 0.01 * (100.0 + 0.01 * 100.0**2))
print(found, right, found["CD"].separation(found["CDELT"]).deg)
assert found["CD"].separation(right).deg < 1e-9
assert found["CDELT"].separation(in_pixels).deg < 1e-9
assert np.isclose(found["CD"].separation(found["CDELT"]).deg, 1.4, atol=0.1)
PYTHON
