"""What is said of redundant, deprecated and malformed forms names the programs that go elsewhere.

The programs were asked where they put the pixels of small images: ``readers-wcs.tsv``.
"""

import csv

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes
from tests.wcs.test_conversions import make_row

FORMS = (
    "L03", "L04", "L05", "L07", "L08", "L09", "L10", "L12", "L13", "L14", "L15", "L16",
    "L23", "L35", "L36", "L37", "F02", "F05", "F07", "F08", "F10", "F12", "F19", "F22", "F23",
    "F24", "F25", "F26", "F29", "P06", "P07", "J09", "J10", "J14", "D05", "D06", "D08", "D10",
    "S06",
)  # fmt: skip
"""Rows of two forms beside each other, of old names, and of what the standard does not have."""
FAR = 1.0
"""Arcsec."""
UNTOLD = {"S06": {"AST", "DS9", "WCSTools", "IDL", "CFITSIO"}}
"""Programs that are elsewhere for another reason: helioprojective arcsec taken for degrees."""


@pytest.fixture(scope="module")
def rows(shared):
    table = shared / "spec" / "readers-wcs.tsv"
    if not table.is_file():
        pytest.skip(f"{table} is not there")
    with table.open(encoding="utf-8") as lines:
        return {row["id"][:3]: row for row in csv.DictReader(lines, delimiter="\t")}


def list_elsewhere(row):
    """The programs that put a pixel more than an arcsec from its right reading."""
    found = set()
    for column, text in row.items():
        name = column.removesuffix(" [arcsec]").removesuffix("-nofix")
        if name != column and text.replace(".", "").isdigit() and float(text) > FAR:
            found.add(name)
    return found


@pytest.mark.parametrize("name", FORMS)
def test_a_message_names_the_programs_that_go_elsewhere(rows, name):
    findings = Linter(Settings()).lint(read_bytes(make_row(rows[name]), "a.fits")).findings
    said = " ".join(one.message for one in findings)
    assert findings
    silent = {one for one in list_elsewhere(rows[name]) if one not in said}
    assert silent <= UNTOLD.get(name, set())
