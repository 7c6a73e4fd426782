"""What a rule promises in its docstring, held against the engine.

``python -m fitslint.testing VF110`` (codes, prefixes or nothing for all) prints every broken
promise; the tests of the project ask the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fitslint.config.settings import Settings
from fitslint.engine.judge import Judge
from fitslint.engine.models import judge_named
from fitslint.model.finding import FileReport, Finding
from fitslint.model.rule import Rule
from fitslint.rules.docs import Block, Page, page
from fitslint.source.files import read_bytes
from fitslint.testing.edits import apply
from fitslint.testing.examples import PARAMETERS, Example, build
from fitslint.testing.recording import list_undeclared

_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_SHOWN = 5


@cache
def _judge() -> Judge:
    return Judge(Settings())


def judge(data: bytes, name: str) -> FileReport:
    """The report on ``data`` under the default settings, as for a file called ``name``."""
    return _judge().judge(read_bytes(data, name, _judge().settings.limits))


def judge_example(example: Example, name: str) -> FileReport:
    """The report on an example; a parameter file is judged with the files beside it."""
    if example.suffix != f".{PARAMETERS}":
        return judge(example.data, name)
    with TemporaryDirectory() as folder:
        for called, data in ((name, example.data), *example.beside):
            (Path(folder) / called).write_bytes(data)
        report = judge_named(str(Path(folder) / name), _judge())
    if report is None:
        raise ValueError(f"{name} is read as FITS")
    return report


def file_name(rule: Rule, example: Example) -> str:
    """``VF110-lowercase-exponent.fits``."""
    return f"{rule.code}-{rule.name}{example.suffix}"


def broken(rule: Rule) -> Iterator[str]:
    """Every promise of ``rule`` that does not hold, as a sentence."""
    yield from broken_page(rule)
    help_page = page(rule)
    if help_page.bad is not None and help_page.good is not None:
        yield from broken_examples(rule, help_page.bad, help_page.good)


def broken_page(rule: Rule) -> Iterator[str]:
    """What the declaration and the help page lack."""
    help_page: Page = page(rule)
    if not help_page.summary.endswith("."):
        yield "the summary is not a sentence that ends in a full stop"
    if not help_page.why:
        yield "the docstring has no '## Why it matters'"
    if help_page.bad is None:
        yield "the docstring has no ```fits or ```par block under '## Example'"
    if help_page.good is None:
        yield "the docstring has no second such block after 'Use instead:'"
    if not _JAPANESE.search(rule.ja):
        yield "ja= is not a Japanese sentence"


def broken_examples(rule: Rule, bad_block: Block, good_block: Block) -> Iterator[str]:
    """What the engine says of the two examples that it should not, or does not say."""
    try:
        bad = build(bad_block.text, bad_block.kind)
        good = build(good_block.text, good_block.kind)
    except ValueError as error:
        yield f"an example cannot be built: {error}"
        return
    for example in (bad, good):
        yield from _broken_needs(rule, example)
    report = judge_example(bad, file_name(rule, bad))
    findings = report.findings
    if report.not_judged:
        yield f"{' and '.join(report.not_judged)} failed on the bad example"
    flagged = [finding for finding in findings if finding.code == rule.code]
    if not flagged:
        yield f"the bad example is not flagged; it gives {_told(findings)}"
    yield from _broken_good(rule, good)
    yield from _broken_fix(rule, flagged, bad, good)


def _broken_needs(rule: Rule, example: Example) -> Iterator[str]:
    if rule.reads != "values":
        return
    file = read_bytes(example.data, file_name(rule, example), _judge().settings.limits)
    _judge().judge(file)  # which tells every header its authority
    for hdu in file.hdus:
        for name in list_undeclared(rule, hdu.header):
            yield f"it reads {name or 'a blank card'}, which its needs do not name"


def _broken_good(rule: Rule, good: Example) -> Iterator[str]:
    findings = judge_example(good, file_name(rule, good)).findings
    wrong = [f for f in findings if f.code == rule.code or f.severity == "error"]
    if wrong:
        yield f"the good example gives {_told(wrong)}"


def _broken_fix(rule: Rule, flagged: list[Finding], bad: Example, good: Example) -> Iterator[str]:
    edits = [edit for finding in flagged if finding.fix for edit in finding.fix.edits]
    if rule.fix and flagged and not edits:
        yield "fix= is declared and no finding of the bad example carries edits"
    if not edits or (rule.fix is None and not all(finding.fix for finding in flagged)):
        return  # what can be mended in part shows in no example
    try:
        mended = apply(bad, edits)
    except ValueError as error:
        yield f"the fix cannot be applied: {error}"
        return
    if mended != good.data:
        yield f"the fix does not give the good example: {_difference(mended, good.data)}"
    again = judge_example(replace(bad, data=mended), file_name(rule, bad)).findings
    if any(finding.code == rule.code for finding in again):
        yield "the mended example is flagged again"


def _told(findings: list[Finding]) -> str:
    told = [f"{f.code} {f.keyword or '-'} ({f.severity}: {f.message})" for f in findings]
    return "; ".join(told[:_SHOWN]) or "nothing"


def _difference(left: bytes, right: bytes) -> str:
    for at in range(0, max(len(left), len(right)), 80):
        if left[at : at + 80] != right[at : at + 80]:
            return f"byte {at}: {left[at : at + 80]!r} instead of {right[at : at + 80]!r}"
    return "same bytes"
