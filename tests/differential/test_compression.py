"""Files that real programs compressed are clean, and one keyword changed is told of."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.source.files import read_bytes
from tests.differential import compressed

LOUD = ("warning", "error")
ENOUGH = {"astropy": 100, "fitsio": 60, "fpack": 150}
_judge = Linter(Settings())


def loud(data: bytes) -> set[tuple[str, int | None, str | None]]:
    """Rule, HDU and keyword of every warning and error; the sums are not made anew here."""
    report = _judge.lint(read_bytes(data, "x.fits"))
    return {
        (one.code, one.hdu, one.keyword)
        for one in report.findings
        if one.severity in LOUD and not one.code.startswith("CK")
    }


class Files(dict):
    """Writer → name → bytes, too many to be shown."""

    def __repr__(self) -> str:
        return "files"

    def find(self, name: str) -> bytes | None:
        return next((found[name] for found in self.values() if name in found), None)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compressed")
    found = Files(
        astropy=dict(compressed.write_astropy()), fitsio=dict(compressed.write_fitsio(folder))
    )
    if shutil.which("fpack"):
        found["fpack"] = dict(compressed.write_fpack(folder))
    return found


@pytest.mark.parametrize("writer", sorted(ENOUGH))
def test_files_of_real_programs_are_clean(files, writer):
    if writer not in files:
        pytest.skip("fpack is not installed (Debian package libcfitsio-bin)")
    assert len(files[writer]) >= ENOUGH[writer]
    told = {name: loud(data) for name, data in files[writer].items() if loud(data)}
    # astropy makes integers of floating-point pixels that it is asked to keep, and CFITSIO reads
    # neither from the file.
    truncated = {
        f"{kind}-{algorithm}-exact"
        for kind in ("f4", "f8", "nan")
        for algorithm in ("RICE_1", "PLIO_1", "HCOMPRESS_1")
    }
    assert {name for name in told if name not in truncated or writer != "astropy"} == set()
    if writer == "astropy":
        assert all(told[name] == {("ZC108", 2, "ZBITPIX")} for name in truncated & told.keys())
        assert truncated & told.keys()


def change(data: bytes, keyword: str, value: str | None) -> bytes:
    """The file with another value of a keyword of HDU 2, or without its card."""
    start = next(at for at in range(0, len(data), BLOCK_SIZE) if data.startswith(b"XTENSION", at))
    cards, at = [], start
    while not data.startswith(b"END     ", at):
        cards.append(data[at : at + CARD_SIZE])
        at += CARD_SIZE
    stop = at + CARD_SIZE + -(at + CARD_SIZE - start) % BLOCK_SIZE
    name = keyword.encode().ljust(8)
    kept = [card for card in cards if card[:8] not in (name, b"CHECKSUM", b"DATASUM ")]
    if value is not None:
        place = next((n for n, card in enumerate(cards) if card[:8] == name), len(kept))
        kept.insert(place, (name + b"= " + value.rjust(20).encode()).ljust(CARD_SIZE))
    header = b"".join(kept) + b"END".ljust(CARD_SIZE)
    return data[:start] + header.ljust(-(-len(header) // BLOCK_SIZE) * BLOCK_SIZE) + data[stop:]


def text(*values: str) -> some.SearchStrategy[str]:
    return some.sampled_from([f"'{value:<8}'" for value in values])


def outside(least: int, most: int) -> some.SearchStrategy[str]:
    """An integer that is not from ``least`` to ``most``."""
    return some.integers(-(2**31), 2**31).filter(lambda n: not least <= n <= most).map(str)


GONE = some.none()
WORDS = text("RICE", "rice_1", "LZW_1", "ZIP", "")
BROKEN = {
    "f4-RICE_1-dither-1": {
        "ZCMPTYPE": WORDS | GONE,
        "ZBITPIX": outside(-64, 64) | text("16") | GONE,
        "ZNAXIS": outside(0, 999) | GONE,
        "ZNAXIS1": outside(0, 2**31) | GONE,
        "ZTILE1": outside(1, 2**31) | some.integers(1, 49).map(str),
        "ZTILE2": outside(1, 2**31),
        "ZVAL1": outside(16, 32) | GONE,
        "ZVAL2": outside(1, 8) | some.sampled_from(["3", "5"]) | GONE,
        "ZQUANTIZ": text("DITHER", "NO_DITHR", "subtractive_dither_1"),
        "ZDITHER0": outside(1, 10_000) | GONE,
        "ZTENSION": text("TABLE", "BINTABLE", "image"),
        "ZPCOUNT": outside(0, 0),
        "ZGCOUNT": outside(1, 1),
        "ZSIMPLE": some.just("T"),
        "TTYPE1": text("DATA", "COMPRESS"),
        "TFORM1": text("1PE(60)", "60B", "1QD(60)"),
        "TFORM3": text("8A", "1PB(8)"),
    },
    "i2-RICE_1-plain": {
        "ZBITPIX": some.sampled_from(["32"]),
        "ZQUANTIZ": text("NO_DITHER"),
        "ZDITHER0": some.integers(1, 10_000).map(str),
        "ZBLANK": some.integers(-5, 5).map(str),
    },
    "columns-table.fz": {
        "ZCTYP1": WORDS | text("HCOMPRESS_1", "PLIO_1") | GONE,
        "ZCTYP2": text("RICE_1"),
        "ZCTYP3": text("RICE_1"),
        "ZFORM1": text("1I", "1X", "Z", "") | GONE,
        "ZFORM3": text("9A") | GONE,
        "TFORM1": text("1J", "1QE(5)"),
        "ZTILELEN": outside(300, 2**31) | GONE,
        "ZNAXIS1": outside(37, 37) | GONE,
        "ZNAXIS2": outside(1, 300) | GONE,
        "ZPCOUNT": outside(0, 2**31) | GONE,
        "ZTHEAP": outside(10_000, 2**31),
        "ZSIMPLE": some.just("T"),
        "ZGCOUNT": outside(1, 1),
    },
}  # fmt: skip
"""What no compressed file may say: file, keyword, values."""
CHANGES = some.sampled_from(sorted(BROKEN)).flatmap(
    lambda name: some.sampled_from(sorted(BROKEN[name])).flatmap(
        lambda keyword: some.tuples(some.just(name), some.just(keyword), BROKEN[name][keyword])
    )
)
ELSEWHERE = {"ZNAXIS1": {"ZTILE1"}, "ZNAXIS": {"ZNAXIS3"}, "ZFORM1": {"ZNAXIS1"},
             "ZFORM3": {"ZNAXIS1"}, "ZNAXIS2": {"ZTILE1", "ZTILELEN"}, "ZTILE2": {"ZTILE1"},
             "ZBITPIX": {"ZVAL2", "ZQUANTIZ", "ZDITHER0"}, "ZSIMPLE": {"ZSIMPLE"}}  # fmt: skip
"""Where a contradiction may be told of instead."""


@given(CHANGES)
def test_one_changed_keyword_is_told_of_in_its_place(files, changed):
    name, keyword, value = changed
    data = files.find(name)
    if data is None:
        return  # without fpack
    said = loud(change(data, keyword, value)) - loud(data)
    places = {keyword, *ELSEWHERE.get(keyword, ())}
    assert {hdu for _, hdu, _ in said} == {2}
    assert places & {where for _, _, where in said}


def test_an_unchanged_file_stays_clean(files):
    name = "f4-RICE_1-dither-1"
    assert loud(change(files["astropy"][name], "NOTHING", None)) == set()
