"""While a batch is checked the garbage collector waits: that is short, and costs little memory."""

import gc

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.checker import FileChecker
from fitslint.engine.garbage import pause_collector

OBJECTS_PER_FILE = 100
"""Containers in cycles that a file may leave until the end of its batch."""


def test_the_collector_waits_for_the_end_of_a_batch(monkeypatch, examples):
    seen, checker = [], FileChecker(Settings())
    check = checker.check

    def watch(path):
        seen.append(gc.isenabled())
        return check(path)

    monkeypatch.setattr(checker, "check", watch)
    checker.check_batch([str(path) for path in sorted((examples / "good").glob("*.fits"))[:3]])
    assert seen == [False] * 3
    assert gc.isenabled()


def test_what_is_switched_off_stays_off():
    gc.disable()
    try:
        with pause_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_collector_is_back_whatever_happens():
    with pytest.raises(KeyboardInterrupt), pause_collector():
        raise KeyboardInterrupt
    assert gc.isenabled()


def list_paths(examples):
    """Every third of the faulty examples."""
    return [str(path) for path in sorted((examples / "bad").glob("*.fits"))[::3]]


def test_files_leave_little_garbage(examples):
    paths = list_paths(examples)
    checker = FileChecker(Settings())
    checker.check_batch(paths)
    gc.collect()
    with pause_collector():
        checker.check_batch(paths)
        garbage = gc.collect()
    assert len(paths) > 100
    assert garbage <= OBJECTS_PER_FILE * len(paths)


def test_nothing_is_kept_of_files_that_were_seen_before(examples):
    paths = list_paths(examples)
    checker = FileChecker(Settings())
    sizes = []
    for _ in range(4):
        checker.check_batch(paths)
        gc.collect()
        sizes.append(len(gc.get_objects()))
    assert sizes[3] - sizes[2] < len(paths)
