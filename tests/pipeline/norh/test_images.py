"""Images of the Radioheliograph: the real one of 2016, beams that IDL recorded, fluxes, grids."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from fitslint.pipeline.norh.beam import (
    Beam,
    build_beam,
    compute_beam,
    draw_beam,
    measure_steradians,
)
from fitslint.pipeline.norh.constants import ARCSEC, BANDS, CLEAN_BEAM_WIDTH
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.flux import (
    FluxMethod,
    convert_to_intensity,
    find_arcsec_box,
    find_box,
    measure_flux,
    subtract_background,
)
from fitslint.pipeline.norh.heliographic import (
    convert_to_heliographic,
    convert_to_sky,
    measure_off_limb,
)
from fitslint.pipeline.norh.image import read_solar_image
from fitslint.pipeline.norh.sun import compute_ephemeris
from tests.pipeline.norh import scenes

REAL = "corpus/Gelu-Nita+GX_SIMULATOR/beams/NORH/ipa160724_061405.fits"


@pytest.fixture(scope="module")
def real(shared):
    """The image of 2016-07-24, synthesised by snap2d17 v6.2."""
    path = shared / REAL
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return read_solar_image(str(path))


def test_the_real_image_is_what_it_is(real):
    assert (real.values.min(), real.values.max()) == pytest.approx((-1055.309, 3229910), rel=1e-6)
    row, column = np.unravel_index(real.values.argmax(), real.values.shape)
    assert (row, column) == (32, 32)
    place = float(real.x.locate(column)), float(real.y.locate(row))
    assert place == pytest.approx((940.47, 95.77), abs=0.01)
    assert real.values.sum() == pytest.approx(144260824.2, rel=1e-8)
    assert real.measure_noise() == pytest.approx(1093.8, abs=0.05)
    distance = np.hypot(real.x.coordinates, real.y.coordinates[:, np.newaxis])
    sky = real.values[distance > 1.06 * real.radius]
    assert (sky.size, round(float(np.median(sky)))) == (1314, 1721)
    assert float(np.median(real.values[distance < 900])) == pytest.approx(10938, abs=1)
    assert real.middle == datetime(2016, 7, 24, 6, 14, 5, 478000)
    assert (real.exposure, real.frequency, real.remarks) == (1.0, "17GHz", ())
    assert (real.x.centre, real.y.centre) == pytest.approx((938.01, 93.31))


def test_the_beam_of_the_real_image_is_computed_of_its_header(real):
    beam = compute_beam(real)
    assert beam.source == "PMAT" and beam.position_angle == pytest.approx(52.17, abs=0.006)
    assert measure_steradians(beam.solid_angle) == pytest.approx(9.9336e-9, rel=1e-5)


IDL = {(11, 10): 0.772464, (10, 11): 0.909542, (15, 10): 0.00157380, (10, 15): 0.0934483,
       (0, 0): 1.19841e-16}  # fmt: skip
"""Samples that norh_beam gave for 2014-02-02 02:20:05 UT, by x and y."""


def test_the_beam_that_idl_recorded():
    sun = compute_ephemeris(datetime(2014, 2, 2, 2, 20, 5))
    pole = math.degrees(-0.21937722)
    band = BANDS["34GHz"]
    beam = build_beam(list(sun.projection), pole, band, CLEAN_BEAM_WIDTH)
    pixel = band.image_pixel
    values = draw_beam(beam, (pixel, pixel))
    for (x, y), recorded in IDL.items():
        assert values[y, x] == pytest.approx(recorded, abs=1e-4, rel=1e-3)
    assert values[10, 11] == pytest.approx(0.772464, abs=1e-5)
    assert draw_beam(beam, (pixel, pixel), 51).sum() == pytest.approx(20.0989, rel=1e-4)
    sigmas = [axis / math.sqrt(8 * math.log(2)) for axis in beam.axes]
    assert sigmas == pytest.approx((5.6473555, 3.4153717), rel=1e-4)
    assert beam.angle - 180 == pytest.approx(-87.617, abs=0.01)


def test_a_beam_by_the_date_where_pmat_is_missing(tmp_path):
    path = scenes.write(tmp_path / "ipa980509_032023", "17GHz")
    known = compute_beam(read_solar_image(path))
    for keyword in ("PMAT1", "PMAT2", "PMAT3", "PMAT4"):
        fits.delval(path, keyword)
    found = compute_beam(read_solar_image(path))
    assert found.source == "date"
    assert found.axes == pytest.approx(known.axes, rel=2e-5)


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1), st.floats(-30, 30))
def test_a_matrix_makes_a_beam_or_is_refused(p1, p2, p3, p4, pole):
    try:
        beam = build_beam([p1, p2, p3, p4], pole, BANDS["17GHz"], CLEAN_BEAM_WIDTH)
    except NorhError as error:
        assert "singular" in str(error)
        return
    major, minor = beam.axes
    assert major >= minor > 0
    assert beam.solid_angle == pytest.approx(math.pi * major * minor / (4 * math.log(2)), rel=1e-6)
    twice = beam.convolve(beam)
    assert twice.axes == pytest.approx([math.sqrt(2) * axis for axis in beam.axes], rel=1e-6)


@pytest.mark.parametrize("size", [1, 2, 20, 4095])
def test_a_beam_has_an_odd_number_of_pixels(size):
    with pytest.raises(NorhError, match="odd number"):
        draw_beam(Beam(np.eye(2)), (1.0, 1.0), size)


@given(st.floats(0, 0.99), st.floats(0, 2 * math.pi), st.floats(-7.3, 7.3), st.booleans())
def test_the_sun_and_the_sky_are_each_others_inverse(part, turn, tilt, orthographic):
    radius = 960.0
    x, y = part * radius * math.cos(turn), part * radius * math.sin(turn)
    found = convert_to_heliographic(x, y, radius, tilt, orthographic=orthographic)
    latitude, longitude = (np.array([angle]) for angle in found)
    back = convert_to_sky(latitude, longitude, radius, tilt, orthographic=orthographic)
    assert (back[0][0], back[1][0]) == pytest.approx((x, y), abs=1e-6)
    assert measure_off_limb(x, y, radius) < 0


def test_off_the_limb_is_nowhere():
    assert all(map(math.isnan, convert_to_heliographic(1000, 0, 950, 0)))
    assert measure_off_limb(1000, 0, 950) == 50


def test_fluxes_of_the_real_image(real):
    method, parity = FluxMethod(), FluxMethod(parity=True)
    assert method.compute_factor(17e9) == pytest.approx(887.91157, rel=1e-8)
    assert real.pixel_area * ARCSEC**2 == pytest.approx(5.668919e-10, rel=1e-6)
    assert measure_flux(real, method).value == pytest.approx(72.6137, abs=6e-5)
    assert measure_flux(real, parity).value == pytest.approx(72.4791, abs=6e-5)
    box = measure_flux(real, method, find_box(real, (20, 43, 20, 43)))
    assert box.value == pytest.approx(58.5157, abs=6e-5)
    abox = measure_flux(real, method, find_arcsec_box(real, (900, 1000, 50, 150)))
    assert (abox.value, abox.count) == (pytest.approx(57.4059, abs=6e-5), 441)
    intensity = convert_to_intensity(real, method)
    assert measure_flux(intensity, method).value == pytest.approx(72.6137, abs=6e-5)


@pytest.mark.parametrize(
    ("edges", "said"),
    [
        ((43, 20, 20, 43), "reversed"),
        ((20, 64, 20, 43), "not inside of 0,63,0,63"),
        ((0.5, 3, 0, 3), "whole numbers"),
    ],
)
def test_a_box_of_pixels_is_refused(real, edges, said):
    with pytest.raises(NorhError, match=said):
        find_box(real, edges)


@pytest.mark.parametrize(
    ("edges", "said"),
    [
        ((1000, 900, 50, 150), "reversed"),
        ((900, 1200, 50, 150), "reaches out of the image.*west"),
        ((900, 1000, -150, 150), "reaches out of the image.*north"),
        ((941, 942, 50, 150), "no pixel centre"),
    ],
)
def test_a_box_of_arcsec_is_refused(real, edges, said):
    with pytest.raises(NorhError, match=said):
        find_arcsec_box(real, edges)


def test_pixels_without_a_value_and_the_background(real):
    values = real.values.copy()
    values[0, :3] = np.nan
    holed = replace(real, values=values)
    with pytest.raises(NorhError, match="3 of 4096 pixels have no value; --skip-nan"):
        measure_flux(holed, FluxMethod())
    found = measure_flux(holed, FluxMethod(), skip_nan=True)
    assert found.skipped == 3 and found.value == pytest.approx(72.6137, abs=0.1)
    less, level = subtract_background(real, None)
    assert 1000 < level < 3000 and less.values[3, 3] == real.values[3, 3] - level
    _, level = subtract_background(real, find_box(real, (0, 1, 0, 1)))
    assert level == pytest.approx(float(np.median(real.values[:2, :2])))
    with pytest.raises(NorhError, match="BUNIT is 'Jy'"):
        measure_flux(replace(real, unit="Jy"), FluxMethod())
