"""The options of ``fitslint demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fitslint.cli.command import Action, defer_call


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(prepare_demo)


def prepare_demo(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to; made, or of an earlier demo.")
    ] = Path("fitslint-demo"),
) -> Action:
    """Show what fitslint does, in ten seconds and without a network.

    Makes maps of a lens model like that of Abell 1689 with their quality report, breaks a copy's
    header in ten ways, finds what is broken, repairs it, and says where to look.
    """
    return defer_call("fitslint.cli.demo_story", "run_demo", folder)
