"""The options of ``fitslint wcs``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from fitslint.cli.command import Action, defer_call

Words = list[str] | None
TOLERANCE = 0.1
"""Pixels by which two descriptions of one header may differ."""


@dataclass(frozen=True, slots=True)
class WcsRequest:
    """What is asked for; the options as they were given."""

    paths: list[str]
    output: list[str]
    hdu: str | None
    at: list[str]
    world: list[str]
    tolerance: float
    sketch: str | None


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("wcs")(prepare_wcs)


def prepare_wcs(
    paths: Annotated[
        Words,
        typer.Argument(
            metavar="PATH",
            help="Files, folders, globs, @lists, or - for standard input; "
            "without any, the current folder.",
        ),
    ] = None,
    *,
    at: Annotated[
        Words,
        typer.Option("--at", metavar="X,Y", help="Where this pixel, counted from 1, is."),
    ] = None,
    world: Annotated[
        Words,
        typer.Option(
            "--world", metavar="LON,LAT", help="Which pixel is there: degrees or 13:11:29.5,-1:20."
        ),
    ] = None,
    sketch: Annotated[
        str | None,
        typer.Option(
            "--sketch", metavar="FILE", help="Draw the footprints over each other: .png or .svg."
        ),
    ] = None,
    hdu: Annotated[
        str | None,
        typer.Option("--hdu", metavar="N|NAME", help="HDU by number from 1, or by EXTNAME."),
    ] = None,
    tolerance: Annotated[
        float,
        typer.Option(
            "--tolerance", metavar="PIXELS", help="Exit 1 where descriptions differ by more."
        ),
    ] = TOLERANCE,
    output: Annotated[
        Words,
        typer.Option(
            "--output", metavar="FORMAT[=FILE]", help="text (default) or json; repeatable."
        ),
    ] = None,
) -> Action:
    """Show where headers put their pixels: every description of coordinates, and how they differ.

    Exit 0: all descriptions agree; 1: one cannot be computed, or two put a pixel further apart
    than --tolerance; 2: usage or internal error; 3: some input could not be read.
    """
    request = WcsRequest(
        paths or ["."], output or [], hdu or None, at or [], world or [], tolerance, sketch
    )
    return defer_call("fitslint.cli.show_wcs", "show_wcs", request)
