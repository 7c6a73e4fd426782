"""What the demonstration of lens models begins with."""

from __future__ import annotations

from pathlib import Path

from fitslint.pipeline.demo_folder import claim_folder

CONFIG_NAME = "a1689.toml"
FILE_NAMES = ("a1689.par", "members.cat", CONFIG_NAME)


def prepare_folder(folder: Path) -> Path:
    """The configuration in a folder, with the files that it names.

    Raises
    ------
    PipelineError
        when the folder holds something else, or cannot be written.
    """
    claim_folder(folder, "fitslint.pipeline.kappa.demo", FILE_NAMES)
    return folder / CONFIG_NAME
