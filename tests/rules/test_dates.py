"""Dates, time scales and places: what the examples of the rules do not show."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.model.finding import Finding
from fitslint.source.files import read_file
from fitslint.syntax.dates import diagnose_date
from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes


def found(text: str, *codes: str) -> list[Finding]:
    report = lint_bytes(build_example(text).data, "x.fits")
    assert report.status == "ok", report.reason
    return [one for one in report.findings if one.code in codes]


@pytest.mark.parametrize(
    "value",
    [
        "'2024-02-10 21:30:00'", "'2024/02/11'", "'11.02.2024'", "'2024-02-10T20:30:00Z'",
        "'19990820'", "'16102001'", "'11-DEC-1996'", "'11-DEC-96'", "'2024-02-30'",
        "'2018-03-28T18:00'", "'Feb 11 2024'", "'2024:02:11'", "'2024-2-1'", "'03/04/2001'",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["DATE-MAP", "DATE-LOC", "DATE_OBS", "DATECAL"])
def test_a_date_is_a_date_in_whatever_keyword(name: str, value: str) -> None:
    (one,) = found(f"{name:<8}= {value}", "DT117")
    assert (one.severity, one.keyword) == ("error", name)
    assert one.fix is None or one.fix.safety == "unsafe"


@pytest.mark.parametrize(
    "value",
    [
        "'night 17'", "'2024-02-09'", "'2024-02-09T01:02:03.4'", "17", "T", "''", "'nn/nn/nn'",
        "'****-**-**'", "'N/A'", "'00017'", "'12345678'", "'99999999'", "'10:11:12'", "'2014-123'",
        "'2014'", "'run 2014-02-30b'", "'1.2.30'", "'v1.2.3'", "'12345678.fits'", "2014.5",
    ],
)  # fmt: skip
def test_what_holds_no_date_is_free(value: str) -> None:
    assert found(f"DATE-ID = {value}", "DT117", "DT101", "DT104", "DT106", "DT116") == []


def test_the_old_form_is_legal_there_too() -> None:
    (one,) = found("DATE-MAP= '31/12/96'", "DT117")
    assert one.severity == "info"


def test_listed_dates_are_not_told_twice() -> None:
    assert [one.code for one in found("DATE-OBS= '2024/02/11'", "DT106", "DT117")] == ["DT106"]
    assert found("HIERARCH DATE-RED = '2024/02/11'", "DT117") == []


@pytest.mark.parametrize(
    ("text", "reason", "iso"),
    [
        ("16102001", "other", None),
        ("20040230", "calendar", None),
        ("20040102", "other", "2004-01-02"),
        ("99999999", "calendar", None),
        ("13012002", "other", None),
    ],
)
def test_eight_digits(text: str, reason: str, iso: str | None) -> None:
    one = diagnose_date(text)
    assert one is not None
    assert (one.reason, one.iso) == (reason, iso)


def test_the_year_is_underlined_and_the_form_is_style() -> None:
    for value, severity, safety in (
        ("'31/12/96'", "info", "style"),
        ("'31/12/21'", "info", "unsafe"),
        ("'31/12/05'", "warning", "unsafe"),
    ):
        (one,) = found(f"DATE-OBS= {value}", "DT105")
        assert (one.severity, one.column, one.end_column) == (severity, 18, 19)
        assert one.fix and one.fix.safety == safety
        assert one.clause == "4.4.2.1, 4.4.2.2"


@pytest.mark.parametrize(
    ("value", "severity", "safety"),
    [
        ("'UTC     '", None, None),
        ("'TT(TAI)'", None, None),
        ("'UTC(NIST)'", None, None),
        ("'        '", None, None),
        ("'utc     '", "warning", "safe"),
        ("'tt(TAI)'", "warning", "safe"),
        ("'XYZ     '", "error", None),
        ("'1979.00 '", "error", None),
        ("'UTC TAI '", "error", None),
    ],
)
def test_time_scales(value: str, severity: str | None, safety: str | None) -> None:
    told = found(f"TIMESYS = {value}", "WT101")
    assert [one.severity for one in told] == [severity] * (severity is not None)
    assert [one.fix and one.fix.safety for one in told] == [safety] * (severity is not None)


def test_a_place_anywhere_in_the_file_will_do() -> None:
    table = "@hdu bintable\nTREFPOS = 'TOPOCENT'\n"
    assert len(found(table * 2, "WT102")) == 1
    place = "".join(f"OBSGEO-{axis}=  1000.0\n" for axis in "XYZ")
    assert found(f"{place}{table}", "WT102") == []
    assert found("OBSORBIT= 'orbit.fits'\nTREFPOS = 'TOPOCENTER'", "WT102") == []
    assert found("TREFPOS = 'GEOCENTER'", "WT102") == []


def test_the_cases(shared: Path) -> None:
    one = Linter(Settings())

    def told(name: str, *codes: str) -> list[tuple[str, str | None, str]]:
        report = one.lint(read_file(str(shared / "cases" / name), one.settings.limits))
        return [
            (each.code, each.keyword, each.severity)
            for each in report.findings
            if each.code in codes
        ]

    private = told("bugreports/78-private-date-keywords.fits", "DT117")
    wanted = ("DATE-LOC", "DATE-RED", "DATE_OBS", "DATE-NEW")
    assert private == [("DT117", name, "error") for name in wanted]
    assert told("mission/timesys-unknown.fits", "WT101") == [("WT101", "TIMESYS", "error")]
    tai = told("writers/astropy-tai-table.fits", "WT101", "WT102")
    assert tai == [("WT102", "TREFPOS", "warning")]
