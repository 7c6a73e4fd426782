"""The report as JSON and as one page that needs nothing beside it."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Template

from fitslint._version import __version__
from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.page.report_files import convert_to_json, write_numbers, write_pictures
from fitslint.pipeline.page.template import load_template
from fitslint.pipeline.xray.qc.figures import draw_xray_figures
from fitslint.pipeline.xray.qc.lines import FAIL, GROUPS, PASS, UNJUDGED, QcLine, judge_run
from fitslint.pipeline.xray.qc.peaks import find_peaks
from fitslint.pipeline.xray.qc.products import read_products
from fitslint.pipeline.xray.qc.sources import match_sources
from fitslint.pipeline.xray.run.config import XrayConfig

SCHEMA = "urn:fitslint:xray-qc:1.0.0"
PAGE_NAME, REPORT_NAME = "qc.html", "qc.json"
_CSS = {PASS: "pass", FAIL: "fail", UNJUDGED: "soft"}
_SIGNS = {PASS: "✓", FAIL: "✗", UNJUDGED: "·"}
_NAMES = {PASS: "pass", FAIL: "fail", UNJUDGED: "told"}
"""A line that is no law says what was measured."""


def write_xray_report(config: XrayConfig, folder: Path) -> list[QcLine]:
    """Judge the products of a run and write the page, its JSON and its figures.

    Returns
    -------
    list of QcLine
        those that fail.

    Raises
    ------
    PipelineError
        when a product cannot be read.
    OSError
        when the report cannot be written.
    """
    place = folder
    place.mkdir(parents=True, exist_ok=True)
    products = read_products(config)
    match = match_sources(products, config.catalogue) if config.catalogue else None
    with warnings.catch_warnings(action="ignore"):
        peaks = find_peaks(products)
        lines = judge_run(products, match, peaks)
        pictures = list(draw_xray_figures(products, match, peaks))
    files = [path.name for path in write_pictures(place, pictures)]
    target = (products.counts.header.string("OBJECT") or "").strip()
    report = _build_report(config, target, lines, files)
    write_numbers(place / REPORT_NAME, report)
    counts = report["counts"]
    page = _load_page().render(
        report=report, groups=GROUPS, css=_CSS, signs=_SIGNS, names=_NAMES, pictures=pictures,
        headline=f"{counts[PASS]} laws hold, {counts[FAIL]} do not; {counts[UNJUDGED]} lines tell "
        "what was measured",
    )  # fmt: skip
    write_atomic(place / PAGE_NAME, page.encode("utf-8", "backslashreplace"))
    return [line for line in lines if line.verdict == FAIL]


def _build_report(
    config: XrayConfig, target: str, lines: tuple[QcLine, ...], files: list[str]
) -> dict[str, Any]:
    """The report as plain data, by ``schemas/xray-qc-1.0.0.json``."""
    counts = Counter(line.verdict for line in lines)
    report = {
        "schema": SCHEMA,
        "fitslint": __version__,
        "cluster": config.name,
        "target": target,
        "obs_ids": list(config.obs_ids),
        "band": [config.band.low, config.band.high],
        "sn": config.sn,
        "smooth_sn": config.smooth_sn,
        "verdict": FAIL if counts[FAIL] else PASS,
        "counts": {verdict: counts[verdict] for verdict in (PASS, FAIL, UNJUDGED)},
        "lines": [asdict(line) for line in lines],
        "products": files,
    }
    cleaned: dict[str, Any] = convert_to_json(report)
    return cleaned


@cache
def _load_page() -> Template:
    return load_template(Path(__file__).with_name("page.html.j2"))
