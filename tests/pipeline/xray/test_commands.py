"""``fitslint xray``: from an image to conformant maps, region files, and back from the sky."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys

import numpy as np
import pytest

import fitslint
from fitslint.cli.main import main
from fitslint.pipeline.xray.regions.files import read_regions
from fitslint.pipeline.xray.regions.frames import ImageGrid
from fitslint.pipeline.xray.regions.masks import draw_regions
from fitslint.source.image import read_image

fits = pytest.importorskip("astropy.io.fits")

FACTS = ("ENERGYLO=0.5", "ENERGYHI=2.0", "OBJECT=A 1689")


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A cluster of 64 by 64 pixels with the keywords of a Chandra image."""
    y, x = np.mgrid[:64, :64]
    bright = 30 * (1 + ((x - 30) ** 2 + (y - 34) ** 2) / 60) ** -1.5 + 0.3
    counts = np.random.default_rng(3).poisson(bright).astype(">f4")
    header = fits.Header()
    header["TELESCOP"], header["INSTRUME"] = "CHANDRA", "ACIS"
    for axis, (name, centre, step) in enumerate(
        (("RA---TAN", 197.87, -0.492 / 1800), ("DEC--TAN", -1.34, 0.492 / 1800)), 1
    ):
        header[f"CTYPE{axis}"], header[f"CRVAL{axis}"] = name, centre
        header[f"CRPIX{axis}"], header[f"CDELT{axis}"] = 32.5, step
        header[f"CUNIT{axis}"] = "deg"
        header[f"CTYPE{axis}P"], header[f"CRVAL{axis}P"] = "xy"[axis - 1], 4032.5
        header[f"CRPIX{axis}P"], header[f"CDELT{axis}P"] = 0.5, 2.0
    header["RADESYS"], header["EXPOSURE"] = "ICRS", (50000.0, "[s] exposure")
    header["BUNIT"], header["HISTORY"] = "adu", "made for a test"
    path = tmp_path_factory.mktemp("xray") / "cluster.fits"
    fits.PrimaryHDU(counts, header).writeto(path)
    return path


def run(*arguments):
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code or 0


