#!/usr/bin/env bash
# FITS 4.0, section 4.3.1: in a unit string a blank, an asterisk and a period multiply, and normal
# precedence rules apply, so that a slash divides by the one unit behind it. astropy 8.0.2 divides by
# all that follows: it reads J/m2*s (and J/m2 s, km/s.Mpc) as J/(m2 s). WCSLIB, in the same package,
# reads J s/m2.
#
# Seen: seconds to the power -1 by astropy.units and +1 by astropy.wcs, of one CUNIT.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
import ctypes

import astropy.units
import astropy.wcs

LENGTH, TIME = 7, 8  # places of WCSLIB's powers of metre and second
wcslib = ctypes.CDLL(astropy.wcs._wcs.__file__)


def read_by_wcslib(text):
    function, scale, powers = ctypes.c_int(), ctypes.c_double(), (ctypes.c_double * 17)()
    assert wcslib.wcsulexe(text.encode(), ctypes.byref(function), ctypes.byref(scale), powers, None) == 0
    return powers[LENGTH], powers[TIME]


def read_by_astropy(text):
    base = astropy.units.Unit(text, format="fits").decompose()
    powers = {unit.name: float(power) for unit, power in zip(base.bases, base.powers)}
    return powers.get("m", 0.0), powers.get("s", 0.0)


for text in ("m/kg2*s", "m/kg2 s", "m/kg2.s"):
    assert read_by_wcslib(text) == (1.0, 1.0)
    assert read_by_astropy(text) == (1.0, -1.0)
    print(text, "WCSLIB", read_by_wcslib(text), "astropy", read_by_astropy(text))
PYTHON
