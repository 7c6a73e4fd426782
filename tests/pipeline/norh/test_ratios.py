"""Beams brought together, polarisation, spectral index, light curves and classes."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from fitslint.pipeline.norh import match
from fitslint.pipeline.norh.classify import CLASSES, ClassLimits, classify_emission
from fitslint.pipeline.norh.curve import measure_curves
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.flux import FluxMethod, find_arcsec_box, measure_flux
from fitslint.pipeline.norh.image import Axis, read_solar_image
from fitslint.pipeline.norh.ratios import (
    compute_polarization,
    compute_spectral_index,
    divide_polarised,
    divide_spectra,
)
from tests.pipeline.norh import scenes

KINDS = {"a": ("17GHz", "r+l"), "s": ("17GHz", "r-l"), "z": ("34GHz", "r+l")}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Images of R+L and R-L at 17 GHz and of 34 GHz."""
    folder = tmp_path_factory.mktemp("norh")
    return {
        name: scenes.write(folder / f"ip{name}980509_032023", *kind) for name, kind in KINDS.items()
    }


@pytest.fixture(scope="module")
def images(files):
    return {name: read_solar_image(path) for name, path in files.items()}


def _draw_point(image, frequency, size, reference, place):
    """A point source of 1e6 K arcsec², off the pixel centres, with the beam of its frequency."""
    beam = scenes.beam(frequency)
    axis = Axis(size, reference, 0.0, scenes.SIZES[frequency][1])
    x, y = axis.coordinates - place[0], axis.coordinates[:, np.newaxis] - place[1]
    values = beam.sample(x, y) / beam.solid_angle * 1e6
    return replace(image, values=values, x=axis, y=axis)


def _measure_moments(image):
    """Flux, centre, and full widths of the axes by second moments."""
    weight = image.values / image.values.sum()
    x, y = np.meshgrid(image.x.coordinates, image.y.coordinates)
    centre = (weight * x).sum(), (weight * y).sum()
    offsets = np.array([(x - centre[0]).ravel(), (y - centre[1]).ravel()])
    widths = np.linalg.eigvalsh(offsets * weight.ravel() @ offsets.T)[::-1]
    total = image.values.sum() * image.pixel_area
    return total, centre, np.sqrt(8 * math.log(2) * widths)


PLACE = (1.7, -2.3)


@pytest.fixture(scope="module")
def points(images):
    return (
        _draw_point(images["a"], "17GHz", 128, 65.0, PLACE),
        _draw_point(images["z"], "34GHz", 256, 128.5, PLACE),
    )


def test_a_point_has_one_shape_at_both_frequencies(points):
    low, high, beam = match.match_images(*points)
    assert beam.axes == pytest.approx((19.010, 17.899), abs=6e-4)
    assert low.values.shape == high.values.shape and low.x == high.x
    for image, widths in ((low, (19.0065, 17.8960)), (high, (19.0097, 17.8987))):
        flux, centre, found = _measure_moments(image)
        assert flux == pytest.approx(1e6, rel=1e-6)
        assert centre == pytest.approx(PLACE, abs=1e-6)
        assert found == pytest.approx(widths, abs=1e-4)
    assert np.abs(low.values - high.values).max() < 2e-3 * low.values.max()


def test_means_of_blocks_widen_the_beam(points):
    low, high, _ = match.match_images(*points, parity=True)
    assert _measure_moments(high)[2] == pytest.approx((19.23, 18.13), abs=0.006)
    assert 0.02 < np.abs(low.values - high.values).max() / low.values.max() < 0.03


