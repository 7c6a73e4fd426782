#!/usr/bin/env bash
# Random groups (FITS 4.0, section 6.1.2): PTYPEn, PSCALn and PZEROn describe the parameters of a
# group, n from 1 to PCOUNT; GCOUNT is the number of groups. fitsverify 4.20 (Debian 4.20-4+b1)
# holds n against GCOUNT.
#
# Seen: a file of one group with two parameters is an error ("PTYPE2: invalid index 2 (> GCOUNT = 1)"),
# and one of three groups with two parameters and a PTYPE3, of which there is no parameter, has none.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
command -v fitsverify >/dev/null || { apt-get update -qq; apt-get install -qq -y fitsverify; } >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
import subprocess

import numpy as np
from astropy.io import fits


def write(name, groups, described):
    """Groups of two parameters and three pixels; ``described`` parameters have a PTYPEn."""
    head = {
        "SIMPLE": True, "BITPIX": -32, "NAXIS": 2, "NAXIS1": 0, "NAXIS2": 3, "GROUPS": True,
        "PCOUNT": 2, "GCOUNT": groups,
    }  # fmt: skip
    cards = [fits.Card(key, value).image for key, value in head.items()]
    for n in range(1, described + 1):
        for key, value in ((f"PTYPE{n}", f"P{n}"), (f"PSCAL{n}", 1.0), (f"PZERO{n}", 0.0)):
            cards.append(fits.Card(key, value).image)
    header = "".join([*cards, "END".ljust(80)])
    header = header.ljust(-(-len(header) // 2880) * 2880).encode("ascii")
    data = np.arange(5 * groups, dtype=">f4").tobytes()
    with open(name, "wb") as file:
        file.write(header + data.ljust(2880, b"\0"))


def verify(name):
    done = subprocess.run(["fitsverify", name], capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    return [line.strip() for line in output.splitlines() if line.startswith("*** Error")]


write("valid.fits", groups=1, described=2)
with fits.open("valid.fits") as hdus:
    assert [float(hdus[0].data.par(name)[0]) for name in ("P1", "P2")] == [0.0, 1.0]
valid = verify("valid.fits")
write("surplus.fits", groups=3, described=3)
surplus = verify("surplus.fits")
print(valid, surplus)
assert any("PTYPE2: invalid index 2 (> GCOUNT = 1)" in line for line in valid)
assert surplus == []
PYTHON
