"""conform() on paths and bytes: what changes, and what does not."""

import gzip
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

import fitslint
from fitslint import ProductError
from tests.products.samples import cards_of, facts, image, pixels, stored

KEPT = [("KEEPME", 1.50, "as typed"), ("CREATOR", "some program 3.1"), ("COMMENT", "a remark")]


@pytest.fixture
def path(tmp_path):
    """A map of somebody."""
    target = tmp_path / "map.fits"
    target.write_bytes(stored(image(header=KEPT), fits.ImageHDU(pixels(), name="ERROR")))
    return target


def _data(path, number):
    with fits.open(path) as hdus:
        place = hdus.fileinfo(number)
        return path.read_bytes()[place["datLoc"] : place["datLoc"] + place["datSpan"]]


def test_data_and_other_cards_keep_their_bytes(path):
    before = path.read_bytes()
    data = [_data(path, 0), _data(path, 1)]
    done = fitslint.conform(path, "kappa", **facts("kappa"))
    assert done.ok and done.written == str(path)
    assert [_data(path, 0), _data(path, 1)] == data
    after = cards_of(path.read_bytes())
    assert [one for one in after if one in cards_of(before)] == cards_of(before)
    left = [one for one in fitslint.check(path, profile="products").findings if one.hdu == 1]
    assert {one.keyword for one in left} == {"KEEPME"}  # which is in no dictionary


def test_sums_are_right_whatever_they_were(path):
    fits.setval(path, "CHECKSUM", value="0123456789abcdef")
    fits.setval(path, "DATASUM", value="17")
    fitslint.conform(path, "kappa", **facts("kappa"))
    with fits.open(path, checksum=True) as hdus:
        assert hdus[0].verify_checksum() == 1 and hdus[0].verify_datasum() == 1


def test_a_second_time_does_not_touch_the_file(path):
    fitslint.conform(path, "kappa", history=["times 0.8"], **facts("kappa"))
    before, status = path.read_bytes(), path.stat()
    again = fitslint.conform(path, "kappa", history=["times 0.8"], **facts("kappa"))
    assert again.ok and not again.changed and again.written is None
    assert path.read_bytes() == before and path.stat().st_mtime_ns == status.st_mtime_ns


def test_nothing_is_written_while_something_is_unknown(path):
    before = path.read_bytes()
    done = fitslint.conform(path, "kappa", zlens=0.2, complete=True)
    assert done.unknown and not done.changed and path.read_bytes() == before
    assert fitslint.conform(path, "kappa", zlens=0.2).changed
    assert fits.getheader(path)["ZLENS"] == 0.2


def test_without_writing_the_result_is_only_told(path):
    before = path.read_bytes()
    done = fitslint.conform(path, "kappa", write=False, **facts("kappa"))
    assert done.ok and done.changed and done.written is None
    assert path.read_bytes() == before and "PRODUCT = 'kappa   '" in done.header


@pytest.mark.parametrize("name", ["out.fits", "deep/er/out.fits", "out.fits.gz"])
def test_output_is_a_copy(path, tmp_path, name):
    before = path.read_bytes()
    target = tmp_path / name
    done = fitslint.conform(path, "kappa", output=target, **facts("kappa"))
    assert done.written == str(target) and path.read_bytes() == before
    assert np.array_equal(fits.getdata(target), pixels())
    with pytest.raises(ProductError, match="such a file already"):
        fitslint.conform(path, "kappa", output=target, **facts("kappa"))
    fitslint.conform(path, "kappa", output=target, overwrite=True, **facts("kappa"))
    assert sorted(one.name for one in target.parent.iterdir() if "out" in one.name) == [target.name]


def test_output_is_not_the_file_itself(path):
    with pytest.raises(ProductError, match="the file itself"):
        fitslint.conform(path, "kappa", output=path, overwrite=True, **facts("kappa"))


def test_bytes_come_back_as_bytes():
    data = stored(image())
    done = fitslint.conform(data, "kappa", **facts("kappa"))
    assert done.ok and fitslint.check(done.data, profile="products").findings == []
    assert fitslint.conform(data, "kappa", zlens=0.2, complete=True).data == data
    packed = fitslint.conform(gzip.compress(data), "kappa", date="2026-01-01", **facts("kappa"))
    plain = fitslint.conform(data, "kappa", date="2026-01-01", **facts("kappa"))
    assert gzip.decompress(packed.data) == plain.data


def test_packed_files_stay_packed(tmp_path):
    path = tmp_path / "map.fits.gz"
    path.write_bytes(gzip.compress(stored(image())))
    done = fitslint.conform(path, "kappa", **facts("kappa"))
    assert done.ok and path.read_bytes()[:2] == b"\x1f\x8b"
    assert np.array_equal(fits.getdata(path), pixels())


def test_read_only_files_and_links_are_left_alone(path, tmp_path):
    link = tmp_path / "link.fits"
    link.symlink_to(path)
    with pytest.raises(ProductError, match="symbolic link"):
        fitslint.conform(link, "kappa", **facts("kappa"))
    path.chmod(0o444)
    with pytest.raises(ProductError, match="read-only"):
        fitslint.conform(path, "kappa", **facts("kappa"))


def _with(old, new):
    return stored(image()).replace(old, new, 1)


