"""Runs the command line as a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.cli import warm
from tests.cli.warm import NEEDY
from tests.patience import HANG

COMMAND = [sys.executable, "-m", "fitslint"]
UNWANTED = ("NO_COLOR", "TERM", "FITSLINT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
"""Variables by which a command would answer otherwise, which a test sets itself."""
ROOT = str(Path(__file__).resolve().parent.parent.parent)


def environment(**changes):
    kept = {key: value for key, value in os.environ.items() if key not in UNWANTED}
    return {**kept, "PYTHONPATH": ROOT, **changes}


def run(*arguments, cwd=None, stdin=None, **changes):
    """A command by a warm process, or by a new interpreter where the start is the point."""
    words = [str(argument) for argument in arguments]
    is_plain = stdin is None and not any(name.startswith(("PYTHON", "LC_")) for name in changes)
    if is_plain:
        modules = warm.HEAVY if NEEDY.intersection(words[:1]) else warm.BASIC
        modules = warm.TABLES if words[:1] == ["audit"] else modules
        return warm.find_server(modules, ROOT).run(words, cwd and str(cwd), environment(**changes))
    return run_anew(*arguments, cwd=cwd, stdin=stdin, **changes)


def run_anew(*arguments, cwd=None, stdin=None, **changes):
    """A command by an interpreter of its own."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, check=False, cwd=cwd, input=stdin,
        env=environment(**changes), timeout=HANG,
    )  # fmt: skip


def check(*arguments, **options):
    return run("check", "--no-config", *arguments, **options)


def start(*arguments, cwd, stdout=subprocess.DEVNULL, **changes):
    """A command in a group of its own that takes Ctrl-C, even where the tests were told not to."""
    return subprocess.Popen(
        [*COMMAND, *arguments], cwd=cwd, env=environment(**changes), stdout=stdout,
        stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip
