"""Joint solutions applied: CALEXP and CALSRC, by the command line."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

import fitslint
from fitslint.cli.main import main
from fitslint.pipeline.hsc.apply.solution import read_solution
from fitslint.pipeline.hsc.joint.camera import CHIP_SHAPE
from fitslint.pipeline.hsc.joint.plane import to_directions, to_positions
from fitslint.pipeline.hsc.joint.simulate import SimulationPlan, list_truth_pixels, simulate
from fitslint.pipeline.hsc.joint.simulation_files import write_simulation
from fitslint.pipeline.hsc.joint.sip import express_wcs
from fitslint.wcs.wcs import Wcs

CHIPS = (41, 42, 49, 50, 100)
VISITS = (20878, 20880, 20882)
MAG = 20.0


def run(*arguments):
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code or 0


def fill_image(path, simulated, visit, chip):
    """Pixels of stars of one magnitude, with mask, variance and another HDU behind them."""
    x, y = (part.astype(int) for part in list_truth_pixels())
    zero = simulated.locate(visit, chip, x.astype(float), y.astype(float))[2]
    pixels = np.ones(CHIP_SHAPE[::-1], "f4")
    pixels[y, x] = 10 ** (-0.4 * (MAG - zero))
    pixels[5, 7] = np.nan
    primary, image = (fits.getheader(path, at) for at in (0, 1))
    mask = np.zeros(CHIP_SHAPE[::-1], "i4")
    mask[100:200] = 5
    flags = fits.Header([("EXTNAME", "MASK"), ("MP_BAD", 0), ("MP_SAT", 1)])
    image["LTV1"] = 0.0
    image["CTYPE1A"], image["CRVAL1A"], image["CRPIX1A"] = "LINEAR", 0.0, 1.0
    archive = fits.BinTableHDU.from_columns([fits.Column("id", "J", array=[3, 4])], name="INDEX")
    fits.HDUList([
        fits.PrimaryHDU(header=primary), fits.ImageHDU(pixels, header=image),
        fits.ImageHDU(mask, header=flags), fits.ImageHDU(np.full_like(pixels, 4), name="VARIANCE"),
        archive,
    ]).writeto(path, overwrite=True, checksum=True)  # fmt: skip


@pytest.fixture(scope="module")
def simulated():
    return simulate(SimulationPlan(3, 90, CHIPS, seed=8))


@pytest.fixture(scope="module")
def rerun(simulated, tmp_path_factory):
    """A rerun with its solutions, of which three CCDs have pixels."""
    root = tmp_path_factory.mktemp("hsc") / "HSC"
    write_simulation(simulated, root, "test")
    assert (
        run(
            "hsc", "jointcal", root, "--rerun", "test", "--reference", root / "reference.fits",
            "--config", "astrometryVisitOrder=5", "--config", "photometryVisitOrder=2",
        )
        == 0
    )  # fmt: skip
    for visit, ccd in ((0, 50), (1, 50), (1, 100)):
        path = band(root) / f"corr/CORR-{VISITS[visit]:07d}-{ccd:03d}.fits"
        fill_image(path, simulated, visit, CHIPS.index(ccd))
    assert calibrate(root, "exposure", "visit=20878 ccd=50", "visit=20880 ccd=50^100") == 0
    assert calibrate(root, "catalog", "visit=20878..20882") == 0
    return root


def calibrate(root, what, *ids, more=()):
    chosen = [word for each in ids for word in ("--id", each)]
    return run("hsc", f"calibrate-{what}", root, "--rerun", "test", *chosen, *more)


def band(root):
    return root / "rerun/test/01378/HSC-I"


def calexp(root, visit, ccd):
    return band(root) / f"corr/0000/CALEXP-{visit:07d}-{ccd:03d}.fits"


def calsrc(root, visit, ccd):
    return band(root) / f"output/0000/CALSRC-{visit:07d}-{ccd:03d}.fits"


def test_stars_have_their_magnitudes_in_every_image(simulated, rerun):
    x, y = (part.astype(int) for part in list_truth_pixels())
    for visit, ccd in ((20878, 50), (20880, 50), (20880, 100)):
        with fits.open(calexp(rerun, visit, ccd)) as hdus:
            zero = 2.5 * np.log10(hdus[0].header["FLUXMAG0"])
            mags = zero - 2.5 * np.log10(hdus["IMAGE"].data[y, x].astype("f8"))
            assert np.isnan(hdus["IMAGE"].data[5, 7])
            rms = hdus[0].header["PHTRMSI"] / 1e3
        assert mags == pytest.approx(MAG, abs=0.04)
        assert np.std(mags) < rms


def test_all_but_pixels_and_coordinates_is_as_it_was(rerun):
    old = band(rerun) / "corr/CORR-0020880-100.fits"
    new = calexp(rerun, 20880, 100)
    wcs = rerun / "rerun/test/jointcal-results/HSC-I/0000/jointcal_wcs-0020880-100.fits"
    with fits.open(old) as before, fits.open(new) as after:
        assert [hdu.name for hdu in after] == [hdu.name for hdu in before]
        assert np.array_equal(before["MASK"].data, after["MASK"].data)
        assert after["MASK"].header["MP_SAT"] == 1
        assert after["IMAGE"].header["LTV1"] == 0.0
        assert after["IMAGE"].header["CTYPE1A"] == "LINEAR"
        assert after[0].header["EXP-ID"] == before[0].header["EXP-ID"]
        factor = after["IMAGE"].data[100:110] / before["IMAGE"].data[100:110]
        assert after["VARIANCE"].data[100:110] == pytest.approx(4 * factor**2, rel=1e-5)
        joint = WCS(fits.getheader(wcs), naxis=2)
        pixels = np.array([[1.0, 1.0], [2000.0, 4000.0], [1024.0, 2088.0]])
        for name in ("IMAGE", "MASK", "VARIANCE"):
            ours = WCS(after[name].header, naxis=2).all_pix2world(pixels, 1)
            assert np.array_equal(ours, joint.all_pix2world(pixels, 1))
    tail = fits.open(old)["INDEX"].fileinfo()["hdrLoc"]
    assert new.read_bytes().endswith(old.read_bytes()[tail:])


def test_what_is_written_conforms(rerun):
    files = [calexp(rerun, 20880, 50), calsrc(rerun, 20880, 49)]
    for path in files:
        report = fitslint.check(path, profile="strict")
        assert not report.findings, report.format()
        with fits.open(path, checksum=True) as hdus:
            hdus.verify("exception")
    if shutil.which("fitsverify") is not None:
        said = subprocess.run(
            ["fitsverify", "-q", *files], check=False, capture_output=True, text=True
        ).stdout
        assert said.count("verification OK") == 2


def test_sources_have_places_and_magnitudes_of_the_solution(simulated, rerun):
    for chip, ccd in enumerate(CHIPS):
        before = fits.getdata(band(rerun) / f"output/SRC-0020880-{ccd:03d}.fits")
        after = fits.getdata(calsrc(rerun, 20880, ccd))
        x, y = before["base_SdssCentroid_x"], before["base_SdssCentroid_y"]
        ra, dec, zero = simulated.locate(1, chip, x, y)
        away = to_directions(np.degrees(after["coord_ra"]), np.degrees(after["coord_dec"]))
        away = np.linalg.norm(away - to_directions(ra, dec), axis=1)
        assert np.degrees(away.max()) * 3.6e6 < (90 if ccd < 100 else 5000)
        flux = before["base_CircularApertureFlux_12_0_instFlux"]
        mag = after["base_CircularApertureFlux_12_0_mag"]
        assert mag == pytest.approx(zero - 2.5 * np.log10(flux), abs=0.04)
        error = before["base_CircularApertureFlux_12_0_instFluxErr"] / flux * 2.5 / np.log(10)
        assert after["base_CircularApertureFlux_12_0_magErr"] == pytest.approx(error)
        assert np.array_equal(before["id"], after["id"])
        assert np.array_equal(before["flags"], after["flags"])


def test_fluxes_stay_counts_on_request(rerun, tmp_path):
    more = ("--config", "doApplyCalib=False", "--outdir", tmp_path)
    assert calibrate(rerun, "catalog", "visit=20880 ccd=50 tract=0", more=more) == 0
    before = fits.getdata(band(rerun) / "output/SRC-0020880-050.fits")
    after = fits.getdata(tmp_path / "0000/CALSRC-0020880-050.fits")
    name = "base_CircularApertureFlux_12_0_instFlux"
    for column in (name, f"{name}Err"):
        assert after[column] == pytest.approx(before[column] * after["mosaic_corr"])
    mags = fits.getdata(calsrc(rerun, 20880, 50))["base_CircularApertureFlux_12_0_mag"]
    zero = fits.getheader(tmp_path / "0000/CALSRC-0020880-050.fits")["FLUXMAG0"]
    assert -2.5 * np.log10(after[name] / zero) == pytest.approx(mags)


@pytest.mark.parametrize("ccd", CHIPS)
def test_factors_are_the_same_for_images_and_positions(rerun, ccd):
    folder = rerun / "rerun/test/jointcal-results/HSC-I/0000"
    name = f"0020880-{ccd:03d}.fits"
    found = read_solution(folder / f"jointcal_wcs-{name}", folder / f"jointcal_photoCalib-{name}")
    x, y = np.meshgrid(np.arange(CHIP_SHAPE[0], dtype=float), [0.0, 2000.0, 4175.0])
    assert found.scale_grid(y[:, 0]) == pytest.approx(found.scale(x, y), rel=1e-9)


@pytest.mark.parametrize(
    ("cards", "is_read"),
    [
        ({}, True), ({"LONPOLE": 180.0}, True), ({"RADESYS": None}, True),
        ({"LONPOLE": 170.0}, False), ({"PV1_3": 170.0}, False), ({"RADESYS": "FK5"}, False),
        ({"CTYPE1": "GLON-TAN", "CTYPE2": "GLAT-TAN"}, False),
        ({"CTYPE1": "DEC--TAN", "CTYPE2": "RA---TAN"}, False),
    ],
)  # fmt: skip
def test_coordinates_are_read_as_their_header_means_them(cards, is_read):
    """What a chip's polynomial cannot say is refused: of no file it says other places."""
    header = {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 30.0, "CRVAL2": 40.0,
        "CRPIX1": 1000.5, "CRPIX2": -300.0, "CD1_1": 4e-5, "CD1_2": 2e-5, "CD2_1": -2e-5,
        "CD2_2": 4e-5, "RADESYS": "ICRS",
    } | cards  # fmt: skip
    wcs = Wcs.from_header({name: value for name, value in header.items() if value is not None})
    if not is_read:
        with pytest.raises(ValueError, match="not right ascension and declination of ICRS"):
            express_wcs(wcs)
        return
    found = express_wcs(wcs)
    at = np.array([0.0, 2000.0]), np.array([0.0, 4000.0])
    ours = to_positions(found.plane.unproject(found.project(*at)))
    assert np.array(ours) == pytest.approx(np.array(wcs.pixel_to_sky(at[0] + 1, at[1] + 1)))


