"""The formats for services and browsers from the command line."""

import json
import os

import pytest

from fitslint.report.registry import FORMAT_NAMES
from tests.cli.tool import check
from tests.engine.test_run import BAD, fits
from tests.report import reading

HOSTILE = b"COMMENT \x1b ]]> ::error::x %0A </script><script>"


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """More files than one process takes."""
    folder = tmp_path_factory.mktemp("night")
    for number in range(150):
        cards = [(), (BAD,), (HOSTILE, BAD)][number % 3]
        (folder / f"{number:03}.fits").write_bytes(fits(*cards))
    (folder / "x,y:%0A\n::error::.fits").write_bytes(fits(BAD))
    (folder / os.fsdecode(b"\xff<b>.fits")).write_bytes(fits(BAD))
    return folder


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_a_report_does_not_hang_on_the_number_of_workers(night, name):
    one, two = (check("--output", name, "--jobs", jobs, cwd=night) for jobs in ("1", "2"))
    assert one.returncode == two.returncode == 1
    assert one.stdout == two.stdout
    assert one.stdout
    assert b"\x1b" not in one.stdout


def test_every_format_is_whole_in_a_file(night, tmp_path):
    names = [name for name in FORMAT_NAMES if name != "full"]
    words = [f"--output={name}={tmp_path / name}" for name in names]
    assert check(*words, cwd=night).returncode == 1
    texts = {name: (tmp_path / name).read_text("utf-8") for name in names}
    paths = {file["path"] for file in json.loads(texts["json"])["files"]}
    assert {name for name, _ in reading.read_junit(texts["junit"])} >= {"./000.fits"} & paths
    found = sum(json.loads(texts["json"])["summary"]["severity"].values())
    assert len(reading.read_sarif(texts["sarif"])) == found
    assert len(reading.read_gitlab(texts["gitlab"])) == found
    assert len(reading.read_github(texts["github"])) == found
    assert reading.Page(texts["html"]).counts["article"] == found


def test_an_interrupted_log_says_so():
    from fitslint.engine.tally import Tally
    from fitslint.report.registry import create_reporter
    from fitslint.report.reporter import Summary

    end = Summary(Tally(), interrupted=True)
    form = create_reporter("sarif")
    log = json.loads(form.render_start() + form.render_end(end, any_file=False))
    assert log["runs"][0]["invocations"] == [{"executionSuccessful": False}]


@pytest.mark.parametrize("name", ["concise", "github", "gitlab", "junit"])
def test_infos_that_are_left_out_are_counted(night, name):
    done = check("--output", name, "--severity", "VF110=info", cwd=night)
    assert b"infos not shown (--show-infos)" in done.stderr
    assert b"VF110" not in done.stdout
    done = check("--output", name, "--severity", "VF110=info", "--show-infos", cwd=night)
    assert b"VF110" in done.stdout
