"""No file of ours ends another program: fitsverify lives through all that we make and plant.

Debian's fitsverify ends with a signal on a complex value without a comma, on a string that is a
lone quote and on an EXTVER that is negative in 32 bits: the rules that stand guard there are tested
with forms that it survives.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from pathlib import Path

import pytest
from hypothesis import assume, given, settings

from tests import strategies
from tests.faults import quiet
from tests.faults.judging import faults
from tests.patience import HANG
from tests.repair.reading import verify
from tests.strategies import CARD

BATCH = 200
"""Files that one process looks at: it starts ten times as long as it reads one."""

_UNCLOSED = re.compile(rb".{8}=[^!-~]*'[^']*", re.DOTALL)
"""A card whose string has no end, which may be a lone quote to fitsverify."""

pytestmark = pytest.mark.skipif(not shutil.which("fitsverify"), reason="no fitsverify on PATH")


def list_deadly(paths: Sequence[Path]) -> list[str]:
    """Those that end it."""
    return [str(path) for path, told in zip(paths, verify(paths), strict=True) if not told]


def find_deadly(named: Iterable[tuple[str, str, bytes]], folder: Path) -> list[str]:
    """The labels of contents that end it; each has its file name in a folder of its own."""
    waiting, found = iter(named), []
    while batch := list(islice(waiting, BATCH)):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            paths = [Path(place, str(number), name) for number, (_, name, _) in enumerate(batch)]
            for path, (_, _, data) in zip(paths, batch, strict=True):
                path.parent.mkdir()
                path.write_bytes(data)
            verdicts = verify(paths)
        found += [label for (label, _, _), told in zip(batch, verdicts, strict=True) if not told]
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
    assert list_deadly(paths) == []


@pytest.mark.long
def test_planted_faults_and_what_lies_beside_them(tmp_path):
    planted = ((f"{one.row} {one.label}", one.name, one.data) for one in faults())
    others = ((one.label, one.name, one.data) for one in quiet.files())
    files = tuple(chain(planted, others))
    assert len(files) > 1000
    assert find_deadly(files, tmp_path) == []


@pytest.mark.long
@given(strategies.files)
@settings(max_examples=500)
def test_generated_files(tmp_path_factory, data):
    cards = (data[at : at + CARD] for at in range(0, len(data), CARD))
    assume(not any(_UNCLOSED.fullmatch(card) for card in cards))
    path = tmp_path_factory.getbasetemp() / "generated.fits"
    path.write_bytes(data)
    # Bytes of such a header can end the report of a file, so how the process ends is what counts.
    done = subprocess.run(
        ["fitsverify", "-q", str(path)], capture_output=True, timeout=HANG, check=False
    )
    assert done.returncode >= 0


@pytest.mark.parametrize("case", ["bugreports", "mission", "writers"])
def test_cases(shared, case):
    paths = [path for path in sorted((shared / "cases" / case).iterdir()) if path.is_file()]
    assert list_deadly(paths) == []
