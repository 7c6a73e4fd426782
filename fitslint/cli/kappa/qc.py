"""The options of ``fitslint kappa qc``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import typer

from fitslint.cli.command import Action, defer_call


@dataclass(frozen=True, slots=True)
class QualityRequest:
    """The options as they were given."""

    kappa: str
    maps: Mapping[str, str]
    also: tuple[str, ...]
    model: str | None
    members: str | None
    samples: str | None
    cluster: str | None
    centre: str | None
    config: str | None
    out: str | None
    json: str | None


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("qc")(prepare_qc)


def prepare_qc(
    kappa: Annotated[str, typer.Argument(metavar="KAPPA", help="Map of convergence (FITS).")],
    *,
    unity: Annotated[
        str | None, typer.Option(metavar="FILE", help="The same map at D_ls/D_s = 1.")
    ] = None,
    gamma1: Annotated[str | None, typer.Option(metavar="FILE", help="Shear, gamma1.")] = None,
    gamma2: Annotated[str | None, typer.Option(metavar="FILE", help="Shear, gamma2.")] = None,
    gamma: Annotated[str | None, typer.Option(metavar="FILE", help="Shear, |gamma|.")] = None,
    magnification: Annotated[
        str | None, typer.Option(metavar="FILE", help="Magnification mu, or |mu|.")
    ] = None,
    sigma3: Annotated[
        str | None, typer.Option(metavar="FILE", help="Sigma in 10^12 Msun per pixel (mass 3).")
    ] = None,
    sigma4: Annotated[
        str | None, typer.Option(metavar="FILE", help="Sigma in 10^12 Msun/kpc^2 (mass 4).")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="MODEL.par", help="The lens model of the map.")
    ] = None,
    members: Annotated[
        str | None, typer.Option(metavar="CATALOGUE", help="Member galaxies, in Lenstool's form.")
    ] = None,
    xray: Annotated[str | None, typer.Option(metavar="IMAGE", help="X-ray image (FITS).")] = None,
    also: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Convergence of another model; repeatable."),
    ] = None,
    samples: Annotated[
        str | None, typer.Option(metavar="bayes.dat", help="Samples of the model.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="NAME", help="Cluster with published centres: a1689 …")
    ] = None,
    centre: Annotated[
        str | None,
        typer.Option(
            "--centre",
            "--center",
            metavar="RA,DEC",
            help="Centre: degrees, or 13:11:29.5,-1:20:28.",
        ),
    ] = None,
    config: Annotated[
        str | None, typer.Option(metavar="FILE", help="Thresholds and clusters (TOML).")
    ] = None,
    out: Annotated[
        str | None, typer.Option(metavar="DIR", help="Write qc.html, qc.json and products there.")
    ] = None,
    json: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the report; - is stdout.")
    ] = None,
) -> Action:
    """Judge a map of convergence: normalisation, geometry, peak, shear, contours, band, X-ray.

    Exit 0: no line fails; 1: a line fails; 2: usage; 3: an input cannot be read.
    """
    maps = {
        "unity": unity, "gamma1": gamma1, "gamma2": gamma2, "gamma": gamma,
        "magnification": magnification, "sigma3": sigma3, "sigma4": sigma4, "xray": xray,
    }  # fmt: skip
    given = {name: path for name, path in maps.items() if path is not None}
    request = QualityRequest(
        kappa, given, tuple(also or ()), model, members, samples, cluster, centre, config, out, json
    )
    return defer_call("fitslint.cli.kappa.qc_report", "run_qc", request)
