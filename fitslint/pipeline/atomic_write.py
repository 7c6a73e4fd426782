"""Small files that are there completely or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomic(path: Path, data: bytes, *, temporary_path: Path | None = None) -> None:
    """Write a file at once: a reader sees the old one or the new one, whenever the machine stops.

    Parameters
    ----------
    path : Path
        the file, or that to which the link leads; a device or pipe is written to.
    data : bytes
        its content.
    temporary_path : Path, optional
        the temporary file in the same folder, for one writer at a time: the next write takes up
        what a killed one has left. By default it has a name that no other has.

    Raises
    ------
    OSError
        when it cannot be written; what was there is as it was.
    """
    if path.exists() and not path.is_file():
        # A device or pipe (/dev/null, /dev/stdout) is written to; nothing takes its name.
        with path.open("wb") as file:
            file.write(data)
        return
    path = Path(os.path.realpath(path))
    made = temporary_path or path.with_name(f".{path.name[:60]}.{os.urandom(4).hex()}.part")
    try:
        with made.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
