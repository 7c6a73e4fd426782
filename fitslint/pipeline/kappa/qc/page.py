"""The report as one page that needs nothing beside it, and as JSON."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.band_width_map import write_band_width
from fitslint.pipeline.kappa.qc.check import CHECK_GROUPS, FAIL, PASS, UNJUDGED, format_measurement
from fitslint.pipeline.kappa.qc.figures import draw_pictures
from fitslint.pipeline.kappa.qc.inputs import shorten_path
from fitslint.pipeline.page.figures import Picture
from fitslint.pipeline.page.template import load_template

PAGE_NAME, REPORT_NAME = "qc.html", "qc.json"
_TEMPLATE = Path(__file__).with_name("page.html.j2")
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
    template = load_template(_TEMPLATE, {"number": format_measurement})
    return template.render(
        headline=report.headline,
        title=inputs.kappa.get_text("OBJECT") or shorten_path(inputs.kappa.path),
        report=report.to_dict(), lines=report.results, groups=CHECK_GROUPS, css=_CSS,
        signs=_SIGNS, names={one: one for one in _SIGNS},
        pictures=drawn, thresholds=list(inputs.thresholds.by_name.values()),
        centres=inputs.centres if inputs.request.centre or cluster is None
        else cluster.centres,
    )  # fmt: skip


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
    for picture in drawn:
        for suffix, content in (("png", picture.png), ("svg", picture.svg)):
            path = place / f"qc-{picture.name}.{suffix}"
            _store_bytes(path, content)
            files.append(str(path))
    report = replace(report, products=tuple(files))
    write_json(report, place / REPORT_NAME)
    _store_text(place / PAGE_NAME, render_page(report, drawn))
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


def write_json(report: QcReport, path: str | Path) -> None:
    """Write the report as JSON.

    Raises
    ------
    PipelineError
        when it cannot be written.
    """
    text = json.dumps(report.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
    _store_text(Path(path), text + "\n")


def _store_text(path: Path, text: str) -> None:
    _store_bytes(path, text.encode("utf-8", "backslashreplace"))


def _store_bytes(path: Path, content: bytes) -> None:
    try:
        write_atomic(path, content)
    except OSError as error:
        raise PipelineError(f"cannot be written: {error.strerror}", path=str(path)) from None
