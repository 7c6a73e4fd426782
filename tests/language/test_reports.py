"""Reports in Japanese: the same findings, the same columns, and no English left in them."""

import json
import re
import tomllib

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.checker import FileChecker
from fitslint.rules.docs import parse_rule_page
from fitslint.rules.registry import load_rules
from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_example
from fitslint.text import Phrase, choose_language, translate
from tests.cli.tool import check, run

RULES = load_rules()
LANGUAGE_MEMBERS = ("message", "title", "reason", "cut")
PROSE = re.compile(r"\b[a-z]{2,}(?: [a-z']{2,}){2,}")
"""Three words of English in a row."""


@pytest.fixture
def japanese():
    choose_language("ja")
    yield
    choose_language("en")


def strip_language(found):
    if isinstance(found, dict):
        return {
            key: strip_language(value)
            for key, value in found.items()
            if key not in LANGUAGE_MEMBERS
        }
    return [strip_language(item) for item in found] if isinstance(found, list) else found


@pytest.fixture(scope="module")
def documents(root):
    samples = root / "fixtures" / "samples"
    return [
        json.loads(check("--output", "json", "--lang", lang, samples).stdout)
        for lang in ("en", "ja")
    ]


def test_findings_are_the_same_in_both_languages(documents):
    english, japanese = documents
    assert english["summary"]["findings"] > 100
    assert strip_language(english) == strip_language(japanese)
    assert english != japanese


def test_a_report_for_people_has_no_english_sentence(root):
    done = check("--show-infos", "--lang", "ja", root / "fixtures" / "samples")
    lines = done.stdout.decode().splitlines()
    bar = re.compile(r"^ *\d* *\||^ *[+-] ")
    # A dictionary's own comment on a keyword that is missing, and its conditions, are quoted.
    quoted = re.compile(r"'[^']*'|」である \(.*\)$|fitslint(?: [a-z]+)+")
    said = [quoted.sub("", line) for line in lines if not bar.match(line)]
    assert len(said) > 500
    assert [line for line in said if PROSE.search(line)] == []


def test_cards_and_carets_stand_where_they_do_in_english(root):
    sample = root / "fixtures" / "samples" / "cac-imaging.hdr"
    cards = [
        [line for line in check("--lang", lang, sample).stdout.decode().splitlines() if "|" in line]
        for lang in ("en", "ja")
    ]
    assert cards[0] == cards[1] != []


def remove_values(text, params):
    """A message without what came from the file."""
    for value in sorted(map(str, params.values()), key=len, reverse=True):
        text = text.replace(value, "") if len(value) > 1 else text
    return re.sub("fitslint(?: [a-z]+)+", "", text)


def test_messages_of_all_examples_hold_no_english_words(japanese):
    left = {}
    for code, rule in RULES.items():
        page = parse_rule_page(rule)
        for block in (page.bad, page.good):
            if block is None:
                continue
            example = build_example(block.text, block.kind)
            for finding in lint_example(rule, example).findings:
                spoken = {
                    key: value
                    for key, value in finding.params.items()
                    if not isinstance(value, Phrase | tuple)
                }
                words = remove_values(finding.message, spoken)
                title = finding.fix.title if finding.fix else ""
                if PROSE.search(words) or PROSE.search(re.sub("'.*?'", "", title)):
                    left[code, finding.code] = finding.message, title
    assert left == {}


def test_a_word_that_a_rule_puts_into_a_message_is_a_phrase(japanese):
    """A parameter is from the file, a number or a code; English of ours would stay English."""
    article = re.compile(r"^(an?|the|no|not|at|of|in) [a-z]|[a-z]{3,} [a-z]{3,} [a-z]{3,}")
    found = set()
    for rule in RULES.values():
        page = parse_rule_page(rule)
        if page.bad is None:
            continue
        example = build_example(page.bad.text, page.bad.kind)
        for finding in lint_example(rule, example).findings:
            found |= {
                (finding.code, key, value)
                for key, value in finding.params.items()
                if isinstance(value, str) and not isinstance(value, Phrase)
                and article.search(value) and value.encode() not in example.data
            }  # fmt: skip
    # Words of dictionaries and of Lenstool.
    quoted = {("DI101", "meaning"), ("DI101", "condition"), ("LM103", "form")}
    assert {one for one in found if one[:2] not in quoted} == set()


