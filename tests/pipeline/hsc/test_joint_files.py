"""Joint solutions from files to files, by the command line."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS

import fitslint
from fitslint.cli.main import main
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.camera import CHIP_CENTRE
from fitslint.pipeline.hsc.joint.plane import to_directions
from fitslint.pipeline.hsc.joint.read import SourceCuts, read_sources
from fitslint.pipeline.hsc.joint.scamp import read_heads
from fitslint.pipeline.hsc.joint.settings import parse_settings
from fitslint.pipeline.hsc.joint.simulate import SimulationPlan, list_truth_pixels, simulate
from fitslint.pipeline.hsc.joint.simulation_files import build_source, fit_header, write_simulation
from fitslint.pipeline.hsc.joint.tables import Photometry, read_catalogues, read_table

CHIPS = (41, 42, 49, 50, 57, 100)
PLAN = SimulationPlan(3, 90, CHIPS, seed=8)
ORDERS = ("--config", "fittingOrder=5", "--config", "fluxFitOrder=2")


def run(*arguments):
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code or 0


@pytest.fixture(scope="module")
def simulated():
    return simulate(PLAN)


@pytest.fixture(scope="module")
def solved(simulated, tmp_path_factory):
    """A root with a solution by mosaic."""
    root = tmp_path_factory.mktemp("hsc") / "HSC"
    write_simulation(simulated, root, "test")
    assert run("hsc", "tract", root, "--rerun", "test") == 0
    assert (
        run(
            "hsc", "mosaic", root, "--calib", root / "CALIB", "--rerun", "test", "--reference",
            root / "reference.fits", "--id", "visit=20878..20882:2", "tract=0", "ccd=0..103",
            "--diagnostics", "--diagDir", root / "diag", *ORDERS,
        )
        == 0
    )  # fmt: skip
    return root


def results(root):
    return root / "rerun" / "test" / "jointcal-results"


def test_every_ccd_has_both_families_of_files(solved):
    new, old = results(solved) / "HSC-I" / "0000", results(solved) / "0000"
    ccds = [f"{visit:07d}-{ccd:03d}" for visit in (20878, 20880, 20882) for ccd in CHIPS]
    assert sorted(path.name for path in new.iterdir()) == sorted(
        f"jointcal_{kind}-{ccd}.fits" for kind in ("wcs", "photoCalib") for ccd in ccds
    )
    assert sorted(path.name for path in old.iterdir()) == sorted(
        f"{kind}-{ccd}.fits" for kind in ("wcs", "fcr") for ccd in ccds
    )


def test_all_that_is_written_has_its_dictionary(solved):
    files = [*results(solved).rglob("*-0020880-*.fits"), solved / "diag/0/catalog.fits"]
    for path in [*files, *solved.rglob("tract-*.fits")]:
        report = fitslint.check(path, profile="products")
        assert not report.findings, report.format()
    known = {fits.getheader(path)["PRODUCT"] for path in files}
    assert known == {
        "hsc-wcs", "hsc-photocalib", "hsc-mosaic-wcs", "hsc-mosaic-flux", "hsc-stars"
    }  # fmt: skip


def test_all_that_is_written_conforms(solved):
    files = [*results(solved).rglob("*-0020880-*.fits"), solved / "diag/0/catalog.fits"]
    files += [*solved.rglob("CORR-0020880-05*.fits"), *solved.rglob("SRC-0020880-05*.fits")]
    for path in [*files, solved / "reference.fits"]:
        report = fitslint.check(path, profile="strict")
        assert not report.findings, report.format()
    if shutil.which("fitsverify") is not None:
        command = ["fitsverify", "-q", *files]
        said = subprocess.run(command, check=False, capture_output=True, text=True).stdout
        assert said.count("verification OK") == len(files)


def test_coordinates_are_read_by_others_and_near_the_truth(simulated, solved):
    x, y = list_truth_pixels()
    for chip, ccd in enumerate(CHIPS):
        path = results(solved) / f"HSC-I/0000/jointcal_wcs-0020880-{ccd:03d}.fits"
        with fits.open(path) as hdus:
            header = hdus[0].header
            place, terms = hdus["CHIP"].data[0], hdus["VISITPOLY"]
            theirs = WCS(header, naxis=2)
            by_visit = [terms.header[key] for key in ("X0", "Y0")]
            rows = [(int(r["I"]), int(r["J"]), r["A"], r["B"]) for r in terms.data]
        ra, dec = theirs.all_pix2world(x, y, 0)
        true_ra, true_dec, _ = simulated.locate(1, chip, x, y)
        away = np.linalg.norm(to_directions(ra, dec) - to_directions(true_ra, true_dec), axis=1)
        # Nothing ties polynomials down between the others and the corner where the last one is.
        assert np.degrees(away.max()) * 3.6e6 < (90 if ccd < 100 else 5000)
        back = theirs.all_world2pix(ra, dec, 0)
        assert np.abs(np.subtract(back, (x, y))).max() < 0.01
        assert header["HSCINVER"] < 0.2
        # The same by the polynomial of the visit and the place of the chip.
        cos, sin = math.cos(place["YAW"]), math.sin(place["YAW"])
        dx, dy = x - CHIP_CENTRE[0], y - CHIP_CENTRE[1]
        u = place["U0"] + cos * dx - sin * dy - by_visit[0]
        v = place["V0"] + sin * dx + cos * dy - by_visit[1]
        flat = [sum(row[at] * u ** row[0] * v ** row[1] for row in rows) for at in (2, 3)]
        linear = WCS(naxis=2)
        linear.wcs.ctype = "RA---TAN", "DEC--TAN"
        linear.wcs.crval = header["CRVAL1"], header["CRVAL2"]
        linear.wcs.crpix, linear.wcs.cdelt = (0, 0), (1, 1)
        again = linear.wcs_pix2world(*flat, 1)
        there = to_directions(*np.array(again))
        assert np.degrees(np.abs(there - to_directions(ra, dec)).max()) * 3.6e6 < 1e-3


def evaluate_calibration(path, x, y):
    """Zero point of counts without the area of pixels, by the words of the file alone."""
    with fits.open(path) as hdus:
        surface, mean = hdus["FLUXFIT"].data[0], hdus["PHOTOCALIB"].data[0]["CALIBMEAN"]
    wide, high = surface["BBOX"][2], surface["BBOX"][3]
    turned = {0: (x, y), 1: (high - y, x), 2: (wide - x, high - y), 3: (y, wide - x)}
    px, py = turned[int(surface["NQUARTER"])]
    a, b = (px + surface["X0"]) / surface["UMAX"], (py + surface["Y0"]) / surface["VMAX"]
    order, terms = int(surface["ORDER"]), iter(surface["COEF"])
    square = np.zeros((order + 1, order + 1))
    for total in range(order + 1):
        for j in range(total + 1):
            square[total - j, j] = next(terms)
    return -2.5 * np.log10(mean / 3.6307805477e12) + np.polynomial.chebyshev.chebval2d(a, b, square)


def test_flux_scales_are_near_the_truth(simulated, solved):
    x, y = list_truth_pixels()
    for chip, ccd in enumerate(CHIPS):
        for visit, number in enumerate((20878, 20880, 20882)):
            path = results(solved) / f"HSC-I/0000/jointcal_photoCalib-{number:07d}-{ccd:03d}.fits"
            u, v = simulated.chips.project(np.full(len(x), chip), x, y)
            area = 2.5 * np.log10(simulated.truth[visit].find_area(u, v))
            zero = evaluate_calibration(path, x, y) - area
            assert zero == pytest.approx(simulated.locate(visit, chip, x, y)[2], abs=0.04)


def test_the_old_surface_says_the_same(solved):
    new = results(solved) / "HSC-I/0000/jointcal_photoCalib-0020880-100.fits"
    old = results(solved) / "0000/fcr-0020880-100.fits"
    with fits.open(new) as hdus:
        surface, zero = hdus["FLUXFIT"].data[0], hdus[0].header["FLUXMAG0"]
    header = fits.getheader(old)
    assert header["FLUXMAG0"] == zero
    assert header["NCOEFF"] == len(surface["COEF"])
    assert [header["C_1_0"], header["C_0_1"]] == list(surface["COEF"][1:3])
    assert (header["X0"], header["Y0"]) == (surface["X0"], surface["Y0"])


def test_diagnostics_have_their_names_and_are_whole(solved):
    folder = solved / "diag" / "0"
    visits = (20878, 20880, 20882)
    pictures = {
        f"{name}_{visit}.png" for name in ("ResPosArrow2D", "fcont", "jcont") for visit in visits
    }
    pictures |= {
        f"{name}.png" for name in ("ResPosScatter", "PosDPos", "MdM", "ResFlux", "DFlux2D")
    }
    tables = {"ccd.dat", "ccdScale.dat", "coeffs.dat", "dmag.dat", "dpos.dat", "catalog.fits"}
    assert {path.name for path in folder.iterdir()} == pictures | tables
    for name in pictures:
        image = (folder / name).read_bytes()
        assert image.startswith(b"\x89PNG")
        assert image.endswith(b"IEND\xaeB`\x82")
    chips = np.loadtxt(folder / "ccd.dat")
    assert chips[:, 0].astype(int).tolist() == list(CHIPS)
    assert np.abs(chips[:5, 3]).max() < 2e-3
    rows = [line.split() for line in (folder / "dpos.dat").read_text().splitlines()[1:]]
    offsets = np.array([row[1:5] for row in rows if row[7] == "1"], dtype=float)
    assert np.std((offsets[:, 0] - offsets[:, 2]) * 3.6e6) < 20
    stars = Table.read(folder / "catalog.fits")
    assert set(stars["SOURCE"]) == {"ext", "int"}
    assert len(rows) == sum(stars["num"]) + sum(row[7] == "0" for row in rows)


def test_what_is_unchanged_is_not_solved_again(solved, capfd):
    again = (
        "hsc", "mosaic", solved, "--rerun", "test", "--reference", solved / "reference.fits",
        "--id", "visit=20878..20882:2 tract=0 ccd=0..103", "--diagDir", solved / "diag", *ORDERS,
    )  # fmt: skip
    assert run(*again) == 0
    assert "unchanged" in capfd.readouterr().out


def test_jobs_change_no_byte(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    root = tmp_path / "HSC"
    chips = tuple(range(33, 59))
    write_simulation(simulate(SimulationPlan(3, 25, chips, seed=2)), root, "test")
    made = []
    for jobs in (1, 2):
        out = tmp_path / f"out{jobs}"
        assert (
            run(
                "hsc", "jointcal", root, "--rerun", "test", "--reference", root / "reference.fits",
                "--outdir", out, "-j", jobs, "--config", "astrometryVisitOrder=5", "--config",
                "photometryVisitOrder=1",
            )
            <= 1
        )  # fmt: skip
        made.append({p.name: p.read_bytes() for p in out.rglob("*.fits")})
    assert len(made[0]) > 100
    assert made[0] == made[1]


def prepare(simulated, tmp_path):
    root = tmp_path / "HSC"
    write_simulation(simulated, root, "test")
    return root, root / "rerun/test/01378/HSC-I"


def solve(root, *more):
    return run(
        "hsc", "mosaic", root, "--rerun", "test", "--reference", root / "reference.fits", *ORDERS,
        *more,
    )  # fmt: skip


def test_what_is_bad_is_named_and_the_rest_is_written(simulated, tmp_path, capfd):
    root, band = prepare(simulated, tmp_path)
    whole = (band / "output/SRC-0020880-049.fits").read_bytes()
    (band / "output/SRC-0020880-041.fits").unlink()
    (band / "output/SRC-0020880-042.fits").write_bytes(
        b"version https://git-lfs.github.com/spec/v1\n"
    )
    (band / "output/SRC-0020880-049.fits").write_bytes(whole[:-5000])
    (band / "output/SRC-0020880-050.fits").write_bytes(b"")
    empty = simulated.exposures.stars.take(np.zeros(0, dtype=int))
    (band / "output/SRC-0020880-057.fits").write_bytes(
        build_source(empty, 20880, 57, fit_header(simulated, 1, 4), "HSC-I")
    )
    assert solve(root, "--config", "fittingOrder=3") == 1
    said = capfd.readouterr().err
    for word in ("no catalogue", "Git LFS", "cannot be read", "is empty", "has no star"):
        assert word in said
    assert len(list(results(root).rglob("jointcal_wcs-*.fits"))) == 13
    # Once it is whole, the rerun goes on.
    write_simulation(simulated, root, "test")
    assert solve(root, "--config", "fittingOrder=3") <= 1
    assert "left out" not in capfd.readouterr().err
    assert len(list(results(root).rglob("jointcal_wcs-*.fits"))) == 18


def test_two_filters_are_refused_by_name(simulated, tmp_path, capfd):
    root, band = prepare(simulated, tmp_path)
    path = band / "corr/CORR-0020880-049.fits"
    head = path.read_bytes()[:5760].replace(b"'HSC-I   '", b"'HSC-R   '")
    with path.open("r+b") as file:
        file.write(head)
    assert solve(root) == 1
    assert "HSC-I, HSC-R" in capfd.readouterr().err
    assert solve(root, "--id", "filter=HSC-I") == 0


def test_a_catalogue_of_another_field_is_exit_1(simulated, tmp_path, capfd):
    root, _ = prepare(simulated, tmp_path)
    table = Table.read(root / "reference.fits")
    table["dec"] -= 30
    table.write(root / "reference.fits", overwrite=True)
    assert solve(root) == 1
    said = capfd.readouterr().err
    assert "no star of any visit is in the catalogue" in said
    assert not list(results(root).rglob("*.fits"))


def test_few_stars_carry_a_lower_order_and_it_is_said(tmp_path, capfd):
    few = ("--visits", 2, "--ccds", "49^50", "--stars", 45, "--seed", 3)
    assert run("hsc", "simulate", tmp_path / "few", *few) == 0
    assert solve(tmp_path / "few", "--config", "fittingOrder=9") == 0
    said = capfd.readouterr().err
    assert "2 of 2 visits have too few stars for positions of degree 9, visit 20878 first" in said
    assert len(list(results(tmp_path / "few").rglob("wcs-*.fits"))) == 4


def test_too_few_stars_for_any_visit_are_exit_1(tmp_path, capfd):
    few = ("--visits", 2, "--ccds", "49", "--stars", 8, "--seed", 3)
    assert run("hsc", "simulate", tmp_path / "few", *few) == 0
    assert solve(tmp_path / "few") == 1
    said = capfd.readouterr().err
    assert "no visit is left to fit: visit 20878: " in said
    assert "10 are needed: take more stars" in said
    assert not list(results(tmp_path / "few").rglob("*.fits"))


def test_a_visit_outside_every_tract_is_named(simulated, tmp_path, capfd, monkeypatch):
    root, band = prepare(simulated, tmp_path)
    assert run("hsc", "tract", root, "--rerun", "test") == 0
    # The whole tract is solved first: a visit that comes later changes nothing in it.
    assert solve(root, "--id", "visit=20878^20880") == 0
    for path in (band / "corr").glob("CORR-0020882-*.fits"):
        with fits.open(path, mode="update") as hdus:
            for hdu in (hdu for hdu in hdus if "CRVAL1" in hdu.header):
                hdu.header["CRVAL1"] += 5
    capfd.readouterr()
    assert solve(root) == 1
    said = capfd.readouterr()
    assert re.search("unchanged +mosaic HSC-I 0", said.out)
    assert "no tract that is solved (0) is touched by 1 visit: 20882; their coordinates" in said.err
    # Who names a tract means the visits that touch it.
    assert solve(root, "--id", "tract=0") == 0
    assert "note: no tract that is solved (0) is touched by 1 visit" in capfd.readouterr().err
    monkeypatch.setenv("FITSLINT_LANG", "ja")
    assert solve(root) == 1
    said = capfd.readouterr().err
    assert "解く tract (0) のどれにもかからないのはvisit 1 個: 20882" in said
    assert "ミリ等。カイ二乗" in said
    notes = [line.split(" 0: ")[1] for line in said.splitlines() if " 0: " in line]
    assert notes
    assert not [note for note in notes if re.search("(?<!vi)[a-zA-Z]{6,}", note)]


@pytest.mark.parametrize("unit", ["", "mas"])
def test_errors_of_a_catalogue_that_names_no_unit(simulated, tmp_path, capfd, unit):
    """As Gaia's tables in CSV: mas, which degrees cannot be."""
    root, _ = prepare(simulated, tmp_path)
    stars = simulated.reference
    columns = {"ra": stars.ra, "dec": stars.dec, "ra_error": 5 + 0 * stars.ra, "i_mag": stars.mag}
    Table(columns).write(root / "gaia.csv")
    words = [f"refErrorUnit={unit}"] if unit else []
    code = run(
        "hsc", "jointcal", root, "--rerun", "test", "--reference", root / "gaia.csv", *(
            part for word in (*words, "astrometryVisitOrder=3") for part in ("--config", word)
        ),
    )  # fmt: skip
    said = capfd.readouterr().err
    assert ("ra_error is 5 degrees in the median" in said) == (code == 2) == (not unit)
    assert len(list(results(root).rglob("jointcal_wcs-*.fits"))) == (18 if unit else 0)


