#!/usr/bin/env bash
# FITS 4.0, section 7.2.5: in a field F8.3 of an ASCII table without a decimal point, the point stands
# before the last three digits (deprecated, but it holds). fitsio 1.4.2 (CFITSIO) reads 1234567 as
# 1234.567, astropy 8.0.2 as 1234567: one valid file, two values a thousandfold apart.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6 fitsio==1.4.2
venv/bin/python - <<'PYTHON'
import fitsio
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


with open("table.fits", "wb") as file:
    file.write(
        table("TABLE", 8, 1, b" 1234567", ("TBCOL1", "1"), ("TFORM1", "'F8.3'"), ("TTYPE1", "'X'"))
    )
with fits.open("table.fits") as hdus:
    by_astropy = float(hdus[1].data["X"][0])
by_fitsio = float(fitsio.read("table.fits", ext=1)["X"][0])
print(by_astropy, by_fitsio)
assert by_astropy == 1234567.0
assert by_fitsio == 1234.567
PYTHON
