"""Judging: any bytes give a report, and a memo never changes an answer."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.model.finding import FileReport
from fitslint.source.files import read_bytes
from fitslint.testing.harness import lint_bytes
from tests import strategies as fits
from tests.properties.test_cards import TWINS

STATUSES = {"ok", "unreadable", "not-fits", "truncated"}
MUTATIONS, ALL_MUTATIONS = 120, 600
LIMITS = Settings().limits


@pytest.fixture(scope="module")
def judges():
    """One judge that remembers everything that the tests show it, and one that forgets."""
    return Linter(Settings()), Linter(Settings(), memo=False)


def sound(report):
    assert isinstance(report, FileReport)
    assert report.status in STATUSES, report.reason
    if report.verdict == "conforms":
        assert report.status == "ok"
        assert not any(finding.severity == "error" for finding in report.findings)
    for finding in report.findings:
        assert finding.message
        assert finding.column is None or 1 <= finding.column <= finding.end_column
        assert finding.hdu is None or finding.hdu >= 1
    return report


@given(fits.files)
def test_a_memo_never_changes_an_answer(judges, data):
    first, second = (one.lint(read_bytes(data, "any.fits", LIMITS)) for one in judges)
    assert sound(first).findings == second.findings
    assert (first.status, first.verdict, first.hdus) == (second.status, second.verdict, second.hdus)


@pytest.mark.parametrize(("first", "second"), TWINS)
@pytest.mark.parametrize("kind", ["array", "table"])
def test_twins_are_judged_apart(first, second, kind):
    made = {"array": fits.PRIMARY, "table": fits.TABLE}[kind]
    before = b"" if kind == "array" else fits.file_of(list(map(fits.padded, fits.PRIMARY)))
    keyword = first[:8]
    datas = []
    for image in (first, second):
        cards = [image if card[:8] == keyword else card for card in made]
        cards += [] if image in cards else [image]
        datas.append(before + fits.file_of(list(map(fits.padded, cards))))
    for order in (datas, datas[::-1], datas * 2):
        remembering, forgetting = Linter(Settings()), Linter(Settings(), memo=False)
        for data in order:
            file = read_bytes(data, "twin.fits", LIMITS)
            told = remembering.lint(file).findings
            assert told == forgetting.lint(read_bytes(data, "twin.fits", LIMITS)).findings


@given(st.binary(max_size=4000))
def test_any_bytes_give_a_report(data):
    sound(lint_bytes(data, "any.fits"))


@given(fits.files, st.data())
def test_damaged_files_give_a_report(data, draw):
    cut = draw.draw(st.integers(0, len(data)))
    junk = draw.draw(st.binary(max_size=200))
    sound(lint_bytes(data[:cut] + junk + data[cut + len(junk) :], "damaged.fits"))
    sound(lint_bytes(data[:cut] + junk + data[cut:], "shifted.fits"))


@given(st.lists(fits.any_cards, max_size=20), st.sampled_from([b"\n", b"\r\n", b""]))
@settings(max_examples=60)
def test_any_header_text_gives_a_report(cards, newline):
    sound(lint_bytes(newline.join(cards), "any.hdr"))


def test_fixtures_are_judged_alike_in_any_order(root, examples, judges):
    """Every bad example lies within reach of a good one of the same shape."""
    rng = random.Random(2880)
    found = (path for folder in (root / "fixtures", examples) for path in folder.glob("*/*.*"))
    paths = sorted(found, key=lambda path: path.parts[-2:])
    rng.shuffle(paths)
    alone = {}
    for path in paths * 2:
        data = path.read_bytes()
        told = judges[0].lint(read_bytes(data, path.name, LIMITS))
        if path not in alone:
            alone[path] = judges[1].lint(read_bytes(data, path.name, LIMITS))
        assert sound(told) == alone[path], path.name


@pytest.mark.parametrize("count", [MUTATIONS, pytest.param(ALL_MUTATIONS, marks=pytest.mark.long)])
def test_mutated_headers_of_real_files_give_a_report(corpus, judges, count):
    """A fixed number of real headers, each with a few bytes or a whole card changed."""
    rng = random.Random(20240131)
    paths = sorted(path for path in corpus.rglob("*.fits") if path.stat().st_size < 400_000)
    for _ in range(count):
        data = bytearray(rng.choice(paths).read_bytes()[: 20 * fits.BLOCK])
        mutate(rng, data)
        first, second = (
            one.lint(read_bytes(bytes(data), "mutated.fits", LIMITS)) for one in judges
        )
        sound(first)
        assert first.findings == second.findings


def mutate(rng, data):
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(max(1, min(len(data), 8 * fits.BLOCK)))
        card = at - at % fits.CARD
        match rng.randrange(5):
            case 0:
                data[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                data[at : at + 1] = rng.choice([b"'", b"/", b"=", b" ", b"E", b"0", b"9"])
            case 2:
                del data[card : card + fits.CARD]
            case 3:
                data[card:card] = data[card : card + fits.CARD]
            case 4:
                del data[at]