def spoil_errors(path, seed):
    """Errors of positions that are wrong by factors of hundreds: weights mean nothing."""
    with fits.open(path, mode="update") as hdus:
        rows = hdus[1].data
        factor = np.exp(np.random.default_rng(seed).normal(0, 6, len(rows)))
        for axis in "xy":
            rows[f"base_SdssCentroid_{axis}Err"] *= factor


def test_a_fit_that_does_not_end_is_named_and_other_tracts_are_written(tmp_path, capfd):
    """Two fields in one rerun: one is whole, the errors of the other mean nothing."""
    root = tmp_path / "HSC"
    plan = SimulationPlan(3, 90, (41, 42, 49, 50, 57, 58), seed=3)
    for number in (0, 1):
        other = replace(plan, centre=(175.8 - 5 * number, 58.4), first_visit=20878 + 100 * number)
        write_simulation(simulate(other), root, "test")
        (root / "reference.fits").rename(root / f"reference-{number}.fits")
        chosen = ("--id", f"visit={other.first_visit}..{other.first_visit + 4}")
        assert run("hsc", "tract", root, "--rerun", "test", *chosen, *["--append"][:number]) == 0
    sources = sorted((root / "rerun/test/01378/HSC-I/output").glob("SRC-*-0*.fits"))
    whole = {path: path.read_bytes() for path in sources if "-00209" in path.name}
    for seed, path in enumerate(whole):
        spoil_errors(path, seed)
    both = [
        word for number in (0, 1) for word in ("--reference", root / f"reference-{number}.fits")
    ]
    mosaic = ("hsc", "mosaic", root, "--rerun", "test", *both, "--config", "fittingOrder=3",
              "--config", "fluxFitOrder=2", "--config", "nStarPerCell=0")  # fmt: skip
    capfd.readouterr()
    assert run(*mosaic) == 1
    said = capfd.readouterr()
    assert "mosaic HSC-I 1" in said.out + said.err
    assert "the fit of positions " in said.out + said.err
    made = {path.parent.name for path in results(root).rglob("*.fits")}
    assert made == {"0000"}
    assert len(list((results(root) / "HSC-I/0000").glob("jointcal_wcs-*.fits"))) == 18
    # Once its errors are right the rerun goes on with it, and leaves the other as it is.
    for path, content in whole.items():
        path.write_bytes(content)
    assert run(*mosaic) == 0
    said = capfd.readouterr().out
    assert re.search("unchanged +mosaic HSC-I 0", said)
    assert re.search("done +mosaic HSC-I 1", said)
    assert len(list((results(root) / "HSC-I/0001").glob("jointcal_wcs-*.fits"))) == 18


