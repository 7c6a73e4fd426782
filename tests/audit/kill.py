"""``python -m tests.audit.kill ROOT FOLDER``: end parts of a run at random, and resume.

``kill -9`` of a worker, of the driver or of a Dask scheduler, so many times; every run that was
ended is taken up by the next, until one ends by itself. Then the content is that of a run that
nobody disturbed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.audit.content import read_all, run
from tests.audit.servers import find_port, start

VICTIMS = ("worker", "driver", "scheduler")
_PYTHON = sys.executable
_LONGEST_SECONDS = 6.0
"""Before something is ended."""


def run_command(root: Path, folder: Path, size: int, *more: str) -> subprocess.Popen[bytes]:
    """A run as a user starts it, the leader of a session of its own."""
    command = [
        _PYTHON, "-m", "fitslint", "audit", "run", str(root), "--out", str(folder), "--no-config",
        "--shard-size", str(size), "--jobs", "2", *more,
    ]  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def list_children(pid: int) -> list[int]:
    """All processes below one."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid:
                found += [int(entry.name), *list_children(int(entry.name))]
    return found


def list_workers(pid: int) -> list[int]:
    """The processes below one that have the mark of a shard open."""
    found = []
    for child in list_children(pid):
        with contextlib.suppress(OSError):
            targets = [str(one.readlink()) for one in Path(f"/proc/{child}/fd").iterdir()]
            if any(".shard-" in target for target in targets):
                found.append(child)
    return found


def disturb(root: Path, folder: Path, victim: str, size: int, rng: random.Random) -> bool:
    """Start a run and end a part of it after a while; whether it was still at work."""
    with contextlib.ExitStack() as stack:
        more: tuple[str, ...] = ()
        scheduler = None
        if victim == "scheduler":
            scheduler, more = start_cluster(stack)
        process = run_command(root, folder, size, *more)
        time.sleep(rng.uniform(0.5, _LONGEST_SECONDS))
        is_running = process.poll() is None
        if victim == "driver":
            process.kill()
        elif scheduler is not None:
            scheduler.kill()
        else:
            for worker in rng.sample(found := list_workers(process.pid), min(1, len(found))):
                os.kill(worker, signal.SIGKILL)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return is_running


def start_cluster(
    stack: contextlib.ExitStack,
) -> tuple[subprocess.Popen[bytes], tuple[str, ...]]:
    """A scheduler and two workers; the scheduler, and what tells a run of it."""
    port = find_port()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = subprocess.Popen(
        [_PYTHON, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port",
         str(port), "--no-dashboard"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    stack.callback(scheduler.wait)
    stack.callback(scheduler.kill)
    command = [_PYTHON, "-m", "distributed.cli.dask_worker", address, "--nworkers", "2",
               "--nthreads", "1", "--no-dashboard", "--death-timeout", "20"]  # fmt: skip
    stack.enter_context(start(command, port))
    return scheduler, ("--dask", address)


def check_resumption(
    root: Path, folder: Path, *, times: int, size: int, seed: int = 1,
    victims: tuple[str, ...] = VICTIMS,
) -> tuple[int, bool]:  # fmt: skip
    """How often something was ended while it worked, and whether the content is as it should be."""
    rng = random.Random(seed)
    ended = 0
    for number in range(times):
        if number % 5 == 0:
            shutil.rmtree(folder, ignore_errors=True)
        ended += disturb(root, folder, victims[number % len(victims)], size, rng)
    run(folder, root, jobs=2, shard_size=size)
    fresh = folder.with_name(folder.name + "-fresh")
    run(fresh, root, jobs=2, shard_size=size)
    return ended, read_all(folder) == read_all(fresh)


def main() -> int:
    """Twenty times by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit.kill", description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--shard-size", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    ended, same = check_resumption(
        chosen.root, chosen.folder, times=chosen.times, size=chosen.shard_size,
        seed=chosen.seed,
    )  # fmt: skip
    print(f"{ended} of {chosen.times} runs ended while they worked; content the same: {same}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
