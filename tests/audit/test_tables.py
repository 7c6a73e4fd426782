"""Parts of tables: written at once, read back, and known when half."""

import os

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.audit.paths import escape_path, unescape_path
from fitslint.audit.rows import RowBuffer
from fitslint.audit.tables import (
    FILES_SCHEMA,
    SCHEMAS,
    TABLES,
    AuditFolderError,
    ParquetFileWriter,
    ShardWriter,
    list_parts,
    locate_part,
    read_batches,
    read_part,
    read_shard_facts,
)


def fill(name, *rows):
    buffer = RowBuffer(SCHEMAS[name])
    for row in rows:
        buffer.add([row.get(field) for field in buffer.schema.names])
    return buffer.build_table()


def tables(paths):
    return {
        "files": fill("files", *({"path": path, "groups": ["g"]} for path in paths)),
        "findings": fill("findings", *({"path": path, "code": "MK101"} for path in paths)),
        "keywords": fill(
            "keywords", {"keyword": "OBJECT", "lowest": [{"value": 1.0, "path": "a"}]}
        ),
    }


def write_shard(folder, shard, tables, facts):
    with ShardWriter(folder, shard) as writer:
        for name, table in tables.items():
            writer.write(name, table)
        writer.finish(facts)


@pytest.fixture
def audit(tmp_path):
    ParquetFileWriter(tmp_path / "manifest.parquet", FILES_SCHEMA).finish({})
    return tmp_path


def test_a_shard_is_read_as_it_was_written(audit):
    for shard, paths in enumerate((["a", "b"], [], ["line\nbreak"])):
        write_shard(audit, shard, tables(paths), {"errors": shard})
    found = [row["path"] for batch in read_batches(audit, "files") for row in batch.to_pylist()]
    assert found == ["a", "b", "line\nbreak"]
    assert read_part(audit, "files", 2).schema.equals(FILES_SCHEMA)
    facts = read_shard_facts(audit, 2)
    assert (facts.rows, facts.facts["errors"]) == (1, 2)
    assert sorted(one.name for one in (audit / "parts").iterdir()) == sorted(
        path.name for name in TABLES for path in list_parts(audit, name)
    )


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("keep", [0, 10, -1])
def test_a_part_that_is_half_is_no_part(audit, table, keep):
    write_shard(audit, 0, tables(["a"]), {})
    part = locate_part(audit, table, 0)
    data = part.read_bytes()
    part.write_bytes(data[:keep])
    assert read_shard_facts(audit, 0) is None
    part.unlink()
    assert read_shard_facts(audit, 0) is None


def test_a_folder_without_audit_is_named(tmp_path):
    with pytest.raises(AuditFolderError, match="audit run"):
        list_parts(tmp_path, "files")


def test_what_cannot_be_written_leaves_what_was_there(audit, monkeypatch):
    write_shard(audit, 0, tables(["a"]), {})

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="space"):
        write_shard(audit, 0, tables(["b"]), {})
    assert read_part(audit, "files", 0)["path"].to_pylist() == ["a"]
    assert not [one for one in (audit / "parts").iterdir() if one.suffix == ".part"]


@given(st.binary(max_size=20).filter(lambda name: b"\0" not in name))
def test_a_path_of_any_bytes_comes_back(name):
    path = os.fsdecode(name)
    text = escape_path(path)
    assert os.fsencode(unescape_path(text)) == name
    assert pa.array([text])[0].as_py() == text


@given(st.lists(st.binary(max_size=4).filter(lambda name: b"\0" not in name), unique=True))
def test_two_paths_are_never_one(names):
    assert len({escape_path(os.fsdecode(name)) for name in names}) == len(names)