def test_errors_that_are_no_numbers_of_pixels_do_not_count(simulated, tmp_path, capfd):
    root, band = prepare(simulated, tmp_path)
    for path in band.glob("output/SRC-0020880-*.fits"):
        with fits.open(path, mode="update") as hdus:
            hdus[1].data["base_SdssCentroid_xErr"] = 1e-30
            hdus[1].data["base_SdssCentroid_yErr"] = 1e-30
    assert solve(root, "--config", "fittingOrder=3") == 1
    assert "SRC-0020880" in capfd.readouterr().err.replace("CORR", "SRC")


@pytest.mark.parametrize(("words", "said"), [
    ("visit=20878..20882:2 ccd=41..50", "12 of 30 data ids have an image"),
    ("visit=20878..20882:2", ""), ("ccd=41..50", ""),
])  # fmt: skip
def test_how_many_of_the_named_data_ids_there_are(solved, tmp_path, capfd, words, said):
    capfd.readouterr()
    arguments = ("hsc", "tract", solved, "--rerun", "test", "--outdir", tmp_path)
    assert run(*arguments, "--id", words) == 0
    lines = capfd.readouterr().out.splitlines()
    assert [line for line in lines if "data ids" in line] == [said][: len(said)]


def test_words_that_mean_nothing(solved, capfd):
    assert run("hsc", "mosaic", solved, "--rerun", "test") == 2
    assert "--reference" in capfd.readouterr().err
    assert solve(solved, "--config", "fitingOrder=3") == 2
    assert "did you mean 'fittingOrder'" in capfd.readouterr().err
    assert solve(solved, "--config", "fittingOrder=12") == 2
    assert solve(solved, "--id", "tract=3") == 2
    assert "has no tract 3" in capfd.readouterr().err
    assert solve(solved, "--referenceStars", "loose") == 2


