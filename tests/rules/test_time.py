"""Time coordinates: what the examples of the rules do not show."""

from __future__ import annotations

import pytest

from fitslint.model.finding import Finding
from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes


def told(*cards: str, kind: str = "image") -> list[Finding]:
    """The findings on time coordinates."""
    report = lint_bytes(build_example("\n".join(cards), kind).data, "x.fits")
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
        ("MJDREF  = 1E400", "JDREF   = 2451545.0"),
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
    codes = found(*EVENTS, "TSTART  = 80000000.0", *cards, kind="bintable")
    assert codes == [("WT112", wanted)] * (wanted is not None)


def test_a_table_that_is_only_called_events() -> None:
    assert found(*EVENTS, "TUNIT1  = 's'", "EXTNAME = 'EVENTS  '", kind="bintable") == []


# ---- the observatory ---------------------------------------------------------------------------

MAUNA_KEA = tuple(
    f"OBSGEO-{axis}= {value}"
    for axis, value in zip("XYZ", ("-5464301.77", "-2493489.87", "2151085.14"), strict=True)
)


def geodetic(longitude: str, latitude: str, height: str) -> tuple[str, ...]:
    return (f"OBSGEO-L= {longitude}", f"OBSGEO-B= {latitude}", f"OBSGEO-H= {height}")


@pytest.mark.parametrize(
    ("cards", "wanted"),
    [
        (MAUNA_KEA, []),
        (MAUNA_KEA[1:], [("WT108", "OBSGEO-Y")]),
        ((*MAUNA_KEA, "OBSGEO-B= 19.8"), [("WT108", "OBSGEO-B")]),
        (("OBSGEO-L= 19.8", "OBSGEO-B= 19.8"), [("WT108", "OBSGEO-L")]),
        (("OBSORBIT= 'orbit.fits'",), []),
    ],
)
def test_all_of_a_position(cards: tuple[str, ...], wanted: list[tuple[str, str]]) -> None:
    assert found(*cards, "DATE-OBS= '2020-01-02'") == wanted


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("0.0", "0.0", "0.0"), "centre of the Earth;"),
        (("-5464.30177", "-2493.48987", "2151.08514"), "kilometres"),
        (("-5464301.77", "0", "0"), "5464.3 km"),
        (("6900000.0", "0", "0"), None),
        (("1.5E9", "0", "0"), None),
        (("'x'", "0", "0"), None),
    ],
)
def test_on_the_earth(values: tuple[str, ...], message: str | None) -> None:
    cards = [f"OBSGEO-{axis}= {value}" for axis, value in zip("XYZ", values, strict=True)]
    messages = [one.message for one in told(*cards, "MJD-OBS = 59000.0") if one.code == "WT109"]
    assert len(messages) == (message is not None)
    assert all(message in one for one in messages if message)
    assert found(*cards, "MJD-OBS = 59000.0", "OBSORBIT= 'orbit.fits'") == []


def test_angles_of_a_position() -> None:
    told_ = found(*geodetic("361.0", "-90.5", "0.0"))
    assert found(*geodetic("-999.0", "-999.0", "0.0")) == []
    assert told_ == [("WT109", "OBSGEO-L"), ("WT109", "OBSGEO-B")]
    assert found(*geodetic("-179.0", "90.0", "0.0")) == []


@pytest.mark.parametrize(
    ("place", "agrees"),
    [
        (("-155.47166669", "19.82666642", "4214.98764583"), True),
        (("-155.47166669", "19.82666629", "4211.98488313"), True),
        (("204.528333", "19.826667", "4212"), True),
        (("-155.47", "19.83", "4212.0"), True),
        (("-155.471667", "19.826667", "4.212"), False),
        (("-155.471667", "19.826667", "4230.0"), False),
        (("155.471667", "19.826667", "4212.0"), False),
        (("-155.471667", "19.826667", "1E300"), True),
        (("-155.471667", "19.826667", "'x'"), True),
    ],
)
def test_two_positions(place: tuple[str, str, str], agrees: bool) -> None:
    codes = found(*MAUNA_KEA, *geodetic(*place), "MJD-OBS = 59000.0")
    assert codes == [("WT110", "OBSGEO-L")] * (not agrees)


@pytest.mark.parametrize(
    ("card", "wanted"),
    [
        ("LONG-OBS= 155.47", True), ("LONG-OBS= -155.47", False), ("LONG-OBS= 204.53", False),
        ("SITELONG= '155:28:18'", True), ("SITELONG= '-155 28 18.1'", False),
        ("SITELONG= '10.3647'", False), ("LONGITUD= 20.0", False), ("LONGITUD=", False),
    ],
)  # fmt: skip
def test_the_sign_of_a_longitude(card: str, wanted: bool) -> None:
    codes = found(*MAUNA_KEA, card, "MJD-OBS = 59000.0")
    assert codes == [("WT111", card[:8])] * wanted


