#!/usr/bin/env bash
# FITS 4.0, section 8.4.2: RESTFRQ and RESTWAV are two ways of giving one rest value. astropy 8.0.2's
# WCS.pixel_to_world takes either for VELO, VRAD and VOPT, but for ZOPT and BETA RESTWAV alone: beside RESTFRQ
# it works with a wavelength of 0, without a warning.
#
# Seen: z = 0.1 of the 21 cm line is a wavelength of 0 m, and BETA = 0.1 an infinite frequency; with
# RESTWAV they are 0.2322 m and 1.2848 GHz.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
import warnings

import numpy as np
from astropy import units as u
from astropy.io import fits
from astropy.wcs import WCS

warnings.simplefilter("error")


def find_world(kind, rest, value):
    header = fits.Header()
    for key, number in {
        "WCSAXES": 1, "CTYPE1": kind, "CRPIX1": 1.0, "CRVAL1": 0.1, "CDELT1": 0.001, rest: value,
    }.items():  # fmt: skip
        header[key] = number
    return WCS(header).pixel_to_world(0)


frequency = 1.42040575e9
wavelength = 299792458 / frequency
with np.errstate(divide="ignore"):
    by_frequency = find_world("ZOPT", "RESTFRQ", frequency), find_world("BETA", "RESTFRQ", frequency).to(u.Hz)
by_wavelength = find_world("ZOPT", "RESTWAV", wavelength), find_world("BETA", "RESTWAV", wavelength).to(u.Hz)
print(*by_frequency, *by_wavelength, sep="; ")
assert by_frequency[0].to_value(u.m) == 0
assert np.isinf(by_frequency[1].value)
assert abs(by_wavelength[0].to_value(u.m) / (1.1 * wavelength) - 1) < 1e-9
assert abs(by_wavelength[1].value / (frequency * (0.9 / 1.1) ** 0.5) - 1) < 1e-9
PYTHON
