"""What is asked of maps and cannot be: one sentence, and no file that was there is touched."""

from pathlib import Path

import pytest
from astropy.io import fits

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.maps import grid as maps_grid
from fitslint.pipeline.kappa.maps import make_maps, run_map_plan
from fitslint.pipeline.kappa.maps.plan import build_lenstool_grid, plan_runmode_maps
from fitslint.pipeline.kappa.maps.spec import MapSpec
from fitslint.pipeline.kappa.reading import load_model
from tests.pipeline.kappa.maps.sample import clean, par


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("../../up.fits", "up.fits"), ("/etc/absolute.fits", "absolute.fits"),
        ("deep/er/kappa.fits", "kappa.fits"), ("..\\..\\win.fits", "win.fits"), ("2.0", "2.0"),
        ("-rf", "-rf"),
    ],
)  # fmt: skip
def test_names_stay_in_the_folder(tmp_path, name, written):
    model = load_model(par(tmp_path, f"  mass 1 21 0 {name}"))
    folder = tmp_path / "a" / "b" / "out"
    (made,) = run_map_plan(plan_runmode_maps(model, folder))
    assert Path(made.path) == folder / written
    there = {one for one in tmp_path.rglob("*") if one.is_file()}
    assert there == {tmp_path / "model.par", folder / written}


@pytest.mark.parametrize("name", ["..", ".", "a/", "x" * 300, "a\x1b[31mb", "a\x7fb"])
def test_names_that_are_none(tmp_path, name):
    path = par(tmp_path, f"  mass 1 21 0 {name}")
    with pytest.raises(PipelineError) as error:
        plan_runmode_maps(load_model(path), tmp_path / "out")
    assert f"{path}" in str(error.value)


def test_two_maps_of_one_name(tmp_path):
    lines = "  mass 1 21 0 a/k.fits\n  shear 1 21 2 b/K.fits"
    model = load_model(par(tmp_path, lines))
    with pytest.raises(PipelineError, match=r"two maps .*lines 3 and 4"):
        plan_runmode_maps(model, tmp_path)


def test_the_model_is_not_written_over(tmp_path):
    model = load_model(par(tmp_path, "  mass 1 21 0 model.par"))
    with pytest.raises(PipelineError, match="over it"):
        plan_runmode_maps(model, tmp_path)


def test_an_existing_file_stays(tmp_path):
    model = load_model(par(tmp_path, "  mass 1 21 0 k.fits"))
    (tmp_path / "k.fits").write_text("mine")
    orders = plan_runmode_maps(model, tmp_path)
    with pytest.raises(PipelineError, match="--overwrite"):
        run_map_plan(orders)
    assert (tmp_path / "k.fits").read_text() == "mine"
    (made,) = run_map_plan(orders, overwrite=True)
    clean(made.path)


@pytest.mark.parametrize("line", ["ampli -1 21 2 a.fits", "ampli 4 21 2 a.fits", "mass 7 21 0 m"])
def test_modes_that_are_not_supported_are_named(tmp_path, line):
    model = load_model(par(tmp_path, f"  {line}"))
    with pytest.raises(PipelineError) as error:
        plan_runmode_maps(model, tmp_path)
    assert "model.par:3: `" + " ".join(line.split()[:2]) in str(error.value)


def test_a_field_of_a_thousand_million_pixels(tmp_path):
    model = load_model(par(tmp_path, "  mass 1 40000 0 k.fits"))
    orders = plan_runmode_maps(model, tmp_path / "out")
    with pytest.raises(PipelineError, match=r"40000 by 40000 pixels .* GiB .*--yes") as caught:
        run_map_plan(orders)
    assert (caught.value.path, caught.value.line) == (model.path, model.outputs[0].line)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("size", [2**26, 2**22, 2**31 - 1])
def test_a_field_beyond_any_memory(tmp_path, size):
    model = load_model(par(tmp_path))
    grid = build_lenstool_grid(model, MapSpec("kappa"), size)
    with pytest.raises(PipelineError, match="memory"):
        make_maps(model, ["kappa"], grid, z_source=2.0, folder=tmp_path, allow_large=True)


def test_a_model_without_a_place_on_the_sky(tmp_path):
    path = par(tmp_path, "  mass 1 21 0 k.fits", reference="verbose 0")
    model = load_model(path)
    with pytest.raises(PipelineError, match="no `reference`"):
        maps_grid.build_gnomonic_grid(model)
    (made,) = run_map_plan(plan_runmode_maps(model, tmp_path))
    clean(made.path)
    assert fits.getheader(made.path)["CTYPE1"] == "LINEAR"
