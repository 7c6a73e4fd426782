"""Synthesis: what goes into the correlations comes out of the images (the manual's section 6)."""

from dataclasses import replace

import numpy as np
import pytest

from fitslint.pipeline.norh.antennas import find_antenna
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.synthesis import calibrate, clean
from fitslint.pipeline.norh.synthesis.array import ARMS, BASELINES, FIRST, PLACES, SECOND
from fitslint.pipeline.norh.synthesis.dirty import UvGrid
from fitslint.pipeline.norh.synthesis.imager import CleanOptions, Imager
from fitslint.pipeline.norh.synthesis.plan import OWN_FACTOR, OWN_LEVELS
from fitslint.pipeline.norh.synthesis.restore import SkyPixels, restore_disk, restore_points
from fitslint.pipeline.norh.synthesis.scene import Disk, Scene, Source
from fitslint.pipeline.norh.synthesis.visibility import see_disk, see_sources
from tests.pipeline.norh import synthesized
from tests.pipeline.norh.synthesized import FLARE, SOURCES, START, fit, simulate, synthesize

PERFECT = Scene(START, sources=SOURCES, noise=0, gain_amplitude=0, gain_phase=0)
REAL = Scene(START, sources=SOURCES, offset=(-12.77, 10.68))
HOGBOM = CleanOptions("hogbom", 2000, 0)
STEER = CleanOptions("steer", 3000, 0, 0.2)


@pytest.fixture(scope="module")
def projection():
    return simulate(PERFECT)[1].projection


def test_the_array_is_as_redundant_as_it_is_told():
    grid = UvGrid(BASELINES)
    assert len(BASELINES) == 3486 and len(grid.baselines) == 1861
    north = PLACES[ARMS["north"]][:, 1]
    line = PLACES[ARMS["east-west"]][:, 0]
    counts = [len({abs(a - b) for a in arm for b in arm if a != b}) for arm in (north, line)]
    assert counts == [121, 172]
    assert (north.max(), line.max() - line.min()) == (144, 320)


def count_unknowns(sign):
    """Combinations of gains (logarithms) that no redundant pair tells."""
    rows = np.zeros((len(BASELINES), len(PLACES)))
    at = np.arange(len(BASELINES))
    rows[at, FIRST], rows[at, SECOND] = 1, sign
    flip = (BASELINES < 0).any(axis=1) & (BASELINES[:, 0] <= 0)
    key = np.where(flip[:, None], -BASELINES, BASELINES)
    rows[flip] *= -1 if sign < 0 else 1
    _, group = np.unique(key, axis=0, return_inverse=True)
    mean = np.zeros((group.max() + 1, rows.shape[1]))
    np.add.at(mean, group.ravel(), rows)
    rows -= (mean / np.bincount(group.ravel())[:, None])[group.ravel()]
    values = np.linalg.eigvalsh(rows.T @ rows)
    return (values < 1e-9 * values[-1]).sum()


def test_redundancy_leaves_four_phases_and_two_amplitudes():
    assert count_unknowns(-1) == 4
    assert count_unknowns(1) == 2


def test_visibilities_are_fourier_transforms(projection):
    """The formulae against sums over fine pixels."""
    baselines = np.array([[1.0, 0], [0, 1], [3, -2], [12, 9], [0, 0]])
    step = 4.0
    at = np.arange(-1100, 1100, step) + step / 2
    x, y = at[None, :], at[:, None]
    west, north = projection.to_ground(x + 0 * y, y + 0 * x)
    disk = np.hypot(x, y) < 964
    source = Source(-431, 54, 1e6, 60)
    hill = 1e6 * np.exp(-4 * np.log(2) * ((x + 431) ** 2 + (y - 54) ** 2) / 60**2)
    phases = [np.exp(-2j * np.pi / 512 * (m * west + n * north)) * step**2 for m, n in baselines]
    sums = [[(sky * phase).sum() for phase in phases] for sky in (1e4 * disk, hill)]
    assert see_disk(projection, baselines, Disk(1e4, 964)) == pytest.approx(sums[0], rel=0, abs=2e7)
    assert see_sources(projection, baselines, [source]) == pytest.approx(sums[1], rel=1e-6)


