"""The folder of a demonstration: a model, a configuration, and a mark that says whose it is."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.errors import PipelineError

MARK_NAME = ".fitslint-demo"
CONFIG_NAME = "a1689.toml"
FILE_NAMES = ("a1689.par", "members.cat", CONFIG_NAME)
"""What the folder begins with."""
_MARK_TEXT = b"Made by `fitslint demo`, which may write over the files in this folder.\n"


def prepare_folder(folder: Path) -> Path:
    """Make the folder, or find one that an earlier demonstration made; its configuration.

    Raises
    ------
    PipelineError
        when it holds something else, or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        own = (folder / MARK_NAME).is_file()
        # One that was killed at its beginning has left nothing, or the mark under another name.
        if not own and any(not path.name.startswith(MARK_NAME) for path in folder.iterdir()):
            raise PipelineError(
                "this folder holds files that no demonstration made; name another one",
                path=str(folder),
            )
        write_atomic(folder / MARK_NAME, _MARK_TEXT)
        for name in FILE_NAMES:
            made = files("fitslint.pipeline.kappa.demo").joinpath(name)
            write_atomic(folder / name, made.read_bytes())
    except OSError as error:
        said = error.strerror or str(error)
        raise PipelineError(f"cannot be written: {said}", path=str(folder)) from None
    return folder / CONFIG_NAME
