"""The closing sentence of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from fitslint.model.finding import SEVERITIES, Finding, FindingCap, Safety, Severity
from fitslint.report.escape import escape_text
from fitslint.report.reporter import Summary
from fitslint.text import Phrase, count_noun, phrase, say, translate

_SUFFIXES = 5
SAFETY_TITLES: dict[Safety, Phrase] = {
    "safe": phrase("safe fix"), "style": phrase("style fix"), "unsafe": phrase("unsafe fix"),
    "shown": phrase("by hand"),
}  # fmt: skip


def describe_clause(clause: str) -> str:
    """Where a clause stands: ``4.2.4`` and ``App. F`` are the standard's, others say it.

    Empty for a rule of plain sense, whose clause is a hyphen.
    """
    appendix = say("Appendix {letter}", letter="")
    places = [_expand_part(part.strip()) for part in clause.split(",")]
    standard = [place for place in places if place[:1].isdigit() or place.startswith(appendix)]
    others = [escape_text(say(place)) for place in places if place not in standard and place != "-"]
    sections = list(takewhile(lambda place: place[0].isdigit(), standard))
    if sections:
        template = "sections {first}" if len(sections) > 1 else "section {first}"
        standard[: len(sections)] = [say(template, first=", ".join(sections))]
    if standard:
        standard.insert(0, "FITS 4.0")
    return ", ".join(standard + others)


def _expand_part(part: str) -> str:
    return say("Appendix {letter}", letter=part[5:]) if part.startswith("App. ") else part


def describe_places(finding: Finding) -> str:
    """What stands behind the message of a finding that stands for several places."""
    if finding.places == 1:
        return ""
    return say(" (in {places:,} places; --every shows them)", places=finding.places)


def describe_cut(cut: FindingCap) -> str:
    """That not all findings of a rule are shown."""
    return say(
        "{code}: {kept} of {total} findings shown", code=cut.code, kept=cut.kept, total=cut.total
    )


def describe_summary(summary: Summary, least: Severity = "info") -> str:
    """How many files there were, and what was found in them, passed over or not judged.

    What is less grave than ``least`` was not shown, which is said.
    """
    parts = [
        *_describe_findings(summary, least),
        *_describe_hidden(summary, least),
        *_describe_failures(summary),
    ]
    parts += _describe_withheld(summary)
    parts += _describe_fixes(summary)
    if summary.skipped:
        parts.append(describe_skips(summary.skipped))
    if summary.tally.authorities:
        parts.append(_describe_authorities(summary))
    if summary.interrupted:
        parts.append(say("interrupted, so that this is not all"))
    return say("; ").join(parts) + say(".")


def describe_gaps(summary: Summary) -> str:
    """What was not looked at, in a sentence; empty where nobody has counted."""
    coverage, tally = summary.coverage, summary.tally
    if coverage is None:
        return ""
    parts = []
    unread = tally.data_units - tally.data_units_read
    if unread:
        parts.append(say("the data of {HDUs}", HDUs=count_noun(unread, "HDU")))
    if coverage.unjudged and tally.headers:
        checks = count_noun(coverage.rows, "check")
        number = len(coverage.unjudged)
        parts.append(say("{number:,} of {checks} of the catalogue", number=number, checks=checks))
    failed = [
        say("{code} ({files})", code=code, files=count_noun(number, "file"))
        for code, number in sorted(tally.failed_rules.items())
    ]
    if failed:
        parts.append(say("rules that failed: {rules}", rules=list_some(failed, _SUFFIXES)))
    return say("Not looked at: {parts}.", parts="; ".join(parts)) if parts else ""


def _list_severities(least: Severity) -> list[Severity]:
    """The severities from the gravest to ``least``."""
    return [
        severity
        for severity in reversed(SEVERITIES)
        if SEVERITIES.index(severity) >= SEVERITIES.index(least)
    ]


def _describe_findings(summary: Summary, least: Severity) -> Iterator[str]:
    tally, shown = summary.tally, _list_severities(least)
    judged = tally.files - sum(number for status, number in tally.status.items() if status != "ok")
    found = tuple(count_noun(count, level) for level in shown if (count := tally.severity[level]))
    if not tally.files:
        yield say("No file judged") if summary.interrupted else say("No files to check")
    elif found:
        number = sum(tally.gravest[level] for level in shown)
        files = count_noun(tally.files, "file")
        yield say("{found} in {number:,} of {files}", found=found, number=number, files=files)
    elif judged:
        is_more = tally.withheld["known"] or tally.withheld["waived"]
        template = "{files}, nothing new" if is_more else "{files}, nothing found"
        if tally.findings:
            template = "{files}, no error or warning"
        yield say(template, files=count_noun(judged, "file"))


def _describe_hidden(summary: Summary, least: Severity) -> Iterator[str]:
    shown, severity = _list_severities(least), summary.tally.severity
    hidden = [level for level in reversed(SEVERITIES) if level not in shown if severity[level]]
    if hidden:
        found = tuple(count_noun(severity[level], level) for level in hidden)
        yield say("{found} not shown (--show-infos)", found=found)


def _describe_failures(summary: Summary) -> Iterator[str]:
    tally = summary.tally
    stopped = {state: number for state, number in tally.status.items() if state != "ok" and number}
    if stopped:
        named = tuple(f"{number:,} {say(status)}" for status, number in sorted(stopped.items()))
        if tally.files - sum(stopped.values()) or tally.findings:
            yield say("not judged to the end: {named}", named=named)
        else:
            files = count_noun(tally.files, "file")
            yield say("{files} not judged to the end: {named}", files=files, named=named)


def _describe_withheld(summary: Summary) -> Iterator[str]:
    """What a baseline and waivers took out of the report."""
    counts = summary.tally.withheld
    if counts["known"]:
        findings = count_noun(counts["known"], "finding")
        yield say("{findings} of the baseline not shown", findings=findings)
    if counts["gone"]:
        findings = count_noun(counts["gone"], "finding")
        yield say("{findings} of the baseline gone (--write-baseline)", findings=findings)
    if counts["waived"]:
        yield say("{findings} waived", findings=count_noun(counts["waived"], "finding"))


def _describe_fixes(summary: Summary) -> Iterator[str]:
    """How many findings ``fix`` could mend, and what would have to be asked for.

    A finding that is told once a file may need a fix in each of its places.
    """
    tally = summary.tally
    options = {"safe": "", "style": "--style", "unsafe": "--unsafe-fixes"}
    told = [safety for safety in options if tally.fixes[safety]]
    parts: list[str] = []
    for safety in told:
        option, number, places = options[safety], tally.fixes[safety], tally.fix_places[safety]
        words = ["fitslint fix", *(["--data"] if summary.with_data else []), option]
        part = (
            say("{more:,} more by {option}", more=number, option=option)
            if parts
            else say(
                "{number:,} can be fixed by '{command}'",
                number=number,
                command=" ".join(filter(None, words)),
            )
        )
        fixes = translate(count_noun(places, "fix"))
        parts.append(f"{part} ({fixes})" if places > number else part)
    if parts:
        yield say(", ").join(parts)


def _describe_authorities(summary: Summary) -> str:
    """By which dictionaries files were checked besides the standard."""
    found = summary.tally.authorities
    if len(found) == 1 and summary.tally.files == 1:
        return say("checked against {names}", names=escape_text(next(iter(found))))
    named = [f"{escape_text(name)} {number:,}" for name, number in found.most_common()]
    return say("checked against {names}", names=list_some(named, _SUFFIXES))


def describe_skips(skipped: Mapping[str, int]) -> str:
    """How many files were passed over, by suffix."""
    suffixes = sorted(skipped.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{escape_text(suffix) or say('no suffix')} {number:,}" for suffix, number in suffixes]
    total = count_noun(sum(skipped.values()), "other file")
    return say("{files} passed over ({named})", files=total, named=list_some(named, _SUFFIXES))


def list_some(words: Sequence[str], most: int) -> str:
    """The first ``most`` words, and how many there are besides; empty without words."""
    shown = tuple(words[:most])
    if len(words) <= most:
        return say("{words}", words=shown)
    return say("{words}, {count} more", words=shown, count=len(words) - most)
