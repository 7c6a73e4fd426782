"""``fitslint rules`` and ``fitslint rule``: what is checked, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fitslint.cli.completion import complete_rule
from fitslint.cli.errors import UsageError, require_choice
from fitslint.cli.options import FORMAT, FORMATS, Options, argument, option
from fitslint.text import phrase, say, translate, translate_rule

if TYPE_CHECKING:
    from fitslint.model.rule import Rule

_WRAPPED_COLUMNS = ("name", "clause", "summary", "answer", "title")
"""Columns that may take several lines on a narrow terminal."""
_PAGE_WIDTH = 100
"""Columns of a page in a file or pipe."""


class RulesOptions(Options):
    """The options of ``fitslint rules``."""

    coverage: bool = option("The catalogue of checks and what answers each.")
    format: str = FORMAT


class RuleOptions(Options):
    """The options of ``fitslint rule``."""

    name: str = argument("Code or name of a rule.", "CODE|NAME", complete=complete_rule)


def print_rules(options: RulesOptions) -> None:
    """List the rules."""
    if options.coverage:
        _print_rows(options.format, ("check", "answer", "title"), _list_checks())
    else:
        columns = ("code", "name", "severity", "fix", "clause", "summary")
        _print_rows(options.format, columns, _list_rules())


def _list_rules() -> list[dict[str, str]]:
    from fitslint.engine.ruleset import PROFILE_SEVERITIES
    from fitslint.rules.registry import load_rules

    severities = PROFILE_SEVERITIES["standard"]
    return [
        {
            "code": rule.code,
            "name": rule.name,
            "severity": severities[rule.level] or "",
            "fix": rule.repair or "",
            "clause": rule.clause,
            "summary": rule.told_summary,
        }
        for rule in load_rules().values()
    ]


def _list_checks() -> list[dict[str, str]]:
    """Every row of the catalogue of checks with what answers it.

    Rows that a rule answers have its summary, which is there in Japanese too.
    """
    from fitslint.rules.coverage import list_rows
    from fitslint.rules.registry import load_rules

    rules = load_rules()
    return [
        {
            "check": row.id,
            "answer": " ".join(row.codes) or row.note,
            "title": rules[row.codes[0]].told_summary if row.codes else row.title,
        }
        for row in list_rows(rules.values())
    ]


def print_rule(options: RuleOptions) -> None:
    """Explain a rule: why, an example, what to write instead."""
    text = _format_page(_find_rule(options.name))
    if sys.stdout.isatty():
        from rich.markdown import Markdown

        from fitslint.report.tables import build_console

        build_console(sys.stdout, colour=True).print(Markdown(text))
    else:
        sys.stdout.write(text)


def _find_rule(name: str) -> Rule:
    from fitslint.rules.registry import load_rules
    from fitslint.text import suggest

    rules = load_rules()
    by_name = {rule.name: rule for rule in rules.values()}
    rule = rules.get(name.upper()) or by_name.get(name.lower())
    if rule is None:
        hint = suggest(name, [*rules, *by_name])
        raise UsageError(say("no rule has the code or name {name!r}{hint}", name=name, hint=hint))
    return rule


def _format_page(rule: Rule) -> str:
    from fitslint.engine.ruleset import PROFILE_SEVERITIES
    from fitslint.model.safety import SAFETY_MEANINGS
    from fitslint.repair.reading_loss import OWN_KEYWORD
    from fitslint.report.sentences import describe_clause
    from fitslint.rules.docs import parse_rule_page

    doc = parse_rule_page(rule)
    levels = ", ".join(
        f"{translate(phrase(table[rule.level] or 'silent'))} ({profile})"
        for profile, table in PROFILE_SEVERITIES.items()
    )
    none = say("none")
    safety = rule.repair
    facts = [
        (say("Clause"), describe_clause(rule.clause) or none),
        (say("Severity"), levels),
        (say("Fix"), f"{safety}: {say(SAFETY_MEANINGS[safety])}" if safety else none),
        _describe_scope(rule),
    ]
    if rule.changes:
        whose = tuple(
            phrase("the value that it finds") if keyword == OWN_KEYWORD else keyword
            for keyword in rule.changes
        )
        facts.append((say("Meant to change"), say("{keywords}", keywords=whose)))
    if rule.requires:
        facts.append((say("Silent when found"), ", ".join(rule.requires)))
    why = _describe_reason(rule, doc.why)
    sections = {**doc.sections, "Why it matters": why}
    parts = [f"# {rule.code} {rule.name}", rule.told_summary]
    parts.append("\n".join(f"- {label}: {text}" for label, text in facts))
    parts += [f"## {say(title)}\n{_translate_section(text)}" for title, text in sections.items()]
    return "\n\n".join(parts) + "\n"


def _describe_reason(rule: Rule, english: str) -> str:
    """Why a rule is there; for a file in lines, which the English has of its own."""
    why = translate_rule(rule.code, "why", "", english)
    if why is english or sys.stdout.isatty():
        return why
    from fitslint.language.width import wrap_text

    return "\n".join(wrap_text(why, _PAGE_WIDTH))


def _translate_section(text: str) -> str:
    """A section, in which what stands between two examples is said in the language chosen."""
    between = "Use instead:"
    return text.replace(f"\n{between}\n", f"\n{say(between)}\n")


def _describe_scope(rule: Rule) -> tuple[str, str]:
    if rule.scope == "model":
        return say("Files"), say("parameter files of Lenstool")
    return say("HDUs"), ", ".join(rule.hdus) or say("all")


def _print_rows(form: str, columns: Sequence[str], rows: list[dict[str, str]]) -> None:
    require_choice("--format", form, FORMATS)
    if form == "json":
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    else:
        from fitslint.report.tables import print_table

        cells = [[row[column] for column in columns] for row in rows]
        print_table(
            sys.stdout, list(map(say, columns)), cells, wrap=tuple(map(say, _WRAPPED_COLUMNS))
        )
