"""What programs read from the headers of the table of readers, by the number of the row."""

import csv

import pytest


@pytest.fixture(scope="module")
def rows(shared):
    table = shared / "spec" / "readers-wcs.tsv"
    if not table.is_file():
        pytest.skip(f"{table} is not there")
    with table.open(encoding="utf-8") as lines:
        return {row["id"][:3]: row for row in csv.DictReader(lines, delimiter="\t")}
