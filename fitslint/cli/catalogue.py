"""``fitslint rules`` and ``fitslint rule``: what is checked, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from fitslint.cli.errors import Usage
from fitslint.engine.ruleset import PROFILES
from fitslint.model.rule import Rule
from fitslint.model.safety import MEANINGS
from fitslint.repair.readings import OWN
from fitslint.report.tables import console, print_table
from fitslint.report.words import clause_words
from fitslint.rules.docs import page
from fitslint.rules.registry import load
from fitslint.text import suggest

_FORMATS = ("text", "json")
_LANGUAGES = ("en", "ja")
_LONG = ("name", "clause", "summary", "answer", "title")
"""Columns that may take several lines on a narrow terminal."""


def list_rules(form: str, lang: str = "en") -> None:
    """Print every rule on a line."""
    _check_language(lang)
    severities = PROFILES["standard"]
    rows = [
        {
            "code": rule.code,
            "name": rule.name,
            "severity": severities[rule.level] or "",
            "fix": rule.repair or "",
            "clause": rule.clause,
            "summary": _summary(rule, lang),
        }
        for rule in load().values()
    ]
    _print(form, ("code", "name", "severity", "fix", "clause", "summary"), rows)


def list_coverage(form: str, lang: str = "en") -> None:
    """Print every row of the catalogue of checks with what answers it.

    Rows that a rule answers have its summary, which is there in Japanese too.
    """
    _check_language(lang)
    from fitslint.rules.coverage import rows

    rules = load()
    found = [
        {
            "check": row.id,
            "answer": " ".join(row.codes) or row.note,
            "title": _summary(rules[row.codes[0]], lang) if row.codes else row.title,
        }
        for row in rows(rules.values())
    ]
    _print(form, ("check", "answer", "title"), found)


def explain(name: str, lang: str = "en") -> None:
    """Print the help page of a rule; in Japanese its summary.

    Raises
    ------
    Usage
        when no rule has that code or name, or the language is neither.
    """
    _check_language(lang)
    rule = _find(name)
    text = _page(rule, lang)
    if sys.stdout.isatty():
        from rich.markdown import Markdown

        console(sys.stdout, colour=True).print(Markdown(text))
    else:
        sys.stdout.write(text)


def _find(name: str) -> Rule:
    rules = load()
    found = rules.get(name.upper())
    found = found or next((rule for rule in rules.values() if rule.name == name.lower()), None)
    if found is None:
        known = [*rules, *(rule.name for rule in rules.values())]
        raise Usage(f"no rule has the code or name {name!r}{suggest(name, known)}")
    return found


def _check_language(lang: str) -> None:
    if lang not in _LANGUAGES:
        raise Usage(f"'--lang' is en or ja, not {lang!r}{suggest(lang, _LANGUAGES)}")


def _summary(rule: Rule, lang: str) -> str:
    return rule.ja if lang == "ja" else rule.summary


def _page(rule: Rule, lang: str = "en") -> str:
    doc = page(rule)
    levels = ", ".join(
        f"{table[rule.level] or 'silent'} ({profile})" for profile, table in PROFILES.items()
    )
    facts = [
        ("Clause", clause_words(rule.clause) or "none"),
        ("Severity", levels),
        ("Fix", f"{rule.repair}: {MEANINGS[rule.repair]}" if rule.repair else "none"),
        _judged(rule),
    ]
    if rule.changes:
        whose = ["the value that it finds" if one == OWN else one for one in rule.changes]
        facts.append(("Meant to change", ", ".join(whose)))
    if rule.requires:
        facts.append(("Silent when found", ", ".join(rule.requires)))
    parts = [f"# {rule.code} {rule.name}", rule.ja if lang == "ja" else doc.summary]
    parts.append("\n".join(f"- {label}: {text}" for label, text in facts))
    parts += [f"## {title}\n{text}" for title, text in doc.sections.items()]
    return "\n\n".join(parts) + "\n"


def _judged(rule: Rule) -> tuple[str, str]:
    if rule.scope == "model":
        return "Files", "parameter files of Lenstool"
    return "HDUs", ", ".join(rule.hdus) or "all"


def _print(form: str, columns: Sequence[str], rows: list[dict[str, str]]) -> None:
    if form not in _FORMATS:
        raise Usage(f"'--format' is text or json, not {form!r}{suggest(form, _FORMATS)}")
    if form == "json":
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    else:
        cells = [[row[column] for column in columns] for row in rows]
        print_table(sys.stdout, columns, cells, wrap=_LONG)
