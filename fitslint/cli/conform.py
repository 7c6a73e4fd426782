"""The options of ``fitslint conform``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from fitslint.cli.command import Action, defer_call
from fitslint.cli.repair.options import (
    Backup,
    FollowLinks,
    HduOption,
    InPlace,
    LogFile,
    build_writing,
)
from fitslint.dictionary import list_recognised
from fitslint.text import join_words

if TYPE_CHECKING:
    from fitslint.repair.fixer import WriteOptions

Words = list[str] | None
_KINDS = join_words(sorted(name for _, name in list_recognised("products", "PRODUCT")))
Number = float | None


@dataclass(frozen=True, slots=True)
class ConformRequest:
    """What is to be done; the options as they were given."""

    product: str
    files: Sequence[str]
    facts: Mapping[str, object]
    center: str
    inputs: Sequence[str]
    words: Sequence[str]
    hdu: str | None
    complete: bool
    overwrite_wcs: bool
    overwrite: Sequence[str]
    writing: WriteOptions


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("conform")(prepare_conform)


def prepare_conform(
    product: Annotated[
        str,
        typer.Argument(
            metavar="PRODUCT",
            help=f"{_KINDS}.",
        ),
    ],
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="FITS files of a map.")],
    *,
    zlens: Annotated[Number, typer.Option(metavar="Z", help="Redshift of the lens.")] = None,
    zsource: Annotated[Number, typer.Option(metavar="Z", help="Redshift of the sources.")] = None,
    normalisation: Annotated[
        str, typer.Option(metavar="WORD", help="unity (D_ls/D_s = 1) or source (times D_ls/D_s).")
    ] = "",
    dlsds: Annotated[Number, typer.Option(metavar="R", help="D_ls/D_s, to be confirmed.")] = None,
    cosmology: Annotated[
        str, typer.Option(metavar="NAME|H0,OM,OL", help="Planck18 …, or such as 70,0.3,0.7.")
    ] = "",
    object_: Annotated[
        str, typer.Option("--object", metavar="NAME", help="Cluster or field.")
    ] = "",
    center: Annotated[
        str, typer.Option(metavar="RA,DEC", help="Centre of the image in degrees.")
    ] = "",
    scale: Annotated[Number, typer.Option(metavar="ARCSEC", help="Size of a pixel.")] = None,
    overwrite_wcs: Annotated[
        bool, typer.Option("--overwrite-wcs", help="Replace world coordinates that are there.")
    ] = False,
    overwrite: Annotated[
        Words,
        typer.Option(
            metavar="KEY",
            help="Replace what the header records in KEY and contradicts; repeatable.",
        ),
    ] = None,
    radesys: Annotated[str, typer.Option(metavar="NAME", help="ICRS, FK5 ….")] = "",
    model: Annotated[str, typer.Option(metavar="FILE", help="Lens model (.par).")] = "",
    maptype: Annotated[str, typer.Option(metavar="WORD", help="model or observed.")] = "",
    mapsrc: Annotated[str, typer.Option(metavar="NAME", help="Where the map was taken from.")] = "",
    engine: Annotated[
        str, typer.Option(metavar="NAME", help="Program that made the pixels (lenstool 6.8).")
    ] = "",
    unit: Annotated[str | None, typer.Option(metavar="UNIT", help="Unit of the pixels.")] = None,
    axis: Annotated[str, typer.Option(metavar="x|y", help="Component of the deflection.")] = "",
    frame: Annotated[
        str, typer.Option(metavar="WORD", help="Frame of the shear components: pixel or sky.")
    ] = "",
    form: Annotated[
        str, typer.Option(metavar="WORD", help="Magnification: signed, absolute or magnitude.")
    ] = "",
    gridconv: Annotated[
        str, typer.Option(metavar="WORD", help="Positions of pixels: linear or tan.")
    ] = "",
    inputs: Annotated[
        Words,
        typer.Option("--input", metavar="FILE", help="File the pixels come from; repeatable."),
    ] = None,
    history: Annotated[
        Words, typer.Option(metavar="TEXT", help="What was done to the pixels; repeatable.")
    ] = None,
    words: Annotated[
        Words, typer.Option("--set", metavar="KEY=VALUE", help="Any keyword of the dictionary.")
    ] = None,
    hdu: HduOption = "",
    complete: Annotated[
        bool, typer.Option("--complete", help="Write nothing while something needed is unknown.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what would change, card by card; write nothing.")
    ] = False,
    output_dir: Annotated[
        str | None, typer.Option(metavar="DIR", help="Write the results there, not over the files.")
    ] = None,
    in_place: InPlace = False,
    backup: Backup = None,
    follow_links: FollowLinks = False,
    log: LogFile = None,
) -> Action:
    """Give maps the header that their kind of product needs, and check the result.

    What a header says and is right stays; a fact that contradicts it is refused unless --overwrite
    names the keyword, and HISTORY then tells old and new value; what is needed and not known is
    told and never invented. Exit 0: all conform; 1: something is unknown, found or wrong with
    the pixels; 2: usage; 3: a file cannot be used, and is as it was.
    """
    facts = {
        "zlens": zlens, "zsource": zsource, "normalisation": normalisation, "dlsds": dlsds,
        "cosmology": cosmology, "object": object_, "scale": scale, "radesys": radesys,
        "model": model, "maptype": maptype, "mapsrc": mapsrc, "engine": engine, "axis": axis,
        "frame": frame, "form": form, "gridconv": gridconv, "history": history,
    }  # fmt: skip
    request = ConformRequest(
        product=product,
        files=tuple(files),
        facts={name: fact for name, fact in facts.items() if fact not in ("", None)}
        | ({"unit": unit} if unit is not None else {}),
        center=center,
        inputs=tuple(inputs or ()),
        words=tuple(words or ()),
        hdu=hdu or None,
        complete=complete,
        overwrite_wcs=overwrite_wcs,
        overwrite=tuple(overwrite or ()),
        writing=build_writing(
            quiet=dry_run or diff, in_place=in_place, output_dir=output_dir, backup=backup,
            follow=follow_links, log=log, diff=diff,
        ),
    )  # fmt: skip
    return defer_call("fitslint.cli.conform_report", "run_conform", request)
