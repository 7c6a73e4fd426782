#!/usr/bin/env bash
# TNX (registered convention): lngcor has eight numbers that describe the surface and then its
# coefficients, as many as the orders ask for. WCSLIB 8.6 in astropy 8.0.2 ends reading at a coefficient
# that is 0: it and all behind it count for nothing. With 1e-30 in its place the others are read.
#
# Seen: at 1 degree from the reference a correction of 0.0123456789 xi (44 arcsec) is lost beside "0.".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

common = {
    "NAXIS": 2, "NAXIS1": 200, "NAXIS2": 200, "CTYPE1": "RA---TNX", "CTYPE2": "DEC--TNX",
    "CRPIX1": 1.0, "CRPIX2": 1.0, "CRVAL1": 10.0, "CRVAL2": 20.0,
    "CD1_1": -0.01, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 0.01, "WAT0_001": "system=image",
    "WAT2_001": 'wtype=tnx latcor="3. 1. 1. 2. -2. 2. -2. 2. 1.e-9 "',
}


def ask(constant):
    # a polynomial of two terms in xi and one in eta: constant + 0.0123456789 xi
    surface = f"3. 2. 1. 1. -2. 2. -2. 2. {constant} 0.0123456789"
    cards = {**common, "WAT1_001": f'wtype=tnx lngcor="{surface} "'}
    return SkyCoord(
        *WCS(fits.Header(cards), fix=False).all_pix2world([[101.0, 101.0]], 1)[0], unit="deg"
    )


def gnomonic(xi, eta):
    cards = {**common, "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 0.0, "CRPIX2": 0.0}
    cards |= {"CD1_1": 1.0, "CD2_2": 1.0}
    return SkyCoord(*WCS(fits.Header(cards)).wcs_pix2world([[xi, eta]], 1)[0], unit="deg")


zero, tiny = ask("0."), ask("1.E-30")
right, without = gnomonic(-1.0 * 1.0123456789, 1.0 + 1e-9), gnomonic(-1.0, 1.0 + 1e-9)
print(zero, tiny, right, without, zero.separation(tiny).arcsec)
assert tiny.separation(right).deg < 1e-9
assert zero.separation(without).deg < 1e-9
assert zero.separation(tiny).arcsec > 40
PYTHON
