"""Offsets to the X-ray image, and their errors."""

import numpy as np
import pytest

from fitslint.pipeline.kappa.qc.xray import GasPositions
from tests.pipeline.kappa.qc import sky

CL0024 = (6.648708, 17.161972)


def image(path, east=0.0, north=0.0, *, counts=True, height=40.0, centre=sky.CENTRE):
    """A beta model that lies off the centre, on pixels of its own."""
    west, up = sky.offsets(300, 0.8)
    square = (west + east) ** 2 + (up - north) ** 2
    rate = 0.05 + height / (1 + square / 15**2) ** 1.2
    data = np.random.default_rng(3).poisson(rate) if counts else rate
    grid = sky.cards(300, 0.8, CRVAL1=centre[0], CRVAL2=centre[1])
    return sky.plain(path, np.asarray(data, "f4"), {**grid, "BUNIT": "count" if counts else ""})


def test_a_gas_on_the_mass_passes_with_errors(maps, tmp_path):
    made = sky.judged(maps.kappa, {"xray": image(tmp_path / "x.fits")})
    for code in ("g.peak", "g.centroid"):
        line = sky.line(made, code)
        assert line.verdict == "pass"
        assert 0 < line.details["error_arcsec"] < 3
        assert line.details["poisson"] is True
        kpc = line.value * 3.0755375
        assert line.details["offset_kpc"] == pytest.approx(kpc, rel=1e-6)


def test_the_offset_is_measured(maps, tmp_path):
    made = sky.judged(maps.kappa, {"xray": image(tmp_path / "x.fits", east=15.0, north=9.0)})
    line = sky.line(made, "g.peak")
    assert line.verdict == "fail"
    assert line.value == pytest.approx(np.hypot(15, 9), abs=2.5)


def test_errors_shrink_with_counts(maps, tmp_path):
    errors = []
    for height in (2.0, 200.0):
        made = sky.judged(maps.kappa, {"xray": image(tmp_path / "x.fits", height=height)})
        assert isinstance(made.measurements.gas, GasPositions)
        errors.append(made.measurements.gas.centroid.error)
    assert errors[1] < 0.4 * errors[0]


def test_an_image_without_counts_says_so(maps, tmp_path):
    made = sky.judged(maps.kappa, {"xray": image(tmp_path / "x.fits", counts=False)})
    assert sky.line(made, "g.peak").details["poisson"] is False
    assert "no counts" in sky.line(made, "g.peak").reason


def test_a_contested_cluster_is_told_and_not_judged(maps, tmp_path):
    grid = sky.cards(CRVAL1=CL0024[0], CRVAL2=CL0024[1])
    kappa = sky.write(tmp_path / "k.fits", maps.data, grid=grid, object="CL0024")
    xray = image(tmp_path / "x.fits", east=40.0, centre=CL0024)
    made = sky.judged(kappa, {"xray": xray})
    line = sky.line(made, "g.peak")
    assert line.verdict == "cannot be judged"
    assert line.value == pytest.approx(40, abs=3)
    assert "Wagner" in line.reason
    assert "two models" in sky.line(made, "f.band").reason
    assert "Wagner" in made.to_dict()["map"]["contested"]


def test_an_image_of_another_field_cannot_be_judged(maps, tmp_path):
    made = sky.judged(maps.kappa, {"xray": image(tmp_path / "x.fits", centre=CL0024)})
    assert sky.line(made, "g.peak").verdict == "cannot be judged"
