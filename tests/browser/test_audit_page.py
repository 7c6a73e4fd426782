"""The page of an audit in a real browser: it filters, drills down, and no text of a header acts."""

import json

import pytest

from fitslint.audit.across import judge_across
from fitslint.audit.database import AuditDatabase
from fitslint.audit.page.render import render_audit_page
from fitslint.text import choose_language
from tests.audit.made import audit_files
from tests.browser.test_html_page import HOSTILE, NAME, SCRIPT
from tests.engine.test_run import fits

DATED = [b"DATE-OBS= '2002-11-04T10:00:00'", b"INSTRUME= 'FOCAS'"]
LATER = [b"DATE-OBS= '2005-01-02T10:00:00'", b"INSTRUME= '<b>HDS</b>'"]
TEXT = "document.getElementById({!r}).textContent"


@pytest.fixture(scope="module")
def audit(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit")
    files = {
        f"{SCRIPT.decode().replace('/', '')}/{NAME}": fits(*LATER, *HOSTILE),
        **{
            f"a/{n}.fits": fits(b"EXPTIME =              1.5e+02 / [s]", *DATED)
            for n in range(1, 4)
        },
        "a/good.fits": fits(*DATED),
    }
    audit_files(folder, files)
    judge_across(folder / "audit")
    return folder / "audit"


def write_report(audit, name):
    path = audit.parent / name
    with AuditDatabase(audit) as database:
        path.write_text(render_audit_page(database, "</title><script>"), "utf-8")
    return path


@pytest.fixture(scope="module")
def report(audit):
    return write_report(audit, "page.html")


def count_shown(page):
    return int(page.ask(TEXT.format("shown")).split(" ")[0].replace(",", ""))


def test_it_opens_without_an_error_and_asks_for_nothing(page, report):
    page.open(report)
    said = [
        one for one in page.events if one["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")
    ]
    assert said == []
    asked = [
        one["params"]["request"]["url"]
        for one in page.events
        if one["method"] == "Network.requestWillBeSent"
    ]
    assert asked in ([], [report.as_uri()])
    assert count_shown(page) == page.ask("JSON.parse(data.textContent).finding_count") > 10


def test_no_text_of_a_file_becomes_an_element_or_acts(page, report):
    page.open(report)
    page.ask("document.querySelectorAll('details.file').forEach((e) => { e.open = true; }); 0")
    page.ask("new Promise((done) => setTimeout(done, 200)).then(() => 0)")
    assert page.ask("document.title") == "</title><script>"
    for element in ("img", "iframe", "link", "object", "b:not(.tiles b)"):
        assert page.ask(f"document.querySelectorAll({element!r}).length") == 0
    assert page.ask("[...document.scripts].map((one) => one.type).join()") == (
        "application/json,application/json,"
    )
    assert (
        page.ask(
            "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())"
            ".filter((name) => name.startsWith('on') || name === 'autofocus').length"
        )
        == 0
    )
    text = page.ask("document.getElementById('files').textContent")
    text += page.ask("document.getElementById('instrument').textContent")
    assert SCRIPT.decode() in text and NAME in text and "<b>HDS</b>" in text


def read_rows(page, facet):
    rows = page.ask(f"[...document.querySelectorAll('#{facet}-rows tr')].map((r) => r.innerText)")
    return [row.split("\t")[:3] for row in rows]


def test_a_file_is_counted_once_whatever_is_found_in_it(page, report):
    page.open(report)
    assert {row[0]: row[2] for row in read_rows(page, "instrument")} == {
        "FOCAS": "4", "<b>HDS</b>": "1",
    }  # fmt: skip
    assert sorted(row[2] for row in read_rows(page, "folder")) == ["1", "4"]
    assert page.ask(TEXT.format("shown")).endswith("; 5 files")


def test_a_rule_filters_everything_else(page, report):
    page.open(report)
    everything = count_shown(page)
    page.ask(
        "[...document.querySelectorAll('#rule-rows button')]"
        ".filter((one) => one.textContent.startsWith('VF110'))"
        ".forEach((one) => { one.focus(); one.click(); }); 0"
    )
    assert count_shown(page) == 4 < everything
    assert page.ask("document.activeElement.getAttribute('aria-pressed')") == "true"
    assert read_rows(page, "instrument") == [["FOCAS", "3", "3"], ["<b>HDS</b>", "1", "1"]]
    assert page.ask(TEXT.format("shown")).endswith("; 4 files")
    page.ask("document.querySelector('#instrument-rows button').click(); 0")
    assert count_shown(page) == 3
    assert page.ask("document.querySelectorAll('#chips button').length") == 2
    assert page.ask("document.querySelectorAll('details.file:not([hidden])').length") == 3
    page.press("Escape")
    assert count_shown(page) == everything


def test_the_map_can_be_walked_by_keys(page, report):
    page.open(report)
    everything = count_shown(page)
    page.ask("document.querySelector('#heat td[tabindex=\"0\"]').focus(); 0")
    page.press("ArrowRight")
    told = page.ask("document.activeElement.getAttribute('aria-label')")
    assert "2005-01-02" in told
    page.press("ArrowDown")
    assert page.ask("document.activeElement.closest('tr').rowIndex") == 2
    page.press("Enter", "\r")
    assert 0 < count_shown(page) < everything
    assert page.ask("document.activeElement.getAttribute('aria-selected')") == "true"


def test_a_header_shows_its_findings_on_the_cards(page, report):
    page.open(report)
    drawn = json.loads(
        page.ask(
            """(() => {
            const file = [...document.querySelectorAll('details.file')]
              .find((one) => one.textContent.includes('a/1.fits'));
            file.open = true;
            return new Promise((done) => setTimeout(() => done(JSON.stringify([
              file.querySelector('pre.hit').textContent, file.querySelector('mark').textContent,
              file.querySelector('pre.hit + .note').textContent])), 200)); })()"""
        )
    )
    assert drawn[0].strip() == "4 EXPTIME =              1.5e+02 / [s]"
    assert drawn[1] == "e"
    assert "VF110 lowercase-exponent" in drawn[2] and "safe" in drawn[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(page, report, scheme):
    page.send(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
    )
    page.open(report)
    page.ask("document.querySelectorAll('details.file').forEach((e) => { e.open = true; }); 0")
    page.ask("new Promise((done) => setTimeout(done, 200)).then(() => 0)")
    ratios = page.measure_contrast(
        "p, h1, h2, th, td:not([role]), .severity, .place, mark, summary, label, .soft, button, li"
    )
    assert len(ratios) > 50
    assert [one for one in ratios if one[0] < 4.5] == []


def test_it_speaks_japanese(page, audit):
    choose_language("ja")
    try:
        path = write_report(audit, "ja.html")
    finally:
        choose_language("en")
    page.open(path)
    assert page.ask("document.documentElement.lang") == "ja"
    assert page.ask(TEXT.format("rule-title")) == "規則別"
    assert page.ask(TEXT.format("shown")).startswith("指摘 ")


def test_a_button_turns_the_page_into_the_other_language_and_back(page, report):
    page.open(report)
    for wanted, title, button in (("ja", "規則", "English"), ("en", "Rule", "日本語")):
        page.ask("document.getElementById('language').focus()")
        page.events.clear()
        page.press("Enter", "\r")
        page.wait_for_load()
        assert page.ask("document.documentElement.lang") == wanted
        assert page.ask("document.getElementById('language').textContent") == button
        assert page.ask("document.querySelector('#rule th').textContent") == title
        assert page.ask("document.querySelectorAll('#rule-rows tr').length") > 1