def test_the_order_of_the_images_is_kept(points):
    low, high, beam = match.match_images(*points)
    other, first, turned = match.match_images(*points[::-1])
    assert np.array_equal(first.values, low.values) and np.array_equal(other.values, high.values)
    assert np.allclose(turned.form, beam.form)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit": "10**4 Jy/sr"}, "BUNIT"),
        ({"x": Axis(256, 128.5, 5000.0, 2.45553)}, "do not meet"),
        ({"x": Axis(256, 128.5, 0.0, 2.1)}, "no whole number"),
    ],
)
def test_what_does_not_go_together_is_refused(points, changes, said):
    with pytest.raises(NorhError, match=said):
        match.match_images(points[0], replace(points[1], **changes))


def test_a_pixel_without_a_value_is_not_spread(points):
    values = points[1].values.copy()
    values[3, 3] = np.nan
    with pytest.raises(NorhError, match="1 pixels have no value"):
        match.match_images(points[0], replace(points[1], values=values))


def test_the_polarisation_of_the_sources(images):
    ratio = compute_polarization(images["a"], images["s"])
    image = images["a"]
    for west, north, _, _, _, degree in scenes.SOURCES:
        column = int(np.abs(image.x.coordinates - west).argmin())
        row = int(np.abs(image.y.coordinates - north).argmin())
        # The disk below the source is not polarised.
        assert ratio.values[row, column] == pytest.approx(degree, abs=0.06)
        assert ratio.valid[row, column] and ratio.errors[row, column] < 0.02
    assert ratio.is_measured and ratio.noises == pytest.approx((500, 500), rel=0.1)
    dark = image.values < 5 * ratio.noises[0]
    assert not ratio.valid[dark].any() and np.isfinite(ratio.values[dark]).all()
    given = compute_polarization(images["a"], images["s"], (2e3, 1e3))
    assert given.valid.sum() < ratio.valid.sum() and not given.is_measured


def test_kelvin_and_intensity_give_the_same_polarisation(images):
    from fitslint.pipeline.norh.flux import convert_to_intensity

    pair = [convert_to_intensity(images[name], FluxMethod()) for name in "as"]
    ratio, same = compute_polarization(images["a"], images["s"]), compute_polarization(*pair)
    assert np.allclose(ratio.values, same.values, rtol=1e-12)
    assert np.array_equal(ratio.valid, same.valid)


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("sa", "POLARIZ is 'r-l', not 'r\\+l'"),
        ("az", "POLARIZ is 'r\\+l', not 'r-l'"),
    ],
)
def test_no_pair_of_polarisations(images, pair, said):
    with pytest.raises(NorhError, match=said):
        compute_polarization(*(images[name] for name in pair))


def test_times_places_and_skies_that_do_not_belong(images):
    late = replace(images["s"], middle=images["s"].middle + timedelta(seconds=5))
    with pytest.raises(NorhError, match="is 5 s from that of"):
        compute_polarization(images["a"], late)
    axis = images["s"].x
    moved = replace(images["s"], x=replace(axis, value=axis.value + 0.6))
    with pytest.raises(NorhError, match=r"0\.60 arcsec to the west"):
        compute_polarization(images["a"], moved)
    inside = [replace(images[name], x=replace(axis, value=0.0)) for name in "as"]
    with pytest.raises(NorhError, match="say --sigma"):
        compute_polarization(*inside)
    with pytest.raises(NorhError, match="--sigma is one number above 0"):
        compute_polarization(*inside, (0.0,))


def test_more_polarised_than_all_is_not_valid():
    total, polarised = np.array([100.0, 100.0, 100.0, 0.0]), np.array([103.0, 104.0, -50.0, 1.0])
    values, valid, errors = divide_polarised(total, polarised, (1.0, 1.0))
    assert valid.tolist() == [True, False, True, False]
    assert values[:3].tolist() == [1.03, 1.04, -0.5] and math.isnan(values[3])
    assert errors[2] == pytest.approx(math.hypot(0.01, 0.005))


