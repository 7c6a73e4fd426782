#!/usr/bin/env bash
# A time axis of an image (FITS 4.0, section 9): the unit is CUNITi, the zero point MJDREF, JDREF or
# DATEREF, and TIMEOFFS is added. astropy 8.0.2's WCS.pixel_to_world takes every number for seconds, whatever
# CUNITi says, takes no notice of TIMEOFFS, and where JDREF stands counts from MJD 0; there is
# no warning of it.
#
# Seen, of 100 after 1995-10-10T00:00:00: 00:01:40 for "s", and for "min", "h" and "d" as well; the same
# with TIMEOFFS = 3600; with JDREF = 2450000.5, the same instant, 1858-11-17T00:01:40.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
import warnings

from astropy.io import fits
from astropy.wcs import WCS, FITSFixedWarning

warnings.simplefilter("error")
warnings.simplefilter("ignore", FITSFixedWarning)  # DATEREF is made of MJDREF


def find_time(**cards):
    header = fits.Header()
    for key, value in {
        "WCSAXES": 1, "CTYPE1": "TIME", "CUNIT1": "s", "CRPIX1": 1.0, "CRVAL1": 100.0, "CDELT1": 1.0,
        "TIMESYS": "TT", **cards,
    }.items():  # fmt: skip
        header[key] = value
    return WCS(header).pixel_to_world(0).isot


seconds = find_time(MJDREF=50000.0)
print(seconds)
assert seconds == "1995-10-10T00:01:40.000"
for unit in ("min", "h", "d"):
    assert find_time(MJDREF=50000.0, CUNIT1=unit) == seconds
assert find_time(MJDREF=50000.0, TIMEOFFS=3600.0) == seconds
by_julian_date = find_time(JDREF=2450000.5)
print(by_julian_date)
assert by_julian_date == "1858-11-17T00:01:40.000"
PYTHON
