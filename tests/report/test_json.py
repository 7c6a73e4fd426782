"""JSON and JSON lines against the published schema."""

import json

import jsonschema
import pytest

from fitslint.config import schema_files
from fitslint.engine.tally import Tally
from fitslint.report.json_report import JsonLinesReporter, JsonReporter
from fitslint.report.reporter import Summary
from tests.report import samples

SCHEMA = json.loads(schema_files.read_schema_text(schema_files.REPORT_SCHEMA))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
KEYS = [
    "code", "name", "severity", "message", "params", "hdu", "extname", "card", "keyword", "byte",
    "column", "end_column", "clause", "fingerprint", "fix",
]  # fmt: skip
REPORTS = [
    samples.report(samples.finding(), samples.absent()),
    samples.report(),
    samples.failed(),
    samples.capped(),
    samples.hostile(),
]


def part(name):
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]})


def written(form, reports):
    tally = Tally()
    for report in reports:
        tally.add(report)
    texts = [form.render_file(report) for report in reports]
    end = form.render_end(Summary(tally, {".txt": 2}), any_file=bool(texts))
    return form.render_start() + form.separator.join(texts) + end


@pytest.mark.parametrize("count", range(len(REPORTS) + 1))
def test_a_document_is_one_object_of_the_schema(count):
    text = written(JsonReporter(), REPORTS[:count])
    assert text.isascii()
    document = json.loads(text)
    VALIDATOR.validate(document)
    assert len(document["files"]) == document["summary"]["files"] == count


def test_lines_are_files_and_a_summary():
    *files, last = [json.loads(line) for line in written(JsonLinesReporter(), REPORTS).splitlines()]
    assert len(files) == len(REPORTS)
    for file in files:
        part("file").validate(file)
    part("last_line").validate(last)
    assert last["summary"]["findings"] == 1003
    assert last["summary"]["skipped"] == {".txt": 2}


def test_a_finding_has_exactly_the_promised_members():
    finding = json.loads(JsonReporter().render_file(REPORTS[0]))["findings"][0]
    assert list(finding) == KEYS
    assert finding["fix"]["edits"] == [
        {"start": 320, "end": 400, "text": samples.FIXED.decode("latin-1")}
    ]


def test_names_that_are_not_utf8_survive():
    file = json.loads(JsonReporter().render_file(REPORTS[-1]))
    assert file["path"] == f"dir/{samples.HOSTILE}.fits"
    assert file["findings"][0]["message"] == f"bad {samples.HOSTILE}"


def test_what_json_has_no_word_for_becomes_text():
    params = {"nan": float("nan"), "inf": [float("-inf")], "raw": b"\xe9", "pair": (1, 2.5)}
    file = JsonReporter().render_file(samples.report(samples.finding(params=params)))
    assert json.loads(file, parse_constant=pytest.fail)["findings"][0]["params"] == {
        "nan": "nan", "inf": ["-inf"], "raw": "\xe9", "pair": [1, 2.5],
    }  # fmt: skip
