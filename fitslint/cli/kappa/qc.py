"""``fitslint kappa qc``: the lines on standard output, page and JSON in files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode
from fitslint.cli.options import Options, Words, argument, option, parse_position_option

if TYPE_CHECKING:
    from fitslint.pipeline.kappa.qc.assess import QcReport

_MAPS = ("unity", "gamma1", "gamma2", "gamma", "magnification", "sigma3", "sigma4", "xray")
"""Options that name a map beside that of convergence."""


class QcOptions(Options):
    """The options of ``fitslint kappa qc``."""

    kappa: str = argument("Map of convergence (FITS).", "KAPPA")
    unity: str | None = option("The same map at D_ls/D_s = 1.", "FILE")
    gamma1: str | None = option("Shear, gamma1.", "FILE")
    gamma2: str | None = option("Shear, gamma2.", "FILE")
    gamma: str | None = option("Shear, |gamma|.", "FILE")
    magnification: str | None = option("Magnification mu, or |mu|.", "FILE")
    sigma3: str | None = option("Sigma in 10^12 Msun per pixel (mass 3).", "FILE")
    sigma4: str | None = option("Sigma in 10^12 Msun/kpc^2 (mass 4).", "FILE")
    model: str | None = option("The lens model of the map.", "MODEL.par")
    members: str | None = option("Member galaxies, in Lenstool's form.", "CATALOGUE")
    xray: str | None = option("X-ray image (FITS).", "IMAGE")
    also: Words = option("Convergence of another model; repeatable.", "FILE")
    samples: str | None = option("Samples of the model.", "bayes.dat")
    cluster: str | None = option("Cluster with published centres: a1689 …", "NAME")
    centre: str | None = option(
        "Centre: degrees, or 13:11:29.5,-1:20:28.", "RA,DEC", "--centre", "--center"
    )
    config: str | None = option("Thresholds and clusters (TOML).", "FILE")
    out: str | None = option("Write qc.html, qc.json and products there.", "DIR")
    json: str | None = option("Write the report; - is stdout.", "FILE")


def run_qc(options: QcOptions) -> ExitCode:
    """Judge a map of convergence: normalisation, geometry, peak, shear, contours, band, X-ray.

    Exit 0: no line fails; 1: a line fails; 2: usage; 3: an input cannot be read.
    """
    import json

    from fitslint.pipeline.kappa.qc import inputs, page
    from fitslint.pipeline.kappa.qc.assess import run_checks

    centre = None if options.centre is None else parse_position_option("--centre", options.centre)
    maps = {name: path for name in _MAPS if (path := getattr(options, name)) is not None}
    report = run_checks(
        inputs.QcRequest(
            options.kappa, maps, tuple(options.also or ()), options.model, options.members,
            options.samples, options.cluster, centre, options.config,
        )
    )  # fmt: skip
    if options.out is not None:
        page.write_report(report, options.out)
    if options.json == "-":
        sys.stdout.write(json.dumps(report.to_dict(), indent=2, allow_nan=False) + "\n")
    else:
        sys.stdout.write(format_assessment(report))
        if options.json is not None:
            page.write_json(report, options.json)
    return ExitCode.FOUND if report.verdict == "fail" else ExitCode.OK


def format_assessment(report: QcReport) -> str:
    """The lines for a terminal, what a file says made visible."""
    from fitslint.language.width import pad_text
    from fitslint.report.escape import escape_text
    from fitslint.text import say, translate_sentence

    lines = []
    for result in report.results:
        title = translate_sentence(say(result.title))
        sentence = escape_text(f"{title}: {translate_sentence(result.reason)}")
        lines.append(f"{pad_text(say(result.verdict), 16)}  {result.code:<15}  {sentence}")
    path, headline = escape_text(report.inputs.kappa.path), translate_sentence(report.headline)
    return "\n".join([*lines, f"{path}: {say(report.verdict)} ({headline})"]) + "\n"
