"""Values: what the examples of the rules cannot show."""

from __future__ import annotations

import pytest

from fitslint.testing.examples import build
from fitslint.testing.harness import judge

GROUPS = ("CD", "KN", "VF")


def found_of(block: str, kind: str = "primary") -> list[str]:
    """Codes of the errors and warnings on cards, names and values."""
    found = judge(build(block, kind).data, "x.fits").findings
    return [one.code for one in found if one.code[:2] in GROUPS and one.severity != "info"]


def suggested(card: str, code: str) -> bytes:
    """The card that the finding suggests."""
    found = judge(build(card).data, "x.fits").findings
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
        "FOO     = 1.5D-3",
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
        ("HIERARCH ESO DET = 1.5e3 / x", "VF110", b"HIERARCH ESO DET = 1.5E3 / x"),
        ("EXPTIME = 1.5 s / total", "VF114", b"EXPTIME =                  1.5 / [s] total"),
        ("FOO     = 2004-01-02", "VF117", b"FOO     = '2004-01-02'"),
    ],
)
def test_suggestions(card: str, code: str, expected: bytes) -> None:
    assert suggested(card, code) == expected


def test_a_comma_is_safe_to_replace_only_where_a_real_is_due() -> None:
    def safety(card: str) -> str | None:
        found = judge(build(card).data, "x.fits").findings
        return next(one.fix.safety for one in found if one.code == "VF113" and one.fix)

    assert safety("EXPTIME = 1,5") == "safe"
    assert safety("FOO     = 1,5") == "unsafe"
    assert safety("EXPTIME = 1,500") == "unsafe"
