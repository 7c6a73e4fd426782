"""The tables of an audit and their parts on disk: the contract between who writes and who asks.

Under the folder of an audit lie ``manifest.parquet``, what was listed, and for each shard of it
three parts, ``parts/files-00000.parquet``, ``findings-00000.parquet`` and
``keywords-00000.parquet``. A part is written under another name, synced and renamed; that of the
files comes last and names the sizes of the other two: where it is whole, so is the shard. All
parts of a table together, in the order of their names, are the table; a file stands in one shard.

Paths are those of :func:`fitslint.audit.paths.escape_path`. Everything that a file does not say
is null. Texts of headers are UTF-8 whatever bytes they were.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from fitslint.audit.rule_counts import RuleCounts, add_rule_counts, count_rules

TableName = Literal["files", "findings", "keywords"]
TABLES: tuple[TableName, ...] = ("files", "findings", "keywords")
SCHEMA_ID = "urn:fitslint:audit:1.3.0"
MANIFEST_FILE, PARTS_FOLDER = "manifest.parquet", "parts"
ROWS_MAX = 65_536
"""Rows of a row group, and of what a reader is handed at once."""
_META_KEY = b"fitslint"
_TEMPORARY_SUFFIX = ".part"
_GROUP_ROWS = 4096
"""Rows of a row group at least, but in the last one."""
_UNIQUE = frozenset(
    ("path", "etag", "date_obs", "time_obs", "frame_id", "exp_id", "header_hash", "datasum",
     "data_digest", "fingerprint", "ra", "dec", "sky_position", "solar_frame",
     "start_time", "end_time")
)  # fmt: skip
"""Texts that are hardly ever twice the same."""

_TEXT, _INT, _LONG, _REAL = pa.string(), pa.int32(), pa.int64(), pa.float64()
_EXTREME = pa.list_(pa.struct([("value", _REAL), ("path", _TEXT)]))


def _build_schema(**types: pa.DataType) -> pa.Schema:
    return pa.schema(list(types.items()))


MANIFEST_SCHEMA = _build_schema(
    path=_TEXT,  # escaped path, or URL
    size=_LONG,  # bytes; null where listing did not tell
    mtime_ns=_LONG,  # nanoseconds since 1970; null where not told
    etag=_TEXT,  # of a remote file
    shard=_INT,
)
"""A row for each file that was listed; the rows of a shard are one row group."""

FILES_SCHEMA = _build_schema(
    path=_TEXT, size=_LONG, mtime_ns=_LONG, etag=_TEXT,
    folder=_TEXT,  # the path up to its last slash
    status=_TEXT,  # ok unreadable not-fits truncated timeout crashed skipped gone
    reason=_TEXT,  # why there is no verdict, in English
    verdict=_TEXT,  # conforms violates undetermined
    exit_code=pa.int8(),  # what `fitslint check` would exit with: 0, 1 or 3
    errors=_INT, warnings=_INT, infos=_INT,  # findings, those not kept included
    waived=_INT, known=_INT,  # findings that a waiver accepts, and those of the baseline
    waivers=pa.list_(pa.struct([("number", _INT), ("accepted", _INT)])),  # for it, from 0
    capped=_TEXT,  # JSON: code -> true number, for rules of which not every finding was kept
    packed=pa.bool_(),  # compressed as a whole: bytes of findings are not those on disk
    hdus=_INT, cards=_INT, header_bytes=_LONG, data_bytes=_LONG,
    dictionary=_TEXT,  # the most special dictionary that held
    instrument=_TEXT,  # INSTRUME, else TELESCOP
    telescope=_TEXT, object=_TEXT,
    date_obs=_TEXT,  # as written
    night=_TEXT,  # yyyy-mm-dd of date_obs, where it is such a date
    time_obs=_TEXT,  # UT, TIME-OBS, UTC-OBS or UT-STR, as written
    mjd_start=_REAL, mjd_end=_REAL,  # days; from MJD cards, else from the date and EXPTIME
    exptime=_REAL,  # s
    filter=_TEXT,  # FILTER, FILTERS or FILTER01, -02 … joined by +
    ra=_TEXT, dec=_TEXT, observer=_TEXT, prop_id=_TEXT, obs_mode=_TEXT, data_type=_TEXT,
    frame_id=_TEXT, exp_id=_TEXT, det_id=_TEXT, ins_ver=_TEXT,
    start_frame=_LONG, end_frame=_LONG,  # NoRH: STARTFRM, ENDFRM
    start_time=_TEXT, end_time=_TEXT,  # NoRH: STRT-OBS, END-OBS, as written
    polarization=_TEXT, frequency=_TEXT,  # NoRH: POLARIZ, OBS-FREQ
    product=_TEXT, tract=_LONG, patch=_TEXT,  # HSC: PRODUCT, TRACT, PATCH
    sky_position=_TEXT,  # CRVAL1 CRVAL2 of the first HDU that has both, as written
    solar_frame=_TEXT,  # NoRH: KEYWORD=value of pixels and ephemeris, blank between
    data_shape=_TEXT,  # of all data units: kind:BITPIX:NAXIS1xNAXIS2…, joined by blanks
    datasum=_TEXT,  # DATASUM of all HDUs with data, blank between; null where one has none
    data_digest=_TEXT,  # BLAKE2 of the data units where `--data` read them; null: URL, zero, none
    header_hash=_TEXT,  # 64 bits of all cards, 16 hexadecimal digits
    keyword_set=_TEXT,  # of the names of the keywords of all HDUs without their order
    groups=pa.list_(_TEXT),  # the census groups of its HDUs, each once
    ruleset=_TEXT,  # what decided the answer beside the file: settings, dictionaries, fitslint
)  # fmt: skip
"""A row for each file of the manifest, in its order."""

FINDINGS_SCHEMA = _build_schema(
    path=_TEXT, code=_TEXT, name=_TEXT, severity=_TEXT,
    hdu=_INT, extname=_TEXT, card=_INT, keyword=_TEXT, column=_INT, end_column=_INT,
    byte=_LONG,  # in the uncompressed stream
    message=_TEXT,  # in English; message_id and params say it in any language
    message_id=_TEXT, params=_TEXT,  # params: JSON
    clause=_TEXT,
    fix_safety=_TEXT, fix_title=_TEXT,  # null where there is no fix
    fingerprint=_TEXT,  # as in a baseline
    places=_INT,
    image=_TEXT,  # the card, Latin-1
)  # fmt: skip
"""A row for each finding that was kept, in the order of the files."""

KEYWORDS_SCHEMA = _build_schema(
    group=_TEXT,  # headers that have the same keywords, types, units and meanings
    instrument=_TEXT,  # as in the table of files
    hdu_kind=_TEXT,  # primary image table bintable …
    keyword=_TEXT,
    value_type=_TEXT,  # string logical integer real complex undefined none faulty
    unit=_TEXT,  # from the comment: [s]
    meaning=_TEXT,  # the comment without its unit
    files=_LONG, cards=_LONG,  # files that have it so, and cards of it in all of them
    first_date=_TEXT, first_path=_TEXT,  # the file of the earliest DATE-OBS (null: none has one)
    last_date=_TEXT, last_path=_TEXT,
    numbers=_LONG,  # values that are finite numbers, of those that were kept (VALUES_MAX a shard)
    minimum=_REAL, maximum=_REAL,
    quantiles=pa.list_(_REAL),  # at QUANTILES, of this shard; null where there are no numbers
    lowest=_EXTREME, highest=_EXTREME,  # the outermost EXTREMES_MAX values, with their files
)  # fmt: skip
"""What each shard has of each keyword, by group; a table of the whole archive adds them up.

