"""The report as one page that needs nothing beside it, and as JSON."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from jinja2 import Template

from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.band_width_map import write_band_width
from fitslint.pipeline.kappa.qc.check import CHECK_GROUPS, FAIL, PASS, UNJUDGED, format_measurement
from fitslint.pipeline.kappa.qc.figures import draw_pictures
from fitslint.pipeline.kappa.qc.inputs import shorten_path
from fitslint.pipeline.page.drawing import Picture
from fitslint.pipeline.page.files import load_template, make_folder, store_pictures, store_text

PAGE_NAME, REPORT_NAME = "qc.html", "qc.json"
_CSS = {PASS: "pass", FAIL: "fail", UNJUDGED: "open"}
_SIGNS = {PASS: "✓", FAIL: "✗", UNJUDGED: "?"}


def draw_figures(report: QcReport) -> list[Picture]:
    """The figures of the page."""
    with warnings.catch_warnings(action="ignore"):
        return draw_pictures(report)


def render_page(report: QcReport, drawn: Sequence[Picture] | None = None) -> str:
    """The page as HTML; every text of a file is escaped."""
    inputs = report.inputs
    cluster = inputs.cluster
    if drawn is None:
        drawn = draw_figures(report)
    return _load_template().render(
        headline=report.headline,
        title=inputs.kappa.get_text("OBJECT") or shorten_path(inputs.kappa.path),
        report=report.to_dict(), lines=report.results, groups=CHECK_GROUPS, css=_CSS,
        signs=_SIGNS,
        pictures=drawn, thresholds=list(inputs.thresholds.by_name.values()),
        centres=inputs.centres if inputs.request.centre or cluster is None
        else cluster.centres,
    )  # fmt: skip


@cache
def _load_template() -> Template:
    path = Path(__file__).with_name("page.html.j2")
    return load_template(path, {"number": format_measurement})


def write_report(report: QcReport, folder: str | Path) -> Path:
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
    product = write_band_width(report, place)
    drawn = draw_figures(report)
    files = [] if product is None else [str(product)]
    files += store_pictures(place, drawn)
    report = replace(report, products=tuple(files))
    write_json(report, place / REPORT_NAME)
    store_text(place / PAGE_NAME, render_page(report, drawn))
    return place / PAGE_NAME


def write_json(report: QcReport, path: str | Path) -> None:
    """Write the report as JSON.

    Raises
    ------
    PipelineError
        when it cannot be written.
    """
    text = json.dumps(report.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
    store_text(Path(path), text + "\n")
