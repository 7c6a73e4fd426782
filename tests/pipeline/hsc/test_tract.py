"""Tracts: lines that hscPipe has logged, spherical geometry, files, and the command."""

from __future__ import annotations

import json
import math
import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fitslint
from fitslint.cli.main import main
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.inputs import find_images
from fitslint.pipeline.hsc.joint.camera import CHIP_SHAPE, SCALE_DEG, distort, load_chips
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_positions
from fitslint.pipeline.hsc.tract.build import build_tract, list_warnings
from fitslint.pipeline.hsc.tract.geometry import Tract, TractParameters
from fitslint.pipeline.hsc.tract.hull import (
    enclose_points,
    find_centroid,
    measure_radius,
    to_direction,
    to_position,
)
from fitslint.pipeline.hsc.tract.output import SCHEMA, read_tract_map
from fitslint.pipeline.hsc.tract.rings import RingsSkyMap
from fitslint.wcs.precession import precess_fk5
from fitslint.wcs.sphere import measure_separation
from tests.pipeline.hsc.ccds import write_ccd, write_visits

PUBLIC = [
    (
        (175.77137, 58.42894), 0.965, {},
        "(177.676, 57.388), (173.867, 57.388), (173.752, 59.440), (177.790, 59.440)", 11,
    ),
    (
        (320.31452, 0.10501), 1.35, {},
        "(321.714, -1.294), (318.915, -1.294), (318.915, 1.504), (321.714, 1.504)", 15,
    ),
    (
        (320.88102, -0.32503), 0.25, {},
        "(321.161, -0.605), (320.601, -0.605), (320.601, -0.045), (321.161, -0.045)", 3,
    ),
    (
        (320.88602, -0.31403), 0.25, {},
        "(321.166, -0.594), (320.606, -0.594), (320.606, -0.034), (321.166, -0.034)", 3,
    ),
    (
        (150.12180, 2.21287), 1.0, {"pixel_scale": 0.333},
        "(151.232, 1.103), (149.012, 1.103), (149.010, 3.322), (151.233, 3.322)", 6,
    ),
    (
        (10.40104, -9.28200), 1.25, {"pixel_scale": 0.263},
        "(11.738, -10.594), (9.064, -10.594), (9.074, -7.965), (11.728, -7.965)", 9,
    ),
]  # fmt: skip
"""Centre, radius, parameters, corners and patches of lines in public logs of hscPipe."""


@pytest.mark.parametrize(("centre", "radius", "parameters", "corners", "patches"), PUBLIC)
def test_public_lines_come_out_to_the_last_digit(centre, radius, parameters, corners, patches):
    tract = Tract(0, centre, radius, TractParameters(**parameters))
    assert tract.describe() == (
        f"tract 0 has corners {corners} (RA, Dec deg) and {patches} x {patches} patches"
    )


def outline_visits(pixel):
    """Directions of the corners of all CCDs of the real camera, visit by visit.

    The seed's field: one visit in the middle, six on a circle of 0.10 degrees around it; ``pixel``
    is the size of a pixel on the axis in arcsec.
    """
    chips, (right, top) = load_chips(), (CHIP_SHAPE[0] - 0.5, CHIP_SHAPE[1] - 0.5)
    x, y = np.tile([-0.5, right, right, -0.5], 104), np.tile([-0.5, -0.5, top, top], 104)
    xi, eta = distort(*chips.project(np.repeat(np.arange(104), 4), x, y))
    flat = np.stack([xi, eta], axis=1) * (pixel / 3600 / SCALE_DEG)
    middle, angles = TangentPlane.touch(*PUBLIC[0][0]), np.radians(60 * np.arange(6))
    away = np.stack([np.cos(angles), np.sin(angles)], axis=1) * 0.1
    places = middle.unproject(np.concatenate([np.zeros((1, 2)), away]))
    planes = [
        TangentPlane.touch(float(a), float(d)) for a, d in zip(*to_positions(places), strict=True)
    ]
    return [[tuple(map(float, each)) for each in plane.unproject(flat)] for plane in planes]


def enclose_visits(visits):
    """Hull, centre and radius."""
    corners = enclose_points([point for visit in visits for point in visit])
    centre = find_centroid(corners)
    return corners, to_position(centre), measure_radius(corners, centre)


