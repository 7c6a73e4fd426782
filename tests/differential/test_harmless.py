"""No file of ours ends another program: fitsverify lives through all that we make and plant.

Debian's fitsverify ends with a signal on a complex value without a comma, on a string that is a
lone quote and on an EXTVER that is negative in 32 bits: the rules that stand guard there are tested
with forms that it survives.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests import strategies
from tests.faults import quiet
from tests.faults.judging import faults
from tests.patience import HANG

PARTS = 4
"""Of the long one, so that no worker is left with it alone."""

pytestmark = pytest.mark.skipif(not shutil.which("fitsverify"), reason="no fitsverify on PATH")


def is_survived(path: Path) -> bool:
    """Whether fitsverify, in a process of its own, ends by itself; TimeoutExpired if it hangs."""
    done = subprocess.run(
        ["fitsverify", "-q", str(path)], capture_output=True, timeout=HANG, check=False
    )
    return done.returncode >= 0


def find_deadly(named: Iterable[tuple[str, str, bytes]], folder: Path) -> list[str]:
    """The labels of contents that end it; each is written under its file name in turn."""
    found = []
    for label, name, data in named:
        path = folder / name
        path.write_bytes(data)
        if not is_survived(path):
            found.append(label)
        path.unlink()
    return found


@pytest.mark.long
def test_fixtures(root, examples):
    paths = [
        path
        for folder in (root / "fixtures", examples)
        for path in folder.glob("*/*.*")
        if path.is_file()
    ]
    assert len(paths) > 300
    assert [str(path) for path in paths if not is_survived(path)] == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_planted_faults_and_what_lies_beside_them(tmp_path, part):
    planted = ((f"{one.row} {one.label}", one.name, one.data) for one in faults())
    others = ((one.label, one.name, one.data) for one in quiet.files())
    files = tuple(islice(chain(planted, others), part, None, PARTS))
    assert len(files) > 100
    assert find_deadly(files, tmp_path) == []


@pytest.mark.long
@given(strategies.files)
@settings(max_examples=500)
def test_generated_files(tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp()
    assert find_deadly([("", "generated.fits", data)], folder) == []


@pytest.mark.parametrize("case", ["bugreports", "mission", "writers"])
def test_cases(shared, case):
    paths = [path for path in sorted((shared / "cases" / case).iterdir()) if path.is_file()]
    assert [path.name for path in paths if not is_survived(path)] == []
