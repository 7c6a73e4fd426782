"""The entry point: turns everything that can end a command into an exit code and a sentence."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from fitslint.cli.errors import ExitCode, Usage


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    _have_streams()
    code: int
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except KeyboardInterrupt as error:
        code = getattr(error, "exit_code", ExitCode.INTERRUPTED)
        _silence(1)
    except BrokenPipeError:
        code = ExitCode.CLOSED_PIPE
        _silence(1)
    except Usage as error:
        code = _fail(str(error))
    except Exception as error:
        if os.environ.get("FITSLINT_DEBUG"):
            raise
        code = _fail(_sentence(error))
    sys.exit(code)


def _have_streams() -> None:
    """Fill the places of streams that the caller has closed."""
    if sys.stdin is None or sys.stdout is None or sys.stderr is None:
        nowhere = Path(os.devnull)
        sys.stdin = sys.stdin or nowhere.open(encoding="utf-8")
        sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8", errors="replace")
        sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8", errors="replace")


def _run(arguments: list[str]) -> ExitCode:
    # Imported here, so that Ctrl-C while Python still loads modules ends as quietly as later.
    from fitslint.cli.interrupts import catch_endings
    from fitslint.cli.streams import replace_standard_streams

    replace_standard_streams()
    command, *words = arguments or [""]
    with catch_endings():
        if command == "check":
            from fitslint.cli.quick import parse_check

            request = parse_check(words)
            if request is not None:
                from fitslint.cli.check import carry_out

                return carry_out(request)
        from fitslint.cli.app import run

        return run(arguments)


def _silence(descriptor: int) -> None:
    """Leave nothing to flush to a reader that is gone: the interpreter would exit with 120."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, descriptor)
    os.close(devnull)


def _fail(sentence: str) -> ExitCode:
    """Say what went wrong after what was written before; a stream that fails too says nothing."""
    from fitslint.report.escape import visible

    try:
        sys.stdout.flush()
    except OSError:
        _silence(1)
    text = f"fitslint: {visible(sentence)}\n"
    try:
        sys.stderr.write(text.encode("ascii", "backslashreplace").decode("ascii"))
        sys.stderr.flush()
    except OSError:
        _silence(2)
    return ExitCode.USAGE


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename else ""
        return f"{named}{error.strerror}"
    said = " ".join(str(error).split())
    return (
        f"internal error: {type(error).__name__}: {said} "
        "(FITSLINT_DEBUG=1 shows where; please report it)"
    )
