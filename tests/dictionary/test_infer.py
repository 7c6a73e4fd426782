"""Dictionaries learnt from files."""

import tomllib

import pytest

from fitslint.dictionary.files.document import parse_document
from fitslint.dictionary.linting.linter import lint_document
from fitslint.dictionary.making.draft import build_draft
from fitslint.dictionary.making.infer import VALUES_MAX, KeywordLearner, find_unit
from fitslint.source.files import read_bytes, read_file
from fitslint.source.walk import FileWalk

COUNT = 12


def fits(*cards):
    """A file of a primary header with ``cards`` behind the mandatory ones."""
    lines = ["SIMPLE  =                    T", "BITPIX  =                    8",
             "NAXIS   =                    0", *cards, "END"]  # fmt: skip
    data = "".join(line.ljust(80) for line in lines).encode("ascii")
    return data + b" " * (-len(data) % 2880)


def archive():
    """Files of an instrument that does not exist."""
    for at in range(COUNT):
        cards = [
            f"TEXP    = {10 + at}.5 / [s] exposure time",
            f"CCDT    = {-100.5 - at} / temperature (K)",
            f"MODE    = '{'SPEC' if at % 3 else 'IMAG'}' / mode",
            f"FRAME   = 'ABC{at:05d}' / frame",
            f"NREAD   = {1 + at % 2} / reads",
            f"OBSDAY  = '2020-01-{at + 1:02d}' / day",
            "OPEN    = T / shutter",
            "FILT01  = 'B' / filter 1",
            "FILT02  = 'V' / filter 2",
            f"GAINn{1}  = 1".replace("n", ""),
            "GAIN2   = 'high'",
            f"EXPOSURE= {at} / [sec] exposure",
            "HIERARCH ESO DET1 NAME = 'x' / name",
            "HIERARCH ESO DET2 NAME = 'y' / name",
            "CRVAL1  = 1.0",
            "CRVAL2  = 2.0",
        ]
        if at:
            cards.append("SOME    = 1.5 / [furlong] distance")
        yield read_bytes(fits(*cards))


@pytest.fixture(scope="module")
def learner():
    one = KeywordLearner()
    for file in archive():
        assert one.add(file)
    return one


@pytest.fixture(scope="module")
def learnt(learner):
    read = tomllib.loads(build_draft(learner, "test/learnt"))
    return {table["name"]: table for table in read["keyword"]}


@pytest.mark.parametrize(
    ("name", "kind"),
    [("TEXP", "real"), ("MODE", "string"), ("NREAD", "integer"), ("OBSDAY", "date"),
     ("OPEN", "logical"), ("GAIN1", "integer"), ("GAIN2", "string")],
)  # fmt: skip
def test_types(learnt, name, kind):
    assert learnt[name]["type"] == kind


def test_units_from_comments(learnt):
    assert learnt["TEXP"]["unit"] == "s"
    assert learnt["CCDT"]["unit"] == "K"
    assert learnt["EXPOSURE"]["unit"] == "s"
    assert "unit" not in learnt["SOME"]
    assert "unit" not in learnt["MODE"]


def test_enumerations_of_few_values_only(learnt):
    assert learnt["MODE"]["enum"] == ["IMAG", "SPEC"]
    assert learnt["NREAD"]["enum"] == [1, 2]
    assert "enum" not in learnt["FRAME"]
    assert "IMAG 4, SPEC 8" in learnt["MODE"]["note"]


def test_ranges_and_counts_in_notes(learnt):
    assert learnt["TEXP"]["note"] == "in 12 of 12 files; values 10.5 to 21.5"
    assert learnt["SOME"]["note"].startswith("in 11 of 12 files")


def test_what_is_always_there(learnt):
    assert learnt["TEXP"]["importance"] == "required"
    assert "importance" not in learnt["SOME"]


def test_families(learnt):
    assert learnt["FILTnn"]["index"] == {"n": [1, 2]}
    assert learnt["FILTnn"]["comment"] == "filter n"
    assert learnt["ESO DETn NAME"]["type"] == "string"
    assert "FILT01" not in learnt
    assert "GAINn" not in learnt


def test_reserved_keywords_only_when_asked(learner, learnt):
    assert "SIMPLE" not in learnt
    assert not any(name.startswith("CRVAL") for name in learnt)
    every = tomllib.loads(build_draft(learner, "test/learnt", reserved=True))
    assert {"SIMPLE", "CRVALn"} <= {table["name"] for table in every["keyword"]}


@pytest.mark.parametrize("reserved", [False, True])
def test_a_draft_lints(learner, reserved):
    one = parse_document(build_draft(learner, "test/learnt", reserved=reserved), "draft.toml")
    assert [str(found) for found in lint_document(one) if found.severity != "info"] == []


@pytest.mark.long
def test_a_draft_of_real_files_lints(corpus):
    one = KeywordLearner()
    for path in FileWalk([str(corpus)]):
        one.add(read_file(path))
    text = build_draft(one, "test/corpus", reserved=True)
    found = lint_document(parse_document(text, "draft.toml"))
    assert [str(finding) for finding in found if finding.severity != "info"] == []


def test_little_is_kept_of_a_keyword():
    one = KeywordLearner()
    for at in range(100):
        one.add(read_bytes(fits(f"WORD    = 'w{at}' / comment {at}", f"lower{at}  = 1")))
    use = one.uses["WORD"]
    assert use.values is None
    assert len(use.comments) <= VALUES_MAX
    assert use.cards == 100


def test_what_is_no_fits_file_teaches_nothing():
    assert not KeywordLearner().add(read_bytes(b"no FITS at all"))


@pytest.mark.parametrize(
    ("comment", "unit"),
    [("[s] time", "s"), ("time (sec)", "s"), ("time (total)", ""), ("[deg/s]", "deg/s"),
     ("(s) of a (degree)", "deg"), ("", ""), ("[] x", "")],
)  # fmt: skip
def test_units_in_comments(comment, unit):
    assert find_unit(comment) == unit
