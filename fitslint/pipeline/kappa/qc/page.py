"""The report as one page that needs nothing beside it, and as JSON."""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.qc.assess import Assessment
from fitslint.pipeline.kappa.qc.evidence import label
from fitslint.pipeline.kappa.qc.figures import pictures
from fitslint.pipeline.kappa.qc.figures.drawing import Picture
from fitslint.pipeline.kappa.qc.line import FAIL, GROUPS, PASS, UNJUDGED, write_number
from fitslint.pipeline.kappa.qc.width import write as write_width
from fitslint.pipeline.whole import write_whole
from fitslint.report.escape import visible

PAGE, REPORT = "qc.html", "qc.json"
_CSS = {PASS: "pass", FAIL: "fail", UNJUDGED: "open"}
_SIGNS = {PASS: "✓", FAIL: "✗", UNJUDGED: "?"}


def draw(assessment: Assessment) -> list[Picture]:
    """The figures of the page."""
    with warnings.catch_warnings(action="ignore"):
        return pictures(assessment)


def render(assessment: Assessment, drawn: Sequence[Picture] | None = None) -> str:
    """The page as HTML; every text of a file is escaped."""
    evidence = assessment.evidence
    cluster = evidence.cluster
    if drawn is None:
        drawn = draw(assessment)
    return _template().render(
        headline=assessment.headline,
        title=evidence.kappa.text("OBJECT") or label(evidence.kappa.path),
        report=assessment.to_dict(), lines=assessment.lines, groups=GROUPS, css=_CSS, signs=_SIGNS,
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
    environment.filters["number"] = write_number
    environment.filters["base64"] = lambda raw: base64.b64encode(raw).decode("ascii")
    text = Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)


def write(assessment: Assessment, folder: str | Path) -> Path:
    """Write the page into ``folder``; beside it JSON, figures and the width of the band.

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
    drawn = draw(assessment)
    files = [] if product is None else [str(product)]
    for one in drawn:
        for suffix, content in (("png", one.png), ("svg", one.svg)):
            path = place / f"qc-{one.name}.{suffix}"
            _store_bytes(path, content)
            files.append(str(path))
    assessment = replace(assessment, products=tuple(files))
    write_json(assessment, place / REPORT)
    _store(place / PAGE, render(assessment, drawn))
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
    _store_bytes(path, text.encode("utf-8", "backslashreplace"))


def _store_bytes(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise PipelineError(f"cannot be written: {error.strerror}", path=str(path)) from None
