"""Whether a file lies in the folder that was named, whatever links its path goes through."""

# ruff: noqa: PTH100, PTH120
# Names of any bytes, and links that must stay as they are.

from __future__ import annotations

import os
from collections.abc import Sequence

from fitslint.repair.model import RepairError
from fitslint.text import say


class NamedFolders:
    """The folders that were named: what is found in them through a link lies elsewhere.

    Parameters
    ----------
    folders
        as they were named; a file below none of them was named itself, and is not asked about.
    """

    def __init__(self, folders: Sequence[str]) -> None:
        self._folders = [(os.path.abspath(folder), os.path.realpath(folder)) for folder in folders]
        self._last_inside = ""
        """The last folder that was found to lie within: files come folder by folder."""

    def refuse_outside(self, path: str) -> None:
        """Refuse a file that lies outside of every folder in which it was found.

        Raises
        ------
        RepairError
            naming the place where it lies.
        """
        folder = os.path.dirname(os.path.abspath(path))
        if not self._folders or folder == self._last_inside:
            return
        real = os.path.realpath(folder)
        within = [root for named, root in self._folders if is_within(folder, named)]
        if within and not any(is_within(real, root) for root in within):
            raise RepairError(
                say(
                    "a link in its path leads out of the folder that was named, to {real}; name "
                    "that folder, or ask to follow links",
                    real=real,
                )
            )
        self._last_inside = folder


def is_within(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies below it, by the names alone."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
