"""The old file under another name, made before it is written."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from fitslint.repair.write.errors import UNSUPPORTED, make_refusal
from fitslint.repair.write.names import get_base_name, get_folder
from fitslint.repair.write.plain import copy_file
from fitslint.repair.write.target import Target
from fitslint.repair.write.temporary import (
    copy_metadata,
    copy_times,
    link_new,
    open_temporary,
    sync_folder,
)

_NO_LINK = UNSUPPORTED | {errno.EPERM, errno.EACCES, errno.EMLINK}


@contextmanager
def keep_backup(target: Target, suffix: str | None, by_link: bool) -> Iterator[str | None]:
    """Keep the old file as ``NAME + suffix``; it is gone again when the work fails.

    A second name for the old file is enough where the file is replaced; where it is written in
    place, that name would change with it, and a copy is made.
    """
    if suffix is None:
        yield None
        return
    path = _build_path(target, suffix)
    is_new = _make_backup(target, path, by_link)
    sync_folder(target, path)
    try:
        yield path
    except BaseException:
        if is_new:
            with suppress(OSError):
                target.system.unlink(path)
        raise


def _build_path(target: Target, suffix: str) -> str:
    if not suffix or os.sep in suffix or (os.altsep or os.sep) in suffix or "\0" in suffix:
        raise make_refusal(f"{suffix!r} is no suffix for a backup; write one such as .bak")
    return target.path + suffix


def _make_backup(target: Target, path: str, by_link: bool) -> bool:
    """Make the backup; False when a run that was cut short has left the same one."""
    target.current_step = f"making the backup {path}"
    if by_link:
        try:
            target.system.link(target.path, path)
        except FileExistsError:
            if os.path.samestat(target.system.lstat(path), target.status):
                return False
            raise make_refusal(f"the backup {path} exists already") from None
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
        else:
            target.record_method("backup by hard link")
            return True
    if os.path.lexists(path):
        raise make_refusal(f"the backup {path} exists already")
    with open_temporary(target, get_folder(path), get_base_name(target.path)) as temporary:
        copy_file(target, temporary.fd)
        copy_metadata(target, temporary.fd)
        copy_times(target, temporary)
        target.system.fsync(temporary.fd)
        link_new(target, temporary, path)
    target.record_method("backup by copy")
    return True