def test_a_dirty_map_is_the_sum_of_its_cosines():
    grid = UvGrid(BASELINES)
    random = np.random.default_rng(1)
    values = random.standard_normal((2, len(grid.baselines))).T @ [1, 1j]
    at = (np.array([0, 37, 300]), np.array([511, 5, 256]))
    phases = np.exp(2j * np.pi / 512 * (grid.baselines @ np.array(at)))
    expected = (values[:, None] * phases).real.mean(axis=0)
    assert grid.make_map(values)[at[1], at[0]] == pytest.approx(expected, abs=1e-12)
    image = np.zeros((512, 512))
    image[at[1], at[0]] = [3, -2, 1]
    assert grid.see_map(image) == pytest.approx(phases.conj() @ [3, -2, 1], abs=1e-9)
    assert grid.beam[0, 0] == pytest.approx(1)


def test_the_beam_of_the_restoration_is_that_of_the_header(projection):
    major, minor = projection.compute_beam().axes
    assert (major, minor) == pytest.approx((16.983, 15.990), abs=2e-3)
    assert projection.compute_beam().solid_angle == pytest.approx(307.70, abs=0.05)


def test_restored_points_keep_their_flux(projection):
    sky = SkyPixels(64, -431, 54, 4.91106)
    x, y, flux = np.array([-431.0, -400]), np.array([54.0, 80]), np.array([3e8, -1e7])
    image = restore_points(projection.compute_beam(), sky, x, y, flux)
    assert image.sum() * sky.pixel**2 == pytest.approx(flux.sum(), rel=1e-6)
    at = [(sky.west - x[0])[None, :], (sky.north - y[0])[:, None]]
    single = restore_points(projection.compute_beam(), sky, x[:1], y[:1], flux[:1])
    expected = 3e8 / projection.compute_beam().solid_angle * projection.compute_beam().sample(*at)
    assert single == pytest.approx(expected, abs=1)


def test_a_restored_disk_is_a_convolved_one(projection):
    """By points on a fine grid, at the limb."""
    sky = SkyPixels(16, 682, 682, 4.91106)
    at = np.arange(612, 752, 0.5)
    x, y = (axis.ravel() for axis in np.meshgrid(at, at))
    inside = np.hypot(x, y) < 964.1
    points = restore_points(
        projection.compute_beam(), sky, x[inside], y[inside], np.full(inside.sum(), 2500.0)
    )
    assert restore_disk(projection.compute_beam(), sky, Disk(1e4, 964.1)) == pytest.approx(
        points, abs=100
    )


def test_hogbom_without_errors():
    image = synthesize(PERFECT, HOGBOM)
    flare, loop, other = (fit(image, source) for source in SOURCES)
    assert flare.flux == pytest.approx(0.995, abs=0.005) and flare.distance < 0.1
    assert loop.flux == pytest.approx(0.926, abs=0.02) and loop.distance < 0.2
    assert other.flux == pytest.approx(0.827, abs=0.02) and other.distance < 0.2
    quiet = synthesized.find_quiet(image, SOURCES)
    assert quiet.std() < 250
    assert image.pixels.max() / quiet.std() > 3000
    assert image.cleaned.converged and image.criterion == 2000


def test_steer_is_nearer_the_truth_in_extended_sources():
    """To the same criterion."""
    point = synthesize(PERFECT, replace(HOGBOM, criterion=3000))
    steer = synthesize(PERFECT, STEER)
    for source in SOURCES[1:]:
        assert abs(fit(steer, source).flux - 1) < abs(fit(point, source).flux - 1)
    assert fit(steer, FLARE).flux == pytest.approx(0.993, abs=0.005)
    assert fit(steer, SOURCES[1]).flux == pytest.approx(0.929, abs=0.03)


@pytest.mark.parametrize("method", ["hogbom", "steer"])
def test_calibrated_images(method):
    image = synthesize(REAL, CleanOptions(method, 5000, 0, 0.1 if method == "hogbom" else 0.2))
    flare = fit(image, FLARE)
    assert flare.flux == pytest.approx(1, abs=0.04)
    assert flare.distance < 0.3
    quiet = synthesized.find_quiet(image, SOURCES)
    assert np.median(quiet) == pytest.approx(1e4, rel=0.02)
    assert image.pixels.max() / quiet.std() > 1000
    assert image.disk_correlation > 0.99


