"""Errors and notes are put together in English and known again when they are shown."""

import tomllib
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.language.catalogue import Catalogue
from fitslint.language.recognition import FIELD, SentencePattern
from tests.language.raised import find_raised
from tests.language.spoken import PACKAGE, find_constants
from tests.language.test_tables import JAPANESE, SYSTEM_WORDS

FOLDER = PACKAGE / "language" / "ja" / "raised"
TABLES = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))
}


@pytest.fixture(scope="module")
def catalogue():
    return Catalogue("ja")


def drop_names(template):
    """``template`` with ``{}`` for each of its fields: code and table may name them differently."""
    return FIELD.sub("{}", template)


def list_threshold_sources():
    """What a report says of its thresholds and of clusters; it stands in tables."""
    table = tomllib.loads((PACKAGE / "pipeline/kappa/qc/thresholds.toml").read_text("utf-8"))
    clusters = tomllib.loads((PACKAGE / "pipeline/kappa/clusters.toml").read_text("utf-8"))
    disputes = {one["contested"] for one in clusters["cluster"] if "contested" in one}
    return {row["source"] for row in table.values()} | disputes


def test_what_a_report_says_of_its_thresholds_is_in_a_table(raised):
    assert list_threshold_sources() <= raised.keys()


def test_every_sentence_that_is_raised_is_in_a_table(sentences, raised):
    known = set(map(drop_names, sentences | raised))
    assert {one: where for one, where in find_raised().items() if one not in known} == {}


def test_no_table_holds_what_is_never_raised():
    constants = {text.replace("{", "{{").replace("}", "}}") for text in find_constants()}
    said = find_raised().keys() | constants | SYSTEM_WORDS | list_threshold_sources()
    for name, table in TABLES.items():
        assert [one for one in table if drop_names(one) not in said] == [], name


def make_value(field, number):
    """Something that may stand for a field of a template, in English and in Japanese."""
    name, conversion, form = field
    if name == "hint":
        return "; did you mean 'kappa'?", "。'kappa' のことか"
    value = f"1,{number:03}" if form == ":," else f"'V{number}'" if conversion else f"V{number}"
    return value, value


@pytest.mark.parametrize("name", TABLES)
def test_a_sentence_is_known_again_with_what_was_put_into_it(name, catalogue):
    for english, japanese in TABLES[name].items():
        fields = dict.fromkeys(FIELD.findall(english))
        values = {field[0]: make_value(field, at) for at, field in enumerate(fields)}
        said, wanted = (
            FIELD.sub(lambda field: values[field[1]][at], text)  # noqa: B023
            .replace("{{", "{").replace("}}", "}")
            for at, text in enumerate((english, japanese))
        )  # fmt: skip
        assert catalogue.translate_english(said) == wanted
        assert catalogue.translate_english(f"a.fits: {said}") == f"a.fits: {wanted}"
        assert JAPANESE.search(wanted)


def test_what_stands_before_and_behind_a_sentence_is_kept(catalogue):
    for english, japanese in {
        "a b.fits: CTYPE1 = 'RA---XXX' has no projection of the standard":
            "a b.fits: CTYPE1 = 'RA---XXX' の投影は規格にない",
        "m.par:3: there is no such file": "m.par:3: そのファイルはない",
        "a.fits: holds no image; no HDU holds an image":
            "a.fits: 画像がない。画像を持つ HDU がない",
        "no output format 'jsn'; did you mean 'json'?": "出力形式 'jsn' はない。'json' のことか",
        "a.fits: some words; of another program": "a.fits: some words; of another program",
    }.items():  # fmt: skip
        assert catalogue.translate_english(english) == japanese


def test_a_long_text_of_a_file_is_left_as_it_is(catalogue):
    text = "there is no such file: " * 1000
    assert catalogue.translate_english(text) == text


def test_a_file_keeps_its_name_whatever_words_are_in_it(catalogue):
    for name in ("it has no data.fits", "obs; 2020.fits", "a {b} \\1 (.*)+\n日本.fits"):
        english = f"{name}: there is no audit; `fitslint audit run` makes one"
        japanese = f"{name}: 監査がない。`fitslint audit run` で作る"
        assert catalogue.translate_english(english) == japanese


WORDS = ["no HDU", "the file", "a b.fits", "holds no image", "cut; x: y", "of", "there is"]


@given(name=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join))
def test_a_file_that_is_known_keeps_a_name_of_any_words(name, catalogue):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["fitslint", "show", name])
        said = catalogue.translate_english(f"{name}: holds no image; no HDU holds an image")
    assert said == f"{name}: 画像がない。画像を持つ HDU がない"


def test_a_file_that_is_there_keeps_its_name(catalogue, tmp_path):
    path = tmp_path / "no HDU"
    path.touch()
    assert catalogue.translate_english(f"{path}: holds no image") == f"{path}: 画像がない"


@pytest.mark.parametrize("name", ["nodir", "a: b; c"])
def test_a_sentence_that_begins_with_a_file_that_is_known_is_itself(name, catalogue):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["fitslint", "audit", "query", name])
        said = catalogue.translate_english(
            f"{name}: there is no audit; `fitslint audit run` makes one"
        )
    assert said == f"{name}: 監査がない。`fitslint audit run` で作る"


@pytest.mark.parametrize("name", TABLES)
def test_a_sentence_about_a_file_is_known_when_its_name_is(name, catalogue, monkeypatch):
    monkeypatch.setattr("sys.argv", ["fitslint", "check", "no: HDU"])
    for english, japanese in TABLES[name].items():
        own = english.removeprefix("{path}: ")
        if own != english and not FIELD.search(own):
            wanted = japanese.replace("{path}", "no: HDU")
            assert catalogue.translate_english(f"no: HDU: {own}") == wanted
        assert "{path}" not in own or own == english


def test_words_that_may_lie_in_many_ways_are_not_searched_for_long(catalogue):
    for template in ("{path}: {product}, {columns} x {rows}, maximum {maximum}, {outcome}",
                     "{frequency} {records}: {noun}, {first} to {last}, from {ut} UT"):  # fmt: skip
        pattern = SentencePattern(template, "")
        made = template.format_map(defaultdict(lambda: "7"))
        assert pattern.match(made) is not None
        assert pattern.match("a b: c" + ", 1 x 2, maximum 3 to " * 80 + ", from 1 UT") is None


def test_a_short_template_is_not_found_in_the_middle_of_an_unknown_sentence(catalogue):
    for english in (
        "--foo takes nothing useful at all here",
        "the pipeline takes an unknown turn above 3 dB of the noise",
        "nobody writes above the line of a card",
    ):
        assert catalogue.translate_english(english) == english
    assert catalogue.translate_english("above 3.5 K") == "3.5 K より大"


def test_what_opens_a_sentence_is_known_before_one_that_was(catalogue):
    for english, japanese in {
        "m.par:3: lens O1: needs a `v_disp` and has none":
            "m.par:3: レンズ O1: `v_disp` が必要であるが、ない",
        "no raw data: DATA-TYP is not 'x'; there are no HDUs":
            "生データではない: DATA-TYP が 'x' ではない。HDU がない",
        "the shape is 4, that of b.fits 5; a stack is of one kind":
            "形が 4 であるが、b.fits では 5 である。積み重ねる画像は一つの種類でなければならない",
    }.items():  # fmt: skip
        assert catalogue.translate_english(english) == japanese
