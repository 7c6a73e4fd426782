"""A rerun checked as a whole, by the command line."""

from __future__ import annotations

import json
import os
import re
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from astropy.io import fits

from fitslint.cli.main import main
from fitslint.pipeline.hsc.apply.solution import read_solution
from fitslint.pipeline.hsc.joint.output import NANOJANSKY_ZERO
from fitslint.pipeline.hsc.joint.simulate import SimulationPlan, simulate
from fitslint.pipeline.hsc.joint.simulation_files import write_simulation
from fitslint.pipeline.hsc.tree.tables import list_table_faults
from fitslint.rules.rerun.files import solutions_mixed
from fitslint.rules.rerun.tree import TreeFile
from tests.pipeline.hsc import lsst_files
from tests.pipeline.hsc.ccds import list_findings

CHIPS = (41, 42, 49, 50, 100)
RESULTS = "jointcal-results/HSC-I/0000"


def run(*arguments):
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code or 0


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A rerun of which every step was made for every CCD."""
    folder = tmp_path_factory.mktemp("hsc")
    root = folder / "HSC"
    write_simulation(simulate(SimulationPlan(3, 90, CHIPS, seed=8)), root, "test")
    rerun = root / "rerun/test"
    assert run("hsc", "tract", root, "--rerun", "test") == 0
    assert (
        run(
            "hsc", "mosaic", root, "--rerun", "test", "--reference", root / "reference.fits",
            "--config", "fittingOrder=5", "--config", "fluxFitOrder=2",
        )
        == 0
    )  # fmt: skip
    assert run("hsc", "calibrate-catalog", root, "--rerun", "test") == 0
    return rerun


@pytest.fixture(scope="module")
def drawn(whole, tmp_path_factory):
    """The tables of diagnostics of the same solution; pictures are left out."""
    folder = tmp_path_factory.mktemp("drawn")
    simulated = whole.parents[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fitslint.pipeline.hsc.joint.diagnostics.draw_solution", lambda *_: ())
        assert (
            run(
                "hsc", "mosaic", simulated, "--rerun", "test", "--outdir", folder / "again",
                "--reference", simulated / "reference.fits", "--config", "fittingOrder=5",
                "--config", "fluxFitOrder=2", "--diagDir", folder / "diag",
            )
            == 0
        )  # fmt: skip
    return folder / "diag"


@pytest.fixture
def rerun(whole, tmp_path):
    """A copy that may be spoilt; pixels, which are zeros, take no room."""
    shutil.copytree(whole, tmp_path / "test", ignore=shutil.ignore_patterns("CORR-*"))
    for path in whole.rglob("CORR-*"):
        copied = tmp_path / "test" / path.relative_to(whole)
        with path.open("rb") as file:
            copied.write_bytes(file.read(20000))
        os.truncate(copied, path.stat().st_size)
        shutil.copystat(path, copied)
    return tmp_path / "test"


def test_a_rerun_that_is_whole_has_no_finding(whole, capfd):
    assert run("hsc", "check", whole) == 0
    assert "106 files, nothing found" in capfd.readouterr().out


def test_files_that_are_gone_or_damaged_are_named(rerun, capfd):
    band = rerun / "01378/HSC-I"
    (rerun / RESULTS / "jointcal_wcs-0020878-042.fits").unlink()
    (band / "output/0000/CALSRC-0020880-041.fits").unlink()
    (band / "corr/CORR-0020880-049.fits").write_bytes(b"")
    (band / "output/SRC-0020880-050.fits").write_bytes(b"version https://git-lfs.github.com/spec")
    (band / "corr/CORR-0020880-100.fits").unlink()
    found = list_findings(run, rerun, capfd)
    assert ("HS110", "warning", "visit 20878 has no jointcal_wcs of HSC-I of ccd 42") in found
    assert ("HS110", "warning", "visit 20880 has no CALSRC of HSC-I tract 0 of ccd 41") in found
    assert ("HS112", "error", "this file is empty") in found
    assert any(code == "HS112" and "Git LFS" in message for code, _, message in found)
    assert ("HS111", "warning", "there is no CORR of visit 20880 ccd 100") in found
    assert {code for code, *_ in found} == {"HS110", "HS111", "HS112"}


def test_a_ccd_that_no_visit_has_is_an_info(rerun, capfd):
    for path in (rerun / "01378/HSC-I/output/0000").glob("CALSRC-*-041.fits"):
        path.unlink()
    found = list_findings(run, rerun, capfd, code=0)
    assert found == [("HS110", "info", "no visit has CALSRC of HSC-I tract 0 of ccd 41")]


def test_two_programs_and_their_difference(rerun, capfd):
    for path in (rerun / RESULTS).glob("jointcal_*-0020878-050.fits"):
        with fits.open(path, mode="update") as hdus:
            hdus[0].header["ALGO"] = "jointcal"
            if "FLUXMAG0" in hdus[0].header:
                hdus[0].header["FLUXMAG0"] *= 1.1
            else:
                hdus[0].header["CRVAL2"] += 5 / 3.6e6
    found = list_findings(run, rerun, capfd)
    both = [message for code, _, message in found if code == "HS101"]
    assert len(both) == 1
    assert "1 of jointcal" in both[0]
    assert "5 mas and 0.103 mag apart; CALEXP and CALSRC are of mosaic" in both[0]
    scales = [message for code, _, message in found if code == "HS102"]
    assert len(scales) == 1
    assert "0.103 mag" in scales[0]
    # CALSRC names the digests of other files.
    assert sum(code == "HS118" for code, *_ in found) == 2


def test_flux_scales_of_jointcal_hold_the_area_of_pixels(rerun, capfd):
    """Those of mosaic do not: the two agree where the area is taken into account."""
    ast = pytest.importorskip("starlink.Ast")
    name = "0020878-100.fits"
    photo = rerun / RESULTS / f"jointcal_photoCalib-{name}"
    found = read_solution(rerun / RESULTS / f"jointcal_wcs-{name}", photo)
    middle = found.scale(np.array([1023.5]), np.array([2087.5]))[0]
    for factor, expected in ((1.0, 0), (1.2, 1)):
        photo.unlink(missing_ok=True)
        mean = NANOJANSKY_ZERO / found.flux_zero[0] * middle * factor
        field = lsst_files.list_transform(ast, np.array([[0, 0.01]]), mean=mean)
        lsst_files.write_calibration(photo, field, mean=mean)
        told = list_findings(run, rerun, capfd)
        assert sum(code == "HS102" for code, *_ in told) == expected
        assert any(code == "HS101" and "1 of jointcal" in said for code, _, said in told)


def test_coordinates_tell_which_solution_an_image_has(rerun, capfd):
    corr = rerun / "01378/HSC-I/corr"
    (corr / "0000").mkdir()
    for ccd, name, hdu in ((49, corr / "CORR", 1), (50, rerun / RESULTS / "jointcal_wcs", 0)):
        head = fits.getheader(f"{name}-0020878-{ccd:03d}.fits", hdu)
        image = fits.ImageHDU(np.zeros((2, 2), "f4"), name="IMAGE")
        image.header.update({k: v for k, v in head.items() if "_" in k or k[:2] in ("CR", "CT")})
        path = corr / f"0000/CALEXP-0020878-{ccd:03d}.fits"
        fits.HDUList([fits.PrimaryHDU(), image]).writeto(path)
    found = [one for one in list_findings(run, rerun, capfd) if one[0] != "HS110"]
    assert [(code, severity) for code, severity, _ in found] == [("HS118", "error")]
    assert "has the coordinates of CORR" in found[0][2]


def test_tracts_of_other_filters_and_images_outside(rerun, capfd):
    sky = rerun / "deepCoadd"
    shutil.copy(sky / "tract-0.fits", sky / "tract-1.fits")
    with fits.open(sky / "tract-1.fits", mode="update") as hdus:
        hdus[0].header["FILTERS"], hdus[0].header["TRACT"] = "HSC-R", 1
        hdus[0].header["CRVAL2"] += 0.05
    with fits.open(sky / "tract-0.fits", mode="update") as hdus:
        hdus[0].header["TRACTSX"] = 1000
    corr = rerun / "01378/HSC-I/corr"
    (corr / "0000").mkdir()
    with fits.open(corr / "CORR-0020878-100.fits") as hdus:
        fits.HDUList([hdus[0], hdus[1]]).writeto(corr / "0000/CALEXP-0020878-100.fits")
    found = [message for code, _, message in list_findings(run, rerun, capfd) if code == "HS103"]
    assert any("1071 pixels away" in message and "HSC-R and HSC-I" in message for message in found)
    assert any("no corner of the CCD lies in tract 0" in message for message in found)


def test_a_visit_of_another_filter_and_a_file_of_another_ccd(rerun, capfd):
    band = rerun / "01378/HSC-I"
    for kind in ("corr/CORR", "output/SRC"):
        for path in band.glob(f"{kind}-0020880-*.fits"):
            fits.setval(path, "FILTER01", value="HSC-R")
    shutil.copy(band / "output/SRC-0020878-042.fits", band / "output/SRC-0020878-041.fits")
    found = list_findings(run, rerun, capfd)
    assert (
        "HS122",
        "error",
        "solutions of HSC-I hold visits of another filter: 20880 (HSC-R)",
    ) in (found)
    assert ("HS105", "error", "name and folder say ccd 41, and DET-ID makes it 42") in found


def test_tables_of_another_solution(whole, drawn, tmp_path, capfd):
    root = tmp_path / "test"
    shutil.copytree(whole, root, ignore=shutil.ignore_patterns("CORR-*", "CALSRC-*", "SRC-*"))
    shutil.copytree(drawn, root / "mosaic_diag")
    assert list_findings(run, root, capfd, code=0) == []
    for name, old, new in (("ccd.dat", " 49 ", " 49 1"), ("coeffs.dat", "e-05 ", "e-04 ")):
        path = root / "mosaic_diag/0" / name
        path.write_text(path.read_text().replace(old, new, 1))
    found = [message for code, _, message in list_findings(run, root, capfd) if code == "HS121"]
    assert any(message.startswith("terms of visit") for message in found)
    assert any(message.startswith("the place of ccd 49 is not that of") for message in found)


def spoil_scatter(rows):
    rows["ra_rms"][0] += 1


def spoil_places(rows):
    rows["coord_dec"] += np.radians(30 / 3.6e6)


def spoil_magnitudes(rows):
    rows["mag"] += 0.05


@pytest.mark.parametrize(("spoil", "sentence"), [
    (None, ""),
    (spoil_scatter, "measurements do not scatter by "),
    (spoil_places, "stars are 30.* mas from where jointcal_wcs-0020878-041.fits "),
    (spoil_magnitudes, r"stars are 0.0[45]\d mag from what jointcal_wcs-0020878-041.fits "),
    ({"NREJECT": 7777}, "NREJECT is 7777, and "),
    ({"NREFFIT": 1}, "NREFFIT is 1, and "),
    ({"FILTER": "HSC-R"}, ""),
])  # fmt: skip
def test_stars_of_another_solution(drawn, rerun, capfd, spoil, sentence):
    shutil.copytree(drawn, rerun / "mosaic_diag")
    path = rerun / "mosaic_diag/0/catalog.fits"
    with fits.open(path, mode="update") as hdus:
        if isinstance(spoil, dict):
            hdus[0].header.update(spoil)
        elif spoil is not None:
            spoil(hdus[1].data)
    found = list_findings(run, rerun, capfd, code=1 if sentence else 0)
    assert [code for code, *_ in found] == (["HS121"] if sentence else [])
    assert not sentence or re.match(sentence, found[0][2])


def test_values_that_cannot_be(rerun, capfd):
    path = rerun / "01378/HSC-I/output/0000/CALSRC-0020878-041.fits"
    with fits.open(path, mode="update") as hdus:
        hdus[1].data["mosaic_corr"] = 1.0
        hdus[1].data["base_CircularApertureFlux_12_0_magErr"] *= 1e5
    found = [message for code, _, message in list_findings(run, rerun, capfd) if code == "HS127"]
    assert len(found) == 2
    assert any("look like counts" in message for message in found)
    assert any("no surface is applied" in message for message in found)


def test_real_solutions_of_hscpipe_are_whole(shared, tmp_path, capfd):
    pytest.importorskip("starlink.Ast")
    data = shared / "corpus/HyperSuprime-Cam+meas_mosaic/tests/data"
    if not data.is_dir():
        pytest.skip("the data of meas_mosaic are not there")
    results = tmp_path / "jointcal-results/HSC-I/8766"
    shutil.copytree(data, results)
    found = list_findings(run, tmp_path, capfd, code=0)
    assert {code for code, *_ in found} == {"HS115"}
    name = results / "jointcal_photoCalib-0011506-049.fits"
    with fits.open(name, mode="update") as hdus:
        hdus[1].data["row0"][1] = 5
        hdus[1].header["AR_NCAT"] = 9
    codes = {code for code, *_ in list_findings(run, tmp_path, capfd)}
    assert {"HS116", "HS126"} <= codes


def test_reports_have_the_formats_and_languages_of_a_check(rerun, capfd):
    (rerun / RESULTS / "jointcal_wcs-0020878-042.fits").unlink()
    assert run("hsc", "check", rerun, "--output", "sarif", "--fail-on", "error") == 0
    found = json.loads(capfd.readouterr().out)
    assert found["runs"][0]["results"][0]["ruleId"] == "HS110"
    assert run("hsc", "check", rerun, "--lang", "ja", "--output", "concise") == 1
    assert "ビジット 20878 には CCD 42 の HSC-I の jointcal_wcs がない" in capfd.readouterr().out
    assert run("hsc", "check", rerun, "--ignore", "HS110") == 0
    assert run("hsc", "check", rerun, "--select", "HS999") == 2


def test_a_folder_without_products(tmp_path, capfd):
    assert run("hsc", "check", tmp_path) == 2
    assert "no file of hscPipe" in capfd.readouterr().err
    assert run("hsc", "check", tmp_path / "none") == 2


@pytest.mark.parametrize("line", ["nan 1 2 3", "1e999 1 2 3", "1e300 1 2 3", "text"])
def test_a_table_with_a_line_that_begins_with_no_number_is_unread(line, tmp_path):
    for name in ("ccd.dat", "coeffs.dat"):
        (tmp_path / name).write_text(f"# numbers\n1 0 0 0\n{line}\n")
        (fault,) = list_table_faults(tmp_path / name, {})
        assert (fault.message, fault.params) == ("unread", {"line": 3})


def test_numbers_without_end_and_pipes_are_passed_over(tmp_path, capfd):
    header = fits.Header([("PRODUCT", "hsc-wcs")])
    fits.PrimaryHDU(header=header).writeto(tmp_path / "jointcal_wcs-0000903-050.fits")
    path = tmp_path / "jointcal_wcs-0000903-050.fits"
    card = b"VISIT   =                1E400".ljust(80)
    path.write_bytes(
        path.read_bytes().replace(b"END".ljust(80) + b" " * 80, card + b"END".ljust(80))
    )
    os.mkfifo(tmp_path / "ccd.dat")
    os.mkfifo(tmp_path / "CORR-0000903-050.fits")
    assert list_findings(run, tmp_path, capfd, code=0) == []


@pytest.mark.parametrize(
    ("numbers", "message", "keyword"),
    [({}, None, None), ({"NREFFIT": 50.0}, "number", "NREFFIT"), ({"NVISFIT": 3.0}, "", "NVISFIT"),
     ({"NSTARFIT": 1_400_002.0}, "number", "NSTARFIT")],
)  # fmt: skip
def test_solutions_that_are_not_of_one_fit_are_told_by_what_differs(numbers, message, keyword):
    told = {"NVISFIT": 2.0, "NSTARFIT": 1_400_001.0, "NREFFIT": 40.0}
    files = [
        TreeFile(f"/{visit}.fits", "jointcal_wcs", visit, 50, "HSC-I", 0, facts, "", float(visit))
        for visit, facts in ((1, told | numbers), (2, told))
    ]
    found = list(solutions_mixed(SimpleNamespace(list_kind=lambda *kinds: files)))
    assert [(one.message, one.params["keyword"]) for one in found] == (
        [] if message is None else [(message, keyword)]
    )
