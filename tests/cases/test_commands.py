"""Cases whose answer a command gives."""

from __future__ import annotations

import pytest

from tests.cli.tool import run

REMARKS = (
    "TOOLONGNAME", "TEMP.fortran", "TEMP.unit", "TEMP1", "EXPTIME", "BITPIX", "MODE.recommended",
    "MODE.minimum", "lower.name", "lower.relation", "RE.pattern", "TEMP.name",
)  # fmt: skip


@pytest.fixture
def case(shared, tmp_path):
    """Copies a case into a folder of this test."""

    def copy(name):
        path = tmp_path / name.rpartition("/")[2]
        path.write_bytes((shared / "cases" / name).read_bytes())
        return path

    return copy


def test_one_fault_of_a_dictionary_hides_no_other(case):
    done = run("dict", "lint", case("mission/bad-dictionary.toml"))
    told = (done.stdout + done.stderr).decode()
    assert done.returncode not in (0, 3)
    assert [one for one in REMARKS if f": {one}" not in told] == []


def test_a_suffix_in_capitals_is_seen_in_a_folder(case):
    path = case("mission/uppercase-suffix.FITS")
    done = run("check", "--no-config", "--output", "concise", path.parent)
    assert done.returncode == 1
    assert path.name.encode() in done.stdout


@pytest.mark.parametrize("name", ["pyuvdata-b1950.uvfits", "deb-fpack-table.fits.fz"])
def test_a_walk_knows_files_by_their_first_bytes(case, name):
    path = case(f"writers/{name}")
    done = run("check", "--no-config", "--output", "json", path.parent)
    assert path.name.encode() in done.stdout


def test_a_mass_line_with_a_redshift_is_told_and_makes_no_file_of_that_name(case):
    path = case("mission/seed-mass-line.par")
    done = run("check", "--no-config", "--output", "concise", path)
    for code in (b"LM141", b"LM142", b"LM152"):
        assert code in done.stdout
    made = run("kappa", "maps", path, "--lenstool-grid", cwd=path.parent)
    assert made.returncode != 0
    assert not (path.parent / "2.0").exists()


@pytest.mark.parametrize(
    "fact", [("--zsource", "1.0"), ("--zlens", "0.5"), ("--cosmology", "100,0.3,0.7")]
)
def test_no_fact_is_written_over_pixels_of_another(case, fact):
    path = case("mission/kappa-good.fits")
    old = path.read_bytes()
    done = run("conform", "kappa", path, *fact)
    assert done.returncode != 0
    assert b"internal error" not in done.stderr
    assert path.read_bytes() == old


def test_a_header_does_not_grow_where_offsets_are_stored(case):
    path = case("writers/lsst-images.fits")
    old = path.read_bytes()
    done = run("set", path, *[f"KEY{number}=1" for number in range(40)], "--no-config")
    assert done.returncode != 0
    assert b"INDXADDR" in done.stderr
    assert path.read_bytes() == old


def test_what_contbin_says_of_itself_is_read(case):
    path = case("writers/deb-contbin-binmap.fits")
    done = run("conform", "binmap", path, "--dry-run")
    told = (done.stdout + done.stderr).decode()
    assert [name for name in ("SNAIM", "SNSMOOTH", "NBINS") if f"unknown {name}" in told] == []
