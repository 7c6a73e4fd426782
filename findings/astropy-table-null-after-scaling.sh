#!/usr/bin/env bash
# FITS 4.0, section 7.3.2: TNULLn is a *stored* integer, before TSCALn and TZEROn. astropy 8.0.2's
# Table.read compares it with the scaled value: with TNULL1 = 10 and TSCAL1 = 2 the null (stored 10)
# comes out as 20, and the good stored 5 is masked, because 2 x 5 is 10.
#
# Seen: 20.0, masked, 12.0. By the standard: masked, 10.0, 12.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
import numpy as np
from astropy.table import Table


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


stored = np.array([10, 5, 6], ">i2").tobytes()
with open("table.fits", "wb") as file:
    file.write(
        table("BINTABLE", 2, 3, stored, ("TFORM1", "'I'"), ("TTYPE1", "'X'"), ("TSCAL1", "2.0"),
              ("TZERO1", "0.0"), ("TNULL1", "10"))
    )
column = Table.read("table.fits", hdu=1)["X"]
print(list(column))
assert column.mask.tolist() == [False, True, False]
assert column[0] == 20.0
assert column[2] == 12.0
PYTHON