HOSTILE = {
    "no FITS": (b"hello", "not FITS"),
    "empty": (b"", "empty file"),
    "no data": (stored(fits.PrimaryHDU()), "no HDU holds an image"),
    "cut": (stored(image())[:-3000], "ends inside the data unit"),
    "bad BITPIX": (_with(b"                 -32", b"                 -33"), "no HDU holds"),
    "compressed": (
        stored(fits.PrimaryHDU(), fits.CompImageHDU(pixels())), "HDU 2 is a compressed image"
    ),
    "twins": (stored(image(header=[("ZLENS", 1.0), ("XLENS", 2.0)])).replace(b"XLENS", b"ZLENS"),
              "ZLENS in cards"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_end_in_a_sentence(name, tmp_path):
    data, said = HOSTILE[name]
    path = tmp_path / "hostile.fits"
    path.write_bytes(data)
    with pytest.raises(ProductError, match=said) as caught:
        fitslint.conform(path, "kappa", **facts("kappa"))
    assert caught.value.path == str(path) and path.read_bytes() == data


@pytest.mark.parametrize(
    ("hdu", "said"),
    [
        (0, "count from 1"),
        (9, "count from 1"),
        ("-1", "EXTNAME"),
        ("²", "EXTNAME"),
        ("", "EXTNAME"),
    ],
)
def test_there_is_no_such_hdu(path, hdu, said):
    with pytest.raises(ProductError, match=said):
        fitslint.conform(path, "kappa", hdu=hdu, **facts("kappa"))


def test_paths_that_are_no_files(tmp_path):
    for path, error in (
        (tmp_path, ProductError),
        (tmp_path / "none.fits", FileNotFoundError),
        (Path(os.devnull), ProductError),
    ):
        with pytest.raises(error):
            fitslint.conform(path, "kappa", **facts("kappa"))


def test_a_table_is_no_image():
    table = fits.BinTableHDU.from_columns([fits.Column("A", "E", array=[1.0])])
    with pytest.raises(ProductError, match="HDU 2 holds a table"):
        fitslint.conform(stored(image(), table), "kappa", hdu=2, **facts("kappa"))


def test_a_huge_header_is_only_long():
    header = [(f"K{at}", at) for at in range(3000)]
    done = fitslint.conform(stored(image(header=header)), "kappa", **facts("kappa"))
    assert done.ok and len(done.header.splitlines()) > 3000


def test_axes_of_one_pixel_are_no_axes():
    done = fitslint.conform(
        stored(fits.PrimaryHDU(pixels()[None, None])), "kappa", **facts("kappa")
    )
    assert done.ok
    cube = fits.PrimaryHDU(np.stack([pixels(), pixels()]))
    done = fitslint.conform(stored(cube), "kappa", **facts("kappa"))
    assert [one.name for one in done.problems] == ["not-2d"] and not done.ok


@pytest.mark.parametrize("shape", [(2, 9, 9), (9,), (9, 1)])
def test_what_is_no_map_stays_as_it_is(tmp_path, shape):
    path = tmp_path / "a.fits"
    fits.PrimaryHDU(np.ones(shape)).writeto(path)
    before = path.read_bytes()
    for write in (True, False):
        done = fitslint.conform(path, "kappa", write=write, **facts("kappa"))
        assert not done.is_map and not done.ok and not done.changed
        assert done.written is None and list(done.cards) == []
    assert fitslint.conform(before, "kappa", **facts("kappa")).data == before
    assert path.read_bytes() == before
    held = fits.PrimaryHDU(np.ones(shape))
    cards = list(held.header.cards)
    assert not fitslint.conform(held, "kappa", **facts("kappa")).changed
    assert list(held.header.cards) == cards


def test_a_value_of_the_wrong_type_is_replaced():
    data = stored(image(header=[("ZLENS", "0.183"), ("H0", "seventy")]))
    done = fitslint.conform(data, "kappa", **facts("kappa"))
    assert done.ok and "ZLENS   =                0.183" in done.header


def test_verified_by_fitsverify(tmp_path):
    path = tmp_path / "kappa.fits"
    path.write_bytes(stored(image(header=KEPT)))
    fitslint.conform(path, "kappa", history=["a line " * 20], **facts("kappa"))
    try:
        said = subprocess.run(["fitsverify", path], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("fitsverify is not on PATH")
    assert "0 warning(s) and 0 error(s)" in said.stdout


def test_a_result_has_a_text_and_a_table():
    data = stored(image(header=[("OBJECT", "<b>&\x1b".replace("\x1b", "~"))]))
    done = fitslint.conform(data, "kappa", **facts("kappa", object=None, zsource=None))
    said = str(done)
    assert said.startswith("<bytes>: HDU 1, kappa: changed\n")
    assert "  PIXKPC   " in said and "unknown ZSRC: give the redshift of the sources" in said
    page = done._repr_html_()
    assert page.startswith("<div>") and "<td>PIXKPC</td>" in page and "unknown ZSRC" in page
    assert "&lt;bytes&gt;" in page and "<b>" not in page
    assert repr(done).startswith("<Conformed '<bytes>': kappa, ") and len(repr(done)) < 80
    again = fitslint.conform(done.data, "kappa", zsource=2.0)
    assert "conforms already" in str(fitslint.conform(again.data, "kappa"))


def test_parameters_are_named_for_completion():
    import inspect

    from fitslint.products.user_facts import FACT_NAMES

    names = set(inspect.signature(fitslint.conform).parameters)
    assert set(FACT_NAMES) <= names


def test_a_map_of_bins_tells_what_contbin_says_of_it(shared, tmp_path):
    path = tmp_path / "binmap.fits"
    path.write_bytes((shared / "cases/writers/deb-contbin-binmap.fits").read_bytes())
    fitslint.conform(path, "binmap")
    header = fits.getheader(path)
    told = [header[name] for name in ("SNAIM", "SNSMOOTH", "NBINS", "INFILE", "ENGINE")]
    assert told == [15.0, 15.0, 62, "c.fits", "contbin"]
    assert "CONSTRN" not in header
    done = fitslint.conform(path.read_bytes(), "binmap")
    assert not done.changed
