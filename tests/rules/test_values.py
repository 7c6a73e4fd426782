"""Values: what the examples of the rules cannot show."""

from __future__ import annotations

import pytest

from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes

GROUPS = ("CD", "KN", "VF")


def found_of(block: str, kind: str = "primary") -> list[str]:
    """Codes of the errors and warnings on cards, names and values."""
    found = lint_bytes(build_example(block, kind).data, "x.fits").findings
    return [one.code for one in found if one.code[:2] in GROUPS and one.severity != "info"]


def suggested(card: str, code: str) -> bytes:
    """The card that the finding suggests."""
    found = lint_bytes(build_example(card).data, "x.fits").findings
    fix = next(one.fix for one in found if one.code == code)
    assert fix is not None
    return fix.edits[0].new.rstrip()


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("FOO     = 1.5 seconds", "VF114"),
        ("FOO     = 1.5s / text", "VF114"),
        ("FOO     = 3C273 / text", "VF117"),
        ("FOO     = 'O'Neil' / text", "VF102"),
        ("FOO     = ''abc''", "VF102"),
        ("FOO     = 'abc''   / text", "VF103"),
        ("FOO     = 'abc / text", "VF101"),
        ("FOO     = (,2)", "VF116"),
        ("FOO     = (1,2", "VF116"),
        ("FOO     = 2004-01-02", "VF117"),
        ("FOO     = .F.", "VF106"),
        ("FOO     = 1,5", "VF113"),
        ("FOO     = 1_000", "VF115"),
        ("FOO     = -", "VF107"),
        ("FOO     = +.", "VF107"),
        ("FOO     = .", "VF109"),
        ("FOO     = 1E+", "VF109"),
        ("FOO     = 1.5d3", "VF110"),
        ("FOO     = -Infinity", "VF112"),
        ("FOO     = 99999999999999999999", "VF108"),
        ("EXTEND  =                    0", "VF119"),
        ("EXTEND  = 'TRUE    '", "VF119"),
        ("EQUINOX = 'UNKNOWN '", "VF122"),
        ("CRVAL1  = '-5.0    '", "VF118"),
        ("EXTVER  =                  1.5", "VF120"),
        ("XTENSION=  'IMAGE   '", "VF125"),
        ("EXPTIME =", "CD117"),
        ("FOO     = -1.23456789012345678901E-5", "VF123"),
    ],
)
def test_one_finding_and_the_right_one(card: str, code: str) -> None:
    assert found_of(card) == [code]


@pytest.mark.parametrize(
    "card",
    [
        "MJD-OBS =                59000",
        "FOO     = 'O''Neil '",
        "FOO     = '''a''   '",
        "FOO     = ''",
        "FOO     = -9223372036854775808",
        "FOO     = 0.1000000000000000055511151231257827",
        "FOO     =  1.00000000000000000000000E0",
        "FOO     =         (1.0, -2E+3)",
        "FOO     = 1.5D0",
        "DATASUM = '         0'",
        "OBJECT  = ''",
        "CTYPE1  = '        '",
        "MYFLAG  =                    1",
        "MYTEMP  =               -999.0",
    ],
)
def test_quiet(card: str) -> None:
    assert found_of(card) == []


@pytest.mark.parametrize(
    ("card", "code", "expected"),
    [
        ("FOO     =                 TRUE / x", "VF106", b"FOO     =                    T / x"),
        ("FOO     = 0x1F", "VF115", b"FOO     =                   31"),
        ("FOO     = 1,234,567", "VF115", b"FOO     =              1234567"),
        ("HIERARCH ESO DET = (1.5+2.5i)", "VF116", b"HIERARCH ESO DET = (1.5,+2.5)"),
        ("HIERARCH ESO DET = 1.5e3 / x", "VF110", b"HIERARCH ESO DET = 1.5E+03 / x"),
        ("EXPTIME = 1.5 s / total", "VF114", b"EXPTIME =                  1.5 / [s] total"),
        ("FOO     = 2004-01-02", "VF117", b"FOO     = '2004-01-02'"),
    ],
)
def test_suggestions(card: str, code: str, expected: bytes) -> None:
    assert suggested(card, code) == expected


def safety(block: str, code: str, kind: str = "primary") -> str | None:
    """The grade of the fix of a finding; None when it has none."""
    found = lint_bytes(build_example(block, kind).data, "x.fits").findings
    fix = next(one.fix for one in found if one.code == code)
    return fix.safety if fix else None


