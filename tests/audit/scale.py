"""``python -m tests.audit.scale``: memory of driver and worker against the number of files.

The files of the manifest are invented; the shards that are worked on are real ones.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fitslint.audit import run as run_module
from fitslint.audit.job import AuditJob
from fitslint.audit.manifest import SHARD_SIZE, ListedFile
from fitslint.audit.shard import ShardChecker
from fitslint.config.settings import Settings
from tests.audit.archive import write_archive

LIMIT_MB = 300


def invent_files(count: int, archive: Path) -> Iterator[ListedFile]:
    """A shard of real files, and invented ones of which nothing is there."""
    real = sorted(archive.rglob("*.fits"))
    for number in range(count):
        if number < len(real):
            yield ListedFile(str(real[number]), real[number].stat().st_size, number)
        else:
            name = f"{archive}/{number // 1000:06d}/CAM{number:08d}.fits"
            yield ListedFile(name, 11520, number)


def measure_driver(folder: Path, count: int, archive: Path) -> float:
    """Peak memory in MB of a driver that lists, finds what is done, and lists again."""
    run_module.list_roots = lambda *_: invent_files(count, archive)  # type: ignore[assignment]
    (folder / "parts").mkdir(parents=True)
    options = run_module.AuditRun((str(archive),), str(folder), Settings())
    for ruleset in ("one", "two"):  # the second lists again, since everything is to be read anew
        manifest = run_module.prepare_manifest(folder, options, ruleset)
        missing = [
            shard for shard in manifest.shards
            if not run_module.is_shard_done(manifest, shard, ruleset)
        ]  # fmt: skip
        assert len(missing) == len(manifest.shards) >= count // SHARD_SIZE
    return _get_peak()


def measure_worker(folder: Path) -> float:
    """Peak memory in MB of a worker that has done a shard of the manifest twice."""
    checker = ShardChecker(AuditJob(str(folder), Settings(), "two"))
    checker.run(0)
    return _get_peak()


def _get_peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(count: int, archive: Path, folder: Path) -> dict[str, float]:
    """Peak memory in MB of a driver and of a worker, each a process of its own."""
    found = {}
    for who in ("driver", "worker"):
        command = [sys.executable, "-m", "tests.audit.scale", who, str(folder), str(count),
                   str(archive)]  # fmt: skip
        answer = subprocess.run(command, check=True, capture_output=True)
        found[who] = float(json.loads(answer.stdout))
    return found


def main() -> int:
    """10^4 to 10^6 files."""
    if len(sys.argv) > 1:
        who, folder, count, archive = sys.argv[1:]
        peak = (
            measure_driver(Path(folder), int(count), Path(archive))
            if who == "driver"
            else measure_worker(Path(folder))
        )
        print(json.dumps(peak))
        return 0
    with tempfile.TemporaryDirectory(prefix="fitslint-scale-") as name:
        archive = Path(name, "archive")
        write_archive(archive, SHARD_SIZE)
        peaks = {}
        for count in (10_000, 100_000, 1_000_000):
            peaks[count] = measure(count, archive, Path(name, str(count)))
            print(count, {who: round(peak) for who, peak in peaks[count].items()}, "MB")
    return 0 if max(max(peak.values()) for peak in peaks.values()) < LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())
