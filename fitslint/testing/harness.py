"""What a rule promises in its docstring, held against the engine.

``python -m fitslint.testing VF110`` (codes, prefixes or nothing for all) prints every broken
promise; the tests of the project ask the same functions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fitslint.config.settings import Settings
from fitslint.engine.lens_models import lint_model_file
from fitslint.engine.linter import Linter
from fitslint.model.finding import FileReport, Finding
from fitslint.model.rule import Rule, Scope
from fitslint.model.rule_page import ExampleBlock, RulePage
from fitslint.rules.docs import parse_rule_page
from fitslint.source.files import read_bytes
from fitslint.testing.edits import edit_example
from fitslint.testing.examples import (
    ARCHIVE,
    PARAMETER_FILE,
    WAIVER_FILE,
    Example,
    build_example,
)
from fitslint.testing.recording import find_hidden_reads

_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_SHOWN = 5
_TODAY = "2026-01-01"
"""The day on which examples are judged."""


@cache
def _get_linter() -> Linter:
    return Linter(Settings(data=True))


def lint_bytes(data: bytes, name: str) -> FileReport:
    """The report on ``data`` and its data units, as for a file called ``name``."""
    linter = _get_linter()
    read_data = linter.make_data_reader(lambda count: None)
    return linter.lint(read_bytes(data, name, linter.settings.limits, read_data))


def lint_example(rule: Rule, example: Example) -> FileReport:
    """The report on an example; a parameter file is judged with the files beside it."""
    name = name_example_file(rule, example)
    if example.suffix == f".{WAIVER_FILE}":
        return _lint_waivers(example.data, name)
    if example.suffix == f".{ARCHIVE}":
        return _ARCHIVE_LINTERS.get(rule.scope, _lint_files)(example, name)
    if example.suffix != f".{PARAMETER_FILE}":
        return lint_bytes(example.data, name)
    with TemporaryDirectory() as folder:
        for called, data in ((name, example.data), *example.beside):
            (Path(folder) / called).write_bytes(data)
        report = lint_model_file(str(Path(folder) / name), _get_linter())
    if report is None:
        raise ValueError(f"{name} is read as FITS")
    return report


def _lint_files(example: Example, name: str) -> FileReport:
    """What is said of the files of an archive one by one, by the names that they have."""
    found = [
        finding for called, data in example.beside for finding in lint_bytes(data, called).findings
    ]
    return FileReport(name, "ok", "conforms", _get_linter().settings.profile, findings=found)


def _lint_rerun(example: Example, name: str) -> FileReport:
    """What the rules on a rerun of hscPipe as a whole say of files."""
    from fitslint.pipeline.hsc.tree.check import RerunCheck

    settings = _get_linter().settings
    with TemporaryDirectory() as folder:
        for called, data in example.beside:
            (Path(folder) / called).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / called).write_bytes(data)
        check = RerunCheck(Path(folder), settings)
        found = [finding for findings in check.judge().values() for finding in findings]
    return FileReport(name, "ok", "conforms", settings.profile, findings=found)


def _lint_waivers(data: bytes, name: str) -> FileReport:
    """The report on waivers after a run over one file with a small exponent letter."""
    import tomllib

    from fitslint.config.waivers import build_waivers
    from fitslint.engine.tally import Tally
    from fitslint.engine.waivers import WaiverFilter

    text, tally = data.decode("utf-8"), Tally()
    waivers = WaiverFilter(name, build_waivers(tomllib.loads(text), text, name), _TODAY)
    faulty = build_example("EXPTIME =              1.5e+02")
    report = lint_bytes(faulty.data, "a.fits")
    waivers.apply(report)
    tally.add(report)
    settings = _get_linter().settings
    found = waivers.lint(settings, tally, is_whole=True)
    return found or FileReport(name, "ok", "conforms", settings.profile)


def _lint_archive(example: Example, name: str) -> FileReport:
    """What the rules across files say of an archive, without what its files are told."""
    from fitslint.audit.across import find_across
    from fitslint.audit.database import AuditDatabase
    from fitslint.audit.job import AuditJob
    from fitslint.audit.listing import list_roots
    from fitslint.audit.manifest import write_manifest
    from fitslint.audit.messages import say_message
    from fitslint.audit.shard import ShardChecker

    settings = _get_linter().settings
    with TemporaryDirectory() as folder:
        archive, audit = Path(folder, "archive"), Path(folder, "audit")
        audit.mkdir()
        for called, data in example.beside:
            (archive / called).parent.mkdir(parents=True, exist_ok=True)
            (archive / called).write_bytes(data)
        manifest = write_manifest(audit, list_roots([str(archive)]), {})
        checker = ShardChecker(AuditJob(str(audit), settings, ""))
        for shard in manifest.shards:
            checker.run(shard)
        with AuditDatabase(audit) as database:
            found = [
                replace(
                    finding,
                    message=say_message(
                        finding.message, finding.message_id, json.dumps(finding.params)
                    ),
                )
                for _, finding in find_across(database, settings)
            ]
    return FileReport(name, "ok", "conforms", settings.profile, findings=found)


_ARCHIVE_LINTERS: dict[Scope, Callable[[Example, str], FileReport]] = {
    "archive": _lint_archive, "tree": _lint_rerun,
}  # fmt: skip


def name_example_file(rule: Rule, example: Example) -> str:
    """``VF110-lowercase-exponent.fits``."""
    return f"{rule.code}-{rule.name}{example.suffix}"


def find_broken_promises(rule: Rule) -> Iterator[str]:
    """Every promise of ``rule`` that does not hold, as a sentence."""
    yield from find_page_defects(rule)
    help_page = parse_rule_page(rule)
    if help_page.bad is not None and help_page.good is not None:
        yield from find_example_defects(rule, help_page.bad, help_page.good)


def find_page_defects(rule: Rule) -> Iterator[str]:
    """What the declaration and the help page lack."""
    help_page: RulePage = parse_rule_page(rule)
    if not help_page.summary.endswith("."):
        yield "the summary is not a sentence that ends in a full stop"
    if not help_page.why:
        yield "the docstring has no '## Why it matters'"
    if help_page.bad is None:
        yield "the docstring has no ```fits, ```par, ```toml or ```archive block under '## Example'"
    if help_page.good is None:
        yield "the docstring has no second such block after 'Use instead:'"
    if not _JAPANESE.search(rule.summary_ja):
        yield "ja= is not a Japanese sentence"


def find_example_defects(
    rule: Rule, bad_block: ExampleBlock, good_block: ExampleBlock
) -> Iterator[str]:
    """What the engine says of the two examples that it should not, or does not say."""
    try:
        bad = build_example(bad_block.text, bad_block.kind)
        good = build_example(good_block.text, good_block.kind)
    except ValueError as error:
        yield f"an example cannot be built: {error}"
        return
    for example in (bad, good):
        yield from _find_needs_defects(rule, example)
    report = lint_example(rule, bad)
    findings = report.findings
    if report.not_judged:
        yield f"{' and '.join(report.not_judged)} failed on the bad example"
    flagged = [finding for finding in findings if finding.code == rule.code]
    if not flagged:
        yield f"the bad example is not flagged; it gives {_describe_findings(findings)}"
    yield from _find_good_defects(rule, good)
    yield from _find_fix_defects(rule, flagged, bad, good)


def _find_needs_defects(rule: Rule, example: Example) -> Iterator[str]:
    if rule.reads != "values":
        return
    file = read_bytes(example.data, name_example_file(rule, example), _get_linter().settings.limits)
    _get_linter().lint(file)  # which tells every header its authority
    for hdu in file.hdus:
        for name in find_hidden_reads(rule, hdu.header):
            yield f"it reads {name or 'a blank card'}, which its needs do not name"


def _find_good_defects(rule: Rule, good: Example) -> Iterator[str]:
    findings = lint_example(rule, good).findings
    wrong = [f for f in findings if f.code == rule.code or f.severity == "error"]
    if wrong:
        yield f"the good example gives {_describe_findings(wrong)}"


def _find_fix_defects(
    rule: Rule, flagged: list[Finding], bad: Example, good: Example
) -> Iterator[str]:
    edits = [edit for finding in flagged if finding.fix for edit in finding.fix.edits]
    if rule.fix and flagged and not edits:
        yield "fix= is declared and no finding of the bad example carries edits"
    if not edits or (rule.fix is None and not all(finding.fix for finding in flagged)):
        return  # what can be mended in part shows in no example
    try:
        mended = edit_example(bad, edits)
    except ValueError as error:
        yield f"the fix cannot be applied: {error}"
        return
    if mended != good.data:
        yield f"the fix does not give the good example: {_describe_difference(mended, good.data)}"
    again = lint_example(rule, replace(bad, data=mended)).findings
    if any(finding.code == rule.code for finding in again):
        yield "the mended example is flagged again"


def _describe_findings(findings: list[Finding]) -> str:
    told = [f"{f.code} {f.keyword or '-'} ({f.severity}: {f.message})" for f in findings]
    return "; ".join(told[:_SHOWN]) or "nothing"


def _describe_difference(left: bytes, right: bytes) -> str:
    for at in range(0, max(len(left), len(right)), 80):
        if left[at : at + 80] != right[at : at + 80]:
            return f"byte {at}: {left[at : at + 80]!r} instead of {right[at : at + 80]!r}"
    return "same bytes"
