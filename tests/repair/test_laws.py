"""The laws of a repair, over bad examples, faulty files, real files and generated headers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from fitslint.repair.model import RepairError
from tests import strategies as fits
from tests.repair.laws import SAFE, UNSAFE, broken, planner
from tests.sweeps import parts
from tests.unpacking import unpacked

UNSAFE_ROUNDS = 5
"""Cards that come out from behind END are mended in the rounds after."""
SIZE = 30_000_000


def faults(data: bytes, name: str) -> list[str]:
    """The laws that are broken, with safe fixes and with all."""
    told = []
    for options in (SAFE, UNSAFE):
        try:
            lines, _ = broken(data, name, options, UNSAFE_ROUNDS if options.unsafe else 3)
        except RepairError as error:
            lines = [str(error)] if "undo" in str(error) else []
        told += [f"{name}: {line}" for line in lines]
    return told


@pytest.mark.parametrize("part", parts(3))
@pytest.mark.parametrize("folder", ["bad", "good", "samples"])
def test_fixtures(root, examples, folder, part):
    place = root / "fixtures" / folder if folder == "samples" else examples / folder
    paths = sorted(path for path in place.rglob("*") if path.is_file())
    paths = paths[part::3]
    assert paths
    names = [path.name.removesuffix(".gz") for path in paths]
    told = [
        faults(unpacked(path.read_bytes()), name) for path, name in zip(paths, names, strict=True)
    ]
    assert [line for lines in told for line in lines] == []


def test_bad_examples_are_mended(examples):
    """A bad example has one fault: nothing safe is refused, and none is left."""
    for path in sorted((examples / "bad").iterdir()):
        try:
            made = planner().plan(path)
        except RepairError:
            continue
        assert made.refused == (), path.name


@pytest.mark.parametrize("part", parts(10))
def test_real_files(corpus, part):
    paths = [path for path in sorted(corpus.rglob("*")) if path.is_file()][part::10]
    told = [
        faults(unpacked(path.read_bytes()), path.name.removesuffix(".gz"))
        for path in paths
        if path.stat().st_size < SIZE
    ]
    assert [line for lines in told for line in lines] == []


@given(fits.files)
@settings(max_examples=25)
def test_generated_files(data):
    assert faults(data, "any.fits") == []


@pytest.mark.long
@given(fits.files)
@settings(max_examples=500)
def test_many_generated_files(data):
    assert faults(data, "any.fits") == []


@given(fits.array_files(fits.legal_cards))
@settings(max_examples=25)
def test_generated_files_of_legal_cards(data):
    assert faults(data, "any.fits") == []
