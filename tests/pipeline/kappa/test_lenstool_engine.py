"""Lenstool as the engine: a stand-in for the program behaves, crashes, hangs and lies."""

import os
import stat
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

import fitslint
from fitslint.lenstool.parse import parse_parameter_file
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.lenstool_engine.run import make_lenstool_maps
from fitslint.pipeline.kappa.maps.plan import build_lenstool_grid, plan_maps, plan_runmode_maps
from fitslint.pipeline.kappa.maps.spec import build_product_specs
from fitslint.pipeline.kappa.reading import load_model
from tests.cli.tool import run
from tests.pipeline.kappa.maps.sample import par, two_planes

PROGRAM = """\
#!{python}
import gzip, os, pathlib, shutil, sys, time
print("Lenstool version 6.8.1")
assert sys.argv[1:] == ["model.par", "-n"], sys.argv
text = pathlib.Path("model.par").read_text()
lines = [line.split() for line in text.splitlines()]
pathlib.Path({log!r}).open("a").write(text)
while ["fini"] not in lines or not any(line[:1] == ["nlens"] or line[:1] == ["nlentille"]
                                       for line in lines):
    time.sleep(1)
for line in lines:
    for file in line[2:] if line[0] == "filein" else ():
        assert pathlib.Path(file).is_file(), file
number = {{("mass", "1"): "mass1", ("mass", "4"): "mass4", ("shear", "3"): "shear3",
          ("shear", "4"): "shear4", ("ampli", "5"): "ampli5", ("dpl", "1"): "dplx"}}
for line in lines:
    name = number.get(tuple(line[:2]))
    if name is None:
        continue
    for file in line[4:]:
        source = pathlib.Path({maps!r}) / (name + ".fits")
        shutil.copy(source, file)
{then}
"""


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Puts a program called lenstool on PATH; gives the file where it writes what it reads."""
    folder = tmp_path / "bin"
    folder.mkdir()
    log = tmp_path / "read.txt"

    def make(maps, then="", whole=None):
        program = folder / "lenstool"
        text = PROGRAM.format(python=sys.executable, log=str(log), maps=str(maps), then=then)
        program.write_text(f"#!{sys.executable}\n{whole}" if whole else text)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return log

    return make


@pytest.fixture
def oracle(shared, tmp_path):
    """Lenstool's maps of a model, unpacked."""

    def unpack(name):
        folder = tmp_path / f"maps-{name}"
        folder.mkdir()
        for path in (shared / "oracle/lenstool" / name).glob("*.fits.gz"):
            with fits.open(path) as hdus:
                hdus.writeto(folder / path.name.removesuffix(".gz"))
        return shared / "oracle/lenstool" / name, folder

    return unpack


@pytest.mark.parametrize("name", ["mass1", "mass4", "shear3", "shear4", "ampli5"])
def test_maps_of_lenstool_get_a_header_and_agree(oracle, stand_in, tmp_path, name):
    folder, maps = oracle("t81_ell")
    log = stand_in(maps)
    orders = plan_runmode_maps(load_model(folder / f"{name}.par"), tmp_path / "out")
    (made,), (compared,) = make_lenstool_maps(orders, limit=60)
    assert made.ok
    assert compared.ok
    assert compared.deviation < 1e-6
    assert "they agree" in compared.sentence
    header, data = fits.getheader(made.path), fits.getdata(made.path)
    assert header["ENGINE"] == "lenstool 6.8.1"
    assert header["GRIDCONV"] == "linear"
    assert "RADECSYS" not in header
    np.testing.assert_array_equal(data, fits.getdata(maps / f"{name}.fits"))
    assert not fitslint.check(made.path, profile="products").findings
    asked = parse_parameter_file(log.read_bytes(), "model.par")
    assert asked.has_fini
    assert not asked.faults
    assert asked.find_statement("grille", "nlentille").arguments[0].text == "1"
    assert [one.text for one in asked.find_statement("cosmologie", "H0").arguments] == ["70.0"]
    assert asked.find_statement("champ", "xmin").arguments[0].text == "-128.0"


def test_catalogues_are_beside_the_corrected_file(oracle, stand_in, tmp_path):
    folder, maps = oracle("a1689like")
    log = stand_in(maps)
    orders = plan_runmode_maps(load_model(folder / "mass1.par"), tmp_path / "out")
    (made,), (compared,) = make_lenstool_maps(orders, limit=60)
    assert made.ok
    assert compared.deviation < 1e-6
    text = log.read_text()
    assert "filein 3 members1.cat" in text
    assert "/" not in text
    with_it = load_model(folder / "mass1.par")
    assert f"nlentille {len(with_it.lenses)}\n" in text


def test_the_corrected_file_is_the_same_model(oracle, stand_in, tmp_path):
    folder, maps = oracle("t12_nfw_c_rs")
    log = stand_in(maps)
    model = load_model(folder / "shear3.par")
    make_lenstool_maps(plan_runmode_maps(model, tmp_path / "out"), limit=60)
    again = tmp_path / "again.par"
    again.write_bytes(log.read_bytes())
    read = load_model(again)
    assert read.field == model.field
    assert read.cosmology == model.cosmology
    assert read.z_source == model.z_source
    assert read.reference == model.reference
    pairs = zip(read.lenses, model.lenses, strict=True)
    assert all((one.x, one.scale, one.z) == (other.x, other.scale, other.z) for one, other in pairs)


