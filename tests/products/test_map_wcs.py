"""World coordinates: kept, completed, or made of centre and scale; held against astropy.wcs."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given, settings
from hypothesis import strategies as st

import fitslint
from fitslint import ProductError
from fitslint.wcs.map_wcs import measure_pixels, read_map_wcs
from tests.products.samples import facts, image

BARE = {"center": None, "scale": None}
TAN = [
    ("CTYPE1", "RA---TAN"), ("CRVAL1", 197.873), ("CRPIX1", 8.5), ("CDELT1", -1e-4),
    ("CTYPE2", "DEC--TAN"), ("CRVAL2", -1.341), ("CRPIX2", 6.5), ("CDELT2", 1e-4),
]  # fmt: skip


def _conformed(header, **changes):
    hdu = image(header=header)
    fitslint.conform(hdu, "kappa", **facts("kappa", **{**BARE, **changes})).raise_for_errors()
    return hdu.header


@settings(max_examples=60)
@given(st.floats(0, 359.99), st.floats(-85, 85), st.floats(0.05, 5), st.integers(2, 900))
def test_centre_and_scale_are_what_astropy_reads(ra, dec, scale, columns):
    hdu = image(rows=4, columns=columns)
    told = facts("kappa", center=(ra, dec), scale=scale)
    fitslint.conform(hdu, "kappa", **told).raise_for_errors()
    wcs = WCS(hdu.header)
    there = wcs.pixel_to_world_values((columns - 1) / 2, 1.5)
    assert np.allclose(there, (ra, dec), rtol=0, atol=1e-11)
    assert wcs.proj_plane_pixel_scales()[0].to_value("arcsec") == pytest.approx(scale)
    assert hdu.header["CDELT1"] < 0 < hdu.header["CDELT2"]


LENGTHS = st.floats(1e-5, 1e-3)


@given(
    st.tuples(st.floats(0, 359), st.floats(-80, 80), st.floats(-20, 40)),
    st.tuples(LENGTHS, LENGTHS, st.floats(0, 6.28)),
    st.sampled_from(["CD", "PC", "CROTA2", "plain"]),
)
def test_a_place_is_where_astropy_puts_it(position, form, way):
    (ra, dec, pixel), (width, height, angle) = position, form
    header = fits.Header([*TAN, ("NAXIS", 2), ("NAXIS1", 50), ("NAXIS2", 60)])
    header["CRVAL1"], header["CRVAL2"] = ra, dec
    header["CDELT1"], header["CDELT2"] = -width, height
    turned = [np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)]
    if way == "CROTA2":
        header["CROTA2"] = np.degrees(angle)
    elif way != "plain":
        steps = [-width, -width, height, height] if way == "CD" else [1.0] * 4
        for at, turn, step in zip(("1_1", "1_2", "2_1", "2_2"), turned, steps, strict=True):
            header[f"{way}{at}"] = turn * step
    if way == "CD":
        del header["CDELT1"], header["CDELT2"]
    place = read_map_wcs(header)
    wcs = WCS(header)
    ours = place.pixel_to_sky(pixel, 17.0)
    theirs = wcs.all_pix2world([[pixel, 17.0]], 1)[0]
    assert np.allclose(np.array(ours) - theirs, 0, atol=1e-9)
    scales = [one.to_value("arcsec") for one in wcs.proj_plane_pixel_scales()]
    assert measure_pixels(place) == pytest.approx(scales, rel=1e-9)


@pytest.mark.parametrize(
    "cards",
    [
        {"CDELT1": -0.1, "CDELT2": 0.1, "CUNIT1": "arcmin", "CUNIT2": "arcmin"},
        {"CDELT1": -0.1, "CDELT2": 0.1, "LONPOLE": 90.0},
        {"CDELT1": -0.1, "CDELT2": 0.1, "PC1_1": 1.0, "CROTA2": 90.0},
        {"CDELT1": -0.1, "CDELT2": 0.1, "CD1_1": 0.2, "CD2_2": 0.2},
        {"CDELT1": -0.1, "CDELT2": 0.2, "CROTA2": 30.0},
        {"CD1_1": 0.2, "CD1_2": 0.1, "CD2_2": 0.2, "LONPOLE": 150.0},
        {"CDELT1": -0.1, "CDELT2": 0.1, "CTYPE1": "RA---ZEA", "CTYPE2": "DEC--ZEA"},
        {"CDELT1": -0.1, "CDELT2": 0.1, "CTYPE1": "RA---CAR", "CTYPE2": "DEC--CAR"},
        {"CDELT1": -0.1, "CDELT2": 0.1, "CRVAL2": 90.0},
        {"CDELT1": -0.1, "CDELT2": 0.1, "CTYPE1": "DEC--TAN", "CTYPE2": "RA---TAN", "CRVAL1": 5.0},
    ],
)
def test_products_and_quality_put_a_pixel_where_astropy_does(cards):
    from fitslint.pipeline.kappa.qc.frame_cards import read_map_frame

    header = fits.Header([*TAN, ("NAXIS", 2), ("NAXIS1", 50), ("NAXIS2", 60)])
    for name in ("CDELT1", "CDELT2"):
        header.remove(name, ignore_missing=True)
    header.update(cards)
    wcs = WCS(header)
    theirs = wcs.all_pix2world([[7.0, 4.0]], 1)[0][:: -1 if wcs.wcs.lng else 1]
    ours = read_map_wcs(header).pixel_to_sky(7.0, 4.0)
    frame = read_map_frame(header, (60, 50), "map")
    quality = np.ravel(frame.to_sky(6.0, 3.0))
    theirs[0] %= 360
    assert np.allclose(ours, theirs, rtol=0, atol=1e-9)
    assert np.allclose(quality, theirs, rtol=0, atol=1e-9)
    sizes = [size.to_value("arcsec") for size in wcs.proj_plane_pixel_scales()]
    assert measure_pixels(read_map_wcs(header)) == pytest.approx(sizes, rel=1e-12)
    if not header["CTYPE1"].endswith("CAR"):  # of which only the middle has that size
        assert np.hypot(*np.array(frame.matrix)) == pytest.approx(sizes, rel=2e-3)


@pytest.mark.parametrize(
    "cards",
    [
        {"CDELT1": -0.1, "CDELT2": 0.1, **dict.fromkeys(("CD1_1", "CD1_2", "CD2_1", "CD2_2"), 0.0)},
        {"CDELT1": -0.1, "CDELT2": 0.1, "PC1_1": 1.0, "PC1_2": 1.0, "PC2_1": 1.0, "PC2_2": 1.0},
        {"CDELT1": -0.1, "CDELT2": 0.0},
        {"CDELT1": -0.1},
        {"CDELT1": -0.1, "CDELT2": 0.1, "CUNIT1": "m", "CUNIT2": "m"},
        {"CDELT1": -0.1, "CDELT2": 0.1, "CTYPE2": "DEC--SIN"},
    ],
)
def test_neither_products_nor_quality_make_up_a_place(cards):
    from fitslint.pipeline.errors import PipelineError
    from fitslint.pipeline.kappa.qc.frame_cards import read_map_frame

    header = {**dict(TAN), "CDELT1": None, "CDELT2": None, **cards}
    assert read_map_wcs(header) is None
    with pytest.raises(PipelineError, match="world coordinates"):
        read_map_frame(header, (60, 50), "map")


def test_coordinates_that_are_there_stay():
    header = _conformed(TAN)
    assert {name: header[name] for name, _ in TAN} == dict(TAN)
    assert header["CUNIT1"] == header["CUNIT2"] == "deg"
    assert header["RADESYS"] == "ICRS"
    assert _conformed(TAN, center=(197.87303, -1.34102), scale=0.36)["CRVAL1"] == 197.873


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scale": 0.4}, "pixels of 0.36 arcsec and 0.4 is given"),
        ({"center": (197.875, -1.341)}, "arcsec from 197.875"),
        ({"CRPIX1": 9.0}, "has CRPIX1 8.5 and 9.0 is given"),
        ({"CTYPE1": "LINEAR"}, "CTYPE1"),
    ],
)
def test_coordinates_are_never_overwritten_silently(changes, said):
    with pytest.raises(ProductError, match=said) as caught:
        _conformed(TAN, **changes)
    assert "--overwrite-wcs" in str(caught.value)


def test_coordinates_are_overwritten_when_asked_for():
    rotated = [*TAN, ("CROTA2", 30.0), ("PC1_1", 0.9)]
    header = _conformed(rotated, center=(10.0, 20.0), scale=1.0, overwrite_wcs=True)
    assert (header["CRVAL1"], header["CRVAL2"]) == (10.0, 20.0)
    assert "CROTA2" not in header and "PC1_1" not in header


@pytest.mark.parametrize(
    ("cards", "system", "equinox"),
    [
        ([], "ICRS", 2000.0),
        ([("EQUINOX", 2000.0)], "FK5", 2000.0),
        ([("EQUINOX", 1950.0)], "FK4", 1950.0),
        ([("EPOCH", 1950.0)], "FK4", 1950.0),
        ([("RADECSYS", "FK5")], "FK5", 2000.0),
        ([("RADESYS", "FK5"), ("RADECSYS", "FK5")], "FK5", 2000.0),
    ],
)
def test_the_reference_system_is_that_of_the_standard(cards, system, equinox):
    header = _conformed([*TAN, *cards])
    assert (header["RADESYS"], header["EQUINOX"]) == (system, equinox)
    assert "RADECSYS" not in header and "EPOCH" not in header


def test_half_a_position_makes_none():
    done = fitslint.conform(image(), "kappa", **facts("kappa", scale=None))
    assert "CRVAL1" in dict(done.unknown)
    with pytest.raises(ProductError, match="incomplete"):
        fitslint.conform(image(header=TAN[:2]), "kappa", **facts("kappa"))


def test_nine_characters_are_one_too_many():
    slip = [(name, "DEC---TAN" if name == "CTYPE2" else value) for name, value in TAN]
    assert _conformed(slip)["CTYPE2"] == "DEC--TAN"


def test_linear_coordinates_of_lenstool_stay():
    linear = [
        (name, {"CTYPE1": "LINEAR", "CTYPE2": "LINEAR", "CDELT1": 0.5, "CDELT2": 0.5}.get(name, at))
        for name, at in TAN
    ]
    linear += [("CUNIT1", "arcsec"), ("CUNIT2", "arcsec"), ("ORIGIN", "JPK-SOFT")]
    header = _conformed(linear)
    assert "RADESYS" not in header and header["GRIDCONV"] == "linear"
    assert header["ENGINE"] == "lenstool"
    place = read_map_wcs(header)
    assert measure_pixels(place) == (0.5, 0.5) and not place.is_celestial


@pytest.mark.parametrize(
    "changes",
    [{"CRVAL1": "x"}, {"CDELT1": 0.0}, {"CDELT2": float("nan")}, {"CUNIT1": "m"}, {"CTYPE1": 3}],
)
def test_what_tells_no_place(changes):
    cards = {**dict(TAN), **changes}
    assert read_map_wcs(cards) is None


def test_lenstool_says_tan_and_means_linear():
    assert "GRIDCONV" not in _conformed(TAN)
    assert _conformed(TAN, engine="Lenstool 7.1")["GRIDCONV"] == "linear"
    assert _conformed(TAN, engine="lenstool 6.8", gridconv="tan")["GRIDCONV"] == "tan"