@pytest.mark.parametrize(("pixel", "radius", "alone"), [
    (0.168, 0.96498, 0.86569), (SCALE_DEG * 3600, 0.96887, 0.86964),
])  # fmt: skip
def test_the_line_of_the_seed_comes_of_the_real_camera(pixel, radius, alone):
    """By the pixel of the tract, and by that which real solutions have on the axis."""
    visits = outline_visits(pixel)
    corners, centre, found = enclose_visits(visits)
    assert len(corners) == 49
    assert found == pytest.approx(radius, abs=1e-4)
    corners, patches = PUBLIC[0][3:]
    line = f"tract 0 has corners {corners} (RA, Dec deg) and {patches} x {patches} patches"
    assert Tract(0, PUBLIC[0][0], found).describe() == line
    one = enclose_visits(visits[:1])
    assert one[2] == pytest.approx(alone, abs=1e-4)
    assert Tract(0, one[1], one[2]).patches == 10
    # Two filters, each with a tract of its own: what the seed warns of.
    halves = [enclose_visits(chosen)[1] for chosen in (visits[:4], visits[3:])]
    away = [measure_separation(*half, *centre) * 3600 for half in halves]
    assert away == pytest.approx([180, 103], abs=1.5)
    assert measure_separation(*halves[0], *halves[1]) * 3600 == pytest.approx(271, abs=1)


def test_patches_overlap_and_end_with_the_tract():
    tract = Tract(0, (175.77137, 58.42894), 0.965)
    assert (tract.size, tract.crpix) == (44000, 22000.0)
    patches = list(tract.list_patches())
    assert len(patches) == 121
    middle, first, last = patches[5 * 11 + 5], patches[0], patches[-1]
    assert (middle.nx, middle.ny) == (4200, 4200)
    assert (first.x0, first.nx, first.ny) == (0, 4100, 4100)
    assert last.x0 + last.nx == 44000
    assert (patches[12].ix, patches[12].iy, patches[12].number) == (1, 1, 12)


def test_rings_of_the_strategic_program():
    sky = RingsSkyMap()
    assert len(sky) == 18938
    for number, centre in (
        (9712, (0.0, 0.7438016528925696)), (9813, (150.2479338842975, 2.2314049586776834)),
        (8766, (35.7024793, -3.7190083)), (17513, (175.8139535, 58.7603306)),
    ):  # fmt: skip
        assert sky.get_tract(number).centre == pytest.approx(centre, abs=1e-7)
    assert sky.get_tract(1).centre == sky.get_tract(11).centre
    cosmos = sky.get_tract(9813)
    assert (cosmos.size, cosmos.patches, cosmos.crpix) == (36000, 9, 18000.0)
    assert cosmos.describe().startswith(
        "tract 9813 has corners (151.088, 1.391), (149.408, 1.391), (149.407, 3.071), "
        "(151.089, 3.071)"
    )


def test_the_mended_rings_have_no_tract_twice():
    sky = RingsSkyMap(20, version=1)
    centres = {sky.get_tract(number).centre for number in range(len(sky))}
    assert len(centres) == len(sky)


@given(st.floats(0, 360, exclude_max=True), st.floats(-90, 90))
def test_the_tract_of_a_position_reaches_it(ra, dec):
    sky = RingsSkyMap(version=1)
    tract = sky.find_tract(ra, dec)
    assert measure_separation(*tract.centre, ra, dec) <= tract.radius * math.sqrt(2) * 1.02


def turn(direction, ra, dec):
    """A direction near (1, 0, 0) taken to a position."""
    x, y, z = direction
    cos, sin = math.cos(math.radians(dec)), math.sin(math.radians(dec))
    x, z = x * cos - z * sin, x * sin + z * cos
    cos, sin = math.cos(math.radians(ra)), math.sin(math.radians(ra))
    return x * cos - y * sin, x * sin + y * cos, z


@given(
    st.integers(0, 2**32 - 1), st.sampled_from([0.0, 175.8, 359.9]),
    st.sampled_from([0.0, 58.4, 89.9, -89.9, 90.0]),
)  # fmt: skip
def test_hull_and_centre_move_with_the_sky(seed, ra, dec):
    rng = random.Random(seed)
    points = [to_direction(rng.gauss(0, 0.4), rng.gauss(0, 0.4)) for _ in range(40)]
    corners = enclose_points(points)
    centre = find_centroid(corners)
    for point in points:
        for start, stop in zip(corners, [*corners[1:], corners[0]], strict=True):
            assert np.dot(np.cross(start, stop), point) > -1e-14
    moved = enclose_points([turn(point, ra, dec) for point in points])
    assert len(moved) == len(corners)
    new = find_centroid(moved)
    assert np.allclose(new, turn(centre, ra, dec), atol=1e-12)
    assert measure_radius(moved, new) == pytest.approx(measure_radius(corners, centre), abs=1e-9)
    assert measure_radius(corners, centre) == pytest.approx(
        max(measure_separation(*to_position(centre), *to_position(point)) for point in points),
        abs=1e-6,
    )


