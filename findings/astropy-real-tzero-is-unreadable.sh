#!/usr/bin/env bash
# FITS 4.0, section 7.3.2: the value of TZEROn is a floating-point number. astropy 8.0.2 cannot read an
# unsigned 16-bit column whose TZERO1 is written as 32768.0; as the integer 32768 it can. fitsio 1.4.2
# reads both.
#
# Seen: UFuncTypeError for 32768.0 and 1 for 32768.
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


read = {}
for text in ("32768.0", "32768"):
    name = f"{text}.fits"
    data = table("BINTABLE", 2, 1, b"\x80\x01", ("TFORM1", "'I'"), ("TTYPE1", "'X'"),
                 ("TZERO1", text))
    with open(name, "wb") as file:
        file.write(data)
    try:
        with fits.open(name) as hdus:
            read[text] = int(hdus[1].data.field(0)[0])
    except TypeError as error:
        read[text] = type(error).__name__
    assert fitsio.read(name, ext=1)[0][0] == 1
print(read)
assert read == {"32768.0": "UFuncTypeError", "32768": 1}
PYTHON