def test_a_simulation_is_the_same_for_the_same_seed(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("one", "two"):
        assert (
            run("hsc", "simulate", tmp_path / name, "--visits", 1, "--ccds", "50", "--seed", 4) == 0
        )
    first, second = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*.fits")
        }
        for name in ("one", "two")
    )
    assert len(first) == 3
    assert first == second
    assert run("hsc", "simulate", tmp_path / "three", "--ccds", "104") == 2
    for words in (["--visits", 100_000_000], ["--rerun", "../../z"], ["--filter", "a b"]):
        assert run("hsc", "simulate", tmp_path / "four", *words) == 2
    # What is there may be real.
    assert run("hsc", "simulate", tmp_path / name, "--visits", 1, "--ccds", "50") == 2


@pytest.mark.parametrize("kind", ["csv", "fits"])
def test_catalogues_in_other_forms(simulated, tmp_path, kind):
    stars = simulated.reference
    path = tmp_path / f"stars.{kind}"
    flux = 10 ** (-0.4 * (stars.mag - 31.4))
    columns = {"ra": stars.ra, "dec": stars.dec, "i_flux": flux, "i_fluxErr": flux * 0.01}
    Table(columns).write(path)
    with pytest.raises(HscError, match="nJy or Jy"):
        read_catalogues([str(path)], Photometry("HSC-I"))
    found = read_catalogues([str(path)], Photometry("HSC-I", "nJy"), 1e-6)
    assert found.mag == pytest.approx(stars.mag, abs=1e-6)
    assert set(found.sigma) == {1e-6}