def test_a_place_and_when() -> None:
    assert found(*MAUNA_KEA, "DATE    = '2020-01-02'") == [("WT113", "OBSGEO-X")]
    assert found(*MAUNA_KEA, "@hdu image", "MJD-AVG = 59000.0", kind="primary") == []
    assert found(*MAUNA_KEA, "DATE_OBS= '2020-01-02'") == []
    assert found(*geodetic("10.0", "10.0", "0.0")) == []


# ---- place, direction, bins --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("BARYCENTER", None), ("BARYCENT", None), ("TOPOCENTRE", None), ("EMBARYCENTER", None),
        ("GALACTIC", None), ("MARS", None), ("", None), ("Barycenter", "warning"),
        ("SSB", "error"), ("LOCAL", "error"), ("BARY", "error"),
    ],
)  # fmt: skip
def test_places_of_time(text: str, severity: str | None) -> None:
    column = told("TFIELDS = 1", f"TRPOS1  = '{text:8}'", "TFORM1  = '1D'", kind="bintable")
    severities = [one.severity for one in column if one.code == "WT105"]
    assert severities == [severity] * (severity is not None)


def test_directions() -> None:
    both = ("RA_OBJ  = 10.0", "DEC_OBJ = 20.0")
    assert found("TREFDIR = 'RA_OBJ,DEC_OBJ'", *both) == []
    assert found("TREFDIR = 'RA_OBJ, DEC_OBJ'", *both) == []
    assert found("TREFDIR = 'RA_OBJ,DEC_PNT'", *both) == [("WT106", "TREFDIR")]
    assert found("TREFDIR = 'RA_OBJ'", *both) == [("WT106", "TREFDIR")]
    assert found("TREFDIR = '10.0,20.0'", *both) == [("WT106", "TREFDIR")]
    assert found("TREFDIR = '        '", *both) == []
    columns = ("TTYPE1  = 'ra_obj'", "TTYPE2  = 'DEC_OBJ'", "TRDIR1  = 'RA_OBJ,DEC_OBJ'")
    assert found("TFIELDS = 2", *columns, kind="bintable") == []


@pytest.mark.parametrize(
    ("card", "severity"),
    [
        ("TIMEDEL = 3.14", None), ("TIMEDEL = 0.0", "warning"), ("TIMEDEL = -1", "error"),
        ("TIMEPIXR= 0", None), ("TIMEPIXR= 1.0", None), ("TIMEPIXR= 1.5", "error"),
        ("TIMRDER = 0.0", None), ("TIMSYER = -1E-6", "error"), ("TIMEDEL = 1D-3", None),
        ("TIMEDEL = 'x'", None), ("TIMEPIXR=", None), ("TIMRDER = -9.99D-9", "error"),
    ],
)  # fmt: skip
def test_bins_and_errors(card: str, severity: str | None) -> None:
    severities = [one.severity for one in told(card)]
    assert severities == [severity] * (severity is not None)


# ---- axes of time ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scale", "kind", "wanted"),
    [
        ("TT", "UTC", True), ("UTC", "TT(TAI)", True), ("UTC(NIST)", "UTC", False),
        ("TAI", "IAT", False), ("TT", "TDT", False), ("TT", "TIME", False), ("TT", "FREQ", False),
        ("LOCAL", "UTC", False), ("XYZ", "UTC", False), ("TT", "LOCAL", False),
    ],
)  # fmt: skip
def test_scales_of_axes(scale: str, kind: str, wanted: bool) -> None:
    cards = f"TIMESYS = '{scale:8}'", f"CTYPE1A = '{kind:8}'"
    assert [one for one in found(*cards) if one[0] == "WT114"] == [("WT114", "CTYPE1A")] * wanted


@pytest.mark.parametrize(
    ("kind", "unit", "wanted"),
    [
        ("TIME", "s", False), ("TIME", "d", False), ("TIME", "min", False), ("TIME", "m", True),
        ("UTC", "deg", True), ("TIME-TAB", "Hz", True), ("TT", "", False), ("TIME", "ms", False),
        ("TIME", "cy", False), ("TIME(SECOND)", "deg", False), ("FREQ", "Hz", False),
    ],
)  # fmt: skip
def test_units_of_axes(kind: str, unit: str, wanted: bool) -> None:
    cards = f"CTYPE2  = '{kind:8}'", f"CUNIT2  = '{unit:8}'"
    assert found(*cards) == [("WT115", "CUNIT2")] * wanted
    column = ("TFIELDS = 1", "TFORM1  = '1D'", f"TCTYP1  = '{kind:8}'", f"TUNIT1  = '{unit:8}'")
    assert found(*column, kind="bintable") == [("WT115", "TUNIT1")] * wanted


def test_columns_may_have_scales_of_their_own() -> None:
    cards = ("TFIELDS = 1", "TFORM1  = '2D'", "TCTYP1  = 'TDB     '", "TIMESYS = 'UTC     '")
    assert found(*cards, kind="bintable") == []
