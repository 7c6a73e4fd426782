"""The files of a run: their digests, and how finished ones take their places."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.run.state import Record
from fitslint.products.digest import sha256

SCRATCH = ".fitslint-work"
"""Folder in the output folder where products are made; a rename brings them to their places."""


def named(path: Path, output: Path) -> str:
    """A path as it is recorded: relative to the output folder."""
    return Path(os.path.relpath(path, output)).as_posix()


def digest(path: Path) -> str | None:
    """SHA-256 of a file; None when there is none.

    Raises
    ------
    PipelineError
        when it cannot be read.
    """
    try:
        return sha256(str(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise PipelineError(f"cannot be read: {error.strerror}", path=str(path)) from None


def digests(paths: Iterable[Path], output: Path) -> dict[str, str]:
    """SHA-256 of every file that a unit rests on.

    Raises
    ------
    PipelineError
        when one is not there.
    """
    found: dict[str, str] = {}
    for path in paths:
        told = digest(path)
        if told is None:
            raise PipelineError("there is no such file", path=str(path))
        found[named(path, output)] = told
    return found


def workplace(output: Path, name: str, *, keep: bool) -> Path:
    """The folder where a unit makes its products, empty unless ``keep``."""
    place = output / SCRATCH / name.replace(" ", "-")
    if not keep:
        shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    return place


def finished(place: Path, folder: Path) -> dict[str, Path]:
    """The files below ``place``, by the names that they will have below the output folder."""
    return {
        (folder / path.relative_to(place)).as_posix(): path
        for path in sorted(place.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def edited(record: Record, output: Path) -> Iterator[str]:
    """The recorded products that hold something that no run has put there."""
    for name in record.outputs:
        told = digest(output / name)
        if told is not None and not record.made(name, told):
            yield name


def judge_places(outputs: Mapping[str, str], record: Record, output: Path) -> None:
    """See to it that no file of anybody else stands where a product goes.

    Parameters
    ----------
    outputs : mapping of str to str
        SHA-256 of the products by name.

    Raises
    ------
    PipelineError
        naming the first that does.
    """
    for name, new in outputs.items():
        told = digest(output / name)
        if told not in (None, new) and not record.made(name, told or ""):
            raise PipelineError(
                "this file is not as a run has left it; move it away, or say --force to replace it",
                path=str(output / name),
            )


def place(files: Mapping[str, Path], output: Path) -> None:
    """Bring finished files to their places, each in one step."""
    for name, path in files.items():
        target = output / name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
