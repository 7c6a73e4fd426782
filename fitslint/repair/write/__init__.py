"""Writing a plan so that a crash leaves the old or the new file, never another and never none.

- ``target.py`` finds, opens and locks the file and holds it against what was read;
- ``writer.py`` has the three ways: a new file renamed over the old (``temporary.py``, filled by
  ``plain.py`` or ``packed.py`` after ``layout.py``), a copy elsewhere, or patches in place
  (``inplace.py`` under the undo ``journal.py``); ``group.py`` replaces many small files together;
- ``backup.py`` keeps the old file, ``recovery.py`` puts right what a crash left;
- ``system.py`` is the only module that touches the system: tests make each of its calls fail.

What is written is read back and compared before it is renamed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fitslint.repair.model import Mode, Plan, RepairError, WriteResult
from fitslint.source.journals import find_journal
from fitslint.text import say

if TYPE_CHECKING:
    from fitslint.repair.write.recovery import RecoveryResult
    from fitslint.repair.write.system import System

__all__ = ["recover_file", "replace_files", "roll_back_journal", "write_plan"]


def write_plan(
    plan: Plan,
    mode: Mode,
    *,
    output_dir: str | None = None,
    backup: str | None = None,
    follow: bool = False,
    overwrite: bool = False,
    digests: bool = False,
    system: System | None = None,
) -> WriteResult:
    """Write a plan to its file.

    Parameters
    ----------
    plan : Plan
        what changes.
    mode : Mode
        ``replace``: a temporary file in the same folder takes the place of the file; owner,
        permissions, extended attributes and both times (also that of the last change of the data)
        stay as they were. ``in-place``: only the patches are written, under an undo journal; the
        system sets the time. ``copy``: into ``output_dir``.
    output_dir : str, optional
        the folder of a copy; it is made when it is not there.
    backup : str, optional
        suffix of the name under which the old file is kept; no use in a copy.
    follow : bool
        write the file that a symbolic link leads to, and files that have other names (hard links).
        Replacing breaks a hard link: the other names keep the old bytes.
    overwrite : bool
        let a copy take the place of an existing file.
    digests : bool
        take the BLAKE2b-128 of every data unit as well. That they are the same at the old and the
        new place is made sure in any case, byte for byte.
    system : System, optional
        the calls of the operating system.

    Returns
    -------
    WriteResult
        what was written where, and the means that were used.

    Raises
    ------
    RepairError
        when nothing was written, and why.
    """
    from fitslint.repair.write.system import SYSTEM
    from fitslint.repair.write.writer import WriteRequest, execute_plan

    request = WriteRequest(mode, output_dir, backup, follow, overwrite, digests)
    return execute_plan(plan, request, system or SYSTEM)


def replace_files(
    plans: Sequence[Plan], *, digests: bool = False, system: System | None = None
) -> list[WriteResult | RepairError]:
    """Replace the files of some plans, as ``write_plan`` does in mode ``replace``.

    For small files of which each is named once: the time that a device takes to sync is spent once
    for all of them, and every file stays open meanwhile (two descriptors each). What keeps one from
    being written keeps no other.

    Returns
    -------
    list of WriteResult or RepairError
        for each plan how it was written, or why it was not.
    """
    from fitslint.repair.write.group import replace_batch
    from fitslint.repair.write.system import SYSTEM

    return replace_batch(plans, digests, system or SYSTEM)


def recover_file(path: str, *, system: System | None = None) -> RecoveryResult:
    """Put right what a crash left beside a file: old bytes back, journal and temporary files gone.

    Raises
    ------
    RepairError
        when another program holds the file, or a journal is not about this file.
    """
    from fitslint.repair.write.recovery import restore_file
    from fitslint.repair.write.system import SYSTEM

    return restore_file(path, system or SYSTEM)


def roll_back_journal(path: str, mode: Mode) -> bool:
    """Roll back what a crash has left half written, before anything is read; whether it had.

    Raises
    ------
    RepairError
        when nothing is to be written, and as :func:`recover_file`.
    """
    journal = find_journal(path)
    if journal is None:
        return False
    if mode == "none":
        raise RepairError(
            say(
                "an earlier repair was cut short ({journal}); run `fitslint fix --recover` first",
                journal=journal,
            )
        )
    return recover_file(path).rolled_back
