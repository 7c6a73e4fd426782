"""``fitslint kappa run``: steps, resuming, exit codes, sentences."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest

from fitslint import check
from fitslint.cli.main import main
from fitslint.pipeline.run.lock import lock_folder
from tests.cli.tool import environment
from tests.patience import HANG

KILLED = Path(__file__).parents[1] / "pipeline/kappa/run/killed.py"
CONFIG = """\
[cluster]
name = "Abell 1689"

[[model]]
path = "a1689.par"

[maps]
grid = { pixel = 3, size = 50 }
products = ["kappa", "gamma1", "gamma2"]

[rescale]
sources = [2.0]
"""
EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}


@pytest.fixture
def folder(tmp_path):
    demo = files("fitslint.pipeline.kappa.demo")
    for name in ("a1689.par", "members.cat"):
        (tmp_path / name).write_bytes(demo.joinpath(name).read_bytes())
    (tmp_path / "a.toml").write_text(CONFIG)
    return tmp_path


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def called(capsys):
    """Calls the command line in this process: loading it takes longer than what is tested."""

    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        return Done(int(ended.value.code), *capsys.readouterr())

    return call


@pytest.fixture
def kappa_run(called):
    return lambda folder, *options: called("kappa", "run", folder / "a.toml", *options)


def told(done):
    """Status and name of every step."""
    lines = done.stdout.splitlines()
    return [(line[:10].strip(), line[11:35].strip()) for line in lines]


def products(folder):
    """Digest of every product by name."""
    out = folder / "products"
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


UNITS = ["maps zs1p0", "maps unity", "rescale zs2p0", "qc"]


@pytest.mark.long
def test_everything_once_and_only_once(folder, kappa_run):
    first = kappa_run(folder)
    assert first.returncode == 0, first.stderr
    assert told(first) == [("done", name) for name in UNITS]
    assert "\x1b" not in first.stdout + first.stderr
    made = products(folder)
    assert set(made) == {
        f"Abell1689/{name}"
        for name in (
            "kappa_obs_lenstool_zs1p0.fits", "gamma1_obs_lenstool_zs1p0.fits",
            "gamma2_obs_lenstool_zs1p0.fits", "kappa_obs_lenstool_unity.fits",
            "gamma1_obs_lenstool_unity.fits", "gamma2_obs_lenstool_unity.fits",
            "kappa_obs_lenstool_zs2p0.fits", "qc/qc.html", "qc/qc.json", "qc/thresholds.toml",
            "qc/qc-kappa.png", "qc/qc-kappa.svg", "qc/qc-residuals.png", "qc/qc-residuals.svg",
        )
    }  # fmt: skip
    for name in made:
        if name.endswith(".fits"):
            assert check(folder / "products" / name, profile="products").findings == []
    again = kappa_run(folder)
    assert told(again) == [("unchanged", name) for name in UNITS]
    assert products(folder) == made
    (folder / "members.cat").write_text((folder / "members.cat").read_text() + "\n")
    changed = kappa_run(folder, "--dry-run")
    assert told(changed)[0] == ("would run", "maps zs1p0")
    assert "members.cat changed" in changed.stdout
    assert products(folder) == made


def test_products_name_what_they_were_made_of(folder, kappa_run):
    kappa_run(folder, "--only", "maps")
    from fitslint.products.header_facts import read_facts

    facts = read_facts(folder / "products/Abell1689/kappa_obs_lenstool_zs1p0.fits")
    known = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("a1689.par", "members.cat")
    }
    assert dict(facts.inputs) == known


def children(*orders):
    done = subprocess.run(
        [sys.executable, str(KILLED), *map(str, orders)],
        capture_output=True, check=True, env=environment(**EPOCH), text=True, timeout=HANG,
    )  # fmt: skip
    return done.stdout


@pytest.mark.long
def test_killed_at_any_moment_the_next_run_completes_the_same_products(folder):
    (folder / "a.toml").write_text(CONFIG + "[qc]\nenabled = false\n")
    copies = [folder / str(number) for number in range(7)]
    for copy in copies:
        copy.mkdir()
        for name in ("a1689.par", "members.cat", "a.toml"):
            (copy / name).write_bytes((folder / name).read_bytes())
    # Killed at one place twice, then once more a little later, then left alone.
    parts = [number / len(copies) for number in range(len(copies))]
    orders = [f"{at / 'a.toml'}={n},{n},{n + 0.01},1" for n, at in zip(parts, copies, strict=True)]
    ended = children(folder / "a.toml", *orders)
    assert ended.count("ended 9") >= 2 * len(copies)
    wanted = products(folder)
    assert len(wanted) == 7
    for copy in copies:
        assert products(copy) == wanted
        left = {path.name for path in (copy / "products").iterdir()}
        assert left == {"Abell1689", ".fitslint-run.json", ".fitslint-run.lock"}


def test_a_second_run_in_the_folder_of_one_that_works(folder, kappa_run):
    with lock_folder(folder / "products"):
        done = kappa_run(folder)
    assert done.returncode == 3
    assert f"(process {os.getpid()})" in done.stderr


@pytest.mark.long
def test_a_map_that_fails_its_report_ends_with_1(folder, kappa_run):
    (folder / "a.toml").write_text(CONFIG + "[qc.thresholds]\npeak_offset = 1e-6\n")
    done = kappa_run(folder)
    assert done.returncode == 1
    assert told(done)[-1] == ("done", "qc")
    report = json.loads((folder / "products/Abell1689/qc/qc.json").read_text())
    assert report["verdict"] == "fail"
    again = kappa_run(folder)
    assert (again.returncode, told(again)[-1]) == (1, ("unchanged", "qc"))


def test_a_model_that_cannot_be_used_stops_what_needs_it(folder, kappa_run):
    text = CONFIG.replace('path = "a1689.par"', 'name = "one"\npath = "a1689.par"')
    text = text.replace("[maps]", '[[model]]\nname = "two"\npath = "none.par"\n[maps]')
    (folder / "a.toml").write_text(text)
    done = kappa_run(folder)
    assert done.returncode == 3
    assert told(done) == [
        ("done", "maps one zs1p0"), ("done", "maps one unity"), ("failed", "maps two zs1p0"),
        ("failed", "maps two unity"), ("done", "rescale one zs2p0"),
        ("left out", "rescale two zs2p0"), ("left out", "qc"),
    ]  # fmt: skip
    assert "none.par" in done.stderr


def test_two_models_and_everything_that_a_report_can_judge(folder, kappa_run, called):
    other = (folder / "a1689.par").read_text().replace("v_disp 1437.0", "v_disp 1400.0")
    (folder / "b.par").write_text(other)
    text = CONFIG.replace('path = "a1689.par"', 'name = "one"\npath = "a1689.par"')
    text = text.replace("[maps]", '[[model]]\nname = "two"\npath = "b.par"\n[maps]')
    names = '"gamma2", "gamma", "magnification", "surface-density"]'
    text = text.replace('"gamma2"]', f'{names}\nunits = ["msunpixel", "msunkpc2"]')
    text = text.replace('"Abell 1689"', '"Mine"\nredshift = 0.183\ncentre = [197.873, -1.341]')
    text = text.replace("pixel = 3", "pixel = 2").replace("[rescale]\nsources = [2.0]\n", "")
    (folder / "a.toml").write_text(text)
    done = kappa_run(folder)
    assert done.returncode == 0, done.stderr
    made = set(products(folder))
    assert "Mine/one/surfacedensity_obs_lenstool_msunpixel.fits" in made
    assert "Mine/two/kappa_obs_lenstool_zs1p0.fits" in made
    report = json.loads((folder / "products/Mine/one/qc/qc.json").read_text())
    verdicts = {line["code"]: line["verdict"] for line in report["lines"]}
    judged = ("a.ratio", "a.model", "c.peak", "d.modulus", "d.magnification", "d.mass", "f.band")
    assert {verdicts[code] for code in judged} == {"pass"}
    again = called(
        "kappa", "qc", str(folder / "products/Mine/one/kappa_obs_lenstool_zs1p0.fits"),
        "--config", str(folder / "products/Mine/one/qc/thresholds.toml"), "--cluster", "Mine",
        "--out", str(folder / "again"),
    )  # fmt: skip
    assert again.returncode == 0, again.stderr


@pytest.mark.long
def test_an_edited_product_is_not_written_over(folder, kappa_run, called):
    kappa_run(folder, "--only", "maps")
    place = folder / "products/Abell1689/kappa_obs_lenstool_zs1p0.fits"
    assert called("set", place, "OBJECT=mine", "--no-config").returncode == 0
    edited = place.read_bytes()
    done = kappa_run(folder, "--only", "maps")
    assert (done.returncode, told(done)[0][0]) == (3, "failed")
    assert "--force" in done.stderr
    assert place.read_bytes() == edited
    assert kappa_run(folder, "--only", "maps", "--force").returncode == 0
    assert place.read_bytes() != edited


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--only", "map"], "did you mean 'maps'"),
        (["--from", "x"], "'--from' is one of fetch, maps, rescale, qc"),
        (["--only", "maps", "--from", "qc"], "exclude each other"),
    ],
)
def test_options_that_make_no_sense(folder, kappa_run, options, said):
    done = kappa_run(folder, *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (folder / "products").exists()


def test_a_configuration_that_cannot_be_used_is_told_by_its_line(folder, kappa_run):
    (folder / "a.toml").write_text(CONFIG.replace("pixel = 3", "pixl = 3"))
    done = kappa_run(folder)
    assert done.returncode == 2
    assert done.stderr.startswith(f"fitslint: {folder / 'a.toml'}:8: maps.grid")


def test_the_printed_configuration_is_the_example(root, called):
    example = root / "fitslint/pipeline/kappa/run/example.toml"
    assert called("kappa", "new").stdout == example.read_text(encoding="utf-8")
