"""What an audit says, to be held against another one."""

import pytest

from fitslint.audit import run as run_module
from fitslint.audit.run import AuditRun, run_audit
from fitslint.audit.shard import ShardChecker
from fitslint.audit.tables import TABLES, list_parts, read_part
from fitslint.config.settings import Settings

WHERE = ("path", "folder", "first_path", "last_path", "mtime_ns", "etag", "ruleset")


def run(folder, *roots, settings=None, **options):
    made = AuditRun(tuple(map(str, roots)), str(folder), settings or Settings(), **options)
    return run_audit(made)


def run_here(folder, *roots, **options):
    """The same in this process: no other is started, and a test sees what is done."""

    def work(job, shard):
        return ShardChecker(job).run(shard)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "run_shard", work)
        return run(folder, *roots, jobs=1, **options)


def read_rows(folder, table):
    parts = (int(path.stem.split("-")[1]) for path in list_parts(folder, table))
    return [row for part in parts for row in read_part(folder, table, part).to_pylist()]


def read_all(folder):
    """All rows of all tables, part by part."""
    return {table: read_rows(folder, table) for table in TABLES}


def list_findings(folder, root):
    """(path below root, code, place) of every finding."""
    return sorted(
        (row["path"].removeprefix(root).lstrip("/"), row["code"], row["hdu"] or 0,
         row["card"] or 0, row["fingerprint"])
        for row in read_rows(folder, "findings")
    )  # fmt: skip
