"""``fitslint dict lint`` and ``diff``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from fitslint.cli.dictionary.output import FORMATS, complain, print_json, print_text, require_choice
from fitslint.cli.errors import ExitCode
from fitslint.dictionary.diff import BREAK_REASONS, DictionaryDiff, KeyChange, compare_dictionaries
from fitslint.dictionary.document import DictionaryDocument, read_document
from fitslint.dictionary.linter import DictionaryFinding, lint_document
from fitslint.dictionary.load import DictionaryError, list_ids
from fitslint.dictionary.lookup import load_document, open_document
from fitslint.text import plural, quote_short


def print_lint(names: Sequence[str], form: str) -> ExitCode:
    """Print what is wrong with dictionaries."""
    require_choice("--format", form, FORMATS)
    findings: list[DictionaryFinding] = []
    unread = 0
    for name in names:
        try:
            findings += lint_document(_load_document(name))
        except DictionaryError as error:
            complain(str(error))
            unread += 1
    if form == "json":
        print_json([one._asdict() for one in findings])
    elif findings:
        print_text("\n".join(map(str, findings)))
    _print_summary(findings, len(names) - unread)
    if unread or any(one.broken for one in findings):
        return ExitCode.USAGE
    grave = any(one.severity != "info" for one in findings)
    return ExitCode.FOUND if grave else ExitCode.OK


def _load_document(name: str) -> DictionaryDocument:
    """A dictionary as it is, however faulty."""
    if name in list_ids():
        return load_document(name)
    if not name.endswith(".toml") and not Path(name).exists():
        return open_document(name)  # says what there is
    return read_document(Path(name))


def _print_summary(findings: Sequence[DictionaryFinding], read: int) -> None:
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


def print_diff(old: str, new: str, form: str) -> ExitCode:
    """Print what changed between two dictionaries."""
    require_choice("--format", form, FORMATS)
    found = compare_dictionaries(open_document(old), open_document(new))
    if form == "json":
        changes = [one._asdict() for one in found.changes]
        print_json({"added": found.added, "removed": found.removed, "changed": changes})
    else:
        lines = _format_diff(found)
        print_text("\n".join(lines) if lines else "no keyword differs")
    return ExitCode.FOUND if found.is_breaking else ExitCode.OK


def _format_diff(found: DictionaryDiff) -> list[str]:
    lines = [f"added    {name}" for name in found.added]
    lines += [f"removed  {name}" for name in found.removed]
    lines += [f"changed  {_format_change(one)}" for one in found.changes]
    return lines


def _format_change(one: KeyChange) -> str:
    reason = f" ({BREAK_REASONS[one.key]})" if one.effect == "breaks" else ""
    if one.key == "description":
        reason = " (read both: the meaning has to stay the same)"
    return f"{one.keyword}.{one.key}: {_format_item(one.old)} -> {_format_item(one.new)}: {one.effect}{reason}"


def _format_item(item: object) -> str:
    if item is None:
        return "nothing"
    if isinstance(item, list):
        return "[" + ", ".join(map(_format_item, item)) + "]"
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key}: {_format_item(one)}" for key, one in item.items()) + "}"
    return quote_short(item)
