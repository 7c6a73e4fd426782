"""The formats for services and browsers, read back by real parsers, whatever a header holds."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.model.finding import Edit, Fix
from fitslint.report.escape import escape_text
from tests.report import reading, samples
from tests.report.reading import write

REPORTS = [
    samples.report(samples.finding(), samples.absent(severity="warning", fingerprint="f" * 16)),
    samples.report(path="clean.fits"),
    samples.failed(),
    samples.capped(),
    samples.hostile(),
]
PIECES = [
    "]]>", "::error::x", "::set-output name=a::b", "##[error]", "%0A", "%0D%0A::warning::y", '"',
    "'", "<script>", "</script>", "</style>", "<!--", "-->", "&lt;", "&#10;", "\x1b[31m", "\x9b1m",
    "\n", "\r\n", "\x00", "\ufffe", "\uffff", "\u202e", "\udcff", "\U0001f52d", "[x](http://e.vil)",
    "\\[", "\\", ",", ":", "=", "{{7*7}}", "${jndi:x}", "a" * 300, "é", "望遠鏡", "\t",
]  # fmt: skip
hostile_texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=4).map(
    "".join
)
images = st.one_of(st.none(), st.binary(min_size=80, max_size=80), hostile_texts.map(
    lambda text: text.encode("utf-8", "surrogatepass")[:80].ljust(80)))  # fmt: skip


@st.composite
def hostile_reports(draw):
    """A report in which every text is a file's."""
    image = draw(images)
    column = draw(st.integers(1, 80)) if image is not None else None
    edits = (Edit(320, 400, draw(st.binary(max_size=80))),)
    finding = samples.finding(
        message=draw(hostile_texts), keyword=draw(hostile_texts), extname=draw(hostile_texts),
        severity=draw(st.sampled_from(["error", "warning", "info"])), image=image, column=column,
        end_column=column and draw(st.integers(column, 80)), card=5 if image is not None else None,
        fix=draw(st.sampled_from([None, Fix("safe", draw(hostile_texts), edits)])),
        line=draw(st.sampled_from([None, None, 3])),
    )  # fmt: skip
    return samples.report(
        finding, path=draw(hostile_texts.filter(lambda text: "\0" not in text)) or "x",
        status=draw(st.sampled_from(["ok", "crashed"])), reason=draw(hostile_texts),
        limits_hit=draw(st.lists(hostile_texts, max_size=1)),
    )  # fmt: skip


@given(hostile_reports())
def test_sarif_of_anything_follows_the_schema_and_names_the_file(report):
    results = reading.read_sarif(write("sarif", [report]))
    assert results[0]["ruleId"] == "VF110"
    message = results[0]["message"]["text"]
    assert not reading.UNSAFE.search(message)
    # a link of SARIF is [text](target); a backslash in front makes it text
    assert not re.search(r"(?<!\\)\[[^\]]*(?<!\\)\]\(", message)


@given(hostile_reports())
def test_junit_of_anything_is_xml(report):
    ((name, suite),) = reading.read_junit(write("junit", [report]))
    assert name == re.sub("[\ufffe\uffff]", lambda m: f"\\u{ord(m[0]):x}", escape_text(report.path))
    assert len(suite.findall("testcase")) == int(suite.get("tests"))


@given(hostile_reports())
def test_github_of_anything_is_one_command_a_finding(report):
    found = reading.read_github(write("github", [report]))
    assert found[0][1]["file"] == escape_text(report.path)
    assert found[0][1]["title"] == "VF110 lowercase-exponent"
    assert escape_text(report.findings[0].message) in found[0][2]
    assert not any(reading.UNSAFE.search(text) for _, _, text in found)


@given(hostile_reports())
def test_gitlab_of_anything_is_json(report):
    issues = reading.read_gitlab(write("gitlab", [report]))
    assert issues[0]["location"]["path"] == report.path.removeprefix("./")
    assert not any(reading.UNSAFE.search(issue["description"]) for issue in issues)


PLAIN = reading.Page(write("html", [samples.capped()]))


@given(hostile_reports())
def test_html_of_anything_has_our_elements_only(report):
    page = reading.Page(write("html", [report]))
    assert set(page.counts) <= set(PLAIN.counts)
    assert page.attributes <= PLAIN.attributes
    for one in ("script", "style", "article", "main", "details"):
        assert page.counts[one] == 1
    assert escape_text(report.findings[0].message) in page.text
    assert not reading.UNSAFE.search(page.text)


@given(hostile_reports())
def test_grouped_steers_no_terminal(report):
    text = write("grouped", [report])
    assert not reading.UNSAFE.search(text)
    assert not re.search(r"^\s*::|##[A-Za-z]*\[", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["sarif", "gitlab", "junit", "html", "github", "grouped"])
@pytest.mark.parametrize("count", range(len(REPORTS) + 1))
def test_a_report_of_any_length_is_whole(name, count):
    text = write(name, REPORTS[:count])
    if name == "sarif":
        paths = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                 for one in reading.read_sarif(text)}  # fmt: skip
    elif name == "gitlab":
        paths = {issue["location"]["path"] for issue in reading.read_gitlab(text)}
    elif name == "junit":
        assert len(reading.read_junit(text)) == count
        return
    else:
        paths = set(re.findall(r"b\.fits|a\.fits", text))
    wanted = {"a.fits", "b.fits"} & {report.path for report in REPORTS[:count]}
    assert wanted <= paths and "clean.fits" not in paths


