"""What ``fitslint kappa qc`` does: the lines on standard output, page and JSON in files."""

from __future__ import annotations

import json
import sys

from fitslint.cli.errors import ExitCode
from fitslint.cli.kappa.qc import Request
from fitslint.cli.sky import position_of
from fitslint.pipeline.kappa.qc import evidence, page
from fitslint.pipeline.kappa.qc.assess import Assessment, assess
from fitslint.report.escape import visible


def carry_out(request: Request) -> ExitCode:
    """Judge the map and write what was asked for.

    Raises
    ------
    Usage
        when ``--centre`` is no position.
    PipelineError
        when an input cannot be read, or a file not written.
    """
    centre = None if request.centre is None else position_of("--centre", request.centre)
    made = assess(
        evidence.Request(
            request.kappa, request.maps, request.also, request.model, request.members,
            request.samples, request.cluster, centre, request.config,
        )
    )  # fmt: skip
    if request.out is not None:
        page.write(made, request.out)
    if request.json == "-":
        sys.stdout.write(json.dumps(made.to_dict(), indent=2, allow_nan=False) + "\n")
    else:
        sys.stdout.write(text(made))
        if request.json is not None:
            page.write_json(made, request.json)
    return ExitCode.FOUND if made.verdict == "fail" else ExitCode.OK


def text(assessment: Assessment) -> str:
    """The lines for a terminal, what a file says made visible."""
    rows = [
        f"{line.verdict:<16}  {line.code:<15}  {visible(line.title)}: {visible(line.reason)}"
        for line in assessment.lines
    ]
    path = visible(assessment.evidence.kappa.path)
    total = f"{path}: {assessment.verdict} ({assessment.headline})"
    return "\n".join([*rows, total]) + "\n"
