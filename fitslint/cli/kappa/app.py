"""The commands of ``fitslint kappa`` and their options; what they do is in the modules beside."""

from __future__ import annotations

import typer

from fitslint.cli.kappa import fetch, maps, qc, rescale, run

kappa_app = typer.Typer(
    rich_markup_mode=None,
    help="Lenstool cluster models in, conformant maps of convergence, shear and deflection out.",
)
for one in (maps, rescale, fetch, qc, run):
    one.add_to(kappa_app)


def add_to(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(kappa_app, name="kappa")
