"""Time coordinates: what the examples of the rules do not show."""

from __future__ import annotations

import pytest

from fitslint.model.finding import Finding
from fitslint.testing.examples import build
from fitslint.testing.harness import judge


def told(*cards: str, kind: str = "image") -> list[Finding]:
    """The findings on time coordinates."""
    report = judge(build("\n".join(cards), kind).data, "x.fits")
    assert report.status == "ok", report.reason
    return [one for one in report.findings if one.code.startswith("WT")]


def found(*cards: str, kind: str = "image") -> list[tuple[str, str | None]]:
    """Their codes and keywords."""
    return [(one.code, one.keyword) for one in told(*cards, kind=kind)]


# ---- reference epochs --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cards",
    [
        ("MJDREF  = 55197", "MJDREFI = 55197", "MJDREFF = 0.0"),
        ("MJDREF  = 55197.00076602", "MJDREFI = 55197", "MJDREFF = 7.6601852E-4"),
        ("MJDREF  = 55197.0008", "MJDREFI = 55197", "MJDREFF = 7.6601852E-4"),
        ("MJDREF  = 51544.5", "JDREF   = 2451545.0"),
        ("MJDREF  = 51544.5", "DATEREF = '2000-01-01'"),
        ("JDREF   = 2451545.0", "DATEREF = '2000-01-01T12:00:00'"),
        ("MJDREF  = 'x'", "JDREF   = 2451545.0"),
        ("MJDREF  = 51544.5", "DATEREF = 'x'"),
        ("MJDREF  = 51544.5", "DATEREF ="),
    ],
)
def test_reference_epochs_that_agree(cards: tuple[str, ...]) -> None:
    assert found(*cards) == []


@pytest.mark.parametrize(
    ("cards", "keyword"),
    [
        (("MJDREF  = 55197.0", "MJDREFI = 55197", "MJDREFF = 7.6601852E-4"), "MJDREF"),
        (("MJDREF  = 51544.5", "JDREF   = 2451545.5"), "JDREF"),
        (("MJDREF  = 0.0", "JDREF   = 0.0"), "JDREF"),
        (("MJDREF  = 51544.5", "DATEREF = '1998-01-01'"), "DATEREF"),
        (("JDREFI  = 2451545", "JDREFF  = 0.0", "DATEREF = '2000-01-01'"), None),
        (("JDREFI  = 2451545", "JDREFF  = 0.0", "DATEREF = '2000-01-03'"), "DATEREF"),
    ],
)
def test_reference_epochs_that_do_not(cards: tuple[str, ...], keyword: str | None) -> None:
    assert found(*cards) == [("WT103", keyword)] * (keyword is not None)


@pytest.mark.parametrize(
    ("cards", "wanted"),
    [
        (("MJDREFI = 55197", "MJDREFF = 1.5"), [("MJDREFF", "error")]),
        (("MJDREFI = 55197", "MJDREFF = -1E-4"), [("MJDREFF", "error")]),
        (("MJDREFI = 55197",), [("MJDREFI", "warning")]),
        (("MJDREFI = 0",), []),
        (("MJDREFF = 0.0",), []),
        (("MJDREFF = 0.5", "MJDREF  = 55197.5"), []),
        (("JDREFF  = 0.5",), [("JDREFF", "error")]),
        (("JDREFI  = 2451545.5", "JDREFF  = 0.0"), [("JDREFI", "error")]),
        (("MJDREFI = 55197.0", "MJDREFF = 0"), []),
    ],
)
def test_epochs_in_two_parts(cards: tuple[str, ...], wanted: list[tuple[str, str]]) -> None:
    assert [(one.keyword, one.severity) for one in told(*cards) if one.code == "WT104"] == wanted


EVENTS = ("TFIELDS = 1", "NAXIS1  = 8", "TTYPE1  = 'TIME    '", "TFORM1  = '1D'")


@pytest.mark.parametrize(
    ("cards", "wanted"),
    [
        (("TUNIT1  = 's'", "HDUCLAS1= 'EVENTS  '"), "TTYPE1"),
        (("TUNIT1  = 's'", "EXTNAME = 'EVENTS  '", "MJDREF  = 0.0"), "MJDREF"),
        (("TUNIT1  = 's'", "EXTNAME = 'EVENTS  '", "MJDREF  = 50814.0"), None),
        (("TUNIT1  = 's'", "EXTNAME = 'EVENTS  '", "DATEREF = '1998-01-01'"), None),
        (("TUNIT1  = 'd'", "EXTNAME = 'EVENTS  '"), None),
        (("TUNIT1  = 's'", "EXTNAME = 'GTI     '"), None),
        (("EXTNAME = 'EVENTS  '",), None),
    ],
)
def test_events(cards: tuple[str, ...], wanted: str | None) -> None:
    codes = found(*EVENTS, *cards, kind="bintable")
    assert codes == [("WT112", wanted)] * (wanted is not None)
