"""What is said of redundant, deprecated and malformed forms names the programs that go elsewhere.

The programs were asked where they put the pixels of small images: ``readers-wcs.tsv``.
"""

import pytest
from astropy.coordinates import FK4, FK5, SkyCoord

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes
from fitslint.wcs.compare import measure_sky_distance
from fitslint.wcs.wcs import Wcs
from tests.wcs.test_conversions import FixOptions, SourcePlanner, applied, make_row

FORMS = (
    "L03", "L04", "L05", "L07", "L08", "L09", "L10", "L12", "L13", "L14", "L15", "L16",
    "L23", "L35", "L36", "L37", "F02", "F05", "F07", "F08", "F10", "F12", "F19", "F22", "F23",
    "F24", "F25", "F26", "F29", "P06", "P07", "J09", "J10", "J14", "D05", "D06", "D08", "D10",
    "S06", "U01", "U02", "U07",
)  # fmt: skip
"""Rows of two forms beside each other, of old names, and of what the standard does not have."""
FAR = 1.0
"""Arcsec."""
UNTOLD = {"S06": {"AST", "DS9", "WCSTools", "IDL", "CFITSIO"}}
"""Programs that are elsewhere for another reason: helioprojective arcsec taken for degrees."""


def list_elsewhere(row):
    """The programs that put a pixel more than an arcsec from its right reading."""
    found = set()
    for column, text in row.items():
        name = column.removesuffix(" [arcsec]").removesuffix("-nofix")
        if name != column and text.replace(".", "").isdigit() and float(text) > FAR:
            found.add(name)
    return found


@pytest.mark.parametrize("name", FORMS)
def test_a_message_names_the_programs_that_go_elsewhere(rows, name):
    findings = Linter(Settings()).lint(read_bytes(make_row(rows[name]), "a.fits")).findings
    said = " ".join(one.message for one in findings)
    assert findings
    silent = {one for one in list_elsewhere(rows[name]) if one not in said}
    assert silent <= UNTOLD.get(name, set())


def lint_row(row):
    return Linter(Settings()).lint(read_bytes(make_row(row), "a.fits")).findings


def test_epoch_alone_names_who_goes_by_it_and_who_knows_no_system(rows):
    """The shift is that of the position of the control from B1950 to J2000, by astropy."""
    [found] = [one for one in lint_row(rows["F02"]) if one.code == "DP101"]
    followers, others = found.message.split(" take the coordinates ")
    names = {name.removesuffix(" [arcsec]"): text for name, text in rows["F02"].items()
             if name.endswith("[arcsec]")}  # fmt: skip
    for name, text in names.items():
        if name not in ("astropy-nofix", "sunpy"):
            assert name in (others if text.startswith("no frame") else followers), name
    old = SkyCoord(150.25, 34.5, unit="deg", frame=FK4(equinox="B1950"))
    shift = old.transform_to(FK5()).separation(SkyCoord(150.25, 34.5, unit="deg", frame=FK5()))
    assert f"{shift.arcmin:.3g} arcmin away" in others


@pytest.mark.parametrize("name", ["F26", "F16", "F11"])
def test_epoch_of_j2000_or_beside_equinox_has_no_shift(rows, name):
    said = [one.message for one in lint_row(rows[name]) if one.code == "DP101"]
    assert said
    assert not any("arcmin" in one for one in said)


@pytest.mark.parametrize("name", ["U01", "U07"])
def test_the_sky_in_another_unit_is_written_in_degrees(rows, name):
    """Our reading, that of WCSLIB, stays, and the programs that read degrees come to it."""
    data = make_row(rows[name])
    planned = SourcePlanner(Settings()).plan(data, FixOptions(unsafe=True), name="a.fits")
    assert {one.finding.code for one in planned.repairs} == {"UN115"}
    old, new = (read_bytes(one).hdus[0].header for one in (data, applied(data, planned)))
    assert [new.string(f"CUNIT{axis}") for axis in (1, 2)] == ["deg", "deg"]
    assert new.number("CRVAL1") == pytest.approx(150.25, abs=1e-3)
    ours = [Wcs.from_header(header) for header in (old, new)]
    assert measure_sky_distance(*ours, (64, 48)).arcsec < 3.6e-6


@pytest.mark.parametrize("name", ["L01", "U04", "U08", "S01", "S04"])
def test_degrees_and_the_sun_in_arcsec_are_let_pass(rows, name):
    assert not [one for one in lint_row(rows[name]) if one.code == "UN115"]
