"""The formats for people: full, concise, the closing sentence, statistics, HTML."""

import html.parser
import io
import json
import re

import pytest

from fitslint.engine.tally import Tally
from fitslint.model.finding import Edit, Fix
from fitslint.report.concise import ConciseReporter
from fitslint.report.escape import escape_text
from fitslint.report.full import FullReporter
from fitslint.report.html_report import render_html as page
from fitslint.report.json_report import JsonLinesReporter, JsonReporter
from fitslint.report.reporter import Coverage, Summary
from fitslint.report.sentences import describe_clause, describe_gaps, describe_summary
from fitslint.report.tables import print_statistics
from tests.report import samples

FULL = """\
a.fits: HDU 1, card 5, EXPTIME: error VF110 lowercase-exponent
  exponent letter e is lower case; write 1.5E+02
    |
  5 | EXPTIME =              1.5e+02 / [s] exposure time
    |                        ^^^^^^^
    = FITS 4.0, section 4.2.4
    = help: write the exponent letter in upper case (safe fix)
    + EXPTIME =              1.5E+02 / [s] exposure time

"""


def totals(*reports, skipped=None):
    tally = Tally()
    for report in reports:
        tally.add(report)
    return Summary(tally, skipped or {})


def test_full():
    assert FullReporter().render_file(samples.report(samples.finding())) == FULL


def test_full_of_an_absent_keyword_has_no_card():
    text = FullReporter().render_file(samples.report(samples.absent(extname="SCI")))
    assert text == (
        "a.fits: HDU 1 (SCI), NAXIS: error MK104 missing-naxis\n"
        "  NAXIS is missing\n    = FITS 4.0, section 4.2.4\n\n"
    )


def test_the_caret_of_a_whole_card_ends_with_its_text():
    text = FullReporter().render_file(samples.report(samples.finding(column=1, end_column=80)))
    caret = next(line for line in text.splitlines() if "^" in line)
    assert caret.count("^") == len(samples.IMAGE.rstrip())


def test_the_caret_points_at_blanks_where_text_is_missing():
    text = FullReporter().render_file(samples.report(samples.finding(column=70, end_column=72)))
    caret = next(line for line in text.splitlines() if "^" in line)
    assert caret == "    | " + " " * 69 + "^^^"


def test_the_caret_follows_columns_that_are_shown_wider():
    text = FullReporter().render_file(samples.hostile())
    card, caret = text.splitlines()[3:5]
    assert card == r"  5 | A\x1b]0;x\x07 = 'x\xe9y'"
    assert card[caret.index("^") :][: caret.count("^")] == r"\x1b]"


def test_an_empty_card_gets_a_caret():
    finding = samples.finding(image=b" " * 80, column=1, end_column=80)
    assert "^" in FullReporter().render_file(samples.report(finding))


def test_removed_and_inserted_cards_are_shown():
    edits = (Edit(80, 160, b""), Edit(240, 240, b"NAXIS   = 0".ljust(160)))
    text = FullReporter().render_file(
        samples.report(samples.finding(fix=Fix("unsafe", "reorder", edits)))
    )
    assert "= help: reorder (unsafe fix)\n" in text
    assert "- card 2\n" in text
    assert "+ NAXIS   = 0\n" in text


def test_a_card_that_goes_with_another_is_named():
    edits = (Edit(320, 400, b""), Edit(400, 480, b""))
    finding = samples.finding(fix=Fix("style", "remove both", edits), byte=343)
    text = FullReporter().render_file(samples.report(finding))
    assert f"    - {samples.IMAGE.decode().rstrip()}\n    - card 6\n" in text


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_end_is_no_part_of_a_card(end):
    length = 80 + len(end)
    edits = (Edit(320, 320 + length, b""), Edit(0, 0, samples.IMAGE + end))
    finding = samples.finding(fix=Fix("safe", "move it", edits), byte=343)
    text = FullReporter().render_file(samples.report(finding))
    card = samples.IMAGE.decode().rstrip()
    assert f"    - {card}\n    + {card}\n" in text
    assert "x0a" not in text and "bytes" not in text


def test_the_removed_card_itself_is_shown():
    finding = samples.finding(fix=Fix("safe", "remove it", (Edit(320, 400, b""),)), byte=343)
    text = FullReporter().render_file(samples.report(finding))
    assert f"    - {samples.IMAGE.decode().rstrip()}\n" in text


def test_padding_is_counted_and_not_printed():
    fix = Fix("safe", "append the padding", (Edit(3000, 3000, b"\0" * 2760),))
    assert "    + 2760 bytes \\x00\n" in FullReporter().render_file(
        samples.report(samples.finding(fix=fix))
    )


