"""The entry point: turns everything that can end a command into an exit code and a sentence."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NoReturn

from fitslint.cli.errors import ExitCode, UsageError

_COLLECT_AFTER = 100_000, 20, 50
"""Objects, and collections of younger ones, after which the garbage collector looks for cycles. A
program that starts makes tens of thousands of objects which stay, and by default a collection looks
at them every 700."""
BLAS_THREADS = "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"
"""Linear algebra keeps to one core unless the caller says otherwise: its threads spin while they
wait, which costs small systems five times their work, and ``--jobs`` has the cores already."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    gc.set_threshold(*_COLLECT_AFTER)
    for name in BLAS_THREADS:
        os.environ.setdefault(name, "1")
    _fill_streams()
    code: int
    try:
        # Imported here, so that Ctrl-C while Python still loads modules ends as quietly as later.
        from fitslint.cli.interrupts import catch_signals

        with catch_signals():
            words = sys.argv[1:] if arguments is None else arguments
            _choose_language(words)
            run_command = _find_command(words)
            code = run_command()
        sys.stdout.flush()
    except KeyboardInterrupt as error:
        code = getattr(error, "exit_code", ExitCode.INTERRUPTED)
        _silence_stream(1)
    except BrokenPipeError:
        code = ExitCode.CLOSED_PIPE
        _silence_stream(1)
    except UsageError as error:
        code = _report_error(str(error))
    except Exception as error:
        if os.environ.get("FITSLINT_DEBUG"):
            raise
        code = _report_error(_describe_error(error))
    if arguments is None:  # the process ends: what is left need not be searched for cycles
        gc.freeze()
    sys.exit(code)


def _fill_streams() -> None:
    """Fill the places of streams that the caller has closed."""
    if sys.stdin is None or sys.stdout is None or sys.stderr is None:
        nowhere = Path(os.devnull)
        sys.stdin = sys.stdin or nowhere.open(encoding="utf-8")
        sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8", errors="replace")
        sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8", errors="replace")


def _choose_language(arguments: list[str]) -> None:
    """Speak what the command line or the environment asks for; English needs no tables."""
    from fitslint.text import ENGLISH, choose_language

    names = ("FITSLINT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    asked = {os.environ.get(name, "")[:2].lower() for name in names}
    if asked <= {"", "c", "c.", "po", ENGLISH} and "--lang" not in " ".join(arguments):
        choose_language(ENGLISH)
        return
    from fitslint.cli.errors import require_choice
    from fitslint.cli.language import choose_process_language, find_option
    from fitslint.text import LANGUAGES

    wanted = find_option(arguments)
    choose_process_language(arguments, os.environ)
    if wanted:
        require_choice("--lang", wanted, LANGUAGES)


def _find_command(arguments: list[str]) -> Callable[[], ExitCode]:
    """What the arguments ask for, ready to run.

    The commands that start often do without the option parser, which takes longer than a check.
    """
    from fitslint.cli.streams import replace_standard_streams

    replace_standard_streams()
    command, *words = arguments or [""]
    if command == "check":
        from fitslint.cli.check import CheckOptions, run_check
        from fitslint.cli.quick import parse_words

        check_options = parse_words(CheckOptions, words)
        if check_options is not None:
            return partial(run_check, check_options)
    elif command == "fix":
        from fitslint.cli.fix.command import FixCommandOptions, run_fix
        from fitslint.cli.quick import parse_words

        fix_options = parse_words(FixCommandOptions, words)
        if fix_options is not None:
            return partial(run_fix, fix_options)
    elif command == "audit" and words[:1] == ["run"]:
        from fitslint.cli.audit.run import AuditRunOptions, run_archive
        from fitslint.cli.quick import parse_words

        audit_options = parse_words(AuditRunOptions, words[1:], "roots")
        if audit_options is not None and audit_options.roots:
            return partial(run_archive, audit_options)
    from fitslint.cli.app import run

    return partial(run, arguments)


def _silence_stream(descriptor: int) -> None:
    """Leave nothing to flush to a reader that is gone: the interpreter would exit with 120."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, descriptor)
    os.close(devnull)


def _report_error(sentence: str) -> ExitCode:
    """Say what went wrong after what was written before; a stream that fails too says nothing."""
    from fitslint.report.escape import escape_text
    from fitslint.text import ENGLISH, get_language, translate_sentence

    try:
        sys.stdout.flush()
    except OSError:
        _silence_stream(1)
    text = f"fitslint: {escape_text(translate_sentence(sentence))}\n"
    encoding = "ascii" if get_language() == ENGLISH else sys.stderr.encoding or "ascii"
    try:
        sys.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stderr.flush()
    except OSError:
        _silence_stream(2)
    return ExitCode.USAGE


def _describe_error(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename else ""
        return f"{named}{error.strerror}"
    reason = " ".join(str(error).split())
    from fitslint.text import say

    return say(
        "internal error: {kind}: {reason} (FITSLINT_DEBUG=1 shows where; please report it)",
        kind=type(error).__name__,
        reason=reason,
    )
