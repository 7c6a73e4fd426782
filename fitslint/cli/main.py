"""The entry point: turns everything that can end a command into an exit code and a sentence."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

from fitslint.cli.errors import ExitCode, Usage


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    _have_streams()
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
        _silence()
    except BrokenPipeError:
        code = ExitCode.CLOSED_PIPE
        _silence()
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
    for stream in (sys.stdout, sys.stderr):
        # A file name may hold bytes that are not UTF-8, and the locale may know few characters.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    command, *paths = arguments or [""]
    if command == "check" and not any(path.startswith("-") for path in paths):
        # Nothing to parse, and the parser takes longer to load than a file takes to check.
        from fitslint.cli.check import Request, carry_out

        return carry_out(Request(paths or ["."]))
    from fitslint.cli.app import run

    return run(arguments)


def _silence() -> None:
    """Leave nothing to flush to a reader that is gone."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    os.close(devnull)


def _fail(sentence: str) -> ExitCode:
    from fitslint.report.escape import visible

    text = f"fitslint: {visible(sentence)}\n"
    sys.stderr.write(text.encode("ascii", "backslashreplace").decode("ascii"))
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
