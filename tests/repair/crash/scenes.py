"""Files of known bytes and the plans that change them."""

from __future__ import annotations

import gzip
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fitslint.repair.model import DataUnit, Patch, Plan
from fitslint.repair.write.system import System
from fitslint.repair.write.target import make_identity

BLOCK = 2880


@dataclass(frozen=True)
class Part:
    """A header and its data unit, before and after."""

    old: bytes
    new: bytes
    data: bytes


def block(text: str, count: int = 1) -> bytes:
    return text.encode().ljust(count * BLOCK)


def noise(count: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(count)


def parts(grow: bool = True) -> list[Part]:
    """A header that changes a card, one that grows, one that shrinks, one that stays."""
    second = block("SECOND =", 2) if grow else block("second =")
    third = block("THIRD =") if grow else block("third =", 2)
    return [
        Part(block("SIMPLE  = t"), block("SIMPLE  = T"), noise(3 * BLOCK, 1)),
        Part(block("SECOND  ="), second, noise(7 * BLOCK, 2)),
        Part(block("THIRD   =", 2), third, noise(BLOCK, 3)),
        Part(block("FOURTH  ="), block("FOURTH  ="), noise(2 * BLOCK, 4)),
    ]


def streams(made: list[Part]) -> tuple[bytes, bytes]:
    return (
        b"".join(part.old + part.data for part in made),
        b"".join(part.new + part.data for part in made),
    )


def shared(first: bytes, other: bytes) -> int:
    """Bytes with which both begin."""
    return next(at for at, pair in enumerate(zip(first, other, strict=False)) if pair[0] != pair[1])


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def plan(path: Path | str, made: list[Part], **fields: Any) -> Plan:
    """The plan from the old to the new bytes of a file, as small patches and as large ones."""
    patches, units = [], []
    old = new = 0
    for hdu, part in enumerate(made, 1):
        if part.old != part.new:
            same = shared(part.old, part.new)
            patches.append(Patch(old + same, old + len(part.old), part.new[same:], part.old[same:]))
        old, new = old + len(part.old), new + len(part.new)
        units.append(DataUnit(hdu, old, new, len(part.data)))
        old, new = old + len(part.data), new + len(part.data)
    whole = Plan(str(path), old, tuple(patches), tuple(units))
    return replace(whole, identity=make_identity(Path(path).stat()), **fields)


@dataclass(frozen=True)
class Scene:
    """A file in a folder, the plan for it, its bytes before and after, and how it is written."""

    name: str
    mode: str
    grow: bool = True
    packed: bool = False
    small: bool = False
    """Whether the file is small enough to be written in one piece."""
    options: tuple[tuple[str, Any], ...] = ()
    kept: Callable[[str], str] | None = None

    def __str__(self) -> str:
        return self.name

    def lay(self, folder: Path) -> tuple[Plan, bytes, bytes]:
        made = parts(self.grow)
        if self.small:
            made = [replace(part, data=part.data[:BLOCK]) for part in made]
        old, new = streams(made)
        assert (len(new) <= System.whole_up_to) == self.small
        path = folder / ("one.fits.gz" if self.packed else "one.fits")
        path.write_bytes(gzip.compress(old, 6, mtime=86400) if self.packed else old)
        os.utime(path, ns=(10**18 + 1000, 10**18 + 2000))
        return plan(path, made), old, new

    def arguments(self, folder: Path) -> dict[str, Any]:
        options = dict(self.options)
        if self.mode == "copy":
            options["output_dir"] = str(folder / "out")
        return options


REPLACE = [
    Scene("replace", "replace"),
    Scene("replace-small", "replace", small=True),
    Scene("replace-digests", "replace", options=(("digests", True),)),
    Scene("replace-backup", "replace", options=(("backup", ".bak"),)),
    Scene("replace-gzip", "replace", packed=True),
]
IN_PLACE = [
    Scene("in-place", "in-place", grow=False),
    Scene("in-place-backup", "in-place", grow=False, options=(("backup", ".bak"),)),
]
COPY = [
    Scene("copy", "copy"),
    Scene("copy-over", "copy", options=(("overwrite", True),)),
    Scene("copy-gzip", "copy", packed=True),
]
SCENES = REPLACE + IN_PLACE + COPY
