"""The folder of a demonstration: what it begins with, and a mark that says whose it is."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.errors import PipelineError

MARK_NAME = ".fitslint-demo"
_MARK_TEXT = b"Made by `fitslint demo`, which may write over the files in this folder.\n"


def claim_folder(folder: Path, package: str, names: Iterable[str]) -> None:
    """Make the folder, or find one that an earlier demonstration made, and put its files there.

    Parameters
    ----------
    folder : Path
        where.
    package : str
        the package of the files that it begins with.
    names : iterable of str
        their names.

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
        for name in names:
            write_atomic(folder / name, files(package).joinpath(name).read_bytes())
    except OSError as error:
        said = error.strerror or str(error)
        raise PipelineError(f"cannot be written: {said}", path=str(folder)) from None
