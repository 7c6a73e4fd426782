"""Every fix that a finding carries holds: applied, the finding is gone and nothing worse is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.model.file import FitsFile
from fitslint.model.finding import SEVERITIES, FileReport, Finding
from fitslint.model.form import CARD_SIZE
from fitslint.source.files import read_bytes
from fitslint.syntax.cards import parse_card
from fitslint.testing.edits import edit_example
from fitslint.testing.examples import Example
from tests.unpacking import unpacked

EACH = 2
"""Fixes of one rule in one file that are tried."""
REVEALED = frozenset(("CK103", "DT112", "DU105", "RK110"))
"""Under its right name a keyword is compared with that of another HDU for the first time, and a
date that can be read with the clocks beside it; and edits alone leave CHECKSUM as it was, which the
repair carries along."""

_judge = Linter(Settings(every=True))


def judged(data: bytes, name: str) -> tuple[FitsFile, FileReport]:
    file = read_bytes(data, name, _judge.settings.limits)
    return file, _judge.lint(file)


def example(data: bytes, file: FitsFile) -> Example:
    """What edits are applied to: the headers of a text with lines have no fill to keep."""
    if file.container == "text" and b"\n" in data:
        return Example(data)
    extents = ((hdu.header.offset, hdu.data_offset) for hdu in file.hdus)
    return Example(data, headers=tuple((start, min(stop, len(data))) for start, stop in extents))


def tried(report: FileReport) -> Iterator[Finding]:
    """The first few findings of every rule that carry a fix; all are counted where none was cut."""
    cut = {one.code for one in report.truncated}
    seen: Counter[str] = Counter()
    for finding in report.findings:
        if finding.fix and finding.code not in cut:
            seen[finding.code] += 1
            if seen[finding.code] <= EACH:
                yield finding


def count(report: FileReport) -> Counter[tuple[str, int | None]]:
    return Counter((one.code, one.hdu) for one in report.findings)


def worse(finding: Finding, before: FileReport, after: FileReport) -> list[str]:
    """What ``after`` finds that ``before`` did not, of the weight of ``finding`` or more."""
    least = SEVERITIES.index(finding.severity)
    heavy = [one for one in after.findings if SEVERITIES.index(one.severity) >= least]
    more = count(after) - count(before)
    return [
        f"{one.code} {one.message}"
        for one in heavy
        if (one.code, one.hdu) in more and one.code not in REVEALED
    ]


def unreadable(finding: Finding, lines: bool) -> Iterator[str]:
    """What readers could not take of the cards that a fix writes."""
    if finding.fix is None or finding.image is None:
        return
    for new in (edit.new for edit in finding.fix.edits if edit.new):
        records = [new[at : at + CARD_SIZE] for at in range(0, len(new), CARD_SIZE)]
        if lines:
            records = [line.ljust(CARD_SIZE) for line in new.removesuffix(b"\n").split(b"\n")]
        if any(len(record) != CARD_SIZE for record in records):
            yield "an edit is no whole number of cards"
        elif finding.fix.safety == "safe":
            faults = {parse_card(record).fault for record in records}
            faults -= {None, parse_card(finding.image).fault}
            yield from (f"a card has the fault {fault}" for fault in faults)


def broken(path: Path) -> Iterator[str]:
    """What is wrong with the fixes of the findings on a file."""
    data, name = unpacked(path.read_bytes()), path.name.removesuffix(".gz")
    file, before = judged(data, name)
    for finding in tried(before):
        assert finding.fix is not None
        where = f"{path.name}: {finding.code} {finding.keyword}"
        yield from (f"{where}: {fault}" for fault in unreadable(finding, file.container == "text"))
        mended = edit_example(example(data, file), finding.fix.edits)
        _, after = judged(mended, name)
        here = finding.code, finding.hdu
        if count(after)[here] >= count(before)[here]:
            yield f"{where}: is still there after {finding.fix.title!r}"
        yield from (f"{where}: brings {new}" for new in worse(finding, before, after))


@pytest.mark.parametrize("folder", ["bad", "good"])
def test_fixes_of_fixtures_hold(examples, folder):
    paths = sorted((examples / folder).iterdir())
    assert paths
    assert [line for path in paths for line in broken(path)] == []


def test_fixes_of_real_files_hold(corpus):
    paths = [path for path in sorted(corpus.rglob("*")) if path.is_file()]
    assert [line for path in paths for line in broken(path)] == []
