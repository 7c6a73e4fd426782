"""World coordinate systems of headers: what they say of themselves and of an image."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from astropy.wcs.utils import proj_plane_pixel_scales

from fitslint.source.files import read_file
from fitslint.wcs.axes import parse_celestial
from fitslint.wcs.matrix import sincos_degrees
from fitslint.wcs.physical import read_physical
from fitslint.wcs.sphere import measure_separation
from fitslint.wcs.wcs import Wcs, _compile
from fitslint.wcs.wcs_error import WcsError

TAN = {
    "NAXIS": 2, "NAXIS1": 64, "NAXIS2": 48, "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN",
    "CRVAL1": 10.0, "CRVAL2": 20.0, "CRPIX1": 32.5, "CRPIX2": 24.5, "CDELT1": -0.001,
    "CDELT2": 0.001, "CUNIT1": "deg", "CUNIT2": "deg", "RADESYS": "ICRS",
}  # fmt: skip


def test_a_gnomonic_header():
    wcs = Wcs.from_header(TAN)
    assert wcs.pixel_to_world(32.5, 24.5) == pytest.approx((10.0, 20.0), abs=1e-12)
    assert wcs.world_to_pixel(10.0, 20.0) == pytest.approx((32.5, 24.5), abs=1e-9)
    assert (wcs.axes, wcs.longitude, wcs.latitude) == (2, 0, 1)
    assert (wcs.system, wcs.code, wcs.units) == ("RA", "TAN", ("deg", "deg"))
    assert wcs.frame == ("ICRS", None)
    assert wcs.types == ("RA---TAN", "DEC--TAN")
    assert wcs.world_to_pixel(190.0, -20.0) is None


def test_scale_turn_and_parity():
    wcs = Wcs.from_header({**TAN, "CROTA2": 30.0})
    assert wcs.pixel_scale() == pytest.approx((0.001, 0.001), rel=1e-8)
    assert wcs.parity() == -1
    # CROTA2 turns the image so that axis 2 is 30 degrees from north, towards where east is not
    assert wcs.rotation() == pytest.approx(330.0, abs=1e-6)
    up, here = wcs.pixel_to_world(32.5, 25.5), wcs.pixel_to_world(32.5, 24.5)
    angle = SkyCoord(*here, unit="deg").position_angle(SkyCoord(*up, unit="deg"))
    assert wcs.rotation() == pytest.approx(angle.to_value(u.deg), abs=1e-3)
    assert Wcs.from_header({**TAN, "CDELT1": 0.001}).parity() == 1


@pytest.mark.parametrize("code", ["TAN", "SIN", "CAR", "CYP", "ZPN", "AIT", "QSC"])
def test_scale_away_from_the_reference(code):
    header = {**TAN, "CTYPE1": f"RA---{code}", "CTYPE2": f"DEC--{code}", "CDELT1": -0.5}
    header |= {"CDELT2": 0.4, "PV2_1": 0.9, "CRVAL2": 33.0}
    wcs = Wcs.from_header(header)
    at = (12.0, 41.0)
    found = wcs.pixel_matrix(at)
    ends = {}
    for name, (dx, dy) in {"x": (1e-4, 0), "y": (0, 1e-4)}.items():
        one = SkyCoord(*wcs.pixel_to_sky(at[0] - dx, at[1] - dy), unit="deg")
        other = SkyCoord(*wcs.pixel_to_sky(at[0] + dx, at[1] + dy), unit="deg")
        ends[name] = one.separation(other).to_value(u.deg) / 2e-4
    assert found.scale == pytest.approx((ends["x"], ends["y"]), rel=1e-6)


def test_scale_at_the_reference_is_that_of_the_matrix():
    header = {**TAN, "CD1_1": -3e-5, "CD1_2": 1e-5, "CD2_1": 2e-5, "CD2_2": 4e-5}
    theirs = fits.Header()
    theirs.update({key: value for key, value in header.items() if "CDELT" not in key})
    expected = proj_plane_pixel_scales(WCS(theirs))
    assert Wcs.from_header(header).pixel_scale() == pytest.approx(expected, rel=1e-8)


def test_the_matrix_is_in_degrees():
    wcs = Wcs.from_header({**TAN, "CROTA2": 90.0, "CUNIT1": "arcsec", "CDELT1": -3.6})
    assert np.allclose(wcs.matrix, ((0.0, -1e-3), (-1e-3, 0.0)), rtol=0, atol=1e-18)
    assert wcs.sky_axes == (0, 1)
    turned = Wcs.from_header({**TAN, "LONPOLE": 90.0})
    assert np.allclose(turned.matrix, ((-1e-3, 0.0), (0.0, 1e-3)), rtol=0, atol=1e-18)
    assert turned.rotation() == pytest.approx(270.0, abs=1e-6)


def test_corners_go_round_the_image():
    wcs = Wcs.from_header(TAN)
    theirs = fits.Header()
    theirs.update(TAN)
    expected = WCS(theirs).calc_footprint(axes=(64, 48), center=False)
    found = np.array(wcs.corners((64, 48), edges=True))
    # astropy goes round the other way
    assert np.allclose(found, expected[[0, 3, 2, 1]], rtol=0, atol=1e-9)
    assert wcs.corners((64, 48))[0] == pytest.approx(wcs.pixel_to_world(1.0, 1.0))


def test_area_of_a_footprint():
    wcs = Wcs.from_header(TAN)
    assert wcs.footprint_area((64, 48)) == pytest.approx(64 * 48 * 1e-6, rel=1e-5)
    octant = {**TAN, "CTYPE1": "RA---CAR", "CTYPE2": "DEC--CAR", "CRVAL1": 0.0, "CRVAL2": 0.0}
    octant |= {"CDELT1": 1.0, "CDELT2": 1.0, "CRPIX1": 0.5, "CRPIX2": 0.5}
    whole = 4 * math.pi * math.degrees(1) ** 2
    assert Wcs.from_header(octant).footprint_area((90, 90)) == pytest.approx(whole / 8, rel=1e-9)
    hemisphere = {**TAN, "CTYPE1": "RA---ZEA", "CTYPE2": "DEC--ZEA", "CDELT1": 90.0}
    assert Wcs.from_header(hemisphere).footprint_area((64, 48)) is None


def test_separation_is_that_of_astropy():
    rng = np.random.default_rng(0)
    for _ in range(50):
        lon, lat, other_lon, other_lat = rng.uniform(-90, 90, 4)
        expected = SkyCoord(lon, lat, unit="deg").separation(
            SkyCoord(other_lon, other_lat, unit="deg")
        )
        found = measure_separation(lon, lat, other_lon, other_lat)
        assert found == pytest.approx(expected.to_value(u.deg), abs=1e-12)
    assert measure_separation(0.0, 90.0, 123.0, 90.0) == pytest.approx(0.0, abs=1e-14)
    assert measure_separation(0.0, 0.0, 1e-12, 0.0) == pytest.approx(1e-12, rel=1e-9)


def test_a_header_of_cards_and_a_mapping_tell_the_same(tmp_path):
    path = tmp_path / "a.fits"
    image = fits.PrimaryHDU(np.zeros((48, 64), np.uint8))
    image.header.update({key: value for key, value in TAN.items() if "NAXIS" not in key})
    image.writeto(path)
    found = Wcs.from_header(read_file(str(path)).hdus[0].header)
    assert found.pixel_to_world(1.0, 2.0) == Wcs.from_header(TAN).pixel_to_world(1.0, 2.0)
    assert found == Wcs.from_header(fits.getheader(path))


def test_the_same_keywords_are_worked_out_once():
    _compile.cache_clear()
    one, other = Wcs.from_header(TAN), Wcs.from_header({**TAN, "OBJECT": "M 31", "EXPTIME": 3.0})
    assert one is other
    assert hash(one) == hash(other)
    moved = Wcs.from_header({**TAN, "CRVAL1": 11.0})
    assert moved != one
    assert len({one, other, moved}) == 2
    for number in range(2000):
        Wcs.from_header({**TAN, "CRVAL1": number / 10})
    assert _compile.cache_info().currsize <= 512


def test_a_logical_is_not_the_number_one():
    Wcs.from_header({**TAN, "CRVAL1": 1})
    with pytest.raises(WcsError, match="CRVAL1 = True is not a number"):
        Wcs.from_header({**TAN, "CRVAL1": True})


def test_axes_in_any_order_and_their_units():
    cube = {
        "NAXIS": 4, "CTYPE1": "STOKES", "CRVAL1": 1.0, "CDELT1": 1.0, "CRPIX1": 1.0,
        "CTYPE2": "DEC--SIN", "CRVAL2": 72000.0, "CDELT2": 3.6, "CUNIT2": "arcsec", "CRPIX2": 2.0,
        "CTYPE3": "FREQ", "CRVAL3": 1.4, "CDELT3": 0.001, "CUNIT3": "GHz", "CRPIX3": 1.0,
        "CTYPE4": "RA---SIN", "CRVAL4": 600.0, "CDELT4": -0.06, "CUNIT4": "arcmin", "CRPIX4": 3.0,
    }  # fmt: skip
    wcs = Wcs.from_header(cube)
    assert wcs.units == ("", "deg", "Hz", "deg")
    assert wcs.pixel_to_world(2.0, 2.0, 3.0, 3.0) == pytest.approx((2.0, 20.0, 1.402e9, 10.0))
    assert wcs.pixel_to_sky(2.0, 2.0, 3.0, 3.0) == pytest.approx((10.0, 20.0))
    assert wcs.sky_to_pixel(10.0, 20.0) == pytest.approx((1.0, 2.0, 1.0, 3.0))
    # what is not given stands at the first pixel
    assert wcs.pixel_to_world(1.0, 2.0)[2] == pytest.approx(1.4e9)
    assert wcs.pixel_scale() == pytest.approx((0.001, 0.001), rel=1e-8)
    assert (wcs.longitude, wcs.latitude) == (3, 1)


def test_other_axes_may_be_beyond_what_is_worked_out():
    cube = {**TAN, "CTYPE3": "WAVE-TAB", "CRVAL3": 1.0}
    with pytest.raises(WcsError, match="looked up in a table"):
        Wcs.from_header(cube)
    found = Wcs.from_header(cube, sky_only=True)
    assert found.pixel_to_sky(32.5, 24.5) == pytest.approx((10.0, 20.0))


def test_alternate_descriptions():
    header = {**TAN, "CTYPE1B": "GLON-CAR", "CTYPE2B": "GLAT-CAR", "CRVAL1B": 5.0, "CDELT1B": 2.0}
    found = Wcs.from_header(header, "B")
    assert (found.version, found.system, found.code) == ("B", "G", "CAR")
    assert found.pixel_to_world(1.0, 0.0) == pytest.approx((7.0, 0.0))
    assert Wcs.from_header(header).code == "TAN"
    with pytest.raises(WcsError, match="CTYPE1C is absent"):
        Wcs.from_header(header, "C")
    with pytest.raises(WcsError, match="CTYPE1 is absent"):
        Wcs.from_header({"NAXIS": 2, "OBJECT": "M 31"})


def test_physical_coordinates():
    header = {"LTV1": -100.0, "LTV2": -80.0, "LTM1_1": 0.5, "LTM2_2": 0.5}
    step = read_physical(header)
    offsets = [pixel - at for pixel, at in zip((0.5, 0.5), step.reference, strict=True)]
    from fitslint.wcs.maths import SCALAR

    assert step.apply(SCALAR, offsets) == pytest.approx([201.0, 161.0])
    assert read_physical({"NAXIS": 2}) is None
    alike = {"CRPIX1P": 0.5, "CRPIX2P": 0.5, "CRVAL1P": 201.0, "CRVAL2P": 161.0}
    alike |= {"CDELT1P": 2.0, "CDELT2P": 2.0, "CTYPE1P": "PHYSICAL", "CTYPE2P": "PHYSICAL"}
    found = Wcs.from_header(alike, "P")
    assert not found.is_celestial
    assert found.pixel_to_world(1.0, 1.0) == pytest.approx((202.0, 162.0))
    assert found.pixel_scale() is None
    with pytest.raises(WcsError, match="LTM1_1 is of a matrix without inverse"):
        read_physical({"LTM1_1": 0.0})


def test_distortions_are_in_the_chain():
    sip = {**TAN, "CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "A_ORDER": 2, "B_ORDER": 2}
    sip |= {"A_2_0": 1e-4, "A_1_1": -5e-5, "B_0_2": 2e-4}
    terms = {"PV1_1": 1.01, "PV1_2": 0.002, "PV1_7": 0.003, "PV2_1": 0.99, "PV2_4": 0.001}
    # beside CDELTi WCSLIB 8.6 works TPV out in pixels; in degrees, as its convention says, with CD
    tpv = {**TAN, "CTYPE1": "RA---TPV", "CTYPE2": "DEC--TPV", "CD1_1": -1e-3, "CD2_2": 1e-3}
    tpv = {key: value for key, value in tpv.items() if "CDELT" not in key} | terms
    for header in (sip, tpv):
        theirs = fits.Header()
        theirs.update(header)
        wcs = Wcs.from_header(header)
        expected = WCS(theirs).all_pix2world([[3.0, 40.0]], 1)[0]
        assert wcs.pixel_to_world(3.0, 40.0) == pytest.approx(expected, abs=1e-11)
        assert wcs.world_to_pixel(*expected) == pytest.approx((3.0, 40.0), abs=1e-7)
        assert wcs.code == "TAN"


def test_what_is_not_worked_out_is_noted():
    header = {**TAN, "CPDIS1": "LOOKUP", "AMDX1": 1.0}
    assert [keyword for keyword, _ in Wcs.from_header(header).notes] == ["CPDIS1", "AMDX1"]


def test_notes_of_what_was_taken_for_granted():
    both = {**TAN, "CD1_1": -0.001, "CD2_2": 0.001, "PC1_1": 1.0}
    assert Wcs.from_header(both).notes == (
        ("PC1_1", "and its like stand beside CDi_j, which hold"),
    )
    assert Wcs.from_header({**TAN, "PV2_1": 1.0}).notes == (
        ("PV2_1", "is no parameter of TAN and is not used"),
    )
    one_sided = {**TAN, "CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "A_ORDER": 2}
    notes = Wcs.from_header({**one_sided, "A_2_0": 1e-5}).notes
    assert [keyword for keyword, _ in notes] == ["B_ORDER"]


def test_arrays_of_any_shape():
    wcs = Wcs.from_header(TAN)
    y, x = np.mgrid[1.0:49.0, 1.0:65.0]
    longitude, latitude = wcs.pixel_to_world(x, y)
    assert longitude.shape == (48, 64)
    assert longitude[7, 9] == pytest.approx(wcs.pixel_to_world(10.0, 8.0)[0], abs=1e-12)
    row = wcs.pixel_to_world(np.arange(1.0, 65.0), 3.0)
    assert np.allclose(row, (longitude[2], latitude[2]), rtol=0, atol=1e-12)
    assert wcs.pixel_to_world(np.empty(0), np.empty(0))[0].shape == (0,)
    many = np.linspace(1, 64, 30000)
    assert np.allclose(wcs.world_to_pixel(*wcs.pixel_to_world(many, many)), many, rtol=0, atol=1e-8)


@pytest.mark.parametrize(
    ("ctype", "system", "latitude", "code"),
    [
        ("RA---TAN", "RA", False, "TAN"), ("DEC--TAN-SIP", "RA", True, "TAN"),
        ("dec--sin", "RA", True, "SIN"), ("RA--TAN", "RA", False, "TAN"),
        ("GLAT-HPX", "G", True, "HPX"), ("HPLN-TAN", "HP", False, "TAN"),
        ("  RA   ARC", "RA", False, "ARC"), ("CRLT-CAR", "CR", True, "CAR"),
    ],
)  # fmt: skip
def test_types_of_celestial_axes(ctype, system, latitude, code):
    found = parse_celestial(ctype)
    assert (found.system, found.latitude, found.code) == (system, latitude, code)


@pytest.mark.parametrize("ctype", ["", "RA", "DEC", "FREQ", "VELO-LSR", "solar-west", "STOKES"])
def test_types_of_other_axes(ctype):
    assert parse_celestial(ctype) is None


@pytest.mark.parametrize(
    ("cards", "frame"),
    [
        ({}, ("ICRS", None)), ({"EQUINOX": 1950.0}, ("FK4", 1950.0)),
        ({"EQUINOX": 2000}, ("FK5", 2000.0)), ({"EPOCH": 1950.0}, ("FK4", 1950.0)),
        ({"EQUINOX": "J2000"}, ("FK5", 2000.0)), ({"EQUINOX": "B1950"}, ("FK4", 1950.0)),
        ({"RADESYS": "FK4"}, ("FK4", 1950.0)), ({"RADECSYS": "fk5"}, ("FK5", 2000.0)),
        ({"RADESYS": "ICRS", "EQUINOX": 1950.0}, ("ICRS", None)),
        ({"RADECSYS": "FK4", "RADESYS": "FK5"}, ("FK5", 2000.0)),
    ],
)  # fmt: skip
def test_frames(cards, frame):
    bare = {key: value for key, value in TAN.items() if key != "RADESYS"}
    assert Wcs.from_header({**bare, **cards}).frame == frame


def test_sines_of_right_angles_are_exact():
    assert [sincos_degrees(90.0 * turn) for turn in (-1, 0, 1, 2, 5)] == [
        (-1.0, 0.0), (0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (1.0, 0.0),
    ]  # fmt: skip


def test_a_position_of_floats_needs_no_numpy():
    code = (
        "import json, sys; from fitslint.wcs.wcs import Wcs\n"
        f"wcs = Wcs.from_header({TAN!r})\n"
        "wcs.pixel_to_world(1.0, 1.0), wcs.world_to_pixel(10.0, 20.0), wcs.corners((64, 48))\n"
        "wcs.footprint_area((64, 48)), wcs.pixel_scale()\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert {"numpy", "astropy"}.isdisjoint(json.loads(output.stdout))
