"""What ``fitslint kappa qc`` does: the lines on standard output, page and JSON in files."""

from __future__ import annotations

import json
import sys

from fitslint.cli.errors import ExitCode
from fitslint.cli.kappa.qc import QualityRequest
from fitslint.cli.position import parse_position_option
from fitslint.pipeline.kappa.qc import inputs, page
from fitslint.pipeline.kappa.qc.assess import QcReport, run_checks
from fitslint.report.escape import escape_text


def run_qc(request: QualityRequest) -> ExitCode:
    """Judge the map and write what was asked for.

    Raises
    ------
    Usage
        when ``--centre`` is no position.
    PipelineError
        when an input cannot be read, or a file not written.
    """
    centre = None if request.centre is None else parse_position_option("--centre", request.centre)
    made = run_checks(
        inputs.QcRequest(
            request.kappa, request.maps, request.also, request.model, request.members,
            request.samples, request.cluster, centre, request.config,
        )
    )  # fmt: skip
    if request.out is not None:
        page.write_report(made, request.out)
    if request.json == "-":
        sys.stdout.write(json.dumps(made.to_dict(), indent=2, allow_nan=False) + "\n")
    else:
        sys.stdout.write(format_assessment(made))
        if request.json is not None:
            page.write_json(made, request.json)
    return ExitCode.FOUND if made.verdict == "fail" else ExitCode.OK


def format_assessment(assessment: QcReport) -> str:
    """The lines for a terminal, what a file says made visible."""
    rows = [
        f"{line.verdict:<16}  {line.code:<15}  {escape_text(line.title)}: {escape_text(line.reason)}"
        for line in assessment.results
    ]
    path = escape_text(assessment.inputs.kappa.path)
    total = f"{path}: {assessment.verdict} ({assessment.headline})"
    return "\n".join([*rows, total]) + "\n"
