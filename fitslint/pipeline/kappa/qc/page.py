"""The report as one page that needs nothing beside it, and as JSON."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
from fitslint.pipeline.page.report_files import write_numbers, write_pictures
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
    page = place / PAGE_NAME
    with _explain_writing(place):
        files += map(str, write_pictures(place, drawn))
        report = replace(report, products=tuple(files))
        write_numbers(place / REPORT_NAME, report.to_dict())
        write_atomic(page, render_page(report, drawn).encode("utf-8", "backslashreplace"))
    return page


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
    with _explain_writing(Path(path)):
        write_numbers(Path(path), report.to_dict())


@contextmanager
def _explain_writing(path: Path) -> Iterator[None]:
    """Turn an error of the operating system into a sentence."""
    try:
        yield
    except OSError as error:
        where = error.filename or path
        raise PipelineError(f"cannot be written: {error.strerror}", path=str(where)) from None
