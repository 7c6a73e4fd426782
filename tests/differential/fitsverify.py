"""Running fitsverify and reading what it says, HDU by HDU."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.patience import HANG

_HDU = re.compile(r"=+ HDU (\d+):")
_SAID = re.compile(r"\*\*\* (Error|Warning): *(.*)")
_CONTINUED = " " * 13


@dataclass(frozen=True)
class Said:
    """An error or a warning; ``hdu`` is 0 when fitsverify gave up before the first one."""

    kind: str
    hdu: int
    text: str


@cache
def run(path: Path) -> tuple[Said, ...]:
    """What fitsverify says of a file; asked once in a test run."""
    done = subprocess.run(
        ["fitsverify", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=HANG,
        check=False,
    )
    return tuple(said(done.stdout.decode("utf-8", "replace")))


def said(output: str) -> Iterator[Said]:
    """The messages in the output of fitsverify, their lines joined."""
    hdu, kind, words = 0, "", [""]
    for line in [*output.split("\n"), ""]:
        if kind and line.startswith(_CONTINUED):
            words.append(line.strip())
            continue
        if kind:
            yield Said(kind, hdu, " ".join(words).strip())
            kind = ""
        if match := _HDU.match(line):
            hdu = int(match[1])
        elif match := _SAID.match(line):
            kind, words = match[1], [match[2]]
