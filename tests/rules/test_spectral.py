"""Spectral coordinates: what the examples of the rules do not show."""

from __future__ import annotations

import pytest

from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes


def found(*cards: str, kind: str = "image") -> list[tuple[str, str | None]]:
    """The codes and keywords of the findings on spectral coordinates."""
    report = lint_bytes(build_example("\n".join(cards), kind).data, "x.fits")
    assert report.status == "ok", report.reason
    return [(one.code, one.keyword) for one in report.findings if one.code.startswith("WS")]


# ---- types -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "FREQ", "FREQ-V2F", "FREQ-TAB", "WAVE-LOG", "AWAV-GRA", "VOPT-F2W", "VELO-W2V", "ZOPT-V2W",
        "WAVE-GRI", "AWAV-F2A", "BETA-A2V", "WAVELENGTH", "FREQUENCY", "VELOCITY", "freq.",
        "TIME-TAB", "LAMBDA", "", "RA---TAN", "ENERGY", "FREQ-OHEL", "Wavelength",
    ],
)  # fmt: skip
def test_types_of_the_standard_and_of_others(text: str) -> None:
    assert found(f"CTYPE1  = '{text:8}'", "RESTFRQ =   1.42040575179E+09") == []


@pytest.mark.parametrize(
    "text", ["FREQ-F2F", "FREQ-W2V", "VELO-F2W", "WAVE-XYZ", "AWAV-F2W", "freq-f2w", "VRAD-LIN"]
)
def test_algorithms_that_do_not_lead_to_the_type(text: str) -> None:
    cards = f"CTYPE3A = '{text:8}'", "RESTFRQA=   1.42040575179E+09"
    assert found(*cards) == [("WS101", "CTYPE3A")]


@pytest.mark.parametrize("text", ["FREQ-LSR", "VELO-HEL", "VELO-OBS", "FELO-LSR", "FELO"])
def test_types_of_aips(text: str) -> None:
    assert found(f"CTYPE3  = '{text:8}'") == [("WS106", "CTYPE3")]


# ---- units -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("FREQ", "Hz"), ("FREQ", "GHz"), ("ENER", "keV"), ("WAVN", "cm-1"), ("WAVN", "1/m"),
        ("VRAD", "km/s"), ("VRAD", "km s-1"), ("VOPT", "m.s**-1"), ("WAVE", "nm"),
        ("WAVE", "Angstrom"), ("AWAV", "um"), ("ZOPT", ""), ("FREQ", "HZ"), ("WAVE", "microns"),
        ("VELO", "KM/S"), ("LAMBDA", "s"), ("WAVE-LOG", "m"), ("FREQ", "channel"),
    ],
)  # fmt: skip
def test_units_that_fit_or_are_unknown(kind: str, unit: str) -> None:
    assert found(f"CTYPE1  = '{kind:8}'", f"CUNIT1  = '{unit}'", "RESTFRQ = 1.4E+09") == []


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("FREQ", "deg"), ("FREQ", "km s-1"), ("ENER", "Hz"), ("WAVN", "m"), ("VRAD", "Hz"),
        ("WAVE", "m-1"), ("ZOPT", "m/s"), ("BETA", "km/s"), ("AWAV-LOG", "s"), ("WAVE", "eV"),
    ],
)  # fmt: skip
def test_units_of_another_quantity(kind: str, unit: str) -> None:
    cards = f"CTYPE2A = '{kind:8}'", f"CUNIT2A = '{unit}'", "RESTFRQA= 1.4E+09"
    assert found(*cards) == [("WS107", "CUNIT2A")]


# ---- lines at rest -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("VOPT", True), ("VRAD", True), ("ZOPT", True), ("VOPT-F2W", True), ("FREQ-V2F", True),
        ("BETA-W2V", True), ("VOPT-TAB", True), ("VELO", False), ("FREQ", False),
        ("WAVE-F2W", False), ("VRAD-V2F", False), ("VELO-LOG", False), ("VELO-LSR", False),
    ],
)  # fmt: skip
def test_types_that_take_a_line(text: str, wanted: bool) -> None:
    card = f"CTYPE1A = '{text:8}'"
    told = [one for one in found(card) if one[0] == "WS102"]
    assert told == [("WS102", "CTYPE1A")] * wanted
    assert [one for one in found(card, "RESTWAVA= 0.21") if one[0] == "WS102"] == []
    zero = found(card, "RESTFRQA= 0.0", "RESTFRQ = 1.4E9")
    assert [one for one in zero if one[0] == "WS102"] == told


def test_the_old_name_of_the_line_counts_for_the_primary_version() -> None:
    assert found("CTYPE1  = 'VRAD    '", "RESTFREQ= 1.4E9") == []


