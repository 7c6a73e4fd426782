#!/usr/bin/env bash
# astropy 8.0.2 reads a complex column with TSCALn and TZEROn as real numbers: the imaginary part is
# gone (numpy warns of a discarded part). Stored 1+2i with TSCAL1 = 2 and TZERO1 = 10.
#
# Seen: 12.0 of type float64. fitsio 1.4.2 gives 12+4i.
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


stored = np.array([1 + 2j], ">c8").tobytes()
with open("table.fits", "wb") as file:
    file.write(
        table("BINTABLE", 8, 1, stored, ("TFORM1", "'C'"), ("TTYPE1", "'X'"), ("TSCAL1", "2.0"),
              ("TZERO1", "10.0"))
    )
with fits.open("table.fits") as hdus:
    by_astropy = hdus[1].data["X"][0]
by_fitsio = fitsio.read("table.fits", ext=1)["X"][0]
print(repr(by_astropy), repr(by_fitsio))
assert by_astropy.dtype == np.float64
assert by_astropy == 12.0
assert by_fitsio == 12 + 4j
PYTHON
