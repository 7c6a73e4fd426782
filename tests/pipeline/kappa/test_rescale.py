"""Maps brought from one D_ls/D_s to another, and what is refused."""

import gzip
import hashlib
import math

import numpy as np
import pytest
from astropy.cosmology import FlatLambdaCDM, Planck18
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint import check
from fitslint.pipeline.kappa.rescale.normalisation import LINEAR_PRODUCTS
from fitslint.pipeline.kappa.rescale.rescale import rescale_map
from fitslint.products.errors import ProductError
from fitslint.products.header_facts import read_facts
from fitslint.products.write import write_product

ZLENS = 0.183
FLAT = FlatLambdaCDM(H0=70, Om0=0.3, Tcmb0=0)
OWN = {"gamma1": {"frame": "pixel"}, "gamma2": {"frame": "sky"}, "deflection": {"axis": "y"}}
PIXELS = np.random.default_rng(24).normal(0.3, 1.0, (9, 14)).astype("f4")


def ratio(zsource, cosmology=FLAT):
    """D_ls/D_s in a flat universe, where comoving distances are differences."""
    return 1 - float(cosmology.comoving_distance(ZLENS) / cosmology.comoving_distance(zsource))


def made(path, pixels=PIXELS, product="kappa", zsource=None, **changes):
    """A product of D_ls/D_s = 1 or of a source redshift."""
    norm = {"normalisation": "unity"}
    if zsource is not None:
        norm = {"normalisation": "source", "zsource": zsource}
    facts = {
        "object": "Abell 1689", "zlens": ZLENS, "cosmology": "70,0.3,0.7", "maptype": "observed",
        "mapsrc": "test", "center": (197.873, -1.341), "scale": 0.5, **norm, **changes,
    }  # fmt: skip
    write_product(path, pixels, product, **facts)
    return path


def bare(path, pixels=PIXELS, **header):
    """An image that says only what is given."""
    fits.PrimaryHDU(pixels, fits.Header(header)).writeto(path)
    return path


@pytest.mark.parametrize("product", LINEAR_PRODUCTS)
def test_unity_to_a_source_and_back(tmp_path, product):
    old = made(tmp_path / "m_obs_lenstool_unity.fits", product=product, **OWN.get(product, {}))
    there = rescale_map(old, zsource=1.0)
    assert there.ok
    assert there.written == str(tmp_path / "m_obs_lenstool_zs1p0.fits")
    assert check(there.written, profile="products").findings == []
    np.testing.assert_allclose(fits.getdata(there.written), PIXELS * ratio(1.0), rtol=2e-7)
    back = rescale_map(there.written, unity=True, output=tmp_path / "back.fits")
    assert back.ok
    np.testing.assert_allclose(fits.getdata(back.written), PIXELS, rtol=1e-6)
    facts = read_facts(back.written)
    assert (facts.normalisation, facts.zsource, facts.dlsds) == ("unity", None, None)


def test_the_header_tells_the_new_normalisation_and_keeps_the_rest(tmp_path):
    old = made(tmp_path / "kappa_obs_lenstool_zs2p0.fits", zsource=2.0, history=["made for a test"])
    done = rescale_map(old, zsource=1.0)
    assert done.path.endswith("kappa_obs_lenstool_zs1p0.fits")
    facts, before = read_facts(done.written), read_facts(old)
    assert (facts.normalisation, facts.zsource) == ("source", 1.0)
    assert math.isclose(facts.dlsds, ratio(1.0), rel_tol=1e-12)
    assert facts.inputs == ((old.name, hashlib.sha256(old.read_bytes()).hexdigest()),)
    assert facts.history[0] == "made for a test"
    assert facts.history[1].startswith("rescaled from source redshift 2")
    for same in ("wcs", "pixkpc", "cosmology", "object", "mapsrc", "zlens", "gridconv"):
        assert getattr(facts, same) == getattr(before, same)
    np.testing.assert_allclose(
        fits.getdata(done.written), PIXELS * (ratio(1.0) / ratio(2.0)), rtol=2e-7
    )


def test_a_ratio_is_never_counted_twice(tmp_path):
    """The snippet of the procedure multiplies a `mass 1` map, which holds its ratio already."""
    mass1 = made(tmp_path / "mass1.fits", PIXELS * np.float32(ratio(2.0)), zsource=2.0)
    done = rescale_map(mass1, zsource=1.0, output=tmp_path / "right.fits")
    right = PIXELS * ratio(1.0)
    wrong = fits.getdata(mass1) * ratio(1.0)
    np.testing.assert_allclose(fits.getdata(done.written), right, rtol=1e-6)
    assert abs(wrong / right - 1).min() > 0.1
    same = rescale_map(mass1, zsource=2.0, output=tmp_path / "same.fits")
    np.testing.assert_array_equal(fits.getdata(same.written), fits.getdata(mass1))


