"""One run at a time in an output folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fitslint.pipeline.errors import PipelineError

LOCK_NAME = ".fitslint-run.lock"


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the folder; the lock goes with the process, however that ends.

    A folder that was made for it and into which nothing came goes again.

    Raises
    ------
    PipelineError
        when another run holds it, or the folder cannot be written.
    """
    is_new = not folder.exists()
    fd = _open_lock(folder)
    try:
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        yield
        # While it is held nobody else can take what is removed for a lock that holds.
        if is_new and [path.name for path in folder.iterdir()] == [LOCK_NAME]:
            with suppress(OSError):
                (folder / LOCK_NAME).unlink()
                folder.rmdir()
    finally:
        os.close(fd)


def _open_lock(folder: Path) -> int:
    """The lock of a folder, held; made anew where who held it took it away."""
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            fd = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise PipelineError(
                f"the output folder cannot be written: {error.strerror}", path=str(folder)
            ) from None
        try:
            _acquire_lock(fd, folder)
            if os.path.samestat(os.fstat(fd), (folder / LOCK_NAME).stat()):
                return fd
        except FileNotFoundError:
            pass
        except PipelineError:
            os.close(fd)
            raise
        os.close(fd)


def _acquire_lock(fd: int, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # a system without locks of whole files: runs are not kept apart
        return
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        process = os.pread(fd, 20, 0).decode("ascii", "replace").strip()
        who = f" (process {process})" if process.isdigit() else ""
        raise PipelineError(
            f"another run works in this folder{who}; wait until it is over", path=str(folder)
        ) from None
    except OSError:  # a file system without locks
        return
