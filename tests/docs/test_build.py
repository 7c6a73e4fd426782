"""The documentation: a page for everything there is, links that lead somewhere, no outside."""

from __future__ import annotations

import posixpath
import re

import pytest

from fitslint.cli.app import app
from fitslint.dictionary.files.load import list_ids
from fitslint.docs.build import NAVIGATION, build_site, iterate_pages
from fitslint.docs.markdown import (
    MarkedText,
    escape_blocks,
    escape_inline,
    format_table,
    link_words,
)
from fitslint.docs.rule_pages import GROUP_TITLES
from fitslint.model.safety import SAFETY_CONDITIONS
from fitslint.rules.registry import load_rules

PAGES = dict(iterate_pages())
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.M | re.S)
_OUTSIDE = re.compile(
    r"""<(?:script|img|iframe|source|audio|video)[^>]*\ssrc="?(?:https?:)?//"""
    r"""|<link[^>]*\shref="?(?:https?:)?//|@import|url\(["']?(?:https?:)?//"""
)


def test_there_is_a_page_for_every_rule_and_every_dictionary():
    assert {f"rules/{code}.md" for code in load_rules()} <= PAGES.keys()
    assert {f"dictionaries/{name}.md" for name in list_ids()} <= PAGES.keys()
    assert {code[:2] for code in load_rules()} <= GROUP_TITLES.keys()
    for rule in load_rules().values():
        page = PAGES[f"rules/{rule.code}.md"]
        assert page.startswith(f"# {rule.code} {rule.name}\n")
        assert rule.summary_ja in page
        assert f"[{rule.code}]({rule.code}.md)" in PAGES["rules/index.md"]


def test_the_navigation_has_the_pages_that_are_written():
    named = [path for _, entries in NAVIGATION for _, path in entries]
    assert len(named) == len(set(named))
    assert set(named) <= PAGES.keys()
    assert {path for path in PAGES if "/" not in path} <= set(named)


def test_links_lead_to_pages():
    for path, text in PAGES.items():
        for target in _LINK.findall(_CODE.sub("", text)):
            place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            assert place.partition("#")[0] in PAGES, f"{path}: {target}"


def test_every_command_is_in_the_reference():
    text = PAGES["commands.md"]
    names = {command.name for command in app.registered_commands}
    assert names
    for name in names:
        assert f"\n## fitslint {name}\n" in text
    assert "## fitslint kappa maps\n" in text


def test_the_conditions_of_a_safe_fix_stand_in_the_pages():
    for condition in SAFETY_CONDITIONS:
        assert condition in PAGES["fixes.md"]


def test_text_of_rules_and_dictionaries_is_no_markup():
    assert escape_inline("a <b> *c* [d] `<e>`") == "a &lt;b> \\*c\\* \\[d\\] `<e>`"
    assert escape_blocks("```fits image\n@only <x>*\n```\n*") == "```text\n@only <x>*\n```\n\\*"
    table = format_table(("a", "b"), [("x|y\nz", MarkedText("[1](1.md)"))])
    assert table.splitlines()[-1] == "| x\\|y z | [1](1.md) |"
    assert link_words("VF1 `VF1` VF12", {"VF1": "a.md"}) == "[VF1](a.md) `VF1` VF12"


@pytest.mark.long
def test_the_site_is_built_without_a_warning_and_asks_nobody_for_anything(tmp_path, capfd):
    pytest.importorskip("material", reason="the theme of the documentation is not installed")
    assert build_site(tmp_path / "site") == 0
    assert "WARNING" not in "".join(capfd.readouterr())
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > len(PAGES)
    for page in [*pages, *(tmp_path / "site").rglob("*.css")]:
        found = _OUTSIDE.search(page.read_text("utf-8"))
        assert found is None, f"{page}: {found}"
    assert build_site(tmp_path / "site") == 2
