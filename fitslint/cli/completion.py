"""What a shell offers where a rule, a format, a dictionary or a keyword is asked for."""

from __future__ import annotations

_KEYWORDS_MAX = 200


def complete_rules(incomplete: str) -> list[tuple[str, str]]:
    """Codes and names of rules that begin like the last of a list, with what they say."""
    from fitslint.rules.registry import load_rules

    before, comma, start = incomplete.rpartition(",")
    rules = load_rules().values()
    offers = [(rule.code, rule.summary) for rule in rules if rule.code.startswith(start.upper())]
    if start:
        offers += [(rule.name, rule.summary) for rule in rules if rule.name.startswith(start)]
    return [(f"{before}{comma}{name}", summary) for name, summary in offers]


def complete_rule(incomplete: str) -> list[tuple[str, str]]:
    """The same for a single rule."""
    return [] if "," in incomplete else complete_rules(incomplete)


def complete_output(incomplete: str) -> list[str]:
    """The output formats."""
    from fitslint.report.registry import FORMAT_NAMES

    return [name for name in FORMAT_NAMES if name.startswith(incomplete)]


def complete_dictionary(incomplete: str) -> list[tuple[str, str]]:
    """Ids of dictionaries that begin so, with their titles; files are the shell's own affair."""
    from fitslint.dictionary.files.load import load_heads

    return [
        (name, str(head["title"]))
        for name, head in load_heads().items()
        if name.startswith(incomplete)
    ]


def complete_dictionaries(incomplete: str) -> list[tuple[str, str]]:
    """The same for the last of a list with commas."""
    before, comma, start = incomplete.rpartition(",")
    return [(f"{before}{comma}{name}", title) for name, title in complete_dictionary(start)]


def complete_keyword(incomplete: str) -> list[tuple[str, str]]:
    """Keywords of the dictionaries that begin so, with the dictionary that has them."""
    from fitslint.dictionary.files.load import list_ids, load_dictionary

    start = incomplete.upper()
    offers: dict[str, str] = {}
    for dictionary_id in list_ids() if start else ():
        for name in load_dictionary(dictionary_id).names:
            if name.startswith(start):
                offers.setdefault(name, dictionary_id)
    return list(offers.items())[:_KEYWORDS_MAX]
