"""What is wrong with unit strings, and what is proposed for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.syntax.unit_strings import UNIT_STRING_MAX, UnitSyntaxError, parse_unit_string
from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes
from fitslint.units.faults import judge_unit
from fitslint.units.parts import replace_parts
from fitslint.units.spelling import is_unit_word, name_quantity, standardise_unit
from fitslint.units.unit import UnitError, parse_unit

TOLD = {
    "furlong": [("unknown", None)],
    "unit vector": [("unknown", None)],
    "m//s": [("unknown", None)],
    "none": [("unknown", None)],
    "JY/BEAM": [("spelling", "Jy/beam")],
    "KM/S": [("spelling", "km/s")],
    "M/SEC": [("spelling", "m/s")],
    "CT/S": [("spelling", "ct/s")],
    "counts / pixel": [("spelling", "count")],
    "ergs/s": [("spelling", "erg"), ("deprecated", None)],
    "S": [("ambiguous", "s")],
    "adu/S": [("ambiguous", "s")],
    "M": [("ambiguous", "m")],
    "MJY": [("ambiguous", None)],
    "EV": [("ambiguous", "eV")],
    "k": [("ambiguous", "K")],
    "S/m": [],
    "A": [],
    "ct/A": [("ambiguous", "Angstrom")],
    "erg": [("deprecated", "10**-7 J")],
    "10**-3 erg**2": [("deprecated", "10**-17 J**2")],
    "kG": [("deprecated", "10**-1 T")],
    "log(erg)": [("deprecated", None)],
    "J/m2/s": [("slashes", "J m**-2 s**-1")],
    "J/m2 s": [("slashes", "J m**-2 s")],
    "J/(m2 s)": [],
    "mdeg": [("prefix", "10**-3 deg")],
    "kkg": [("prefix", None)],
    "muJy/beam": [("spelling", "uJy")],
    "K kms-1": [("spelling", "K km s-1")],
    "cps/pix": [("community", None)],
    "mph": [("community", None)],
    "uK_CMB": [("community", None)],
    "Electron": [("community", None)],
    "yd": [("unknown", None)],
    "npix": [("unknown", None)],
    "pct": [("unknown", None)],
    "1 ct": [("multiplier", "")],
    "1.0*Jy/beam": [("multiplier", "")],
    "1 x 10**-3 m": [("multiplier", "")],
    "1-3 keV": [("unknown", None)],
    "1e-17 J": [("multiplier", "10**-17")],
    "1E+3J": [("multiplier", "10**3")],
    "0.001 Jy": [("multiplier", "10**-3")],
    "2.5 Jy": [("multiplier", None)],
    "1/sec": [("multiplier", "/"), ("spelling", "s")],
    "10**-2": [("multiplier", None)],
    "V/Hz**0.5": [("power", "**(0.5)")],
    "V Hz^-1/2": [("power", "**(-1/2)")],
    "cm^{-2}": [("power", "**-2")],
    "m**-2.": [("power", "**-2")],
    "Angle[deg]": [("decorated", "deg")],
    "K (Tb)": [("decorated", "K")],
    "Flux[e-/s]": [("decorated", "e-/s")],
    "counts per sec": [("decorated", "count/s")],
    "mag E(B-V)": [("decorated", "mag")],
    "DN / s": [("community", "adu")],
    "nanomaggies": [("community", None)],
    "e-/s": [("community", None)],
    "%": [("community", None)],
    "deg C": [("community", None)],
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), TOLD.items())
def test_what_is_told_and_proposed(text, told):
    assert [(fault.kind, fault.new) for fault in judge_unit(text)] == told


@pytest.mark.parametrize("text", [text for text, told in TOLD.items() if told])
def test_what_is_proposed_is_right_itself(text):
    """Once all proposals are taken, no fault of the same kind is left."""
    faults = [one for one in judge_unit(text) if one.new is not None]
    left = {one.kind for one in judge_unit(replace_parts(text, faults))} if faults else set()
    assert left.isdisjoint({one.kind for one in faults})


ALPHABET = "mskgdeJyHz10()/*. -+^[]{}lognexpsqrtSMDe%CPA"


@given(st.text(ALPHABET, max_size=68))
def test_any_text_gets_faults_inside_of_it(text):
    text = text.strip(" ")
    faults = judge_unit(text)
    for fault in faults:
        assert 0 <= fault.start < fault.end <= len(text)
    try:
        parse_unit(text)
    except UnitError:
        assert faults
    else:
        assert {fault.kind for fault in faults} <= {
            "deprecated", "slashes", "ambiguous", "community", "decorated",
        }  # fmt: skip


@given(st.text(ALPHABET, max_size=40))
def test_a_spelling_is_standardised_to_a_unit(text):
    standard = standardise_unit(text)
    assert standard is None or parse_unit(standard) is not None
    assert isinstance(is_unit_word(text), bool)
    assert name_quantity(text) is None or name_quantity(text)


TOO_MUCH = [
    "(" * 120 + "m" + ")" * 120,
    "m(" * 100,
    "((m)9)9" * 30,
    "/" * 256,
    "m*" * 120 + "m",
    "10" * 128,
    "m" * UNIT_STRING_MAX,
    "k" * UNIT_STRING_MAX,
    "m**(" + "9" * 200 + ")",
    "a " * 120 + "[s]" * 5,
    "m" * 10_000,
]


@pytest.mark.parametrize("text", TOO_MUCH, ids=range(len(TOO_MUCH)))
def test_no_text_is_too_much(text):
    assert isinstance(judge_unit(text.strip()), tuple)
    try:
        parse_unit_string(text.strip())
    except UnitSyntaxError as error:
        assert 1 <= error.column <= len(text) + 1


@pytest.mark.parametrize(
    ("unit", "safety"), [("ERGS/CM**2/S/A", "unsafe"), ("ERGS/CM**2/S", "safe")]
)
def test_a_spelling_beside_a_letter_of_two_meanings_is_not_mended_unasked(unit, safety):
    """Legal all but for the letter, astropy would read amperes."""
    report = lint_bytes(build_example(f"BUNIT   = '{unit}'", "image").data, "x.fits")
    fixes = {one.fix.safety for one in report.findings if one.code == "UN102" and one.fix}
    assert fixes == {safety}


def test_the_errors_of_an_axis_go_to_degrees_with_it():
    cards = [
        "CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CUNIT1  = 'arcsec'",
        "CRVAL1  = 540900.0", "CRVAL2  = 34.5", "CDELT1  = -0.36", "CDELT2  = 0.0001",
        "CRDER1  = 0.72", "CSYER1  = 1.08", "CRDER2  = 0.5",
    ]  # fmt: skip
    report = lint_bytes(build_example("\n".join(cards), "image").data, "x.fits")
    [finding] = [one for one in report.findings if one.code == "UN115"]
    written = {edit.new[:8].strip(): edit.new[10:30].strip() for edit in finding.fix.edits}
    assert written[b"CRVAL1"] == b"150.25"
    assert (written[b"CRDER1"], written[b"CSYER1"]) == (b"0.0002", b"0.0003")
    assert b"CRDER2" not in written
