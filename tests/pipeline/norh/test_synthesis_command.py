"""``norh simulate`` and ``norh synth`` as they are typed: products, sentences, exit codes."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date

import numpy as np
import pytest

import fitslint
from fitslint.cli.main import main
from fitslint.pipeline.norh.bad_antennas import build_sz_file
from fitslint.pipeline.norh.image import read_solar_image
from fitslint.pipeline.norh.synthesis import imager
from fitslint.pipeline.norh.synthesis.clean import Cleaned, DivergenceError
from tests.pipeline.norh.judging import list_faults
from tests.pipeline.norh.test_raw import SCENE

EPOCH = "894684021"
SMALL = ("--size", "64", "--cenfnl=-431,54")


def run(*arguments):
    with pytest.raises(SystemExit) as end:
        main(["norh", *map(str, arguments)])
    return end.value.code or 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A scene, its raw data at both frequencies, and small images of the first frame."""
    place = tmp_path_factory.mktemp("norh")
    text = SCENE.replace('frequency = "34GHz"\n', "").replace("curve", "polarisation = 0.3\ncurve")
    (place / "scene.toml").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        for frequency in (17, 34):
            raw = place / f"ss{frequency}980509001.fits"
            assert run("simulate", place / "scene.toml", "--freq", frequency, "-o", raw) == 0
            options = (*SMALL, "--bad", "n20", "--main-beam")
            assert run("synth", raw, *options, "--outdir", place / "images") == 0
    return place


@pytest.fixture(scope="module")
def images(folder):
    """The images by name."""
    return {path.name: path for path in (folder / "images").iterdir()}


def test_images_are_called_as_in_the_archive(images):
    assert sorted(images) == ["ipa980509_032021", "ips980509_032021", "ipz980509_032021"]


def test_products_conform(folder, images):
    raw = sorted(folder.glob("*.fits"))
    for path in (*raw, *images.values()):
        for profile in ("standard", "norh"):
            report = fitslint.check(path, profile=profile)
            assert not report.findings, str(report)


@pytest.mark.skipif(shutil.which("fitsverify") is None, reason="fitsverify is not installed")
def test_fitsverify_has_nothing_to_say(folder, images):
    paths = [*folder.glob("*.fits"), *images.values()]
    said = subprocess.run(["fitsverify", "-q", *paths], capture_output=True, text=True, check=False)
    assert said.stdout.count("verification OK") == len(paths), said.stdout


def test_the_header_says_how_an_image_was_made(images):
    from astropy.io import fits

    header = fits.getheader(images["ipa980509_032021"])
    assert header["PROGNAME"].startswith("fitslint heliograph")
    assert (header["CRINPUT"], header["CRFACTOR"], header["NFRCAL"]) == (-0.2, 0.001, 1)
    assert header["CRITER"] >= 0.2 * header["DSKBR"] * 0.999
    assert header["NSATUR"] == 0
    assert header["DYNRANGE"] * header["RESIRMS"] == pytest.approx(
        read_solar_image(str(images["ipa980509_032021"])).values.max(), rel=1e-3
    )
    assert (header["MBEAMC"], header["DISKRSTR"]) == ("yes", "yes")
    assert (header["CRPIX1"], header["CRVAL1"], header["CDELT1"]) == (32.5, -431, 4.91106)
    assert header["BMAJ"] * 3600 == pytest.approx(16.983, abs=3e-3)
    history = " ".join(header["HISTORY"])
    assert "antennas not used: N03, N20, W28" in history
    assert "reconstructed" in history
    assert "ss17980509001.fits" in repr(header)


