"""write_product(): an array in, a file that conforms out, or no file."""

import os
import subprocess
import tracemalloc

import fitsio
import numpy as np
import pytest
from astropy.io import fits

import fitslint
from fitslint import ProductError
from fitslint.products import output_file
from fitslint.products.kinds import load_product_kinds
from fitslint.products.write import write_product
from tests.products.samples import MAPS, facts, list_findings, pixels


def _values(product):
    return pixels(kind="i8" if load_product_kinds()[product].is_integer else "f8")


@pytest.mark.parametrize("product", MAPS)
def test_it_conforms_and_reads_back(product, tmp_path):
    path = tmp_path / "new" / f"{product}.fits"
    values = _values(product)
    done = write_product(path, values, product, **facts(product))
    assert done.ok and done.written == str(path) and done.problems == []
    assert list_findings(fitslint.check(path, profile="products")) == []
    stored = values.astype("i4" if load_product_kinds()[product].is_integer else "f4")
    with fits.open(path, checksum=True) as hdus:
        assert np.array_equal(hdus[0].data, stored) and hdus[0].verify_checksum() == 1
        assert hdus[0].header["BITPIX"] == (32 if load_product_kinds()[product].is_integer else -32)
    assert np.array_equal(fitsio.read(path), stored)


def test_fitsverify_has_nothing_to_say(tmp_path):
    path = tmp_path / "kappa.fits"
    inputs = [("one.fits", "0" * 64), ("a" * 90 + ".fits", "f" * 64)]
    write_product(
        path, pixels(), "kappa", history=["kappa times 0.74: " + "long " * 30], inputs=inputs,
        **facts("kappa"),
    )  # fmt: skip
    try:
        said = subprocess.run(["fitsverify", path], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("fitsverify is not on PATH")
    assert "0 warning(s) and 0 error(s)" in said.stdout
    assert fits.getheader(path)["INPUT2"] == inputs[1][0]


def test_cards_stand_by_category(tmp_path):
    write_product(tmp_path / "k.fits", pixels(), "kappa", history=["step"], **facts("kappa"))
    names = list(fits.getheader(tmp_path / "k.fits"))
    marks = ["NAXIS2", "PRODUCT", "CTYPE1", "ZLENS", "COSMO", "CREATOR", "HISTORY", "CHECKSUM"]
    assert sorted(marks, key=names.index) == marks


def test_what_is_unknown_leaves_no_file(tmp_path):
    with pytest.raises(ProductError, match="OBJECT"):
        write_product(tmp_path / "k.fits", pixels(), "kappa", **facts("kappa", object=None))
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_stays(tmp_path):
    path = tmp_path / "k.fits"
    path.write_text("mine")
    with pytest.raises(ProductError, match="already"):
        write_product(path, pixels(), "kappa", **facts("kappa"))
    assert path.read_text() == "mine"
    assert write_product(path, pixels(), "kappa", overwrite=True, **facts("kappa")).ok


@pytest.mark.parametrize("call", ["fsync", "link", "replace"])
def test_a_failure_leaves_nothing(call, tmp_path, monkeypatch):
    def fails(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    path = tmp_path / "k.fits"
    if call == "replace":
        path.write_text("mine")
        monkeypatch.setattr(output_file.Path, "replace", fails)
    else:
        monkeypatch.setattr(output_file.os, call, fails)
        monkeypatch.setattr(output_file.Path, "rename", fails)
    with pytest.raises(ProductError, match="No space left"):
        write_product(path, pixels(), "kappa", overwrite=call == "replace", **facts("kappa"))
    assert [one.name for one in tmp_path.iterdir()] == (["k.fits"] if call == "replace" else [])


def test_a_name_that_comes_up_meanwhile_stays(tmp_path, monkeypatch):
    path = tmp_path / "k.fits"
    sync = os.fsync

    def late(fd):
        sync(fd)
        path.write_text("mine") if not path.exists() else None

    monkeypatch.setattr(output_file.os, "fsync", late)
    with pytest.raises(ProductError, match="already"):
        write_product(path, pixels(), "kappa", **facts("kappa"))
    assert path.read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


def test_a_pipe_is_not_replaced(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(ProductError, match="no regular file"):
        write_product(path, pixels(), "kappa", overwrite=True, **facts("kappa"))
    assert path.is_fifo()


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "f").write_text("")
    with pytest.raises(ProductError, match="cannot be written"):
        write_product(tmp_path / "f" / "k.fits", pixels(), "kappa", **facts("kappa"))


@pytest.mark.parametrize(
    "data", [pixels()[0], np.stack([pixels()] * 2), np.zeros((0, 4)), [["a"]], pixels() * 1j, 3.0]
)
def test_what_is_no_map(data, tmp_path):
    with pytest.raises(ProductError, match="two-dimensional array of numbers"):
        write_product(tmp_path / "k.fits", data, "kappa", **facts("kappa"))


@pytest.mark.parametrize(("data", "said"), [([[0.5, 1]], "whole"), ([[2**40, 1]], "32 bits"),
                                            ([[np.nan, 1]], "whole")])  # fmt: skip
def test_what_is_no_map_of_bins(data, said, tmp_path):
    with pytest.raises(ProductError, match=said):
        write_product(tmp_path / "k.fits", data, "binmap", **facts("binmap"))


def test_useless_pixels_are_a_problem_and_are_written(tmp_path):
    done = write_product(tmp_path / "k.fits", np.zeros((4, 4)), "kappa", **facts("kappa"))
    assert [one.name for one in done.problems] == ["all-zero"] and not done.ok
    assert done.written is not None
    big = pixels(kind="f8")
    big[0, 0] = 1e300
    done = write_product(tmp_path / "b.fits", big, "kappa", **facts("kappa"))
    assert [one.name for one in done.problems] == ["infinite"]


def test_a_grid_tells_its_own_cards(tmp_path):
    cards = {
        "CTYPE1": "LINEAR", "CUNIT1": "arcsec", "CRVAL1": 0.0, "CRPIX1": 1.0, "CDELT1": 0.5,
        "CTYPE2": "LINEAR", "CUNIT2": "arcsec", "CRVAL2": 0.0, "CRPIX2": 1.0, "CDELT2": 0.5,
        "GRIDCONV": "linear",
    }  # fmt: skip
    told = facts("kappa", center=None, scale=None)
    done = write_product(tmp_path / "k.fits", pixels(), "kappa", grid_cards=cards, **told)
    assert done.ok and done.report.findings == []
    header = fits.getheader(tmp_path / "k.fits")
    assert {name: header[name] for name in cards} == cards
    assert "RADESYS" not in header


def test_the_time_can_be_set(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    for name in ("a.fits", "b.fits"):
        write_product(tmp_path / name, pixels(), "kappa", **facts("kappa"))
    assert fits.getheader(tmp_path / "a.fits")["DATE"] == "1970-01-01T00:00:00"
    assert (tmp_path / "a.fits").read_bytes() == (tmp_path / "b.fits").read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(ProductError, match="SOURCE_DATE_EPOCH"):
        write_product(tmp_path / "c.fits", pixels(), "kappa", **facts("kappa"))


def test_memory_is_that_of_one_copy(tmp_path):
    values = pixels(1500, 1500, "f8")
    write_product(tmp_path / "w.fits", pixels(), "kappa", **facts("kappa"))
    tracemalloc.start()
    write_product(tmp_path / "k.fits", values, "kappa", **facts("kappa"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    copy, block = values.nbytes // 2, 1 << 22
    assert peak < copy + 5 * block