def test_products_by_name_take_as_many_runs_as_they_need(oracle, stand_in, tmp_path):
    folder, maps = oracle("t81_ell")
    log = stand_in(maps)
    model = load_model(folder / "mass1.par")
    wanted = build_product_specs(["kappa", "gamma1", "gamma2"], 2.0)
    orders = plan_maps(model, wanted, lambda one: build_lenstool_grid(model, one), tmp_path / "out")
    made, compared = make_lenstool_maps(orders, limit=60)
    assert [Path(one.path).name.split("_")[0] for one in made] == ["kappa", "gamma1", "gamma2"]
    assert all(one.deviation < 1e-6 for one in compared)
    assert log.read_text().count("fini") == 2


def test_a_known_bug_is_named_and_no_failure(stand_in, tmp_path):
    model = load_model(two_planes(tmp_path, "  dpl 1 21 2.0 x.fits y.fits"))
    maps = tmp_path / "maps"
    maps.mkdir()
    fits.PrimaryHDU(np.ones((21, 21), ">f4")).writeto(maps / "dplx.fits")
    stand_in(maps)
    _, compared = make_lenstool_maps(plan_runmode_maps(model, tmp_path / "out"), limit=60)
    assert all(one.ok and one.deviation > 1e-3 for one in compared)
    assert all("D_ls/D_s of the first lens" in one.sentence for one in compared)


def test_maps_that_differ(oracle, stand_in, tmp_path):
    folder, maps = oracle("t81_ell")
    with fits.open(maps / "mass1.fits", mode="update") as hdus:
        hdus[0].data[100, 200] *= 1.00001
    stand_in(maps)
    orders = plan_runmode_maps(load_model(folder / "mass1.par"), tmp_path / "out")
    _, (compared,) = make_lenstool_maps(orders, limit=60)
    assert not compared.ok
    assert compared.deviation == pytest.approx(1e-5, rel=0.1)
    assert "more than 1e-06" in compared.sentence


@pytest.mark.parametrize("agree", [True, False])
def test_the_command_compares_and_its_code_tells(oracle, stand_in, tmp_path, agree):
    folder, maps = oracle("t8_piemd")
    if not agree:
        with fits.open(maps / "mass1.fits", mode="update") as hdus:
            hdus[0].data *= 0.855
    stand_in(maps)
    done = run(
        "kappa", "maps", str(folder / "mass1.par"), "--engine", "lenstool", "--out", str(tmp_path)
    )
    assert done.returncode == (0 if agree else 1), done.stderr
    lines = done.stdout.decode().splitlines()
    assert lines[0].startswith(f"{tmp_path}/mass1.fits: kappa, 512 x 512, maximum")
    assert lines[-1].endswith("they agree" if agree else "1.45e-01: more than 1e-06")


FAILURES = {
    "crash": (None, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
    "error": (None, "print('Lens 3 is odd'); raise SystemExit(2)", "code 2.*Lens 3 is odd"),
    "no map": (None, "print('done')", "no map for `mass 1 21"),
    "hang": (None, "import time; time.sleep(60)", "did not end in 1 seconds"),
    "child": (None, "import subprocess; subprocess.run(['sleep', '60'])", "did not end in 1"),
    "talk": (None, "while True: print('x' * 9999)", "did not end in 1 seconds"),
    "no FITS": (None, "open('map1.fits', 'w').write('none')", "cannot be read"),
    "shape": ((20, 20), "", "map of 20 by 20 where 21 by 21"),
    "no image": ((), "", "the map of lenstool cannot be used: holds no image"),
}


@pytest.mark.long
@pytest.mark.parametrize("name", FAILURES)
def test_failures_are_sentences(stand_in, tmp_path, name):
    shape, whole, said = FAILURES[name]
    model = load_model(par(tmp_path, "  mass 1 21 0 k.fits"))
    maps = tmp_path / "maps"
    maps.mkdir()
    if shape is not None:
        data = np.ones(shape, ">f4") if shape else None
        fits.PrimaryHDU(data).writeto(maps / "mass1.fits")
    stand_in(maps, whole=whole)
    orders = plan_runmode_maps(model, tmp_path / "out")
    with pytest.raises(PipelineError, match=said):
        make_lenstool_maps(orders, limit=1 if "1 sec" in said or name == "child" else 60)
    assert not (tmp_path / "out").exists()


def test_without_the_program(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    model = load_model(par(tmp_path, "  mass 1 21 0 k.fits"))
    with pytest.raises(PipelineError, match="no program `lenstool` on PATH"):
        make_lenstool_maps(plan_runmode_maps(model, tmp_path / "out"), limit=60)


def test_what_lenstool_cannot_give(stand_in, tmp_path):
    stand_in(tmp_path)
    model = load_model(par(tmp_path))
    for product in ("gamma1", "deflection", "magnification"):
        wanted = build_product_specs([product], None)
        orders = plan_maps(model, wanted, lambda one: build_lenstool_grid(model, one, 21), tmp_path)
        with pytest.raises(PipelineError, match="no line for"):
            make_lenstool_maps(orders, limit=60)
    named = load_model(tmp_path / "model.par", cosmology="Planck18")
    wanted = build_product_specs(["kappa"], 2.0)
    orders = plan_maps(named, wanted, lambda one: build_lenstool_grid(named, one, 21), tmp_path)
    with pytest.raises(PipelineError, match="radiation"):
        make_lenstool_maps(orders, limit=60)
