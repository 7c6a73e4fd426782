"""What ends a command with a sentence instead of an answer, and the exit codes."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended, for shells."""

    OK = 0
    FOUND = 1
    """Something at or over ``--fail-on`` was found."""
    USAGE = 2
    """The command cannot be carried out as written, or a fault of ours."""
    NOT_CHECKED = 3
    """Some input could not be judged; wins over FOUND."""
    INTERRUPTED = 130
    CLOSED_PIPE = 141


class UsageError(Exception):
    """The command line asks for something that cannot be; one sentence says what."""
