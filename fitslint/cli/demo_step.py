"""A command of a demonstration, run as a shell would run it."""

from __future__ import annotations

import io
import shlex
import sys
from collections.abc import Sequence
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode

if TYPE_CHECKING:
    from fitslint.pipeline.page.demo import DemoStep

_SHOWN_MAX, _CUT_AT = 150, 120


def run_step(
    arguments: list[str], hidden: Sequence[str] = (), *, only: str = "", is_merged: bool = False
) -> DemoStep:
    """Run a command, and show it with its answer; words that are ``hidden`` are not shown.

    Of a long answer ``only`` lines with some text are shown, and the command says so. One that
    ``is_merged`` has what goes to standard error in it, where a terminal shows it.

    Raises
    ------
    PipelineError
        when it fails.
    """
    from fitslint.cli.app import run
    from fitslint.pipeline.errors import PipelineError
    from fitslint.pipeline.page.demo import DemoStep

    shown = [word for word in arguments if word not in hidden]
    command = shlex.join(["fitslint", *shown])
    if len(command) > _SHOWN_MAX:
        command = command[:_CUT_AT].rsplit(" ", 1)[0] + " ..."
    if only:
        command += f" | grep -F {shlex.quote(only)}"
    sys.stdout.write(f"$ {command}\n")
    sys.stdout.flush()
    answer = io.StringIO()
    with redirect_stdout(answer), redirect_stderr(answer) if is_merged else nullcontext():
        code = run(arguments)
    lines = tuple(line for line in answer.getvalue().splitlines() if only in line)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    if code not in (ExitCode.OK, ExitCode.FOUND):
        raise PipelineError(f"`{command}` ended with {int(code)}", path=str(Path.cwd()))
    return DemoStep(command, lines, code)
