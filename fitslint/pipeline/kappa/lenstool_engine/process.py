"""Running a program that may crash, hang, or talk without end."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from fitslint.pipeline.errors import PipelineError

PROGRAM_NAME = "lenstool"
_MAX_OUTPUT = 1 << 16
"""Bytes of what it says that are kept, the last ones."""


@dataclass(frozen=True, slots=True)
class ProcessResult:
    """How a run ended: its code, and the end of what it said."""

    code: int
    output: str

    @property
    def last_line(self) -> str:
        """Its last words, for a message."""
        lines = [line.strip() for line in self.output.replace("\r", "\n").split("\n")]
        return next((line for line in reversed(lines) if line), "it said nothing")[:200]


def find_program() -> str:
    """Where Lenstool is.

    Raises
    ------
    PipelineError
        when it is not on PATH.
    """
    found = shutil.which(PROGRAM_NAME)
    if found is None:
        raise PipelineError(
            "there is no program `lenstool` on PATH; install it, or take --engine embedded, which "
            "needs none"
        )
    return str(Path(found).absolute())


def run_program(command: list[str], folder: Path, limit: float) -> ProcessResult:
    """Run a program in a folder for at most ``limit`` seconds.

    Raises
    ------
    PipelineError
        when it cannot be started or does not end in time; it is killed with all that it started.
    """
    try:
        started = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise PipelineError(f"{command[0]} cannot be run: {error.strerror}") from None
    deadline = time.monotonic() + limit
    try:
        said = _read_output(started, deadline)
        started.wait(max(0.0, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        raise PipelineError(
            f"lenstool did not end in {limit:g} seconds and was stopped; --time-limit SECONDS "
            "gives it more"
        ) from None
    finally:
        _kill_process(started)
    return ProcessResult(started.returncode, said.decode("utf-8", "replace"))


def _read_output(started: subprocess.Popen[bytes], deadline: float) -> bytes:
    """The end of what a program says until it closes its output."""
    kept = b""
    stream = started.stdout
    if stream is None:
        return kept
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([stream], [], [], left)[0]:
            raise TimeoutError
        said = os.read(stream.fileno(), _MAX_OUTPUT)
        if not said:
            return kept
        kept = (kept + said)[-_MAX_OUTPUT:]


def _kill_process(started: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a program and its children."""
    try:
        os.killpg(started.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        started.kill()
    started.wait()
    if started.stdout is not None:
        started.stdout.close()
