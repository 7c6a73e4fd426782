#!/usr/bin/env bash
# FITS 4.0, section 8.3, and WCS Paper II: on the first axis of a celestial pair PVi_1 and PVi_2 are
# the native reference point, and a parameter that is not given has its default. SCAMP writes the
# terms of a distortion by the same names beside TAN. astropy 8.0.2's WCS takes a TAN for such a
# distortion where PV1_5 is there, whatever it says: a card PV1_5 = 0.0, which changes nothing under
# either reading, moves a pixel to another part of the sky. A SCAMP solution of the first degree
# that leaves out its zeros is read as a native reference point.
#
# Seen: pixel (1, 1) of an image near (150, 2) lies at (322.0, 88.2) with the terms of first degree
# alone, and at (150.25, 1.75) with PV1_5 = 0.0 beside them; CTYPE stays TAN in both, and a warning
# speaks of SIP, of which there is none.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
from astropy.io import fits
from astropy.wcs import WCS

header = fits.Header()
for key, value in {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0,
    "CRPIX1": 500.5, "CRPIX2": 500.5, "CD1_1": -5e-4, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 5e-4,
    "PV1_1": 1.01, "PV1_2": 0.001, "PV2_1": 1.01, "PV2_2": 0.001,
}.items():  # fmt: skip
    header[key] = value


def find_place(header):
    wcs = WCS(header)
    longitude, latitude = wcs.all_pix2world(1, 1, 1)
    print(float(longitude), float(latitude), list(wcs.wcs.ctype))
    return float(longitude), float(latitude)


alone = find_place(header)
header["PV1_5"] = 0.0
beside = find_place(header)
assert alone[1] > 80
assert abs(beside[0] - 150) < 0.5
assert abs(beside[1] - 2) < 0.5
PYTHON