def test_the_centre_is_that_of_the_area():
    """Numerically: the mean of directions over the polygon."""
    corners = [to_direction(*place) for place in ((0, 0), (2, 0), (2, 1), (0, 3))]
    x, y = np.meshgrid(np.linspace(0, 2, 801), np.linspace(0, 3, 1201))
    inside = np.ones(x.shape, bool)
    stack = np.stack(
        [
            np.cos(np.radians(y)) * np.cos(np.radians(x)),
            np.cos(np.radians(y)) * np.sin(np.radians(x)),
            np.sin(np.radians(y)),
        ]
    )
    for start, stop in zip(corners, [*corners[1:], corners[0]], strict=True):
        inside &= np.tensordot(np.cross(start, stop), stack, 1) > 0
    weights = np.cos(np.radians(y[inside]))
    mean = (stack[:, inside] * weights).sum(1)
    centre = to_position(find_centroid(corners))
    assert measure_separation(*centre, *to_position(tuple(mean))) < 0.002


POINTINGS = [(175.77, 58.43)] + [
    (175.77 + 0.1 * math.cos(at) / math.cos(math.radians(58.43)), 58.43 + 0.1 * math.sin(at))
    for at in np.radians(np.arange(0, 360, 60))
]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    made = tmp_path_factory.mktemp("HSC")
    write_visits(made, POINTINGS[:3])
    return made


def test_a_tract_holds_all_images(root):
    images = list(find_images([str(root)]))
    tract = build_tract(images)
    for image in images:
        for corner in image.corners:
            x, y = tract.wcs.world_to_pixel(*corner)
            assert 0.5 < x < tract.size + 0.5
            assert 0.5 < y < tract.size + 0.5
    assert not list(list_warnings(images, tract))


def test_images_of_other_equinoxes_are_taken_to_icrs(tmp_path):
    """FK5 of J2000 is ICRS to a tenth of a pixel and is taken for it."""
    pointing = (10.0, 20.0)
    plain = write_ccd(tmp_path / "a.fits", 2, 1, pointing, (0, 0))
    fk5 = write_ccd(tmp_path / "b.fits", 2, 1, pointing, (0, 0), RADESYS="FK5")
    old = write_ccd(tmp_path / "c.fits", 2, 1, pointing, (0, 0), RADESYS="FK5", EQUINOX=1975.0)
    first, second, third = find_images([str(path) for path in (plain, fk5, old)])
    assert first.corners == second.corners
    assert third.corners[0] == pytest.approx(precess_fk5(*first.corners[0], 1975.0, 2000.0))


def test_what_makes_a_tract_doubtful_is_told(tmp_path):
    paths = [
        write_ccd(tmp_path / f"CORR-0000002-{ccd:03d}.fits", 2, ccd, (10.0, 0.0), (0.1 * ccd, 0))
        for ccd in range(3)
    ]
    paths.append(write_ccd(tmp_path / "CORR-0000004-003.fits", 2, 3, (13.0, 0.0), (0, 0)))
    images = list(find_images([str(path) for path in paths]))
    told = list(list_warnings(images, build_tract(images)))
    assert any("the name says visit 4, the header 2" in line for line in told)
    assert any("degrees from the middle of visit 2" in line for line in told)


def test_too_many_patches_are_refused():
    with pytest.raises(HscError, match="33 x 33 patches"):
        build_tract([_Outline(3.0)])
    tract = build_tract([_Outline(2.95)])
    assert tract.patches == 32
    assert any("32 patches" in line for line in list_warnings([], tract))


class _Outline:
    """The part of an image that a tract is made of: a square of so many degrees to its corners."""

    def __init__(self, radius):
        half = radius / math.sqrt(2)
        self.corners = ((-half, -half), (half, -half), (half, half), (-half, half))


def test_images_all_over_the_sky_are_refused():
    images = [_Outline(1)]
    images[0].corners = ((0, 0), (120, 0), (240, 0), (0, 80))
    with pytest.raises(HscError, match="half of the sky"):
        build_tract(images)


def run(*arguments):
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code or 0


