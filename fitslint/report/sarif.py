"""SARIF 2.1.0, the format of OASIS for results of static analysis: one run, written as it grows.

A header is not text of lines, so that places are bytes: ``byteOffset`` counts from 0 in the
uncompressed file. https://docs.oasis-open.org/sarif/sarif/v2.1.0/
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import quote

from fitslint._version import __version__
from fitslint.model.finding import Edit, FileReport, Finding, Severity
from fitslint.model.form import CARD_SIZE
from fitslint.model.rule import Rule
from fitslint.model.rule_page import RulePage
from fitslint.report.concise import list_cut_findings, list_hindrances
from fitslint.report.escape import escape_columns, escape_text
from fitslint.report.full import describe_place
from fitslint.report.json_report import dump_json
from fitslint.report.reporter import Reporter, Summary
from fitslint.report.sentences import describe_clause, describe_places

SARIF_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_NOT_JUDGED = "not-judged"
_FINGERPRINT = "fitslint/v1"


class SarifReporter(Reporter):
    """One log with one run: its results first, the tool with the rules that spoke last."""

    __slots__ = ()
    name: ClassVar[str] = "sarif"
    for_programs: ClassVar[bool] = True
    explains_rules: ClassVar[bool] = True
    separator: ClassVar[str] = ",\n"

    def render_start(self) -> str:
        """The version, and the opening of the results."""
        head = dump_json({"$schema": SARIF_SCHEMA, "version": "2.1.0"})
        return f'{head[:-1]}, "runs": [{{"columnKind": "unicodeCodePoints", "results": [\n'

    def render_file(self, report: FileReport) -> str:
        """The results of a file, with commas between."""
        return self.separator.join(map(dump_json, _list_results(report)))

    def render_end(self, summary: Summary, *, any_file: bool) -> str:
        """The end of the results, the tool, and how the run ended."""
        driver = {
            "name": "fitslint",
            "version": __version__,
            "rules": [*_describe_rules(summary)],
        }
        run = {
            "tool": {"driver": driver},
            "invocations": [{"executionSuccessful": not summary.interrupted}],
        }
        newline = "\n" if any_file else ""
        return f"{newline}], {dump_json(run)[1:]}]}}\n"


def _list_results(report: FileReport) -> Iterator[dict[str, Any]]:
    artifact = {"uri": build_uri(report.path)}
    known = report.withheld.known if report.withheld else None
    state = {} if known is None else {"baselineState": "new"}
    for finding in report.findings:
        yield _build_result(report, finding, artifact) | state
    for finding in known or ():
        yield _build_result(report, finding, artifact) | {"baselineState": "unchanged"}
    for waived in report.withheld.waived if report.withheld else ():
        suppression = {"kind": "external", "justification": escape_text(waived.reason)}
        result = _build_result(report, waived.finding, artifact)
        yield result | {"suppressions": [suppression]}
    for note in list_hindrances(report):
        yield _build_note(artifact, _NOT_JUDGED, "open", note)
    for cut, note in zip(report.truncated, list_cut_findings(report, None), strict=True):
        yield _build_note(artifact, cut.code, "informational", note)


def build_uri(path: str) -> str:
    """The reference of a path, relative where that is; it names the bytes of any file name."""
    quoted = quote(os.fsencode(path))
    return f"file://{quoted}" if path.startswith("/") else quoted


def _build_result(report: FileReport, finding: Finding, artifact: dict[str, str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": _escape_links(escape_text(finding.message) + describe_places(finding))},
        "locations": [_build_location(finding, artifact)],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
        "properties": _list_properties(finding),
    }
    fix = finding.fix
    # Of a compressed file the edits are not for the bytes on disk.
    if fix is not None and fix.edits and fix.safety != "shown" and not report.is_packed:
        change = {
            "artifactLocation": artifact,
            "replacements": [_build_replacement(edit) for edit in fix.edits],
        }
        text = f"{escape_text(fix.title)} ({fix.safety})"
        result["fixes"] = [{"description": {"text": text}, "artifactChanges": [change]}]
    return result


def _build_note(artifact: dict[str, str], rule: str, kind: str, text: str) -> dict[str, Any]:
    """A result that is no violation: what was not judged, or not shown."""
    return {
        "ruleId": rule,
        "kind": kind,
        "level": "none",
        "message": {"text": _escape_links(text)},
        "locations": [{"physicalLocation": {"artifactLocation": artifact}}],
    }


def _build_location(finding: Finding, artifact: dict[str, str]) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": artifact}
    if finding.line is not None:
        physical["region"] = _build_line_region(finding)
    elif finding.byte is not None:
        physical |= _build_byte_regions(finding)
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.hdu is not None:
        named = {"fullyQualifiedName": describe_place(finding), "kind": "member"}
        location["logicalLocations"] = [named]
    return location


def _build_line_region(finding: Finding) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": finding.line}
    if finding.column is not None:
        region["startColumn"] = finding.column
        region["endColumn"] = max(finding.end_column or 0, finding.column) + 1
    if finding.image is not None:
        region["snippet"] = _build_content(finding.image)
    return region


def _build_byte_regions(finding: Finding) -> dict[str, Any]:
    """The columns of the finding as bytes, and the whole card around them."""
    byte, image = finding.byte or 0, finding.image
    if image is None or finding.column is None:
        return {"region": {"byteOffset": byte, "byteLength": 0}}
    start = finding.column - 1
    end = max(finding.end_column or 0, finding.column)
    card = {
        "byteOffset": byte - start,
        "byteLength": CARD_SIZE,
        "snippet": _build_content(image),
    }
    region = {
        "byteOffset": byte,
        "byteLength": end - start,
        "snippet": _build_content(image[start:end]),
    }
    return {"region": region, "contextRegion": card}


def _build_content(data: bytes) -> dict[str, str]:
    """Bytes as text where they are such; else as text to look at, and exactly."""
    text = "".join(escape_columns(data))
    if data == text.encode("latin-1"):
        return {"text": text}
    return {"text": text, "binary": base64.b64encode(data).decode("ascii")}


def _build_replacement(edit: Edit) -> dict[str, Any]:
    replacement: dict[str, Any] = {
        "deletedRegion": {"byteOffset": edit.start, "byteLength": edit.end - edit.start}
    }
    if edit.new:
        content = {"binary": base64.b64encode(edit.new).decode("ascii")}
        is_text = edit.new.isascii() and edit.new.decode("ascii").isprintable()
        replacement["insertedContent"] = {"text": edit.new.decode("ascii")} if is_text else content
    return replacement


def _list_properties(finding: Finding) -> dict[str, Any]:
    """The place as FITS has it."""
    names = ("hdu", "extname", "card", "keyword", "column", "end_column", "places")
    held = {name: getattr(finding, name) for name in names}
    return {name: value for name, value in held.items() if value is not None}


def _escape_links(text: str) -> str:
    """A message in which no text of a file is a link: SARIF has those of Markdown."""
    if "](" not in text:
        return text
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _describe_rules(summary: Summary) -> Iterator[dict[str, Any]]:
    """The rules that found something, with their pages."""
    for code, (_, severity) in sorted(summary.tally.rule_names.items()):
        yield _describe_rule(*summary.rules[code], severity)
    if summary.tally.not_checked:
        text = "The file could not be judged, or not to its end."
        yield {"id": _NOT_JUDGED, "shortDescription": {"text": text}}


def _describe_rule(rule: Rule, page: RulePage, severity: Severity) -> dict[str, Any]:
    markdown = "\n\n".join(f"## {title}\n\n{text}" for title, text in page.sections.items())
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": page.summary},
        "help": {"text": page.why or page.summary, "markdown": markdown or page.summary},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {
            "clause": describe_clause(rule.clause),
            "tags": [rule.level, *([f"{rule.repair}-fix"] if rule.repair else [])],
        },
    }