def test_the_same_seed_makes_the_same_bytes(folder, images, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    raw = tmp_path / "ss34980509001.fits"
    assert run("simulate", folder / "scene.toml", "--freq", 34, "-o", raw) == 0
    assert raw.read_bytes() == (folder / raw.name).read_bytes()
    options = (*SMALL, "--bad", "n20", "--main-beam")
    assert run("synth", raw, *options, "--outdir", tmp_path) == 0
    assert (tmp_path / "ipz980509_032021").read_bytes() == images["ipz980509_032021"].read_bytes()


def test_a_deck_of_each_program_is_written_and_run(folder, tmp_path, capsys):
    for program in ("hanaoka", "koshix", "fujiki"):
        deck = folder / f"{program}.deck"
        arguments = (folder / "ss17980509001.fits", "--prog", program, "--write-deck", deck)
        assert run("synth", *arguments, "--cenfnl", "-88,11", "--cenunit", "pixel") == 0
        text = deck.read_text()
        assert "2,-88,11" in text and "sz00980509001" in text
        if program == "fujiki":
            out = tmp_path / program
            assert run("synth", "--deck", deck, "--outdir", out) == 0
            assert {path.name[:3] for path in out.iterdir()} == {"ipa", "ips"}
            for path in out.iterdir():
                assert list_faults(path) == []
                assert read_solar_image(str(path)).number("CELLSIZE") == 5
    assert "components" in capsys.readouterr().out


MISTAKES = (
    (("--size", "514"), 2, "even number of 16 to 512 pixels, not 514"),
    (("--size", "33"), 2, "even number of 16 to 512 pixels, not 33"),
    (("--size", "64", "--cenfnl", "1500,0"), 2, "arcsec off the limb"),
    (("--frames", "9"), 2, "frame 9 is not here"),
    (("--frames", "1:x"), 2, "--frames is"),
    (("--frames", "2:1:1"), 2, "--frames is"),
    (("--integrate", "3"), 2, "fewer than 3"),
    (("--bad", "e29"), 2, "there is no antenna 'e29'"),
    (("--cenunit", "degree"), 2, "arcsec or pixel"),
    (("--prog", "hanoka"), 2, "hanaoka"),
    (("--cleanbox", "0,9,0"), 2, "not 4 numbers"),
    (("--cleanbox=0,1,900,901",), 3, "no pixel of the dirty map"),
    (("--cellsize", "5"), 2, "weights of fujiki"),
    (("--criterion", "1,2,3"), 2, "not 2 numbers"),
    (("--deck", "nothing"), 3, "cannot be read"),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: " ".join(mistake[0]))
def test_bad_input_is_told_and_nothing_is_written(folder, tmp_path, capsys, mistake):
    arguments, code, said = mistake
    raw = folder / "ss17980509001.fits"
    assert run("synth", raw, "--outdir", tmp_path / "out", *arguments) == code
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_antennas_of_an_sz_file_are_left_out(folder, tmp_path, capsys):
    sz = tmp_path / "sz980509.toml"
    sz.write_text(build_sz_file(date(1998, 5, 9), range(28)))
    raw = folder / "ss17980509001.fits"
    assert run("synth", raw, *SMALL, "--outdir", tmp_path / "out", "--sz", sz) == 3
    assert "the north arm has 0 good antennas" in capsys.readouterr().err
    sz.write_text(sz.read_text().replace("1, 1", "1, 2"))
    assert run("synth", raw, *SMALL, "--outdir", tmp_path / "out", "--sz", sz) == 2
    assert "84 flags of 0 or 1" in capsys.readouterr().err


def test_other_mistakes(folder, images, capsys):
    assert run("synth") == 2
    assert run("simulate", folder / "scene.toml", "--freq", 5) == 2
    raw = folder / "ss17980509001.fits"
    assert run("simulate", folder / "scene.toml", "-o", raw) == 2
    assert "there is such a file already" in capsys.readouterr().err
    night = folder / "night.toml"
    night.write_text('start = "1998-05-09T15:00:00"')
    assert run("simulate", night, "-o", folder / "night.fits") == 3
    assert "below the horizon" in capsys.readouterr().err
    assert run("synth", next(iter(images.values()))) == 3
    assert "is not published" in capsys.readouterr().err


def test_other_programs_are_of_17_ghz(folder, capsys):
    assert run("synth", folder / "ss34980509001.fits", "--prog", "koshix") == 2
    assert "koshix makes images at 17 GHz" in capsys.readouterr().err


def test_an_event(folder, tmp_path):
    """Frames of 0.1 s, and names with milliseconds."""
    scene = tmp_path / "event.toml"
    scene.write_text((folder / "scene.toml").read_text() + "\n")
    scene.write_text("event = true\n" + scene.read_text())
    raw = tmp_path / "se17980509122021.fits"
    assert run("simulate", scene, "-o", raw) == 0
    assert run("synth", raw, *SMALL, "--integrate", 2, "--outdir", tmp_path / "out") == 0
    made = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in made] == [f"ip{one}980509_032021.354" for one in "as"]
    image = read_solar_image(str(made[0]))
    assert image.text("FRM-STAT") == "event" and image.exposure == pytest.approx(0.2)
    assert [list_faults(path) for path in (raw, *made)] == [[], [], []]


def test_components_stay_in_their_boxes(folder, tmp_path):
    raw = folder / "ss34980509001.fits"
    box = "--cleanbox=-461,-401,24,84"
    assert run("synth", raw, *SMALL, box, "--outdir", tmp_path) == 0
    assert b"components only in boxes" in (tmp_path / "ipz980509_032021").read_bytes()


def test_clean_without_end_is_flagged(folder, tmp_path, capsys, monkeypatch):
    def stop(*_, **how):
        return Cleaned(np.zeros((512, 512)), 7, "max_steps" in how)

    monkeypatch.setattr(imager, "clean_points", stop)
    raw = folder / "ss34980509001.fits"
    assert run("synth", raw, *SMALL, "--outdir", tmp_path) == 1
    assert "did not reach its criterion" in capsys.readouterr().err
    assert b"did not reach CRITER" in (tmp_path / "ipz980509_032021").read_bytes()

    def diverge(*_, **how):
        if "max_steps" in how:
            return Cleaned(np.zeros((512, 512)), 0, True)
        raise DivergenceError("CLEAN diverges")

    monkeypatch.setattr(imager, "clean_points", diverge)
    assert run("synth", raw, *SMALL, "--outdir", tmp_path / "none") == 1
    assert "CLEAN diverges" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("deep", "is_low"), [("0.001", False), ("0.3", True)])
def test_a_low_dynamic_range_is_told(folder, tmp_path, capsys, deep, is_low):
    from astropy.io import fits

    raw = folder / "ss17980509001.fits"
    words = (*SMALL, "--outdir", tmp_path, "--criterion=-0.2", "--factor", deep)
    assert run("synth", raw, *words) == 0
    out = capsys.readouterr().out
    (image,) = tmp_path.glob("ipa*")
    assert (fits.getval(image, "DYNRANGE") < 1000) == is_low
    assert out.count(f"{image.name}: the dynamic range is below 1000") == is_low
    assert out.count("the dynamic range is below") == is_low  # nothing of R-L, whose peak is weak


def test_a_whole_image_of_polarised_flux_may_have_a_low_range(folder, tmp_path, capsys):
    from astropy.io import fits

    raw = folder / "ss17980509001.fits"
    assert run("synth", raw, "--size", 512, "--outdir", tmp_path) == 0
    ranges = {path.name[:3]: fits.getval(path, "DYNRANGE") for path in tmp_path.iterdir()}
    assert ranges["ifs"] < 1000 < ranges["ifa"]
    assert "the dynamic range is below" not in capsys.readouterr().out