redshifts = st.floats(0.2, 12.0).map(lambda z: round(z, 4))


@settings(max_examples=12)
@given(first=st.none() | redshifts, second=st.none() | redshifts, last=st.none() | redshifts)
def test_by_way_of_another_source_is_the_same(tmp_path_factory, first, second, last):
    def to(path, zsource, name):
        wanted = {"unity": True} if zsource is None else {"zsource": zsource}
        return rescale_map(path, output=folder / name, **wanted).written

    folder = tmp_path_factory.mktemp("way")
    old = made(folder / "a.fits", zsource=first)
    by_way = to(to(old, second, "b.fits"), last, "c.fits")
    straight = to(old, last, "d.fits")
    np.testing.assert_allclose(fits.getdata(by_way), fits.getdata(straight), rtol=2.5e-7)
    assert read_facts(by_way).dlsds == read_facts(straight).dlsds


def test_a_named_cosmology_is_that_of_the_header(tmp_path):
    old = made(tmp_path / "a.fits", cosmology="Planck18")
    done = rescale_map(old, zsource=1.0)
    expected = ratio(1.0, Planck18)
    np.testing.assert_allclose(fits.getdata(done.written), PIXELS * expected, rtol=2e-7)
    assert read_facts(done.written).cosmology.name == "Planck18"


def test_lenstools_own_maps(shared, tmp_path):
    """`ampli 5` brought to the source is `mass 1`, to the rounding of float32."""
    folder = shared / "oracle/lenstool/a1689like"
    if not folder.is_dir():
        pytest.skip("the maps of Lenstool are not there")
    facts = {"product": "kappa", "zlens": ZLENS, "cosmology": "70,0.3,0.7"}
    ampli5, mass1 = (folder / f"{name}.fits.gz" for name in ("ampli5", "mass1"))
    there = rescale_map(
        ampli5, zsource=2.0, current_norm="unity", output=tmp_path / "a.fits", **facts
    )
    np.testing.assert_allclose(fits.getdata(there.written), fits.getdata(mass1), rtol=2e-7)
    back = rescale_map(
        mass1, unity=True, current_norm="source:2.0", output=tmp_path / "b.fits", **facts
    )
    np.testing.assert_allclose(fits.getdata(back.written), fits.getdata(ampli5), rtol=2e-7)
    assert {one.keyword for one in back.unknown} == {"OBJECT", "MAPTYPE"}


def test_an_unrecorded_map_is_refused_with_the_flag_that_states_it(tmp_path):
    old = bare(tmp_path / "a.fits", PRODUCT="kappa", ZLENS=ZLENS)
    with pytest.raises(ProductError, match=r"--from unity .*ampli 5.* --from source:Z .*mass 1"):
        rescale_map(old, zsource=1.0)


def test_all_that_is_missing_is_told_at_once(tmp_path):
    with pytest.raises(ProductError) as caught:
        rescale_map(bare(tmp_path / "a.fits"), zsource=1.0)
    said = str(caught.value)
    for option in ("--product", "--from", "--zlens", "--cosmology", "--object", "--maptype"):
        assert option in said, option
    old = bare(tmp_path / "b.fits", PRODUCT="kappa", ZLENS=ZLENS)
    with pytest.raises(ProductError) as caught:
        rescale_map(old, zsource=1.0, current_norm="unity")
    assert str(caught.value).startswith(f"{old}: the header tells no cosmology")
    assert "--object" not in str(caught.value)


def test_what_the_new_map_needs_can_be_told(tmp_path):
    old = bare(tmp_path / "a.fits", PRODUCT="kappa")
    told = {"object": "A1689", "maptype": "observed", "mapsrc": "here"}
    place = {"center": (197.873, -1.341), "scale": 0.5}
    done = rescale_map(
        old, zsource=1.0, current_norm="unity", zlens=ZLENS, cosmology="70,0.3,0.7", **told, **place
    )
    assert done.ok, str(done)
    with pytest.raises(ProductError, match=r"another OBJECT than is given.*--overwrite OBJECT"):
        rescale_map(done.written, zsource=2.0, object="A370")


