"""Contour binning: the maps of contbin itself, and a plain form of the method."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.pipeline.xray.contbin import binning, smoothing
from fitslint.pipeline.xray.contbin.binning import BinningOptions, bin_image
from fitslint.pipeline.xray.contbin.inputs import BinningInputs, find_empty_blocks
from fitslint.pipeline.xray.contbin.smoothing import _ImageSums, accumulate_signal
from fitslint.pipeline.xray.errors import XrayError
from fitslint.source.image import read_image
from tests.pipeline.xray.plain_contbin import PlainImages, bin_plainly, smooth_plainly


@pytest.fixture(scope="module")
def oracle(shared):
    def read(name):
        path = shared / "oracle" / "contbin" / f"{name}.fits.gz"
        return read_image(str(path), axes=2, max_pixels=1 << 20).values

    return read


@pytest.fixture(scope="module")
def cluster(oracle):
    return BinningInputs.from_images(oracle("cluster"), mask=oracle("mask"))


def test_bins_are_those_of_contbin_on_its_smoothed_image(oracle, cluster):
    found = bin_image(cluster, oracle("smoothed").astype(np.float32), BinningOptions(30, 2.0))
    assert np.array_equal(found.binmap, oracle("binmap_sn30_constrained2"))
    assert found.stuck == 0


def test_bins_are_those_of_contbin_with_its_own_smoothing(oracle, cluster):
    found = bin_image(cluster, accumulate_signal(cluster, 100.0), BinningOptions(70, 3.0))
    assert np.array_equal(found.binmap, oracle("binmap_sn70_smooth100_constrained3"))


@st.composite
def images(draw, *, with_background=False):
    """A small image with a peak, a mask with holes, and a smoothed image without equal values."""
    rows, columns = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    y, x = np.mgrid[:rows, :columns]
    bright = 8 * np.exp(-((x - columns / 3) ** 2 + (y - rows / 2) ** 2) / 9)
    counts = rng.poisson(bright + draw(st.sampled_from([0.0, 0.3, 2.0]))).astype(float)
    mask = (rng.random((rows, columns)) > draw(st.sampled_from([0.0, 0.2]))).astype(float)
    mask[rows // 2, columns // 2] = 1
    smoothed = rng.permutation(rows * columns).reshape(rows, columns) / 7 + bright
    background = rng.poisson(1.0, (rows, columns)).astype(float) if with_background else None
    return counts, mask, smoothed.astype(np.float32), background


def build_both(case):
    counts, mask, smoothed, background = case
    exposure = {} if background is None else {"exposure": 50.0, "background_exposure": 200.0}
    inputs = BinningInputs.from_images(counts, mask=mask, background=background, **exposure)
    ratio = np.full(counts.shape, np.float32(0.25))
    return inputs, PlainImages(counts, mask, background, ratio), smoothed


@given(
    images() | images(with_background=True),
    st.sampled_from([0.5, 1.5, 3.0, 100.0]),
    st.sampled_from([None, 0.6, 1.0, 2.5]),
    st.booleans(),
    st.booleans(),
)
@settings(deadline=None)
def test_bins_are_those_of_the_plain_form(case, sn, reach, scrub, up):
    inputs, plain, smoothed = build_both(case)
    found = bin_image(inputs, smoothed, BinningOptions(sn, reach, scrub, up))
    assert np.array_equal(found.binmap, bin_plainly(plain, smoothed, sn, reach, scrub=scrub, up=up))


@given(
    images() | images(with_background=True),
    st.booleans(),
    st.builds(
        BinningOptions,
        st.sampled_from([0.5, 1.5, 3.0, 100.0]),
        st.sampled_from([None, 0.6, 1.0, 2.5]),
        st.booleans(),
        st.booleans(),
        st.sampled_from([None, 0.2, 1.0]),
    ),
)
@settings(deadline=None)
@pytest.mark.skipif(binning.LOOPS is None, reason="the loops were not compiled")
def test_compiled_loops_make_the_same_bins(case, has_noise, options):
    counts, mask, smoothed, background = case
    mask[0, 0] = 2  # may begin a bin, and is added to none
    noise = np.sqrt(counts + 0.3) if has_noise else None
    inputs = BinningInputs.from_images(
        counts, mask=mask, background=background, noise=noise, exposure=3.0
    )
    told = []
    found = bin_image(inputs, smoothed, options, lambda *done: told.append(done))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(binning, "LOOPS", None)
        plain = bin_image(inputs, smoothed, options)
    assert np.array_equal(found.binmap, plain.binmap)
    assert found.stuck == plain.stuck
    for name in ("sn", "pixels", "signal"):
        assert np.array_equal(getattr(found, name), getattr(plain, name))
    assert told[-1] == (int((inputs.mask >= 1).sum()),) * 2


CONTBIN = shutil.which("contbin")
OPTIONS = [
    (("--sn=20", "--constrainfill", "--constrainval=2"), BinningOptions(20, 2.0), ()),
    (("--sn=12",), BinningOptions(12), ()),
    (("--sn=20", "--noscrub", "--constrainfill"), BinningOptions(20, 3.0, scrub=False), ()),
    (("--sn=25", "--binup"), BinningOptions(25, binup=True), ()),
    (("--sn=15", "--scrublarge=0.05"), BinningOptions(15, scrublarge=0.05), ()),
    (("--sn=10", "--constrainfill"), BinningOptions(10, 3.0), ("bg", "expmap", "bgexpmap")),
    (("--sn=20", "--constrainfill"), BinningOptions(20, 3.0), ("noisemap",)),
]
NAMES = {"bg": "background", "expmap": "exposure", "bgexpmap": "background_exposure",
         "noisemap": "noise"}  # fmt: skip


@pytest.mark.skipif(CONTBIN is None, reason="contbin is not installed")
@pytest.mark.parametrize(("flags", "options", "further"), OPTIONS)
def test_bins_are_those_of_the_program_with_every_option(oracle, flags, options, further, tmp_path):
    fits = pytest.importorskip("astropy.io.fits")
    window = np.s_[160:288, 190:318]
    maps = {name: oracle(name)[window].astype(np.float32) for name in ("cluster", "mask", "bg",
            "expmap", "bgexpmap")}  # fmt: skip
    maps["noisemap"] = np.sqrt(maps["cluster"] + np.float32(0.7))
    smoothed = oracle("smoothed")[window].astype(np.float32)
    given_maps = {NAMES[name]: maps[name].astype(float) for name in further}
    inputs = BinningInputs.from_images(
        maps["cluster"].astype(float), mask=maps["mask"].astype(float), **given_maps
    )
    for name, image in {**maps, "smoothed": smoothed}.items():
        fits.writeto(tmp_path / f"{name}.fits", image)
    words = [f"--{name}={name}.fits" for name in ("mask", "smoothed", *further)]
    subprocess.run([CONTBIN, *flags, *words, "cluster.fits"], cwd=tmp_path, check=True,
                   capture_output=True)  # fmt: skip
    found = bin_image(inputs, smoothed, options)
    assert np.array_equal(found.binmap, fits.getdata(tmp_path / "contbin_binmap.fits"))
    assert len(found.sn) > 3


@given(images() | images(with_background=True), st.sampled_from([0.5, 2.0, 4.0, 100.0]))
@settings(deadline=None, max_examples=40)
def test_smoothing_is_that_of_the_plain_form(case, sn):
    inputs, plain, _ = build_both(case)
    assert np.allclose(
        accumulate_signal(inputs, sn), smooth_plainly(plain, sn), rtol=1e-6, atol=1e-7
    )


def smooth_without_discs(inputs, sn):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(smoothing, "DISCS", None)
        return accumulate_signal(inputs, sn)


@given(
    st.tuples(st.integers(1, 24), st.integers(1, 24)),
    st.tuples(st.booleans(), st.booleans(), st.sampled_from([0.0, 0.5, 3.0]), st.booleans()),
    st.sampled_from([0.5, 3.0, 12.0, 1000.0]),
    st.integers(0, 2**32 - 1),
)
@settings(deadline=None, max_examples=100)
@pytest.mark.skipif(smoothing.DISCS is None, reason="the loops were not compiled")
def test_compiled_discs_are_those_of_python(shape, has, sn, seed):
    """To the last digit, where values are negative, 1e17 times others, or without exposure."""
    rng = np.random.default_rng(seed)
    has_background, has_noise, less, has_huge = has
    counts = rng.poisson(rng.uniform(0.05, 4), shape) * rng.choice([1.0, 2.5137]) - less
    if has_huge:
        counts[rng.random(shape) < 0.05] = rng.choice([1e17, -1e17, 3e7])
    counts[shape[0] // 2, shape[1] // 2] = 5  # without counts there is nothing to bin
    background = rng.poisson(1.0, counts.shape).astype(float) if has_background else None
    exposure = rng.uniform(1, 90, counts.shape)
    blank = np.where(rng.random(counts.shape) < 0.1, 0.0, 4 * exposure)  # in places no exposure
    mask = (rng.random(counts.shape) > 0.2).astype(float)
    mask[shape[0] // 2, shape[1] // 2] = 1
    inputs = BinningInputs.from_images(
        counts, mask=mask, background=background, exposure=exposure, background_exposure=blank,
        noise=rng.uniform(0.5, 2, counts.shape) if has_noise else None,
    )  # fmt: skip
    told = []
    with np.errstate(invalid="ignore"):
        found = accumulate_signal(inputs, sn, lambda *done: told.append(done))
        plain = smooth_without_discs(inputs, sn)
    assert np.array_equal(found, plain)
    assert told[-1] == (int((inputs.mask >= 1).sum()),) * 2


@pytest.mark.parametrize("has_background", [False, True])
@pytest.mark.skipif(smoothing.DISCS is None, reason="the loops were not compiled")
def test_an_image_with_a_convolution_is_smoothed_as_by_discs(has_background):
    """Large enough that Python asks the convolution first, and fluxes that are not whole."""
    rng = np.random.default_rng(8)
    counts = rng.poisson(0.4, (120, 150)) * 2.5137
    inputs = BinningInputs.from_images(
        counts, background=rng.poisson(1.0, counts.shape) / 7 if has_background else None,
        exposure=50.0, background_exposure=200.0,
    )  # fmt: skip
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        convolve = _ImageSums._convolve
        patch.setattr(_ImageSums, "_convolve", lambda *of: asked.append(of) or convolve(*of))
        plain = smooth_without_discs(inputs, 15.0)
    assert asked
    assert np.array_equal(accumulate_signal(inputs, 15.0), plain)


def test_a_pixel_without_background_exposure_takes_no_digits_of_others():
    """Its ratio is 1e9 times that of the others, whose sums along the row go past it."""
    counts = np.full((3, 40), 4.0)
    blank = np.full(counts.shape, 100.0)
    blank[:, 0] = 0.0
    background = np.ones(counts.shape)
    inputs = BinningInputs.from_images(
        counts, background=background, exposure=50.0, background_exposure=blank
    )
    for smooth in (accumulate_signal, smooth_without_discs):
        assert smooth(inputs, 1.5)[:, 4:] == pytest.approx(3.5)


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 50), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_sums_of_discs_agree_both_ways(rows, columns, radius, seed):
    rng = np.random.default_rng(seed)
    image = rng.poisson(3.0, (rows, columns)).astype(float)
    sums = _ImageSums(image, np.ones(image.shape, bool))
    places = np.nonzero(np.ones(image.shape))
    looked_up = sums.measure(*places, radius)
    assert np.array_equal(looked_up, sums._convolve(radius, [])[places].round())
    least, most = sums.bound(*places, radius, [])
    assert ((least <= looked_up) & (looked_up <= most)).all()


@given(images(), st.sampled_from([1.0, 4.0]), st.sampled_from([None, 1.5]))
@settings(deadline=None)
def test_every_pixel_is_in_one_bin_that_is_bright_enough(case, sn, reach):
    inputs, _, smoothed = build_both(case)
    found = bin_image(inputs, smoothed, BinningOptions(sn, reach))
    assert ((found.binmap >= 0) == (inputs.mask >= 1)).all()
    numbers = np.unique(found.binmap[found.binmap >= 0])
    assert numbers.tolist() == list(range(len(found.sn)))
    assert (np.bincount(found.binmap[found.binmap >= 0]) == found.pixels).all()
    assert (found.sn < sn).sum() <= found.stuck
    assert found.signal.sum() == pytest.approx(inputs.signal[inputs.mask >= 1].sum())
    inside = found.binmap >= 0
    assert found.sn_map[inside] == pytest.approx(found.sn[found.binmap[inside]])
    assert (found.sn_map[~inside] == -1).all()


def test_true_signal_to_noise_is_that_of_the_photons():
    counts = np.full((10, 10), 16.0)
    inputs = BinningInputs.from_images(counts * 2.5)
    found = bin_image(inputs, accumulate_signal(inputs, 5.0), BinningOptions(20))
    true_sn = binning.measure_true_sn(found.binmap, counts)
    sums = found.pixels * 16.0
    assert true_sn == pytest.approx(sums / (1 + np.sqrt(sums + 0.75)))
    assert (true_sn < found.sn).all()


def test_undefined_and_unexposed_pixels_are_left_out():
    counts = np.ones((4, 4))
    counts[0, 0] = np.nan
    exposure = np.full((4, 4), 100.0)
    exposure[3, 3] = 0.5
    inputs = BinningInputs.from_images(counts, exposure=exposure)
    assert inputs.mask[0, 0] == 0
    assert inputs.mask[3, 3] == 0
    assert inputs.mask.sum() == 14


def test_blocks_without_counts_are_left_out():
    counts = np.zeros((12, 20))
    counts[9, 17] = 1
    empty = find_empty_blocks(counts)
    assert not empty[8:, 16:].any()
    assert empty[:8].all()
    assert empty[8:, :16].all()


@pytest.mark.parametrize(
    ("images_given", "sentence"),
    [
        ({"mask": np.zeros((4, 4))}, "no pixel is left"),
        ({"mask": np.ones((5, 4))}, "the mask has 4 x 5 pixels, the image 4 x 4"),
        ({"exposure": np.zeros((4, 4))}, "no pixel is left"),
        ({"background": np.full((4, 4), 1e300)}, "the background has values beyond 1e\\+18"),
    ],
)
def test_images_that_cannot_be_binned_are_told(images_given, sentence):
    with pytest.raises(XrayError, match=sentence):
        BinningInputs.from_images(np.ones((4, 4)), **images_given)


def test_an_image_without_counts_is_not_smoothed_for_ever():
    """Rings around every pixel would grow over all of the image, and find nothing."""
    counts = np.zeros((8, 8))
    counts[0, 0] = 5
    with pytest.raises(XrayError, match="has a value above 0"):
        BinningInputs.from_images(counts, mask=(counts == 0).astype(float))
    assert BinningInputs.from_images(counts).mask.all()


def test_options_without_meaning_are_told():
    with pytest.raises(XrayError, match="must be above 0"):
        BinningOptions(0.0)
    with pytest.raises(XrayError, match="must be above 0"):
        BinningOptions(10.0, -1.0)
    with pytest.raises(XrayError, match="from 0 to 1"):
        BinningOptions(10.0, scrublarge=float("nan"))
