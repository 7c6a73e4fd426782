#!/usr/bin/env bash
# FITS 4.0, table 25: WAVE is a wavelength in vacuum, AWAV one in air. astropy 8.0.2's WCS.pixel_to_world
# makes the same SpectralCoord of both; its frequency, and the way back from a frequency to a pixel, are
# those of a vacuum wavelength. The physical types differ ("em.wl" and "em.wl;obs.atmos"). WCSLIB, in the
# same package, converts AWAV to FREQ through the index of refraction.
#
# Seen: 500 nm are 5.99584916e14 Hz for WAVE and for AWAV; WCSLIB has 5.99417e14 Hz for AWAV: 83 km/s.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
from astropy import units as u
from astropy.io import fits
from astropy.wcs import WCS


def make_axis(kind):
    header = fits.Header()
    for key, value in {
        "WCSAXES": 1, "CTYPE1": kind, "CUNIT1": "m", "CRPIX1": 1.0, "CRVAL1": 5e-7, "CDELT1": 1e-10,
    }.items():  # fmt: skip
        header[key] = value
    return WCS(header)


vacuum = make_axis("WAVE").pixel_to_world(0).to(u.Hz).value
air = make_axis("AWAV").pixel_to_world(0).to(u.Hz).value
by_wcslib = make_axis("AWAV").wcs
by_wcslib.sptr("FREQ-A2F")
frequency = by_wcslib.p2s([[1.0]], 1)["world"][0, 0]
print(vacuum, air, frequency, (air / frequency - 1) * 299792.458)
assert air == vacuum
assert abs((air / frequency - 1) * 299792.458 - 83.5) < 1
PYTHON
