"""Audits made of rows, where no files are needed."""

from pathlib import Path

import pyarrow as pa

from fitslint.audit.job import AuditJob
from fitslint.audit.listing import list_roots
from fitslint.audit.manifest import write_manifest
from fitslint.audit.ruleset import compute_ruleset
from fitslint.audit.run import AuditRun
from fitslint.audit.shard import ShardChecker
from fitslint.audit.tables import (
    MANIFEST_FILE,
    MANIFEST_SCHEMA,
    SCHEMAS,
    TABLES,
    ParquetFileWriter,
    ShardWriter,
)
from fitslint.config.settings import Settings


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


def audit_files(folder, files, settings=None):
    """Audit files by name below ``folder/archive`` into ``folder/audit``, in this process."""
    for name, data in files.items():
        path = folder / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    audit = folder / "audit"
    audit.mkdir(exist_ok=True)
    options = AuditRun((str(folder / "archive"),), str(audit), settings or Settings())
    facts = {"roots": list(options.roots), "ruleset": compute_ruleset(options.settings)}
    manifest = write_manifest(audit, list_roots(options.roots), facts)
    checker = ShardChecker(AuditJob(str(audit), options.settings, facts["ruleset"]))
    for shard in manifest.shards:
        checker.run(shard)
    return options
