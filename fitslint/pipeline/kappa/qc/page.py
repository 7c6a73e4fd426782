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

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.band_width_map import write_band_width
from fitslint.pipeline.kappa.qc.check import CHECK_GROUPS, FAIL, PASS, UNJUDGED, format_measurement
from fitslint.pipeline.kappa.qc.figures import draw_pictures
from fitslint.pipeline.kappa.qc.figures.drawing import Picture
from fitslint.pipeline.kappa.qc.inputs import shorten_path
from fitslint.report.escape import escape_text

PAGE_NAME, REPORT_NAME = "qc.html", "qc.json"
_CSS = {PASS: "pass", FAIL: "fail", UNJUDGED: "open"}
_SIGNS = {PASS: "✓", FAIL: "✗", UNJUDGED: "?"}


def draw_figures(assessment: QcReport) -> list[Picture]:
    """The figures of the page."""
    with warnings.catch_warnings(action="ignore"):
        return draw_pictures(assessment)


def render_page(assessment: QcReport, drawn: Sequence[Picture] | None = None) -> str:
    """The page as HTML; every text of a file is escaped."""
    evidence = assessment.inputs
    cluster = evidence.cluster
    if drawn is None:
        drawn = draw_figures(assessment)
    return _load_template().render(
        headline=assessment.headline,
        title=evidence.kappa.get_text("OBJECT") or shorten_path(evidence.kappa.path),
        report=assessment.to_dict(), lines=assessment.results, groups=CHECK_GROUPS, css=_CSS, signs=_SIGNS,
        pictures=drawn, thresholds=list(evidence.thresholds.by_name.values()),
        centres=evidence.centres if evidence.request.centre or cluster is None
        else cluster.centres,
    )  # fmt: skip


@cache
def _load_template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: escape_text(value) if isinstance(value, str) else value,
    )  # fmt: skip
    environment.filters["number"] = format_measurement
    environment.filters["base64"] = lambda raw: base64.b64encode(raw).decode("ascii")
    text = Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)


def write_report(assessment: QcReport, folder: str | Path) -> Path:
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
    product = write_band_width(assessment, place)
    drawn = draw_figures(assessment)
    files = [] if product is None else [str(product)]
    for one in drawn:
        for suffix, content in (("png", one.png), ("svg", one.svg)):
            path = place / f"qc-{one.name}.{suffix}"
            _store_bytes(path, content)
            files.append(str(path))
    assessment = replace(assessment, products=tuple(files))
    write_json(assessment, place / REPORT_NAME)
    _store_text(place / PAGE_NAME, render_page(assessment, drawn))
    return place / PAGE_NAME


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


def write_json(assessment: QcReport, path: str | Path) -> None:
    """Write the report as JSON.

    Raises
    ------
    PipelineError
        when it cannot be written.
    """
    text = json.dumps(assessment.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
    _store_text(Path(path), text + "\n")


def _store_text(path: Path, text: str) -> None:
    _store_bytes(path, text.encode("utf-8", "backslashreplace"))


def _store_bytes(path: Path, content: bytes) -> None:
    try:
        write_atomic(path, content)
    except OSError as error:
        raise PipelineError(f"cannot be written: {error.strerror}", path=str(path)) from None
