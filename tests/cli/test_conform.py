"""``fitslint conform`` as a process."""

import shutil

import pytest
from astropy.io import fits

from fitslint.cli.main import main
from tests.cli.tool import run
from tests.products.samples import image, pixels, stored

FACTS = [
    "--zlens", "0.183", "--zsource", "2", "--normalisation", "source", "--cosmology", "Planck18",
    "--object", "Abell 1689", "--center", "197.873,-1.341", "--scale", "0.5",
    "--maptype", "observed", "--mapsrc", "wayback",
]  # fmt: skip


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "map.fits"
    target.write_bytes(stored(image()))
    return target


def test_it_writes_and_says_what(path):
    done = run("conform", "kappa", path, *FACTS, "--history", "made for a test")
    said = done.stdout.decode()
    assert done.returncode == 0 and done.stderr == b""
    assert f"{path}: HDU 1, kappa: written" in said
    assert "PIXKPC   1.58854872" in said and "D_A of Planck18 at ZLENS" in said
    assert run("check", "--profile", "products", path).returncode == 0
    assert fits.getheader(path)["HISTORY"][0] == "made for a test"
    again = run("conform", "kappa", path, *FACTS)
    assert again.returncode == 0 and b"nothing to write" in again.stdout


def test_what_is_unknown_is_told(path):
    before = path.read_bytes()
    done = run("conform", "kappa", path, "--zlens", "0.183", "--complete")
    said = done.stdout.decode()
    assert done.returncode == 1 and path.read_bytes() == before
    assert "unknown OBJECT: give the name of the cluster" in said
    assert said.count("--center RA,DEC") == 1  # one sentence for all keywords of the WCS
    done = run("conform", "kappa", path, "--zlens", "0.183")
    assert done.returncode == 1 and fits.getheader(path)["ZLENS"] == 0.183


@pytest.mark.long
def test_nothing_is_written_for_a_look(path, tmp_path):
    before = path.read_bytes()
    done = run("conform", "kappa", path, *FACTS, "--diff")
    assert done.returncode == 0 and b"+PRODUCT = 'kappa   '" in done.stdout
    done = run("conform", "kappa", path, *FACTS, "--dry-run")
    assert done.returncode == 0 and b"would be written" in done.stdout
    done = run("conform", "kappa", path, *FACTS, "--output-dir", tmp_path / "out")
    assert done.returncode == 0 and path.read_bytes() == before
    written = list((tmp_path / "out").rglob("map.fits"))
    assert len(written) == 1 and fits.getheader(written[0])["PRODUCT"] == "kappa"


def test_options_for_other_products(tmp_path):
    path = tmp_path / "a.fits"
    path.write_bytes(stored(image()))
    (tmp_path / "events.fits").write_bytes(b"events")
    done = run(
        "conform", "xray-counts", path, "--object", "A1689", "--center", "197.8,-1.3",
        "--scale", "0.984", "--set", "EXPOSURE=150000", "--set", "TELESCOP=CHANDRA",
        "--set", "INSTRUME=ACIS", "--set", "ENERGYLO=0.5", "--set", "ENERGYHI=2",
        "--set", "DATE-OBS=2004-03-06", "--input", tmp_path / "events.fits",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    header = fits.getheader(path)
    assert header["EXPOSURE"] == 150000.0 and header["INPUT1"] == "events.fits"


def test_useless_pixels_and_findings_are_exit_1(path):
    path.write_bytes(stored(fits.PrimaryHDU(pixels() * 0)))
    done = run("conform", "kappa", path, *FACTS)
    assert done.returncode == 1 and b"all-zero: all pixels are zero" in done.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["kapa", "x.fits"], "did you mean kappa"),
        (["kappa", "x.fits", "--zlens", "-1"], "above 0"),
        (["kappa", "x.fits", "--zlens", "nan"], "finite"),
        (["kappa", "x.fits", "--set", "EXPOSURE"], "not KEY=VALUE"),
        (["kappa", "x.fits", "--set", "EXPOSURE=3"], "no EXPOSURE"),
        (["binmap", "x.fits", "--set", "NBINS=many"], "no number"),
        (["kappa", "x.fits", "--center", "13:11:29"], "RA,DEC"),
        (["kappa", "x.fits", "--cosmology", "Plank18"], "Planck18"),
        (["kappa", "x.fits", "--input", "none.fits"], "none.fits"),
        (["kappa", "x.fits", "--in-place", "--output-dir", "d"], "exclude each other"),
    ],
)
def test_facts_that_cannot_be_are_exit_2(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["conform", *arguments])
    lines = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2 and len(lines) == 1 and said in lines[0]


def test_files_that_cannot_be_used_are_exit_3_and_others_are_done(path, tmp_path):
    shutil.copy(path, tmp_path / "other.fits")
    (tmp_path / "\x1b[31m.fits").write_bytes(b"hello")
    files = [path, tmp_path / "\x1b[31m.fits", tmp_path / "none.fits", tmp_path / "other.fits"]
    done = run("conform", "kappa", *files, *FACTS)
    assert done.returncode == 3 and done.stdout.count(b": written") == 2
    assert len(done.stderr.splitlines()) == 2 and b"\x1b" not in done.stderr + done.stdout


def test_a_contradiction_is_refused_unless_it_is_named(path):
    assert run("conform", "kappa", path, *FACTS).returncode == 0
    before = path.read_bytes()
    done = run("conform", "kappa", path, "--zsource", "3")
    assert done.returncode == 3 and path.read_bytes() == before
    assert b"kappa rescale MAP --zsource 3" in done.stderr and b"--overwrite ZSRC" in done.stderr
    done = run("conform", "kappa", path, "--zsource", "3", "--overwrite", "ZSRC")
    assert done.returncode == 0 and b"ZSRC 2 replaced by 3" in done.stdout
