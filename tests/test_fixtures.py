"""The committed fixtures are what their script makes, and the command line says what it should."""

from __future__ import annotations

import importlib.util
import json

import pytest

from tests.cli.tool import run

TOTAL_MAX = 3_100_000
DEPRECATED = "MK116"
"""Random groups are legal, and no new file should have them."""


@pytest.fixture(scope="module")
def made(root):
    spec = importlib.util.spec_from_file_location("make_fixtures", root / "fixtures" / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.files()


@pytest.fixture(scope="module")
def expected(root):
    return json.loads((root / "fixtures" / "expected.json").read_text("utf-8"))


def checked(*arguments):
    """Exit status and JSON report of ``fitslint check``."""
    done = run("check", "--output", "json", *arguments)
    return done.returncode, json.loads(done.stdout)


def named(folder):
    """A folder, and the parameter files in it: those are taken only when they are named."""
    return [str(folder), *sorted(map(str, folder.glob("*.par")))]


def test_committed_fixtures_are_what_the_script_makes(made, root):
    committed = {
        str(path.relative_to(root / "fixtures")): path.read_bytes()
        for folder in ("good", "bad")
        for path in (root / "fixtures" / folder).iterdir()
    }
    committed["expected.json"] = (root / "fixtures" / "expected.json").read_bytes()
    assert sorted(committed.keys() ^ made.keys()) == []
    assert [path for path, data in made.items() if committed[path] != data] == []
    assert sum(map(len, made.values())) < TOTAL_MAX


def test_good_fixtures_have_no_error(root):
    status, report = checked(*named(root / "fixtures" / "good"))
    found = [
        (file["path"], finding["code"], finding["message"])
        for file in report["files"]
        for finding in file["findings"]
        if finding["severity"] == "error"
    ]
    assert found == []
    assert status == 0


def test_headers_as_instruments_write_them_are_quiet(root):
    """The realistic ones have nothing that is worth a warning either."""
    folder = root / "fixtures" / "good"
    names = [str(path) for path in folder.iterdir() if not path.name[:2].isupper()]
    assert len(names) > 10
    status, report = checked(*names)
    found = [
        (file["path"].rpartition("/")[2], finding["code"], finding["message"])
        for file in report["files"]
        for finding in file["findings"]
        if finding["severity"] != "info" and finding["code"] != DEPRECATED
    ]
    assert found == []
    assert status == 0


def test_bad_fixtures_give_what_is_expected(root, expected):
    status, report = checked(*named(root / "fixtures" / "bad"))
    assert status in (1, 3)
    found = {file["path"].rpartition("/")[2]: file["findings"] for file in report["files"]}
    assert expected
    for name, wanted in expected.items():
        assert wanted, name
        codes = {one["code"] for one in wanted}
        told = [
            {field: one[field] for field in wanted[0]}
            for one in found[name]
            if one["code"] in codes
        ]
        assert told == wanted, name