@pytest.mark.parametrize("value", ["NaN", "one", None])
def test_a_scale_that_is_no_number_is_refused(tmp_path, value):
    old = made(tmp_path / "a.fits", zsource=2.0)
    with fits.open(old, "update") as hdus:
        hdus[0].header["XSCALE"] = value
    old.write_bytes(old.read_bytes().replace(b"XSCALE  ", b"BSCALE  "))
    with pytest.raises(ProductError, match=r"BSCALE is .* no number"):
        rescale_map(old, zsource=1.0)


REFUSED = {
    "not behind": ({"zsource": 0.183}, {}, r"0\.183 is not behind the lens at 0\.183"),
    "in front": ({"zsource": 0.1}, {}, "is not behind the lens"),
    "both": ({"zsource": 1.0, "unity": True}, {}, "say one of --zsource Z and --unity"),
    "neither": ({}, {}, "say one of --zsource Z and --unity"),
    "nan": ({"zsource": math.nan}, {}, "a redshift is above 0"),
    "infinite": ({"zsource": math.inf}, {}, "a redshift is above 0"),
    "other source": (
        {"zsource": 1.0, "current_norm": "source:3"}, {},
        "records source redshift 2 and --from states",
    ),
    "other kind": ({"zsource": 1.0, "current_norm": "unity"}, {}, "--from states D_ls/D_s = 1"),
    "no such": ({"zsource": 1.0, "current_norm": "sources:2"}, {}, "unity or source:Z"),
    "other universe": (
        {"zsource": 1.0, "cosmology": "Planck18"}, {}, "was made with FlatLambdaCDM",
    ),
    "other lens": ({"zsource": 1.0, "zlens": 0.2}, {}, r"lens at redshift 0\.183 \(ZLENS\)"),
    "other product": ({"zsource": 1.0, "product": "gamma"}, {}, "says that this is kappa"),
    "planes": ({"zsource": 1.0}, {"NPLANES": 2}, "sum of 2 lens planes"),
    "wrong ratio": ({"zsource": 1.0}, {"DLSDS": 0.7}, "DLSDS is 0.7, and FlatLambdaCDM has 0.8551"),
    "no ratio": ({"zsource": 1.0}, {"DLSDS": 0.0}, "D_ls/D_s is above 0"),
    "source in front": ({"unity": True}, {"ZSRC": 0.1}, "is not behind the lens"),
    "no source": ({"unity": True}, {"ZSRC": None}, "and not which"),
    "no lens": ({"zsource": 1.0}, {"ZLENS": None}, "--zlens Z"),
    "no cosmology": ({"zsource": 1.0}, {"H0": None}, "--cosmology Planck18"),
    "magnification": ({"unity": True}, {"PRODUCT": "magnification"}, "is not proportional"),
    "ellipticity": ({"unity": True}, {"PRODUCT": "ellipticity"}, "is not proportional"),
    "sigma": ({"unity": True}, {"PRODUCT": "surface-density"}, "does not depend on the source"),
    "x-ray": ({"unity": True}, {"PRODUCT": "xray-flux"}, "no map that depends on"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_the_reason_and_nothing_written(tmp_path, case):
    options, changes, said = REFUSED[case]
    old = made(tmp_path / "a.fits", zsource=2.0)
    with fits.open(old, "update") as hdus:
        for keyword, value in changes.items():
            if value is None:
                del hdus[0].header[keyword]
            else:
                hdus[0].header[keyword] = value
    with pytest.raises(ProductError, match=said):
        rescale_map(old, **options)
    assert list(tmp_path.iterdir()) == [old]


def test_a_recorded_ratio_is_enough_to_take_it_off(tmp_path):
    old = made(tmp_path / "a.fits", zsource=2.0)
    with fits.open(old, "update") as hdus:
        for keyword in ("COSMO", "H0", "OMEGAM", "OMEGAL"):
            del hdus[0].header[keyword]
    done = rescale_map(old, unity=True)
    np.testing.assert_allclose(fits.getdata(done.written), PIXELS / ratio(2.0), rtol=2e-7)
    assert "H0" in {one.keyword for one in done.unknown}


def test_maps_of_two_planes_are_marked_so_that_they_are_refused(tmp_path):
    from types import SimpleNamespace

    from fitslint.pipeline.kappa.maps.facts import build_header_facts
    from fitslint.pipeline.kappa.maps.spec import MapSpec

    lenses = [SimpleNamespace(z=z, profile=81) for z in (0.183, 0.3)]
    model = SimpleNamespace(
        lenses=lenses, planes=(0.183, 0.3), cosmology=None, path="m.par", sha256="", inputs=()
    )
    told = build_header_facts(model, MapSpec("kappa", 2.0), "x")
    old = made(tmp_path / "a.fits", zsource=2.0, NPLANES=told["NPLANES"])
    with pytest.raises(ProductError, match="2 lens planes"):
        rescale_map(old, zsource=1.0)


STORED = {
    "scaled integers": ({"BSCALE": 0.01, "BZERO": 2.0, "BLANK": -99}, "i2"),
    "bytes": ({}, "u1"),
    "float64": ({}, "f8"),
}


@pytest.mark.parametrize("case", STORED)
def test_every_coding_of_pixels(tmp_path, case):
    header, kind = STORED[case]
    raw = np.arange(60).reshape(6, 10).astype(kind)
    if "BLANK" in header:
        raw[2, 3] = header["BLANK"]
    hdu = fits.PrimaryHDU(raw)
    hdu.writeto(tmp_path / "a.fits")
    with fits.open(tmp_path / "a.fits", "update", do_not_scale_image_data=True) as hdus:
        hdus[0].header.update({"PRODUCT": "kappa", "ZLENS": ZLENS, "LENSNORM": "unity", **header})
    expected = fits.getdata(tmp_path / "a.fits") * ratio(1.0)
    done = rescale_map(tmp_path / "a.fits", zsource=1.0, cosmology="70,0.3,0.7")
    found = fits.getdata(done.written)
    assert found.dtype == (">f8" if kind == "f8" else ">f4")
    np.testing.assert_allclose(found, expected, rtol=2e-7 if kind != "f8" else 1e-12)
    assert np.isnan(found).sum() == ("BLANK" in header)


def test_an_image_in_an_extension_and_packed(tmp_path):
    card = {"PRODUCT": "gamma", "ZLENS": ZLENS, "LENSNORM": "unity", "EXTNAME": "GAMMA"}
    hdus = fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(PIXELS, fits.Header(card))])
    hdus.writeto(tmp_path / "a.fits")
    packed = tmp_path / "b_unity.fits.gz"
    packed.write_bytes(gzip.compress((tmp_path / "a.fits").read_bytes()))
    done = rescale_map(packed, zsource=1.0, cosmology="70,0.3,0.7", output=tmp_path / "c.fits.gz")
    assert (tmp_path / "c.fits.gz").read_bytes()[:2] == b"\x1f\x8b"
    np.testing.assert_allclose(fits.getdata(done.written), PIXELS * ratio(1.0), rtol=2e-7)


