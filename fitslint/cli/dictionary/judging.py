"""``fitslint dict lint`` and ``diff``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from fitslint.cli.dictionary.output import FORMATS, complain, one_of, print_json, print_text
from fitslint.cli.errors import ExitCode
from fitslint.dictionary.catalogue import find, shipped_document
from fitslint.dictionary.diff import WHY, Change, Diff, diff
from fitslint.dictionary.document import Document, read_document
from fitslint.dictionary.load import DictionaryError, ids
from fitslint.dictionary.validate import Finding, lint
from fitslint.text import plural, quote_short


def lint_all(given: Sequence[str], form: str) -> ExitCode:
    """Print what is wrong with dictionaries."""
    one_of("--format", form, FORMATS)
    findings: list[Finding] = []
    unread = 0
    for name in given:
        try:
            findings += lint(_document(name))
        except DictionaryError as error:
            complain(str(error))
            unread += 1
    if form == "json":
        print_json([one._asdict() for one in findings])
    elif findings:
        print_text("\n".join(map(str, findings)))
    _summary(findings, len(given) - unread)
    if unread or any(one.broken for one in findings):
        return ExitCode.USAGE
    grave = any(one.severity != "info" for one in findings)
    return ExitCode.FOUND if grave else ExitCode.OK


def _document(name: str) -> Document:
    """A dictionary as it is, however faulty."""
    if name in ids():
        return shipped_document(name)
    if not name.endswith(".toml") and not Path(name).exists():
        return find(name)  # says what there is
    return read_document(Path(name))


def _summary(findings: Sequence[Finding], read: int) -> None:
    """Counts, for people only."""
    if not sys.stderr.isatty():
        return
    errors, warnings, infos = (
        sum(one.severity == word for one in findings) for word in ("error", "warning", "info")
    )
    sys.stderr.write(
        f"{read} {plural(read, 'dictionary')}: {errors} {plural(errors, 'error')}, "
        f"{warnings} {plural(warnings, 'warning')}, {infos} info\n"
    )


def show_diff(old: str, new: str, form: str) -> ExitCode:
    """Print what changed between two dictionaries."""
    one_of("--format", form, FORMATS)
    found = diff(find(old), find(new))
    if form == "json":
        changes = [one._asdict() for one in found.changes]
        print_json({"added": found.added, "removed": found.removed, "changed": changes})
    else:
        lines = _lines(found)
        print_text("\n".join(lines) if lines else "no keyword differs")
    return ExitCode.FOUND if found.breaks else ExitCode.OK


def _lines(found: Diff) -> list[str]:
    lines = [f"added    {name}" for name in found.added]
    lines += [f"removed  {name}" for name in found.removed]
    lines += [f"changed  {_change(one)}" for one in found.changes]
    return lines


def _change(one: Change) -> str:
    reason = f" ({WHY[one.key]})" if one.effect == "breaks" else ""
    if one.key == "description":
        reason = " (read both: the meaning has to stay the same)"
    return f"{one.keyword}.{one.key}: {_said(one.old)} -> {_said(one.new)}: {one.effect}{reason}"


def _said(item: object) -> str:
    if item is None:
        return "nothing"
    if isinstance(item, list):
        return "[" + ", ".join(map(_said, item)) + "]"
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key}: {_said(one)}" for key, one in item.items()) + "}"
    return quote_short(item)