def test_weights_of_fujiki_bring_out_fine_structure(projection):
    """The dirty beam and the clean one are narrower, and fluxes are those of the other weights."""
    uniform, fine = (UvGrid(BASELINES, cell).beam for cell in (0, 5))
    assert fine[0, 0] == pytest.approx(1)
    assert fine[0, 1] < uniform[0, 1] and fine[1, 0] < uniform[1, 0]
    assert projection.compute_beam(7).axes[0] == pytest.approx(
        16.983 * 2**0.5 / 2.0654677, abs=2e-3
    )
    made, imager, calibration = simulate(REAL)
    suw = Imager(imager.projection, imager.disk.radius, imager.good, cell=5)
    seen = made.raw.average(made.raw.first, 1)["r+l"]
    sky = SkyPixels(128, -431, 54, 2.45553)
    image = suw.make_image(seen, calibration, sky, CleanOptions("hogbom", 5000, 0))
    assert fit(image, FLARE).flux == pytest.approx(1, abs=0.04)
    assert fit(image, FLARE).distance < 0.3


def test_clean_keeps_to_its_boxes():
    made, imager, calibration = simulate(REAL)
    seen = made.raw.average(made.raw.first, 1)["r+l"]
    options = CleanOptions("hogbom", 5000, 0, boxes=((-500.0, -360.0, 0.0, 100.0),))
    x, y, _ = imager.make_image(seen, calibration, synthesized.WHOLE, options).components
    assert x.size and x.min() >= -500 and x.max() <= -360 and y.min() >= 0 and y.max() <= 100


def test_gains_come_back():
    made, _, found = simulate(REAL)
    for amplitude, phase in synthesized.compare_gains(made, found, REAL.offset):
        assert amplitude < 0.01
        assert phase < 0.5


def test_polarisation_comes_back():
    total = synthesize(REAL, CleanOptions("hogbom", 5000, 0))
    polarised = synthesize(REAL, CleanOptions("hogbom", 5000, 0), polarisation="r-l")
    ratio = fit(polarised, FLARE).flux / fit(total, FLARE).flux * 1.0
    assert ratio == pytest.approx(0.3, abs=0.01)
    at = np.unravel_index(total.pixels.argmax(), total.pixels.shape)
    assert polarised.pixels[at] / (total.pixels[at] - 1e4) == pytest.approx(0.3, abs=0.01)


def test_a_disk_off_its_place_is_found():
    """Random phases have a gradient of their own, which moves the disk too."""
    still = replace(REAL, gain_phase=0)
    pointing = simulate(still)[2].pointing
    assert (pointing.west, pointing.north) == pytest.approx(REAL.offset, abs=0.2)


@pytest.mark.long
def test_34_ghz_in_part():
    scene = Scene(START, "34GHz", (replace(FLARE, alpha=1), *SOURCES[1:]), seed=5)
    sky = SkyPixels(128, -431, 54, 2.45553)
    image = synthesize(scene, CleanOptions("hogbom", -1), sky)
    found = fit(image, scene.sources[0].observe("34GHz", 0))
    assert found.flux == pytest.approx(1, abs=0.05)
    assert found.distance < 0.3


def test_the_curvature_of_the_sky_is_corrected():
    limb = Source(-700, 600, 3e6, 12)
    scene = Scene(START.replace(hour=6), sources=(limb,), second_order=True, noise=1e-5)
    made, imager, calibration = simulate(scene)
    places = []
    for corrected in (False, True):
        imager._is_second_order = corrected
        seen = made.raw.average(made.raw.first, 1)["r+l"]
        options = CleanOptions("hogbom", 10_000, 0)
        places.append(fit(imager.make_image(seen, calibration, synthesized.WHOLE, options), limb))
    assert places[0].distance > 1
    assert places[1].distance < 0.2


