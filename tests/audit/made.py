"""Audits made of rows, where no files are needed."""

from pathlib import Path

import pyarrow as pa

from fitslint.audit.tables import (
    MANIFEST_FILE,
    MANIFEST_SCHEMA,
    SCHEMAS,
    TABLES,
    ParquetFileWriter,
    ShardWriter,
)


def build_table(name, rows):
    """A table of dicts, of which what is missing is null."""
    return pa.Table.from_pylist(list(rows), schema=SCHEMAS[name])


def make_audit(folder: Path, *shards, manifest=()):
    """Write an audit; each shard is a dict of rows by table."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = ParquetFileWriter(folder / MANIFEST_FILE, MANIFEST_SCHEMA)
    writer.write(pa.Table.from_pylist(list(manifest), schema=MANIFEST_SCHEMA))
    writer.finish({})
    for number, tables in enumerate(shards):
        with ShardWriter(folder, number) as shard:
            for name in TABLES:
                shard.write(name, build_table(name, tables.get(name, ())))
            shard.finish({})
    return folder