The same keyword with another type, unit or meaning is another row: `GROUP BY instrument, hdu_kind,
keyword` tells where there are several, and ``first_date`` to ``last_date`` when.
"""

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
EXTREMES_MAX = 4
VALUES_MAX = 4_000_000
"""Numbers of a shard of which the census keeps quantiles and extremes, so that memory is bounded;
an archive of which a shard has more (files of hundreds of HDUs) has them of its first files."""
SCHEMAS: Mapping[str, pa.Schema] = {
    "files": FILES_SCHEMA, "findings": FINDINGS_SCHEMA, "keywords": KEYWORDS_SCHEMA,
}  # fmt: skip


class AuditFolderError(Exception):
    """The folder of an audit cannot be used; one sentence says why."""


class ShardFacts(NamedTuple):
    """What the part of the files of a shard says of it."""

    rows: int
    facts: dict[str, Any]
    """What was handed to :meth:`ShardWriter.finish`."""


def locate_part(folder: Path, table: TableName, shard: int) -> Path:
    """Where the part of a table for a shard is."""
    return folder / PARTS_FOLDER / f"{table}-{shard:05d}.parquet"


def list_parts(folder: Path, table: TableName) -> list[Path]:
    """The parts of a table that are there, in order.

    Raises
    ------
    AuditFolderError
        when there is no audit.
    """
    if not (folder / MANIFEST_FILE).is_file():
        raise AuditFolderError(f"{folder}: there is no audit; `fitslint audit run` makes one")
    found = (folder / PARTS_FOLDER).glob(f"{table}-*.parquet")
    return sorted(found, key=lambda path: int(path.stem.rpartition("-")[2]))


def read_batches(
    folder: Path, table: TableName, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of a table, at most :data:`ROWS_MAX` at once, of the columns that are asked for."""
    for path in list_parts(folder, table):
        with pq.ParquetFile(path) as part:
            yield from part.iter_batches(ROWS_MAX, columns=columns)


