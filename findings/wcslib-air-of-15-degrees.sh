#!/usr/bin/env bash
# Air wavelengths (AWAV): Paper III (Greisen et al. 2006), equation 65, gives the index of refraction
# n = 1 + 1e-6 (287.6155 + 1.62887 / l^2 + 0.01360 / l^4), l in micrometres. It is that of dry air of
# 0 degrees Celsius. WCSLIB 8.6 in astropy 8.0.2 has Edlen's (1953) of 15 degrees, which spectroscopists
# mean and the paper does not have: the vacuum wavelength of one header differs by 4.6 km/s between
# programs that follow the one and the other.
#
# Seen: 500 nm of air are 500.139482 nm of vacuum by WCSLIB and 500.147174 nm by equation 65.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
from astropy.io import fits
from astropy.wcs import WCS

header = fits.Header({
    "NAXIS": 1, "NAXIS1": 100, "CTYPE1": "AWAV", "CUNIT1": "m", "CRPIX1": 1.0, "CRVAL1": 5e-7,
    "CDELT1": 1e-10,
})
wcs = WCS(header)
wcs.wcs.set()
wcs.wcs.sptr("WAVE-A2W")
by_wcslib = wcs.wcs_pix2world([[1.0]], 1)[0, 0]
square = 1 / 0.5**2
by_paper = 5e-7 * (1 + 1e-6 * (287.6155 + 1.62887 * square + 0.01360 * square**2))
waves = 1 / 5e-7**2
edlen = 1.000064328 + 2.94981e10 / (1.46e14 - waves) + 2.5540e8 / (0.41e14 - waves)
speed = (by_paper - by_wcslib) / by_wcslib * 299792.458
print(by_wcslib, by_paper, 5e-7 * edlen, f"{speed:.2f} km/s")
assert abs(by_wcslib - 5e-7 * edlen) < 1e-15
assert abs(by_wcslib - 5.00139482e-7) < 1e-15
assert 4.5 < speed < 4.7
PYTHON
