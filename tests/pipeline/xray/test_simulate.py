"""Simulated observations: the layout of Chandra, the same bytes for the same seed, the truth."""

from __future__ import annotations

import json
import shutil
import subprocess

import numpy as np
import pytest

import fitslint
from fitslint.pipeline.xray.acis.geometry import (
    AIMPOINT_SIM_Z,
    ChipPose,
    choose_array,
    parse_chips,
    place_chips,
)
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.simulate.model import ClusterModel
from fitslint.pipeline.xray.simulate.run import SimulationRequest, simulate_observations
from fitslint.pipeline.xray.sky import SKY_CENTRE, SkyPlane

fits = pytest.importorskip("astropy.io.fits")
SHORT = {"exposure": 3000.0, "aspect_step": 8.0, "sources": 6}
REAL = "corpus/stingray-2.3.2/stingray/tests/data/chandra_test.fits"


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    folder = tmp_path_factory.mktemp("short")
    simulate_observations(SimulationRequest(folder, has_blank_sky=True, **SHORT))
    return folder


def list_files(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def test_the_same_seed_gives_the_same_bytes(short, tmp_path):
    simulate_observations(SimulationRequest(tmp_path, has_blank_sky=True, **SHORT))
    assert list_files(tmp_path) == list_files(short)
    for name in list_files(short):
        assert (tmp_path / name).read_bytes() == (short / name).read_bytes()


def test_files_are_clean(short):
    files = [short / name for name in list_files(short) if name.suffix == ".fits"]
    assert len(files) == 10
    for path in files:
        report = fitslint.check(path)
        assert [(finding.code, finding.message) for finding in report.findings] == []
    if shutil.which("fitsverify"):
        said = subprocess.run(
            ["fitsverify", "-q", *map(str, files)], capture_output=True, text=True, check=False
        )
        assert said.stdout.count("verification OK") == len(files)


def test_events_are_laid_out_as_those_of_chandra(short, shared):
    """Names, formats and units of the columns that the real list has, and its DM keywords."""
    with (
        fits.open(shared / REAL) as real,
        fits.open(next(short.glob("90001/primary/*evt2.fits"))) as made,
    ):
        for column in real["EVENTS"].columns:
            ours = made["EVENTS"].columns[column.name]
            assert (ours.format, ours.unit) == (column.format, column.unit)
        for keyword in ("TCTYP", "TCUNI", "TCRPX", "TCDLT"):
            for name in ("x", "y"):
                places = [hdus["EVENTS"].columns.names.index(name) + 1 for hdus in (real, made)]
                values = [
                    hdus["EVENTS"].header[f"{keyword}{place}"]
                    for hdus, place in zip((real, made), places, strict=True)
                ]
                assert (
                    values[1] == pytest.approx(values[0])
                    if keyword == "TCDLT"
                    else (values[0] == values[1])
                )
        header = made["EVENTS"].header
        assert header["DSTYP1"] == real["EVENTS"].header["DSTYP1"] == "time"
        assert {"MTYPE4", "RA_NOM", "SIM_Z", "DTCOR", "TIMEDEL"} <= set(header)
        assert made["EVENTS"].data["status"].shape[1] == 32


def test_chips_are_where_those_of_a_real_list_are(shared):
    """The subarray of ObsID 10027 on S3, within dither and the drift of the table."""
    with fits.open(shared / REAL) as real:
        header, events = real["EVENTS"].header, real["EVENTS"].data
        pose = ChipPose(
            SKY_CENTRE, SKY_CENTRE, header["ROLL_NOM"], header["SIM_Y"], header["SIM_Z"]
        )
        column, row = place_chips((7,), pose)[7].find_chip(
            events["x"].astype(float), events["y"].astype(float)
        )
    dither = 8 / 0.492
    first, behind = header["FIRSTROW"], header["FIRSTROW"] + header["NROWS"]
    assert np.abs(np.array([row.min(), row.max()]) - [first - dither, behind + dither]).max() < 12
    assert np.abs(np.array([column.min(), column.max()]) - [-dither, 1024 + dither]).max() < 20


def test_the_aimpoint_of_acis_i_is_on_its_third_chip():
    pose = ChipPose(SKY_CENTRE, SKY_CENTRE, 0.0, 0.0, AIMPOINT_SIM_Z["ACIS-I"])
    placed = place_chips((0, 1, 2, 3), pose)
    column, row = placed[3].find_chip(SKY_CENTRE, SKY_CENTRE)
    assert 940 < column < 1010
    assert 960 < row < 1010
    centres = {chip: placed[chip].find_sky(512.5, 512.5) for chip in placed}
    assert len({(x > SKY_CENTRE + 300, y > SKY_CENTRE - 100) for x, y in centres.values()}) == 4


def test_planes_are_gnomonic():
    """Both ways, and from one plane to another, as astropy has it."""
    from astropy.wcs import WCS

    random = np.random.default_rng(2)
    one, other = SkyPlane(149.1, 69.7), SkyPlane(149.3, 69.8)
    x, y = random.uniform(2000, 6000, (2, 500))
    header = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": one.ra, "CRVAL2": one.dec,
              "CRPIX1": 4096.5, "CRPIX2": 4096.5, "CDELT1": -0.492 / 3600, "CDELT2": 0.492 / 3600,
              "CUNIT1": "deg", "CUNIT2": "deg"}  # fmt: skip
    ra, dec = WCS(fits.Header(header)).all_pix2world(x, y, 1)
    found = one.find_position(x, y)
    assert np.abs(found[0] - ra).max() < 1e-9
    assert np.abs(found[1] - dec).max() < 1e-9
    direct = one.reproject(x, y, other)
    assert np.abs(np.stack(direct) - np.stack(other.find_pixel(ra, dec))).max() < 1e-6
    back = other.reproject(*direct, one)
    assert np.abs(np.stack(back) - np.stack((x, y))).max() < 1e-8


