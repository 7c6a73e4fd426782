#!/usr/bin/env bash
# HPX with PV1_0 = 1 (FITS 4.0, table 22, and Paper II, section 2.5: a reference point of one's own,
# whose place in the projection is moved to CRPIX): WCSLIB 8.6 in astropy 8.0.2 looks for the facet of a
# pixel as if nothing were moved. Pixels of the polar caps get the position of another facet, or none.
# Seen: the same map written with CRPIX at (0, 0) of HPX has a position for 60 of 77 pixels, and all come
# back. With the reference at (40, 30) 58 have one, 9 of the 53 in common have another one, and 4 come
# back more than 10 degrees away.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

common = {
    "CTYPE1": "RA---HPX", "CTYPE2": "DEC--HPX", "CDELT1": 1.0, "CDELT2": 1.0,
    "PV2_1": 4.0, "PV2_2": 3.0, "LATPOLE": 90.0,
}
# (40, 30) is on the equatorial part of HPX, where x = phi and y = 67.5 sin(theta) (H = 4, K = 3)
moved = {"CRPIX1": 0.0, "CRPIX2": 0.0, "CRVAL1": 40.0, "CRVAL2": 30.0, "LONPOLE": 0.0,
         "PV1_0": 1.0, "PV1_1": 40.0, "PV1_2": 30.0, "PV1_3": 0.0, "PV1_4": 90.0}
plain = {"CRPIX1": -40.0, "CRPIX2": -67.5 * 0.5, "CRVAL1": 0.0, "CRVAL2": 0.0, "LONPOLE": 0.0}
grid = np.array([(x, y) for x in range(-100, 101, 20) for y in range(-60, 61, 20)], float)
seen = {}
for name, cards in (("plain", plain), ("moved", moved)):
    wcs = WCS(fits.Header({**common, **cards}), fix=False)
    sky = wcs.wcs_pix2world(grid, 1)
    there = np.isfinite(sky).all(axis=1)
    apart = np.abs(wcs.wcs_world2pix(sky[there], 1) - grid[there]).max(axis=1)
    seen[name] = there, sky, apart
    assert np.allclose(wcs.wcs_pix2world([[0, 0]], 1), [[40, 30]], atol=1e-9)
    print(name, there.sum(), np.nanmax(apart), (apart > 10).sum(), wcs.wcs_pix2world([[0, 0]], 1))
both = seen["plain"][0] & seen["moved"][0]
differ = np.abs(seen["plain"][1][both] - seen["moved"][1][both]).max(axis=1) > 1e-9
print(both.sum(), differ.sum())
assert seen["plain"][2].max() < 1e-9
assert (seen["moved"][2] > 10).sum() == 4
assert (seen["plain"][0].sum(), seen["moved"][0].sum()) == (60, 58)
assert (both.sum(), differ.sum()) == (53, 9)
PYTHON
