"""The old file under another name, made before it is written."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from fitslint.repair.write.errors import UNSUPPORTED, refused
from fitslint.repair.write.names import folder_of, name_of
from fitslint.repair.write.plain import copy_whole
from fitslint.repair.write.target import Target
from fitslint.repair.write.temporary import (
    keep_metadata,
    keep_times,
    place_new,
    sync_folder,
    temporary,
)

_NO_LINK = UNSUPPORTED | {errno.EPERM, errno.EACCES, errno.EMLINK}


@contextmanager
def backed_up(target: Target, suffix: str | None, by_link: bool) -> Iterator[str | None]:
    """Keep the old file as ``NAME + suffix``; it is gone again when the work fails.

    A second name for the old file is enough where the file is replaced; where it is written in
    place, that name would change with it, and a copy is made.
    """
    if suffix is None:
        yield None
        return
    path = _path(target, suffix)
    made = _make(target, path, by_link)
    sync_folder(target, path)
    try:
        yield path
    except BaseException:
        if made:
            with suppress(OSError):
                target.system.unlink(path)
        raise


def _path(target: Target, suffix: str) -> str:
    if not suffix or os.sep in suffix or (os.altsep or os.sep) in suffix or "\0" in suffix:
        raise refused(f"{suffix!r} is no suffix for a backup; write one such as .bak")
    return target.path + suffix


def _make(target: Target, path: str, by_link: bool) -> bool:
    """Make the backup; False when a run that was cut short has left the same one."""
    target.doing = f"making the backup {path}"
    if by_link:
        try:
            target.system.link(target.path, path)
        except FileExistsError:
            if os.path.samestat(target.system.lstat(path), target.status):
                return False
            raise refused(f"the backup {path} exists already") from None
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
        else:
            target.use("backup by hard link")
            return True
    if os.path.lexists(path):
        raise refused(f"the backup {path} exists already")
    with temporary(target, folder_of(path), name_of(target.path)) as made:
        copy_whole(target, made.fd)
        keep_metadata(target, made.fd)
        keep_times(target, made)
        target.system.fsync(made.fd)
        place_new(target, made, path)
    target.use("backup by copy")
    return True
