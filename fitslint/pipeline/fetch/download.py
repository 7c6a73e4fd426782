"""A file from an address: continued where it broke, checked, and there completely or not at all."""

from __future__ import annotations

import gzip
import os
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fitslint.pipeline.fetch.digest import read_sha256_file, write_sha256_file
from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.limits import retry
from fitslint.pipeline.fetch.partial_file import PartialFile, build_disk_error, lock_partial
from fitslint.pipeline.fetch.responses import redact_url
from fitslint.pipeline.fetch.session import Session, validate_url
from fitslint.pipeline.fetch.transfer import Transfer, run_transfer
from fitslint.pipeline.progress import Progress
from fitslint.products import digest as digests

HeadInspector = Callable[[bytes], str | None]
"""Says of the first bytes of a file why it is not the one that is wanted; None when it is."""
FileVerifier = Callable[[Path], None]
"""Looks at a whole file, and ends with a FetchError when it is damaged."""
_HEAD_SIZE = 4096
_CHUNK_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class DownloadedFile:
    """A file that is there.

    Attributes
    ----------
    path : Path
    url : str
        where it was fetched, without a query, which may hold a key; empty where it was there
        already.
    sha256 : str
        64 hexadecimal digits; they stand in ``NAME.sha256`` as well.
    size : int
        bytes.
    """

    path: Path
    url: str
    sha256: str
    size: int

    @property
    def is_fresh(self) -> bool:
        """Whether it was fetched now."""
        return bool(self.url)


def download(
    session: Session,
    url: str,
    target: Path,
    *,
    sha256: str | None = None,
    inspect_head: HeadInspector | None = None,
    verify_file: FileVerifier | None = None,
    progress: Progress | None = None,
) -> DownloadedFile:
    """Fetch a file, or find that it is there.

    What an earlier call left in ``NAME.part`` is continued when the server confirms that it is of
    the same version.

    Parameters
    ----------
    session : Session
    url : str
    target : Path
        the file; its folder is made.
    sha256 : str, optional
        of the file; with another one it is thrown away.
    inspect_head : callable, optional
        looks at the first bytes.
    verify_file : callable, optional
        looks at the whole file before it gets its name: without a Content-Length the end of a
        connection may be the end of the file or not.
    progress : callable, optional
        is told the bytes that are there, and all of them (0: not known).

    Raises
    ------
    FetchError
        when it cannot be fetched, is another file, or cannot be written. Nothing is under its name
        then; ``NAME.part`` keeps what may be continued.
    """
    there = find_existing(target, sha256)
    if there is not None:
        return there
    with lock_partial(target) as part:
        there = find_existing(target, sha256)
        if there is not None:
            return there
        deadline = time.monotonic() + session.limits.total_seconds
        taking = Transfer(session, url, part, deadline, progress)
        origin = retry(lambda: run_transfer(taking), session.limits, lambda: part.size)
        try:
            if origin.encoding == "gzip":
                _undo_transfer_gzip(part, url, session.limits.file_bytes)
            digest = _verify_part(part, url, sha256, inspect_head, verify_file)
            size = part.size
            part.rename_to(target)
            place = redact_url(validate_url(url))
            write_sha256_file(target, digest, place)
        except OSError as error:
            raise build_disk_error(error, target) from None
    return DownloadedFile(target, place, digest, size)


def find_existing(target: Path, sha256: str | None = None) -> DownloadedFile | None:
    """A file that is there already, held against what is known of it.

    Raises
    ------
    FetchError
        when it is another file than the one that is wanted, or was fetched.
    """
    if not os.path.lexists(target):
        return None
    if not target.is_file():
        raise FetchError("disk", "there is something else of this name", str(target))
    try:
        digest, size = digests.compute_sha256(target), target.stat().st_size
        known = (
            ("the one that is wanted", sha256),
            ("when it was fetched", read_sha256_file(target)),
        )
        for what, other in known:
            if other is not None and digest != other.lower():
                raise FetchError(
                    "checksum", f"its SHA-256 is {digest}, and {what} it is {other}; move the file "
                    "away to fetch it again", str(target),
                )  # fmt: skip
        if read_sha256_file(target) is None:
            write_sha256_file(target, digest)
    except OSError as error:
        raise build_disk_error(error, target) from None
    return DownloadedFile(target, "", digest, size)


def _verify_part(
    part: PartialFile,
    url: str,
    sha256: str | None,
    judge: HeadInspector | None,
    examine: FileVerifier | None,
) -> str:
    """The digest of a complete part that is the file; another one is thrown away."""
    digest = digests.compute_sha256(part.path)
    try:
        _check_content(part, digest, sha256, judge)
        if examine is not None:
            examine(part.path)
    except FetchError as error:
        part.discard()
        raise FetchError(error.reason, error.sentence, redact_url(validate_url(url))) from None
    return digest


def _check_content(
    part: PartialFile, digest: str, sha256: str | None, judge: HeadInspector | None
) -> None:
    why = judge(os.pread(part.fd, _HEAD_SIZE, 0)) if judge else None
    if why is not None:
        raise FetchError("not-the-file", why, str(part.path))
    if sha256 is not None and digest != sha256.lower():
        said = f"the SHA-256 of what came is {digest}, not {sha256}"
        raise FetchError("checksum", said, str(part.path))


def _undo_transfer_gzip(part: PartialFile, url: str, limit: int) -> None:
    """Undo the packing of a transfer, where what it packs is packed itself.

    Servers also tell ``Content-Encoding: gzip`` of a ``.tar.gz`` as it is stored; that stays.
    """
    packed = part.path.with_name(f"{part.path.name}.plain")
    try:
        with gzip.open(part.path, "rb") as stream:
            head = stream.read(2)
            if head != b"\x1f\x8b":
                return
            with packed.open("wb") as file:
                while head:
                    file.write(head)
                    if file.tell() > limit:
                        raise _build_size_error(url, limit)
                    head = stream.read(_CHUNK_SIZE)
        _replace_content(part, packed)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        part.discard()
        raise FetchError(
            "not-the-file", "the packing of the transfer is damaged", redact_url(validate_url(url))
        ) from None
    finally:
        packed.unlink(missing_ok=True)


def _build_size_error(url: str, limit: int) -> FetchError:
    said = f"unpacked it is longer than the {limit} bytes that are taken"
    return FetchError("too-large", said, redact_url(validate_url(url)))


def _replace_content(part: PartialFile, plain: Path) -> None:
    """Put the bytes of ``plain`` into the part, whose lock has to stay."""
    os.ftruncate(part.fd, 0)
    at = 0
    with plain.open("rb") as file:
        while piece := file.read(_CHUNK_SIZE):
            part.add(piece, at)
            at += len(piece)