@pytest.mark.parametrize(("name", "mag"), [
    ("HSC-I2", 19 + 0.001653 - 0.206313 * 0.5 - 0.016085 * 0.25),
    ("NB0921", 18.5 + 0.002039 - 0.477412 * 0.25 - 0.492151 * 0.0625),
    ("NB0718", 19 - 0.016294 + 0.233139 * 0.75 + 0.252505 * 0.5625),
])  # fmt: skip
def test_magnitudes_of_pan_starrs_are_converted(tmp_path, name, mag):
    path = tmp_path / "ps1.fits"
    mags = {"i_mag": [19.0], "z_mag": [18.5], "y_mag": [18.25], "r_mag": [19.75]}
    Table({"ra": [1.0], "dec": [2.0], **mags}).write(path)
    found = read_catalogues([str(path)], Photometry(name, system="ps1"), 1e-6)
    assert found.mag[0] == pytest.approx(mag)
    with pytest.raises(HscError, match="no colour terms of ps1 for HSC-RC are known; there are"):
        read_catalogues([str(path)], Photometry("HSC-RC", system="ps1"), 1e-6)


def test_a_table_without_the_columns_says_what_it_has(tmp_path):
    path = tmp_path / "SRC-0000001-001.fits"
    Table({"id": [1], "a": [2.0]}).write(path)
    with pytest.raises(HscError, match=r"has no positions: it needs .* and has id, a"):
        read_sources(str(path), SourceCuts())


