#!/usr/bin/env bash
# SZP with PV2_1 = -2 (Paper II, section 5.1.2: the point of projection is outside of the sphere, on
# the side of the plane): the position of a pixel 3 degrees from the reference is found, but WCSLIB
# 8.6 in astropy 8.0.2 says that this position has no pixel. The equations of that section put it on
# that pixel, and it is the first point of the sphere that the ray meets: nothing hides it. The limb
# is worked out with (zp - 1) zp - 1 where (zp - 1)^2 - 1 is needed.
#
# Seen: of 3383 pixels with a position, 1137 do not come back; (0, 3) gives (180, 87.094) and NaN.
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

MU, PHI, THETA = -2.0, 180.0, 60.0
header = fits.Header({
    "NAXIS": 2, "NAXIS1": 241, "NAXIS2": 241, "CTYPE1": "RA---SZP", "CTYPE2": "DEC--SZP",
    "CRPIX1": 121.0, "CRPIX2": 121.0, "CRVAL1": 0.0, "CRVAL2": 90.0, "CDELT1": 1.0, "CDELT2": 1.0,
    "LONPOLE": 180.0, "PV2_1": MU, "PV2_2": PHI, "PV2_3": THETA,
})
wcs = WCS(header, fix=False)


def project(phi, theta):
    """Paper II, section 5.1.2; native longitude and latitude in radians to degrees."""
    faced, height = np.radians(PHI), np.radians(THETA)
    x_p = -MU * np.cos(height) * np.sin(faced)
    y_p = MU * np.cos(height) * np.cos(faced)
    z_p = MU * np.sin(height) + 1
    rise = 1 - np.sin(theta)
    x = (z_p * np.cos(theta) * np.sin(phi) - x_p * rise) / (z_p - rise)
    y = -(z_p * np.cos(theta) * np.cos(phi) + y_p * rise) / (z_p - rise)
    return np.degrees(x), np.degrees(y)


pixel = [[121.0, 124.0]]
sky = wcs.wcs_pix2world(pixel, 1)
x, y = project(*np.radians(sky[0]))
print(sky, x, y, wcs.wcs_world2pix(sky, 1))
assert abs(x) < 1e-9
assert abs(y - 3) < 1e-9
# the eye, from the centre of the sphere, lies beyond the tangent plane: the ray to that position
# reaches the sphere from outside
theta = np.radians(sky[0, 1])
eye = -MU * np.array([-np.cos(np.radians(THETA)), 0.0, np.sin(np.radians(THETA))])
point = np.array([-np.cos(theta), 0.0, np.sin(theta)])
assert eye[2] > 1
assert (eye - point) @ point > 0
assert np.isnan(wcs.wcs_world2pix(sky, 1)).all()
grid = np.mgrid[1:242, 1:242].reshape(2, -1).T.astype(float)
positions = wcs.wcs_pix2world(grid, 1)
there = np.isfinite(positions).all(axis=1)
lost = np.isnan(wcs.wcs_world2pix(positions[there], 1)).any(axis=1)
print(there.sum(), lost.sum())
assert (there.sum(), lost.sum()) == (3383, 1137)
PYTHON
