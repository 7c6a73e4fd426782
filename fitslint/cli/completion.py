"""What a shell offers where a rule or a format is asked for."""

from __future__ import annotations


def complete_rules(incomplete: str) -> list[tuple[str, str]]:
    """Codes and names of rules that begin like the last of a list, with what they say."""
    from fitslint.rules.registry import load_rules

    before, comma, start = incomplete.rpartition(",")
    rules = load_rules().values()
    known = [(rule.code, rule.summary) for rule in rules if rule.code.startswith(start.upper())]
    if start:
        known += [(rule.name, rule.summary) for rule in rules if rule.name.startswith(start)]
    return [(f"{before}{comma}{name}", summary) for name, summary in known]


def complete_rule(incomplete: str) -> list[tuple[str, str]]:
    """The same for a single rule."""
    return [] if "," in incomplete else complete_rules(incomplete)


def complete_output(incomplete: str) -> list[str]:
    """The output formats."""
    from fitslint.report.registry import FORMAT_NAMES

    return [name for name in FORMAT_NAMES if name.startswith(incomplete)]
