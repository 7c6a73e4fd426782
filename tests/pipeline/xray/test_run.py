"""``fitslint xray run``: all steps from a configuration, its flags, and what goes wrong."""

from __future__ import annotations

import csv
import json
import re
import shutil

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import fitslint
from fitslint.pipeline.run.execute import DONE, FAILED, UNCHANGED, RunOptions, execute_tasks
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.regions.files import read_regions
from fitslint.pipeline.xray.run.config import read_xray_config
from fitslint.pipeline.xray.run.flags import FLAGS, FlagKeeper
from fitslint.pipeline.xray.run.plan import ask_again, open_xray_state, plan_xray_run
from fitslint.pipeline.xray.simulate.run import SimulationRequest, simulate_observations
from fitslint.schema_reader import read_schema
from tests.pipeline.xray.test_commands import run as run_command

fits = pytest.importorskip("astropy.io.fits")
BINS = "spec_files/contbin_sn20_smooth25"


class Keeping:
    """Keeps the flags as the command does."""

    def __init__(self, keeper):
        self._keeper = keeper

    def begin(self, task):
        return lambda done, total: None

    def end(self, result):
        self._keeper.note(result)


def run_all(path, **options):
    """A run without the command line: the status of every task by name."""
    config = read_xray_config(path)
    planned, state = plan_xray_run(config), open_xray_state(config)
    keeper = Keeping(FlagKeeper(path, planned, state))
    tasks = ask_again(planned, state, config.flags)
    results = execute_tasks(tasks, config.output, state, RunOptions(**options), keeper)
    return {result.task.name: result for result in results}


