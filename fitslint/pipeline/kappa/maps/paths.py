"""Where maps are written: names come from a file that anybody may have written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from fitslint.lenstool.files import decode_file_name
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.maps.spec import MapSpec
from fitslint.pipeline.kappa.model import LensModel

_MAX_NAME_BYTES = 200
"""Bytes of a file name."""


def build_output_paths(
    wanted: Sequence[MapSpec], folder: str | os.PathLike[str], model: LensModel
) -> tuple[list[Path], list[str]]:
    """The files of maps in ``folder``, and a note for each whose folders were dropped.

    Only the last part of a name in a model counts: nothing is written outside of ``folder``.

    Raises
    ------
    PipelineError
        when a name is none, two maps have the same, or one is a file that the model is made of.
    """
    found: list[Path] = []
    notes: list[str] = []
    for spec in wanted:
        name = _choose_file_name(spec, model.path) if spec.file else spec.file_name
        if spec.file and name != spec.file:
            notes.append(f"{spec.file!r} of the model is written as {name!r} into the folder.")
        found.append(Path(folder) / name)
    _refuse_duplicates(found, wanted, model.path)
    _refuse_inputs(found, (file.path for file in model.inputs))
    return found, notes


def _choose_file_name(wanted: MapSpec, path: str) -> str:
    line = wanted.output.line if wanted.output else None
    name = decode_file_name(wanted.file).replace("\\", "/").rpartition("/")[2]
    if not name or not name.strip("."):
        raise PipelineError(f"{wanted.file[:80]!r} is no name of a file", path=path, line=line)
    if not name.isprintable() or len(os.fsencode(name)) > _MAX_NAME_BYTES:
        raise PipelineError(
            f"{name[:80]!r} is no name for a file: it has unprintable characters or more than "
            f"{_MAX_NAME_BYTES} bytes",
            path=path, line=line,
        )  # fmt: skip
    return name


def _refuse_duplicates(found: Sequence[Path], wanted: Sequence[MapSpec], path: str) -> None:
    seen: dict[str, MapSpec] = {}
    for place, spec in zip(found, wanted, strict=True):
        other = seen.setdefault(place.name.casefold(), spec)
        if other is spec:
            continue
        lines = [str(each.output.line) for each in (other, spec) if each.output]
        said = f" (lines {' and '.join(lines)})" if lines else ""
        raise PipelineError(f"two maps would be written to {place.name!r}{said}", path=path)


def _refuse_inputs(found: Iterable[Path], inputs: Iterable[str]) -> None:
    own = {os.path.realpath(path) for path in inputs}
    for place in found:
        if os.path.realpath(place) in own:
            raise PipelineError(
                "the model is read from this file, and a map would be written over it; "
                "name another folder (--out)",
                path=str(place),
            )
