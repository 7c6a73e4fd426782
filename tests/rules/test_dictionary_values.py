"""Dictionary rules on values, names and comments: what they offer, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.model.finding import Finding
from fitslint.rules.dictionary.fixes import may_mention_unit
from fitslint.source.files import read_file
from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes

FOCAS = "TELESCOP= 'Subaru  '\nINSTRUME= 'FOCAS   '\n"


def found(card: str, code: str, head: str = FOCAS) -> list[Finding]:
    report = lint_bytes(build_example(head + card).data, "x.fits")
    assert report.status == "ok", report.reason
    return [one for one in report.findings if one.code == code]


def offered(card: str, code: str, head: str = FOCAS) -> tuple[str, str] | None:
    """Safety and first card of the repair."""
    (one,) = found(card, code, head)
    return (one.fix.safety, one.fix.edits[0].new.decode().rstrip()) if one.fix else None


@pytest.mark.parametrize(
    ("card", "wanted"),
    [
        ("AIRMASS = '1.234   '", "AIRMASS =                1.234"),
        ("COADD   = '3       '", "COADD   =                    3"),
        ("COADD   = '003     '", None),  # the number of something
        ("DET-TMP = '-5.0    '", None),  # below 0 K
        ("RA      =              83.8221", None),  # no sexagesimal angle
        ("DATE-OBS=             20040102", None),
        ("PROP-ID =               123456", "PROP-ID = '123456'"),
        ("PROP-ID =            123456789", None),  # longer than A8
    ],
)
def test_a_type_is_never_changed_by_default(card: str, wanted: str | None) -> None:
    rest = offered(card, "DI103") if not card.startswith("DATE") else None
    assert rest == (("unsafe", wanted) if wanted else None)


@pytest.mark.parametrize(
    ("card", "wanted"),
    [
        ("DET-TMP =               163.15 / temperature", "[K] temperature"),
        ("DET-TMP =               163.15 / Celsius degrees", None),
        ("DET-TMP =               163.15 / temperature (#/pix)", None),
        ("DET-TMP =               163.15 / per pixel", None),
        ("DET-TMP =               163.15 / in seconds", None),
        ("DET-TMP =               163.15 / e-/ADU", None),
        ("DET-TMP =               163.15 / [mm] position", None),
        ("DET-TMP = '163.15  '           / temperature", None),
    ],
)
def test_a_unit_is_stated_where_nothing_speaks_against_it(card: str, wanted: str | None) -> None:
    (one,) = found(card, "DI105")
    assert (one.fix.safety if one.fix else None) == ("style" if wanted else None)
    assert wanted is None or (one.fix and wanted.encode() in one.fix.edits[0].new)


def test_no_unit_is_claimed_for_an_instrument_without_dictionary() -> None:
    card = "DET-TMP =               163.15 / temperature"
    head = "TELESCOP= 'Subaru  '\nINSTRUME= 'HSC     '\n"
    assert offered(card, "DI105", head) is None


def test_words_that_are_no_units() -> None:
    assert not may_mention_unit("mean temperature of the detector at exposure start")
    for comment in ("3 mas", "in V", "pixel scale", "count rate", "50 %", "hours", "a [x]"):
        assert may_mention_unit(comment)


@pytest.mark.parametrize(
    ("card", "told"),
    [
        ("AIRMAS  =                1.234 / airmass", True),
        ("FSCALE  =                  0.1 / [arcsec] scale of the image", False),
        ("FSCALE  =                  0.1 / scale of the image (mm)", False),
        ("FSCALE  =                  0.1 / scale", True),
        ("AIRMAS1 =                  1.1\nAIRMAS2 =                  1.2", False),
    ],
)
def test_a_stated_unit_or_a_series_is_no_misspelling(card: str, told: bool) -> None:
    assert bool(found(card, "DI119")) == told


@pytest.mark.parametrize(
    ("card", "offer"),
    [
        ("AIRMAS  =                1.234", True),
        ("AIRMAS  = 'high    '", False),
        ("FRAMEIDD= 'no frame'", False),
        ("FRAMEIDD= 'FCSA00000001'", True),
    ],
)
def test_no_name_is_offered_that_rejects_the_value(card: str, offer: bool) -> None:
    assert (offered(card, "DI119") is not None) == offer


@pytest.mark.parametrize(
    ("value", "characters"),
    [
        ("123456789.00", 12),
        ("12345.67", None),
        ("12345.678901", None),  # decimals are rounded
        ("123456.7", 9),
        ("-12345.6", 9),
        ("1.5E+10", 14),
        ("1.5E+01", None),
        ("0.5", None),
        ("12345678", 11),
    ],
)
def test_the_archive_keeps_what_fits_its_format(value: str, characters: int | None) -> None:
    told = found(f"EXPTIME = {value:>20} / [sec] time", "DI112")
    if characters is None:
        assert told == []
        return
    (one,) = told
    assert one.params["length"] == characters
    assert (one.params["format"], one.clause.split()[0]) == ("F8.2", "subaru/stars")


def test_the_scale_in_a_matrix_is_a_matter_of_two_authorities() -> None:
    bare = {one.keyword: one.severity for one in found("", "DI101")}
    matrix = {one.keyword: one for one in found("CD1_1   =                  0.1", "DI101")}
    assert bare["CDELT1"] == "warning"
    assert matrix["CDELT1"].severity == "info"
    assert "C-CDELT" in matrix["CDELT1"].message


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("TELFOCUS= 'P_OPT2  '", "DI113"),
        ("ADC-TYPE= 'LINK    '", "DI113"),
        ("M2-TYPE = 'CS_IR   '", "DI113"),
        ("EXP-ID  = 'HSCA04090000'", "DI115"),
    ],
)
def test_words_of_later_instruments_are_infos(card: str, code: str) -> None:
    assert [one.severity for one in found(card, code)] == ["info"]


@pytest.mark.parametrize("value", ["ENGINEER", "", "FOO_IMAG"])
def test_an_unknown_kind_of_frame_says_what_was_not_asked(value: str) -> None:
    (one,) = found(f"OBS-MOD = '{value:8}'", "SB117")
    assert one.severity == "info"
    assert "FILTERnn" in one.message or "DISPERSR" in one.message


@pytest.mark.parametrize("value", ["IMAG", "SPEC_LR", "Imaging", "SPOL"])
def test_a_known_kind_of_frame_is_nothing_to_tell(value: str) -> None:
    assert found(f"OBS-MOD = '{value:8}'", "SB117") == []


def test_no_control_character_gets_into_a_new_card() -> None:
    report = lint_bytes(
        build_example(
            "TELESCOP= 'Subaru  '\nFRAMEID = 'FCSA00000001'\nINSTRUME= 'FO#AS   '\nF_READ  = 'X'"
        )
        .data.replace(b"FO#AS", b"FO\nAS"),
        "x.fits",
    )  # fmt: skip
    (one,) = [one for one in report.findings if one.code == "SB107"]
    assert "\n" not in one.message
    assert one.fix and one.fix.safety == "style"
    assert one.fix.edits[0].new.rstrip().endswith(b"for FOCAS")


def test_the_cases_of_the_archive(shared: Path) -> None:
    one = Linter(Settings())

    def told(name: str, *starts: str) -> list[tuple[str, str | None]]:
        path = shared / "cases" / "mission" / f"{name}.fits"
        report = one.lint(read_file(str(path), one.settings.limits))
        assert report.status == "ok"
        return [
            (each.code, each.keyword) for each in report.findings if each.code.startswith(starts)
        ]

    assert told("stars-real-width", "DI112") == [("DI112", "EXPTIME")]
    assert told("stars-integer-width", "DI112") == [("DI112", "BIN-FCT1")]
    assert told("subaru-focas-clean", "DI", "SB") == []
