"""The file of ``--output FORMAT=FILE``: there when it is whole, and not before."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TextIO

from fitslint.cli.errors import UsageError
from fitslint.cli.streams import give_up, open_text
from fitslint.model.late import compile_late
from fitslint.text import say

_DESCRIPTOR = compile_late("/dev/(?:fd/([0-9]+)|(stdout)|(stderr))|/proc/self/fd/([0-9]+)")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_HEADS = (b"SIMPLE  ", b"XTENSION")


class ReportFile:
    """A report on its way into a file.

    It is written under another name in the same folder and takes the place of the file when
    :meth:`finish` is called; without that the file stays as it was. Pipes and devices are written
    as they are.

    Raises
    ------
    UsageError
        when ``target`` is a symbolic link, a folder or a FITS file, or cannot be written.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self._temporary = ""
        self._path = os.path.abspath(target)  # noqa: PTH100 -- names of any bytes
        try:
            self._descriptor = self._open_target()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise UsageError(
                say("cannot write {target!r}: {reason}", target=target, reason=reason)
            ) from None
        self.stream: TextIO = open_text(self._descriptor)

    @property
    def waits(self) -> bool:
        """Whether the file is not there before the report is finished."""
        return bool(self._temporary)

    def finish(self) -> None:
        """Put the report in its place."""
        self.stream.flush()
        if self._temporary:
            os.fsync(self._descriptor)
            os.replace(self._temporary, self._path)  # noqa: PTH105
            self._temporary = ""
        self.close()

    def close(self) -> None:
        """Let go of the file; a report that was not finished is gone."""
        give_up(self.stream)
        if self._descriptor >= 0:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1
        if self._temporary:
            with suppress(OSError):
                os.unlink(self._temporary)  # noqa: PTH108

    def _open_target(self) -> int:
        match = _DESCRIPTOR.fullmatch(self.target)
        if match:
            number, out, _, same = match.groups()
            return os.dup(int(number or same or (1 if out else 2)))
        try:
            status = os.lstat(self._path)
        except FileNotFoundError:
            return self._create_temporary(None)
        if stat.S_ISLNK(status.st_mode):
            raise UsageError(
                say(
                    "{target!r} is a symbolic link; name the file that it stands for",
                    target=self.target,
                )
            )
        if stat.S_ISDIR(status.st_mode):
            raise UsageError(say("cannot write {target!r}: it is a folder", target=self.target))
        if not stat.S_ISREG(status.st_mode):
            return os.open(self._path, os.O_WRONLY)
        self._refuse_fits()
        return self._create_temporary(stat.S_IMODE(status.st_mode))

    def _create_temporary(self, mode: int | None) -> int:
        folder, name = os.path.split(self._path)
        # Room for what is put around a name that is as long as names may be.
        stem = os.fsdecode(os.fsencode(name)[:120])
        token = os.urandom(4).hex()
        path = os.path.join(folder, f".{stem}.fitslint-{token}.part")  # noqa: PTH118
        descriptor = os.open(path, _NEW, 0o666 if mode is None else mode)
        self._temporary = path
        if mode is not None:
            with suppress(OSError):
                os.fchmod(descriptor, mode)
        return descriptor

    def _refuse_fits(self) -> None:
        with suppress(PermissionError), open(self._path, "rb") as old:  # noqa: PTH123
            if old.read(8) in _HEADS:
                raise UsageError(
                    say(
                        "{target!r} is a FITS file and is not overwritten by a report",
                        target=self.target,
                    )
                )