def test_half_the_flux_at_34_ghz():
    for method, alpha in ((FluxMethod(), -1.0), (FluxMethod(use_true_frequency=True), -1.0086)):
        ratio = (33.8 if method.use_true_frequency else 34) / 17
        pair = np.array([2.0]), np.array([1.0])
        values, valid, errors = divide_spectra(*pair, (0.1, 0.1), ratio)
        assert values[0] == pytest.approx(alpha, abs=5e-5) and valid[0]
    assert errors[0] == pytest.approx(math.hypot(0.05, 0.1) / 0.68723, rel=1e-4)


def test_the_index_of_the_sources(images):
    low, high, beam = match.match_images(images["a"], images["z"])
    with pytest.raises(NorhError, match="run fitslint norh match first"):
        compute_spectral_index(images["a"], images["z"], FluxMethod())
    from tests.pipeline.norh.test_norh_products import reread_matched

    low, high = reread_matched(images, beam, low, high)
    ratio = compute_spectral_index(low, high, FluxMethod())
    for west, north, _, _, alpha, _ in scenes.SOURCES:
        column = int(np.abs(low.x.coordinates - west).argmin())
        row = int(np.abs(low.y.coordinates - north).argmin())
        # The disk below the source has an index of 2.
        assert ratio.values[row, column] == pytest.approx(alpha, abs=0.15)
        assert ratio.valid[row, column]
    with pytest.raises(NorhError, match="not of 34GHz and 17GHz"):
        compute_spectral_index(high, low, FluxMethod())


ABOX = (-930.0, -870.0, 30.0, 90.0)


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    """Three times of three kinds; in the second one the first source is twice as bright."""
    folder = tmp_path_factory.mktemp("series")
    found = []
    for at in range(3):
        start = scenes.START + timedelta(seconds=5 * at)
        for name, kind in KINDS.items():
            path = folder / f"ip{name}{at}"
            found.append(scenes.write(path, *kind, start=start, gain=2.0 if at == 1 else 1.0))
    return found


def test_the_curves_of_a_box(series):
    curves = measure_curves(series[::-1], ABOX, FluxMethod())
    assert [time.second for time in curves.times] == [23, 28, 33]
    assert list(curves.columns) == ["F17I", "F17V", "F34", "RC", "MVDP", "ALPHA", "MVDA"]
    first = read_solar_image(series[0])
    flux = measure_flux(first, FluxMethod(), find_arcsec_box(first, ABOX))
    columns = curves.columns
    assert columns["F17I"][0] == flux.value
    assert columns["F17I"][1] > 1.8 * columns["F17I"][0] == pytest.approx(1.8 * columns["F17I"][2])
    assert np.allclose(columns["RC"], columns["F17V"] / columns["F17I"])
    assert np.allclose(columns["ALPHA"], np.log2(columns["F34"] / columns["F17I"]))
    assert columns["MVDP"].all() and columns["MVDA"].all() and curves.noise_known


def test_images_of_a_time_are_missing(series):
    with pytest.raises(NorhError, match="there are 3 images of F17I and 2 of F17V"):
        measure_curves([*series[:7], series[8]], ABOX, FluxMethod())
    with pytest.raises(NorhError, match="go together in time"):
        measure_curves([series[0], series[5]], ABOX, FluxMethod())
    with pytest.raises(NorhError, match="name the images"):
        measure_curves([], ABOX, FluxMethod())


def test_classes_follow_the_text():
    brightness = np.array([2e6, 2e6, 1e5, 1e5, 1e5, 1e5, 2e6])
    alpha = np.array([-1.5, 1.0, 0.1, 1.0, -2.0, 0.1, -1.0])
    known = np.array([True] * 6 + [False])
    polarisation = np.array([0.5, 0.0, 0.0, 0.0, 0.0, -0.4, 0.0]), np.full(7, True)
    found = classify_emission(brightness, (alpha, known), polarisation, ClassLimits())
    assert [CLASSES[at] for at in found] == [
        "thin gyrosynchrotron", "thick", "gyrosynchrotron or free-free", "thick", "not told",
        "gyroresonance candidate", "not told",
    ]  # fmt: skip
