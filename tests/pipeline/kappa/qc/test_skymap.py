"""Reading maps; whatever a file holds ends in a map or in one sentence."""

import os

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.qc.skymap import read_sky_map
from tests.pipeline.kappa.qc import sky

DATA = np.arange(64.0).reshape(8, 8)


def test_header_and_pixels(tmp_path):
    made = read_sky_map(
        sky.plain(tmp_path / "k.fits", DATA, sky.cards(8, ZLENS=0.2, LENSNORM="unity"))
    )
    assert np.array_equal(made.data, DATA)
    assert made.get_number("ZLENS") == 0.2
    assert made.normalisation_factor == 1.0
    assert made.cosmology is None


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "FITS|read"), (b"\0" * 5760, "FITS|read"), (b"SIMPLE  =", "FITS|read"),
     (b"runmode\n end\nfini\n", "FITS|read")],
)  # fmt: skip
def test_what_is_no_fits_is_one_sentence(tmp_path, content, said):
    path = tmp_path / "k.fits"
    path.write_bytes(content)
    with pytest.raises(PipelineError, match=said) as caught:
        read_sky_map(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_a_folder_and_a_cube(tmp_path):
    for path in (tmp_path / "none.fits", tmp_path):
        with pytest.raises(PipelineError, match="cannot be read"):
            read_sky_map(path)
    with pytest.raises(PipelineError, match="3 axes"):
        read_sky_map(sky.plain(tmp_path / "cube.fits", np.zeros((2, 3, 4))))
    table = fits.BinTableHDU.from_columns([fits.Column("A", "J", array=[1, 2])])
    table.writeto(tmp_path / "table.fits")
    with pytest.raises(PipelineError, match="no image"):
        read_sky_map(tmp_path / "table.fits")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"CDELT1": 0.0}, "CDELT1"), ({"CRVAL2": 95.0}, "CRVAL2 = 95 deg is beyond the pole"),
     ({"CTYPE1": "RA---SIN"}, "DEC--TAN does not go with RA---SIN"),
     ({"CTYPE1": "DEC--TAN"}, "a second latitude"),
     ({"CTYPE1": "GLON-TAN", "CTYPE2": "GLAT-TAN"}, "right ascension and declination"),
     ({"CTYPE1": "RA---XYZ", "CTYPE2": "DEC--XYZ"}, "CTYPE1"), ({"CUNIT1": "m"}, "CUNIT1")],
)  # fmt: skip
def test_a_frame_that_cannot_be_used_is_named(tmp_path, change, said):
    path = sky.plain(tmp_path / "k.fits", DATA, sky.cards(8, **change))
    with pytest.raises(PipelineError, match=said):
        read_sky_map(path)


def test_more_pixels_than_fit_are_refused_before_they_are_read(tmp_path):
    cards = {"SIMPLE": True, "BITPIX": -32, "NAXIS": 2, "NAXIS1": 40000, "NAXIS2": 40000}
    raw = fits.Header(cards).tostring().encode()
    (tmp_path / "k.fits").write_bytes(raw + bytes(2880))
    with pytest.raises(PipelineError, match="40000 x 40000"):
        read_sky_map(tmp_path / "k.fits")


@given(st.binary(min_size=1, max_size=80), st.integers(0, 30), st.integers(0, 79))
def test_broken_headers_never_raise_anything_else(tmp_path_factory, bytes_, card, column):
    folder = tmp_path_factory.mktemp("broken")
    path = folder / "k.fits"
    sky.plain(path, DATA, sky.cards(8))
    raw = bytearray(path.read_bytes())
    at = min(card * 80 + column, 2880 - len(bytes_))
    raw[at : at + len(bytes_)] = bytes_
    path.write_bytes(raw)
    try:
        made = read_sky_map(path)
    except PipelineError as error:
        assert "\n" not in str(error)
    else:
        assert made.data.ndim == 2


def test_a_file_that_goes_on_behind_its_last_hdu(tmp_path):
    path = sky.plain(tmp_path / "k.fits", DATA, sky.cards(8))
    os.truncate(path, 1 << 24)
    with pytest.raises(PipelineError, match="follow the last HDU; cut them off first"):
        read_sky_map(path)
