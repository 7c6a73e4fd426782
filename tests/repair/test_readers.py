"""Readers agree: what they read before a default fix, they read after it."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

from fitslint.repair.model import Plan, RepairError
from fitslint.rules.registry import load_rules
from tests.faults import mutated
from tests.faults.judging import faults
from tests.repair.laws import applied, planner
from tests.repair.reading import (
    DIED,
    NAME,
    Reading,
    Verdict,
    is_harmless,
    list_readable,
    read_foreign,
    read_letter,
    verify,
)
from tests.unpacking import unpacked

BATCH = 400
SAMPLE, ALL = 1500, 15_000
PARTS = 4
"""Of the long ones, so that no worker is left with one of them alone."""
SIZE = 30_000_000
_ALWAYS = frozenset(("CHECKSUM",))
"""It follows every change of its header."""

Named = tuple[str, str, bytes]
"""What is told of a file, its name, and its bytes."""


@dataclass(frozen=True)
class Fixed:
    """A file that the default fix changes."""

    label: str
    name: str
    old: bytes
    new: bytes
    plan: Plan

    @property
    def codes(self) -> str:
        return " ".join(sorted({repair.finding.code for repair in self.plan.repairs}))

    @property
    def meant(self) -> re.Pattern[str]:
        """The keywords whose value its rules say that they change."""
        found = set(_ALWAYS)
        for repair in self.plan.repairs:
            own = (repair.finding.keyword or "").upper()
            for name in load_rules()[repair.finding.code].changes:
                found.add(_pattern(own) if name == "own" else re.sub("[ijn]", "[0-9]+", name))
        return re.compile("|".join(found))


def _pattern(name: str) -> str:
    """A keyword as readers call it: some write _ for what no name may hold, or end there."""
    long = name.startswith("HIERARCH ")
    known = re.sub("[^A-Z0-9 _-]", ".", name.removeprefix("HIERARCH "))
    if long:
        return "(HIERARCH )?" + known.replace(" ", "[ _]+")
    return f"{known}|{re.split('[^A-Z0-9_-]', name)[0]}"


def fixed(files: Iterable[Named]) -> Iterator[Fixed]:
    """The files that a default fix changes."""
    for label, name, data in files:
        try:
            plan = planner().plan(data, name=name)
        except RepairError:
            continue
        if plan.has_changes:
            yield Fixed(label, name, data, applied(data, plan), plan)


def violations(files: Iterable[Named]) -> list[str]:
    """A line for everything that a reader does not read any more as it did."""
    found: list[str] = []
    changed = fixed(files)
    while batch := list(islice(changed, BATCH)):
        found += _batch(batch)
    return found


def _batch(batch: list[Fixed]) -> Iterator[str]:
    for file in batch:
        readings = (read_letter(data, file.name) for data in (file.old, file.new))
        yield from _told(file, "the letter", *readings)
    batch = [file for file in batch if not file.name.endswith(".hdr")]
    if not batch:
        return
    shm = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=shm) as folder:
        pairs = []
        for number, file in enumerate(batch):
            pairs.append((Path(folder, f"{number}-old.fits"), Path(folder, f"{number}-new.fits")))
            for path, data in zip(pairs[-1], (file.old, file.new), strict=True):
                path.write_bytes(data)
        paths = [path for pair in pairs for path in pair]
        answers = list(read_foreign(paths))
        for file, old, new in zip(batch, answers[::2], answers[1::2], strict=True):
            for reader in sorted(old.keys() | new.keys()):
                empty = Reading(refused="not asked")
                yield from _told(file, reader, old.get(reader, empty), new.get(reader, empty))
        if shutil.which("fitsverify"):
            harmless = [is_harmless(file.old) and is_harmless(file.new) for file in batch]
            batch = [file for file, sound in zip(batch, harmless, strict=True) if sound]
            pairs = [pair for pair, sound in zip(pairs, harmless, strict=True) if sound]
            counts = verify([path for pair in pairs for path in pair])
            for file, old, new in zip(batch, counts[::2], counts[1::2], strict=True):
                if old is None or new is None:
                    yield f"{file.codes}: fitsverify {DIED}: {file.label}"
                elif _finds_more(file, old, new):
                    yield f"{file.codes}: fitsverify has {new}, had {old}: {file.label}"


def _finds_more(file: Fixed, old: Verdict, new: Verdict) -> bool:
    """Whether fitsverify finds more in what it could read before.

    It may find something in an HDU or in a keyword that no reader could read, and warn of more
    where an error gave way.
    """
    if new.hdus > old.hdus:
        return False
    if list_readable(file.new, file.name) - list_readable(file.old, file.name):
        return False
    return new.errors > old.errors or (new.errors == old.errors and new.warnings > old.warnings)


def _told(file: Fixed, reader: str, old: Reading, new: Reading) -> Iterator[str]:
    if DIED in (old.refused, new.refused):
        yield f"{file.codes}: a reader {DIED}: {file.label}"
    elif old.refused:
        return
    elif new.refused or len(new.hdus) < len(old.hdus):
        yield f"{file.codes}: {reader} reads fewer HDUs ({new.refused}): {file.label}"
    else:
        for before, after in zip(old.hdus, new.hdus, strict=False):
            meant = file.meant
            for keyword in sorted(before):
                if meant.fullmatch(keyword):
                    continue
                was, is_ = before[keyword], after.get(keyword, [])
                if not _agrees(keyword, was, is_):
                    yield f"{file.codes}: {reader}: {keyword} was {was}, is {is_}: {file.label}"


def _agrees(keyword: str, was: list[str], is_: list[str]) -> bool:
    """Whether a reader has what it had: of repeated keywords one takes the first, one the last.

    Identical duplicates may go, and what could not be read may have a value now.
    """
    if not is_:
        return not any(was) and not NAME.fullmatch(keyword)
    same = (was[at] in ("", is_[at]) for at in (0, -1))
    return {*was} - {""} <= {*is_} and all(same)


def _real(folder: Path) -> Iterator[Named]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size < SIZE:
            name = path.name.removesuffix(".gz")
            yield str(path.relative_to(folder)), name, unpacked(path.read_bytes())


def test_fixtures(root, examples):
    assert violations(_real(root / "fixtures")) == []
    assert violations(_real(examples)) == []


def test_cases(shared):
    assert violations(_real(shared / "cases")) == []


@pytest.mark.long
def test_real_files(corpus):
    assert violations(_real(corpus)) == []


def _mutated(number: int, seed: int) -> Iterator[Named]:
    return ((label, "a.fits", data) for label, data in mutated.files(number, seed))


def test_some_faulty_cards():
    assert violations(_mutated(SAMPLE, 1)) == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_planted_faults(part):
    assert (
        violations(
            (fault.label, fault.name.removesuffix(".gz"), unpacked(fault.data))
            for fault in islice(faults(), part, None, PARTS)
        )
        == []
    )


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_many_faulty_cards(part):
    assert violations(_mutated(ALL // PARTS, 2 + part)) == []
