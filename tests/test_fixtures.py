"""The snapshot is what the script makes of the examples; the command line says what it should."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.cli.tool import run

TOTAL_MAX = 6_000_000
DEPRECATED = "MK116"
"""Random groups are legal, and no new file should have them."""


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


def test_the_snapshot_is_what_the_script_makes(make_fixtures, root):
    snapshot = (root / "fixtures" / "expected.json").read_text("utf-8")
    assert make_fixtures.build_expected() == snapshot


def test_the_script_writes_the_examples_into_a_folder(root, examples, expected, tmp_path):
    script = root / "fixtures" / "make.py"
    subprocess.run([sys.executable, str(script), str(tmp_path / "new")], check=True)
    written, ours = (
        {
            path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        for folder in (tmp_path / "new", examples)
    )
    assert written == ours
    assert sum(map(len, ours.values())) < TOTAL_MAX
    assert {path.name for path in (examples / "bad").iterdir()} >= set(expected)


def test_good_fixtures_have_no_error(examples):
    status, report = checked("--data", *named(examples / "good"))
    found = [
        (file["path"], finding["code"], finding["message"])
        for file in report["files"]
        for finding in file["findings"]
        if finding["severity"] == "error"
    ]
    assert found == []
    assert status == 0


def test_headers_as_instruments_write_them_are_quiet(examples):
    """The realistic ones have nothing that is worth a warning either."""
    folder = examples / "good"
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


def test_bad_fixtures_give_what_is_expected(examples, expected):
    status, report = checked("--data", *named(examples / "bad"))
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
