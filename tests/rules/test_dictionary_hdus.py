"""HDUs and columns of the dictionaries: what examples of rules cannot show."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes
from fitslint.testing.harness import lint_bytes

Column = tuple[str, str, str]
EVENTS: tuple[Column, ...] = (
    ("TIME", "1D", "s"),
    ("X", "1E", "pixel"),
    ("Y", "1E", "pixel"),
    ("PI", "1J", "chan"),
    ("ENERGY", "1E", "eV"),
    ("CCD_ID", "1I", ""),
    ("GRADE", "1I", ""),
    ("STATUS", "32X", ""),
)
GTI: tuple[Column, ...] = (("START", "1D", "s"), ("STOP", "1D", "s"))
WIDTH = {"D": 8, "E": 4, "J": 4, "I": 2, "X": 4, "A": 1, "K": 8}
CODES = ("DI131", "DI132", "DI133", "DI134")


def block(*cards: str) -> bytes:
    text = b"".join(card.ljust(80).encode("ascii") for card in (*cards, "END"))
    return text.ljust(-(-len(text) // 2880) * 2880)


PRIMARY = block(
    "SIMPLE  =                    T", "BITPIX  =                    8",
    "NAXIS   =                    0",
)  # fmt: skip


def table(name: str, columns: tuple[Column, ...], *more: str) -> bytes:
    """A binary table without rows."""
    width = sum(
        WIDTH[form[-1]] * (int(form[:-1] or 1) if form[-1] != "X" else 1) for _, form, _ in columns
    )
    cards = [
        "XTENSION= 'BINTABLE'",
        f"BITPIX  = {8:20}",
        f"NAXIS   = {2:20}",
        f"NAXIS1  = {width:20}",
        f"NAXIS2  = {0:20}",
        f"PCOUNT  = {0:20}",
        f"GCOUNT  = {1:20}",
        f"TFIELDS = {len(columns):20}",
    ]
    for number, (title, form, unit) in enumerate(columns, 1):
        cards.append(f"TTYPE{number}  = '{title:8}'")
        cards.append(f"TFORM{number}  = '{form:8}'")
        if unit:
            cards.append(f"TUNIT{number}  = '{unit:8}'")
    return block(*cards, f"EXTNAME = '{name:8}'", *more)


def found(*hdus: bytes) -> list[tuple[str, int | None, str | None, str]]:
    report = lint_bytes(PRIMARY + b"".join(hdus), "x.fits")
    assert report.status == "ok", report.reason
    return [
        (one.code, one.hdu, one.keyword, one.severity)
        for one in report.findings
        if one.code in CODES
    ]


PRODUCT = "PRODUCT = 'xray-events'"
GOOD = table("EVENTS", EVENTS, PRODUCT)
GOOD_GTI = table("GTI", GTI)


def changed(name: str, form: str | None = None, unit: str | None = None) -> bytes:
    """The events with one column written otherwise."""
    columns = tuple(
        (title, form or old, old_unit if unit is None else unit) if title == name
        else (title, old, old_unit)
        for title, old, old_unit in EVENTS
    )  # fmt: skip
    return table("EVENTS", columns, PRODUCT)


def test_a_good_file_is_quiet() -> None:
    assert found(GOOD, GOOD_GTI) == []


def test_letter_case_and_order_do_not_count() -> None:
    columns = tuple((title.lower(), form, unit) for title, form, unit in reversed(EVENTS))
    assert found(table("Events", columns, PRODUCT), table("gti", GTI)) == []


def test_other_columns_and_hdus_are_welcome() -> None:
    events = table("EVENTS", (*EVENTS, ("EXPNO", "1J", "")), PRODUCT)
    assert found(events, GOOD_GTI, table("REGION", (("SHAPE", "16A", ""),))) == []


def test_files_of_nobody_are_not_judged() -> None:
    assert found(table("EVENTS", GTI), table("GTI", EVENTS)) == []


def test_a_missing_hdu() -> None:
    assert found(GOOD) == [("DI131", None, None, "warning")]
    assert [one[0] for one in found(table("LIST", EVENTS, PRODUCT), GOOD_GTI)] == ["DI131"]


def test_of_a_file_that_is_cut_nothing_is_missing() -> None:
    rows = GOOD.replace(f"NAXIS2  = {0:20}".encode(), f"NAXIS2  = {9999:20}".encode())
    report = lint_bytes(PRIMARY + rows, "x.fits")
    assert "DI131" not in {one.code for one in report.findings}


def test_an_hdu_of_another_kind() -> None:
    image = block(
        "XTENSION= 'IMAGE   '", f"BITPIX  = {8:20}", f"NAXIS   = {0:20}",
        f"PCOUNT  = {0:20}", f"GCOUNT  = {1:20}", "EXTNAME = 'GTI     '",
    )  # fmt: skip
    assert found(GOOD, image) == [("DI132", 3, "XTENSION", "warning")]


def test_missing_columns() -> None:
    events = table("EVENTS", EVENTS[:-2], PRODUCT)
    assert found(events, GOOD_GTI) == [("DI133", 2, "EXTNAME", "warning")] * 2
    assert found(GOOD, table("GTI", GTI[:1])) == [("DI133", 3, "EXTNAME", "warning")]


@pytest.mark.parametrize(
    ("name", "form", "unit", "keyword", "severity"),
    [
        ("TIME", "1E", None, "TFORM1", "warning"),
        ("TIME", "8A", None, "TFORM1", "warning"),
        ("CCD_ID", "1J", None, "TFORM6", "warning"),
        ("CCD_ID", "1E", None, "TFORM6", "warning"),
        ("ENERGY", None, "keV", "TUNIT5", "warning"),
        ("ENERGY", None, "", "TTYPE5", "warning"),
        ("TIME", None, "ticks", "TUNIT1", "warning"),
    ],
)
def test_columns_that_differ(
    name: str, form: str | None, unit: str | None, keyword: str, severity: str
) -> None:
    told = found(changed(name, form, unit), GOOD_GTI)
    assert told == [("DI134", 2, keyword, severity)]


@pytest.mark.parametrize(("name", "unit"), [("TIME", "sec"), ("X", "pix"), ("PI", "channel")])
def test_units_that_mean_the_same(name: str, unit: str) -> None:
    assert found(changed(name, None, unit), GOOD_GTI) == []


def test_memory_changes_nothing() -> None:
    bad = PRIMARY + changed("TIME", "1E") + GOOD_GTI
    good = PRIMARY + GOOD + GOOD_GTI
    one = Linter(Settings())
    answers = [
        [
            finding.keyword
            for finding in one.lint(read_bytes(data, "x.fits", Settings().limits)).findings
            if finding.code in CODES
        ]
        for data in (good, bad, good, bad)
    ]
    assert answers == [[], ["TFORM1"], [], ["TFORM1"]]


# ---- a dictionary of anybody -------------------------------------------------------------------

MINE = """
[dictionary]
id = "x/mine"
version = "1.0.0"
title = "mine"
authority = "me"
edition = "1"

