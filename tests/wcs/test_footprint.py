"""Outlines that headers state, in pixels of their coordinates."""

from __future__ import annotations

import pytest

from fitslint.syntax.headers import make_header
from fitslint.wcs.compare import compile_celestial, find_icrs
from fitslint.wcs.footprint import (
    find_offset,
    fit_outline,
    is_beside_image,
    is_within_outline,
    read_outline,
)
from fitslint.wcs.region import parse_region
from fitslint.wcs.sphere import measure_separation
from fitslint.wcs.summary import summarize_header
from tests.sky.__main__ import judge_bytes
from tests.wcs.sky_headers import IMAGE, TAN, read_cards

SHAPE = (1000, 800)
SKY = TAN + "CD1_1   =              -5.0E-5\nCD2_2   =               5.0E-5\n"


def write_text(text: str) -> str:
    """Cards of S_REGION in long-string form."""
    return f"S_REGION= '{text[:60]}&'\nCONTINUE  '{text[60:120]}&'\nCONTINUE  '{text[120:]}'\n"


def region(edge: float, shift: float = 0.0) -> str:
    """Cards of S_REGION of the image whose edges are moved outwards."""
    wcs = compile_celestial(read_cards(SKY))
    low, right, top = 1.0 - edge + shift, 1000 + edge + shift, 800 + edge + shift
    corners = [(low, low), (right, low), (right, top), (low, top)]
    places = [wcs.pixel_to_sky(*corner) for corner in corners]
    return write_text("POLYGON ICRS " + " ".join(f"{ra:.9f} {dec:.9f}" for ra, dec in places))


@pytest.mark.parametrize(
    ("edge", "shift", "offset"),
    [(0.5, 0.0, 0.0), (0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.0, -1.0, -1.0)],
)
def test_a_rectangle_is_found_where_it_is(edge, shift, offset):
    header = read_cards(SKY + region(edge, shift))
    outline = read_outline(header, "S_REGION")
    assert outline is not None
    assert outline.half_digit == pytest.approx(5e-10)
    fit = fit_outline(outline, compile_celestial(header), SHAPE)
    assert fit is not None
    found = find_offset(fit, SHAPE, 0.1)
    assert found == pytest.approx((offset, offset), abs=1e-3)


def test_a_cutout_lies_in_the_outline_of_its_parent():
    header = read_cards(SKY + region(0.5))
    outline = read_outline(header, "S_REGION")
    wcs = compile_celestial(header)
    fit = fit_outline(outline, wcs, SHAPE)
    assert is_within_outline(fit, (400, 300))
    assert not is_within_outline(fit, (1200, 300))
    moved = fit_outline(read_outline(read_cards(SKY + region(0.5, 60.0)), "S_REGION"), wcs, SHAPE)
    assert not is_within_outline(moved, (400, 300))


def test_area_and_outline_of_sky_axes_that_are_not_the_first_two():
    cube = IMAGE.replace("NAXIS   =                    2", "NAXIS   =                    3")
    cube = cube.replace("NAXIS2  =                  800", "NAXIS2  =                    5")
    text = SKY + region(0.5)
    for name in ("CTYPE2", "CRVAL2", "CRPIX2"):
        text = text.replace(name, name.replace("2", "3"))
    text = text.replace("CD2_2", "CD3_3") + "CTYPE2  = 'FREQ    '\nCD2_2   =                  1.0\n"
    lines = (cube + "NAXIS3  =                  800\n" + text).splitlines()
    raw = "".join(f"{line:<80}" for line in lines).encode()
    header = make_header(raw, offset=0, hdu=1, end=b"END".ljust(80), fill=b"")
    wcs, flat = compile_celestial(header), compile_celestial(read_cards(SKY))
    assert wcs.sky_axes == (0, 2)
    assert wcs.footprint_area(SHAPE) == pytest.approx(flat.footprint_area(SHAPE), rel=1e-9)
    fit = fit_outline(read_outline(header, "S_REGION"), wcs, SHAPE)
    assert find_offset(fit, SHAPE, 0.1) == pytest.approx((0.0, 0.0), abs=1e-3)
    [description] = summarize_header(header).descriptions
    assert description.area == pytest.approx(flat.footprint_area(SHAPE), rel=1e-9)


@pytest.mark.parametrize(
    "text",
    ["", "POLYGON", "POLYGON ICRS 1 2 3", "POLYGON ICRS 1 2 3 4 5 96", "POLYGON ICRS 1 2 3 x 5 6",
     "POLYGON ICRS 1 2 3 4 POLYGON ICRS 1 2 3 4 5 6", "POLYGON ICRS nan 1 2 3 4 5",
     "POLYGON ECLIPTIC 1 2 3 4 5 6", "POLYGON " + "1 " * 9000, "CIRCLE", "CIRCLE ICRS 1 2",
     "CIRCLE ICRS 1 2 3 4", "CIRCLE ICRS 1 92 3", "CIRCLE ICRS 1 2 0", "CIRCLE ICRS 1 2 -1",
     "CIRCLE ICRS 1 2 91", "CIRCLE ICRS 1 nan 1", "CIRCLE ICRS 1 2 +-", "ELLIPSE ICRS 1 2 3 0 5",
     "BOX 1 2 3", "RANGE 1 2 3", "UNION", "UNION (", "UNION )", "UNION ()", "UNION ICRS 1 2 3",
     "UNION ICRS ( CIRCLE 1 2 3", "NOT ( CIRCLE 1 2 3 )", "UNION (CIRCLE 1 2 3 NOT (BOX 5 6 7 8))",
     "CIRCLE 1 2 3 )", "UNION(" * 600 + "CIRCLE 1 2 3" + ")" * 600, "MOC 1/2"],
)  # fmt: skip
def test_other_regions_are_left_out(text):
    assert parse_region(text) is None


