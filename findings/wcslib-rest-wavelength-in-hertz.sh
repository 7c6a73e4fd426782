#!/usr/bin/env bash
# FITS 4.0, section 8.4.2: RESTWAV is in metres. WCSLIB, as astropy 8.0.2 brings it, writes the right
# number and calls it hertz: "[Hz] Line rest wavelength". Programs that show a keyword with the unit
# in the brackets of its comment (section 4.3.2) show 6.5E-07 Hz.
#
# Seen: [Hz] in the comment of RESTWAV = 6.5E-07, beside CRVAL1 in m.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
from astropy.io import fits
from astropy.wcs import WCS

header = fits.Header({"CTYPE1": "WAVE", "CRVAL1": 5e-7, "CUNIT1": "m", "RESTWAV": 6.5e-7})
written = WCS(header).to_header()
print(repr(written.cards["RESTWAV"]))
assert written["RESTWAV"] == 6.5e-7
assert written.comments["RESTWAV"].startswith("[Hz]")
assert written.comments["CRVAL1"].startswith("[m]")
PYTHON
