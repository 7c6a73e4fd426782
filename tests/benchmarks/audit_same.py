"""``python -m tests.benchmarks.audit_same``: one archive by 1, 2 and 4 workers and by Dask.

The files have planted faults. Every part of every audit must hold the same as that of the first,
and the findings are those that were planted. Dask has a scheduler and two worker processes.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from pathlib import Path

from fitslint.audit.tables import TABLES, list_parts, read_part
from tests.audit.archive import write_archive
from tests.audit.content import run
from tests.audit.kill import start_cluster


def compare_parts(one: Path, other: Path) -> int:
    """Parts that hold the same in two audits.

    Raises
    ------
    AssertionError
        when some do not.
    """
    same = 0
    for table in TABLES:
        names = [path.name for path in list_parts(one, table)]
        assert names == [path.name for path in list_parts(other, table)]
        for name in names:
            shard = int(name.partition("-")[2].partition(".")[0])
            assert read_part(one, table, shard).equals(read_part(other, table, shard)), name
            same += 1
    return same


def find_planted(folder: Path) -> dict[str, str]:
    """Path → code of the finding of each file that has one error or warning."""
    found: dict[str, str] = {}
    for path in list_parts(folder, "findings"):
        shard = int(path.stem.rpartition("-")[2])
        part = read_part(folder, "findings", shard)
        columns = (part[name].to_pylist() for name in ("path", "code", "severity"))
        for name, code, severity in zip(*columns, strict=True):
            if severity != "info":
                assert name not in found, name
                found[name] = code
    return found


def main() -> None:
    """Audit the archive four times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200_000)
    count = parser.parse_args().files
    with tempfile.TemporaryDirectory(prefix="fitslint-same-") as name:
        folder, root = Path(name), Path(name, "archive")
        planted = write_archive(root, count)
        for label in ("1", "2", "4", "dask"):
            begin = time.monotonic()
            with contextlib.ExitStack() as stack:
                address = start_cluster(stack)[1][1] if label == "dask" else None
                jobs = None if address else int(label)
                result = run(folder / label, root, jobs=jobs, dask=address)
            assert not result.problems, result.problems
            same = compare_parts(folder / "1", folder / label)
            print(f"{label:>4}: {time.monotonic() - begin:.0f} s, {same} parts the same")
        assert find_planted(folder / "1") == planted
        print(f"{count} files, {len(planted)} planted faults, all found and nothing else")


if __name__ == "__main__":
    main()