def bin_cluster(image, folder, *more):
    words = [word for fact in FACTS for word in ("--set", fact)]
    return run(
        "xray", "contbin", image, "--sn", 15, "--smoothsn", 10, "--constrainfill",
        "--outdir", folder, *words, *more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(image, tmp_path_factory):
    made = tmp_path_factory.mktemp("bins")
    assert bin_cluster(image, made) == 0
    return made


def test_maps_conform_and_keep_what_the_image_tells(image, folder):
    for name in ("binmap", "sn", "out", "mask"):
        path = folder / f"contbin_{name}.fits"
        report = fitslint.check(path, dictionary="products")
        assert not report.errors, str(report)
        header = fits.getheader(path)
        assert header["OBJECT"] == "A 1689"
        assert header["CRVAL1P"] == 4032.5
        assert header["EXPOSURE"] == 50000.0
        assert header["BUNIT"] == {"out": "count"}.get(name, "")
        assert "made for a test" in header["HISTORY"]
        assert header["NBINS"] == fits.getdata(folder / "contbin_binmap.fits").max() + 1
        assert header["CONSTRN"] == 3.0
    binmap, sn = (fits.getdata(folder / f"contbin_{name}.fits") for name in ("binmap", "sn"))
    assert sn.min() >= 15
    assert binmap.min() == 0


def test_a_fact_against_the_image_names_the_product(image, tmp_path, capsys):
    assert bin_cluster(image, tmp_path, "--set", "RADESYS=FK5") == 3
    said = capsys.readouterr().err
    assert "contbin_" in said and "<bytes>" not in said
    assert "`fitslint conform` replaces it with --overwrite-wcs" in said


@pytest.mark.skipif(shutil.which("fitsverify") is None, reason="fitsverify is not installed")
def test_fitsverify_finds_nothing_in_the_maps(folder):
    done = subprocess.run(
        ["fitsverify", "-q", *sorted(map(str, folder.glob("*.fits")))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_table_has_a_line_for_every_bin(image, folder):
    rows = list(csv.DictReader((folder / "contbin_bins.csv").open()))
    binmap = fits.getdata(folder / "contbin_binmap.fits")
    counts = fits.getdata(image)
    assert len(rows) == binmap.max() + 1
    for row in rows:
        inside = binmap == int(row["bin"])
        assert int(row["pixels"]) == inside.sum()
        assert float(row["signal"]) == pytest.approx(counts[inside].sum())
    assert (folder / "bin_sn_stats.qdp").read_text().startswith("label x Signal:Noise\n")


def test_regions_of_the_bins_are_the_bins_in_all_coordinates(folder, tmp_path):
    binmap = folder / "contbin_binmap.fits"
    assert run("xray", "regions", binmap, "--outdir", tmp_path / "outreg") == 0
    files = sorted((tmp_path / "outreg").glob("xaf_*.reg"))
    for form in ("sexagesimal", "degrees"):
        assert run(
            "xray", "coordinates", *files, "--image", binmap, "--to", form, "--outdir", tmp_path
        ) == 0  # fmt: skip
    read = read_image(str(binmap), axes=2, max_pixels=1 << 20)
    grid = ImageGrid(read.header)
    assert len(files) == read.values.max() + 1
    for file in files:
        number = int(file.stem.removeprefix("xaf_"))
        for path in (file, tmp_path / f"{file.stem}_sex.reg", tmp_path / f"{file.stem}_deg.reg"):
            shapes = [grid.convert(shape, "image") for shape in read_regions(path)]
            assert (draw_regions(shapes, read.values.shape) == (read.values == number)).all()


def test_an_origin_that_is_given_holds(folder, tmp_path):
    binmap = folder / "contbin_binmap.fits"
    assert run(
        "xray", "regions", binmap, "--minx", 100, "--miny", 200, "--outdir", tmp_path
    ) == 0  # fmt: skip
    shapes = [shape for path in tmp_path.glob("*.reg") for shape in read_regions(path)]
    assert min(shape.numbers[0] - shape.numbers[2] / 2 for shape in shapes) == 100
    assert max(shape.numbers[1] + shape.numbers[3] / 2 for shape in shapes) == 264


def test_an_image_may_be_one_bin(image, tmp_path):
    assert bin_cluster(image, tmp_path, "--sn", 100_000) == 0
    assert (fits.getdata(tmp_path / "contbin_binmap.fits") == 0).all()


def test_what_the_image_does_not_tell_is_asked_for(image, tmp_path, capfd):
    assert run("xray", "contbin", image, "--sn", 15, "--outdir", tmp_path) == 1
    told = capfd.readouterr().out
    assert told.count("unknown OBJECT") == 1
    assert "does not conform" in told


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--sn", "0"], 2, "must be above 0"),
        (["--mask", "none.fits"], 3, "none.fits: cannot be read"),
        (["--smoothsn", "-3"], 3, "signal to noise of the smoothing"),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(image, tmp_path, arguments, code, sentence):
    done = subprocess.run(
        [sys.executable, "-m", "fitslint", "xray", "contbin", image, "--outdir", tmp_path / "new",
         *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert sentence in done.stderr
    assert not (tmp_path / "new").exists()


def test_regions_of_no_file_are_told(folder, tmp_path, capfd):
    binmap = folder / "contbin_binmap.fits"
    wrong = tmp_path / "wrong.reg"
    wrong.write_text("# CIAO\ncircle(1,2\n")
    assert run("xray", "coordinates", wrong, "--image", binmap) == 3
    assert "wrong.reg: line 2" in capfd.readouterr().err
    wrong.write_text("galactic;circle(1,2,3')")
    assert run("xray", "coordinates", wrong, "--image", binmap) == 3
    assert "wrong.reg: the image is in icrs" in capfd.readouterr().err
    assert run("xray", "regions", binmap, "--minx", "nan", "--miny", "1") == 2
    assert run("xray", "coordinates", wrong) == 2
    assert run("xray", "regions", wrong) == 3
