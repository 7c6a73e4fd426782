"""Numbers of a product held against each other."""

import subprocess
import sys

import astropy.cosmology
import pytest
from astropy.io import fits

import fitslint
from fitslint.cosmology.distances import REALISATIONS, Universe, angular_diameter_distance
from fitslint.cosmology.model import REALISATION_NAMES, build_cosmology
from tests.products.samples import facts, image, stored

CODES = {"PR101", "PR102", "PR103"}


def found(header, profile="products"):
    report = fitslint.check(stored(fits.PrimaryHDU(image().data, header)), profile=profile)
    return {(one.code, one.keyword) for one in report.findings if one.code in CODES}


def conforming(product="kappa", **changes):
    hdu = image(product)
    fitslint.conform(hdu, product, **facts(product, **changes)).raise_for_errors()
    return hdu.header


@pytest.mark.parametrize(
    "cosmology", [*REALISATION_NAMES, "70,0.3,0.7", "50,1,0", "70,0.3,0.9", "70,0.3,0.7,-0.8"]
)
def test_what_conform_writes_agrees(cosmology):
    assert found(conforming(cosmology=cosmology)) == set()
    assert found(conforming(cosmology=cosmology, zlens=1.2, zsource=9.0)) == set()


@pytest.mark.parametrize(
    ("keyword", "value", "code", "told"),
    [
        ("PIXKPC", 99.0, "PR101", "PIXKPC"),
        ("ZLENS", 0.2, "PR101", "PIXKPC"),
        ("ZLENS", 0.2, "PR102", "DLSDS"),
        ("ZSRC", 3.0, "PR102", "DLSDS"),
        ("DLSDS", 0.7, "PR102", "DLSDS"),
        ("CDELT1", -1e-4, "PR101", "PIXKPC"),
        ("H0", 7000.0, "PR103", "H0"),
        ("OMEGAM", 0.4, "PR103", "OMEGAM"),
        ("COSMO", "WMAP1", "PR103", "H0"),
    ],
)
def test_what_contradicts_is_told(keyword, value, code, told):
    header = conforming()
    header[keyword] = value
    assert (code, told) in found(header)
    assert (code, told) in found(header, "standard")


def test_a_matrix_is_what_readers_take():
    header = conforming()
    header["CD1_1"], header["CD2_2"] = -1e-4, 1e-4
    assert ("PR101", "PIXKPC") in found(header)


def test_published_digits_agree_and_other_files_are_not_asked():
    header = conforming()
    header["PIXKPC"], header["DLSDS"], header["H0"] = 1.59, 0.854, 67.7
    assert found(header) == set()
    header["PIXKPC"] = 99.0
    header["PRODUCT"] = "photo"
    assert found(header, "standard") == set()


def test_a_cosmology_that_is_not_known_is_not_judged():
    header = conforming()
    header["COSMO"], header["PIXKPC"] = "Einstein-de Sitter", 99.0
    assert found(header) == set()
    header["COSMO"], header["H0"], header["OMEGAL"] = "FlatLambdaCDM", 67.66, 0.1
    assert ("PR103", "OMEGAL") in found(header)


@pytest.mark.parametrize("name", REALISATION_NAMES)
@pytest.mark.parametrize("redshift", [0.01, 0.183, 0.4, 1.0, 3.0, 10.0, 1100.0])
def test_distances_are_those_of_astropy(name, redshift):
    theirs = getattr(astropy.cosmology, name).angular_diameter_distance(redshift).value
    ours = angular_diameter_distance(REALISATIONS[name], redshift)
    assert ours == pytest.approx(theirs, rel=1e-7)


@pytest.mark.parametrize(
    "values", [(70, 0.3, 0.7), (50, 1, 0), (70, 0.3, 0.9), (70, 0.3, 0.7, -0.8)]
)
def test_distances_behind_a_lens(values):
    theirs = build_cosmology(*map(float, values)).angular_diameter_distance(0.4, 3.0)
    ours = angular_diameter_distance(Universe(*values), 0.4, 3.0)
    assert ours == pytest.approx(theirs, rel=1e-9)


def test_absurd_universes_have_no_distances():
    assert angular_diameter_distance(Universe(70, -5, 0.1), 1.0) is None
    assert angular_diameter_distance(Universe(0, 0.3, 0.7), 1.0) is None
    assert angular_diameter_distance(Universe(70, 0.3, 0.7), 2.0, 1.0) is None
    for keyword, value in (("ZLENS", 1e300), ("H0", 1e-300), ("W0", 1e308), ("OMEGAM", -1e300)):
        header = conforming()
        header["COSMO"] = "wCDM"
        header[keyword] = value
        report = fitslint.check(stored(fits.PrimaryHDU(image().data, header)), profile="products")
        assert report.status == "ok"


def test_a_check_needs_neither_numpy_nor_astropy(tmp_path):
    header = conforming()
    header["PIXKPC"] = 99.0
    path = tmp_path / "map.fits"
    path.write_bytes(stored(fits.PrimaryHDU(image().data, header)))
    program = (
        "import sys, fitslint; report = fitslint.check(sys.argv[1], profile='products');"
        "print(sorted({one.code for one in report.errors}),"
        " {'numpy', 'astropy', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=True
    )
    assert "PR101" in done.stdout and done.stdout.rstrip().endswith("set()")
