"""``fitslint rules`` and ``fitslint rule``: what is checked, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fitslint.cli.completion import complete_rule, complete_rules
from fitslint.cli.errors import UsageError, require_choice
from fitslint.cli.options import FORMAT, FORMATS, Options, argument, option
from fitslint.text import phrase, say, translate, translate_rule

if TYPE_CHECKING:
    from fitslint.model.rule import Rule

_RULE_COLUMNS = ("code", "name", "severity", "fix", "clause", "summary")
_WRAPPED_COLUMNS = ("name", "clause", "summary", "answer", "title", "message", "rules", "note")
"""Columns that may take several lines on a narrow terminal."""
_PAGE_WIDTH = 100
"""Columns of a page in a file or pipe."""


class RulesOptions(Options):
    """The options of ``fitslint rules``."""

    text: str | None = argument(
        "Codes, their beginnings or names, as WC or VF110,WC. With --from: a message; without one, "
        "all that are known.",
        "CODES|TEXT", default=None, complete=complete_rules,
    )  # fmt: skip
    select: str | None = option(
        "Those rules only: the same as an argument.", "CODES", complete=complete_rules
    )
    program: str | None = option(
        "Rules that say what another program says: fitsverify or astropy.", "PROGRAM", "--from"
    )
    coverage: bool = option("The catalogue of checks and what answers each.")
    format: str = FORMAT


class RuleOptions(Options):
    """The options of ``fitslint rule``."""

    name: str = argument("Code or name of a rule.", "CODE|NAME", complete=complete_rule)


def print_rules(options: RulesOptions) -> None:
    """List the rules.

    With --from fitsverify, or astropy, and one of its messages: those that say the same.
    """
    if options.program is not None:
        _print_foreign_messages(options.program, options)
        return
    codes = _find_codes(",".join(filter(None, (options.text, options.select))))
    if options.coverage:
        _print_rows(options.format, ("check", "answer", "title"), _list_checks(codes))
    else:
        _print_rows(options.format, _RULE_COLUMNS, _list_rules(codes))


def _find_codes(text: str) -> Sequence[str] | None:
    """The codes of the rules that are asked for, in the order of all; None where all are."""
    from fitslint.engine.ruleset import UnknownSelectorError, expand_selectors
    from fitslint.rules.registry import load_rules

    words = tuple(filter(None, map(str.strip, text.split(","))))
    if not words:
        return None
    try:
        found = expand_selectors(words)
    except UnknownSelectorError as error:
        hint = say("; a message is looked up with --from fitsverify or --from astropy")
        raise UsageError(f"{error}{hint if ' ' in text else ''}") from None
    return [code for code in load_rules() if code in found]


def _print_foreign_messages(program: str, options: RulesOptions) -> None:
    """The rules that say what a message of a program says; without a message, the whole table."""
    from fitslint.report.escape import escape_text
    from fitslint.rules.foreign_messages import PROGRAMS, find_message, load_messages

    require_choice("--from", program, PROGRAMS)
    if options.text is None:
        rows = [
            {
                "message": known.pattern.pattern,
                "rules": " ".join(known.codes),
                "note": known.told_note,
            }
            for known in load_messages(program)
        ]
        _print_rows(options.format, ("message", "rules", "note"), rows)
        return
    message = find_message(program, options.text)
    if message is None:
        raise UsageError(
            say(
                "no message of {program} is known that is like {text!r}; `fitslint rules --from "
                "{program}` lists those that are",
                program=program,
                text=escape_text(options.text),
            )
        )
    if message.note and options.format == "text":
        note = message.told_note
        sys.stdout.write(f"{note[0].upper()}{note[1:]}{say('.')}\n")
    _print_rows(options.format, _RULE_COLUMNS, _list_rules(message.codes))


def _list_rules(codes: Sequence[str] | None = None) -> list[dict[str, str]]:
    """The rules, or those of some codes in their order."""
    from fitslint.engine.ruleset import PROFILE_SEVERITIES
    from fitslint.rules.registry import load_rules

    severities = PROFILE_SEVERITIES["standard"]
    rules = load_rules()
    return [
        {
            "code": rule.code,
            "name": rule.name,
            "severity": severities[rule.level] or "",
            "fix": rule.repair or "",
            "clause": rule.clause,
            "summary": rule.told_summary,
        }
        for rule in (rules.values() if codes is None else map(rules.__getitem__, codes))
    ]


def _list_checks(codes: Sequence[str] | None = None) -> list[dict[str, str]]:
    """Every row of the catalogue of checks with what answers it, or those that some rules answer.

    Rows that a rule answers have its summary, which is there in Japanese too.
    """
    from fitslint.rules.coverage import list_rows
    from fitslint.rules.registry import load_rules

    rules = load_rules()
    return [
        {
            "check": row.id,
            "answer": " ".join(row.codes) or say(row.note),
            "title": rules[row.codes[0]].told_summary if row.codes else row.title,
        }
        for row in list_rows(rules.values())
        if codes is None or not set(codes).isdisjoint(row.codes)
    ]


def print_rule(options: RuleOptions) -> None:
    """Explain a rule: why, an example, what to write instead."""
    text = format_rule_page(_find_rule(options.name))
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
        family = any(code.startswith(name.upper()) for code in rules) if name else False
        hint = (
            say("; `fitslint rules {name}` lists those that begin so", name=name)
            if family
            else suggest(name, [*rules, *by_name])
        )
        raise UsageError(say("no rule has the code or name {name!r}{hint}", name=name, hint=hint))
    return rule


def format_rule_page(rule: Rule) -> str:
    """The help page of a rule, as Markdown, in the language of the process."""
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
        (say("Fix"), f"{safety}: {say(SAFETY_MEANINGS[safety])}" if safety else _deny(rule)),
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


def _deny(rule: Rule) -> str:
    """That a rule declares no fix, and why."""
    from fitslint.rules.coverage import explain_missing_edit

    why = explain_missing_edit(rule)
    return say("none: {why}", why=say(why)) if why else say("none")


def _describe_scope(rule: Rule) -> tuple[str, str]:
    if rule.scope == "model":
        return say("Files"), say("parameter files of Lenstool")
    if rule.scope == "waivers":
        return say("Files"), say("waivers")
    if rule.scope == "archive":
        return say("Files"), say("all files of an archive together (`fitslint audit`)")
    if rule.scope == "tree":
        return say("Files"), say("all files of a rerun of hscPipe (`fitslint hsc check`)")
    return say("HDUs"), ", ".join(rule.hdus) or say("all")


def _tell_cell(column: str, text: str) -> str:
    """What people read in a cell; JSON keeps the words that programs compare."""
    if column == "clause":
        return ", ".join(say(part.strip()) for part in text.split(","))
    return say(text) if column == "severity" else text


def _print_rows(form: str, columns: Sequence[str], rows: list[dict[str, str]]) -> None:
    require_choice("--format", form, FORMATS)
    if form == "json":
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    else:
        from fitslint.report.tables import print_table

        cells = [[_tell_cell(column, row[column]) for column in columns] for row in rows]
        if not cells:
            return
        print_table(
            sys.stdout, list(map(say, columns)), cells, wrap=tuple(map(say, _WRAPPED_COLUMNS))
        )
