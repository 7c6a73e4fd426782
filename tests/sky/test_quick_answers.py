"""What is looked at in columns only, before a rule is asked: never quieter than the rule itself."""

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes

IMAGE = {
    "SIMPLE": "T", "BITPIX": "8", "NAXIS": "2", "NAXIS1": "100", "NAXIS2": "100",
    "CTYPE1": "'RA---TAN'", "CTYPE2": "'DEC--TAN'", "CRVAL1": "150.0", "CRVAL2": "2.0",
    "CRPIX1": "50.5", "CRPIX2": "50.5",
    "CD1_1": "-5.5556E-4", "CD1_2": "0.0", "CD2_1": "0.0", "CD2_2": "5.5556E-4",
}  # fmt: skip
ARCSEC = {"CUNIT1": "'arcsec'", "CUNIT2": "'arcsec'"}
GALACTIC = {"CTYPE1": "'GLON-TAN'", "CTYPE2": "'GLAT-TAN'"}
LOWER = {"CTYPE1": "'ra---tan'", "CTYPE2": "'dec--tan'"}
OTHERS = {"CTYPE1": "'SLON-TAN'", "CTYPE2": "'SLAT-TAN'"}
SIP = {"CTYPE1": "'RA---TAN-SIP'", "CTYPE2": "'DEC--TAN-SIP'", "A_ORDER": "2", "B_ORDER": "2"}
TPV = {"CTYPE1": "'RA---TPV'", "CTYPE2": "'DEC--TPV'", "A_ORDER": "2"}
SUN = {"CTYPE1": "'HPLN-TAN'", "CTYPE2": "'HPLT-TAN'", "CRVAL1": "0.0", "INSTRUME": "'X'"}


def write(cards):
    """An image with these cards beside; a value that begins with ``=`` is the card behind it."""
    lines = [
        f"{name:8}{value}" if value[0] == "="
        else f"{name:8}= " + (f"{value:<20}" if value[0] == "'" else f"{value:>20}")
        for name, value in (IMAGE | cards).items()
    ]  # fmt: skip
    text = "".join(line.ljust(80) for line in [*lines, "END"])
    return text.ljust(2880 * 2).encode() + bytes(11520)


def list_told(data, *, memo):
    report = Linter(Settings(), memo=memo).lint(read_bytes(data, "a.fits"))
    return [(one.code, one.keyword, one.message) for one in report.findings]


@pytest.mark.parametrize(
    ("code", "cards"),
    [
        ("WC201", {**ARCSEC, "SECPIX": "0.2"}),
        ("WC201", {"BMAJ": "=    1.0000000000000001E-7"}),
        ("WC201", {"SECPIX": "= 0.200000000000000000E+02"}),
        ("WC201", {**LOWER, "SECPIX": "100.0"}),
        ("WC201", {**OTHERS, "SECPIX": "100.0"}),
        ("WC202", {"CUNIT2": "'arcsec'", "CD1_2": "3.0E-4"}),
        ("WC202", {**OTHERS, "CD1_2": "4.0E-4"}),
        ("WC206", {**GALACTIC, "RA": "150.0", "DEC": "2.0"}),
        ("WC206", {**LOWER, "RA": "10.0", "DEC": "80.0"}),
        ("WC115", {"CTYPE2": "=    'DEC--TAN'", "CRVAL2": "95.0"}),
        ("WC115", {"CTYPE2": "' DEC--TAN'", "CRVAL2": "95.0"}),
        (
            "WC115",
            {
                "CTYPE1A": "=    'RA---TAN'", "CTYPE2A": "' DEC--TAN'", "CRVAL1A": "10.0",
                "CRVAL2A": "100.0",
            },
        ),
        ("WC212", {**SUN, **ARCSEC, "CD1_1": "-2.4", "CD2_2": "2.4"}),
        ("WD202", {**SIP, "A_2_0": "0.0", "B_0_2": "= 5.00000000000000000E-02"}),
        ("WD202", {**TPV, "PV1_5": "300.0"}),
    ],
)  # fmt: skip
def test_a_quick_look_is_no_quieter(code, cards):
    quick, plain = (list_told(write(cards), memo=memo) for memo in (True, False))
    assert quick == plain
    assert code in [one[0] for one in quick]
