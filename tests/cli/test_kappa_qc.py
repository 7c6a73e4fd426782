"""``fitslint kappa qc`` as a process."""

import json

import jsonschema
import numpy as np
import pytest

from fitslint.config.schema_files import read_schema_text
from tests.cli.tool import run
from tests.pipeline.kappa.qc import sky


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    folder = tmp_path_factory.mktemp("qc")
    kappa = sky.lens(128, 2.0)[0] * sky.RATIO
    grid = sky.cards(128, 2.0)
    return sky.write(folder / "kappa.fits", kappa, grid=grid)


def qc(*arguments):
    done = run("kappa", "qc", *map(str, arguments))
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def test_an_honest_map_with_page_and_report(honest, tmp_path):
    report = tmp_path / "own.json"
    code, out, _ = qc(honest, "--out", tmp_path / "out", "--json", report, "--also", honest)
    assert code == 0
    assert out.rstrip().split("\n")[-1].startswith(f"{honest}: pass")
    jsonschema.validate(
        json.loads(report.read_text()), json.loads(read_schema_text("kappa-qc-1.0.0.json"))
    )
    names = {one.name for one in (tmp_path / "out").iterdir()}
    figures = {f"qc-{name}.{end}" for name in ("kappa", "band") for end in ("png", "svg")}
    assert names - figures == {"qc.html", "qc.json", "kappa_band_width.fits"}


def test_a_line_that_fails_is_exit_1(honest):
    code, out, _ = qc(honest, "--centre", "197.873,-1.35", "--json", "-")
    assert code == 1
    report = json.loads(out)
    failed = [line["code"] for line in report["lines"] if line["verdict"] == "fail"]
    assert failed == ["c.peak"]


def test_what_cannot_be_read_is_exit_3_with_a_sentence(tmp_path, honest):
    broken = tmp_path / "a\x1b[31m.fits"
    broken.write_bytes(b"no")
    for arguments in ((broken,), (honest, "--xray", broken)):
        code, out, err = qc(*arguments)
        assert (code, out) == (3, "")
        assert err.startswith("fitslint: ")
        assert err.count("\n") == 1
        assert "\x1b" not in err


def test_a_centre_that_is_none_is_a_usage_error(honest):
    assert qc(honest, "--centre", "197.873")[0] == 2


def test_control_characters_of_files_do_not_reach_the_terminal(honest, tmp_path):
    members = tmp_path / "m.cat"
    members.write_bytes(b"#REFERENCE 0\n\x1b[31mA 197.873 -1.340997 1 1 0 18 0\n")
    code, out, _ = qc(honest, "--members", members)
    assert code == 0
    assert "\x1b" not in out
    assert "\\x1b[31mA" in out


def test_a_blank_map_is_exit_1(tmp_path):
    path = sky.plain(tmp_path / "k.fits", np.zeros((32, 32)), sky.cards(32))
    code, out, _ = qc(path)
    assert code == 1
    assert "every pixel is zero" in out