[dictionary.importance]
always = "true"
spectra = "MODE == 'SPEC'"

[[hdu]]
name = "PRIMARY"
kind = "primary"
importance = "always"

[[hdu]]
name = "GTI"
importance = "spectra"

[[hdu.column]]
name = "START"
form = "2D"

[[hdu.column]]
name = "NOTE"
form = "PA"

[[hdu.column]]
name = "STOP"
importance = "spectra"
"""


@pytest.mark.parametrize(
    ("mode", "form", "wanted"),
    [
        ("IMAGE", "2D", []),
        ("IMAGE", "1D", [("DI134", 2)]),
        ("SPEC", "2D", [("DI133", 2)]),
    ],
)
def test_conditions_and_repeat_counts(
    tmp_path: Path, mode: str, form: str, wanted: list[tuple[str, int]]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MINE, "utf-8")
    data = PRIMARY + table("GTI", (("START", form, ""),), f"MODE    = '{mode:8}'")
    report = Linter(Settings(dictionary=(str(path),))).lint(
        read_bytes(data, "x.fits", Settings().limits)
    )
    told = [(one.code, one.hdu) for one in report.findings if one.code in CODES]
    assert told == wanted


@pytest.mark.parametrize(
    ("form", "more", "wanted"),
    [
        ("6E", "TDIM1   = '(3,2)   '", []),
        ("6E", "TDIM1   = '(2,3)   '", ["TDIM1"]),
        ("6E", "OBJECT  = 'M31     '", ["TFORM1"]),
    ],
)
def test_shapes_of_cells(tmp_path: Path, form: str, more: str, wanted: list[str]) -> None:
    path = tmp_path / "mine.toml"
    stamps = '[[hdu]]\nname = "STAMPS"\n\n[[hdu.column]]\nname = "STAMP"\nform = "6E"\n'
    path.write_text(f"{MINE}\n{stamps}shape = [3, 2]\n", "utf-8")
    data = PRIMARY + table("STAMPS", (("STAMP", form, ""),), more)
    report = Linter(Settings(dictionary=(str(path),))).lint(
        read_bytes(data, "x.fits", Settings().limits)
    )
    told = [(one.message_id, one.keyword) for one in report.findings if one.code == "DI134"]
    assert told == [("DI134.shape", keyword) for keyword in wanted]


def test_an_hdu_that_is_missing_under_a_condition(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MINE, "utf-8")
    judge_ = Linter(Settings(dictionary=(str(path),)))
    for mode, wanted in (("IMAGE", []), ("SPEC", ["DI131"])):
        header = PRIMARY.replace(b"END".ljust(80), f"MODE    = '{mode:8}'".ljust(80).encode(), 1)
        header = header[:320] + b"END".ljust(80) + header[400:]
        report = judge_.lint(read_bytes(header, "x.fits", Settings().limits))
        assert [one.code for one in report.findings if one.code in CODES] == wanted
