"""HIERARCH ESO keywords: the dictionary, and headers as the observatory writes them."""

from __future__ import annotations

from collections import Counter

import pytest

from fitslint.dictionary import load_conventions, load_dictionary, load_standard
from fitslint.rules.dictionary.hierarch import list_eso_categories
from fitslint.testing.harness import lint_bytes

START = ("SIMPLE  =                    T", "BITPIX  =                    8",
         "NAXIS   =                    0")  # fmt: skip


def found(*cards: str) -> list[tuple[str, str | None, str]]:
    """Codes, keywords and severities of what is said of ESO cards."""
    text = b"".join(card.ljust(80).encode("ascii") for card in (*START, *cards, "END"))
    report = lint_bytes(text.ljust(-(-len(text) // 2880) * 2880), "x.fits")
    assert report.status == "ok"
    codes = ("LS112", "LS115", "LS116")
    return [(one.code, one.keyword, one.severity) for one in report.findings if one.code in codes]


def test_every_category_that_is_counted_has_keywords() -> None:
    counts = Counter(entry.more.get("category") for entry in load_dictionary("fits/eso"))
    assert set(counts) == {
        "DPR", "OBS", "TPL", "TEL", "ADA", "INS", "DET", "OCS", "SEQ", "ISS", "PRO", "QC", None,
    }  # fmt: skip
    assert counts["DPR"] == 3
    assert counts[None] == 6


def test_each_entry_belongs_to_the_category_in_its_name() -> None:
    for entry in load_dictionary("fits/eso"):
        words = entry.name.split()
        if words[0] == "ESO":
            assert words[1].rstrip("i") == entry.more["category"]
        else:
            assert len(words) == 1 and len(entry.name) <= 8
        assert set(entry.more["description"]) == {"en", "ja"}


def test_nothing_here_is_reserved() -> None:
    assert [
        one.name for one in load_dictionary("fits/eso") if load_standard().lookup(one.name)
    ] == []


# Copied by hand from headers of the observatory: keyword, type, unit.
BY_HAND = [
    ("ESO DPR CATG", "string", None),
    ("ESO OBS PROG ID", "string", None),
    ("ESO OBS PI-COI ID", "integer", None),
    ("ESO OBS TARG NAME", "string", None),
    ("ESO TPL START", "date", None),
    ("ESO TPL NEXP", "integer", None),
    ("ESO TEL AIRM START", "real", None),
    ("ESO TEL PARANG END", "real", "deg"),
    ("ESO TEL AMBI FWHM START", "real", "arcsec"),
    ("ESO TEL AMBI PRES END", "real", "hPa"),
    ("ESO TEL AMBI WINDSP", "real", "m/s"),
    ("ESO TEL CHOP ST", "logical", None),
    ("ESO TEL FOCU SCALE", "real", "arcsec/mm"),
    ("ESO ADA ABSROT START", "real", "deg"),
    ("ESO INS MODE", "string", None),
    ("ESO INS FILT1 NAME", "string", None),
    ("ESO INS4 FILT2 NAME", "string", None),
    ("ESO INS OPTI12 TYPE", "string", None),
    ("ESO DET DIT", "real", "s"),
    ("ESO DET NDIT", "integer", None),
    ("ESO DET CHIP1 LIVE", "logical", None),
    ("ESO DET CHIP1 OUT4 CONAD", "real", None),
    ("ESO DET OUT1 RON", "real", None),
    ("ESO DET READ CURNAME", "string", None),
    ("ESO DET WIN1 DIT1", "real", "s"),
    ("ESO DET WIN1 ST", "logical", None),
    ("ESO PRO REC1 RAW12 NAME", "string", None),
    ("ESO PRO REC1 DRS ID", "string", None),
    ("ESO ISS PBL12 START", "real", "m"),
    ("ARCFILE", "string", None),
    ("PIPEFILE", "string", None),
]


@pytest.mark.parametrize(("keyword", "kind", "unit"), BY_HAND)
def test_as_in_headers(keyword: str, kind: str, unit: str | None) -> None:
    match = load_dictionary("fits/eso").lookup(keyword)
    assert match is not None
    assert (match.entry.type, match.entry.unit) == (kind, unit)


QUIET = (
    "HIERARCH ESO DET CHIPS       =            1 / Number of chips in the mosaic",
    "HIERARCH ESO DET WIN1 ST     =            F / If T, window enabled",
    "HIERARCH ESO DET CHIP1 OUT1 GAIN=      0.80 / Conversion from electrons to ADU",
    "HIERARCH ESO DET DEV1 BOARD1 TYPE= 'FEB     ' / Type",
    "HIERARCH ESO DPR CATG        = 'CALIB   '   / Observation category",
    "HIERARCH ESO DPR TYPE        = 'FLAT,LAMP'  / Observation type",
    "HIERARCH ESO DPR TECH        = 'ECHELLE,SLIT,NODDING' / Observation technique",
    "HIERARCH ESO OBS ID          =           -1 / Observation block ID",
    "HIERARCH ESO OBS GRP         = '0       '   / linked blocks",
    "HIERARCH ESO TEL AIRM START  =            1 / Airmass at start",
    "HIERARCH ESO TEL DATE        = '        '   / TCS installation date",
    "HIERARCH ESO TPL PRESEQ      =              / no value",
    "HIERARCH ESO QC FRAC SAT     =       0.0001 / Saturated pixels",
    "HIERARCH ESO DRS CIRCORR     =            T / of another dictionary",
    "HIERARCH ESO AOS RTC LOOP HO = T",
    "HIERARCH AIT-IU-LAMP = 'Ne(pencil)+HgCd(pico9)'",
)


def test_headers_of_the_observatory_are_quiet() -> None:
    assert found(*QUIET) == []


CATEGORIES = [
    "DPR",
    "OBS",
    "TPL",
    "TEL",
    "ADA",
    "INS",
    "DET",
    "OCS",
    "PRO",
    "SEQ",
    "DEL",
    "COU",
    "ISS",
    "LGS",
    "GEN",
    "QC",
    "AOS",
    "DRS",
    "FT",
    "ACQ",
    "MET",
]


@pytest.mark.parametrize("category", CATEGORIES)
def test_categories(category: str) -> None:
    assert category in list_eso_categories()
    assert found(f"HIERARCH ESO {category}2 SOMETHING = 1") == []


def test_one_finding_a_category() -> None:
    cards = [f"HIERARCH ESO XYZZY WORD{number} = {number}" for number in range(300)]
    assert found(*cards) == [("LS112", "HIERARCH ESO XYZZY WORD0", "info")]


@pytest.mark.parametrize(
    ("card", "code", "severity"),
    [
        ("HIERARCH ESO PDR CATG = 'SCIENCE'", "LS112", "warning"),
        ("HIERARCH ESO DPR CATG = 'SCIENTIFIC'", "LS115", "warning"),
        ("HIERARCH ESO DPR CATG = 'OBJECT,SKY'", "LS115", "warning"),
        ("HIERARCH ESO DPR TYPE = 'OBJCET'", "LS115", "warning"),
        ("HIERARCH ESO DPR TECH = 'image'", "LS115", "warning"),
        ("HIERARCH ESO DPR TECH = 'IMAGE,SOMEHOW'", "LS115", "info"),
        ("HIERARCH ESO DPR TYPE = 1", "LS115", "warning"),
        ("HIERARCH ESO TEL AIRM START = '1.05'", "LS115", "warning"),
        ("HIERARCH ESO DET CHIP3 LIVE = 'T'", "LS115", "warning"),
        ("HIERARCH ESO DET NDIT = 4.0", "LS115", "info"),
    ],
)
def test_told(card: str, code: str, severity: str) -> None:
    name = card.partition("=")[0].strip()
    assert found(card) == [(code, name, severity)]


# ---- conventions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keyword", "kind", "clause"),
    [
        ("A_ORDER", "integer", "SIP convention"),
        ("BP_2_3", "real", "SIP convention"),
        ("WAT1_001", "string", "TNX and ZPX conventions"),
        ("CPDIS1", "string", "Distortion paper (record-valued keywords)"),
        ("DP2", "string", "Distortion paper (record-valued keywords)"),
        ("FG_FNAME", "string", "Foreign file encapsulation"),
        ("GRPID3", "integer", "Grouping convention"),
        ("HDUCLAS2", "string", "OGIP HDUCLAS"),
        ("TIMEREF", "string", "OGIP/93-003"),
        ("DETCHANS", "integer", "OGIP/92-007"),
        ("OI_REVN", "integer", "OIFITS convention"),
        ("BMAJ", "real", "AIPS"),
        ("LTM1_2", "real", "IRAF"),
    ],
)
def test_conventions(keyword: str, kind: str, clause: str) -> None:
    match = load_conventions().lookup(keyword)
    assert match is not None
    assert (match.entry.type, match.entry.clause) == (kind, clause)


@pytest.mark.parametrize("keyword", ["A_10_0", "WAT1_01", "LTM1_02", "GRPID0"])
def test_no_conventions(keyword: str) -> None:
    assert load_conventions().lookup(keyword) is None


@pytest.mark.parametrize(
    ("card", "wanted"),
    [
        ("HIERARCH ESO TPL NEPX = 4", [("LS116", "HIERARCH ESO TPL NEPX", "info")]),
        ("HIERARCH ESO TEL AIRM STRAT = 1.5", [("LS116", "HIERARCH ESO TEL AIRM STRAT", "info")]),
        ("HIERARCH ESO TPL NOTHING = 4", []),
        ("HIERARCH ESO INS OPTI3 NAMES = 'x'", []),
        ("HIERARCH ESO OBS IT = 4", []),
    ],
)
def test_slips_in_names(card: str, wanted: list[tuple[str, str, str]]) -> None:
    assert found(card) == wanted


def test_a_name_beside_the_one_that_it_is_like_is_meant() -> None:
    assert found("HIERARCH ESO TPL NEXP = 4", "HIERARCH ESO TPL NEXPS = 4") == []