def test_the_command_writes_what_conforms(root, tmp_path, capfd):
    project = Path(__file__).parents[3]
    jsonschema = pytest.importorskip("jsonschema")
    out = tmp_path / "deepCoadd"
    assert (
        run("hsc", "tract", root, "--id", "visit=20878..20882:2", "ccd=0..103", "--outdir", out)
        == 0
    )
    told = capfd.readouterr().out
    assert told.startswith("makeDiscreteSkyMap INFO: tract 0 has corners (")
    assert "data ids have an image" in told
    report = fitslint.check(out / "tract-0.fits")
    assert not report.findings, str(report)
    document = json.loads((out / "skyMap.json").read_text())
    schema = json.loads((project / "schemas" / "hsc-sky-map-1.0.0.json").read_text())
    jsonschema.validate(document, schema)
    assert document["schema"] == SCHEMA
    (tract,) = read_tract_map(out / "skyMap.json").tracts
    assert told.splitlines()[0].endswith(tract.describe())


@pytest.mark.skipif(shutil.which("fitsverify") is None, reason="fitsverify is not installed")
def test_fitsverify_and_astropy_read_the_file(root, tmp_path):
    fits = pytest.importorskip("astropy.io.fits")
    assert run("hsc", "tract", root, "--outdir", tmp_path) == 0
    path = tmp_path / "tract-0.fits"
    done = subprocess.run(
        ["fitsverify", "-q", path], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.stdout.startswith("verification OK")
    with fits.open(path, checksum=True) as file:
        assert len(file["PATCHES"].data) == file[0].header["NPATCHX"] ** 2
        assert file["PATCHES"].data["RACORN"].shape[1] == 4


def test_a_second_tract_with_another_centre_is_refused(root, tmp_path, capfd):
    assert run("hsc", "tract", root, "--id", "visit=20878", "--outdir", tmp_path) == 0
    before = (tmp_path / "skyMap.json").read_bytes()
    assert run("hsc", "tract", root, "--id", "visit=20880", "--outdir", tmp_path) == 1
    assert "HS103" in capfd.readouterr().err
    assert (tmp_path / "skyMap.json").read_bytes() == before
    assert run(
        "hsc", "tract", root, "--id", "visit=20880", "--outdir", tmp_path, "--overwrite"
    ) == 0  # fmt: skip
    assert (tmp_path / "skyMap.json").read_bytes() != before


def test_a_tract_of_another_field_is_added(root, tmp_path):
    far = write_ccd(tmp_path / "far.fits", 4, 1, (30.0, -5.0), (0, 0))
    assert run("hsc", "makeDiscreteSkyMap", root, "--outdir", tmp_path) == 0
    assert run("hsc", "tract", far, "--append", "--outdir", tmp_path) == 0
    assert [tract.number for tract in read_tract_map(tmp_path / "skyMap.json").tracts] == [0, 1]
    assert (tmp_path / "tract-1.fits").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.fits"], "nowhere.fits: cannot be read"),
        (["{root}", "--id", "visit=1"], "is selected by --id"),
        (["{root}", "--id", "visit=5..1"], "1 is less than 5"),
        (["{root}", "--config", "pixelscale=1"], "did you mean 'pixelScale'"),
        (["{root}", "--config", "projection=SIN"], "TAN or STG"),
        (["{root}", "--rerun", "none"], "there is no such folder"),
    ],
)
def test_mistakes_are_told(root, tmp_path, arguments, sentence):
    words = [word.format(root=root) for word in arguments]
    done = subprocess.run(
        [sys.executable, "-m", "fitslint", "hsc", "tract", *words],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 2
    assert sentence in done.stderr
    assert not list(tmp_path.iterdir())


def test_rings_are_told_by_number_and_position(capfd):
    assert run("hsc", "skymap", "--tract", "9813", "--position", "150.1,2.2") == 0
    told = capfd.readouterr().out.splitlines()
    assert told[0] == told[1]
    assert told[2] == "sky map has 18938 tracts"
    assert run("hsc", "skymap", "--tract", "18938") == 2


def test_a_header_that_is_cut_off_is_refused(root, tmp_path):
    whole = next(root.rglob("CORR-*.fits"))
    cut = tmp_path / "cut.fits"
    cut.write_bytes(whole.open("rb").read(2880 + 1600))
    with pytest.raises(HscError, match=r"cut\.fits"):
        find_images([str(cut)])


@pytest.mark.parametrize(
    "change",
    [
        {"centre": [float("inf"), 0.0]},
        {"centre": [-1.0, 0.0]},
        {"size": [1, 1]},
        {"parameters": {}},
        {"tract": "0"},
    ],
)
def test_a_damaged_sky_map_is_refused(root, tmp_path, change):
    assert run("hsc", "tract", root, "--outdir", tmp_path) == 0
    path = tmp_path / "skyMap.json"
    document = json.loads(path.read_text())
    document["tracts"][0].update(change)
    path.write_text(json.dumps(document))
    with pytest.raises(HscError, match="no whole sky map"):
        read_tract_map(path)
