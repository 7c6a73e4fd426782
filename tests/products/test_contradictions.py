"""A header that says another thing than the facts: it is refused, or told."""

import pytest
from astropy.io import fits

import fitslint
from fitslint import ProductError
from fitslint.products.write import write_product
from tests.products.samples import facts, image, pixels, stored

CONTRADICTIONS = {
    "ZSRC": {"zsource": 3.0},
    "ZLENS": {"zlens": 0.2},
    "LENSNORM": {"normalisation": "unity"},
    "OBJECT": {"object": "Abell 370"},
    "H0": {"cosmology": "70,0.3,0.7"},
    "OMEGAM": {"OMEGAM": 0.2},
    "MAPTYPE": {"maptype": "model"},
    "MAPSRC": {"mapsrc": "elsewhere"},
}


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "map.fits"
    target.write_bytes(stored(image()))
    fitslint.conform(target, "kappa", **facts("kappa"))
    return target


def history(path):
    return "".join(map(str, fits.getheader(path).get("HISTORY", [])))


@pytest.mark.parametrize("keyword", sorted(CONTRADICTIONS))
def test_a_contradiction_is_refused_everywhere(keyword, path):
    before = path.read_bytes()
    with pytest.raises(ProductError, match=rf"the header has .*{keyword} .* is given") as caught:
        fitslint.conform(path, "kappa", **CONTRADICTIONS[keyword])
    assert path.read_bytes() == before and "--overwrite" in str(caught.value)
    with pytest.raises(ProductError, match=keyword):
        fitslint.conform(before, "kappa", **CONTRADICTIONS[keyword])
    with fits.open(path) as hdus:
        cards = list(map(str, hdus[0].header.cards))
        with pytest.raises(ProductError, match=keyword):
            fitslint.conform(hdus, "kappa", **CONTRADICTIONS[keyword])
        assert list(map(str, hdus[0].header.cards)) == cards


def test_another_source_redshift_is_a_matter_of_the_pixels(path):
    with pytest.raises(ProductError, match="kappa rescale MAP --zsource 3"):
        fitslint.conform(path, "kappa", zsource=3.0)


def test_what_is_named_is_replaced_and_told(path):
    before = fits.getheader(path)
    done = fitslint.conform(path, "kappa", zsource=3.0, overwrite="ZSRC")
    after = fits.getheader(path)
    assert done.ok and after["ZSRC"] == 3.0 and after["DLSDS"] > before["DLSDS"]
    assert "ZSRC 2 replaced by 3" in history(path)
    assert f"DLSDS {before['DLSDS']:.10g} replaced by {after['DLSDS']:.10g}" in history(path)
    kept = path.read_bytes()
    again = fitslint.conform(path, "kappa", zsource=3.0, overwrite="ZSRC")
    assert not again.changed and path.read_bytes() == kept


def test_only_what_is_named_is_replaced(path):
    with pytest.raises(ProductError, match=r"OBJECT .*--overwrite OBJECT") as caught:
        fitslint.conform(path, "kappa", zsource=3.0, object="Abell 370", overwrite=["ZSRC"])
    assert "ZSRC" not in str(caught.value)
    fitslint.conform(
        path, "kappa", zsource=3.0, object="Abell 370", overwrite=["zsource", "OBJECT"]
    )
    assert fits.getheader(path)["OBJECT"] == "Abell 370"


def test_a_cosmology_is_one_fact(path):
    with pytest.raises(ProductError, match="--overwrite cosmology"):
        fitslint.conform(path, "kappa", cosmology="70,0.3,0.7")
    fitslint.conform(path, "kappa", cosmology="70,0.3,0.7", overwrite="cosmology")
    header = fits.getheader(path)
    assert (header["COSMO"], header["H0"]) == ("FlatLambdaCDM", 70.0)
    assert "PIXKPC" in history(path) and "COSMO 'Planck18'" in history(path)


@pytest.mark.parametrize(
    ("product", "more"), [("gamma1", {"frame": "sky"}), ("magnification", {"form": "signed"})]
)
def test_a_map_stays_the_product_that_it_is(product, more, path):
    before = path.read_bytes()
    with pytest.raises(ProductError, match="PRODUCT 'kappa' and is to be"):
        fitslint.conform(path, product, **more)
    assert path.read_bytes() == before
    fitslint.conform(path, product, **more, overwrite="PRODUCT")
    assert f"PRODUCT 'kappa' replaced by '{product}'" in history(path)


