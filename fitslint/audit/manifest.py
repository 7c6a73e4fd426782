"""The manifest of an audit: every file once, in shards that are worked on by themselves.

A file that was seen before and is unchanged stays in its shard; new and changed ones make new
shards. So what lies in a shard can only become less until all of it is read again, and what was
found in the rest of it stays good.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from fitslint.audit.rows import join_columns, list_values
from fitslint.audit.tables import (
    MANIFEST_FILE,
    MANIFEST_SCHEMA,
    AuditFolderError,
    ParquetFileWriter,
    read_part_facts,
    remove_temporaries,
)
from fitslint.text import say

SHARD_SIZE = 4096
"""Files of a shard."""
_SMALL_SHARD, _TAPER = 2048, 3
"""Files that the last shards have at least, and the part of what is left that each of them takes:
no process is still busy with a large shard when the others have nothing left to do."""
_LISTING_FILE = "listing.parquet"
_KEY_BYTES = 8

Keys = npt.NDArray[np.uint64]


class ListedFile(NamedTuple):
    """A file as listing found it; the path is escaped, and what is not known is None."""

    path: str
    size: int | None = None
    mtime_ns: int | None = None
    etag: str | None = None


class ShardPlace(NamedTuple):
    """Where the rows of a shard are in the manifest, and what they are."""

    shard: int
    row_group: int
    rows: int
    digest: str
    """Of the rows: the parts of the shard say of which rows they are."""


class Manifest:
    """The manifest in the folder of an audit.

    Raises
    ------
    AuditFolderError
        when there is none, or only half of one.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / MANIFEST_FILE
        found = read_part_facts(self.path)
        if found is None:
            raise AuditFolderError(describe_lost_manifest(self.path))
        self.facts: dict[str, Any] = found.facts
        self.files = found.rows
        self.shards = {place[0]: ShardPlace(*place) for place in found.facts["shards"]}

    def read_shard(self, shard: int) -> list[ListedFile]:
        """The files of a shard."""
        with pq.ParquetFile(self.path, page_checksum_verification=True) as file:
            table = file.read_row_group(self.shards[shard].row_group)
        columns = [list_values(table[name]) for name in ListedFile._fields]
        return list(map(ListedFile._make, zip(*columns, strict=True)))


def describe_lost_manifest(path: Path) -> str:
    """Why there is no manifest that could be used, and what to do."""
    if path.exists():
        return say(
            "{path} is damaged or of another version; delete it, and `fitslint audit run` "
            "makes it anew",
            path=path,
        )
    return say("{path} is not there; `fitslint audit run` makes it", path=path)


class _ManifestWriter:
    """Writes shards one after the other."""

    def __init__(self, folder: Path, file_name: str = MANIFEST_FILE) -> None:
        remove_temporaries(folder / file_name)
        self._file = ParquetFileWriter(folder / file_name, MANIFEST_SCHEMA)
        self.places: list[ShardPlace] = []

    def add(self, shard: int, rows: Sequence[ListedFile]) -> None:
        columns = dict(zip(ListedFile._fields, zip(*rows, strict=True), strict=True))
        digest = hashlib.blake2b(repr(columns).encode("utf-8", "surrogatepass"), digest_size=16)
        places = len(self.places)
        self.places.append(ShardPlace(shard, places, len(rows), digest.hexdigest()))
        columns["shard"] = (shard,) * len(rows)
        self._file.write(join_columns(MANIFEST_SCHEMA, columns), is_group=True)

    def finish(self, facts: Mapping[str, Any]) -> None:
        self._file.finish({**facts, "shards": self.places})

    def __enter__(self) -> _ManifestWriter:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.discard()


def write_manifest(
    folder: Path, listed: Iterable[ListedFile], facts: Mapping[str, Any], size: int = SHARD_SIZE
) -> Manifest:
    """Write the manifest of an audit that has none.

    Parameters
    ----------
    listed
        the files; not more of them are in memory than two shards have.
    facts
        what the manifest says of the audit, as JSON has it.
    size : int
        files of a shard.

    Raises
    ------
    OSError
        when it cannot be written.
    """
    with _ManifestWriter(folder) as writer:
        for shard, rows in enumerate(_cut_tapered(listed, size)):
            writer.add(shard, rows)
        writer.finish({**facts, "shard_size": size, "next_shard": len(writer.places)})
    return Manifest(folder)


