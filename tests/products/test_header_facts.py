"""What a header says of a product."""

import pytest
from astropy.io import fits

import fitslint
from fitslint import ProductError
from fitslint.products.header_facts import read_facts
from fitslint.products.write import write_product
from tests.products.samples import facts, image, pixels, stored


def test_what_was_written_is_read(tmp_path):
    path = tmp_path / "g.fits"
    inputs = [("a.fits", "a" * 64), ("b.fits", "b" * 64)]
    write_product(
        path, pixels(), "gamma1", inputs=inputs, history=["one", "two"], gridconv="tan",
        **facts("gamma1"),
    )  # fmt: skip
    for source in (path, str(path), path.read_bytes(), fits.getheader(path)):
        known = read_facts(source)
        assert (known.product, known.unit, known.frame) == ("gamma1", "", "pixel")
        assert (known.normalisation, known.zlens, known.zsource) == ("source", 0.183, 2.0)
        assert known.dlsds == pytest.approx(0.8539525)
        assert known.cosmology.name == "Planck18" and known.gridconv == "tan"
        assert known.shape == (12, 16) and known.scale == pytest.approx((0.5, 0.5))
        assert known.inputs == tuple(inputs) and known.history == ("one", "two")
        assert known.wcs.pixel_to_sky(8.5, 6.5) == pytest.approx((197.873, -1.341))


def test_a_silent_header_says_nothing():
    known = read_facts(image())
    said = {name: getattr(known, name) for name in known.__slots__}
    assert {name for name, fact in said.items() if fact not in (None, ())} == {"hdu", "shape"}
    assert known.scale is None


def test_the_image_is_found(tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(stored(fits.PrimaryHDU(), fits.ImageHDU(pixels(), name="KAPPA")))
    assert (
        read_facts(path).hdu
        == read_facts(path, hdu="kappa").hdu
        == read_facts(path, hdu=2).hdu
        == 2
    )
    with pytest.raises(ProductError, match="HDU 1 holds no image"):
        read_facts(path, hdu=1)
    with pytest.raises(ProductError, match="not FITS"):
        read_facts(b"hello")
    with pytest.raises(ProductError, match="no such file"):
        read_facts(tmp_path / "none.fits")


@pytest.mark.parametrize(
    ("cards", "name"),
    [
        ({"COSMO": "planck18"}, "Planck18"),
        ({"H0": 70, "OMEGAM": 0.3, "OMEGAL": 0.7}, "FlatLambdaCDM"),
        ({"COSMO": "wCDM", "H0": 70.0, "OMEGAM": 0.3, "OMEGAL": 0.7, "W0": -0.9}, "wCDM"),
        ({"COSMO": "mine", "H0": 70.0, "OMEGAM": 0.3, "OMEGAL": 0.7}, None),
        ({"COSMO": "Planck18", "H0": 70.0}, None),
        ({"H0": 70.0, "OMEGAM": 0.3}, None),
        ({"H0": -70.0, "OMEGAM": 0.3, "OMEGAL": 0.7}, None),
        ({"H0": "70", "OMEGAM": 0.3, "OMEGAL": 0.7}, None),
        ({"H0": True, "OMEGAM": 0.3, "OMEGAL": 0.7}, None),
    ],
)
def test_the_cosmology_of_a_header(cards, name):
    known = read_facts(image(header=list(cards.items()))).cosmology
    assert (known and known.name) == name


def test_old_maps_of_lenstool_say_what_they_say(shared):
    known = read_facts(shared / "oracle/lenstool/a1689like/mass1.fits.gz")
    assert known.radesys == "FK5" and known.origin == "JPK-SOFT" and known.normalisation is None
    assert known.scale == pytest.approx((256 / 511, 256 / 511), rel=1e-12)


def test_lazily_exported():
    assert fitslint.ProductError is ProductError
    assert {"conform", "ConformResult", "ProductError"} <= set(fitslint.__all__)