def test_a_unit_of_another_quantity_is_refused():
    hdu = image(header=[("BUNIT", "g cm-2")])
    with pytest.raises(ProductError, match="BUNIT 'g cm-2'"):
        fitslint.conform(hdu, "kappa", **facts("kappa"))
    assert fitslint.conform(
        image(header=[("BUNIT", "dimensionless")]), "kappa", **facts("kappa")
    ).ok


def test_a_length_of_a_pixel_that_cannot_be_is_refused():
    hdu = image(header=[("PIXKPC", 99.0)])
    with pytest.raises(ProductError, match=r"PIXKPC 99 and .* follows from D_A of Planck18"):
        fitslint.conform(hdu, "kappa", **facts("kappa"))
    fitslint.conform(hdu, "kappa", **facts("kappa"), overwrite="PIXKPC")
    assert 1 < hdu.header["PIXKPC"] < 2
    assert "PIXKPC 99 replaced" in str(hdu.header["HISTORY"])


def test_published_digits_agree(path):
    with fits.open(path, mode="update") as hdus:
        hdus[0].header["PIXKPC"] = round(hdus[0].header["PIXKPC"], 4)
        hdus[0].header["DLSDS"] = round(hdus[0].header["DLSDS"], 4)
    fitslint.conform(path, "kappa", **facts("kappa"))
    assert fits.getheader(path)["PIXKPC"] == round(fits.getheader(path)["PIXKPC"], 4)


def test_facts_may_not_contradict_each_other(path, tmp_path):
    with pytest.raises(ProductError, match="PIXKPC is given as 99"):
        fitslint.conform(path, "kappa", PIXKPC=99.0, overwrite="PIXKPC")
    with pytest.raises(ProductError, match="H0 is given as 70"):
        fitslint.conform(image(), "kappa", **facts("kappa", H0=70.0))
    grid = {"CRVAL1": 1.0, "CRVAL2": 2.0}
    with pytest.raises(ProductError, match="the grid has CRVAL1"):
        write_product(
            tmp_path / "new.fits", pixels(), "kappa", grid_cards=grid,
            **facts("kappa", center=None, scale=None, CRVAL1=3.0),
        )  # fmt: skip
    assert not (tmp_path / "new.fits").exists()


def test_world_coordinates_that_are_replaced_are_told(path):
    fitslint.conform(path, "kappa", center=(10.0, 20.0), scale=0.5, overwrite_wcs=True)
    assert "CRVAL1 197.873 replaced by 10" in history(path)


def test_a_failure_in_the_middle_leaves_the_header(path, monkeypatch):
    with fits.open(path) as hdus:
        cards = list(map(str, hdus[0].header.cards))

        def fail(**_):
            raise MemoryError

        monkeypatch.setattr(hdus[0], "add_checksum", fail)
        with pytest.raises(MemoryError):
            fitslint.conform(hdus, "kappa", zsource=3.0, overwrite="ZSRC")
        assert list(map(str, hdus[0].header.cards)) == cards


@pytest.mark.parametrize("names", [3, [3], ("ZSRC", None)])
def test_overwrite_names_keywords(names, path):
    with pytest.raises(TypeError, match="overwrite names keywords"):
        fitslint.conform(path, "kappa", overwrite=names)
    with pytest.raises(ProductError, match="no ZSOURCES"):
        fitslint.conform(path, "kappa", overwrite="ZSOURCES")


def test_a_file_is_replaced_where_that_is_said(path, tmp_path):
    target = tmp_path / "there.fits"
    target.write_bytes(b"here")
    with pytest.raises(ProductError, match="such a file already"):
        fitslint.conform(path, "kappa", output=target)
    fitslint.conform(path, "kappa", output=target, overwrite_output=True)
    assert fits.getheader(target)["PRODUCT"] == "kappa"


@pytest.mark.parametrize(
    ("product", "keyword", "fact"),
    [("kappa", "ZSRC", {"zsource": 3.0}), ("gamma1", "PRODUCT", {})],
)
def test_what_a_map_inherits_is_recorded_of_it(path, product, keyword, fact):
    with fits.open(path) as hdus:
        primary = fits.PrimaryHDU(header=hdus[0].header)
        extension = fits.ImageHDU(hdus[0].data)
    extension.header["INHERIT"] = True
    both = fits.HDUList([primary, extension])
    both.writeto(path, overwrite=True)
    before = path.read_bytes()
    for target in (path, both):
        with pytest.raises(ProductError, match=f"the header has {keyword} "):
            fitslint.conform(target, product, hdu=2, **fact)
    assert path.read_bytes() == before
