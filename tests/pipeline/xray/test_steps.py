"""Steps 2 to 5 against the truth of a simulation: counts, exposure, flux, sources, flares."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest

import fitslint
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.events.event_file import open_events
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.pipeline.xray.simulate.model import ClusterModel
from fitslint.pipeline.xray.simulate.run import SimulationRequest
from fitslint.pipeline.xray.sky import SKY_PIXEL, SkyBox, SkyPlane
from fitslint.pipeline.xray.steps.deflare import DeflareRequest, deflare_observation
from fitslint.pipeline.xray.steps.merge import MergeRequest, choose_plane, merge_observations
from fitslint.pipeline.xray.steps.observation import (
    ObservationFiles,
    find_observation,
    open_observation,
)
from fitslint.pipeline.xray.steps.reprocess import ReprocessRequest, reprocess_observation
from fitslint.pipeline.xray.steps.scale import ScaleRequest, scale_flux
from tests.pipeline.xray.conftest import Field

fits = pytest.importorskip("astropy.io.fits")
REAL = ("chandra_test.fits", "chandra_noener_test.fits")
REAL_FOLDER = "corpus/stingray-2.3.2/stingray/tests/data"


def read(path):
    with fits.open(path) as file:
        return file[0].data.astype(float), file[0].header.copy()


def read_frame(header):
    """The plane and the box of an image."""
    plane = SkyPlane(header["CRVAL1"], header["CRVAL2"])
    size = header["CDELT1P"]
    box = SkyBox(header["CRVAL1P"], header["CRVAL2P"], header["NAXIS1"], header["NAXIS2"], size)
    return plane, box


def compute_truth(field, plane, box):
    """Counts that the simulation asks for: cluster, blurred sources, particles, rests of flares."""
    model, total = field.truth["model"], np.zeros(box.shape)
    x, y = np.meshgrid(*box.list_centres())
    bright = compute_brightness(model["cluster"], plane, x, y) * (SKY_PIXEL * box.bin_size) ** 2
    for one in field.truth["observations"]:
        files = find_observation(field.folder / one["obs_id"])
        with open_observation(files, field.band) as observed:
            exposure = observed.model.compute(box, plane)
            seconds = observed.model.compute(box, plane, is_time=True)
            psf = observed.model.compute_psf_size(box, plane, 0.9) / SKY_PIXEL
            rate = compute_particle_rate(field, one, observed.events.good)
        total += bright * exposure + rate / 1024**2 * seconds
        for source in model["sources"]:
            at = [float(value) for value in plane.find_pixel(source["ra"], source["dec"])]
            column, row = int(at[0] - box.x_low), int(at[1] - box.y_low)
            if not (-80 < column < box.columns + 80 and -80 < row < box.rows + 80):
                continue
            ninety = psf[min(max(row, 0), box.rows - 1), min(max(column, 0), box.columns - 1)]
            light = blur_point(box.x_low + column - at[0], box.y_low + row - at[1], ninety)
            rows = np.arange(max(row - 80, 0), min(row + 81, box.rows))
            columns = np.arange(max(column - 80, 0), min(column + 81, box.columns))
            cut = np.ix_(rows, columns)
            light = light[np.ix_(rows - row + 80, columns - column + 80)]
            total[cut] += source["flux"] * exposure[cut] * light
    return total


def blur_point(column, row, ninety):
    """The part of a point source in pixels around it, of which the middle's corner is given.

    Pixels are cut into 5 x 5; ``1 - exp(-log(10) (r / ninety)**1.2)`` are within a radius.
    """
    fine = (np.arange(161 * 5) + 0.5) / 5 - 80
    radius = np.hypot(fine + column, (fine + row)[:, None]) / ninety
    density = np.maximum(radius, 0.1 / ninety) ** -0.8 * np.exp(-np.log(10) * radius**1.2)
    return (density / density.sum()).reshape(161, 5, 161, 5).sum(axis=(1, 3))


def compute_brightness(told, plane, x, y):
    """Photons/cm2/s/arcsec2 of the cluster at sky pixels."""
    values = {name: tuple(one) if isinstance(one, list) else one for name, one in told.items()}
    cluster = ClusterModel(**values)
    west, north = plane.reproject(x, y, SkyPlane(cluster.ra, cluster.dec))
    return cluster.compute_brightness((west - 4096.5) * SKY_PIXEL, (north - 4096.5) * SKY_PIXEL)


def compute_particle_rate(field, one, good):
    """Counts/s of a chip in the band: particles, and what is left of flares in good time."""
    told, band = field.truth["background"], field.band
    in_band = 1 - np.exp(-(band.high - 0.5) / 2.5)
    rate = told["density"] * (band.high - band.low)
    for flare in one["flares"]:
        after = np.maximum(good.edges - flare["start"], 0) / flare["decay"]
        left = flare["height"] * flare["decay"] * -np.diff(np.exp(-after), axis=1).sum()
        rate += told["flare_rate"] * in_band * left / good.total
    return rate


def sum_cells(image, size):
    rows, columns = (length // size * size for length in image.shape)
    return image[:rows, :columns].reshape(rows // size, size, -1, size).sum(axis=(1, 3))


def test_counts_follow_the_truth_over_the_field(field):
    """Cells of 64 pixels square, and the whole, within their Poisson noise."""
    counts, header = read(field.mosaic / "broad_thresh.img")
    exposure, _ = read(field.mosaic / "broad_thresh.expmap")
    wanted = np.where(exposure > 0, compute_truth(field, *read_frame(header)), 0)
    assert judge_cells(counts, wanted, 64) > 100


def judge_cells(counts, wanted, size, due_min=25):
    """Hold counts of cells and of all against what is due; how many cells there are.

    Of many cells one is far from its mean by chance: the chi-square of all of them is asked, and
    how often the unlikeliest of so many is as unlikely.
    """
    stats = pytest.importorskip("scipy.stats")
    seen, due = sum_cells(counts, size), sum_cells(wanted, size)
    seen, due = seen[due > due_min], due[due > due_min]
    square = ((seen - due) ** 2 / due).sum()
    assert 1e-3 < stats.chi2.sf(square, len(due)) < 1 - 1e-3
    tail = 2 * np.minimum(stats.poisson.cdf(seen, due), stats.poisson.sf(seen - 1, due))
    assert 1 - (1 - tail.min()) ** len(due) > 1e-3
    assert abs(counts.sum() - wanted.sum()) < 3 * np.sqrt(wanted.sum())
    return len(due)


def test_flux_is_counts_by_exposure(field):
    counts, _ = read(field.mosaic / "broad_thresh.img")
    exposure, _ = read(field.mosaic / "broad_thresh.expmap")
    flux, header = read(field.mosaic / "broad_flux.img")
    seen = exposure > 0
    assert np.allclose(flux[seen], counts[seen] / exposure[seen], rtol=1e-6)
    assert not flux[~seen].any()
    assert exposure[seen].min() > 0.015 * exposure.max() * (1 - 1e-6)
    assert header["EXPCUT"] == 0.015
    scaled, told = read(field.mosaic / "scaled_broad_flux.fits")
    assert told["FLUXSCAL"] == pytest.approx(2.5 * counts.mean() / flux.mean(), rel=1e-5)
    assert np.allclose(scaled, flux * told["FLUXSCAL"], rtol=1e-6)
    assert scaled.mean() == pytest.approx(2.5 * counts.mean(), rel=1e-5)
    assert (told["BUNIT"], header["BUNIT"]) == ("count", "photon cm**-2 s**-1")


def test_the_merge_loses_no_event(field):
    numbers = field.results["merge", ""].numbers
    rows = 0
    for name in field.names:
        with open_events(str(field.folder / name / f"acisf{name}_clean_evt.fits")) as events:
            rows += events.table.rows
    with fits.open(field.mosaic / "merged_evt.fits") as file:
        events = file["EVENTS"].data
        assert len(events) == rows == numbers["events"]
        inside = (events["ENERGY"] >= 500) & (events["ENERGY"] < 7000)
        good = file["GTI"].data
        assert good["STOP"].sum() - good["START"].sum() == pytest.approx(
            file["EVENTS"].header["ONTIME"]
        )
    counts, _ = read(field.mosaic / "broad_thresh.img")
    assert numbers["in_band"] == inside.sum()
    assert counts.sum() == numbers["counts"] == numbers["in_band"] - numbers["counts_cut"]
    assert numbers["counts_cut"] < 0.01 * numbers["in_band"]


def test_the_merged_exposure_is_the_sum(field):
    exposure, header = read(field.mosaic / "broad_thresh.expmap")
    plane, box = read_frame(header)
    total = np.zeros(box.shape)
    for name in field.names:
        with open_observation(find_observation(field.folder / name), field.band) as observed:
            total += observed.model.compute(box, plane)
    seen = exposure > 0
    assert np.array_equal(exposure[seen], total[seen].astype(np.float32))
    times = [read(path)[1]["EXPOSURE"] for path in field.folder.glob("9000*/*_thresh.img")]
    assert header["EXPOSURE"] < sum(times)
    assert header["EXPOSURE"] == pytest.approx(header["ONTIME"] * header["DTCOR"])


def test_an_exposure_is_that_of_chips_moved_by_hand(field):
    """The sum over rows of the aspect solution, each with its own place of the chip."""
    name = field.names[0]
    with open_observation(find_observation(field.folder / name, "repro"), field.band) as observed:
        model, plane = observed.model, observed.events.plane
        (chip, placement), *_ = model.placements.items()
        edge = placement.find_sky(60.0, 500.0)
        box = SkyBox(np.floor(edge[0]) - 79.5, np.floor(edge[1]) - 79.5, 160, 160)
        found = model.compute(box, plane, is_time=True)
        weights = model.aspect.weigh(model.good)
        x, y = model.aspect.find_pointing(plane)
        grid = np.meshgrid(*box.list_centres())
        by_hand = np.zeros(box.shape)
        for at in range(0, len(weights), 40):
            share = weights[at : at + 40].sum()
            shift = x[at] - model.axis[0], y[at] - model.axis[1]
            column, row = (
                np.rint(value).astype(int) - 1
                for value in placement.find_chip(grid[0] - shift[0], grid[1] - shift[1])
            )
            inside = (column >= 0) & (column < 1024) & (row >= 0) & (row < 1024)
            live = np.zeros(box.shape)
            live[inside] = model.masks[chip][row[inside], column[inside]]
            by_hand += share * live * model.live_fraction
    assert found.max() == pytest.approx(model.exposure, rel=1e-5)
    assert abs(found.mean() / by_hand.mean() - 1) < 0.01
    assert np.abs(found - by_hand).mean() < 0.02 * found.max()


def list_flares(field, name):
    one = next(one for one in field.truth["observations"] if one["obs_id"] == name)
    return Intervals.from_pairs([(flare["start"], flare["stop"]) for flare in one["flares"]])


@pytest.mark.long
@pytest.mark.parametrize(("seed", "exposure"), [(101, 5000.0), (111, 10000.0), (121, 30000.0)])
def test_the_default_follows_the_truth_of_four_chips(tmp_path, seed, exposure):
    """Flux, flares and positions of two observations with the default of deflare."""
    request = SimulationRequest(tmp_path / "raw", seed=seed, exposure=exposure, aspect_step=4.0)
    field = Field(tmp_path, request, "refined")
    counts, header = read(field.mosaic / "broad_thresh.img")
    exposed = read(field.mosaic / "broad_thresh.expmap")[0] > 0
    judge_cells(counts, np.where(exposed, compute_truth(field, *read_frame(header)), 0), 64)
    test_flares_go_and_quiet_time_stays(field)
    for name in field.names:
        rows, _, _ = match_sources(field, name)
        bright = (rows[:, 0] > 200) & (rows[:, 3] < 1.0)
        assert rows[bright, 1].max() < 0.2


def test_flares_go_and_quiet_time_stays(field):
    removed, lost, flaring, quiet = 0.0, 0.0, 0.0, 0.0
    for name in field.names:
        with open_events(str(field.folder / name / f"acisf{name}_repro_evt2.fits")) as events:
            good = events.good
        with open_events(str(field.folder / name / f"acisf{name}_clean_evt.fits")) as events:
            kept = events.good
        flares = list_flares(field, name).intersect(good)
        flaring += flares.total
        removed += flares.total - kept.intersect(flares).total
        quiet += good.total - flares.total
        lost += (good.total - flares.total) - (kept.total - kept.intersect(flares).total)
    assert removed > 0.95 * flaring
    assert lost < 0.05 * quiet


def match_sources(field, name):
    """True sources with their expected counts and the nearest found one, and the found ones."""
    exposure, header = read(field.folder / name / f"{name}_0.5-7_thresh.expmap")
    plane, box = read_frame(header)
    found = fits.getdata(field.folder / name / f"{name}_src_0.5-7.fits")
    rows = []
    for source in field.truth["model"]["sources"]:
        x, y = (np.atleast_1d(value) for value in plane.find_pixel(source["ra"], source["dec"]))
        place, inside = box.find_index(x, y)
        photons = float(exposure.ravel()[place][0]) * source["flux"] if inside.all() else 0.0
        distance = np.hypot(found["X"] - x, found["Y"] - y) * SKY_PIXEL
        at = int(distance.argmin())
        rows.append((photons, distance[at], at, found["PSF_SIZE"][at] * SKY_PIXEL))
    return np.array(rows), found, plane


def test_sources_are_found_where_they_are(field):
    """Completeness, false detections, positions within 0.2 arcsec, and counts."""
    complete, false, bright, ratio = [], 0, [], []
    for name in field.names:
        rows, found, plane = match_sources(field, name)
        hit = rows[:, 1] < np.maximum(3 * rows[:, 3], 1.5)
        complete += list(hit[rows[:, 0] > 40])
        centre = plane.find_pixel(field.truth["model"]["cluster"]["ra"],
                                  field.truth["model"]["cluster"]["dec"])  # fmt: skip
        known = {int(at) for at in rows[hit, 2]}
        far = np.hypot(found["X"] - centre[0], found["Y"] - centre[1]) * SKY_PIXEL > 75
        false += sum(bool(far[at]) for at in range(len(found)) if at not in known)
        near = hit & (rows[:, 0] > 200) & (rows[:, 3] < 1.0)
        bright += list(rows[near, 1])
        strong = hit & (rows[:, 0] > 100)
        ratio += list(found["NET_COUNTS"][rows[strong, 2].astype(int)] / rows[strong, 0])
    assert len(complete) >= 15
    assert np.mean(complete) >= 0.95
    assert false <= 6
    assert len(bright) >= 4
    assert max(bright) < 0.2
    assert np.median(ratio) == pytest.approx(1, abs=0.06)


def test_a_blank_sky_is_scaled_to_the_particles(field):
    """Its image has the counts of particles of the quiet time, where nothing else is."""
    name = field.names[0]
    result = field.results["deflare", name]
    blank, header = read(field.folder / name / f"{name}_blank_0.5-7.img")
    plane, box = read_frame(header)
    files = find_observation(field.folder / name)
    density = field.truth["background"]["density"] * 6.5 / 1024**2
    with open_observation(files, field.band) as observed:
        wanted = density * observed.model.compute(box, plane, is_time=True)
    scale = result.numbers["background_scale"]
    assert header["BKGSCALE"] == pytest.approx(scale)
    noise = np.hypot(1 / np.sqrt(result.numbers["particles"]), 1 / np.sqrt(blank.sum() / scale))
    assert blank.sum() == pytest.approx(wanted.sum(), rel=3.5 * noise)
    seen, due = sum_cells(blank, 64), sum_cells(wanted, 64)
    assert np.corrcoef(seen.ravel(), due.ravel())[0, 1] > 0.97


def test_every_product_is_clean(field):
    """For fitslint with its profile of products, for fitsverify, and the same in two readers."""
    fitsio = pytest.importorskip("fitsio")
    products = [path for path in field.list_products() if path.suffix != ".reg"]
    assert len(products) == 29
    judged = [path for path in products if not path.name.endswith((".lc", ".gti"))]
    judged = [path for path in judged if "_src_" not in path.name]
    for path in products:
        profile = {"profile": "products"} if path in judged else {}
        report = fitslint.check(path, **profile)
        assert [(finding.code, finding.message) for finding in report.findings] == [], path.name
    if shutil.which("fitsverify"):
        said = subprocess.run(
            ["fitsverify", "-q", *map(str, products)], capture_output=True, text=True, check=False
        )
        assert said.stdout.count("verification OK") == len(products)
    for path in (field.mosaic / "broad_flux.img", field.mosaic / "broad_thresh.img"):
        assert np.array_equal(fits.getdata(path), fitsio.read(str(path)))
    with fits.open(field.mosaic / "merged_evt.fits") as file:
        ours = fitsio.read(str(field.mosaic / "merged_evt.fits"), ext="EVENTS")
        for column in ("TIME", "X", "Y", "ENERGY", "PI", "CCD_ID", "GRADE"):
            assert np.array_equal(file["EVENTS"].data[column], ours[column])


def test_headers_tell_the_field(field):
    for name in ("broad_thresh.img", "broad_thresh.expmap", "broad_flux.img"):
        _, header = read(field.mosaic / name)
        assert (header["ENERGYLO"], header["ENERGYHI"], header["NOBS"]) == (0.5, 7.0, 2)
        assert (header["OBS_ID"], header["OBJECT"]) == ("Merged", "Simulated cluster")
        assert "ROLL_NOM" not in header
        assert header["PIXKPC"] == pytest.approx(1.513, abs=0.01)
        size = [header["NAXIS1"], header["NAXIS2"]]
        box = next(header[f"DSVAL{n}"] for n in range(1, 9) if header[f"DSTYP{n}"] == "sky(x,y)")
        x, y, width, height, _ = (float(word) for word in box[4:-1].split(","))
        assert [width, height] == size
        assert header["CRVAL1P"] == x - width / 2
        for axis in (1, 2):
            ltv, ltm = header[f"LTV{axis}"], header[f"LTM{axis}_{axis}"]
            assert header[f"CRVAL{axis}P"] == (header[f"CRPIX{axis}P"] - ltv) / ltm
        middle = {"1": x, "2": y}
        pixel = [middle[n] * header[f"LTM{n}_{n}"] + header[f"LTV{n}"] for n in "12"]
        assert pixel == [header["CRPIX1"] + (x - 4096.5), header["CRPIX2"] + (y - 4096.5)]
    _, header = read(field.mosaic / "broad_thresh.expmap")
    assert (header["VIGMODEL"], header["AREAMODL"], header["ASPSRC"]) == (
        "CALDB",
        "CIAO-4.8",
        "asol",
    )


def test_merged_positions_are_those_of_the_sky(field):
    """An event keeps its place on the sky, to what 32 bits of a pixel hold."""
    name = field.names[1]
    with (
        fits.open(field.folder / name / f"acisf{name}_clean_evt.fits") as one,
        fits.open(field.mosaic / "merged_evt.fits") as all_of_them,
    ):
        count = len(one["EVENTS"].data)
        places = []
        for file, rows in ((one, slice(None)), (all_of_them, slice(-count, None))):
            header, events = file["EVENTS"].header, file["EVENTS"].data[rows]
            number = events.names.index("X") + 1
            plane = SkyPlane(header[f"TCRVL{number}"], header[f"TCRVL{number + 1}"])
            places.append(plane.find_position(events["X"], events["Y"]))
    (ra, dec), (ra_merged, dec_merged) = places
    assert np.abs(dec - dec_merged).max() * 3600 < 5e-4
    assert np.abs(ra - ra_merged).max() * 3600 < 5e-4


def test_a_mosaic_may_be_coarse_and_have_its_own_middle(field):
    files = tuple(find_observation(field.folder / name) for name in field.names)
    output = field.folder / "coarse"
    result = merge_observations(
        MergeRequest(files, output, field.band, bin_size=4.0, reference=(197.9, -1.3))
    )
    coarse, header = read(output / "broad_thresh.img")
    exposure, _ = read(output / "broad_thresh.expmap")
    assert (header["CRVAL1"], header["CDELT1P"]) == (197.9, 4.0)
    assert result.numbers["in_band"] == field.results["merge", ""].numbers["in_band"]
    assert coarse.sum() == result.numbers["counts"]
    fine, _ = read(field.mosaic / "broad_thresh.expmap")
    assert exposure.sum() * 16 == pytest.approx(fine.sum(), rel=0.01)


@pytest.mark.parametrize("name", [REAL[0], pytest.param(REAL[1], marks=pytest.mark.long)])
def test_a_real_list_goes_through(shared, tmp_path, name):
    """ObsID 10027 has no aspect solution, no chip pixels, no status: what is assumed is said."""
    path = shared / REAL_FOLDER / name
    from fitslint.pipeline.xray.acis.bands import parse_band

    band = parse_band("broad")
    first = reprocess_observation(ReprocessRequest(ObservationFiles(path), tmp_path))
    second = deflare_observation(
        DeflareRequest(find_observation(tmp_path, "repro"), tmp_path, band, "sigma")
    )
    third = merge_observations(MergeRequest((find_observation(tmp_path),), tmp_path / "m", band))
    flux = tmp_path / "m" / "broad_flux.img"
    last = scale_flux(ScaleRequest(flux, tmp_path / "m" / "broad_thresh.img", tmp_path / "s.fits"))
    assert second.ok and third.ok and last.ok
    assert any("no STATUS" in note for note in first.notes)
    assert any("no aspect solution" in note for note in second.notes)
    assert second.numbers["events"] == third.numbers["events"]
    with fits.open(path) as file:
        energy = file["EVENTS"].data["energy" if name == REAL[0] else "pi"].astype(float)
        energy = energy * (1.0 if name == REAL[0] else 14.6)
        inside = int(((energy >= 500) & (energy < 7000)).sum())
    assert 0 <= inside - third.numbers["in_band"] <= 4
    for result in (second, third, last):
        for product in result.paths:
            if product.suffix != ".reg":
                assert list(fitslint.check(product).findings) == [], product.name


def test_observations_far_apart_are_told():
    planes = [SkyPlane(10.0, 20.0), SkyPlane(10.0, 30.0)]
    with pytest.raises(XrayError, match=r"5\.00 degrees from the middle"):
        choose_plane(planes)
    near = [SkyPlane(10.0, 20.0), SkyPlane(10.0, 20.0 + 0.01 / 3600)]
    assert choose_plane(near) == near[0]
    assert 0 <= choose_plane([SkyPlane(359.9, 0.0), SkyPlane(0.3, 0.0)]).ra < 0.1000001


@pytest.mark.long
def test_four_chips_and_their_gaps(tmp_path):
    """The whole of ACIS-I, twice: the same truth, with gaps in it."""
    request = SimulationRequest(tmp_path / "raw", seed=9, aspect_step=4.0, sources=40)
    whole = Field(tmp_path, request)
    test_counts_follow_the_truth_over_the_field(whole)
    test_flares_go_and_quiet_time_stays(whole)
    test_the_merge_loses_no_event(whole)
    exposure, _ = read(whole.folder / whole.names[0] / f"{whole.names[0]}_0.5-7_thresh.expmap")
    rows = exposure.max(axis=1) > 0
    middle = exposure[np.flatnonzero(rows)[len(np.flatnonzero(rows)) // 2]]
    assert middle.max() > 0
