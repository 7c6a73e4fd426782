"""Regions: read as CIAO and DS9 write them, drawn, covered with boxes, taken to the sky."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.config.settings import Settings
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.regions.boxes import cover_pixels
from fitslint.pipeline.xray.regions.frames import ImageGrid
from fitslint.pipeline.xray.regions.masks import draw_regions
from fitslint.pipeline.xray.regions.parse import parse_regions
from fitslint.pipeline.xray.regions.shapes import Shape
from fitslint.pipeline.xray.regions.write import format_regions
from fitslint.source.files import read_bytes


@pytest.fixture
def grid():
    return ImageGrid(build_chandra_header())


CHANDRA = """\
SIMPLE  =                    T
BITPIX  =                   16
NAXIS   =                    2
NAXIS1  =                  512
NAXIS2  =                  512
CTYPE1  = 'RA---TAN'
CTYPE2  = 'DEC--TAN'
CRVAL1  =              258.112
CRVAL2  =              -23.375
CRPIX1  =                257.0
CRPIX2  =                257.0
CDELT1  = -2.73333333333330E-4
CDELT2  =  2.73333333333330E-4
CTYPE1P = 'x'
CTYPE2P = 'y'
CRVAL1P =               3584.5
CRVAL2P =               3584.5
CRPIX1P =                  0.5
CRPIX2P =                  0.5
CDELT1P =                  2.0
CDELT2P =                  2.0
"""


def build_header(text):
    lines = [*text.splitlines(), "END"]
    raw = b"".join(line.ljust(80).encode() for line in lines)
    return read_bytes(raw.ljust(2880), "x.hdr", Settings().limits).hdus[0].header


def build_chandra_header():
    return build_header(CHANDRA)


def test_files_of_ciao_are_read():
    text = """# Region file format: CIAO version 1.0