def test_long_edits_are_cut():
    cards = b"".join(f"K{n}".encode().ljust(80) for n in range(9))
    text = FullReporter().render_file(
        samples.report(samples.finding(fix=Fix("shown", "x", (Edit(0, 0, cards),))))
    )
    assert "(by hand)" in text
    assert "    + K4\n    + ... and 4 more cards\n" in text


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("4.2.4", "FITS 4.0, section 4.2.4"),
        ("3.2, 4.1.1", "FITS 4.0, sections 3.2, 4.1.1"),
        ("3.4.1, App. F", "FITS 4.0, section 3.4.1, Appendix F"),
        ("Appendix J", "FITS 4.0, Appendix J"),
        ("8.2, Green Bank convention", "FITS 4.0, section 8.2, Green Bank convention"),
        ("HIERARCH convention", "HIERARCH convention"),
        ("-", ""),
    ],
)
def test_clauses(clause, words):
    assert describe_clause(clause) == words


def test_concise():
    text = ConciseReporter().render_file(samples.report(samples.finding(), samples.absent()))
    assert text == (
        "a.fits:1:5:24: error VF110 exponent letter e is lower case; write 1.5E+02\n"
        "a.fits:1:0:0: error MK104 NAXIS is missing\n"
    )


@pytest.mark.parametrize("format", [FullReporter(), ConciseReporter()])
def test_what_could_not_be_judged_says_why(format):
    assert format.render_file(samples.failed()).rstrip("\n") == "b.fits: unreadable: no such file"
    assert "VF110: 1 of 1000 findings shown" in format.render_file(samples.capped())
    assert format.render_file(samples.report()) == ""


@pytest.mark.parametrize("format", [FullReporter(), ConciseReporter()])
def test_nothing_from_a_file_steers_the_terminal(format):
    text = format.render_file(samples.hostile())
    assert re.fullmatch(r"[ -~\n]*", text)
    assert r"\x1b[31mred\x07\x0d\x0a\x9b\u202ebidi\xff" in text
    if isinstance(format, ConciseReporter):
        assert text.count("\n") == 2


def test_colour_only_when_asked_for():
    report = samples.report(samples.finding())
    for kind in (FullReporter, ConciseReporter):
        assert "\x1b" not in kind().render_file(report)
        painted = kind(True).render_file(report)
        assert "\x1b[1;31merror\x1b[0m" in painted
        assert re.sub("\x1b\\[[0-9;]*m", "", painted) == kind().render_file(report)


def test_visible_keeps_what_is_harmless():
    assert escape_text("télescope 望遠鏡 a\\b") == "télescope 望遠鏡 a\\b"
    assert escape_text("a\u200bb\U000e0041\ufeff") == "a\\u200bb\\U000e0041\\ufeff"


def test_closing_sentences():
    assert describe_summary(totals()) == "No files to check."
    assert describe_summary(Summary(Tally(), interrupted=True)).startswith("No file judged; ")
    assert describe_summary(totals(samples.report())) == "1 file, nothing found."
    assert describe_summary(totals(samples.failed())) == (
        "1 file not judged to the end: 1 unreadable."
    )
    assert describe_summary(totals(samples.failed(), samples.report())) == (
        "1 file, nothing found; not judged to the end: 1 unreadable."
    )
    both = totals(samples.capped(), samples.report(), samples.failed(), skipped={".txt": 2, "": 1})
    assert describe_summary(both) == (
        "1,000 errors in 1 of 3 files; not judged to the end: 1 unreadable; "
        "1,000 can be fixed by 'fitslint fix'; "
        "3 other files passed over (.txt 2, no suffix 1)."
    )


def test_infos_are_counted_where_they_are_not_shown():
    info, error = samples.finding(severity="info", fix=None), samples.finding(fix=None)
    both = totals(samples.report(info, info, error))
    assert describe_summary(both) == "1 error, 2 infos in 1 of 1 file."
    assert describe_summary(both, "warning") == (
        "1 error in 1 of 1 file; 2 infos not shown (--show-infos)."
    )
    one = totals(samples.report(info), samples.report())
    assert describe_summary(one, "warning") == (
        "2 files, no error or warning; 1 info not shown (--show-infos)."
    )
    assert FullReporter(least="warning").render_file(samples.report(info)) == ""
    assert (
        ConciseReporter(least="warning").render_file(samples.report(info, error)).count("\n") == 1
    )
    assert ConciseReporter().render_file(samples.report(info, error)).count("\n") == 2


