"""World coordinates: what the examples of the rules cannot show."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import pytest

from fitslint.model.finding import Finding
from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes

CD = ("CD1_1   = -5.0E-5", "CD1_2   = 0.0", "CD2_1   = 0.0", "CD2_2   = 5.0E-5")
PC = ("PC1_1   = 1.0", "PC2_2   = 1.0")


def findings(*cards: str, kind: str = "primary") -> list[Finding]:
    """The findings on coordinates."""
    report = lint_bytes(build_example("\n".join(cards), kind).data, "x.fits")
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
    pairing = [one for one in found(*typed(*types)) if one[0] == "WC113"]
    assert pairing == ([("WC113", keyword)] if keyword else [])


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
    assert found("CTYPE1  = 'RA---TAN'", "CTYPE2  = 'dec--tan'") == [("WC114", "CTYPE2")]
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
    report = lint_bytes(build_example(f"EQUINOX = {text}").data, "x.fits")
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
    assert renamed("LONGPOLE= 180.0") == [("LONGPOLE", "info", b"LONPOLE")]
    assert renamed("LONGPOLE= 150.0") == [("LONGPOLE", "warning", b"LONPOLE")]
    assert renamed("PC001002= 0.5") == [("PC001002", "info", b"CD1_1")]  # never PCi_j
    assert renamed("CD002001= 0.5") == [("CD002001", "info", b"CD2_1")]
    assert renamed("LONGPOLE= 150.0", "LONPOLE = 180.0") == [("LONGPOLE", "info", None)]
    assert renamed("PC001002= 0.5", *CD) == [("PC001002", "info", None)]
    assert renamed("PC001002= 0.5", "CROTA2  = 30.0") == [("PC001002", "info", None)]


def test_no_name_of_a_draft_is_renamed_by_default():
    told = findings("LONGPOLE= 180.0", "PC001002= 0.5", "CD002001= 0.5")
    assert {one.fix.safety for one in told if one.code == "WC124" and one.fix} <= {"unsafe"}


def test_the_axis_of_a_projection_parameter():
    axes = (*typed("RA---ZPN", "DEC--ZPN"), "PV2_1   = 1.0")
    (one,) = findings("PROJP3  = 50.0", *axes)
    assert (one.code, one.params["new"], one.fix) == ("WC124", "PV2_3", None)
    assert renamed("PROJP3  = 50.0", "PV2_3   = 50.0", *axes) == [("PROJP3", "info", None)]


@pytest.mark.parametrize(
    "card", ["PC01_01 = 1.0", "PC1_1   = 1.0", "PROJ    = 1.0", "LATPOLE = 90.0"]
)
def test_names_of_no_draft(card):
    assert renamed(card) == []


# ---- successors --------------------------------------------------------------------------------


def told(code: str, *cards: str, kind: str = "primary") -> list[tuple[str, str, str | None]]:
    """Message, severity and safety of the fix of the findings of a rule."""
    report = lint_bytes(build_example("\n".join(cards), kind).data, "x.fits")
    return [
        (one.message_id.partition(".")[2], one.severity, one.fix.safety if one.fix else None)
        for one in report.findings
        if one.code == code
    ]


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        (("EPOCH   = 1950.0",), [("", "warning", "safe")]),
        (("EPOCH   = 2000.0", "DATE-OBS= '2000-06-01'"), [("", "warning", "safe")]),
        (("EPOCH   = 2015.5",), [("", "warning", "unsafe")]),
        (("EPOCH   = 2024.5", "DATE-OBS= '2024-06-01'"), [("observed", "warning", "unsafe")]),
        (("EPOCH   = 0.0",), [("zero", "warning", None)]),
        (("EPOCH   = 'J2000'",), [("", "warning", None)]),
        (("EPOCH   = 1950.0", "EQUINOX = 1950.0"), []),
        (("EPOCH   = 1976.5", "EQUINOX = 2000.0"), [("differs", "info", None)]),
    ],
)
def test_epoch_stands_for_an_equinox_or_not(cards, expected):
    assert told("DP101", *cards) == expected


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        (("RADECSYS= 'FK5     '",), [("", "warning", "safe")]),
        (("RADECSYS= 'fk5     '",), [("", "warning", None)]),
        (("RADECSYS= 5",), [("", "warning", None)]),
        (("RADECSYS= 'FK5'", "RADESYS = 'FK5     '"), []),
        (("RADECSYS= 'FK4'", "RADESYS = 'FK5     '"), [("differs", "warning", None)]),
    ],
)
def test_radecsys_keeps_its_name(cards, expected):
    assert told("DP103", *cards) == expected


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        (("RESTFREQ= 1.42E9",), [("beside", "warning", "safe")]),
        (("RESTFREQ= 1.42E9", "RESTFRQ = 1.42E9"), []),
        (("RESTFREQ= 1.42E9", "RESTFRQ = 1.43E9"), [("differs", "warning", None)]),
        (("VELREF  = 257",), [("", "warning", None)]),
        (("VELREF  = 257", "SPECSYS = 'LSRK    '"), []),
    ],
)
def test_old_spectral_keywords(cards, expected):
    assert told("DP107", *cards) == expected


# ---- systems, matrices, axes -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ICRS", []),
        ("FK4-NO-E", []),
        ("", []),
        ("icrs", [("case", "error", "safe")]),
        ("J2000", [("meant", "error", "unsafe")]),
        ("GALACTIC", [("", "error", None)]),
    ],
)
def test_reference_systems(text, expected):
    assert told("WC118", f"RADESYS = '{text:8}'") == expected


@pytest.mark.parametrize(
    ("cards", "singular"),
    [
        (CD, False),
        (("CD1_1   = 1.0", "CD1_2   = 1.0", "CD2_1   = 1.0", "CD2_2   = 1.0"), True),
        (("CD1_1   = 0.1", "CD1_2   = 0.2", "CD2_1   = 0.3", "CD2_2   = 0.6"), True),
        (("CD1_1   = 0.0", "CD2_2   = 0.0"), True),
        (("CD1_2   = 1.0", "CD2_1   = 1.0"), False),
        (("PC1_2   = 0.5",), False),
        (("PC1_2   = 0.5", "PC2_1   = -0.5"), False),
        (("PC1_2   = 1.0", "PC2_1   = 1.0"), True),
        (("CD1_1   = 1.0E-5", "CD2_2   = 1.0E-5", "CD3_3   = 0.0"), True),
        (("CD1_1   = 'x'", "CD2_2   = 0.0"), False),
    ],
)
def test_matrices_without_an_inverse(cards, singular):
    assert bool(told("WC109", *cards)) is singular


def test_latitudes_beyond_the_pole():
    axes = typed("RA---TAN", "DEC--TAN")
    assert told("WC115", *axes, "CRVAL2  = 100.0") == [("", "error", None)]
    assert told("WC115", *axes, "CRVAL1  = 200.0", "CRVAL2  = 90.0") == []
    solar = typed("HPLN-TAN", "HPLT-TAN")
    assert told("WC115", *solar, "CRVAL2  = 900.0", "CUNIT2  = 'arcsec  '") == []
    counted = "CTYPE1  = 'CRLN-CEA'", "CTYPE2  = 'CRLT-CEA'"  # 360 times 2209.5 rotations
    assert told("WC115", *counted, "CRVAL1  = 795420.0", "CUNIT1  = 'deg     '") == []


def test_equinoxes_without_sense():
    assert told("WC119", "EQUINOX = 0.0") == [("year", "warning", None)]
    assert told("WC119", "EQUINOX = 1950.0", "RADESYS = 'ICRS    '") == [
        ("icrs", "warning", "unsafe")
    ]
    assert told("WC119", "EQUINOX = 2000.0", "RADESYS = 'FK4     '") == [("fk4", "warning", None)]
    assert told("WC119", "EQUINOX = 2000", "RADESYS = 'ICRS    '") == []
    assert told("WC119", "EQUINOX = 2000", "RADECSYS= 'FK4-NO-E'") == [("fk4", "warning", None)]
    assert told("WC119", "EQUINOX = 1950.0", "RADECSYS= 'ICRS    '") == [
        ("icrs", "warning", "unsafe")
    ]
    place = ("CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRVAL1  = 150.0", "CRVAL2  = 2.0")
    fk5 = "RADESYS = 'FK5     '"
    assert told("WC119", *place, "EQUINOX = 1950.0", fk5) == [("fk5", "warning", None)]
    assert told("WC119", *place, "EQUINOX = 1975.0", fk5) == []
    assert told("WC119", "EQUINOX = 1950.0", fk5) == []
    sky = ("CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRVAL1  = 150.0", "CRVAL2  = 2.0")
    [shifted] = findings(*sky, "EQUINOX = 1950.0", "RADESYS = 'ICRS    '")
    assert "the reference point is 41.3 arcmin away" in shifted.message
    [shifted] = findings(*sky, "EQUINOX = 0.0")
    assert "27.4 deg from J2000, AST and DS9 take 1950 (0.689 deg)" in shifted.message
    assert told("WC119", "EQUINOXB= 0.0") == [("year", "warning", None)]
    assert told("WC119", "EQUINOX = 2000.0", "EQUINOXB= 0.0") == [("year", "warning", None)]
    assert told("WC119", "EQUINOX = 1950.0", "RADESYS = 'FK4     '") == []


def test_wcsaxes_covers_and_precedes_the_axes():
    axes = typed("RA---TAN", "DEC--TAN")
    assert found("WCSAXES = 2", *axes) == []
    assert found("WCSAXES = 3", *axes) == []
    assert found("WCSAXES = 1", *axes) == [("WC102", "WCSAXES")]
    assert found("WCSAXES = 2", *axes, "PV2_9   = 0.0", "PC1_3   = 0.0") == [("WC102", "WCSAXES")]
    assert found(*axes, "WCSAXES = 2") == [("WC101", "WCSAXES")]
    assert found(*axes, "WCSAXESB= 2", "CTYPE1B = 'LINEAR  '") == []


def test_terms_of_a_polynomial_under_tan():
    axes = typed("RA---TAN", "DEC--TAN")
    assert told("WD104", *axes, "PV1_5   = 0.1") == [("", "warning", "unsafe")]
    assert told("WD104", *axes, "PV1_1   = 0.0", "PV1_2   = 60.0", "PV2_1   = 0.0") == []
    assert told("WD104", *typed("RA---TPV", "DEC--TPV"), "PV1_5   = 0.1") == []


def test_terms_of_first_degree_under_tan():
    axes = typed("RA---TAN", "DEC--TAN")
    fit = ("PV1_0   = 0.01", "PV1_1   = 1.002", "PV2_0   = 0.01", "PV2_1   = 0.998")
    assert told("WD104", *axes, *fit) == [("linear", "warning", "unsafe")]
    assert told("WC117", *axes, *fit) == []
    # a native longitude of one degree alone, and a parameter that nobody has
    assert told("WD104", *axes, "PV1_1   = 1.0") == []
    assert told("WD104", *axes, "PV2_1   = 1.0") == []
    assert told("WC117", *axes, "PV2_1   = 1.0") == [("", "error", None)]
    assert told("WD104", *axes, "PV1_1   = 180.0", "PV2_1   = 1.0") == []


def test_axes_without_types():
    numbers = ("CRPIX1  = 1.0", "CRPIX2  = 1.0", "CRVAL1  = 202.5", "CRVAL2  = 47.2")
    assert told("WC104", *numbers, kind="image") == [("", "warning", None)]
    assert told("WC104", *numbers[:3], kind="image") == []
    assert told("WC104", *numbers, "CTYPE1  = 'LINEAR  '", kind="image") == []
    pixels = ("CRPIX1  = 1.0", "CRPIX2  = 1.0", "CRVAL1  = 1.0", "CRVAL2  = 0.0")
    assert told("WC104", *pixels, kind="image") == []


# ---- cases -------------------------------------------------------------------------------------

CASES = [
    ("mission/wcs-singular.fits", "WC109", "CD1_1", "error", None),
    ("mission/wcs-projection-unknown.fits", "WC112", "CTYPE1", "error", None),
    ("mission/wcs-latitude-100.fits", "WC115", "CRVAL2", "error", None),
    ("mission/wcs-lower-case.fits", "WC114", "CTYPE1", "error", "unsafe"),
    ("mission/wcs-radesys.fits", "WC118", "RADESYS", "error", "unsafe"),
    ("mission/wcsaxes-late.fits", "WC101", "WCSAXES", "error", "safe"),
    ("bugreports/36-cd-pc-and-gcount.fits", "WC101", "WCSAXES", "error", "safe"),
    ("bugreports/36-cd-pc-and-gcount.fits", "WC106", "CD1_1", "error", "unsafe"),
    ("bugreports/42-date-with-blank-and-late-wcsaxes.fits", "WC101", "WCSAXES", "error", "safe"),
    ("writers/deb-siril-no-ctype.fits", "WC104", "CRVAL1", "warning", None),
    ("writers/deb-ds9-blocked.fits", "WC138", "CDELT1P", "warning", None),
    ("writers/gammapy-sparse.fits", "WC134", "CTYPE1", "warning", None),
    ("writers/deb-longpole-150.fits", "WC124", "LONGPOLE", "warning", "unsafe"),
    ("writers/deb-radecsys-fk5-1950.fits", "DP103", "RADECSYS", "warning", "safe"),
    ("writers/deb-sextractor-epoch-zero.fits", "DP101", "EPOCH", "warning", None),
    ("writers/pyuvdata-b1950.uvfits", "DP101", "EPOCH", "warning", "unsafe"),
    ("writers/pyuvdata-icrs.uvfits", "WC118", "RADESYS", "error", "safe"),
    ("writers/deb-scamp-distortion.fits", "WD104", "PV1_5", "warning", "unsafe"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_cases_of_real_programs(shared, case):
    name, code, keyword, severity, safety = case
    report = lint_bytes((shared / "cases" / name).read_bytes(), name)
    told = [one for one in report.findings if one.code == code]
    assert told, [one.code for one in report.findings]
    assert (told[0].keyword, told[0].severity) == (keyword, severity)
    assert (told[0].fix.safety if told[0].fix else None) == safety


# ---- real headers ------------------------------------------------------------------------------


def test_the_samples_of_the_manual_have_what_was_expected(root: Path):
    others = {"WC215": "W024"}
    codes = {
        *("W001", "W005", "W006", "W007", "W008", "W009", "W011", "W012", "W013", "W014", "W015"),
        *("W018", "W020", "W024"),
    }
    for path in sorted((root / "fixtures" / "samples").glob("*.expected.tsv")):
        with path.open(encoding="utf-8") as file:
            lines = list(csv.DictReader(file, delimiter="\t"))
        wanted = {(one["row"], one["keyword"]) for one in lines if one["row"] in codes}
        header = path.with_name(path.name.replace(".expected.tsv", ".hdr"))
        report = lint_bytes(header.read_bytes(), header.name)
        got = {
            (others.get(one.code, f"W0{one.code[3:]}"), one.keyword)
            for one in report.findings
            if one.code.startswith("WC1") or one.code in others  # WC2 measures
        }
        assert got == wanted, header.name


# ---- what a description leaves out -------------------------------------------------------------


IMAGE = ("NAXIS   = 2", "NAXIS1  = 4", "NAXIS2  = 4")


def test_axes_beyond_the_array_want_their_number():
    assert found(*IMAGE, "CRVAL3  = 1.0", "CTYPE3A = 'X'") == [("WC103", "CRVAL3")]
    assert found(*IMAGE, "WCSAXES = 3", "CRVAL3  = 1.0") == []
    assert found(*IMAGE, "CD3_3   = 1.0") == [("WC103", "CD3_3")]
    # one cause, one finding: that WCSAXES is too small
    matrix = ("CTYPE1  = 'X'", "CTYPE2  = 'Y'", "CTYPE3  = 'Z'", "CD1_1   = 1.0", "CD2_2   = 1.0")
    assert found(*IMAGE, "WCSAXES = 2", *matrix) == [("WC102", "WCSAXES")]
    assert found(*IMAGE, "CRVAL2  = 1.0", "PV3_1   = 1.0") == []
    assert found("CRVAL3  = 1.0") == []  # no array


def test_an_axis_without_elements_of_the_matrix():
    types = typed("RA---TAN", "DEC--TAN", "FREQ")
    assert found(*types, *CD) == [("WC110", "CTYPE3")]
    assert found(*types, *CD, "CD3_3   = 1.0") == []
    assert found(*types, *CD, "CD3_1   = 1.0") == [("WC110", "CTYPE3")]
    assert found(*types, "CD1_1A  = 1.0") == []


@pytest.mark.parametrize(
    ("card", "right"),
    [
        ("LONPOLE = 180.0", True),
        ("LONPOLE = -360.0", True),
        ("LONPOLE = 999.0", False),
        ("LATPOLEB= 999.0", True),
        ("LATPOLEB= -90.0", True),
        ("LATPOLEB= 90.1", False),
        ("LATPOLE = 'x'", True),
    ],
)
def test_the_pole_is_an_angle(card, right):
    assert found(card) == ([] if right else [("WC116", card[:8].rstrip("= "))])


def test_errors_of_axes_are_not_negative():
    assert found("CSYER2A = -0.1", "CRDER1  = 0.0") == [("WC123", "CSYER2A")]
    assert found("TCRD3   = -1", kind="bintable") == [("WC123", "TCRD3")]


def test_crota_has_no_versions():
    assert found("CROTA2A = 3.0", "CROTA2  = 3.0") == [("WC127", "CROTA2A")]


# ---- projections -------------------------------------------------------------------------------


def under(code: str, *cards: str) -> list[tuple[str, str | None]]:
    """The findings on a sky in a projection."""
    return found(*typed(f"RA---{code}", f"DEC--{code}"), *cards)


@pytest.mark.parametrize(
    ("code", "card", "right"),
    [
        ("TAN", "PV2_1   = 1.0", False),
        ("TAN", "PV2_1   = 0.0", True),
        ("TAN", "PV1_1   = 1.0", True),
        ("SIN", "PV2_2   = 1.0", True),
        ("SIN", "PV2_3   = 1.0", False),
        ("SIN", "PV1_5   = 1.0", False),
        ("ZPN", "PV2_1   = 1.0", True),
        ("ZPN", "PV2_21  = 1.0", False),
        ("TPV", "PV2_39  = 1.0", True),
        ("TAN", "PV3_1   = 1.0", True),
        ("TAN", "PV2_1A  = 1.0", True),
    ],
)
def test_parameters_of_projections(code, card, right):
    assert under(code, card) == ([] if right else [("WC117", card[:8].rstrip())])


def test_parameters_that_have_to_be_there():
    assert under("COE") == [("WC117", "CTYPE2")]
    assert under("COE", "PV2_1   = 45.0") == []
    assert under("ZPN") == [("WC117", "CTYPE2")]
    assert under("ZPN", "PV2_1   = 1.0", "PV2_20  = 1.0") == []
    assert under("ZPN", "PV2_20  = 1.0") == [("WC217", "CTYPE1")]
    assert under("BON", "PROJP1  = 45.0") == [("WC124", "PROJP1")]
    assert under("CEA") == []


def test_projections_of_aips():
    assert under("NCP", "CRVAL2  = 60.0") == [("WC125", "CTYPE1")]
    assert under("NCP", "CRVAL2  = 0.0") == [("WC125", "CTYPE1"), ("WC217", "CRVAL2")]
    assert under("SFL") == []


def test_cylinders_stand_on_the_equator():
    assert under("CAR", "CRVAL2  = 30.0") == [("WC126", "CRVAL2")]
    assert under("CAR", "CRVAL2  = 30.0", "LONPOLE = 0.0") == []
    assert under("CAR", "CRVAL2  = 0.0", "CRVAL1  = 3.0") == []
    assert under("SFL", "CRVAL2  = 30.0") == []


# ---- polynomials of SIP ------------------------------------------------------------------------

SIP = typed("RA---TAN-SIP", "DEC--TAN-SIP")
TERMS = ("A_2_0   = 1.0E-5", "B_0_2   = 1.0E-5")
ORDERS = ("A_ORDER = 2", "B_ORDER = 2")


def distorted(*cards: str) -> list[tuple[str, str | None]]:
    """The findings on distortions."""
    report = lint_bytes(build_example("\n".join(cards), "primary").data, "x.fits")
    assert report.status == "ok", report.reason
    return [(one.code, one.keyword) for one in report.findings if one.code.startswith("WD")]


def test_orders_and_coefficients():
    assert distorted(*SIP, *ORDERS, *TERMS) == []
    assert distorted(*SIP, "A_ORDER = 2", *TERMS) == [("WD101", "A_ORDER")]
    assert distorted(*SIP, *TERMS) == [("WD101", "A_2_0"), ("WD101", "B_0_2")]
    assert distorted(*SIP, *ORDERS, *TERMS, "AP_ORDER= 2") == [("WD101", "AP_ORDER")]
    assert distorted(*SIP, *ORDERS, *TERMS, "A_2_1   = 1.0") == [("WD101", "A_2_1")]
    assert distorted(*SIP, *ORDERS, *TERMS, "A_2_1   = 0.0") == []
    assert distorted(*SIP, "A_ORDER = 2", "B_ORDER = 10", *TERMS) == [("WD101", "B_ORDER")]
    assert distorted(*typed("RA---TAN", "DEC--TAN"), *TERMS) == []


def test_the_suffix_and_the_polynomials_agree():
    plain = typed("RA---TAN", "DEC--TAN")
    assert distorted(*plain, *ORDERS, *TERMS) == [("WD102", "CTYPE1")]
    assert distorted(*plain, *ORDERS) == []
    assert distorted("CTYPE1  = 'RA---TAN-SIP'", plain[1], *ORDERS, *TERMS) == [("WD102", "CTYPE1")]
    assert distorted(*SIP, "INHERIT = T") == []
    inverse = ("AP_ORDER= 2", "BP_ORDER= 2", "AP_2_0  = 1.0E-5")
    assert distorted(*SIP, *inverse) == [("WD102", "CTYPE1")]
    assert distorted(*SIP, *inverse, "INHERIT = T") == []
    assert distorted(*SIP, *ORDERS) == [("WD102", "CTYPE1")]
    assert distorted(*SIP, *ORDERS, "A_2_0   = 0.0") == []
    assert distorted(*SIP, "A_ORDER = 0", "B_ORDER = 0") == []


def test_an_alternate_version_has_no_part_in_sip():
    alternate = typed("RA---TAN", "DEC--TAN", version="A")
    assert distorted(*SIP, *ORDERS, *TERMS, *alternate) == []
    assert distorted(*typed("RA---TAN-SIP", "DEC--TAN-SIP", version="A")) == [("WD102", "CTYPE1A")]


def test_sip_has_a_gnomonic_plane():
    arc = typed("RA---ARC-SIP", "DEC--ARC-SIP")
    assert distorted(*arc, *ORDERS, *TERMS) == [("WD103", "CTYPE1")]
    assert distorted(*SIP, "CTYPE3  = 'FREQ'", *ORDERS, *TERMS) == [("WD103", "CTYPE1")]
    assert distorted("WCSAXES = 2", *SIP, *ORDERS, *TERMS) == []


def test_one_distortion_is_enough():
    assert distorted(*SIP, *ORDERS, *TERMS, "PV1_5   = 1.0") == [("WD105", "PV1_5")]
    assert distorted(*SIP, *ORDERS, *TERMS, "PV1_2   = 60.0") == []
    assert distorted(*SIP, *ORDERS, *TERMS, "PV3_5   = 1.0") == []
    tpv = typed("RA---TPV", "DEC--TPV")
    assert ("WD105", "CTYPE1") in distorted(*tpv, *ORDERS, *TERMS)


# ---- codes on axes, alternate versions ---------------------------------------------------------

CUBE = ("NAXIS   = 3", "NAXIS1  = 1", "NAXIS2  = 1", "NAXIS3  = 4", "CTYPE3  = 'STOKES'")


@pytest.mark.parametrize(
    ("cards", "level"),
    [
        (("CRVAL3  = 1.0", "CRPIX3  = 1.0", "CDELT3  = 1.0"), None),
        (("CRVAL3  = -5", "CRPIX3  = 1", "CDELT3  = -1"), None),
        (("CRVAL3  = 4.0", "CRPIX3  = 4.0"), None),
        (("CRVAL3  = 1.0", "CRPIX3  = 1.0", "CD3_3   = 1.0"), None),
        (("CRVAL3  = 1.0", "CRPIX3  = 1.0", "CD3_3   = 1.0", "CD3_1   = 0.5"), None),
        (("CRPIX3  = 1.0", "CDELT3  = 0.5"), None),
        (("CRVAL3  = 2.0", "CRPIX3  = 1.0"), "warning"),
        (("CRVAL3  = 1.0", "CRPIX3  = 1.5"), "error"),
        (("CRVAL3  = -6.0", "CRPIX3  = 1.0", "CDELT3  = -1.0"), "error"),
    ],
)
def test_codes_of_stokes(cards, level):
    told = [(one.code, one.severity) for one in findings(*CUBE, *cards) if one.code == "WC128"]
    assert told == ([("WC128", level)] if level else [])


def test_faces_of_a_cube_are_one_axis():
    assert found(*typed("STOKES", "FREQ", "STOKES")) == [("WC129", "CTYPE3")]
    assert found(*typed("FREQ", "FREQ")) == []
    assert found("CTYPE1  = 'STOKES'", "CTYPE1A = 'STOKES'") == []


def test_an_alternate_version_is_whole():
    values = ("CRVAL1A = 1.0", "CRVAL2A = 2.0")
    sky = typed("RA---TAN", "DEC--TAN", version="A")
    primary = "CRPIX1  = 1.0"
    assert found(primary, *sky, *values, "CDELT1A = 0.1") == []
    assert found(*sky, *values, "CDELT1A = 0.1") == [("WC121", "CTYPE1A")]
    assert found(primary, *sky, *values) == [("WC121", "CTYPE1A")]
    assert found(primary, *sky, "CD1_1A  = 1.0", "CD2_2A  = 1.0") == [("WC121", "CTYPE1A")]
    assert found(*typed("X", "Y", version="P")) == []


# ---- coordinates in tables ---------------------------------------------------------------------

TAB = ("CTYPE1  = 'WAVE-TAB'", "PS1_0   = 'WCS'", "PS1_1   = 'COORDS'")


def table(shape: str = "(1,4)", name: str = "coords") -> tuple[str, ...]:
    """A table of coordinates."""
    return (
        *("@hdu bintable", "NAXIS1  = 32", "NAXIS2  = 1", "TFIELDS = 1"),
        *(f"TTYPE1  = '{name}'", "TFORM1  = '4D'", f"TDIM1   = '{shape}'", "EXTNAME = 'WCS'"),
    )


def test_tables_of_coordinates():
    assert found(*TAB, *table()) == []
    assert found(*TAB) == [("WC137", "PS1_0")]
    assert found(*TAB, "PV1_1   = 2", *table()) == [("WC137", "PS1_0")]
    assert found(*TAB, "PV1_1   = 2", *table(), "EXTVER  = 2") == []
    assert found(*TAB, *table(name="other")) == [("WC137", "PS1_1")]
    assert found(*TAB, "PS1_2   = 'index'", *table()) == [("WC137", "PS1_2")]
    assert found(*TAB, *table("(2,2)")) == [("WC137", "PS1_1")]
    assert found(*TAB, "PV1_3   = 2", *table()) == [("WC137", "PV1_3")]
    assert found(TAB[0]) == [("WC136", "CTYPE1"), ("WC136", "CTYPE1")]


PLANE = ("CTYPE1  = 'RA---TAB'", "CTYPE2  = 'DEC--TAB'", "PV2_3   = 2")
NAMED = tuple(f"PS{axis}_{term}   = '{text}'" for axis in (1, 2) for term, text in
              ((0, "WCS"), (1, "COORDS"), (2, f"AT{axis}")))  # fmt: skip


def plane(shape="(2,4,3)", form="24D", indices=("4E", "3I")):
    """A table of the coordinates of a plane, with indices."""
    columns = (("COORDS", form), ("AT1", indices[0]), ("AT2", indices[1]))
    named = ((f"TTYPE{at}  = '{name}'", f"TFORM{at}  = '{code}'")
             for at, (name, code) in enumerate(columns, 1))  # fmt: skip
    tdim = (f"TDIM1   = '{shape}'",) if shape else ()
    cards = [card for pair in named for card in pair]
    return ("@hdu bintable", "NAXIS2  = 1", "TFIELDS = 3", *cards, *tdim, "EXTNAME = 'WCS'")


@pytest.mark.parametrize(
    ("image", "table", "expected"),
    [
        (PLANE, plane(), []),
        (PLANE, plane("(2,4,3)", "24A"), [("WC137", "PS1_1")]),
        (PLANE, plane("(2,4,3)", "1PD(24)"), [("WC137", "PS1_1")]),
        (PLANE, plane("(2,4)"), [("WC137", "PS1_1")]),
        (PLANE, plane("(2,0,3)"), [("WC137", "PS1_1")]),
        (PLANE, plane("(3,2,2,2)", indices=("2E", "2E")), [("WC137", "PS1_1")]),
        (PLANE, plane(indices=("5E", "3E")), [("WC137", "PS1_2")]),
        (PLANE, plane(indices=("4E", "3A")), [("WC137", "PS2_2")]),
        (PLANE[:2], plane(indices=("4E", "4E")), [("WC137", "CTYPE2")]),
        ((*PLANE[:2], "PV2_3   = 1.5"), plane(), [("WC137", "PV2_3")]),
        ((*PLANE[:2], "PV2_3   = 3"), plane(), [("WC137", "PV2_3")]),
        ((*PLANE[:1], "CTYPE2  = 'DEC--TAN'"), plane(), [("WC137", "PS1_1")]),
    ],
)
def test_the_array_that_axes_share(image, table, expected):
    assert [one for one in found(*image, *NAMED, *table) if one[0] == "WC137"] == expected


def test_one_axis_needs_no_shape():
    vector = (
        "@hdu bintable",
        "NAXIS2  = 1",
        "TFIELDS = 1",
        "TTYPE1  = 'COORDS'",
        "EXTNAME = 'WCS'",
    )
    assert found(*TAB, *vector, "TFORM1  = '4D'") == []
    assert found(*TAB, *vector, "TFORM1  = '1QD(4)'") == [("WC137", "PS1_1")]


# ---- records of distortions --------------------------------------------------------------------

LOOKUP = ("CPDIS2  = 'LOOKUP'", "DP2     = 'NAXES: 2'", "DP2     = 'AXIS.1: 1.0'")


def test_records_of_distortions():
    here = ("@hdu image", "EXTNAME = 'WCSDVARR'")
    assert distorted(*LOOKUP, *here) == []
    assert distorted(*LOOKUP, "DP2     = 'EXTVER: 2.0'", *here, "EXTVER  = 2") == []
    assert distorted(*LOOKUP, "DP2     = 'EXTVER: 2.0'", *here) == [("WD106", "CPDIS2")]
    assert distorted(*LOOKUP, "DP2     = 'AXIS.2=2'", *here) == [("WD107", "DP2")]
    assert distorted(*LOOKUP[:2], *here) == [("WD107", "CPDIS2")]
    assert distorted("CQDIS1  = 'TPD'") == [("WD107", "CQDIS1")]


def test_the_old_form_beside_the_new_one():
    assert distorted("AXISCORR= 1") == [("WD108", "AXISCORR")]
    assert distorted("AXISCORR= 1", "D2IMDIS1= 'Lookup'") == []


# ---- plates and texts --------------------------------------------------------------------------

TNX = typed("RA---TNX", "DEC--TNX")
HEAD = "3. 3. 3. 2. -1. 1. -1. 1."


def corrected(*texts: str) -> list[tuple[str, str | None]]:
    """The findings on a TNX with these cards of the first axis."""
    first = [f"WAT1_{number:03}= '{text}'" for number, text in enumerate(texts, 1)]
    return distorted(*TNX, *first, "WAT2_001= 'wtype=tnx axtype=dec'")


def test_texts_of_corrections():
    assert corrected("wtype=tnx axtype=ra") == []
    assert corrected(f'lngcor = "{HEAD} 1. 2. 3. 4. 5. 6. "') == []
    assert corrected(f'lngcor = "{HEAD} 1. 2. 3. 4. 5. "') == [("WD110", "CTYPE1")]
    assert corrected(f'lngcor = "{HEAD} 1. 2. 3. 4. x 6. "') == [("WD110", "CTYPE1")]
    assert corrected(f'lngcor = "{HEAD} 1. 2. 3.') == [("WD110", "CTYPE1")]
    assert distorted(*TNX) == [("WD110", "CTYPE1"), ("WD110", "CTYPE2")]
    gap = ("WAT1_002= 'x'", "WAT2_001= 'x'")
    assert distorted(*TNX, *gap) == [("WD110", "CTYPE1")]


def test_plates_are_whole():
    plate = [
        *("PLTRAH  = 1", "PLTRAM  = 1", "PLTRAS  = 1.0", "PLTDECSN= '+'", "PLTDECD = 1"),
        *("PLTDECM = 1", "PLTDECS = 1.0", "XPIXELSZ= 1.0", "YPIXELSZ= 1.0", "PPO3    = 1.0"),
        *("PPO6    = 1.0", "CNPIX1  = 1", "CNPIX2  = 1"),
        *(f"AMD{axis}{term}".ljust(8) + "= 1.0" for axis in "XY" for term in range(1, 14)),
    ]
    assert distorted(*plate) == []
    assert distorted(*plate[1:]) == [("WD109", "AMDX1")]


# ---- coordinates and arrays --------------------------------------------------------------------


def test_coordinates_of_an_empty_primary_header():
    sky = typed("RA---TAN", "DEC--TAN")
    image = ("@hdu image", *IMAGE)
    assert found(*sky, *image) == [("WC139", "CTYPE1")]
    assert found(*sky, *image, *sky) == []
    assert found(*sky, *image, "INHERIT = T") == []
    assert found(*sky, "@hdu bintable") == []
    assert found(*IMAGE, *sky, *image) == []


def test_coupled_axes_beyond_the_array():
    assert found(*IMAGE, "WCSAXES = 3", "PC3_1   = 0.5") == [("WC135", "PC3_1")]
    assert found(*IMAGE, "WCSAXES = 3", "PC3_1   = 0.0", "PC3_3   = 2.0") == []
    assert found("WCSAXES = 3", "PC3_1   = 0.5") == []


@pytest.mark.parametrize(
    ("code", "values", "keyword"),
    [
        ("COP", {1: 0.0}, "PV2_1"), ("COP", {1: 45.0}, None), ("COE", {1: 100.0}, "PV2_1"),
        ("CEA", {1: 2.0}, "PV2_1"), ("CEA", {1: 0.5}, None), ("HPX", {1: -1.0}, "PV2_1"),
        ("AZP", {1: -1.0}, "PV2_1"), ("AZP", {1: 2.0, 2: 90.0}, "PV2_2"), ("AIR", {1: 45.0}, None),
        ("CYP", {1: 1.0, 2: -1.0}, "PV2_1"), ("SZP", {1: 2.0, 2: 180.0, 3: 60.0}, None),
    ],
)  # fmt: skip
def test_parameters_out_of_range_are_those_that_wcslib_refuses(code, values, keyword):
    """But for a cone of 100 degrees and a plane tilted by 90, of which it makes positions."""
    wcslib = pytest.importorskip("astropy.wcs")
    cards = [f"CTYPE1  = 'RA---{code}'", f"CTYPE2  = 'DEC--{code}'"]
    cards += [f"PV2_{term}   = {value}" for term, value in values.items()]
    ranged = [one.keyword for one in findings(*cards) if "no positions" in one.message]
    assert ranged == ([keyword] if keyword else [])
    header = "".join(f"{card:<80}" for card in cards)
    if keyword is None or 100.0 in values.values() or 90.0 in values.values():
        wcslib.WCS(header.encode(), fix=False).wcs.set()
    else:
        with pytest.raises(Exception, match=r"Invalid|Ill-conditioned|parameter"):
            wcslib.WCS(header.encode(), fix=False).wcs.set()
