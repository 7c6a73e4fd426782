"""``python -m tests.benchmarks audit``: an archive by ``fitslint audit`` and by its peers.

The files are those of one camera with planted faults; every contender works with two processes
and is measured from its start to its end, in turns with the others.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.audit.archive import write_archive
from tests.benchmarks import measure


def compare(folder: Path, count: int, rounds: int) -> list[tuple[str, float]]:
    """(contender, microseconds a file), ``fitslint audit`` first."""
    root, out = folder / "archive", folder / "audit"
    write_archive(root, count)
    tool = measure.cli()

    def audit() -> float:
        shutil.rmtree(out, ignore_errors=True)
        return measure.timed([*tool, "audit", "run", str(root), "--out", str(out), "--jobs", "2"])

    contenders = [
        measure.Contender("fitslint audit", count, audit),
        measure.Contender(
            "fitslint check",
            count,
            lambda: measure.timed([*tool, "check", "--jobs", "2", str(root)]),
        ),
    ]
    if shutil.which("fitsverify"):
        command = f"find '{root}' -name '*.fits' -print0 | xargs -0 -P 2 -n 500 fitsverify -q"
        contenders.append(
            measure.Contender(
                "xargs -P 2 fitsverify -q", count, lambda: measure.timed(["sh", "-c", command])
            )
        )
    taken = measure.side_by_side(contenders, rounds)
    return [(one.name, micros) for one, micros in zip(contenders, taken, strict=True)]
