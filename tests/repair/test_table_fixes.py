"""Repairs of columns are safe only where no reader's value changes.

What a dozen readers gave for such tables before and after each repair decided the safety of the
repairs; astropy and fitsio are asked again.
"""

from __future__ import annotations

import warnings

import fitsio
import numpy as np
import pytest
from astropy.io import fits

import fitslint


def number(keyword: str, text: str) -> str:
    return f"{keyword:<8}= {text:>20}".ljust(80)


def string(keyword: str, text: str) -> str:
    return f"{keyword:<8}= '{text:<8}'".ljust(80)


def block(cards: list[str]) -> bytes:
    text = "".join([*cards, "END".ljust(80)])
    return (text + " " * (-len(text) % 2880)).encode()


def table(columns: dict[str, str], row: bytes, kind: str = "BINTABLE") -> bytes:
    """A file with one table of one row; values that are quoted are strings."""
    primary = [number("SIMPLE", "T"), number("BITPIX", "8"), number("NAXIS", "0")]
    sizes = {"BITPIX": 8, "NAXIS": 2, "NAXIS1": len(row), "NAXIS2": 1, "PCOUNT": 0, "GCOUNT": 1}
    cards = [string("XTENSION", kind), *(number(name, str(value)) for name, value in sizes.items())]
    cards += [number("TFIELDS", "2")]
    for name, value in columns.items():
        text = value.strip("'")
        cards.append(string(name, text) if value != text else number(name, text))
    fill = b" " if kind == "TABLE" else b"\0"
    return block(primary) + block(cards) + row + fill * (-len(row) % 2880)


NAMES = {"TTYPE1": "'A'", "TFORM1": "'J'", "TTYPE2": "'Z'", "TFORM2": "'J'"}
SHORT = {**NAMES, "TFORM1": "'I'"}
TEXT = {**NAMES, "TFORM1": "'I8'", "TFORM2": "'I8'", "TBCOL1": "1", "TBCOL2": "10"}
LONG_ROW = np.array([-99, 7], ">i4").tobytes()
SHORT_ROW = np.array([4], ">i2").tobytes() + np.array([7], ">i4").tobytes()
TEXT_ROW = b"     -99        7 "
TABLES = {
    "TNULL as a string": ("VF118", "unsafe", {**NAMES, "TNULL1": "'-99'"}, LONG_ROW, ""),
    "TZERO as a string": ("VF118", "unsafe", {**SHORT, "TSCAL1": "'1'", "TZERO1": "'32768'"},
                          SHORT_ROW, ""),
    "exponent D of TSCAL": ("VF111", "unsafe", {**SHORT, "TSCAL1": "1.5D0"}, SHORT_ROW, ""),
    "TNULL of a text table": ("RK101", "unsafe", {**TEXT, "TNULL1": "-99"}, TEXT_ROW, "TABLE"),
    "TNULL01": ("KN105", "unsafe", {**NAMES, "TNULL01": "-99"}, LONG_ROW, ""),
    "tnull1": ("KN102", "unsafe", {**NAMES, "tnull1": "-99"}, LONG_ROW, ""),
    "TNULL out of range": ("TB116", "unsafe", {**SHORT, "TNULL1": "99999"}, SHORT_ROW, ""),
    "TBCOL as a string": ("VF118", "safe", {**TEXT, "TBCOL1": "'1'"}, TEXT_ROW, "TABLE"),
    "TTYPE as a number": ("RK101", "safe", {**NAMES, "TTYPE1": "5"}, LONG_ROW, ""),
    "small letter of TFORM": ("TB102", "safe", {**NAMES, "TFORM1": "'j'"}, LONG_ROW, ""),
    "small letter in a text table": ("TB130", "safe", {**TEXT, "TFORM1": "'f8.3'"}, TEXT_ROW,
                                     "TABLE"),
    "TZERO as a real": ("TB139", "safe", {**SHORT, "TSCAL1": "1.0", "TZERO1": "32768.0"},
                        SHORT_ROW, ""),
}  # fmt: skip


def readings(path: str) -> dict[str, object]:
    """The first row as two readers give it; nothing of one that refuses the table."""
    found: dict[str, object] = {}
    with warnings.catch_warnings(action="ignore"):
        for name, read in (("astropy", lambda: fits.getdata(path, 1)),
                           ("fitsio", lambda: fitsio.read(path, ext=1))):  # fmt: skip
            try:
                found[name] = [value.item() for value in read()[0]]
            except Exception:  # whatever a reader raises is a refusal
                continue
    return found


@pytest.mark.parametrize("name", TABLES)
def test_a_repair_is_as_safe_as_readers_make_it(tmp_path, name):
    code, safety, columns, row, kind = TABLES[name]
    path = tmp_path / "x.fits"
    path.write_bytes(table(columns, row, kind or "BINTABLE"))
    fixes = [
        one.fix.safety for one in fitslint.check(path).findings if one.code == code and one.fix
    ]
    assert fixes and set(fixes) == {safety}

    before = readings(str(path))
    fitslint.fix(path)
    after = readings(str(path))
    assert {reader: after.get(reader) for reader in before} == before
    remaining = {one.code for one in fitslint.check(path).findings}
    assert (code in remaining) == (safety == "unsafe")
