"""A page for every rule, made of its docstring, and the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from fitslint.cli.rules import format_rule_page
from fitslint.docs.markdown import MarkedText, escape_blocks, format_table, link_words
from fitslint.engine.ruleset import PROFILE_SEVERITIES
from fitslint.model.rule import Rule
from fitslint.model.safety import SAFETIES, SAFETY_CONDITIONS, SAFETY_MEANINGS
from fitslint.rules.registry import load_rules

GROUP_TITLES = {
    "FS": "File structure", "CD": "Card layout", "KN": "Keyword names", "VF": "Value formats",
    "MK": "Mandatory keywords and their order", "RK": "Reserved keywords", "TB": "Tables",
    "IM": "Scaling of images", "UN": "Units", "DT": "Dates and times",
    "WC": "World coordinates: linear and celestial", "WS": "Spectral coordinates",
    "WT": "Time coordinates", "WD": "Distortions", "ZC": "Compression", "CK": "Checksums",
    "DA": "Data units",
    "LS": "Long strings, HIERARCH, record-valued cards", "DU": "Duplicates", "DP": "Deprecated",
    "DI": "Keyword dictionaries", "SB": "Subaru", "NR": "Nobeyama Radioheliograph",
    "HS": "Hyper Suprime-Cam: products of hscPipe", "PR": "Products", "LM": "Lens models",
    "AR": "Archives: waivers, and across files",
}  # fmt: skip
_DIRECTIVES = """\
An example is written in short: the mandatory cards stand before and END behind the lines that are
shown, and a line that begins with `@` says what is otherwise about the file (`@hdu image` begins
another HDU, `@gzip` packs it, `@text` makes it a header text).
"""


def iterate_rule_pages() -> Iterator[tuple[str, str]]:
    """(path, Markdown) of every page on rules."""
    rules = load_rules()
    yield "rules/index.md", _build_index(rules)
    for rule in rules.values():
        yield f"rules/{rule.code}.md", _build_page(rule, rules)
    yield "fixes.md", _build_fix_page(rules)


def _build_index(rules: Mapping[str, Rule]) -> str:
    severities = PROFILE_SEVERITIES["standard"]
    parts = ["# Rules", f"{len(rules)} rules. {_DIRECTIVES}"]
    places = {group: place for place, group in enumerate(GROUP_TITLES)}
    ordered = sorted(rules.values(), key=lambda rule: (places[rule.code[:2]], rule.code))
    for group, members in groupby(ordered, lambda rule: rule.code[:2]):
        parts.append(f"## {group}: {GROUP_TITLES[group]}")
        parts.append(
            format_table(
                ("rule", "name", "severity", "fix", "what is wrong"),
                (
                    (_link_rule(rule), rule.name, severities[rule.level] or "", rule.repair or "",
                     rule.summary)
                    for rule in members
                ),
            )
        )  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _link_rule(rule: Rule, folder: str = "") -> MarkedText:
    return MarkedText(f"[{rule.code}]({folder}{rule.code}.md)")


def _build_page(rule: Rule, rules: Mapping[str, Rule]) -> str:
    targets = {code: f"{code}.md" for code in rules if code != rule.code}
    head, *rest = escape_blocks(format_rule_page(rule)).split("\n")
    text = "\n".join(_link_line(line, targets) for line in rest)
    return f"{head}\n{text}\n## 日本語\n\n{rule.summary_ja}\n"


def _link_line(line: str, targets: dict[str, str]) -> str:
    return link_words(line, targets) if line.startswith("- Silent when found") else line


def _build_fix_page(rules: Mapping[str, Rule]) -> str:
    """What a fix may do, and which rules have one."""
    conditions = "\n".join(f"{at}. {text};" for at, text in enumerate(SAFETY_CONDITIONS, 1))
    parts = [
        "# When a fix is safe",
        "A repair must not change what a reader of the file reads. A fix is *safe* when all of "
        "these hold:",
        conditions.removesuffix(";") + ".",
        "One exception is declared: a rule may name the keywords whose value it is meant to "
        "change, where the standard leaves no doubt what the value is and readers were wrong (the "
        "Z behind a date). The page of a rule says so under *Meant to change*.",
        "Whatever a rule says, a safe fix is held against what could be read in the very file, by "
        "the readings of astropy, of CFITSIO and of the letter of the standard, and left out where "
        "a value would be lost; no safe fix moves a pixel on the sky by more than 1e-9 degree. "
        "The result is judged again before it is written: the finding must be gone, none as "
        "grave may be new, and a second run must find nothing to do.",
        format_table(("grade", "meaning"), ((name, SAFETY_MEANINGS[name]) for name in SAFETIES)),
    ]
    for grade in SAFETIES:
        links = [_link_rule(rule, "rules/") for rule in rules.values() if rule.repair == grade]
        parts += [f"## {len(links)} rules with a fix that is {grade}", ", ".join(links)]
    return "\n\n".join(parts) + "\n"