def test_plain_columns_flags_and_cells(tmp_path):
    path = tmp_path / "SRC-0000001-001.fits"
    count = 40
    Table({
        "x": np.linspace(10, 500, count), "y": np.full(count, 100.0), "xerr": np.full(count, 0.1),
        "flux": np.arange(1, count + 1) * 1000.0, "fluxerr": np.full(count, 10.0),
    }).write(path)  # fmt: skip
    assert len(read_sources(str(path), SourceCuts())) == count
    found = read_sources(str(path), SourceCuts(per_cell=5))
    assert sorted(found[:, 4]) == pytest.approx(sorted(-2.5 * np.log10(np.arange(36, 41) * 1000)))


def test_settings_have_the_names_and_defaults_of_hscpipe():
    mosaic, jointcal = parse_settings("mosaic", []), parse_settings("jointcal", [])
    assert (mosaic.positions.order, mosaic.fluxes.order, mosaic.cuts.per_cell) == (9, 7, 5)
    assert (jointcal.positions.order, jointcal.fluxes.order, jointcal.radius) == (7, 7, 3.0)
    changed = parse_settings("jointcal", ["astrometryReferenceErr=20", "doPhotometry=False"])
    assert changed.reference_error == pytest.approx(20 / 3.6e6)
    assert not changed.has_fluxes


