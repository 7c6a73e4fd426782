"""The options of ``fitslint kappa rescale``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from fitslint.cli.command import Action, defer_call

Number = float | None


@dataclass(frozen=True, slots=True)
class RescaleRequest:
    """The options as they were given."""

    file: str
    zsource: float | None
    unity: bool
    normalisation: str | None
    zlens: float | None
    cosmology: str | None
    product: str | None
    output: str | None
    overwrite: bool
    facts: Mapping[str, object]
    center: str
    words: Sequence[str]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rescale")(prepare_rescale)


def prepare_rescale(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Map of convergence, shear or deflection.")
    ],
    *,
    zsource: Annotated[
        Number, typer.Option(metavar="Z", help="Redshift of the sources of the new map.")
    ] = None,
    unity: Annotated[bool, typer.Option("--unity", help="A map of D_ls/D_s = 1 instead.")] = False,
    given: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="unity|source:Z",
            help="What a map holds that does not record it: source:2.0 for Lenstool's mass 1, "
            "unity for its ampli 5.",
        ),
    ] = None,
    zlens: Annotated[
        Number, typer.Option(metavar="Z", help="Redshift of the lens, where it is not recorded.")
    ] = None,
    cosmology: Annotated[
        str | None,
        typer.Option(metavar="NAME|H0,OM,OL", help="Cosmology, where it is not recorded."),
    ] = None,
    product: Annotated[
        str | None, typer.Option(metavar="NAME", help="What the pixels are, where not recorded.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="New file; by default beside the map: …_zs1p0.fits."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="An existing file may go.")
    ] = False,
    object_: Annotated[
        str | None, typer.Option("--object", metavar="NAME", help="Cluster or field.")
    ] = None,
    maptype: Annotated[str | None, typer.Option(metavar="WORD", help="model or observed.")] = None,
    mapsrc: Annotated[
        str | None, typer.Option(metavar="NAME", help="Where the map was taken from.")
    ] = None,
    model: Annotated[str | None, typer.Option(metavar="FILE", help="Lens model (.par).")] = None,
    axis: Annotated[
        str | None, typer.Option(metavar="x|y", help="Component of the deflection.")
    ] = None,
    frame: Annotated[
        str | None, typer.Option(metavar="WORD", help="Frame of the shear: pixel or sky.")
    ] = None,
    center: Annotated[
        str, typer.Option(metavar="RA,DEC", help="Centre of the image in degrees.")
    ] = "",
    scale: Annotated[Number, typer.Option(metavar="ARCSEC", help="Size of a pixel.")] = None,
    words: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Any keyword of the dictionary."),
    ] = None,
) -> Action:
    """Bring a map to another source redshift by D_ls/D_s, of which none is counted twice.

    The map tells what it holds (LENSNORM, ZSRC, DLSDS, ZLENS and the cosmology); what it does not
    tell is asked for all at once, and options tell it. Exit 0: the new
    map conforms; 1: something is unknown, found or wrong with its pixels; 2: usage; 3: the map
    cannot be rescaled.
    """
    facts = {
        "object": object_, "maptype": maptype, "mapsrc": mapsrc, "model": model, "axis": axis,
        "frame": frame, "scale": scale,
    }  # fmt: skip
    request = RescaleRequest(
        file, zsource, unity, given, zlens, cosmology, product, output, overwrite, facts, center,
        tuple(words or ()),
    )  # fmt: skip
    return defer_call("fitslint.cli.kappa.rescale_report", "run_rescale", request)
