"""``fitslint rules`` and ``fitslint rule``: what is checked, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from fitslint.cli.errors import UsageError
from fitslint.engine.ruleset import PROFILE_SEVERITIES
from fitslint.model.rule import Rule
from fitslint.model.safety import SAFETY_MEANINGS
from fitslint.repair.reading_loss import OWN_KEYWORD
from fitslint.report.sentences import describe_clause
from fitslint.report.tables import build_console, print_table
from fitslint.rules.docs import parse_rule_page
from fitslint.rules.registry import load_rules
from fitslint.text import suggest

_FORMATS = ("text", "json")
_LANGUAGES = ("en", "ja")
_WRAPPED_COLUMNS = ("name", "clause", "summary", "answer", "title")
"""Columns that may take several lines on a narrow terminal."""


def print_rules(form: str, lang: str = "en") -> None:
    """Print every rule on a line."""
    _check_language(lang)
    severities = PROFILE_SEVERITIES["standard"]
    rows = [
        {
            "code": rule.code,
            "name": rule.name,
            "severity": severities[rule.level] or "",
            "fix": rule.repair or "",
            "clause": rule.clause,
            "summary": _get_summary(rule, lang),
        }
        for rule in load_rules().values()
    ]
    _print_rows(form, ("code", "name", "severity", "fix", "clause", "summary"), rows)


def print_coverage(form: str, lang: str = "en") -> None:
    """Print every row of the catalogue of checks with what answers it.

    Rows that a rule answers have its summary, which is there in Japanese too.
    """
    _check_language(lang)
    from fitslint.rules.coverage import list_rows

    rules = load_rules()
    found = [
        {
            "check": row.id,
            "answer": " ".join(row.codes) or row.note,
            "title": _get_summary(rules[row.codes[0]], lang) if row.codes else row.title,
        }
        for row in list_rows(rules.values())
    ]
    _print_rows(form, ("check", "answer", "title"), found)


def print_rule(name: str, lang: str = "en") -> None:
    """Print the help page of a rule; in Japanese its summary.

    Raises
    ------
    Usage
        when no rule has that code or name, or the language is neither.
    """
    _check_language(lang)
    rule = _find_rule(name)
    text = _format_page(rule, lang)
    if sys.stdout.isatty():
        from rich.markdown import Markdown

        build_console(sys.stdout, colour=True).print(Markdown(text))
    else:
        sys.stdout.write(text)


def _find_rule(name: str) -> Rule:
    rules = load_rules()
    found = rules.get(name.upper())
    found = found or next((rule for rule in rules.values() if rule.name == name.lower()), None)
    if found is None:
        known = [*rules, *(rule.name for rule in rules.values())]
        raise UsageError(f"no rule has the code or name {name!r}{suggest(name, known)}")
    return found


def _check_language(lang: str) -> None:
    if lang not in _LANGUAGES:
        raise UsageError(f"'--lang' is en or ja, not {lang!r}{suggest(lang, _LANGUAGES)}")


def _get_summary(rule: Rule, lang: str) -> str:
    return rule.summary_ja if lang == "ja" else rule.summary


def _format_page(rule: Rule, lang: str = "en") -> str:
    doc = parse_rule_page(rule)
    levels = ", ".join(
        f"{table[rule.level] or 'silent'} ({profile})"
        for profile, table in PROFILE_SEVERITIES.items()
    )
    facts = [
        ("Clause", describe_clause(rule.clause) or "none"),
        ("Severity", levels),
        ("Fix", f"{rule.repair}: {SAFETY_MEANINGS[rule.repair]}" if rule.repair else "none"),
        _describe_scope(rule),
    ]
    if rule.changes:
        whose = ["the value that it finds" if one == OWN_KEYWORD else one for one in rule.changes]
        facts.append(("Meant to change", ", ".join(whose)))
    if rule.requires:
        facts.append(("Silent when found", ", ".join(rule.requires)))
    parts = [f"# {rule.code} {rule.name}", rule.summary_ja if lang == "ja" else doc.summary]
    parts.append("\n".join(f"- {label}: {text}" for label, text in facts))
    parts += [f"## {title}\n{text}" for title, text in doc.sections.items()]
    return "\n\n".join(parts) + "\n"


def _describe_scope(rule: Rule) -> tuple[str, str]:
    if rule.scope == "model":
        return "Files", "parameter files of Lenstool"
    return "HDUs", ", ".join(rule.hdus) or "all"


def _print_rows(form: str, columns: Sequence[str], rows: list[dict[str, str]]) -> None:
    if form not in _FORMATS:
        raise UsageError(f"'--format' is text or json, not {form!r}{suggest(form, _FORMATS)}")
    if form == "json":
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    else:
        cells = [[row[column] for column in columns] for row in rows]
        print_table(sys.stdout, columns, cells, wrap=_WRAPPED_COLUMNS)