def test_sarif_has_bytes_card_fix_fingerprint_and_rule():
    log = json.loads(write("sarif", REPORTS[:1]))
    run = log["runs"][0]
    first, second = run["results"]
    physical = first["locations"][0]["physicalLocation"]
    card = samples.IMAGE.decode("ascii")
    assert physical["artifactLocation"] == {"uri": "a.fits"}
    assert physical["region"] == {
        "byteOffset": 343, "byteLength": 7, "snippet": {"text": card[23:30]},
    }  # fmt: skip
    assert physical["contextRegion"] == {
        "byteOffset": 320, "byteLength": 80, "snippet": {"text": card},
    }  # fmt: skip
    replacement = {
        "deletedRegion": {"byteOffset": 320, "byteLength": 80},
        "insertedContent": {"text": samples.FIXED.decode("ascii")},
    }
    assert first["fixes"][0]["artifactChanges"] == [
        {"artifactLocation": {"uri": "a.fits"}, "replacements": [replacement]}
    ]
    assert first["partialFingerprints"] == {"fitslint/v1": "0123456789abcdef"}
    assert (first["level"], second["level"]) == ("error", "warning")
    assert second["locations"][0]["physicalLocation"]["region"]["byteLength"] == 0
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert set(rules) == {"VF110", "MK104"}
    assert "```fits" in rules["VF110"]["help"]["markdown"]
    assert rules["MK104"]["defaultConfiguration"] == {"level": "warning"}
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_sarif_offers_no_edit_where_bytes_are_packed_or_nobody_should_apply_it():
    packed = samples.report(samples.finding(), is_packed=True)
    by_hand = samples.finding(fix=Fix("shown", "x", (Edit(0, 80, b""),)))
    for report in (packed, samples.report(by_hand)):
        (result,) = reading.read_sarif(write("sarif", [report]))
        assert "fixes" not in result


def test_sarif_tells_bytes_that_are_no_text_exactly():
    image = b"COMMENT \xe9\x00".ljust(80)
    report = samples.report(samples.finding(image=image, column=9, end_column=9))
    (result,) = reading.read_sarif(write("sarif", [report]))
    snippet = result["locations"][0]["physicalLocation"]["region"]["snippet"]
    assert snippet == {"text": "\\xe9", "binary": "6Q=="}


def test_sarif_of_what_could_not_be_judged_is_open():
    (result,) = reading.read_sarif(write("sarif", [samples.failed()]))
    assert (result["kind"], result["level"]) == ("open", "none")
    assert result["message"]["text"] == "unreadable: no such file"


@pytest.mark.parametrize(
    ("path", "uri"),
    [("a b#1.fits", "a%20b%231.fits"), ("/d/x.fits", "file:///d/x.fits"), ("n\udcff", "n%FF")],
)
def test_sarif_names_files_as_uris(path, uri):
    (result,) = reading.read_sarif(write("sarif", [samples.failed(path=path)]))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_gitlab_has_a_fingerprint_for_each_file():
    twins = [samples.report(samples.finding(), path=path) for path in ("a.fits", "b.fits")]
    first, second = reading.read_gitlab(write("gitlab", twins))
    assert first["fingerprint"] != second["fingerprint"]
    assert (first["severity"], first["check_name"]) == ("major", "VF110")
    assert first["location"] == {"path": "a.fits", "lines": {"begin": 5}}


@pytest.mark.parametrize(("fail_on", "failures"), [("error", 1), ("warning", 2)])
def test_junit_fails_where_the_exit_code_does(fail_on, failures):
    suites = dict(reading.read_junit(write("junit", REPORTS[:3], fail_on=fail_on)))
    suite = suites["a.fits"]
    assert len(suite.findall("testcase/failure")) == int(suite.get("failures")) == failures
    assert suites["clean.fits"].get("failures") == suites["clean.fits"].get("errors") == "0"
    assert suites["b.fits"].find("testcase/error").get("message") == "unreadable: no such file"


def test_github_says_where_in_a_line_of_text():
    report = samples.report(samples.finding(line=3, hdu=None, card=None, severity="info"))
    ((command, properties, text),) = reading.read_github(write("github", [report]))
    assert command == "notice"
    assert (properties["line"], properties["col"]) == ("3", "24")
    assert text.splitlines()[1] == samples.IMAGE.decode().rstrip()


def test_grouped_puts_findings_under_their_rule():
    twin = samples.finding(card=9, keyword="EXPOSURE", message="another")
    text = write("grouped", [samples.report(samples.finding(), twin, samples.absent())])
    assert text.startswith(
        "a.fits: 3 errors\n"
        "  error MK104 missing-naxis\n"
        "    HDU 1, NAXIS: NAXIS is missing\n"
        "  error VF110 lowercase-exponent, 2 times (safe fix)\n"
        "    HDU 1, card 5, EXPTIME, column 24: exponent letter e is lower case; write 1.5E+02\n"
        "    HDU 1, card 9, EXPOSURE, column 24: another\n\n"
    )


def test_grouped_tells_a_shared_message_once():
    cards = [samples.finding(card=number) for number in (5, 6)]
    text = write("grouped", [samples.report(*cards)])
    assert text.count("exponent letter e") == 1
    assert text.count("    HDU 1, card ") == 2
