"""The band over models."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

import fitslint
from fitslint.pipeline.kappa.qc import band_width_map
from fitslint.pipeline.kappa.qc.band import ModelBand
from tests.pipeline.kappa.qc import sky


def others(maps, tmp_path, factors):
    return tuple(
        sky.write(tmp_path / f"{number}.fits", maps.data * factor)
        for number, factor in enumerate(factors)
    )


def test_percentiles_over_maps(maps, tmp_path):
    factors = np.linspace(0.8, 1.2, 8)
    made = sky.judged(maps.kappa, also=others(maps, tmp_path, factors))
    found = made.measurements.band
    assert isinstance(found, ModelBand)
    values = np.percentile([1.0, *factors], [16, 84])
    line = sky.line(made, "f.band")
    assert line.value == pytest.approx((values[1] - values[0]) / 2, rel=1e-5)
    assert line.verdict == "pass"
    assert line.details["models"] == 9
    assert line.details["between_16_84"] == 1.0


def test_models_that_differ_much_fail(maps, tmp_path):
    made = sky.judged(maps.kappa, also=others(maps, tmp_path, [0.1, 0.3, 3.0, 6.0]))
    assert sky.line(made, "f.band").verdict == "fail"


def test_maps_of_another_normalisation_are_brought_to_that_of_the_map(maps):
    made = sky.judged(maps.kappa, also=(maps.unity,))
    assert sky.line(made, "f.band").value == pytest.approx(0, abs=1e-6)


def test_one_map_has_no_band(maps):
    line = sky.line(sky.judged(maps.kappa), "f.band")
    assert line.verdict == "cannot be judged"
    assert "two models" in line.reason


def test_the_width_is_written_with_a_header_that_conforms(maps, tmp_path):
    made = sky.judged(maps.kappa, also=others(maps, tmp_path, [0.8, 1.2]))
    path = band_width_map.write_band_width(made, tmp_path)
    assert path is not None
    assert fitslint.check(path).verdict == "conforms"
    with fits.open(path, checksum=True) as file:
        header, data = file[0].header, file[0].data
    expected = (np.percentile([0.8, 1, 1.2], 84) - np.percentile([0.8, 1, 1.2], 16)) / 2
    assert np.allclose(data, expected, rtol=1e-5)
    assert header["CRPIX1"] == 128.5
    assert header["NMODELS"] == 3
    assert header["PRODUCT"] == "kappa-band-width"
    assert header["KAPPAMAP"] == header["INPUT1"] == Path(maps.kappa).name
    assert header["INSHA3"] == made.inputs.other_models[1].sha256
    assert fitslint.check(path, profile="standard,products").verdict == "conforms"
    assert sky.judged(str(path)).inputs.kappa.frame.has_same_pixels(made.inputs.kappa.frame)


def test_without_a_band_nothing_is_written(maps, tmp_path):
    assert band_width_map.write_band_width(sky.judged(maps.kappa), tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"OBJECT": "x" * 68, "RADESYS": "J2000", "EQUINOX": "B1950", "ZLENS": -1, "ZSRC": "two",
         "DLSDS": 7.0, "LENSNORM": "none"},
        {"CTYPE1": "LINEAR", "CTYPE2": "LINEAR", "CUNIT1": "arcsec", "CUNIT2": "arcsec",
         "CRVAL1": 0.0, "CRVAL2": 0.0, "CDELT1": 1.0, "CDELT2": 1.0, "RADESYS": "FK5"},
        {"ZLENS": 3.0, "ZSRC": 1.0, "DLSDS": 0.0, "LENSNORM": "source"},
        {"CD1_1": -1e-4, "CD1_2": 3e-5, "CD2_1": 3e-5, "CD2_2": 1e-4},
    ],
)  # fmt: skip
def test_whatever_the_header_of_a_map_says_the_width_is_written(maps, tmp_path, header):
    names = [
        sky.plain(tmp_path / f"{number}.fits", maps.data * factor, sky.cards() | header)
        for number, factor in enumerate((1.0, 0.8, 1.2))
    ]
    made = sky.judged(names[0], also=tuple(names[1:]))
    path = band_width_map.write_band_width(made, tmp_path)
    assert path is not None
    assert fitslint.check(path).verdict == "conforms"
