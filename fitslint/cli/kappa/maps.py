"""The options of ``fitslint kappa maps``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from fitslint.cli.command import Action, defer_call

Number = float | None


@dataclass(frozen=True, slots=True)
class MapsRequest:
    """The options as they were given."""

    model: str
    lenstool_grid: bool
    like: str
    hdu: str
    pixel: float | None
    size: str
    field: str
    products: tuple[str, ...]
    form: str
    unit: str
    z_source: float | None
    unity: bool
    cosmology: str
    all_lenses: bool
    name: str
    folder: str
    engine: str
    time_limit: float
    workers: int | None
    agreed: bool
    overwrite: bool

    @property
    def is_lenstool(self) -> bool:
        """Whether pixels and constants are Lenstool's."""
        return self.lenstool_grid or self.engine == "lenstool"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("maps")(prepare_maps)


def prepare_maps(
    model: Annotated[
        str, typer.Argument(metavar="MODEL.par", help="Parameter file of a Lenstool model.")
    ],
    *,
    lenstool_grid: Annotated[
        bool,
        typer.Option(
            "--lenstool-grid",
            help="Lenstool's own pixels and constants; without --product the maps that the lines "
            "of runmode name.",
        ),
    ] = False,
    like: Annotated[str, typer.Option(metavar="IMAGE", help="Take the pixels of this image.")] = "",
    hdu: Annotated[
        str, typer.Option(metavar="N|NAME", help="HDU of --like; by default the first image.")
    ] = "",
    pixel: Annotated[Number, typer.Option(metavar="ARCSEC", help="Size of a pixel.")] = None,
    size: Annotated[str, typer.Option(metavar="N[,M]", help="Columns, and rows.")] = "",
    field: Annotated[
        str, typer.Option(metavar="W[,H]", help="Width and height in arcsec, edge to edge.")
    ] = "",
    product: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="kappa, gamma1, gamma2, gamma, ellipticity, deflection, magnification or "
            "surface-density; repeatable.",
        ),
    ] = None,
    form: Annotated[
        str, typer.Option(metavar="WORD", help="Magnification: signed, absolute or magnitude.")
    ] = "signed",
    unit: Annotated[
        str,
        typer.Option(
            metavar="WORD",
            help="Surface density: gcm2 (g/cm2), msunpixel or msunkpc2 (10^12 solar masses).",
        ),
    ] = "gcm2",
    zsource: Annotated[
        Number, typer.Option(metavar="Z", help="Redshift of the source, not the model's.")
    ] = None,
    unity: Annotated[
        bool, typer.Option("--unity", help="D_ls/D_s = 1 in place of a source redshift.")
    ] = False,
    cosmology: Annotated[
        str,
        typer.Option(metavar="NAME|H0,OM,OL", help="Planck18 …, or 70,0.3,0.7; not the model's."),
    ] = "",
    all_lenses: Annotated[
        bool, typer.Option("--all-lenses", help="Lenses beyond nlens count too.")
    ] = False,
    object_: Annotated[
        str, typer.Option("--object", metavar="NAME", help="Cluster or field (OBJECT).")
    ] = "",
    out: Annotated[str, typer.Option(metavar="DIR", help="Folder of the maps.")] = ".",
    engine: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="embedded, or lenstool: run the program and compare the two."
        ),
    ] = "embedded",
    time_limit: Annotated[
        float, typer.Option(metavar="SECONDS", help="For each run of --engine lenstool.")
    ] = 600.0,
    workers: Annotated[int | None, typer.Option(metavar="N", help="Threads.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="A field of more than 10^8 pixels.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace existing maps.")] = False,
) -> Action:
    """Make maps of a Lenstool model: convergence, shear, deflection and what follows from them.

    Without --product: kappa, gamma1, gamma2 and both components of the deflection. Pixels are
    gnomonic around the field of the model, those of --like, or Lenstool's own. Exit 0: all maps are
    of use; 1: one is not (all zero, infinite), or the engines differ; 2: usage; 3: the model or
    another file cannot be used.
    """
    request = MapsRequest(
        model=model, lenstool_grid=lenstool_grid, like=like, hdu=hdu, pixel=pixel, size=size,
        field=field, products=tuple(product or ()), form=form, unit=unit, z_source=zsource,
        unity=unity, cosmology=cosmology, all_lenses=all_lenses, name=object_, folder=out,
        engine=engine, time_limit=time_limit, workers=workers, agreed=yes, overwrite=overwrite,
    )  # fmt: skip
    return defer_call("fitslint.cli.kappa.maps_report", "run_maps", request)
