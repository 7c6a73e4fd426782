"""The options of ``fitslint kappa run`` and ``fitslint kappa new``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from fitslint.cli.command import Action, defer_call

_MODULE = "fitslint.cli.kappa.run_report"


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What is to be run; the options as they were given."""

    config: Path
    only: str = ""
    first: str = ""
    force: bool = False
    dry_run: bool = False
    workers: int | None = None


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("run")(prepare_run)
    app.command("new")(prepare_new)


def prepare_run(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="What to make (TOML).")],
    *,
    only: Annotated[
        str, typer.Option(metavar="STEP", help="This step alone: fetch, maps, rescale or qc.")
    ] = "",
    first: Annotated[
        str, typer.Option("--from", metavar="STEP", help="This step and those behind it.")
    ] = "",
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Run what is unchanged too, and replace files that were edited."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be run, and why; write nothing.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Threads of an evaluation.")
    ] = None,
) -> Action:
    """Make what a configuration says: fetch, maps, rescale, quality report.

    A step whose inputs, parameters, program and products are unchanged is not run again; one that
    fails stops only what needs it. Exit 0: all done; 1: the quality report fails; 2: usage, or a
    configuration that cannot be used; 3: a step failed.
    """
    return defer_call(
        _MODULE, "run_pipeline", RunRequest(config, only, first, force, dry_run, workers)
    )


def prepare_new() -> Action:
    """Print a configuration for `fitslint kappa run` to begin with, with comments."""
    return defer_call(_MODULE, "print_example_config", None)
