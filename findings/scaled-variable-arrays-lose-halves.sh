#!/usr/bin/env bash
# A variable-length column 1PI with TSCAL1 = 0.5 and TZERO1 = 10, stored 1 and 3, is 10.5 and 11.5
# (FITS 4.0, section 7.3.5: scaling holds for the elements). astropy 8.0.2 and fitsio 1.4.2 both
# scale and then drop the fraction.
#
# Seen: 10 and 11 from both. The same numbers in a column of fixed length are right in astropy.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6 fitsio==1.4.2
venv/bin/python - <<'PYTHON'
import fitsio
import numpy as np
from astropy.io import fits


def card(keyword, value):
    return f"{keyword:<8}= {value:>20}".ljust(80).encode()


def header(*cards):
    text = b"".join(cards) + b"END".ljust(80)
    return text + b" " * (-len(text) % 2880)


def table(kind, width, rows, data, *columns, heap=0):
    primary = header(card("SIMPLE", "T"), card("BITPIX", "8"), card("NAXIS", "0"))
    extension = header(
        card("XTENSION", f"'{kind:<8}'"), card("BITPIX", "8"), card("NAXIS", "2"),
        card("NAXIS1", str(width)), card("NAXIS2", str(rows)), card("PCOUNT", str(heap)),
        card("GCOUNT", "1"), card("TFIELDS", "1"), *(card(*column) for column in columns),
    )
    fill = b" " if kind == "TABLE" else bytes(1)
    return primary + extension + data + fill * (-len(data) % 2880)


scaling = (("TTYPE1", "'X'"), ("TSCAL1", "0.5"), ("TZERO1", "10.0"))
stored = np.array([1, 3], ">i2").tobytes()
heap = np.array([2, 0], ">i4").tobytes() + stored
with open("variable.fits", "wb") as file:
    file.write(table("BINTABLE", 8, 1, heap, ("TFORM1", "'1PI(2)'"), *scaling, heap=4))
with open("fixed.fits", "wb") as file:
    file.write(table("BINTABLE", 4, 1, stored, ("TFORM1", "'2I'"), *scaling))
read = {}
for name in ("variable", "fixed"):
    with fits.open(f"{name}.fits") as hdus:
        read[f"astropy, {name}"] = hdus[1].data["X"][0].tolist()
read["fitsio, variable"] = fitsio.read("variable.fits", ext=1)["X"][0].tolist()
print(read)
assert read == {
    "astropy, variable": [10, 11], "astropy, fixed": [10.5, 11.5], "fitsio, variable": [10.0, 11.0]
}
PYTHON