@pytest.mark.parametrize(
    ("card", "code", "grade"),
    [
        ("EXPTIME = 1,5", "VF113", "unsafe"),
        ("SHUTOPEN=                 true / shutter", "VF106", "safe"),
        ("SHUTOPEN=               .TRUE. / shutter", "VF106", "safe"),
        ("SHUTOPEN=                    t / shutter", "VF106", "unsafe"),
        ("SHUTOPEN=                  yes / shutter", "VF106", "unsafe"),
        ("OBJECT  = true", "VF106", None),
        ("FRATIO  = f/8                  / focal ratio", "VF106", "unsafe"),
        ("OBJECT  = M31 / name", "VF117", "safe"),
        ("OBJECT  = NGC 1234 / name", "VF117", "unsafe"),
        ("RAWFILE = data/img1.fits", "VF117", "unsafe"),
        ("BUNIT   = e-/s", "VF117", "unsafe"),
        ("CRVAL1  = centre", "VF117", None),
        ("EXPTIME =                INDEF", "VF117", None),
        ("SEEING  =                 null / [arcsec]", "VF117", "unsafe"),
        ("GAIN    = N/A", "VF117", None),
        ("EXPTIME =                  NaN", "VF112", None),
        ("FOO     =                  NaN", "VF112", "unsafe"),
        ("FOO     = 1.5d2", "VF110", "safe"),
        ("FOO     = 1.5e400", "VF110", None),
        ("NAXIS3  = 1e1", "VF110", None),
        ("FOO     = 1.5D2", "VF111", "safe"),
        ("FOO     = 1.5D+00", "VF111", "style"),
        ("FOO     = (1.5e+00,-0.5)", "VF116", "safe"),
        ("FOO     = (1.5,-0.5", "VF116", "unsafe"),
        ("OBSGEO-X= '5.0'", "VF118", "safe"),
        ("CRVAL1  = '5.0'", "VF118", "unsafe"),
        ("EQUINOX = '2000.0'", "WC120", "unsafe"),
        ("EXPTIME = '120     '", "VF118", "unsafe"),
        ("GAIN    = '2.5     '", "VF118", "unsafe"),
        ("EXPOSURE= '1       '           / exposure time", "VF118", "unsafe"),
        ("RDNOISE = '4.25    '", "VF118", "unsafe"),
        ("SHUTTER = 'T       '", "VF119", "unsafe"),
        ("EXTEND  =                    1", "VF119", "safe"),
        ("NAXIS1  = 16.0", "VF120", "safe"),
        ("GUIDING = 'False   '", "VF126", None),
        ("EXPTIME = 1.5 / [s]", "CD118", "style"),
        ("FOO     =        'M31'", "CD118", "style"),
        ("FOO     =                               5/comment", "CD118", None),
    ],
)
def test_grades(card: str, code: str, grade: str | None) -> None:
    assert safety(card, code) == grade


@pytest.mark.parametrize(
    ("card", "code", "expected"),
    [
        ("FRATIO  = f/8                  / focal ratio", "VF106", b"'f/8'                / focal"),
        ("GAIN2   = data/img1.fits", "VF117", b"'data/img1.fits'"),
        ("OBJECT  = NGC 1234/5 / pair", "VF117", b"'NGC 1234/5'         / pair"),
    ],
)
def test_text_is_quoted_up_to_a_slash_between_blanks(card: str, code: str, expected: bytes) -> None:
    assert suggested(card, code)[10:].startswith(expected)


@pytest.mark.parametrize(
    ("text", "written"),
    [("1.5D+2", "1.5E+02"), ("1.5D2", "1.5E+02"), ("1.5D-004", "1.5E-004"), ("1.D-9", "1.E-09")],
)
def test_an_exponent_has_two_digits(text: str, written: str) -> None:
    assert suggested(f"FOO     = {text:>20} / x", "VF111")[10:30].strip() == written.encode()


@pytest.mark.parametrize("card", ["SHUTTER = 'OPEN'", "SHUTTER =                    1"])
def test_a_shutter_may_be_a_word(card: str) -> None:
    assert found_of(card) == []


@pytest.mark.parametrize("text", ["2.662896678238377E-315", "-4.94E-324", "1E-310"])
def test_reals_below_the_range_of_a_double(text: str) -> None:
    found = lint_bytes(build_example(f"FOO     = {text}").data, "x.fits").findings
    assert [one.message_id for one in found if one.severity == "warning"] == ["VF123.small"]


def test_zero_is_no_real_below_the_range() -> None:
    assert found_of("FOO     = 0.0E-400") == []


@pytest.mark.parametrize(
    "card",
    [
        "EXPOSURE= '00001   '           / of the visit",
        "EXPOSURE= '1       '           / Exposure request number",
        "GAIN    = '2       '           / gain setting ID",
    ],
)
def test_a_label_in_quotes_is_no_number(card: str) -> None:
    codes = {one.code for one in lint_bytes(build_example(card, "primary").data, "x.fits").findings}
    assert not codes & {"VF118", "RK117"}


def test_a_time_in_quotes_is_told_once() -> None:
    card = "EXPTIME = '-30.0   '           / [s] exposure time"
    codes = [one.code for one in lint_bytes(build_example(card, "primary").data, "x.fits").findings]
    assert [code for code in codes if code in ("VF118", "RK117")] == ["VF118"]
