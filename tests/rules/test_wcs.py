"""World coordinates: what the examples of the rules cannot show."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import pytest

from fitslint.model.finding import Finding
from fitslint.testing.examples import build
from fitslint.testing.harness import judge

CD = ("CD1_1   = -5.0E-5", "CD1_2   = 0.0", "CD2_1   = 0.0", "CD2_2   = 5.0E-5")
PC = ("PC1_1   = 1.0", "PC2_2   = 1.0")


def findings(*cards: str, kind: str = "primary") -> list[Finding]:
    """The findings on coordinates."""
    report = judge(build("\n".join(cards), kind).data, "x.fits")
    assert report.status == "ok", report.reason
    return [one for one in report.findings if one.code.startswith("WC")]


def found(*cards: str, kind: str = "primary") -> list[tuple[str, str | None]]:
    """Their codes and keywords."""
    return [(one.code, one.keyword) for one in findings(*cards, kind=kind)]


def typed(*types: str, version: str = "") -> list[str]:
    """The CTYPE cards of the axes."""
    return [f"CTYPE{n}{version}".ljust(8) + f"= '{text:8}'" for n, text in enumerate(types, 1)]


# ---- scale and rotation ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["0", "0.0", "-0.", ".0", "0.00000000", "0E0", "0.0D-5"])
def test_an_increment_of_zero(text):
    assert found(f"CDELT2A = {text}") == [("WC105", "CDELT2A")]


@pytest.mark.parametrize("text", ["1E-300", "-.5", "0.0001", "", "'0'"])
def test_any_other_increment(text):
    assert found(f"CDELT2  = {text}") == []


def test_matrices_exclude_each_other_within_a_version():
    assert found(*PC, *CD) == [("WC106", "CD1_1")]
    assert found("PC1_1A  = 1.0", *CD) == []
    assert found("PC1_1A  = 1.0", "CD2_1A  = 1.0", *CD) == [("WC106", "CD2_1A")]


def test_a_matrix_in_the_form_of_a_draft_counts():
    old = ("PC001001= 1.0", "PC002002= 1.0")
    names = [("WC124", "PC001001"), ("WC124", "PC002002")]
    assert found(*CD, *old) == [("WC106", "CD1_1"), *names]
    assert found(*old, "CD1_1A  = 1.0") == names


def test_crota_beside_pc():
    assert found(*PC, "CROTA1  = 0.0", "CROTA2  = 30.0") == [("WC107", "CROTA1")]
    assert found("PC1_1A  = 1.0", "CROTA2  = 30.0") == []
    assert found(*PC, "CROTA   = 30.0") == []
    assert found(*CD, "CROTA2  = 30.0") == []


@pytest.mark.parametrize(
    ("step", "cards"),
    [
        ("5.0E-5", CD),
        ("-5.0E-5", CD),
        ("5.02E-5", CD),
        ("1.0", CD),
        ("1", CD),
        ("5.0E-5", ("CD1_1   = 3.0E-5", "CD1_2   = 4.0E-5", "CD2_2   = 9.0")),
        ("5.0E-5", ("CD1_1   = 3.0E-5", "CD2_1   = 4.0E-5", "CD2_2   = 9.0")),
        ("0.3", ("CD1_1A  = 5.0E-5",)),
        ("0.3", ("CD1_1   = 'x'",)),
    ],
)
def test_cdelt_that_the_matrix_implies(step, cards):
    assert [one for one in found(f"CDELT1  = {step}", *cards) if one[0] == "WC108"] == []


def test_cdelt_that_the_matrix_does_not_imply():
    assert found("CDELT1  = 0.2", "CDELT2  = 5.0E-5", *CD) == [("WC108", "CDELT1")]
    assert found("CDELT3  = 0.2", *CD) == [("WC108", "CDELT3")]


# ---- celestial axes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "proper"),
    [
        ("RA--TAN", "RA---TAN"),
        ("RA----TAN", "RA---TAN"),
        ("RA_--TAN", "RA---TAN"),
        (" RA---TAN", "RA---TAN"),
        ("DEC---SIN", "DEC--SIN"),
        ("DEC-TAN-SIP", "DEC--TAN-SIP"),
        ("GLON--CAR", "GLON-CAR"),
        ("HPLTTAN", "HPLT-TAN"),
    ],
)
def test_hyphens_are_counted(text, proper):
    first, *others = findings(*typed(text))
    assert (first.code, first.keyword, others) == ("WC111", "CTYPE1", [])
    assert first.fix and proper.encode() in first.fix.edits[0].new


@pytest.mark.parametrize(
    "text",
    ["RA", "DEC", "VELO-LSR", "FREQ-V2F", "GLON-TAB", "Solar-X", "RA---TAN-SIP", "CRN-CEA", "FLAT"],
)
def test_types_that_are_well_formed_or_not_celestial(text):
    assert "WC111" not in {code for code, _ in found(*typed(text))}


def test_columns_have_types_too():
    assert found("TCTYP5  = 'RA--TAN '", "TCTYP6  = 'DEC--TAN'", kind="bintable") == [
        ("WC111", "TCTYP5")
    ]


PAIRS = [
    (("RA---TAN", "DEC--TAN"), None),
    (("DEC--NCP", "POL", "FREQ", "RA---NCP"), None),
    (("RA---TAN", "DEC--TAN-SIP"), None),
    (("RA", "FREQ"), None),
    (("RA---TAN", "WAVE"), "CTYPE1"),
    (("LINEAR", "DEC--TAN"), "CTYPE2"),
    (("RA---TAN", "DEC"), "CTYPE1"),
    (("RA---TAN", "DEC--SIN"), "CTYPE2"),
    (("RA---TAN", "DEC--XXX"), "CTYPE2"),
    (("GLAT-CAR", "RA---CAR"), "CTYPE2"),
    (("HPLN-TAN", "HGLT-TAN"), "CTYPE2"),
    (("WAVE", "GLON-TAN", "STOKES"), "CTYPE2"),
]


@pytest.mark.parametrize(("types", "keyword"), PAIRS)
def test_longitude_and_latitude(types, keyword):
    assert found(*typed(*types)) == ([("WC113", keyword)] if keyword else [])


@pytest.mark.parametrize(("types", "keyword"), PAIRS)
def test_astropy_refuses_the_same(types, keyword):
    wcs = pytest.importorskip("astropy.wcs")
    header: dict[str, str | float] = {f"CTYPE{n}": text for n, text in enumerate(types, 1)}
    header |= {f"CRVAL{n}": 45.0 for n in range(1, len(types) + 1)}  # NCP has no equator
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            wcs.WCS(header).wcs.set()
            refused = False
        except (wcs.WcsError, ValueError):
            refused = True
    assert refused == (keyword is not None)


def test_pairs_are_looked_for_in_their_version():
    assert found(*typed("RA---TAN"), *typed("LINEAR", "DEC--TAN", version="B")) == [
        ("WC113", "CTYPE1"),
        ("WC113", "CTYPE2B"),
    ]


def test_a_type_that_cannot_be_judged_may_be_the_other_axis():
    assert found("CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC-TAN '") == [("WC111", "CTYPE2")]
    assert found("CTYPE1  = 'RA---TAN'", "CTYPE2  = 'dec--tan'") == []
    assert found("CTYPE1  = 'RA---TAN'", "CTYPE2  = DEC--TAN") == []
    assert found("CTYPE1  = 'RA---TAN'", "INHERIT = T", kind="image") == []


# ---- equinox and names of drafts ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("'2000.000'", b" 2000.0"),
        ("'J2000'", b" 2000.0"),
        ("'B1950.0 '", b" 1950.0"),
        ("' 1998.7'", b" 1998.7"),
        ("'FK5'", None),
        ("T", None),
    ],
)
def test_equinox_is_a_number(text, new):
    report = judge(build(f"EQUINOX = {text}").data, "x.fits")
    errors = [one for one in report.findings if one.severity == "error"]
    assert [(one.code, one.keyword) for one in errors] == [("WC120", "EQUINOX")]
    assert (errors[0].fix is not None) == (new is not None)
    if errors[0].fix and new:
        assert errors[0].fix.edits[0].new.rstrip().endswith(new)


@pytest.mark.parametrize("text", ["2000", "2000.0", "", "'UNKNOWN '"])
def test_other_equinoxes(text):
    assert found(f"EQUINOX = {text}") == []


def renamed(*cards: str) -> list[tuple[str | None, str, bytes | None]]:
    """Keyword, severity and new name of the keywords of drafts."""
    return [
        (one.keyword, one.severity, one.fix.edits[0].new[:8].rstrip() if one.fix else None)
        for one in findings(*cards)
        if one.code == "WC124"
    ]


def test_names_of_drafts_are_renamed_where_nothing_else_changes():
    assert renamed("LONGPOLE= 180.0") == [("LONGPOLE", "error", b"LONPOLE")]
    assert renamed("PC001002= 0.5") == [("PC001002", "error", b"PC1_2")]
    assert renamed("CD002001= 0.5") == [("CD002001", "error", b"CD2_1")]
    assert renamed("LONGPOLE= 180.0", "LONPOLE = 180.0") == [("LONGPOLE", "warning", None)]
    assert renamed("PC001002= 0.5", *CD) == [("PC001002", "error", None)]
    assert renamed("PC001002= 0.5", "CROTA2  = 30.0") == [("PC001002", "error", None)]


def test_the_axis_of_a_projection_parameter():
    axes = typed("RA---ZPN", "DEC--ZPN")
    (one,) = findings("PROJP3  = 50.0", *axes)
    assert (one.code, one.params["new"], one.fix) == ("WC124", "PV2_3", None)
    assert renamed("PROJP3  = 50.0", "PV2_3   = 50.0", *axes) == [("PROJP3", "warning", None)]


@pytest.mark.parametrize(
    "card", ["PC01_01 = 1.0", "PC1_1   = 1.0", "PROJ    = 1.0", "LATPOLE = 90.0"]
)
def test_names_of_no_draft(card):
    assert renamed(card) == []


# ---- real headers ------------------------------------------------------------------------------


def test_the_samples_of_the_manual_have_what_was_expected(root: Path):
    codes = {"W005", "W006", "W007", "W008", "W011", "W013", "W020", "W024"}
    for path in sorted((root / "fixtures" / "samples").glob("*.expected.tsv")):
        with path.open(encoding="utf-8") as file:
            lines = list(csv.DictReader(file, delimiter="\t"))
        wanted = {(one["row"], one["keyword"]) for one in lines if one["row"] in codes}
        header = path.with_name(path.name.replace(".expected.tsv", ".hdr"))
        report = judge(header.read_bytes(), header.name)
        got = {
            (f"W0{one.code[3:]}", one.keyword)
            for one in report.findings
            if one.code.startswith("WC")
        }
        assert got == wanted, header.name