@pytest.mark.parametrize(
    ("text", "count", "is_rough"),
    [("POLYGON ICRS 1 2 3 4 5 6", 3, False),
     ("POLYGON 1 2 3 4 5 6 POLYGON J2000 1 2 3 4 5 7", 6, True),
     ("union icrs topocenter ( polygon 1 2 3 4 5 6 circle 4 5 0.1 )", 27, True),
     ("INTERSECTION J2000 (NOT (CIRCLE 1 2 3) POLYGON 1 2 3 4 5 6 CIRCLE 9 9 1)", 3, True),
     ("DIFFERENCE ICRS (BOX 10 20 1 2 CIRCLE 10 20 0.1)", 4, True),
     ("UNION ICRS (INTERSECTION (BOX 10 20 1 2 BOX 10 20 2 1) RANGE 1 2 3 4)", 8, True)],
)  # fmt: skip
def test_regions_of_several_parts(text, count, is_rough):
    region = parse_region(text)
    assert (len(region.vertices), region.is_rough) == (count, is_rough)


def test_sides_of_a_box_and_axes_of_an_ellipse():
    box = parse_region("BOX ICRS 10.0 0.0 0.02 0.01").vertices
    assert sorted({round(ra, 9) for ra, _ in box}) == [9.99, 10.01]
    assert sorted({round(dec, 9) for _, dec in box}) == [-0.005, 0.005]
    ellipse = parse_region("ELLIPSE ICRS 10.0 0.0 0.02 0.01 90.0").vertices
    assert max(ra for ra, _ in ellipse) == pytest.approx(10.02)
    assert max(dec for _, dec in ellipse) == pytest.approx(0.01)


def test_a_region_in_galactic_coordinates_and_an_image_in_them():
    """The pole of the galaxy and its centre are where the standards of 1958 and 1997 have them."""
    pole = parse_region("CIRCLE GALACTIC 0.0 90.0 0.001").vertices[0]
    assert measure_separation(*pole, 192.85948, 27.12825) < 0.0011
    centre = parse_region("CIRCLE GALACTIC 0.0 0.0 0.001").vertices[0]
    assert measure_separation(*centre, 266.40500, -28.93617) < 0.0011
    galactic = SKY.replace("RA---TAN", "GLON-TAN").replace("DEC--TAN", "GLAT-TAN")
    wcs = compile_celestial(read_cards(galactic))
    assert wcs.system == "G"
    corners = [(0.5, 0.5), (1000.5, 0.5), (1000.5, 800.5), (0.5, 800.5)]
    own = [wcs.pixel_to_sky(*pixel) for pixel in corners]
    places = [find_icrs(wcs, pixel) for pixel in corners]
    for frame, points in (("GALACTIC", own), ("ICRS", places)):
        text = " ".join(f"{ra:.7f} {dec:.7f}" for ra, dec in points)
        header = read_cards(f"{galactic}{write_text(f'POLYGON {frame} {text}')}")
        fit = fit_outline(read_outline(header, "S_REGION"), wcs, SHAPE)
        assert find_offset(fit, SHAPE, 0.1) == pytest.approx((0.0, 0.0), abs=0.01)


@pytest.mark.parametrize("centre", [(10.5, 1.25), (0.001, -60.0), (200.0, 89.999), (5.0, -90.0)])
def test_points_of_a_circle_are_as_far_as_its_radius(centre):
    region = parse_region(f"circle ICRS {centre[0]} {centre[1]} 0.125")
    points = region.vertices
    assert region.half_digit in (0.05, 0.005, 0.0005) and region.is_rough
    assert [measure_separation(*centre, *point) for point in points] == pytest.approx([0.125] * 24)
    assert all(0 <= ra < 360 for ra, _ in points)


@pytest.mark.parametrize(
    ("away", "radius", "is_beside"),
    [(0.0, 0.01, False), (0.0, 0.05, False), (0.0, 2.0, False), (0.04, 0.02, False),
     (0.08, 0.02, True), (1.0, 0.02, True), (1.0, 1.1, False)],
)  # fmt: skip
def test_a_circle_lies_on_an_image_or_beside_it(away, radius, is_beside):
    """Of 0.05 by 0.04 degrees; small circles in it and large ones around it are good."""
    wcs = compile_celestial(read_cards(SKY))
    ra, dec = wcs.pixel_to_sky(500.5, 400.5)
    cards = read_cards(f"{SKY}S_REGION= 'CIRCLE ICRS {ra:.6f} {dec + away:.6f} {radius}'\n")
    fit = fit_outline(read_outline(cards, "S_REGION"), wcs, SHAPE)
    assert is_beside_image(fit, SHAPE, 50.0) == is_beside
    found = judge_bytes(cards.raw + b"END".ljust(80)).findings
    assert ("WC207" in {one.code for one in found}) == is_beside


def test_frames_and_places_of_stc():
    region = parse_region("polygon fk5 topocenter 10.5 1.25 11.5 1.25 11.0 2.25 10.5 1.25")
    assert region.vertices == ((10.5, 1.25), (11.5, 1.25), (11.0, 2.25))
    assert region.half_digit == pytest.approx(0.05)


def test_zeros_at_the_end_that_are_left_out():
    region = parse_region(
        "POLYGON 10.512345 1.25 11.512345 1.251234 11.012345 2.2512 10.1 1.300001"
    )
    assert region.half_digit == pytest.approx(5e-7)
