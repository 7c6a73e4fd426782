"""Keyword names: what the examples of the rules cannot show."""

from __future__ import annotations

import pytest

from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes


def found_of(block: str, kind: str = "primary") -> list[tuple[str, str | None]]:
    """Codes and keywords of the findings on names."""
    found = lint_bytes(build_example(block, kind).data, "x.fits").findings
    return [(one.code, one.keyword) for one in found if one.code.startswith("KN")]


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("exptime =                  1.5", "KN102"),
        ("Exptime = 1.5e3", "KN102"),
        ("exp#ime =                  1.5", "KN101"),
        (" FOO    =                  1.5", "KN103"),
        ("  EXPTIME= 5.0", "KN103"),
        ("exp time=                  1.5", "KN104"),
        ("EXP TIME = 5", "KN104"),
        ("A.B     =                  1.5", "KN112"),
        ("A.b     = 'unclosed", "KN112"),
        ("foo=5", "KN102"),
    ],
)
def test_the_most_telling_fault_of_a_name_alone(card: str, code: str) -> None:
    assert [one for one, _ in found_of(card)] == [code]


@pytest.mark.parametrize(
    "block",
    [
        "this is prose without an equals sign",
        "HIERARCH ESO DET.CHIP = 5",
        "PC001001=                  1.0",
        "IMCMB001= 'a.fits  '",
        "WAT0_001= 'system=equispec'",
        "A_0_2   =                  1.0",
        "PV1_0   =                  1.0",
        "PS1_0   = 'name    '",
        "DATENOTE= 'a note  '",
        "DATEFILE= 'a note  '",
        "EXPNAME = 'abc     '",
        "CRTYPE1 = 'abc     '",
        "CNPIX1  =                    1",
        "RADESYSA= 'ICRS    '",
        "MJDREFIA=                    0",
        "DATE_OBS= '2004-01-02'\nDATE-OBS= '2004-01-02'",
        "DATEOBS = '2004-01-02'\nDATE-OBS= '2004-01-02'",
        "OBS_MODE= 'imaging '",
        "LONPOLE1= 'x       '",
        "OBSGEODX=                  1.0",
        "MJD-OBS2=              50000.0\nMJD-OBS3=              50001.0",
        "NAXIS1A =                    5",
        "ZSCALE  =                  1.0",
    ],
)
def test_quiet(block: str) -> None:
    assert found_of(block) == []


@pytest.mark.parametrize(
    ("beside", "codes"),
    [("", []), ("TCTYP1  = 'FREQ    '\n", ["KN106"]), ("11CD2   =        1.0\n", ["KN106"])],
)
def test_a_series_from_0_is_somebodys_own_where_no_column_has_coordinates(
    beside: str, codes: list[str]
) -> None:
    found = found_of(f"{beside}SPEC0   = 'a.fits  '\nSPEC1   = 'b.fits  '", "bintable")
    assert [code for code, _ in found] == codes


@pytest.mark.parametrize(
    ("card", "code", "kind"),
    [
        ("NAXIS01 =                    5", "KN105", "primary"),
        ("PC01_01 =                  1.0", "KN105", "primary"),
        ("TFORM01 = '1J      '", "KN105", "bintable"),
        ("CTYPE100= 'x       '", "KN106", "primary"),
        ("CD0_1   =                  1.0", "KN106", "primary"),
        ("PV1_100 =                  1.0", "KN106", "primary"),
        ("TDIM1000= '(1)     '", "KN106", "bintable"),
        ("LONPOLE2=                180.0", "KN107", "primary"),
        ("CRVALL1 =                  1.0", "KN107", "primary"),
        ("CTPYE1  = 'RA---TAN'", "KN107", "primary"),
        ("INSTRUM = 'camera  '", "KN107", "primary"),
        ("MJDOBS  =              50000.0", "KN107", "primary"),
        ("MJD_OBS =              50000.0", "KN108", "primary"),
        ("DATE-OBS= '2004-01-02'\nDATE_OBS= '2005-01-02'", "KN108", "primary"),
        ("CTYPE1  = 'LINEAR  '\nCTPYE1  = 'LINEAR  '", "KN107", "primary"),
        ("TIME_OBS= '00:00:00'", "KN108", "primary"),
        ("PV1     =                  1.0", "KN109", "primary"),
        ("CROTA   =                  1.0", "KN109", "primary"),
        ("CRVAL   =                  1.0", "KN109", "primary"),
        ("1CRPX2  =                 12.0", "KN111", "image"),
    ],
)
def test_lookalikes(card: str, code: str, kind: str) -> None:
    assert found_of(card, kind) == [(code, card.rpartition("\n")[2][:8].rstrip())]


def only(block: str, code: str, kind: str = "primary"):
    """The one finding of a rule."""
    (found,) = [
        one
        for one in lint_bytes(build_example(block, kind).data, "x.fits").findings
        if one.code == code
    ]
    return found


@pytest.mark.parametrize(
    ("block", "code", "grade"),
    [
        ("Exptime =                  1.5", "KN102", "safe"),
        ("key     =                    3", "KN102", "unsafe"),
        ("EXPTIME =                  1.5\nExptime =                  2.5", "KN102", "unsafe"),
        ("naxis3  =                    3", "KN102", None),
        (" FILTER = 'B       '", "KN103", "safe"),
        ("FILTER  = 'B       '\n FILTER = 'R       '", "KN103", "unsafe"),
        ("CRPIX01 =                512.5", "KN105", "unsafe"),
        ("NAXIS03 =                    5", "KN105", None),
        ("DATE_OBS= '2004-01-02'", "KN108", "unsafe"),
        ("BITPIXX =                    8", "KN107", None),
    ],
)
def test_grades(block: str, code: str, grade: str | None) -> None:
    fix = only(block, code).fix
    assert (fix.safety if fix else None) == grade


def test_the_column_of_a_wrong_index() -> None:
    found = only("PC1_01  =                  1.0", "KN105")
    assert (found.column, found.end_column) == (5, 6)


@pytest.mark.parametrize(
    "other", ["CROTA2  =                  1.0", "PC1_1   =                  1.0"]
)
def test_a_rotation_that_is_said_elsewhere_is_no_warning(other: str) -> None:
    assert only(f"CROTA   =                  1.0\n{other}", "KN109").severity == "info"