def test_a_report_of_the_library_follows_the_language(japanese, tmp_path):
    path = tmp_path / "a.fits"
    path.write_bytes(b"SIMPLE  =                    F".ljust(2880))
    report = FileChecker(Settings(jobs=1)).check(str(path))
    messages = [finding.message for finding in report.findings]
    assert "SIMPLE = F は、ファイルが FITS 規格に適合しないことを宣言している" in messages


def test_a_phrase_is_english_to_all_but_a_reader(japanese):
    from fitslint.text import count_noun, join_words, phrase

    both = join_words([phrase("longitude"), "B"])
    assert both == "longitude or B"
    assert translate(both) == "経度 または B"
    assert json.dumps(phrase("longitude")) == '"longitude"'
    assert translate(count_noun(3, "file")) == "ファイル 3 個"


@pytest.mark.parametrize("code", ["FS101", "VF110", "WC201", "LM101"])
def test_the_page_of_a_rule(code):
    done = run("rule", code, "--lang", "ja")
    text = done.stdout.decode()
    assert done.returncode == 0
    head, _, example = text.partition("## 例")
    assert RULES[code].summary_ja in head
    assert "## なぜ問題か" in head
    assert not PROSE.search(head)
    assert "代わりに次のように書く:" in example
    english = run("rule", code, "--lang", "en").stdout.decode()
    assert (
        english.partition("## Example")[2].replace("Use instead:", "代わりに次のように書く:")
        == example
    )


@pytest.mark.parametrize("command", [[], ["check"], ["fix"], ["dict", "show"], ["kappa", "maps"]])
def test_help_follows_the_locale(command):
    done = run(*command, "--help", LANG="ja_JP.UTF-8")
    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert text.startswith("使い方: fitslint")
    assert "オプション:" in text
    assert not PROSE.search(re.sub("fitslint(?: [a-z]+)+", "", text))


def test_why_a_file_was_not_judged_is_said_in_every_report(tmp_path):
    (tmp_path / "text.fits").write_text("hello")
    (tmp_path / "cut.fits").write_bytes(b"SIMPLE  =                    T".ljust(80))
    lost = tmp_path / "lost.fits"
    for output in ("full", "concise", "grouped", "html", "github", "junit"):
        said = check("--lang", "ja", "--output", output, tmp_path, lost).stdout.decode()
        for word, japanese in (
            ("not-fits", "FITS でない"), ("truncated", "途中で切れている"),
            ("unreadable", "読み込み不可"),
        ):  # fmt: skip
            assert japanese in said, output
            assert not re.search(rf"\b{word}\b", said), output
        assert ("title=判定できず::" in said) == (output == "github")


def test_a_dictionary_to_begin_with_is_the_same_beside_its_comments(root):
    made = [run("dict", "new", "a/b", "--lang", lang).stdout.decode() for lang in ("en", "ja")]
    tables = list(map(tomllib.loads, made))
    assert [table["dictionary"].pop("title") for table in tables] == [
        "Keywords of b",
        "b のキーワード",
    ]
    assert tables[0] == tables[1]
    comments = re.findall("#(.*)", made[1])
    assert len(comments) == len(re.findall("#(.*)", made[0]))
    code = re.compile(r"`[^`]*`|string date.*|^ *[a-z]+ = .*?(?=#|$)")
    assert [one for one in comments if PROSE.search(code.sub("", one))] == []


def test_what_is_learnt_of_keywords_is_said_in_japanese(root):
    samples = root / "fixtures" / "samples"
    text = run("dict", "infer", samples, "--lang", "ja").stdout.decode()
    keywords = tomllib.loads(text)["keyword"]
    assert len(keywords) > 50
    quoted = re.compile("'[^']*'")
    assert [one for one in keywords if PROSE.search(quoted.sub("", one["note"]))] == []
    assert text.startswith("# 下書き")
