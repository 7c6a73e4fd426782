"""conform() on what astropy holds in memory."""

import io

import numpy as np
import pytest
from astropy.io import fits

import fitslint
from fitslint import ProductError
from fitslint.products.kinds import load_product_kinds
from tests.products.samples import MAPS, facts, image, list_findings, pixels, stored


@pytest.mark.parametrize("product", MAPS)
def test_every_product_from_a_bare_image(product):
    hdus = fits.HDUList([image(product)])
    done = fitslint.conform(hdus, product, **facts(product))
    assert done.ok and done.changed, str(done.report)
    assert list_findings(done.report) == []
    assert fitslint.check(hdus, profile="products").dictionaries[0] == (
        load_product_kinds()[product].dictionary
    )


def test_a_table_is_conformed_as_a_file():
    with pytest.raises(ProductError, match="norh-table is conformed as a file or its bytes"):
        fitslint.conform(fits.HDUList([image()]), "norh-table")
    with pytest.raises(ProductError, match="behind a primary HDU without data"):
        fitslint.conform(stored(image()), "norh-table")


def test_what_astropy_writes_of_it_has_right_sums(tmp_path):
    hdus = fits.HDUList([image(), fits.ImageHDU(pixels(), name="ERROR")])
    fitslint.conform(hdus, "kappa", **facts("kappa"))
    hdus.writeto(tmp_path / "kappa.fits")
    with fits.open(tmp_path / "kappa.fits", checksum=True) as read:
        assert read[0].verify_checksum() == 1
        assert read[0].verify_datasum() == 1
    assert not [
        one
        for one in fitslint.check(tmp_path / "kappa.fits", profile="products").findings
        if one.hdu == 1
    ]


def test_a_second_time_changes_nothing():
    hdus = fits.HDUList([image()])
    fitslint.conform(hdus, "kappa", history=["made for a test"], **facts("kappa"))
    before = hdus[0].header.tostring()
    again = fitslint.conform(hdus, "kappa", history=["made for a test"], **facts("kappa"))
    assert again.ok and not again.changed and again.cards == []
    assert hdus[0].header.tostring() == before
    assert fitslint.conform(hdus, "kappa").changed is False


def test_only_the_header_of_the_image_changes():
    values = pixels()
    hdus = fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(values.copy(), name="KAPPA")])
    first = hdus[0].header.tostring()
    done = fitslint.conform(hdus, "kappa", hdu="kappa", **facts("kappa"))
    assert done.hdu == 2 and done.ok
    assert "PRODUCT" not in hdus[0].header and hdus[1].header["PRODUCT"] == "kappa"
    assert first == hdus[0].header.tostring()
    assert np.array_equal(hdus[1].data, values)


def test_unknown_keywords_are_told_and_nothing_is_invented():
    hdu = image()
    before = hdu.header.tostring()
    done = fitslint.conform(
        hdu, "kappa", zlens=0.183, zsource=2.0, cosmology="Planck18", complete=True
    )
    told = dict(done.unknown)
    assert {"OBJECT", "LENSNORM", "MAPTYPE", "PIXKPC", "CRVAL1"} <= set(told)
    assert "--object" in told["OBJECT"] and "ampli 5" in told["LENSNORM"]
    assert not done.ok and not done.changed and hdu.header.tostring() == before
    with pytest.raises(ProductError, match="LENSNORM"):
        done.raise_for_errors()


def test_what_is_known_is_written():
    hdu = image()
    done = fitslint.conform(hdu, "kappa", zlens=0.183, cosmology="70,0.3,0.7")
    assert done.changed and not done.ok
    assert hdu.header["ZLENS"] == 0.183 and hdu.header["H0"] == 70.0
    assert "CRVAL1" not in hdu.header and "LENSNORM" not in hdu.header
    rest = {
        name: fact for name, fact in facts("kappa").items() if name not in ("zlens", "cosmology")
    }
    assert fitslint.conform(hdu, "kappa", **rest).ok


def test_old_names_give_way_to_new_ones():
    header = [("RADECSYS", "FK5"), ("EPOCH", 2000.0), ("OBJECT", "Abell 1689")]
    hdu = image(header=header)
    done = fitslint.conform(hdu, "kappa", **facts("kappa"))
    assert done.ok and done.report.findings == []
    assert "RADECSYS" not in hdu.header and "EPOCH" not in hdu.header
    assert (hdu.header["RADESYS"], hdu.header["EQUINOX"]) == ("FK5", 2000.0)
    renamed = {one.keyword: one.renames for one in done.cards if one.renames}
    assert renamed == {"RADESYS": "RADECSYS", "EQUINOX": "EPOCH"}


def test_a_compressed_image_is_to_be_unpacked_first():
    hdus = fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(pixels())])
    with pytest.raises(ProductError, match="HDU 2 is a compressed image"):
        fitslint.conform(hdus, "kappa", **facts("kappa"))


def test_a_header_alone_has_no_pixels():
    with pytest.raises(TypeError, match="a header alone"):
        fitslint.conform(image().header, "kappa")


@pytest.mark.parametrize("target", [None, 3, [], [1]])
def test_what_is_no_target(target):
    with pytest.raises(TypeError, match="can be conformed"):
        fitslint.conform(target, "kappa")


def test_astropy_writes_objects_itself():
    with pytest.raises(TypeError, match="output is for paths"):
        fitslint.conform(image(), "kappa", output="x.fits")


def test_names_with_quotes_come_back():
    hdu = image()
    fitslint.conform(hdu, "kappa", **facts("kappa", object="Zwicky's cluster"))
    target = io.BytesIO()
    hdu.writeto(target)
    target.seek(0)
    assert fits.getheader(target)["OBJECT"] == "Zwicky's cluster"


def test_scaled_integers_of_a_file(tmp_path):
    hdu = fits.PrimaryHDU((pixels() * 1000).astype("i2"))
    hdu.header["BSCALE"], hdu.header["BZERO"] = 0.001, 1.0
    hdu.writeto(tmp_path / "scaled.fits", output_verify="ignore")
    raw = (tmp_path / "scaled.fits").read_bytes()
    (tmp_path / "scaled.fits").write_bytes(raw)
    with fits.open(tmp_path / "scaled.fits") as hdus:
        assert fitslint.conform(hdus, "kappa", **facts("kappa")).ok
        hdus.writeto(tmp_path / "kappa.fits")
    with fits.open(tmp_path / "kappa.fits", checksum=True) as hdus:
        assert hdus[0].verify_checksum() == 1


def test_long_history_is_broken_between_words_and_told_once():
    hdu = image()
    line = "kappa times 0.8539525: " + "from one normalisation to another " * 5
    for _ in range(3):
        fitslint.conform(hdu, "kappa", history=[line], **facts("kappa"))
    assert " ".join(hdu.header["HISTORY"]).split() == line.split()
    fitslint.conform(hdu, "kappa", history=["another"], **facts("kappa"))
    assert hdu.header["HISTORY"][-1] == "another"
