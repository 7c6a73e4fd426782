"""What ``fitslint kappa qc`` does: the lines on standard output, page and JSON in files."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, Usage

if TYPE_CHECKING:
    from fitslint.pipeline.kappa.qc.assess import Assessment


@dataclass(frozen=True, slots=True)
class Wanted:
    """The command line."""

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


def report(wanted: Wanted) -> ExitCode:
    """Judge the map and write what was asked for.

    Raises
    ------
    Usage
        when ``--centre`` is no position.
    PipelineError
        when an input cannot be read, or a file not written.
    """
    from fitslint.pipeline.kappa.qc import page
    from fitslint.pipeline.kappa.qc.assess import assess
    from fitslint.pipeline.kappa.qc.evidence import Request

    request = Request(
        wanted.kappa, wanted.maps, wanted.also, wanted.model, wanted.members, wanted.samples,
        wanted.cluster, _centre(wanted.centre), wanted.config,
    )  # fmt: skip
    made = assess(request)
    if wanted.out is not None:
        page.write(made, wanted.out)
    if wanted.json == "-":
        sys.stdout.write(json.dumps(made.to_dict(), indent=2, allow_nan=False) + "\n")
    else:
        sys.stdout.write(text(made))
        if wanted.json is not None:
            page.write_json(made, wanted.json)
    return ExitCode.FOUND if made.verdict == "fail" else ExitCode.OK


def _centre(given: str | None) -> tuple[float, float] | None:
    if given is None:
        return None
    from fitslint.pipeline.kappa.clusters import position

    ra, comma, dec = given.partition(",")
    if not comma:
        raise Usage("--centre takes RA,DEC: 197.873,-1.341 or 13:11:29.52,-01:20:27.6")
    try:
        return position(ra, dec)
    except ValueError as error:
        raise Usage(f"--centre: {error}") from None


def text(assessment: Assessment) -> str:
    """The lines for a terminal, what a file says made visible."""
    from fitslint.report.escape import visible

    rows = [
        f"{line.verdict:<16}  {line.code:<15}  {visible(line.title)}: {visible(line.reason)}"
        for line in assessment.lines
    ]
    counts = ", ".join(f"{number} {name}" for name, number in assessment.counts.items())
    total = f"{visible(assessment.evidence.kappa.path)}: {assessment.verdict} ({counts})"
    return "\n".join([*rows, total]) + "\n"