def read_flags(path):
    return json.loads(path.read_text())["flags"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A simulated observation and everything that is made of it, in pixels of 4 arcsec."""
    folder = tmp_path_factory.mktemp("run")
    simulate_observations(
        SimulationRequest(folder / "data", seed=5, exposure=3000.0, observations=1, sources=12)
    )
    tables = {
        "info_dict": {
            "name": "toy", "sn_per_region": 20, "reg_smoothness": 25, "cluster_directory": "data",
            "obs_ids": ["90001"], "redshift": 0.183,
        },
        "options": {"bin_size": 8, "catalogue": "data/truth.json", "further_bands": ["0.5:2:1.5"]},
    }  # fmt: skip
    path = folder / "toy.json"
    path.write_text(json.dumps(tables))
    return path, run_all(path)


@pytest.fixture
def copied(made, tmp_path):
    """The run in a folder of its own."""
    shutil.copytree(made[0].parent, tmp_path / "run")
    path = tmp_path / "run" / "toy.json"
    tables = json.loads(path.read_text())
    tables["options"]["qc"] = False
    path.write_text(json.dumps(tables))
    return path


def test_all_steps_are_done_and_the_flags_say_so(made):
    path, results = made
    assert {result.status for result in results.values()} == {DONE}
    assert [name for name, result in results.items() if result.has_bad_products] == []
    assert read_flags(path) == dict.fromkeys(FLAGS.values(), True)
    again = run_all(path)
    assert {result.status for result in again.values()} == {UNCHANGED}


def test_files_stand_where_the_seed_has_them(made):
    folder = made[0].parent
    for name in (
        "reprocessed_data/90001/acisf90001_repro_evt2.fits",
        "reprocessed_data/90001/acisf90001_clean_evt.fits", "reprocessed_data/90001/90001_0.5-7.lc",
        "reprocessed_data/90001/90001_src_0.5-7-noem.reg", "merge_toy_25_20/merged_evt.fits",
        "merge_toy_25_20/broad_thresh.img", "merge_toy_25_20/scaled_broad_flux.fits",
        "merge_toy_25_20/broad_src_0.5-7.reg", "merge_toy_25_20/scaled_broad_flux_final.fits",
        "map_files/scaled_broad_flux_final.fits", f"{BINS}/contbin_sn.fits",
        f"{BINS}/outreg/xaf_0.reg", f"{BINS}/outreg/sex/xaf_0_sex.reg", "qc/qc.html",
    ):  # fmt: skip
        assert (folder / name).is_file(), name


def test_every_product_conforms(made):
    folder = made[0].parent
    looked = 0
    kinds = set()
    for path in sorted((*folder.glob("merge*/*"), *folder.glob(f"{BINS}/*.fits"),
                        *folder.glob("reprocessed_data/*/90001_*"))):  # fmt: skip
        if path.suffix in (".fits", ".img", ".expmap", ".lc", ".gti", ".psf"):
            header = fits.getheader(path)
            report = fitslint.check(path, profile="products")
            assert [str(one.message) for one in report.findings] == [], path
            kinds.add(header["PRODUCT"])
            assert ("PIXKPC" in header) == (header["NAXIS"] == 2), path
            looked += 1
    assert looked >= 20
    assert {"xray-sources", "xray-lightcurve", "xray-gti", "xray-flux", "binmap"} <= kinds


def test_laws_of_the_bins(made):
    folder = made[0].parent
    binmap = read_pixels(str(folder / BINS / "contbin_binmap.fits")).values
    mask = read_pixels(str(folder / "merge_toy_25_20/broad_mask.fits")).values
    assert ((binmap >= 0) == (mask > 0)).all()
    areas = np.bincount(binmap[binmap >= 0].astype(int))
    with (folder / BINS / "contbin_bins.csv").open(newline="") as file:
        assert [int(row["pixels"]) for row in csv.DictReader(file)] == areas.tolist()
    for number, pixels in enumerate(areas):
        shapes = read_regions(folder / BINS / f"outreg/xaf_{number}.reg")
        assert sum(one.numbers[2] * one.numbers[3] for one in shapes) == pytest.approx(pixels * 64)


def test_report_follows_its_schema_and_all_laws_hold(made):
    report = json.loads((made[0].parent / "qc/qc.json").read_text())
    Draft202012Validator(json.loads(read_schema("xray-qc-1.0.0.json"))).validate(report)
    assert report["verdict"] == "pass"
    lines = {line["code"]: line for line in report["lines"]}
    assert lines["d.sky"]["value"] <= 0.01
    assert lines["c.sources"]["details"]["known"] > 5
    page = (made[0].parent / "qc/qc.html").read_text("utf-8")
    assert page.count("<figure") == 4
    assert not re.search(r"src=\"(?!data:)", page)


def test_a_flag_that_is_set_back_runs_its_step_again(copied):
    tables = json.loads(copied.read_text())
    tables["flags"]["convert_region_coordinates"] = False
    copied.write_text(json.dumps(tables))
    results = run_all(copied)
    assert results["coordinates"].status == DONE
    assert results["coordinates"].reason == "asked for"
    assert results["contbin"].status == UNCHANGED
    assert read_flags(copied)["convert_region_coordinates"] is True


def test_a_product_that_is_gone_is_made_again(copied):
    (copied.parent / BINS / "outreg/xaf_0.reg").unlink()
    results = run_all(copied)
    assert results["contbin"].status == DONE
    assert results["crop"].status == UNCHANGED
    assert results["coordinates"].status == DONE  # the date in the map of bins is another one


def test_a_full_disk_leaves_true_flags_to_what_is_whole(copied, monkeypatch):
    from fitslint.pipeline.xray.run import steps

    def fill_disk(*_arguments):
        raise OSError(28, "No space left on device", "contbin_binmap.fits")

    tables = json.loads(copied.read_text())
    tables["info_dict"]["sn_per_region"] = 21
    copied.write_text(json.dumps(tables))
    monkeypatch.setattr(steps, "run_binning", fill_disk)
    results = run_all(copied)
    assert results["contbin"].status == FAILED
    assert results["contbin"].reason == "contbin_binmap.fits: No space left on device"
    flags = read_flags(copied)
    assert flags["remove_point_source"] is True
    assert flags["contour_binning"] is flags["convert_region_coordinates"] is False
    monkeypatch.undo()
    again = run_all(copied)
    assert again["merge"].status == again["crop"].status == UNCHANGED
    assert again["contbin"].status == again["coordinates"].status == DONE
    assert read_flags(copied)["contour_binning"] is True


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"band": "7:0.5:2"}, "options.band: the band '7:0.5:2' goes from 7 to 0.5 keV"),
        ({"band": "plaid"}, "options.band: there is no band 'plaid'"),
        ({"deflare": "wash"}, "options.deflare: is 'wash'"),
        ({"sn": 3}, "options.sn: is no key"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_a_sentence(
    made, tmp_path, capsys, change, sentence
):
    tables = json.loads(made[0].read_text())
    tables["options"] = change
    path = tmp_path / "x.json"
    path.write_text(json.dumps(tables))
    assert run_command("xray", "run", path) == 2
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"info_dict": 3}', "\x00", '{"a": 1}'])
def test_no_json_is_a_sentence(tmp_path, capsys, text):
    path = tmp_path / "x.json"
    path.write_text(text)
    assert run_command("xray", "run", path) == 2
    assert capsys.readouterr().err.startswith(f"fitslint: {path}")


def test_new_prints_the_observations_of_a_folder(made, tmp_path, capsys):
    assert run_command("xray", "new", "toy", made[0].parent / "data") == 0
    tables = json.loads(capsys.readouterr().out)
    assert tables["info_dict"]["obs_ids"] == ["90001"]
    assert set(tables["flags"]) == set(FLAGS.values())
    assert run_command("xray", "new", "toy", tmp_path) == 2


@pytest.mark.long
def test_a_real_list_of_events_goes_through_all_steps(shared, tmp_path):
    place = tmp_path / "data/10027/primary"
    place.mkdir(parents=True)
    events = shared / "corpus/stingray-2.3.2/stingray/tests/data/chandra_test.fits"
    shutil.copy(events, place / "acisf10027_evt2.fits")
    tables = {
        "info_dict": {
            "name": "real", "sn_per_region": 5, "reg_smoothness": 6, "cluster_directory": "data",
            "obs_ids": ["10027"],
        },
        "options": {"bin_size": 8, "qc": False},
    }  # fmt: skip
    path = tmp_path / "real.json"
    path.write_text(json.dumps(tables))
    results = run_all(path)
    assert {name: one.status for name, one in results.items() if one.status != DONE} == {}
    assert read_flags(path) == dict.fromkeys(FLAGS.values(), True)
