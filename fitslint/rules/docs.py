"""The docstring of a rule, taken apart: summary, reason, and the two example blocks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from fitslint.model.rule import Rule
from fitslint.model.rule_page import ExampleBlock, RulePage
from fitslint.rules.registry import load_rules

_FENCE = "```"
_WHOLE_FILES = ("par", "toml", "archive")
"""Kinds of examples that are files as they stand."""


def load_rule_pages(codes: Iterable[str]) -> dict[str, tuple[Rule, RulePage]]:
    """Rules with their pages by code, in order, for reports that explain them."""
    rules = load_rules()
    return {code: (rules[code], parse_rule_page(rules[code])) for code in sorted(codes)}


def parse_rule_page(rule: Rule) -> RulePage:
    """The page of ``rule``; the first fenced block is the bad example, the second the good one."""
    return parse_docstring(rule.doc)


def parse_docstring(doc: str) -> RulePage:
    """Take a docstring apart; what is missing stays empty."""
    lines = _dedent(doc)
    sections = {title: "\n".join(body).strip("\n") for title, body in _split_sections(lines)}
    head = sections.pop("", "").strip()
    blocks = list(find_blocks(sections.get("Example", "")))
    return RulePage(
        summary=" ".join(head.split("\n\n", 1)[0].split()),
        why=sections.get("Why it matters", "").strip(),
        bad=blocks[0] if blocks else None,
        good=blocks[1] if len(blocks) > 1 else None,
        sections=sections,
    )


def find_blocks(text: str) -> Iterator[ExampleBlock]:
    """The fenced ``fits``, ``par``, ``toml`` and ``archive`` blocks of ``text`` in order."""
    kind: str | None = None
    body: list[str] = []
    for line in text.split("\n"):
        if not line.startswith(_FENCE):
            body.append(line)
        elif kind is None:
            word, _, rest = line[len(_FENCE) :].strip().partition(" ")
            kind = (rest.strip() or "primary") if word == "fits" else ""
            kind = word if word in _WHOLE_FILES else kind
            body = []
        else:
            if kind:
                yield ExampleBlock(kind, "\n".join(body))
            kind = None


def _dedent(doc: str) -> list[str]:
    # inspect.cleandoc would expand tabs, and a tab may be what the example is about.
    first, _, rest = doc.partition("\n")
    return [first.strip(), *textwrap.dedent(rest).split("\n")]


def _split_sections(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    title, body, fenced = "", list[str](), False
    for line in lines:
        fenced ^= line.startswith(_FENCE)
        if line.startswith("## ") and not fenced:
            yield title, body
            title, body = line[3:].strip(), []
        else:
            body.append(line)
    yield title, body
