"""PIXKPC, D_ls/D_s and the cosmology of a header, held against astropy."""

import astropy.cosmology
import pytest
from astropy.cosmology import FlatLambdaCDM, Planck18, wCDM
from hypothesis import given, settings
from hypothesis import strategies as st

import fitslint
from fitslint import ProductError
from fitslint.cosmology.model import REALISATION_NAMES
from fitslint.products.header_facts import read_facts
from tests.products.samples import facts, image

REDSHIFTS = st.floats(0.01, 3.0)


def header_of(**changes):
    hdu = image()
    fitslint.conform(hdu, "kappa", **facts("kappa", **changes)).raise_for_errors()
    return hdu.header


def _expected(cosmology, redshift, scale):
    return cosmology.kpc_proper_per_arcmin(redshift).value / 60 * scale


@pytest.mark.parametrize("name", REALISATION_NAMES)
def test_kpc_per_pixel_is_that_of_astropy(name):
    cosmology = getattr(astropy.cosmology, name)
    header = header_of(cosmology=name, zlens=0.183, scale=0.5)
    assert header["PIXKPC"] == pytest.approx(_expected(cosmology, 0.183, 0.5), rel=1e-10)
    assert "kpc" in header.comments["PIXKPC"] and header["COSMO"] == name


@settings(max_examples=40)
@given(REDSHIFTS, st.floats(0.01, 60), st.floats(30, 100), st.floats(0.05, 0.95))
def test_kpc_per_pixel_in_any_flat_universe(redshift, scale, h0, omega_m):
    header = header_of(
        zlens=redshift, zsource=redshift + 1, scale=scale,
        cosmology=f"{h0!r},{omega_m!r},{1 - omega_m!r}",
    )  # fmt: skip
    wanted = _expected(FlatLambdaCDM(h0, omega_m, Tcmb0=0), redshift, scale)
    assert header["PIXKPC"] == pytest.approx(wanted, rel=1e-8)


def test_the_figures_of_a1689_and_cl0024():
    for redshift, plain, planck in ((0.183, 3.07554, 3.1771), (0.395, 5.33181, 5.4990)):
        for cosmology, wanted in (("70,0.3,0.7", plain), ("Planck18", planck)):
            header = header_of(zlens=redshift, cosmology=cosmology, scale=1.0)
            assert header["PIXKPC"] == pytest.approx(wanted, abs=6e-5)


def test_a_matrix_has_its_own_scale():
    turned = [
        ("CTYPE1", "RA---TAN"), ("CTYPE2", "DEC--TAN"), ("CRVAL1", 197.873), ("CRVAL2", -1.341),
        ("CRPIX1", 8.5), ("CRPIX2", 6.5), ("CD1_1", -3e-4), ("CD1_2", 4e-4), ("CD2_1", 4e-4),
        ("CD2_2", 3e-4),
    ]  # fmt: skip
    hdu = image(header=turned)
    told = facts("kappa", center=None, scale=None)
    assert fitslint.conform(hdu, "kappa", **told).ok
    assert hdu.header["PIXKPC"] == pytest.approx(_expected(Planck18, 0.183, 1.8), rel=1e-10)
    assert "CDELT1" not in hdu.header


@settings(max_examples=40)
@given(st.floats(0.05, 1.0), st.floats(0.1, 8.0))
def test_the_ratio_is_that_of_astropy(lens, behind):
    header = header_of(zlens=lens, zsource=lens + behind)
    # Comoving distances add up in a flat universe.
    nearer, further = (Planck18.comoving_distance(at).value for at in (lens, lens + behind))
    assert header["DLSDS"] == pytest.approx(1 - nearer / further, rel=1e-6)


def test_what_a_header_records_gives_the_cosmology_back():
    for given_, name in (
        ("Planck18", "Planck18"),
        (FlatLambdaCDM(70, 0.3, name="mine"), "FlatLambdaCDM"),
        ("70,0.3,0.6", "LambdaCDM"),
        (wCDM(70, 0.3, 0.7, w0=-0.9), "wCDM"),
    ):
        hdu = image()
        fitslint.conform(hdu, "kappa", **facts("kappa", cosmology=given_)).raise_for_errors()
        assert hdu.header["COSMO"] == name
        again = fitslint.conform(hdu, "kappa")
        assert again.ok and not again.changed
        known = read_facts(hdu)
        length = known.cosmology.kpc_per_arcsec(known.zlens) * known.scale[0]
        assert length == pytest.approx(known.pixkpc, rel=1e-9)


@pytest.mark.parametrize(
    "cosmology", [FlatLambdaCDM(70, 0.3, Tcmb0=2.7), Planck18.clone(H0=70), "70,0.1,5"]
)
def test_a_cosmology_that_a_header_cannot_tell_is_refused(cosmology):
    with pytest.raises(ProductError, match=r"Tcmb0|no past"):
        header_of(cosmology=cosmology)


def test_a_ratio_that_contradicts_is_refused():
    right = header_of()["DLSDS"]
    assert header_of(dlsds=right * (1 + 5e-5))["DLSDS"] == right * (1 + 5e-5)
    with pytest.raises(ProductError, match="one of them is wrong"):
        header_of(dlsds=right * (1 + 2e-4))
    hdu = image(header=[("DLSDS", 0.7)])
    told = facts("kappa", zlens=None, zsource=None, cosmology=None, normalisation=None)
    for keyword, value in (("ZLENS", 0.183), ("ZSRC", 2.0), ("COSMO", "Planck18")):
        hdu.header[keyword] = value
    hdu.header["LENSNORM"] = "source"
    with pytest.raises(ProductError, match=r"DLSDS is 0\.7"):
        fitslint.conform(hdu, "kappa", **told)


def test_a_source_in_front_is_not_lensed():
    for source in (0.183, 0.1):
        with pytest.raises(ProductError, match="not behind the lens"):
            header_of(zsource=source)


def test_a_map_of_unity_is_for_no_source():
    header = header_of(normalisation="unity", zsource=None)
    assert "ZSRC" not in header and "DLSDS" not in header
    with pytest.raises(ProductError, match="no source redshift"):
        header_of(normalisation="unity")
    hdu = image()
    fitslint.conform(hdu, "kappa", **facts("kappa"))
    done = fitslint.conform(hdu, "kappa", normalisation="unity", overwrite="LENSNORM")
    assert done.ok and "DLSDS" not in hdu.header and hdu.header["LENSNORM"] == "unity"


def test_a_header_that_contradicts_itself_tells_no_cosmology():
    hdu = image(header=[("COSMO", "Planck18"), ("H0", 70.0)])
    assert read_facts(hdu).cosmology is None
    with pytest.raises(ProductError, match="no known cosmology"):
        fitslint.conform(hdu, "kappa", **facts("kappa", cosmology=None))


def test_surface_density_knows_no_source():
    hdu = image("surface-density")
    done = fitslint.conform(hdu, "surface-density", **facts("surface-density"))
    assert done.ok and "LENSNORM" not in hdu.header
    with pytest.raises(ProductError, match="has no ZSRC"):
        fitslint.conform(hdu, "surface-density", zsource=2.0)
