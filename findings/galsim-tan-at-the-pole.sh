#!/usr/bin/env bash
# An image at the celestial pole (CRVAL2 = 90) without LONPOLE: the default is 0, not 180, because
# CRVAL2 is not below the native latitude of the reference point (FITS 4.0, section 8.3; Calabretta
# and Greisen 2002, section 2.4). GalSim 2.8.5 takes 180: everything stands on the other side of the
# pole. With LONPOLE written the two would differ still: GalSim does not read it for TAN.
#
# Seen: right ascension 233.28 by WCSLIB (astropy 8.0.2) and 53.28 by GalSim for one pixel.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6 galsim==2.8.5
venv/bin/python - <<'PYTHON'
import galsim
from astropy.io import fits
from astropy.wcs import WCS

cards = {
    "SIMPLE": True, "BITPIX": 8, "NAXIS": 2, "NAXIS1": 64, "NAXIS2": 48, "CTYPE1": "RA---TAN",
    "CTYPE2": "DEC--TAN", "CRPIX1": 32.5, "CRPIX2": 24.5, "CRVAL1": 0.0, "CRVAL2": 90.0,
    "CD1_1": -0.02, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 0.02, "RADESYS": "ICRS",
}
seen = {}
for lonpole in (None, 0.0):
    header = fits.Header(cards)
    if lonpole is not None:
        header["LONPOLE"] = lonpole
    by_wcslib = WCS(header).all_pix2world([[1, 1]], 1)[0]
    sky = galsim.GSFitsWCS(header=header).toWorld(galsim.PositionD(1, 1))
    by_galsim = sky.ra.deg % 360
    print(lonpole, by_wcslib[0], by_galsim)
    assert abs(by_wcslib[1] - sky.dec.deg) < 1e-9
    assert abs(by_wcslib[0] - by_galsim - 180) < 1e-6
PYTHON
