#!/usr/bin/env bash
# FITS 4.0, section 8.3: ELON and ELAT are ecliptic coordinates (RADESYS and EQUINOX say of which
# equator and equinox), HLON and HLAT helioecliptic ones. astropy 8.0.2's WCS.pixel_to_world gives their numbers
# as right ascension and declination of ICRS, without a warning; for SLON and SLAT, which it does not
# know either, it gives two bare angles, and its physical types do know the ecliptic
# ("pos.ecliptic.lon").
#
# Seen: ecliptic longitude 90, latitude 0, which is RA 90, Dec +23.44, comes out as ICRS (90, 0).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
import warnings

from astropy.coordinates import BarycentricMeanEcliptic, SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

warnings.simplefilter("error")


def make_image(longitude, latitude):
    header = fits.Header()
    for key, value in {
        "CTYPE1": f"{longitude}-TAN", "CTYPE2": f"{latitude}-TAN", "CRPIX1": 1.0, "CRPIX2": 1.0,
        "CRVAL1": 90.0, "CRVAL2": 0.0, "CDELT1": -0.1, "CDELT2": 0.1, "RADESYS": "ICRS",
    }.items():  # fmt: skip
        header[key] = value
    return WCS(header)


truth = SkyCoord(90, 0, unit="deg", frame=BarycentricMeanEcliptic).icrs
for pair in (("ELON", "ELAT"), ("HLON", "HLAT")):
    wcs = make_image(*pair)
    place = wcs.pixel_to_world(0, 0)
    print(pair, wcs.world_axis_physical_types, place, place.separation(truth).deg)
    assert isinstance(place, SkyCoord)
    assert place.frame.name == "icrs"
    assert abs(place.dec.deg) < 1e-9
assert place.separation(truth).deg > 23
assert not isinstance(make_image("SLON", "SLAT").pixel_to_world(0, 0), SkyCoord)
PYTHON
