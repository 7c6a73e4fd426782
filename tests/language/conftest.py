"""The tables of Japanese sentences."""

import tomllib

import pytest

from tests.language.spoken import PACKAGE

TABLES = PACKAGE / "language" / "ja"


def load_tables(folder):
    tables = [tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))]
    found = {english: text for table in tables for english, text in table.items()}
    assert sum(map(len, tables)) == len(found), "an English text stands in two tables"
    return found


@pytest.fixture(scope="session")
def sentences():
    """What is said by :mod:`fitslint.text`."""
    return load_tables(TABLES)


@pytest.fixture(scope="session")
def raised():
    """What is put together where an error is raised."""
    return load_tables(TABLES / "raised")