def test_photons_follow_the_brightness():
    """Counts in sectors are those of the integral, to their Poisson noise."""
    cluster, exposure = ClusterModel(), 2e7
    west, north = cluster.draw(exposure, np.random.default_rng(5))
    step = 2.0
    middles = np.arange(-200 + step / 2, 200, step)
    grid_x, grid_y = np.meshgrid(middles, middles)
    for low_x, high_x, low_y, high_y in (
        (-200, 200, -200, 200), (-60, 0, -60, 0), (14, 30, 6, 22), (0, 60, 0, 60),
    ):  # fmt: skip
        inside = (grid_x > low_x) & (grid_x < high_x) & (grid_y > low_y) & (grid_y < high_y)
        wanted = cluster.compute_brightness(grid_x, grid_y)[inside].sum() * step**2 * exposure
        count = np.count_nonzero(
            (west > low_x) & (west < high_x) & (north > low_y) & (north < high_y)
        )
        assert abs(count - wanted) < 4 * np.sqrt(wanted) + 0.005 * wanted


def test_the_truth_is_told(short):
    truth = json.loads((short / "truth.json").read_text())
    assert len(truth["model"]["sources"]) == SHORT["sources"]
    assert [one["obs_id"] for one in truth["observations"]] == ["90001", "90002"]
    assert all(len(one["flares"]) == 2 for one in truth["observations"])


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"observations": 9}, "1 to 4"),
        ({"exposure": 1.0}, "2000"),
        ({"exposure": float("nan")}, "2000"),
        ({"sources": 4000}, "150"),
        ({"aspect_step": 0.0}, "0.05"),
    ],
)
def test_what_makes_no_observation_is_refused(tmp_path, wrong, word):
    with pytest.raises(XrayError, match=word):
        simulate_observations(SimulationRequest(tmp_path, **wrong))
    assert list_files(tmp_path) == []


def test_arrays_are_told_from_detnam():
    assert choose_array(parse_chips("ACIS-0123")) == ("ACIS-I", (0, 1, 2, 3))
    assert choose_array(parse_chips("ACIS-235678")) == ("ACIS-S", (5, 6, 7, 8))
    with pytest.raises(XrayError, match="DETNAM"):
        parse_chips("HRC-I")
