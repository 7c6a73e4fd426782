"""The report as one page that needs nothing beside it, and as JSON."""

from __future__ import annotations

import base64
import json
import warnings
from dataclasses import replace
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.qc.assess import Assessment
from fitslint.pipeline.kappa.qc.evidence import label
from fitslint.pipeline.kappa.qc.figures import pictures
from fitslint.pipeline.kappa.qc.line import FAIL, GROUPS, PASS, UNJUDGED
from fitslint.pipeline.kappa.qc.width import write as write_width
from fitslint.pipeline.whole import write_whole
from fitslint.report.escape import visible

PAGE, REPORT = "qc.html", "qc.json"
_CSS = {PASS: "pass", FAIL: "fail", UNJUDGED: "open"}
_SIGNS = {PASS: "✓", FAIL: "✗", UNJUDGED: "?"}


def render(assessment: Assessment) -> str:
    """The page as HTML; every text of a file is escaped."""
    evidence = assessment.evidence
    cluster = evidence.cluster
    with warnings.catch_warnings(action="ignore"):
        drawn = pictures(assessment)
    return _template().render(
        title=evidence.kappa.text("OBJECT") or label(evidence.kappa.path),
        report=assessment.to_dict(), groups=GROUPS, css=_CSS, signs=_SIGNS,
        pictures=drawn, thresholds=list(evidence.criteria.table.values()),
        centres=evidence.centres if evidence.request.centre or cluster is None
        else cluster.centres,
    )  # fmt: skip


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: visible(value) if isinstance(value, str) else value,
    )  # fmt: skip
    environment.filters["number"] = lambda value: f"{value:.6g}"
    environment.filters["base64"] = lambda raw: base64.b64encode(raw).decode("ascii")
    text = Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)


def write(assessment: Assessment, folder: str | Path) -> Path:
    """Write the page into ``folder``, the JSON and the width of the band beside it.

    Returns
    -------
    Path
        of the page.

    Raises
    ------
    PipelineError
        when nothing can be written there.
    """
    place = make_folder(folder)
    product = write_width(assessment, place)
    if product is not None:
        assessment = replace(assessment, products=(str(product),))
    write_json(assessment, place / REPORT)
    _store(place / PAGE, render(assessment))
    return place / PAGE


def make_folder(folder: str | Path) -> Path:
    """The folder, which is made when it is not there.

    Raises
    ------
    PipelineError
        when it cannot be made.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PipelineError(f"cannot be made: {error.strerror}", path=str(folder)) from None
    return Path(folder)


def write_json(assessment: Assessment, path: str | Path) -> None:
    """Write the report as JSON.

    Raises
    ------
    PipelineError
        when it cannot be written.
    """
    text = json.dumps(assessment.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
    _store(Path(path), text + "\n")


def _store(path: Path, text: str) -> None:
    try:
        write_whole(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise PipelineError(f"cannot be written: {error.strerror}", path=str(path)) from None
