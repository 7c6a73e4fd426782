"""What is known of instruments and sites has a source, and real headers agree with it."""

from pathlib import Path

import pytest

from fitslint.data_files import load_data_file
from fitslint.rules.sky.instruments import find_instrument
from fitslint.source.files import read_file
from fitslint.wcs.compare import compile_celestial, measure_pixel_area, measure_pixel_size
from tests.sky.__main__ import judge_bytes

SAMPLES = sorted((Path(__file__).parents[2] / "fixtures" / "samples").glob("*.hdr"))
WRONG_SCALE = {"MOIRCS"}
"""Their samples have a CD matrix of ones."""
PTF = """\
SIMPLE  =                    T
BITPIX  =                   16
NAXIS   =                    2
NAXIS1  =                 2048
NAXIS2  =                 4096
INSTRUME= 'PTF/MOSAIC'
CTYPE1  = 'RA---TAN'
CTYPE2  = 'DEC--TAN'
CRVAL1  =                150.0
CRVAL2  =                  2.0
CRPIX1  =               1024.5
CRPIX2  =               2048.5
CD1_1   = {a:20.6E}
CD1_2   = {b:20.6E}
CD2_1   = {c:20.6E}
CD2_2   = {d:20.6E}
"""
STEP = 1.01 / 3600


@pytest.mark.parametrize("kind", ["instrument", "site"])
def test_every_number_has_a_source(kind):
    tables = load_data_file("instruments")[kind]
    assert all(len(table["source"]) > 4 for table in tables)
    values = [value for table in tables for value in table["values"]]
    assert len(values) == len(set(values))


def test_sites_are_on_the_earth():
    for table in load_data_file("instruments")["site"]:
        assert -180 <= table["longitude"] <= 180
        assert -90 <= table["latitude"] <= 90


def test_the_samples_of_the_manual_have_what_is_known_of_them():
    seen = set()
    for path in SAMPLES:
        header = read_file(str(path)).hdus[0].header
        card = header.find_card("INSTRUME")
        instrument = find_instrument(card.raw[10:]) if card is not None else None
        wcs = compile_celestial(header) if instrument is not None else None
        if instrument is None or wcs is None or instrument.name in WRONG_SCALE:
            continue
        size = measure_pixel_size(wcs)
        assert instrument.scale[0] * 0.99 < size < instrument.scale[1] * 1.01, path.name
        if instrument.is_left is not None:
            assert (measure_pixel_area(wcs) < 0) == instrument.is_left, path.name
        seen.add(instrument.name)
    assert seen >= {"Suprime-Cam", "IRCS", "CIAO", "CISCO", "COMICS", "FOCAS", "MIRTOS"}


@pytest.mark.parametrize(
    ("matrix", "levels"),
    [
        ((STEP, 0.0, 0.0, -STEP), []),
        ((-STEP, 0.0, 0.0, STEP), []),
        ((STEP, 0.0, 0.0, STEP), ["warning"]),
        ((0.0, STEP, STEP, 0.0), ["info"]),
    ],
)
def test_a_camera_on_an_equatorial_mount(matrix, levels):
    text = PTF.format(**dict(zip("abcd", matrix, strict=True)))
    raw = "".join(line.ljust(80) for line in (*text.splitlines(), "END")).encode()
    found = judge_bytes(raw.ljust(2880)).findings
    assert [one.severity for one in found if one.code == "WC212"] == levels


SUN = """\
SIMPLE  =                    T
BITPIX  =                   16
NAXIS   =                    2
NAXIS1  =                 2048
NAXIS2  =                 2048
INSTRUME= 'VBI     '
CTYPE1  = 'HPLN-TAN'
CTYPE2  = 'HPLT-TAN'
CUNIT1  = 'arcsec  '
CUNIT2  = 'arcsec  '
CRVAL1  =                  0.0
CRVAL2  =                  0.0
CRPIX1  =               1024.5
CRPIX2  =               1024.5
CDELT1  =                -0.01
CDELT2  =                 0.01
"""
STARS = """\
CTYPE1A = 'RA---TAN'
CTYPE2A = 'DEC--TAN'
CRVAL1A =                150.0
CRVAL2A =                  2.0
CRPIX1A =               1024.5
CRPIX2A =               1024.5
CDELT1A =         2.7777778E-6
CDELT2A =         2.7777778E-6
"""


@pytest.mark.parametrize(("more", "found"), [("", True), (STARS, False)])
def test_the_sun_in_a_mirror_is_told_unless_the_stars_are_in_one_too(more, found):
    raw = "".join(line.ljust(80) for line in [*(SUN + more).splitlines(), "END"]).encode()
    codes = {finding.code for finding in judge_bytes(raw.ljust(2880)).findings}
    assert ("WC212" in codes) == found