circle(4096.5,4096.5,10)
-rotbox(4000,4010,20,10,30)
annulus(1,2,3,4)
polygon(1,1,5,1,5,6)
rotbox(17:12:26.952,-23:22:31.08,0.5',30",0)
"""
    shapes = parse_regions(text)
    assert shapes[0] == Shape("circle", (4096.5, 4096.5, 10.0))
    assert shapes[1] == Shape("box", (4000.0, 4010.0, 20.0, 10.0, 30.0), "physical", True)
    assert [shape.kind for shape in shapes] == ["circle", "box", "annulus", "polygon", "box"]
    assert shapes[4].frame == "fk5"
    assert shapes[4].numbers == pytest.approx(
        (258.1123, -23.375300, 0.5 / 60, 30 / 3600, 0.0), abs=1e-6
    )


def test_files_of_ds9_are_read():
    text = """# Region file format: DS9 version 4.1
global color=green dashlist=8 3 width=1 font="helvetica 10 normal roman" select=1
fk5
circle(258.1,-23.37,12.5") # color=red text={a;b}
-box(258.1d,-23.37d,1',2',45)
image; ellipse 100 120 10 5 20
"""
    circle, box, ellipse = parse_regions(text)
    assert circle == Shape("circle", (258.1, -23.37, 12.5 / 3600), "fk5")
    assert box.is_excluded
    assert ellipse == Shape("ellipse", (100.0, 120.0, 10.0, 5.0, 20.0), "image")


def test_shapes_on_one_line_are_joined_and_cut_out():
    first, second, third = parse_regions("circle(1,1,5)-circle(1,1,2)+!box(3,3,1,1)")
    assert (first.is_excluded, second.is_excluded, third.is_excluded) == (False, True, True)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("circel(1,2,3)", "line 1: the shape 'circel' is not known; did you mean 'circle'"),
        ("circle(1,2)", "circle has 2 numbers"),
        ("circle(1,2,x)", "'x' is no number"),
        ("circle(1,2,-3)", "'-3' is negative"),
        ("circle(1,2,3)*box(1,2,3,4)", "intersected"),
        ('circle(1,2,3")', "the frame is physical"),
        ("\n???", "line 2"),
        ("polygon(1,2,3)", "polygon has 3 numbers"),
        ("circle(17:99:26,-23:22:31,3')", "more than 60"),
    ],
)
def test_what_is_no_region_is_told(text, sentence):
    with pytest.raises(XrayError, match=sentence):
        parse_regions(text)


@given(st.text(max_size=60) | st.from_regex(r"\s*-?(circle|box|fk5;polygon)\([-+0-9:.'\"d,x ]*\)"))
def test_any_text_is_read_or_refused(text):
    try:
        shapes = parse_regions(text)
    except XrayError as error:
        assert "line" in str(error)
    else:
        assert all(math.isfinite(number) for shape in shapes for number in shape.numbers)


positions = st.floats(3600.0, 4500.0)
sizes = st.floats(0.5, 200.0)
angles = st.floats(0.0, 359.9)
shapes = st.one_of(
    st.builds(lambda *n: Shape("circle", n), positions, positions, sizes),
    st.builds(lambda *n: Shape("box", n), positions, positions, sizes, sizes, angles),
    st.builds(lambda *n: Shape("ellipse", n), positions, positions, sizes, sizes, angles),
    st.builds(lambda *n: Shape("polygon", n), *[positions] * 8),
    st.builds(lambda *n: Shape("annulus", n), positions, positions, sizes, sizes),
)


@given(shapes, st.booleans())
def test_regions_come_back_from_the_sky_within_a_hundredth_of_an_arcsec(shape, sexagesimal):
    grid = ImageGrid(build_chandra_header())
    text = format_regions([grid.convert(shape, grid.frame)], sexagesimal=sexagesimal)
    (read,) = parse_regions(text)
    back = grid.convert(read, "physical")
    tolerance = 0.01 / 0.492  # physical pixels of 0.492 arcsec
    for value, old, role in zip(back.numbers, shape.numbers, shape.roles, strict=True):
        difference = abs(value - old)
        limit = 0.02 if role == "a" else tolerance
        assert min(difference, abs(difference - 360.0)) <= limit, (role, value, old)


def test_positions_are_those_of_astropy(grid):
    astropy_wcs = pytest.importorskip("astropy.wcs")
    header = pytest.importorskip("astropy.io.fits").Header.fromstring(CHANDRA, sep="\n")
    expected = astropy_wcs.WCS(header).all_pix2world([[100.0, 300.0]], 1)[0]
    x, y = grid.find_position(100.0, 300.0, "physical")
    assert (x, y) == pytest.approx((3584.5 + 2 * 99.5, 3584.5 + 2 * 299.5))
    sky = grid.convert(Shape("point", (x, y)), grid.frame)
    assert sky.numbers == pytest.approx(expected, abs=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12))
def test_boxes_cover_every_pixel_once(seed, rows, columns):
    inside = np.random.default_rng(seed).random((rows, columns)) > 0.4
    drawn = np.zeros(inside.shape, int)
    for column, row, width, height in cover_pixels(inside):
        drawn[row : row + height, column : column + width] += 1
    assert (drawn == inside).all()


def test_boxes_grow_to_the_right_and_upwards_at_once():
    inside = np.ones((3, 5), bool)
    inside[2, 4] = False
    assert cover_pixels(inside) == [(0, 0, 4, 3), (4, 0, 1, 2)]


def test_bins_drawn_from_their_boxes_are_the_bins():
    rng = np.random.default_rng(5)
    bins = rng.integers(0, 4, (20, 30)).repeat(2, 0)
    for number in range(4):
        boxes = [
            Shape("box", (x + w / 2 + 0.5, y + h / 2 + 0.5, w, h, 0.0), "image")
            for x, y, w, h in cover_pixels(bins == number)
        ]
        assert (draw_regions(boxes, bins.shape) == (bins == number)).all()


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("image;circle(50,50,20)", math.pi * 400),
        ("image;ellipse(50,50,20,10,30)", math.pi * 200),
        ("image;box(50,50,40,20,30)", 800),
        ("image;annulus(50,50,10,20)", math.pi * 300),
        ("image;polygon(20,20,80,20,50,80)", 1800),
        ("image;rectangle(20.5,20.5,60.5,40.5)", 800),
        ("image;pie(50.3,50.3,0,40,0,90)", math.pi * 400),
        ("image;circle(50,50,20)-circle(50,50,10)", math.pi * 300),
        ("image;-circle(50,50,20)", 10000 - math.pi * 400),
    ],
)
def test_areas_of_drawn_shapes(text, area):
    assert draw_regions(parse_regions(text), (100, 100)).sum() == pytest.approx(area, rel=0.02)


def test_a_frame_of_another_sky_is_refused(grid):
    (shape,) = parse_regions("galactic;circle(1,2,3')")
    with pytest.raises(XrayError, match="the region in galactic"):
        grid.convert(shape, "image")


def test_the_sky_may_stand_with_declination_first_and_beside_other_axes(grid):
    """The image is mirrored in its diagonal: the same position is the same pixel, exchanged."""
    turned = "".join(
        f"{line[:5]}{3 - int(line[5])}{line[6:]}" if line[5:6] in "12" else line
        for line in CHANDRA.splitlines(keepends=True)
        if not line[6:7].startswith("P")
    )
    for more in ("", "CTYPE3  = 'STOKES'\nCRVAL3  = 1.0\nCRPIX3  = 1.0\nCDELT3  = 1.0\n"):
        other = ImageGrid(build_header(turned + more))
        x, y = grid.find_pixel(258.1, -23.37, "fk5")
        assert other.find_pixel(258.1, -23.37, "fk5") == pytest.approx((y, x), abs=1e-9)
        assert other.find_position(y, x, "fk5") == pytest.approx((258.1, -23.37), abs=1e-9)


def test_an_image_without_a_place_is_refused():
    header = build_header("\n".join(CHANDRA.splitlines()[:5]))
    with pytest.raises(XrayError, match="no position on the sky"):
        ImageGrid(header)
