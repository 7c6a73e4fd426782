"""Whatever changes a file opens it once, and reads and judges it once before and once after."""

import os
from collections import Counter

import pytest

import fitslint
from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.repair import logged_write, workspace
from fitslint.repair.edit.apply import edit_file
from fitslint.repair.edit.keywords import CardPosition, KeywordEdit
from fitslint.repair.fixer import Fixer, FixResult, WriteOptions
from fitslint.repair.log import Log
from fitslint.repair.model import Plan, RepairError
from fitslint.repair.options import FixOptions
from fitslint.repair.undo import undo_repairs
from tests.strategies import PRIMARY, file_of, padded

CARDS = (*PRIMARY, "gain    =                  1.5", "OBJECT  = 'M31     '")
ONCE = {"open": 1, "read": 2, "lint": 2}
"""Opened to be read, read and judged as it is and as it will be."""
EDITS = [
    KeywordEdit("set", "OBSERVER", "Hubble"),
    KeywordEdit("rename", "OBJECT", "TARGET"),
    KeywordEdit("delete", "OBJECT"),
    KeywordEdit("move", "OBJECT", position=CardPosition(before="GAIN")),
]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(file_of(map(padded, CARDS)))
    return path


@pytest.fixture
def counts(monkeypatch, path):
    """How often the file is opened to be read, and a file is read and judged in memory."""
    seen = Counter()
    open_file, read, lint = os.open, workspace.read_container, Linter.lint
    read_only = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)

    def count_open(name, flags, *args, **options):
        # The writer opens it again, without following a link, to lock it and to compare.
        seen["open"] += name == str(path) and flags == read_only
        return open_file(name, flags, *args, **options)

    def count_read(*args, **options):
        seen["read"] += 1
        return read(*args, **options)

    def count_lint(self, file):
        seen["lint"] += 1
        return lint(self, file)

    monkeypatch.setattr(os, "open", count_open)
    monkeypatch.setattr(workspace, "read_container", count_read)
    monkeypatch.setattr(Linter, "lint", count_lint)
    return seen


@pytest.mark.parametrize("log", [False, True])
def test_a_fix(counts, path, tmp_path, log):
    options = WriteOptions(log=str(tmp_path / "log") if log else None, diff=True)
    result = Fixer(Settings(), FixOptions(), options).fix(str(path))
    assert result.written
    assert counts == ONCE


@pytest.mark.parametrize("write", [False, True])
def test_a_fix_of_the_library(counts, path, write):
    report = fitslint.fix(path, write=write)
    assert report.changed
    assert counts == ONCE


def test_a_file_without_faults_is_judged_once(counts, path):
    path.write_bytes(file_of(map(padded, PRIMARY)))
    assert not fitslint.fix(path).changed
    assert counts == {"open": 1, "read": 1, "lint": 1}


@pytest.mark.parametrize("change", EDITS, ids=lambda change: change.kind)
@pytest.mark.parametrize("mode", ["none", "replace", "in-place"])
def test_what_is_asked_for_by_hand(counts, path, change, mode):
    path.write_bytes(file_of(map(padded, (*PRIMARY, "GAIN    = 1.5", CARDS[-1]))))
    result = edit_file(str(path), [change], Settings(), WriteOptions(mode))
    assert result.hunks
    assert (result.written is None) == (mode == "none")
    assert counts == ONCE


def test_what_is_undone_is_not_judged(counts, path, tmp_path):
    log = str(tmp_path / "log")
    Fixer(Settings(), FixOptions(), WriteOptions(log=log)).fix(str(path))
    counts.clear()
    (undone,) = undo_repairs(log)
    assert undone.restored
    assert counts == {"open": 1}


@pytest.mark.parametrize("write", [False, True])
def test_a_product(counts, path, write):
    from tests.products.samples import facts, image, stored

    path.write_bytes(stored(image()))
    result = fitslint.conform(path, "kappa", write=write, **facts("kappa"))
    assert result.changed
    # The header without its checksums is read, to compute them, and not judged.
    assert counts == {"open": 1, "read": 3, "lint": 2}


def test_a_refusal_knows_its_file():
    plain = RepairError("it is a pipe")
    about = RepairError("it is a pipe", "a.fits")
    subject = RepairError("is a pipe", "a.fits", subject=True)
    errors = (plain, about, subject)
    assert [str(error) for error in errors] == [
        "it is a pipe", "a.fits: it is a pipe", "a.fits is a pipe",
    ]  # fmt: skip
    assert [error.path for error in errors] == ["", "a.fits", "a.fits"]
    assert [error.describe_for("a.fits") for error in errors] == [
        "it is a pipe", "it is a pipe", "is a pipe",
    ]  # fmt: skip
    assert subject.describe_for("b.fits") == "a.fits is a pipe"


@pytest.mark.parametrize("batch", [False, True])
def test_a_log_that_fails_after_the_writing_says_so(monkeypatch, path, tmp_path, batch):
    def fail(self, name, written):
        raise RepairError(f"the log '{self.path}' cannot be written: full; the file is as it was")

    monkeypatch.setattr(Log, "log_result", fail)
    log = str(tmp_path / "log")
    options = WriteOptions(log=log)
    together = logged_write.WriteBatch(options) if batch else None
    result = Fixer(Settings(), FixOptions(), options).fix(str(path), together)
    if together is not None:
        together.write()
    assert b"GAIN  " in path.read_bytes()
    assert (result.error, bool(result.written)) == (None, True)
    assert result.notes == [
        f"the log does not tell how this ended: the log '{log}' cannot be written: full"
    ]
    (undone,) = undo_repairs(log)
    assert undone.restored


def test_a_log_that_fails_before_the_writing_leaves_the_file(monkeypatch, path, tmp_path):
    def fail(self, entry, repairs):
        raise RepairError("the log cannot be written: full; the file is as it was")

    monkeypatch.setattr(Log, "log_plan", fail)
    before = path.read_bytes()
    for together in (None, logged_write.WriteBatch(WriteOptions(log=str(tmp_path / "log")))):
        options = WriteOptions(log=str(tmp_path / "log"))
        result = Fixer(Settings(), FixOptions(), options).fix(str(path), together)
        if together is not None:
            together.write()
        assert result.error == "the log cannot be written: full; the file is as it was"
        assert path.read_bytes() == before


def test_a_failure_that_the_log_cannot_be_told_keeps_both_sentences():
    error = RepairError("the disk is full; the file is as it was")
    error.add_note("the log does not tell how this ended")
    result = FixResult(Plan("x.fits", 0))
    result.record(error)
    assert result.error == "the disk is full; the file is as it was"
    assert result.notes == ["the log does not tell how this ended"]