def test_what_is_unchanged_is_not_written_again(rerun, capfd):
    path = calsrc(rerun, 20880, 50)
    before = path.stat().st_mtime_ns
    assert calibrate(rerun, "catalog", "visit=20880 ccd=50") == 0
    assert "0 written, 1 unchanged" in capfd.readouterr().out
    assert path.stat().st_mtime_ns == before


def test_jobs_change_no_byte(rerun, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made = []
    for jobs in (1, 2):
        more = ("--outdir", tmp_path / str(jobs), "-j", jobs)
        assert calibrate(rerun, "catalog", "visit=20880", more=more) == 0
        made.append({p.name: p.read_bytes() for p in (tmp_path / str(jobs)).rglob("*.fits")})
    assert len(made[0]) == len(CHIPS)
    assert made[0] == made[1]


def test_what_cannot_be_used_is_named_and_the_rest_goes_on(rerun, tmp_path, capfd):
    root = tmp_path / "HSC"
    shutil.copytree(rerun, root, ignore=shutil.ignore_patterns("CALEXP-*", "CORR-*"))
    for ccd in CHIPS:
        with (band(rerun) / f"corr/CORR-0020882-{ccd:03d}.fits").open("rb") as file:
            (band(root) / f"corr/CORR-0020882-{ccd:03d}.fits").write_bytes(file.read(20000))
    results = root / "rerun/test/jointcal-results/HSC-I/0000"
    (results / "jointcal_wcs-0020882-041.fits").unlink()
    (results / "jointcal_photoCalib-0020882-042.fits").unlink()
    shutil.copy(
        results / "jointcal_photoCalib-0020882-050.fits",
        results / "jointcal_photoCalib-0020882-049.fits",
    )
    source = band(root) / "output/SRC-0020882-050.fits"
    source.write_bytes(source.read_bytes()[:-4000])
    calsrc(root, 20882, 100).write_bytes(b"SIMPLE")
    assert calibrate(root, "catalog", "visit=20882") == 1
    said = capfd.readouterr()
    for word in (
        "there is no solution jointcal_wcs-0020882-041.fits", "there is no such solution",
        "is of CCD 50, not 49", "is cut off", "not of fitslint; say --overwrite",
    ):  # fmt: skip
        assert word in said.err
    assert "0 written, 0 unchanged, 5 left out" in said.out
    assert not list(root.rglob("*.part"))
    assert calibrate(root, "catalog", "visit=20882 ccd=41..45") == 1
    assert "note: 2 of 5 data ids have an image" in capfd.readouterr().err
    assert calibrate(root, "catalog", "visit=1") == 2
    assert calibrate(root, "exposure", "visit=20882 ccd=100") == 1
    assert "is cut off" in capfd.readouterr().err


def test_a_solution_is_not_applied_twice(rerun, tmp_path, capfd):
    root = tmp_path / "HSC"
    shutil.copytree(rerun, root, ignore=shutil.ignore_patterns("*20878*", "*20882*", "CORR-*"))
    shutil.copy(calsrc(rerun, 20880, 50), band(root) / "output/SRC-0020880-050.fits")
    shutil.copy(calexp(rerun, 20880, 50), band(root) / "corr/CORR-0020880-050.fits")
    for what in ("catalog", "exposure"):
        assert calibrate(root, what, more=("--outdir", tmp_path / "out")) == 1
        assert "applied already" in capfd.readouterr().err
    assert calibrate(root, "catalog", more=("--config", "doApplyCalib=no")) == 2