class ParquetFileWriter:
    """Writes a Parquet file in pieces; it appears under its name when it is whole.

    Parameters
    ----------
    path : Path
        where it will be.
    schema : pyarrow.Schema
        its columns.

    Raises
    ------
    OSError
        by every method, when it cannot be written; what was there is as it was.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self._temporary = path.with_name(f".{path.name}.{os.getpid()}{_TEMPORARY_SUFFIX}")
        self._stream = self._temporary.open("wb")
        self._writer = pq.ParquetWriter(
            self._stream, schema, compression="zstd", compression_level=1,
            write_page_checksum=True, use_dictionary=_list_repetitive(schema),
        )  # fmt: skip
        self._waiting: list[pa.Table] = []

    def write(self, table: pa.Table, *, is_group: bool = False) -> None:
        """Add rows; they are a row group of their own, or small tables share one."""
        self._waiting.append(table)
        if is_group or sum(map(len, self._waiting)) >= _GROUP_ROWS:
            self._write_waiting()

    def _write_waiting(self) -> None:
        table = pa.concat_tables(self._waiting) if self._waiting else ()
        self._waiting = []
        if len(table):
            self._writer.write_table(table, row_group_size=ROWS_MAX)

    def finish(self, facts: Mapping[str, Any], *, is_last: bool = True) -> int:
        """Give the file its name; its size in bytes. ``facts`` is what it says of itself.

        The name lasts when this is the last one, with those that were given before it.
        """
        self._write_waiting()
        meta = json.dumps({"schema": SCHEMA_ID, **facts}, sort_keys=True)
        self._writer.add_key_value_metadata({_META_KEY: meta})
        self._writer.close()
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        size = self._temporary.stat().st_size
        self._temporary.replace(self.path)
        if is_last:
            _sync_folder(self.path.parent)
        return size

    def discard(self) -> None:
        """Leave nothing behind of a file that did not get its name."""
        with contextlib.suppress(OSError, pa.ArrowException):
            self._writer.close()
        with contextlib.suppress(OSError):
            self._stream.close()
        self._temporary.unlink(missing_ok=True)


def _list_repetitive(schema: pa.Schema) -> list[str]:
    """The columns of text whose values come back from row to row."""
    return [
        field.name for field in schema if field.type == _TEXT and field.name not in _UNIQUE
    ]  # fmt: skip


class ShardWriter:
    """Writes the three parts of a shard, that of the files last.

    Used as a context manager: where the block ends without :meth:`finish`, nothing has changed.

    Raises
    ------
    OSError
        by every method, when a part cannot be written.
    """

    def __init__(self, folder: Path, shard: int) -> None:
        (folder / PARTS_FOLDER).mkdir(exist_ok=True)
        self.shard = shard
        self._rules: RuleCounts = {}
        self._parts: dict[TableName, ParquetFileWriter] = {}
        with contextlib.ExitStack() as stack:
            stack.callback(self._discard)
            for name in TABLES:
                path = locate_part(folder, name, shard)
                self._parts[name] = ParquetFileWriter(path, SCHEMAS[name])
            stack.pop_all()

    def __enter__(self) -> ShardWriter:
        return self

    def __exit__(self, *exc: object) -> None:
        self._discard()

    def write(self, name: TableName, table: pa.Table) -> None:
        """Add rows of a table; the findings of a file come in one piece."""
        if name == "findings":
            self._rules = add_rule_counts(self._rules, count_rules(table))
        self._parts[name].write(table)

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Give the parts their names; ``facts`` is what is said of the shard, as JSON has it."""
        said: dict[TableName, dict[str, Any]] = {
            "findings": {"rules": list(self._rules.values())}, "keywords": {},
        }  # fmt: skip
        sizes = {
            name: self._parts[name].finish({"shard": self.shard, **said[name]}, is_last=False)
            for name in TABLES[1:]
        }
        self._parts["files"].finish({**facts, "shard": self.shard, "sizes": sizes})

    def _discard(self) -> None:
        for part in self._parts.values():
            part.discard()