def update_manifest(
    old: Manifest, listed: Iterable[ListedFile], facts: Mapping[str, Any],
    list_failed: Callable[[int], Collection[str]] = lambda shard: (),
) -> Manifest:  # fmt: skip
    """Write the manifest anew after another listing; unchanged files stay in their shards.

    Parameters
    ----------
    listed
        the files that there are now.
    facts
        what the manifest says of the audit, as JSON has it.
    list_failed
        the paths in a shard that are to be read again, though they have not changed.

    Raises
    ------
    OSError
        when it cannot be written.
    """
    folder = old.path.parent
    size, following = old.facts["shard_size"], old.facts["next_shard"]
    listing = folder / _LISTING_FILE
    try:
        now = _store_listing(folder, listed, size)
        with _ManifestWriter(folder) as writer:
            kept = array("Q")
            for shard in old.shards:
                rows = old.read_shard(shard)
                keys = _hash_rows(rows)
                failed = list_failed(shard)
                chosen = _are_among(keys, now)
                if failed:
                    chosen &= np.array([row.path not in failed for row in rows])
                if chosen.any():
                    kept.frombytes(keys[chosen].tobytes())
                    writer.add(shard, [row for row, ok in zip(rows, chosen, strict=True) if ok])
            known = np.sort(np.frombuffer(kept, np.uint64)) if kept else np.zeros(0, np.uint64)
            for rows in _cut_tapered(_read_new(listing, known), size):
                writer.add(following, rows)
                following += 1
            writer.finish({**facts, "shard_size": size, "next_shard": following})
    finally:
        listing.unlink(missing_ok=True)
    return Manifest(folder)


def _store_listing(folder: Path, listed: Iterable[ListedFile], size: int) -> Keys:
    """Put a listing on disk; the sorted keys of its rows."""
    keys = array("Q")
    with _ManifestWriter(folder, _LISTING_FILE) as writer:
        for rows in _cut(listed, size):
            writer.add(0, rows)
            keys.frombytes(_hash_rows(rows).tobytes())
        writer.finish({})
    return np.sort(np.frombuffer(keys, np.uint64)) if keys else np.zeros(0, np.uint64)


def _read_new(listing: Path, known: Keys) -> Iterator[ListedFile]:
    """The files of a listing whose keys are not known."""
    with pq.ParquetFile(listing) as file:
        for batch in file.iter_batches(columns=list(ListedFile._fields)):
            rows = [ListedFile(**row) for row in batch.to_pylist()]
            for row, is_known in zip(rows, _are_among(_hash_rows(rows), known), strict=True):
                if not is_known:
                    yield row


def _hash_rows(rows: Sequence[ListedFile]) -> Keys:
    """64 bits of each row: so many that no two files of an archive have the same."""
    return np.frombuffer(
        b"".join(
            hashlib.blake2b(repr(row).encode(), digest_size=_KEY_BYTES).digest() for row in rows
        ),
        np.uint64,
    )


def _are_among(keys: Keys, known: Keys) -> npt.NDArray[np.bool_]:
    """Which keys are among the known ones, which are sorted."""
    if not len(known):
        return np.zeros(len(keys), np.bool_)
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: npt.NDArray[np.bool_] = known[places] == keys
    return found


def _cut(rows: Iterable[ListedFile], size: int) -> Iterator[list[ListedFile]]:
    source = iter(rows)
    while piece := list(islice(source, size)):
        yield piece


def _cut_tapered(rows: Iterable[ListedFile], size: int) -> Iterator[list[ListedFile]]:
    """Pieces of ``size``, and smaller ones of the last that are less than two of them.

    >>> [len(piece) for piece in _cut_tapered(map(ListedFile, map(str, range(20_000))), 4096)]
    [4096, 4096, 4096, 2570, 2048, 2048, 1046]
    """
    source = iter(rows)
    waiting: list[ListedFile] = []
    while len(waiting := waiting + list(islice(source, 2 * size - len(waiting)))) == 2 * size:
        yield waiting[:size]
        waiting = waiting[size:]
    while waiting:
        count = min(size, max(len(waiting) // _TAPER, _SMALL_SHARD))
        yield waiting[:count]
        waiting = waiting[count:]
