"""Whatever a header says: a report, or one sentence."""

import json

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.pipeline.errors import PipelineError
from tests.pipeline.kappa.qc import sky

KEYWORDS = (
    "CTYPE1", "CUNIT1", "CRVAL1", "CRVAL2", "CRPIX1", "CRPIX2", "CDELT1", "CDELT2", "CD1_2",
    "PC1_1", "CROTA2", "RADESYS", "GRIDCONV", "ZLENS", "ZSRC", "DLSDS", "LENSNORM", "PIXKPC",
    "COSMO", "H0", "OMEGAM", "OMEGAL", "W0", "OBJECT", "BUNIT",
)  # fmt: skip
VALUES = (
    0, -1, 1e300, 1e-300, -1e300, 1e30, 1e-30, 90.0, 360.0, 1100.0, True, "", "x", "unity",
    "source", "linear", "LINEAR", "RA---SIN", "arcsec", "Planck18", "Planck99",
)  # fmt: skip
PIXELS = (np.nan, np.inf, -np.inf, 1e30, -5.0, 0.0)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    kappa = sky.lens(48, 5.0)[0]
    grid = sky.cards(48, 5.0)
    unity = sky.write(folder / "u.fits", kappa, normalisation="unity", grid=grid)
    sky.write(folder / "k.fits", kappa * sky.RATIO, grid=grid)
    return folder, unity, sky.catalogue(folder / "m.cat")


@settings(max_examples=40)
@given(
    st.dictionaries(st.sampled_from(KEYWORDS), st.sampled_from(VALUES), min_size=1, max_size=4),
    st.lists(st.tuples(st.sampled_from(PIXELS), st.integers(0, 47)), max_size=3),
)
def test_headers_and_pixels_that_make_no_sense(small, cards, pixels):
    folder, unity, members = small
    with fits.open(folder / "k.fits") as file:
        data, header = np.array(file[0].data), file[0].header.copy()
    header.update(cards)
    for value, row in pixels:
        data[row:] = value
    path = sky.plain(folder / "changed.fits", data, header)
    maps = {"unity": unity, "gamma1": path, "gamma2": unity, "xray": path}
    try:
        made = sky.judged(path, maps, members=members, also=(unity,))
    except PipelineError as error:
        assert "\n" not in str(error)
    else:
        json.dumps(made.to_dict(), allow_nan=False)
        assert all(line.reason for line in made.results)
