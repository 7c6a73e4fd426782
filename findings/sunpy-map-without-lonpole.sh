#!/usr/bin/env bash
# FITS 4.0, section 8.3: LONPOLE is the native longitude of the celestial pole; for a TAN image of
# the disc, LONPOLE = 170 turns it by 10 degrees about the reference point. sunpy 7.0.5 reads PVi_m into a
# map's coordinates and not LONPOLE, without a warning; map.wcs has 180.
#
# Seen, 17 degrees from the reference: (16.98, 0.00) by the map, (16.74, 2.91) by WCSLIB from the
# same header. With MJD-OBS as the only date the map's date is the time of its being opened (that is
# logged).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'sunpy[map]==7.0.5' astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
import logging
import warnings

import astropy.units as u
import numpy as np
import sunpy.map
from astropy.io import fits
from astropy.time import Time
from astropy.wcs import WCS

warnings.simplefilter("ignore")
logging.getLogger("sunpy").setLevel(logging.CRITICAL)
CARDS = {
    "CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN", "CUNIT1": "deg", "CUNIT2": "deg", "CRVAL1": 0.0,
    "CRVAL2": 0.0, "CRPIX1": 4.5, "CRPIX2": 4.5, "CDELT1": 5.0, "CDELT2": 5.0, "LONPOLE": 170.0,
    "HGLN_OBS": 0.0, "HGLT_OBS": 0.0, "DSUN_OBS": 1.5e11,
}  # fmt: skip


def open_map(**date):
    header = fits.Header({**CARDS, **{key.replace("_", "-"): value for key, value in date.items()}})
    return header, sunpy.map.Map(np.zeros((8, 8)), header)


header, image = open_map(DATE_OBS="2020-06-01T00:00:00")
place = image.pixel_to_world(7 * u.pix, 3.5 * u.pix)
truth = WCS(header).wcs_pix2world([[7, 3.5]], 0)[0]
print(place.Tx.deg, place.Ty.deg, truth, image.wcs.wcs.lonpole)
assert abs(place.Tx.deg - 16.984381) < 1e-5
assert abs(place.Ty.deg) < 1e-9
assert np.allclose(truth, [16.740888, 2.907550], atol=1e-5)
_, dated = open_map(MJD_OBS=59001.0)
assert Time(59001.0, format="mjd").isot == "2020-06-01T00:00:00.000"
assert dated.date > Time("2024-01-01")
PYTHON