def remove_temporaries(path: Path) -> None:
    """Remove what processes that were killed have left of a Parquet file."""
    for temporary in path.parent.glob(f".{path.name}.*{_TEMPORARY_SUFFIX}"):
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_part_facts(path: Path) -> ShardFacts | None:
    """The rows and facts of a Parquet file of ours; None where it is half, or none.

    Raises
    ------
    OSError
        when it is there and cannot be opened.
    """
    try:
        stream = path.open("rb")
    except (FileNotFoundError, NotADirectoryError):
        return None
    with stream:
        try:
            meta = pq.read_metadata(stream)
            facts = json.loads(meta.metadata[_META_KEY])
        except (OSError, pa.ArrowException, KeyError, TypeError, ValueError):
            return None
    return ShardFacts(meta.num_rows, facts) if facts.get("schema") == SCHEMA_ID else None


def read_shard_facts(folder: Path, shard: int) -> ShardFacts | None:
    """What is known of a shard that is whole; None of one that is not.

    Raises
    ------
    OSError
        when a part is there and cannot be opened.
    """
    found = read_part_facts(locate_part(folder, "files", shard))
    if found is None:
        return None
    for name in TABLES[1:]:
        path = locate_part(folder, name, shard)
        try:
            size = path.stat().st_size
        except OSError:
            return None
        if size != found.facts.get("sizes", {}).get(name) or read_part_facts(path) is None:
            return None
    return found


def read_part(folder: Path, table: TableName, shard: int) -> pa.Table:
    """The part of a shard; the sums of its pages are held against it.

    Raises
    ------
    OSError
        when it cannot be read.
    pyarrow.ArrowException
        when it is damaged.
    """
    path = locate_part(folder, table, shard)
    return pq.ParquetFile(path, page_checksum_verification=True).read()
