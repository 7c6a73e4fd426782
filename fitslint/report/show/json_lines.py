"""``fitslint show --format jsonl``: an object a file, by schemas/show-1.0.0.json."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from fitslint._version import __version__
from fitslint.model.file import FitsFile
from fitslint.model.finding import FileReport, Finding
from fitslint.report.json_report import build_finding_dict, dump_json
from fitslint.report.show.parts import FilePart, list_file_parts
from fitslint.report.show.views import (
    HduView,
    KeywordView,
    ShowQuery,
    iterate_hdus,
    list_file_findings,
)

SHOW_SCHEMA_ID = "urn:fitslint:show:1.0.0"


def render_json_line(
    report: FileReport, file: FitsFile | None, query: ShowQuery
) -> tuple[str, int]:
    """The object of a file on one line, and how many HDUs are in it."""
    hdus = list(iterate_hdus(file, report, query)) if file else []
    outside = list_file_findings(report, len(file.hdus) if file else 0, query)
    parts = list_file_parts(file) if file and file.container != "text" else []
    found = {
        "schema": SHOW_SCHEMA_ID,
        "fitslint": __version__,
        "path": report.path,
        "status": report.status,
        "reason": report.reason,
        "container": file.container if file else None,
        "size": file.size if file else None,
        "outside": [_build_part(part) for hdu, several in parts if hdu is None for part in several],
        "findings": _build_findings(outside),
        "hdus": [_build_hdu(view) for view in hdus],
    }
    return dump_json(found), len(hdus)


def _build_hdu(view: HduView) -> dict[str, Any]:
    structure = view.hdu.header.structure
    return {
        "hdu": view.hdu.number,
        "kind": view.hdu.kind,
        "extname": view.extname or None,
        "bitpix": structure.bitpix,
        "axes": list(structure.axes),
        "parts": [_build_part(part) for part in view.parts],
        "columns": [asdict(column) for column in view.columns],
        "findings": _build_findings(view.findings),
        "keywords": [_build_keyword(keyword) for keyword in view.keywords],
    }


def _build_part(part: FilePart) -> dict[str, Any]:
    return {"kind": part.kind, "start": part.start, "stop": part.stop}


def _build_keyword(view: KeywordView) -> dict[str, Any]:
    return {
        "cards": [view.number, len(view.cards)],
        "keyword": view.keyword,
        "kind": view.cards[0].form.kind,
        "type": view.cards[0].form.type,
        "text": view.value if view.is_legal else view.text,
        "value": view.decode(),
        "comment": view.comment,
        "findings": _build_findings(view.findings),
    }


def _build_findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [build_finding_dict(finding) for finding in findings]
