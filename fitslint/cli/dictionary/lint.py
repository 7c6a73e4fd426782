"""``fitslint dict lint`` and ``diff``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.completion import complete_dictionary
from fitslint.cli.dictionary.output import FORMAT, print_json, print_text
from fitslint.cli.errors import ExitCode, print_error, require_choice
from fitslint.cli.options import FORMATS, Options, argument
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.dictionary.diff import DictionaryDiff, KeyChange
    from fitslint.dictionary.files.document import DictionaryDocument
    from fitslint.dictionary.linting.linter import DictionaryFinding

_EFFECT_WIDTH = 9


class LintOptions(Options):
    """The options of ``fitslint dict lint``."""

    names: list[str] = argument(
        "Dictionaries: TOML files or ids.", "FILE|ID", complete=complete_dictionary
    )
    form: str = FORMAT


class DiffOptions(Options):
    """The options of ``fitslint dict diff``."""

    old: str = argument("The dictionary as it was.", "A", complete=complete_dictionary)
    new: str = argument("The dictionary as it is.", "B", complete=complete_dictionary)
    form: str = FORMAT


def print_lint(options: LintOptions) -> ExitCode:
    """Judge dictionaries; exit 1 with errors or warnings, 2 when one cannot be used at all."""
    from fitslint.dictionary.files.load import DictionaryError
    from fitslint.dictionary.linting.linter import lint_document

    require_choice("--format", options.form, FORMATS)
    findings: list[DictionaryFinding] = []
    unread = 0
    for name in options.names:
        try:
            findings += lint_document(_load_document(name))
        except DictionaryError as error:
            print_error(str(error))
            unread += 1
    if options.form == "json":
        print_json([finding._asdict() for finding in findings])
    elif findings:
        print_lines(map(_format_finding, findings))
    _print_summary(findings, len(options.names) - unread)
    if unread or any(finding.broken for finding in findings):
        return ExitCode.USAGE
    is_grave = any(finding.severity != "info" for finding in findings)
    return ExitCode.FOUND if is_grave else ExitCode.OK


def _load_document(name: str) -> DictionaryDocument:
    """A dictionary as it is, however faulty."""
    from fitslint.dictionary.files.document import read_document
    from fitslint.dictionary.files.load import list_ids
    from fitslint.dictionary.lookup import load_document, open_document

    if name in list_ids():
        return load_document(name)
    if not name.endswith(".toml") and not Path(name).exists():
        return open_document(name)  # says what there is
    return read_document(Path(name))


def _format_finding(finding: DictionaryFinding) -> str:
    from fitslint.report.escape import escape_text
    from fitslint.text import say

    place = f"{finding.file}:{finding.line}: {say(finding.severity)}"
    return escape_text(f"{place}: {finding.key}: {finding.message}")


def _print_summary(findings: Sequence[DictionaryFinding], read: int) -> None:
    """Counts, for people only."""
    from fitslint.text import count_noun, say

    if not sys.stderr.isatty():
        return
    errors, warnings, infos = (
        sum(finding.severity == severity for finding in findings)
        for severity in ("error", "warning", "info")
    )
    words = (
        count_noun(errors, "error"),
        count_noun(warnings, "warning"),
        count_noun(infos, "info"),
    )
    read_files = count_noun(read, "dictionary")
    sys.stderr.write(say("{files}: {words}", files=read_files, words=words) + "\n")


def print_diff(options: DiffOptions) -> ExitCode:
    """Show what a revision changed; exit 1 when a keyword changed its meaning, type or unit."""
    from fitslint.dictionary.diff import compare_dictionaries
    from fitslint.dictionary.lookup import open_document
    from fitslint.text import say

    require_choice("--format", options.form, FORMATS)
    diff = compare_dictionaries(open_document(options.old), open_document(options.new))
    if options.form == "json":
        changes = [change._asdict() for change in diff.changes]
        print_json({"added": diff.added, "removed": diff.removed, "changed": changes})
    else:
        print_text("\n".join(_format_diff(diff)) or say("no keyword differs"))
    return ExitCode.FOUND if diff.is_breaking else ExitCode.OK


def _format_diff(diff: DictionaryDiff) -> Iterator[str]:
    from fitslint.language.width import pad_text
    from fitslint.text import say

    words = (say("added"), say("removed"), say("changed"))
    added, removed, changed = (pad_text(word, _EFFECT_WIDTH) for word in words)
    yield from (f"{added}{name}" for name in diff.added)
    yield from (f"{removed}{name}" for name in diff.removed)
    yield from (f"{changed}{_format_change(change)}" for change in diff.changes)


def _format_change(change: KeyChange) -> str:
    from fitslint.dictionary.diff import BREAK_REASONS
    from fitslint.text import say, translate

    reason = f" ({translate(BREAK_REASONS[change.key])})" if change.effect == "breaks" else ""
    if change.key == "description":
        reason = f" ({say('read both: the meaning has to stay the same')})"
    items = f"{_format_item(change.old)} -> {_format_item(change.new)}"
    return f"{change.keyword}.{change.key}: {items}: {say(change.effect)}{reason}"


def _format_item(item: object) -> str:
    from fitslint.text import quote_short, say, translate

    if item is None:
        return say("nothing")
    if isinstance(item, list):
        return "[" + ", ".join(map(_format_item, item)) + "]"
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key}: {_format_item(value)}" for key, value in item.items()) + "}"
    return translate(quote_short(item))
