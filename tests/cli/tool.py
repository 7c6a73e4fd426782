"""Runs the command line as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.patience import HANG

COMMAND = [sys.executable, "-m", "fitslint"]
ROOT = str(Path(__file__).resolve().parent.parent.parent)


def environment(**changes):
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM")}
    return {**kept, "PYTHONPATH": ROOT, **changes}


def run(*arguments, cwd=None, stdin=None, **changes):
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, check=False, cwd=cwd, input=stdin,
        env=environment(**changes), timeout=HANG,
    )  # fmt: skip


def check(*arguments, **options):
    return run("check", "--no-config", *arguments, **options)