def test_heads_of_scamp_are_read_as_what_they_mean(tmp_path):
    path = tmp_path / "1.head"
    path.write_bytes(
        b"COMMENT   (c) Sorbonne Universit\xe9\nCTYPE1  = 'RA---TAN' / type\n"
        b"CTYPE2  = 'DEC--TAN' / type\nPV1_1   = 1.0 / x\nFLXSCALE= 1.5E0 / flux\nEND     \n"
    )
    assert read_heads(path) == [
        {"CTYPE1": "RA---TPV", "CTYPE2": "DEC--TPV", "PV1_1": 1.0, "FLXSCALE": 1.5}
    ]


def test_a_file_that_is_no_table(tmp_path):
    path = tmp_path / "stars"
    path.write_bytes(os.urandom(300))
    with pytest.raises(HscError, match="no table of FITS, CSV or Parquet"):
        read_table(str(path))
    with pytest.raises(HscError, match="No such file"):
        read_table(str(tmp_path / "none"))


def test_a_ccd_that_few_stars_tie_down_says_so_and_a_check_finds_it(tmp_path, capfd):
    few = ("--visits", 2, "--ccds", "3^30^50^77^100", "--stars", 8, "--seed", 21)
    assert run("hsc", "simulate", tmp_path / "few", *few) == 0
    assert solve(tmp_path / "few") == 1
    said = capfd.readouterr().err
    assert re.search(r"positions of \d CCDs are uncertain by more than 30 mas along an axis", said)
    paths = [*results(tmp_path / "few").rglob("jointcal_wcs-*.fits")]
    poor = {path.name for path in paths if fits.getheader(path)["ASTRERR"] > 30}
    assert poor
    found = {path.name for path in paths if any(
        finding.code == "HS124" for finding in fitslint.check(path).findings
    )}  # fmt: skip
    assert found == poor


def test_a_failed_solution_leaves_nothing_and_a_rerun_says_what_changed(simulated, tmp_path, capfd):
    root, band = prepare(simulated, tmp_path)
    other = root / "other.csv"
    other.write_text("ra,dec,mag\n10.0,-60.0,20.0\n")
    assert run("hsc", "mosaic", root, "--rerun", "test", "--reference", other, *ORDERS) == 1
    assert not results(root).exists()
    assert solve(root) == 0
    path = next(band.glob("corr/CORR-0020878-041.fits"))
    with fits.open(path, mode="update") as hdus:
        hdus[0].header["OBSERVER"] = "somebody else"
    capfd.readouterr()
    assert solve(root) == 0
    assert "CORR-0020878-041.fits changed" in capfd.readouterr().out
    assert solve(root, "--id", "visit=20878^20880") == 0
    said = capfd.readouterr()
    assert "is no longer used" in said.out
    assert "24 files are no longer made, and left as they are" in said.err
    assert run("hsc", "check", root, "--rerun", "test", "--output", "concise") == 1
    said = capfd.readouterr().out.splitlines()
    mixed = [line for line in said if "HS123" in line]
    assert len(mixed) == 1
    assert "visit 20882: fcr, jointcal_photoCalib, jointcal_wcs and wcs of ccd 41..42" in mixed[0]
    assert "of 3 visits and " in mixed[0]
    # What was left is still ours: a rerun with all visits takes its place.
    assert solve(root) == 0
    assert run("hsc", "check", root, "--rerun", "test", "--output", "concise") == 0
