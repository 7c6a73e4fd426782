"""Real maps: those of Lenstool, a published empty one, and the products of the corpus."""

import gzip
import io
import shutil

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

import fitslint
from tests.products.samples import facts, image, stored

SOURCE = {"normalisation": "source", "zsource": 2.0}
MAPS = {
    "mass1": ("kappa", SOURCE),
    "ampli5": ("kappa", {"normalisation": "unity"}),
    "mass4": ("surface-density", {"unit": "10**12 solMass kpc**-2"}),
    "shear3": ("gamma1", {**SOURCE, "frame": "pixel"}),
    "shear4": ("gamma2", {**SOURCE, "frame": "pixel"}),
    "dplx": ("deflection", {**SOURCE, "axis": "x"}),
}


@pytest.mark.parametrize("name", sorted(MAPS))
def test_maps_of_lenstool_conform(name, shared, tmp_path):
    folder = shared / "oracle/lenstool/a1689like"
    path = tmp_path / f"{name}.fits.gz"
    shutil.copyfile(folder / f"{name}.fits.gz", path)
    product, more = MAPS[name]
    told = {
        "zlens": 0.183, "cosmology": "70,0.3,0.7", "object": "Abell 1689",
        "model": folder / ("dpl.par" if name == "dplx" else f"{name}.par"), **more,
    }  # fmt: skip
    before = gzip.decompress(path.read_bytes())
    done = fitslint.conform(path, product, **told)
    assert done.ok and done.report.findings == []
    after = gzip.decompress(path.read_bytes())
    size = 512 * 512 * 4
    assert before[2880:][:size] == after[5760:][:size]
    header = fits.getheader(path)
    assert (header["GRIDCONV"], header["ENGINE"]) == ("linear", "lenstool")
    assert "RADECSYS" not in header and header["RADESYS"] == "FK5"
    assert header["PIXKPC"] == pytest.approx(3.07554 * 256 / 511, rel=2e-6)
    assert not fitslint.conform(path, product, **told).changed


def test_the_published_map_that_is_empty(corpus):
    path = corpus / (
        "cerschae+Lenstool-HPC/Benchmarks/ConfigFiles/hff_slmodels/A2744/ellipticite/mass.fits"
    )
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    done = fitslint.conform(
        path.read_bytes(), "kappa", zlens=0.308, zsource=9.0, normalisation="source",
        cosmology="70,0.3,0.7", object="Abell 2744", maptype="observed", mapsrc="HFF",
    )  # fmt: skip
    assert done.data is not None and "PRODUCT = 'kappa" in done.header
    assert [one.name for one in done.problems] == ["all-zero"] and not done.ok


REDSHIFT = st.floats(0.01, 1.5)
NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60)


@settings(max_examples=30)
@given(
    st.sampled_from(["kappa", "gamma1", "gamma", "deflection", "magnification"]),
    st.tuples(REDSHIFT, st.floats(0.01, 8)),
    st.tuples(
        st.floats(0, 359.9, allow_subnormal=False),  # CFITSIO reads no such numbers
        st.floats(-89, 89, allow_subnormal=False),
        st.floats(0.01, 30),
    ),
    st.tuples(NAMES, NAMES),
    st.sampled_from(["Planck18", "WMAP9", "70,0.3,0.7", "67.4,0.315,0.6", "70,0.3,0.7,-0.9"]),
)
def test_whatever_is_given_has_no_finding_when_it_is_written(product, lens, sky, names, universe):
    told = facts(
        product, zlens=lens[0], zsource=sum(lens), center=sky[:2], scale=sky[2],
        object=names[0], mapsrc=names[1], cosmology=universe, history=[names[1]],
    )  # fmt: skip
    done = fitslint.conform(stored(image(product)), product, **told)
    assert done.ok and done.report.findings == []
    with fits.open(io.BytesIO(done.data), checksum=True) as hdus:
        header = hdus[0].header
        assert hdus[0].verify_checksum() == 1
        assert np.isclose(header["ZLENS"], lens[0], rtol=1e-15)
        assert (header["OBJECT"], header["MAPSRC"]) == (names[0].rstrip(), names[1].rstrip())
    again = fitslint.conform(done.data, product, **told)
    assert not again.changed and again.data == done.data
    hdu = image(product)
    there = fitslint.conform(hdu, product, **told)
    assert there.ok and there.report.findings == []
    assert not fitslint.conform(hdu, product, **told).changed
