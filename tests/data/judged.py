"""Files with data, made byte by byte, and what the rules on data say of them."""

from __future__ import annotations

import io

import numpy as np
from astropy.io import fits

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes

LINTER = Linter(Settings(data=True, profile="standard"))
DATA_CODES = frozenset(rule.code for rule in LINTER.rules.rules.values() if rule.scope == "data")


def judge(data, linter=LINTER):
    """The findings of rules on data, and of the sum of the header."""
    file = read_bytes(data, "x.fits", read_data=linter.make_data_reader(lambda count: None))
    report = linter.lint(file)
    assert report.not_judged == ()
    return [one for one in report.findings if one.code in DATA_CODES or one.code == "CK103"]


def tell(findings):
    """What stands in findings that a test compares."""
    return [(one.code, one.hdu, one.keyword) for one in findings]


def write(*hdus, checksum=True):
    """The bytes of a file that astropy writes."""
    stream = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), *hdus]).writeto(stream, checksum=checksum)
    return stream.getvalue()


def locate_data(data, hdu):
    """First byte of the data unit of an HDU that is counted from 1."""
    with fits.open(io.BytesIO(data)) as file:
        return file[hdu - 1].fileinfo()["datLoc"]


def build_table(*columns, **cards):
    """A binary table of (name, format, values) columns."""
    made = [fits.Column(name, form, array=values) for name, form, values in columns]
    table = fits.BinTableHDU.from_columns(made)
    for name, value in cards.items():
        table.header[name] = value
    return table


def put(data, at, new):
    """The bytes with others at one place."""
    return data[:at] + new + data[at + len(new) :]


def big(values, kind):
    """The big-endian bytes of numbers."""
    return np.array(values, kind).tobytes()
