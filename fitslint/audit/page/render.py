"""The page itself: numbers and texts into one HTML file that needs nothing beside it."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from fitslint._version import __version__
from fitslint.audit.database import AuditDatabase
from fitslint.audit.page.census import count_keywords, list_census
from fitslint.audit.page.cube import Cube, build_cube
from fitslint.audit.page.offenders import count_offenders, list_offenders
from fitslint.audit.summary import AuditSummary, describe_size, summarise
from fitslint.model.finding import SEVERITIES
from fitslint.report.escape import escape_text
from fitslint.report.web_page import read_page_asset, render_page_head
from fitslint.rules.registry import load_rules
from fitslint.text import (
    LANGUAGES,
    choose_language,
    get_language,
    phrase,
    say,
    translate,
)

_HEAT_ROWS = 40
_VERDICTS = ("conforms", "violates", "undetermined")
_WORDS = {
    "skip": phrase("Skip to the findings"), "verdicts": phrase("Verdicts"),
    "filter": phrase("Filter"), "find": phrase("Find"), "reset": phrase("reset"),
    "arrows": phrase("cells of the map"), "rule": phrase("Rule"), "folder": phrase("Folder"),
    "instrument": phrase("Instrument"), "period": phrase("Time"), "findings": phrase("Findings"),
    "files": phrase("Number of files"), "severity": phrase("Severity"),
    "fixable": phrase("Safe fixes"),
    "error": phrase("error"), "warning": phrase("warning"), "info": phrase("info"),
    "by_rule": phrase("By rule"), "by_instrument": phrase("By instrument"),
    "by_folder": phrase("By folder"), "over_time": phrase("Over time"),
    "rule_caption": phrase("Choose a rule to see where and when it finds something."),
    "facet_caption": phrase(
        "Choose one to see only its findings. The files are all of it, "
        "or those with findings of the chosen rule."
    ),
    "nothing": phrase("Nothing was found."), "rows": phrase("Rows"),
    "offenders": phrase("Headers"), "keyword": phrase("Keyword"), "types": phrase("Types"),
    "offenders_caption": phrase(
        "The sample holds the worst files and a few for each rule; `fitslint audit query` has all."
    ),
    "census": phrase("Keywords"), "find_keyword": phrase("Find a keyword"),
    "units": phrase("Units"), "cards": phrase("Number of cards"),
    "contents": phrase("Values, or what its comment says"),
    "noscript": phrase("The page needs its script to filter; here are the rules."),
    "more": phrase("{count} more"), "fewer": phrase("fewer"),
    "cell": phrase("{name}, {period}: {count} findings"),
    "scale": phrase("darkest: {most} findings"),
    "heat_left": phrase("{count} rows with fewer findings are left out"),
    "sampled": phrase("{shown} of {sample} sampled files; {all} files have findings."),
    "histogram": phrase("values of {keyword}, {range}"),
    "keywords": phrase("{shown} of {all} keywords"),
    "drop": phrase("no longer only {name}"),
    "shown": phrase("{findings} of {all} findings; {files} files"),
}  # fmt: skip
"""What the script and the template say, with its ``{names}`` filled in by the script."""


_LANGUAGE_NAMES = {"en": "English", "ja": "日本語"}
_FRAME = """<div id="page">
{body}</div>
<template id="other" lang="{language}">
{other_body}</template>
<script type="application/json" id="data">{data}</script>
<script type="application/json" id="other-words">{changes}</script>
<script>{script}</script>
</body>
</html>
"""


def render_audit_page(database: AuditDatabase, title: str) -> str:
    """The page of an audit, in the language of the process; a button turns it into the other.

    Everything is asked twice, so that a database which remembers its answers serves best.

    Raises
    ------
    AuditFolderError
        when a table cannot be read.
    """
    own = get_language()
    other = next(one for one in LANGUAGES if one != own)
    shown = escape_text(title)
    body, data = _render_body(database, shown, other)
    choose_language(other)
    try:
        other_body, other_data = _render_body(database, shown, own)
    finally:
        choose_language(own)
    script = read_page_asset(Path(__file__).with_name("page.js"))
    style = read_page_asset(Path(__file__).with_name("page.css"))
    return render_page_head(shown, style, script) + _FRAME.format(
        body=body, language=other, other_body=other_body, data=_embed(data),
        changes=_embed(list_changes(data, other_data) or {}), script=script,
    )  # fmt: skip


def _render_body(database: AuditDatabase, title: str, other: str) -> tuple[str, dict[str, Any]]:
    """The content of the page and what its script works with, in the language of the process."""
    summary, cube = summarise(database), build_cube(database)
    words = {name: translate(template) for name, template in _WORDS.items()}
    body = _load_template().render(
        title=title, words=words, severities=tuple(reversed(SEVERITIES)),
        told=_describe(summary), notes=list(_list_notes(summary)), tiles=_list_tiles(summary),
        rules=_list_rules(summary), other={"code": other, "name": _LANGUAGE_NAMES[other]},
    )  # fmt: skip
    return body, _build_data(database, summary, cube, words)


def list_changes(one: Any, other: Any) -> Any:
    """What makes ``one`` into ``other``, by key or place; None where they are the same."""
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = ((key, list_changes(one.get(key), value)) for key, value in other.items())
        return {key: change for key, change in pairs if change is not None} or None
    is_list = isinstance(one, (list, tuple)) and isinstance(other, (list, tuple))
    if is_list and len(one) == len(other):
        return list_changes(dict(enumerate(one)), dict(enumerate(other)))
    return None if one == other else other


def _build_data(
    database: AuditDatabase, summary: AuditSummary, cube: Cube, words: dict[str, str]
) -> dict[str, Any]:
    """What the script works with."""
    files = list(list_offenders(database, cube))
    return {
        "words": words,
        "dims": {
            "rule": _describe_rules(cube), "instrument": [*map(escape_text, cube.instruments)],
            "folder": [*map(escape_text, cube.folders)], "period": cube.periods,
        },
        "cube": cube.cells, "base": cube.base, "heat_rows": _HEAT_ROWS,
        "tick": 4 if len(cube.periods) > 12 and cube.period_length < 10 else
        7 if len(cube.periods) > 31 else cube.period_length,
        "files": files, "offenders": count_offenders(database),
        "finding_count": sum(cube.cells["findings"]),
        "census": list(list_census(database)), "keyword_count": count_keywords(database),
    }  # fmt: skip


def _describe_rules(cube: Cube) -> list[dict[str, Any]]:
    known = load_rules()
    return [
        {
            "code": code, "name": escape_text(name or ""), "severity": severity, "fixable": fixable,
            "summary": known[code].told_summary if code in known else "",
        }
        for code, name, severity, fixable in cube.rules
    ]  # fmt: skip


def _list_rules(summary: AuditSummary) -> list[dict[str, Any]]:
    """The rules for those who read the page without its script."""
    known = load_rules()
    return [
        {
            "code": one.code, "name": one.name, "findings": f"{one.findings:,}",
            "files": f"{one.files:,}",
            "summary": known[one.code].told_summary if one.code in known else "",
        }
        for one in summary.rules
    ]  # fmt: skip


def _embed(data: dict[str, Any]) -> str:
    """JSON in which nothing can end the element that it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _describe(summary: AuditSummary) -> str:
    parts = [describe_size(summary.bytes)]
    if summary.nights:
        parts.append(say("{first} to {last}", first=summary.nights[0], last=summary.nights[1]))
    return say("{words}", words=(*parts, f"fitslint {__version__}"))


def _list_tiles(summary: AuditSummary) -> list[dict[str, str]]:
    verdicts = Counter(summary.verdicts)
    rows = [("files", summary.files, say("Number of files"))]
    rows += [(one, verdicts[one], say(one)) for one in _VERDICTS]
    rows += [(one, count, say(f"{one}s")) for one, count in summary.severities.items()]
    return [{"kind": kind, "count": f"{count:,}", "name": name} for kind, count, name in rows]


def _list_notes(summary: AuditSummary) -> list[str]:
    """What is not in the numbers."""
    notes = []
    if summary.statuses:
        told = tuple(f"{say(status)} {count:,}" for status, count in summary.statuses.items())
        notes.append(say("could not be judged: {words}", words=told))
    kept = sum(one.findings for one in summary.rules)
    counted = sum(summary.severities.values())
    if counted > kept:
        notes.append(
            say("{count:,} further findings were counted and not kept", count=counted - kept)
        )
    if summary.across != "done":
        notes.append(
            say("what holds across files was not looked at; run `fitslint audit across`")
            if summary.across == "missing"
            else say("what holds across files is older than the audit; run `fitslint audit across`")
        )
    return notes


@cache
def _load_template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