@pytest.mark.parametrize(
    ("frequency", "length", "wanted"),
    [
        ("1.42040575E9", "0.211061141", False), ("1.42040575E9", "0.21", False),
        ("1.42040575E9", "0.0", False), ("0", "0.21", False), ("1.42040575E9", "21.1", True),
        ("1.420", "0.211", True), ("4.57E14", "6.5628E-7", False),
        ("1E-320", "0.21", False), ("1E308", "1E308", True),
    ],
)  # fmt: skip
def test_two_values_of_one_line(frequency: str, length: str, wanted: bool) -> None:
    told = found(f"RESTFRQB= {frequency}", f"RESTWAVB= {length}")
    assert told == [("WS108", "RESTFRQB")] * wanted


@pytest.mark.parametrize(
    ("kind", "card", "wanted"),
    [
        ("WAVE", "AIRORVAC= 'vac     '", False), ("WAVE", "AIRORVAC= 'AIR     '", True),
        ("AWAV", "AIRORVAC= 'vacuum  '", True), ("AWAV", "VACUUM  = F", False),
        ("AWAV", "VACUUM  = T", True), ("WAVE-LOG", "VACUUM  = F", True),
        ("FREQ", "VACUUM  = F", False), ("WAVE", "VACUUM  = 'poor'", False),
        ("WAVE", "VACUUM  = 0.0001", False), ("WAVELENGTH", "AIRORVAC= 'air'", False),
    ],
)  # fmt: skip
def test_air_and_vacuum(kind: str, card: str, wanted: bool) -> None:
    assert found(f"CTYPE1  = '{kind:8}'", card) == [("WS109", "CTYPE1")] * wanted


# ---- frames ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "proper"),
    [
        ("LSR", None), ("lsrk", "LSRK"), ("TOPO", "TOPOCENT"), ("Heliocentric", "HELIOCEN"),
        ("LOCAL", None), ("BARYCENTER", "BARYCENT"), ("CMBDIPOLE", "CMBDIPOL"), ("REST", None),
    ],
)  # fmt: skip
def test_frames_that_are_none(text: str, proper: str | None) -> None:
    report = lint_bytes(build_example(f"SSYSOBSA= '{text}'", "image").data, "x.fits")
    (one,) = [one for one in report.findings if one.code == "WS103"]
    assert (one.fix is not None) == (proper is not None)
    if one.fix:
        assert one.fix.safety == "unsafe"
        assert f"'{proper:<8}'".encode() in one.fix.edits[0].new


@pytest.mark.parametrize("text", ["LSRK", "CMBDIPOL", "SOURCE", "TOPOCENT", ""])
def test_frames_of_the_standard(text: str) -> None:
    assert found(f"SPECSYSA= '{text:8}'", "VELOSYSA= 0.0") == []


def test_a_topocentric_spectrum() -> None:
    place = [f"OBSGEO-{axis}= 3000000.0" for axis in "XYZ"]
    assert found("SPECSYS = 'TOPOCENT'", "MJD-OBS = 59000.0") == [("WS110", "SPECSYS")]
    assert found("SPECSYS = 'TOPOCENT'", *place) == [("WS110", "SPECSYS")]
    assert found("SPECSYS = 'TOPOCENT'", *place, "MJD-AVG = 59000.0") == []
    dated = ("SPECSYS = 'TOPOCENT'", "MJD-OBS = 59000.0")
    for one, other in (("LONG-OBS", "LAT-OBS"), ("SITELONG", "SITELAT")):
        assert found(*dated, f"{one}= -70.4", f"{other:8}= -24.6") == []
    eso = [f"HIERARCH ESO TEL {name} = -24.6" for name in ("GEOLAT", "GEOLON")]
    assert found(*dated, *eso) == []
    assert found(*dated, eso[0]) == [("WS110", "SPECSYS")]
    assert found("SPECSYS = 'BARYCENT'") == []
    assert found("SPECSYSA= 'TOPOCENT'", "VELOSYSA= 1500.0") == []
    elsewhere = "\n".join([*place, "DATE-OBS= '2020-01-02'", "@hdu image", "SPECSYS = 'TOPOCENT'"])
    assert found(elsewhere, kind="primary") == []


@pytest.mark.parametrize(
    ("card", "wanted"),
    [
        ("ZSOURCE = -1", True), ("ZSOURCE = -0.001", False), ("VELANGLB= 180.0", False),
        ("VELANGLB= 999.0", True), ("VELOSYS = -30000.0", False), ("VELOSYS = 3.0E8", True),
        ("VELOSYS = 'none'", False), ("ZSOURCE =", False), ("VELANGL = 9999", True),
    ],
)  # fmt: skip
def test_velocities(card: str, wanted: bool) -> None:
    assert found(card) == [("WS111", card[:8].rstrip())] * wanted


# ---- IRAF --------------------------------------------------------------------------------------


def test_parts_of_iraf_axes() -> None:
    whole = ("WAT0_001= 'system=equispec'", "WAT1_001= 'wtype=linear'", "WAT1_002= 'x'")
    assert found(*whole) == []
    assert found(*whole, "WAT1_004= 'x'") == [("WS112", "WAT1_004")]
    assert found("WAT2_002= 'x'", "WAT2_003= 'x'") == [("WS112", "WAT2_002")]
    assert found("WAT0_001= 'system=multispecial'") == []