def test_bad_antennas_are_left_out():
    bad = tuple(find_antenna(name) for name in ("N03", "E20", "W01"))
    made, imager, calibration = simulate(replace(REAL, bad=bad))
    assert list(np.nonzero(made.raw.find_silent())[0]) == sorted(bad)
    assert not calibration.gains[list(bad)].any()
    seen = made.raw.average(made.raw.first, 1)["r+l"]
    image = imager.make_image(seen, calibration, synthesized.WHOLE, CleanOptions("hogbom", 5000, 0))
    assert fit(image, FLARE).flux == pytest.approx(1, abs=0.04)


def test_too_few_antennas_and_isolated_ones_are_named():
    raw = simulate(REAL)[0].raw
    seen = raw.average(raw.first, 1)["r+l"]
    good = np.ones(84, bool)
    good[:21] = False
    with pytest.raises(NorhError, match="north arm has 7 good antennas"):
        calibrate.solve_gains(seen, good, good[FIRST] & good[SECOND])
    # N28 is 144 spacings from the crossing, N08 is 10.
    good[:] = False
    good[[*range(8), 27]] = True
    good[28:] = True
    with pytest.raises(NorhError, match=r"the gain of N28 in the north arm is unknown"):
        calibrate.solve_gains(seen, good, good[FIRST] & good[SECOND])


def test_clean_stops_at_its_last_step_and_when_it_diverges(monkeypatch):
    grid = UvGrid(BASELINES)
    everywhere = np.ones((512, 512), bool)
    dirty = np.roll(grid.beam, (40, 60), (0, 1)) * 1e8
    short = clean.clean_points(dirty, grid, everywhere, 1e3, max_steps=20)
    assert not short.converged
    whole = clean.clean_points(dirty, grid, everywhere, 1e3)
    assert whole.converged and whole.components[40, 60] == pytest.approx(1e8, rel=1e-4)
    monkeypatch.setattr(grid, "make_map", lambda _: -1.5 * dirty)
    with pytest.raises(clean.DivergenceError, match="diverges"):
        clean.clean_contours(dirty, grid, everywhere, 1e3, gain=-3.0)


SATURATED = 31001
"""A scene with a low Sun, where correlations of short baselines are beyond full."""


def test_saturated_pairs_are_left_out():
    """A few numbers that are cut would spoil the gains of the innermost antennas by percents."""
    scene = synthesized.draw_low_scene(SATURATED)
    made, imager, found = simulate(scene)
    assert made.clipped and imager.saturated == made.raw.find_saturated(scene.first, 1).sum() > 0
    raw, everything = made.raw, Imager(imager.projection, imager.disk.radius, imager.good)
    spoilt = everything.calibrate(raw.average(raw.first, 1)["r+l"])
    (_, good), (_, bad) = (
        list(synthesized.compare_gains(made, one, scene.offset)) for one in (found, spoilt)
    )
    assert good[0] < 1e-3 and bad[0] > 3 * good[0]


LOTS = [(synthesized.draw_scene, seed) for seed in range(6000, 6006)]
LOTS += [(synthesized.draw_low_scene, seed) for seed in (20004, 20010, 20018, 20027, 20038, 20043)]


@pytest.mark.long
@pytest.mark.parametrize(("draw", "seed"), LOTS)
def test_scenes_by_lot(draw, seed):
    """Those with a low Sun were outside of the tolerances while saturated pairs were used."""
    scene = draw(seed)
    made, imager, calibration = simulate(scene)
    image = synthesize(scene, CleanOptions("hogbom", OWN_LEVELS["17GHz"], OWN_FACTOR))
    found = fit(image, scene.sources[0], imager.beam)
    assert found.flux == pytest.approx(1, abs=0.04)
    assert found.distance < 0.3
    quiet = synthesized.find_quiet(image, scene.sources, imager.beam)
    assert np.median(quiet) == pytest.approx(1e4, rel=0.02)
    assert image.pixels.max() / quiet.std() > 1000
    assert image.dynamic_range > 700
    for amplitude, phase in synthesized.compare_gains(made, calibration, scene.offset):
        assert amplitude < 0.01
        assert phase < 0.5
