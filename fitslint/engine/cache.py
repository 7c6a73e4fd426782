"""Remembering reports from one run to the next, for files that stay as they are.

A file is taken for the same while its size, its place on the disk and its times are: the time of
its last change too, which no program can set, since a repair keeps the time of modification. What
else decides an answer (the settings, the dictionaries of the user, the code of fitslint, the day)
is in a digest that every entry carries. A cache that cannot be read or written is done without.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from fitslint.config.settings import Settings
from fitslint.data_files import find_data_folder
from fitslint.engine.stored_reports import can_be_stored, decode_report, encode_report
from fitslint.model.finding import FileReport
from fitslint.model.records import replace
from fitslint.text import get_language

CACHE_FILE = "reports-1.sqlite3"
_PACKAGE = str(Path(__file__).parent.parent)
_TABLE = "CREATE TABLE IF NOT EXISTS report (path BLOB PRIMARY KEY, stamp BLOB, sum INT, data BLOB)"
_SIZE_MAX = 1 << 30
"""Bytes of the file from which it is begun afresh."""
_FAILURES_MAX = 3
"""Failures after which a process does without."""
_WAIT_SECONDS = 1.0
"""How long another run is waited for that writes at the moment."""
_SETTLED_SECONDS = 2.0
"""Files that changed later than so many seconds ago may change once more within the same tick."""


class ReportCache:
    """Reports in a file of SQLite, which several processes may use at once.

    Parameters
    ----------
    folder : str
        where it lies; it is made, for its owner only.
    digest : bytes
        what decides an answer beside the file, by :func:`compute_digest`.
    settled_seconds : float
        files that changed less than so long ago are not remembered.
    """

    def __init__(
        self, folder: str, digest: bytes, settled_seconds: float = _SETTLED_SECONDS
    ) -> None:
        self.folder = folder
        self._digest = digest
        self._settled = settled_seconds
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._failures = 0
        self._new: list[tuple[bytes, bytes, int, bytes]] = []

    def __reduce__(self) -> tuple[object, ...]:
        return ReportCache, (self.folder, self._digest, self._settled)

    def stamp(self, path: str) -> bytes | None:
        """What tells that a file is the same as before; None for what is not to be remembered."""
        try:
            status = os.stat(path)  # noqa: PTH116 -- names of any bytes
        except (OSError, ValueError):
            return None
        latest = max(status.st_mtime, status.st_ctime)
        if latest > time.time() - self._settled:
            return None
        facts = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns,
                 status.st_ctime_ns, path)  # fmt: skip
        text = repr(facts).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, digest_size=16, key=self._digest).digest()

    def find(self, path: str, stamp: bytes | None) -> FileReport | None:
        """The report of a file, if it is remembered."""
        if stamp is None or self._failures >= _FAILURES_MAX:
            return None
        with self._survive():
            query = "SELECT sum, data FROM report WHERE path = ? AND stamp = ?"
            row = self._connect().execute(query, (_name(path), stamp)).fetchone()
            if row is not None and zlib.crc32(row[1], zlib.crc32(stamp)) == row[0]:
                return decode_report(row[1], path)
        return None

    def add(self, path: str, stamp: bytes | None, report: FileReport) -> None:
        """Remember a report when the batch is saved."""
        if stamp is not None and can_be_stored(report):
            data = encode_report(report)
            self._new.append((_name(path), stamp, zlib.crc32(data, zlib.crc32(stamp)), data))

    def save(self) -> None:
        """Write what is new."""
        rows, self._new = self._new, []
        if not rows or self._failures >= _FAILURES_MAX:
            return
        with self._survive():
            connection = self._connect()
            with connection:
                connection.executemany("INSERT OR REPLACE INTO report VALUES (?, ?, ?, ?)", rows)

    def explain_failure(self) -> str | None:
        """Why nothing can be remembered; None where it can, as far as is seen now."""
        try:
            with self._connect() as connection:
                connection.execute("BEGIN IMMEDIATE")
        except (sqlite3.Error, OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
        else:
            return None
        self.forget()
        # Another run that writes at the moment is no failure, and a broken file is thrown away.
        return None if "locked" in reason or "not a database" in reason else reason

    def forget(self) -> None:
        """Let go of what an interruption may have left half done."""
        self._new = []
        if self._connection is not None and self._process == os.getpid():
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    @contextlib.contextmanager
    def _survive(self) -> Iterator[None]:
        """Do without the cache where it fails; one that is broken is thrown away."""
        try:
            yield
        except (sqlite3.OperationalError, OSError):
            self._failures += 1  # locked, or not to be read or written
            self.forget()
        except (sqlite3.Error, ValueError, TypeError, KeyError, OverflowError):
            self._failures += 1
            self.forget()
            with contextlib.suppress(OSError):
                Path(self.folder, CACHE_FILE).unlink()

    def _connect(self) -> sqlite3.Connection:
        """The connection of this process: one must not be taken along into another."""
        if self._connection is None or self._process != os.getpid():
            self._process = os.getpid()
            self._connection = _open_file(self.folder)
        return self._connection


def _open_file(folder: str) -> sqlite3.Connection:
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    path = Path(folder, CACHE_FILE)
    with contextlib.suppress(FileNotFoundError):
        status = path.stat(follow_symlinks=False)
        if status.st_uid != os.geteuid():
            raise PermissionError(f"{path} belongs to another user")
        if status.st_size > _SIZE_MAX:
            path.unlink()
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS)
    # What a power failure spoils is thrown away; nobody has to wait for the disk.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = TRUNCATE")

    connection.execute(_TABLE)
    return connection


def _name(path: str) -> bytes:
    return os.fsencode(os.path.abspath(path))  # noqa: PTH100 -- names of any bytes


def find_cache_folder(settings: Settings) -> str | None:
    """Where reports are remembered, None where they are not."""
    if settings.cache_folder:
        return settings.cache_folder
    if not settings.cache:
        return None
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # noqa: PTH117 -- the specification passes over relative ones
        base = os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118
    return os.path.join(base, "fitslint")  # noqa: PTH118


def compute_digest(settings: Settings, day: str) -> bytes:
    """What decides an answer beside the file: settings, own dictionaries, fitslint, the day."""
    plain = replace(
        settings, jobs=None, cache=False, cache_folder=None, baseline=None, waivers=None
    )
    digest = hashlib.blake2b(digest_size=32)
    digest.update(repr((day, get_language(), plain)).encode("utf-8", "surrogatepass"))
    own = [
        *settings.dictionary_path,
        *(word for word in settings.dictionary if "/" in word or "." in word),
    ]
    for root in (_PACKAGE, str(find_data_folder()), *own):
        for fact in _list_files(root):
            digest.update(repr(fact).encode("utf-8", "surrogatepass"))
    return digest.digest()


def _list_files(root: str) -> Iterator[tuple[str, int, int]]:
    """(path, size, time) of a file, or of all files of a folder but those that are made."""
    if os.path.isfile(root):  # noqa: PTH113
        status = os.stat(root)  # noqa: PTH116
        yield root, status.st_size, status.st_mtime_ns
        return
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(child for child in folders if child != "__pycache__")
        for name in sorted(files):
            status = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118
            yield os.path.join(folder, name), status.st_size, status.st_mtime_ns  # noqa: PTH118
