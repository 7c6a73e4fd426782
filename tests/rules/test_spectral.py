"""Spectral coordinates: what the examples of the rules do not show."""

from __future__ import annotations

import pytest

from fitslint.testing.examples import build
from fitslint.testing.harness import judge


def found(*cards: str, kind: str = "image") -> list[tuple[str, str | None]]:
    """The codes and keywords of the findings on spectral coordinates."""
    report = judge(build("\n".join(cards), kind).data, "x.fits")
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