def test_files_that_are_there_stay(tmp_path):
    old = made(tmp_path / "kappa_zs2p0.fits", zsource=2.0)
    rescale_map(old, zsource=1.0)
    with pytest.raises(ProductError, match="say overwrite"):
        rescale_map(old, zsource=1.0)
    assert rescale_map(old, zsource=1.0, overwrite=True).ok
    before = old.read_bytes()
    (tmp_path / "link.fits").symlink_to(old)
    for place in (old, tmp_path / "link.fits"):
        with pytest.raises(ProductError, match="take the place of this one"):
            rescale_map(old, zsource=1.0, output=place, overwrite=True)
    assert old.read_bytes() == before


def hostile(folder):
    """Files that are no map, by name."""
    good = made(folder / "good.fits", zsource=2.0).read_bytes()
    yield "empty", b""
    yield "text", b"mass 1 512 0.183"
    yield "cut", good[: -2880 + 100]
    yield "cut and packed", gzip.compress(good)[:-900]
    yield "cut stream", gzip.compress(good)[:40]
    cube = fits.PrimaryHDU(np.ones((2, 3, 4), "f4"))
    cube.writeto(folder / "cube.fits")
    yield "cube", (folder / "cube.fits").read_bytes()
    yield "huge", good.replace(b"NAXIS1  =                   14", b"NAXIS1  =            900000000")


def test_hostile_files_end_with_one_sentence(tmp_path):
    for name, data in hostile(tmp_path):
        path = tmp_path / "x.fits"
        path.write_bytes(data)
        with pytest.raises(ProductError) as ended:
            rescale_map(path, zsource=1.0, current_norm="source:2", output=tmp_path / "never.fits")
            pytest.fail(name)
        assert str(path) in str(ended.value), name
        assert "\n" not in str(ended.value)
        assert not (tmp_path / "never.fits").exists()
    for path in (tmp_path, tmp_path / "none.fits"):
        with pytest.raises(ProductError):
            rescale_map(path, zsource=1.0)


def test_a_useless_map_is_told(tmp_path):
    old = made(tmp_path / "zero.fits", np.zeros((4, 4)), zsource=2.0)
    done = rescale_map(old, zsource=1.0)
    assert [one.name for one in done.problems] == ["all-zero"]
