"""Where fitslint and fitsverify differ on the corpus, and what ``known.toml`` says of it.

``python -m tests.differential.disagreements CORPUS`` prints what ``known.toml`` does not explain.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.model.finding import FileReport
from fitslint.source.files import read_file
from tests.differential import fitsverify

KNOWN = Path(__file__).with_name("known.toml")


@dataclass(frozen=True, order=True)
class Disagreement:
    """One side reports an error in an HDU in which the other reports none.

    ``what`` is the code of the rule, or the message of fitsverify. ``hdu`` counts from 1; 0 is the
    file as a whole.
    """

    side: str
    path: str
    hdu: int
    what: str

    def __str__(self) -> str:
        return f"{self.side:10} {self.path}#{self.hdu}: {self.what}"


@dataclass(frozen=True)
class Known:
    """An entry of ``known.toml``: a class of disagreements, and who is right."""

    side: str
    pattern: re.Pattern[str]
    right: str
    clause: str
    why: str
    places: tuple[str, ...]

    def explains(self, one: Disagreement) -> str | None:
        """The place in the entry that covers ``one``."""
        if self.side != one.side or not self.pattern.search(one.what):
            return None
        here = f"{one.path}#{one.hdu}"
        return next((place for place in self.places if fnmatchcase(here, place)), None)


@cache
def known() -> tuple[Known, ...]:
    """The entries of ``known.toml``."""
    document = tomllib.loads(KNOWN.read_text(encoding="utf-8"))
    return tuple(
        Known(
            side=entry["side"],
            pattern=re.compile(entry["code"] if "code" in entry else entry["text"]),
            right=entry["right"],
            clause=entry["clause"],
            why=entry["why"],
            places=tuple(entry["places"]),
        )
        for entry in document["disagreement"]
    )


def compare(root: Path) -> Iterator[Disagreement]:
    """Every disagreement on the files below ``root``."""
    judge = Linter(Settings())
    for path in sorted(one for one in root.rglob("*") if one.is_file()):
        name = path.relative_to(root).as_posix()
        report = judge.lint(read_file(str(path), judge.settings.limits))
        theirs = [one for one in fitsverify.run(path) if one.kind == "Error"]
        yield from differ(name, report, theirs)


def differ(name: str, report: FileReport, theirs: list[fitsverify.Said]) -> Iterator[Disagreement]:
    """The disagreements on one file."""
    ours = [(one.hdu or 0, one.code) for one in report.findings if one.severity == "error"]
    if any(said.hdu == 0 for said in theirs):
        # fitsverify could not open the file: all that matters is whether we are content with it.
        if report.status == "ok" and not ours:
            yield from (Disagreement("fitsverify", name, 0, said.text) for said in set(theirs))
        return
    if report.status not in ("ok", "truncated"):
        yield Disagreement("fitslint", name, 0, report.status)
    flagged = {hdu for hdu, _ in ours}
    for hdu, code in sorted(set(ours)):
        if not any(said.hdu == hdu for said in theirs):
            yield Disagreement("fitslint", name, hdu, code)
    for said in dict.fromkeys(theirs):
        if said.hdu not in flagged:
            yield Disagreement("fitsverify", name, said.hdu, said.text)


def unexplained(found: list[Disagreement]) -> tuple[list[Disagreement], list[str]]:
    """Disagreements that no entry explains, and places of entries where nothing differs."""
    used: set[tuple[int, str]] = set()
    new = []
    for one in found:
        places = [(n, entry.explains(one)) for n, entry in enumerate(known())]
        hits = {(n, place) for n, place in places if place is not None}
        used |= hits
        if not hits:
            new.append(one)
    gone = [
        f"{entry.pattern.pattern}: {place}"
        for n, entry in enumerate(known())
        for place in entry.places
        if (n, place) not in used
    ]
    return new, gone


if __name__ == "__main__":
    fresh, stale = unexplained(list(compare(Path(sys.argv[1]))))
    print(*fresh, *(f"vanished: {one}" for one in stale), sep="\n")