def test_what_fix_could_mend_is_counted_by_what_must_be_asked_for():
    def mended(*safeties):
        fixes = [Fix(safety, "mend it", ()) for safety in safeties]
        findings = [samples.finding(severity="error", fix=fix) for fix in fixes]
        return describe_summary(totals(samples.report(*findings)))

    assert "; 2 can be fixed by 'fitslint fix', 1 more by --unsafe-fixes." in mended(
        "safe", "safe", "unsafe", "shown"
    )
    assert "; 1 can be fixed by 'fitslint fix --style'." in mended("style")
    assert "fixed" not in mended("shown")


def test_a_finding_for_several_places_says_so():
    report = samples.report(samples.finding(places=12))
    assert " (in 12 places; --every shows them)\n" in FullReporter().render_file(report)
    assert ConciseReporter().render_file(report).endswith(" (in 12 places; --every shows them)\n")
    assert "places" not in ConciseReporter().render_file(samples.report(samples.finding()))


def test_what_was_not_looked_at_is_one_line():
    tally = totals(samples.report()).tally
    tally.data_units, tally.failed_rules["KN105"] = 1, 2
    assert describe_gaps(Summary(tally)) == ""
    assert describe_gaps(Summary(tally, {}, Coverage(348, ("U001", "U002")))) == (
        "Not looked at: the data of 1 HDU; 2 of 348 checks of the catalogue; "
        "rules that failed: KN105 (2 files)."
    )


def test_counts_are_true_beyond_the_cap():
    tally = totals(samples.capped()).tally
    assert tally.codes == {"VF110": 1000}
    assert tally.severity == {"error": 1000}


def test_tallies_add_up():
    one = totals(samples.capped(), samples.failed()).tally
    two = totals(samples.report(samples.finding(severity="info"))).tally
    two.update(one)
    assert (two.files, two.findings, two.not_checked, two.files_with_findings) == (3, 1001, 1, 2)
    assert two.rule_names["VF110"] == ("lowercase-exponent", "error")
    assert two.has_at_least("error")


def test_severities_are_ordered():
    tally = totals(samples.report(samples.finding(severity="warning"))).tally
    assert [tally.has_at_least(least) for least in ("info", "warning", "error")] == [
        True,
        True,
        False,
    ]


def test_statistics():
    stream = io.StringIO()
    print_statistics(stream, totals(samples.capped(), samples.report(samples.absent())))
    lines = stream.getvalue().splitlines()
    assert lines[0].split() == ["code", "name", "severity", "findings"]
    assert lines[1].split() == ["VF110", "lowercase-exponent", "error", "1,000"]
    assert lines[2].split() == ["MK104", "missing-naxis", "error", "1"]
    assert "\x1b" not in stream.getvalue()


def test_html_is_escaped():
    class Tags(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.seen = set()

        def handle_starttag(self, tag, _attributes):
            self.seen.add(tag)

    finding = samples.finding(message="<script>alert(1)</script>", keyword="<b>", image=b"<i>" * 26)
    text = page(samples.report(finding, path="<img src=x>"))
    tags = Tags()
    tags.feed(text)
    assert not tags.seen & {"script", "b", "i", "img"}
    assert "conforms" in page(samples.report())


@pytest.mark.parametrize(
    "hostile", ["::error::x.fits", "  ::add-mask::y", "a/##[error]z", "##vso[task.x]", "###[group]"]
)
def test_nothing_of_a_file_is_a_command_in_a_log(hostile):
    command = re.compile(r"^\s*::|##[a-z]*\[", re.MULTILINE)
    image = hostile.encode().ljust(80)
    found = samples.finding(message=hostile, keyword=hostile, extname=hostile, image=image)
    report = samples.report(
        found, path=hostile, reason=hostile, status="crashed", limits_hit=[hostile]
    )
    for form in (FullReporter(), ConciseReporter(), JsonLinesReporter(), JsonReporter()):
        text = form.render_file(report)
        assert not command.search(text)
    assert json.loads(JsonReporter().render_file(report))["path"] == hostile
    assert escape_text("a::b #1 ## [x]") == "a::b #1 ## [x]"


def test_a_caret_stands_under_its_column_behind_an_escape():
    image = b"OBJECT  = ##[x] 'M31".ljust(80)
    lines = (
        FullReporter()
        .render_file(samples.report(samples.finding(image=image, column=17)))
        .splitlines()
    )
    assert lines[3][lines[4].index("^")] == "'"
