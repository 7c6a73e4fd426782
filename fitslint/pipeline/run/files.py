"""The files of a run: their digests, and how finished ones take their places."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.run.state import TaskRecord
from fitslint.products.digest import compute_sha256

SCRATCH_NAME = ".fitslint-work"
"""Folder in the output folder where products are made; a rename brings them to their places."""


def make_relative(path: Path, output: Path) -> str:
    """A path as it is recorded: relative to the output folder."""
    return Path(os.path.relpath(path, output)).as_posix()


def hash_file(path: Path) -> str | None:
    """SHA-256 of a file; None when there is none.

    Raises
    ------
    PipelineError
        when it cannot be read.
    """
    try:
        return compute_sha256(str(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise PipelineError(f"cannot be read: {error.strerror}", path=str(path)) from None


def hash_files(paths: Iterable[Path], output: Path) -> dict[str, str]:
    """SHA-256 of every file that a task rests on.

    Raises
    ------
    PipelineError
        when one is not there.
    """
    digests: dict[str, str] = {}
    for path in paths:
        digest = hash_file(path)
        if digest is None:
            raise PipelineError("there is no such file", path=str(path))
        digests[make_relative(path, output)] = digest
    return digests


def prepare_scratch_folder(output: Path, name: str, *, keep: bool) -> Path:
    """The folder where a task makes its products, empty unless ``keep``."""
    folder = output / SCRATCH_NAME / name.replace(" ", "-")
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def collect_outputs(scratch: Path, folder: Path) -> dict[str, Path]:
    """The files below ``scratch``, by the names that they will have below the output folder."""
    return {
        (folder / path.relative_to(scratch)).as_posix(): path
        for path in sorted(scratch.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def find_user_edits(record: TaskRecord, output: Path) -> Iterator[str]:
    """The recorded products that hold something that no run has put there."""
    for name in record.outputs:
        digest = hash_file(output / name)
        if digest is not None and not record.is_own_output(name, digest):
            yield name


def refuse_foreign_files(outputs: Mapping[str, str], record: TaskRecord, output: Path) -> None:
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
        digest = hash_file(output / name)
        if digest not in (None, new) and not record.is_own_output(name, digest or ""):
            raise PipelineError(
                "this file is not as a run has left it; move it away, or say --force to replace it",
                path=str(output / name),
            )


def publish_files(files: Mapping[str, Path], output: Path) -> None:
    """Bring finished files to their places, each in one step."""
    for name, path in files.items():
        target = output / name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
