"""The cluster of the demonstration, and the ten ways to break a header."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from fitslint import check, fix
from fitslint.pipeline.demo_folder import MARK_NAME
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.demo import breaks
from fitslint.pipeline.kappa.demo.folder import FILE_NAMES, prepare_folder
from fitslint.pipeline.kappa.demo.make_model import build_members, build_model
from fitslint.pipeline.kappa.reading import load_model
from fitslint.pipeline.kappa.run.load import load_run_config
from fitslint.products.conform import conform
from fitslint.products.write import write_product

HERE = files("fitslint.pipeline.kappa.demo")
SAFE = {"CDELT1", "RADESYS", "EQUINOX", "H0"}
"""The breaks that have one reading only."""


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "kappa.fits"
    write_product(
        path, np.arange(9.0).reshape(3, 3), "kappa", zlens=0.183, zsource=1.0,
        normalisation="source", cosmology="70,0.3,0.7", object="Abell 1689",
        center=(197.873, -1.341), scale=0.5, gridconv="tan", model=str(HERE.joinpath("a1689.par")),
    )  # fmt: skip
    return path.read_bytes()


def test_the_model_is_what_its_script_makes():
    assert HERE.joinpath("a1689.par").read_text() == build_model()
    assert HERE.joinpath("members.cat").read_text() == build_members()


def test_nothing_is_to_be_said_of_the_model():
    path = str(HERE.joinpath("a1689.par"))
    assert check(path).findings == []
    found = load_model(path)
    assert found.notes == ()
    assert sum(lens.is_member for lens in found.lenses) == 120
    assert len(found.lenses) == 124


def test_every_break_is_found_and_repaired(good):
    bad = breaks.break_header(good)
    assert len(breaks.BREAKS) == 10
    assert len(bad) % 2880 == 0
    assert check(good, profile="products").findings == []
    fixed = fix(bad)
    assert fixed.changed
    done = conform(fixed.data, "kappa", object="Abell 1689")
    assert done.ok
    assert check(done.data, profile="products").findings == []


@pytest.mark.parametrize("one", breaks.BREAKS, ids=lambda one: one.keyword)
def test_each_break_alone(good, one, monkeypatch):
    monkeypatch.setattr(breaks, "BREAKS", (one,))
    bad = breaks.break_header(good)
    assert check(bad).findings != []
    fixed = fix(bad)
    assert (fixed.remaining == []) == (one.keyword in SAFE)
    done = conform(fixed.data, "kappa", object="Abell 1689")
    assert check(done.data).findings == []


def test_a_folder_is_made_once_and_again(tmp_path):
    config = load_run_config(prepare_folder(tmp_path / "new/demo"))
    assert config.cluster.name == "Abell 1689"
    (tmp_path / "new/demo/a1689.par").write_text("edited")
    prepare_folder(tmp_path / "new/demo")
    assert (tmp_path / "new/demo/a1689.par").read_text() == build_model()
    made = {path.name for path in (tmp_path / "new/demo").iterdir()}
    assert made == {MARK_NAME, *FILE_NAMES}


def test_a_folder_of_somebody_else(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PipelineError, match="no demonstration made"):
        prepare_folder(tmp_path)
    with pytest.raises(PipelineError, match="cannot be written"):
        prepare_folder(tmp_path / "file")
    assert [path.name for path in Path(tmp_path).iterdir()] == ["file"]
