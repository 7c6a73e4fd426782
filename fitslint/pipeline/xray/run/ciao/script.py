"""A shell script that is written beside the products that it makes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fitslint.pipeline.errors import PipelineError

_TAIL = 300
"""Characters of what a tool said that a sentence shows."""


@dataclass(frozen=True, slots=True)
class Script:
    """Commands of a step.

    Attributes
    ----------
    name : str
        file name.
    tools : tuple of str
        programs that have to be on PATH.
    text : str
        the file: commands for the folder of the products.
    """

    name: str
    tools: tuple[str, ...]
    text: str


def run_script(
    script: Script, folder: Path, links: Mapping[str, Path], copy: Path | None = None
) -> None:
    """Write a script into a folder and run it there.

    Parameters
    ----------
    script : Script
    folder : Path
        where the products go.
    links : mapping of str to Path
        files of earlier steps that the commands name; they stand in the folder as links.
    copy : Path, optional
        another folder, where the script is to be read whether or not it can be run.

    Raises
    ------
    PipelineError
        when a tool is not here, or fails: with what it said last.
    OSError
        when the script cannot be written.
    """
    for name, path in links.items():
        (folder / name).symlink_to(path.resolve())
    path = folder / script.name
    path.write_text(script.text, encoding="utf-8")
    path.chmod(0o755)
    if copy is not None:
        copy.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    missing = [tool for tool in script.tools if shutil.which(tool) is None]
    if missing:
        raise PipelineError(
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not on PATH: start CIAO "
            "(and install contbin) first, or say --engine embedded"
        )
    _run(path, folder)


def _run(path: Path, folder: Path) -> None:
    """Run a script in a process group of its own, which ends with this run."""
    with (folder / f"{path.stem}.log").open("wb") as log:
        process = subprocess.Popen(
            ["bash", path.name], cwd=folder, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            code = process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            raise
    if code:
        raw = (folder / f"{path.stem}.log").read_bytes()[-4 * _TAIL :]
        said = " ".join(raw.decode("utf-8", "replace").split())[-_TAIL:]
        told = said or "it said nothing"
        raise PipelineError(f"{path.name} failed with exit code {code}: {told}")


def require_files(folder: Path, names: Iterable[str]) -> None:
    """See to it that a script made its products.

    Raises
    ------
    PipelineError
        naming the first that is missing.
    """
    for name in names:
        if not (folder / name).is_file():
            raise PipelineError(f"the tools made no {name}")
