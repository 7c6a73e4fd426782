"""The samples of a model's parameters that Lenstool writes: ``bayes.dat``."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fitslint.lenstool.errors import LenstoolError
from fitslint.lenstool.files import read_small_file
from fitslint.lenstool.numbers import parse_float

SIZE_LIMIT = 2**28
_LENS_TITLE = re.compile(r"(?P<lens>[^ ]+) : (?P<name>[^ ]+)(?: \((?P<unit>[^)]*)\))?")
_POTFILE_TITLE = re.compile(r"Pot(?P<number>[0-9]*) (?P<name>[^ ]+)(?: \((?P<unit>[^)]*)\))?")
_OTHER_TITLE = re.compile(r"(?P<name>.+?)(?: \((?P<unit>[^()]*)\))?")
_REPEATED_VALUE = re.compile(r"([0-9]{1,6})x(.+)")


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """A column and what it samples: a lens, a potfile, or something else (``omegaM``, ``Chi2``)."""

    title: str
    name: str
    unit: str = ""
    lens: str | None = None
    potfile: int | None = None


@dataclass(frozen=True, slots=True)
class PosteriorSamples:
    """The samples.

    ``values`` has the shape (samples, columns); the first column counts samples.
    """

    path: str
    sha256: str
    columns: tuple[SampleColumn, ...]
    values: NDArray[np.float64]
    dropped_lines: int = 0
    """1 when the last line is cut short, as in a chain that still runs."""


def read_samples(path: str | Path) -> PosteriorSamples:
    """The columns and samples of a ``bayes.dat``.

    Every header line ``#...`` names a column. ``3x0.5`` stands for three columns of 0.5.

    Raises
    ------
    LenstoolError
        with its line, for a header without samples or a line that does not fit the header.
    """
    raw = read_small_file(path, SIZE_LIMIT)
    lines = raw.decode("latin-1").removesuffix("\n").split("\n")
    head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    columns = tuple(_parse_column(line[1:].strip()) for line in lines[:head])
    if len(columns) < 2:
        sentence = "has no header; the first lines of a bayes.dat name its columns (#Nsample)"
        raise LenstoolError(sentence, path=str(path), line=1)
    rows = []
    dropped = 0
    for number, line in enumerate(lines[head:], head + 1):
        row = _parse_row(line, str(path), number) if line.strip() else None
        if row is None:
            continue
        if len(row) != len(columns):
            if number == len(lines) and len(row) < len(columns):
                dropped = 1
                continue
            sentence = f"has {len(row)} values and the header names {len(columns)} columns"
            raise LenstoolError(sentence, path=str(path), line=number)
        rows.append(row)
    if not rows:
        raise LenstoolError("holds no samples", path=str(path))
    digest = hashlib.sha256(raw).hexdigest()
    return PosteriorSamples(str(path), digest, columns, np.stack(rows), dropped)


def _parse_column(title: str) -> SampleColumn:
    found = _LENS_TITLE.fullmatch(title)
    if found:
        return SampleColumn(title, found["name"], found["unit"] or "", lens=found["lens"])
    found = _POTFILE_TITLE.fullmatch(title)
    if found:
        number = int(found["number"] or 0)
        return SampleColumn(title, found["name"], found["unit"] or "", potfile=number)
    found = _OTHER_TITLE.fullmatch(title)
    return (
        SampleColumn(title, found["name"], found["unit"] or "")
        if found
        else SampleColumn(title, title)
    )


def _parse_row(line: str, path: str, number: int) -> NDArray[np.float64]:
    values: list[float] = []
    for word in line.split():
        run = _REPEATED_VALUE.fullmatch(word)
        value = parse_float(run[2] if run else word)
        if value is None:
            sentence = f"{word[:40]!r} is no finite number"
            raise LenstoolError(sentence, path=path, line=number)
        values.extend([value] * (int(run[1]) if run else 1))
        if len(values) > 2**16:
            raise LenstoolError("has too many values", path=path, line=number)
    return np.array(values)
