"""New files, which are there completely or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from fitslint.products.errors import ProductError
from fitslint.repair.stream import PatchedReader
from fitslint.repair.write.packers import make_packer
from fitslint.source.wrappers import Wrapper, find_promise

_PIECE = 1 << 22


def write_stream(stream: PatchedReader, output: str, *, overwrite: bool) -> str:
    """Write a stream to a file; one whose name has the suffix of a wrapper (.gz) is packed.

    The bytes go to a temporary file in the same folder, which takes the name when they are on the
    device. Folders are made.

    Returns
    -------
    str
        the path.

    Raises
    ------
    ProductError
        when there is a file already and ``overwrite`` does not say that it may go, when it is a
        folder or device, or it cannot be written; nothing is left behind.
    """
    path = Path(output)
    if not overwrite and os.path.lexists(path):
        raise _make_exists_error(output)
    if path.exists() and not path.is_file():
        raise ProductError("is no regular file; name another", path=output)
    try:
        _make_folder(path.parent)
        made = path.parent / f".{path.name[:200]}.{os.urandom(4).hex()}.part"
        try:
            with made.open("xb") as file:
                _copy_stream(stream, file, find_promise(path.suffix))
                file.flush()
                os.fsync(file.fileno())
            _move_into_place(made, path, overwrite=overwrite)
        finally:
            with suppress(OSError):
                made.unlink(missing_ok=True)
        sync_output_folder(path.parent)
    except FileExistsError:
        raise _make_exists_error(output) from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise ProductError(f"cannot be written: {said}", path=output) from None
    return output


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(f"{path} is a file, not a folder") from None


def _make_exists_error(output: str) -> ProductError:
    return ProductError("there is such a file already; say overwrite", path=output)


def _copy_stream(stream: PatchedReader, file: BinaryIO, wrapper: Wrapper | None) -> None:
    packer = make_packer(wrapper.name) if wrapper else None
    size = stream.measure_size()
    for at in range(0, size, _PIECE):
        data = stream.read_at(at, min(_PIECE, size - at))
        file.write(packer.compress(data) if packer else data)
    if packer:
        file.write(packer.flush())


def _move_into_place(made: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite:
        made.replace(path)
        return
    try:
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: a look, then a rename.
        if os.path.lexists(path):
            raise FileExistsError from None
        made.rename(path)


def sync_output_folder(folder: Path) -> None:
    """Bring the name to the device, where a folder can be synced."""
    with suppress(OSError):
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
