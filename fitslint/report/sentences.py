"""The closing sentence of a report."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.finding import SEVERITIES, Finding, Severity
from fitslint.report.escape import escape_text
from fitslint.report.reporter import Summary
from fitslint.text import count_noun

_SUFFIXES = 5


def describe_clause(clause: str) -> str:
    """Where a clause stands: ``4.2.4`` and ``App. F`` are the standard's, others say it.

    Empty for a rule of plain sense, whose clause is a hyphen.
    """
    places = [_expand_part(part.strip()) for part in clause.split(",")]
    standard = [place for place in places if place[:1].isdigit() or place.startswith("Appendix")]
    others = [escape_text(place) for place in places if place not in standard and place != "-"]
    if standard and standard[0][0].isdigit():
        plural = len(standard) > 1 and standard[1][0].isdigit()
        standard[0] = f"section{'s' if plural else ''} {standard[0]}"
    if standard:
        standard.insert(0, "FITS 4.0")
    return ", ".join(standard + others)


def _expand_part(part: str) -> str:
    return f"Appendix {part[5:]}" if part.startswith("App. ") else part


def describe_places(finding: Finding) -> str:
    """What stands behind the message of a finding that stands for several places."""
    if finding.places == 1:
        return ""
    return f" (in {finding.places:,} places; --every shows them)"


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
        parts.append(_describe_skips(summary))
    if summary.tally.authorities:
        parts.append(_describe_authorities(summary))
    if summary.interrupted:
        parts.append("interrupted, so that this is not all")
    return "; ".join(parts) + "."


def describe_gaps(summary: Summary) -> str:
    """What was not looked at, in a sentence; empty where nobody has counted."""
    coverage, tally = summary.coverage, summary.tally
    if coverage is None:
        return ""
    parts = [f"the data of {count_noun(tally.data_units, 'HDU')}"] if tally.data_units else []
    if coverage.unjudged and tally.headers:
        parts.append(
            f"{len(coverage.unjudged):,} of {count_noun(coverage.rows, 'check')} of the catalogue"
        )
    failed = [f"{code} ({count_noun(n, 'file')})" for code, n in sorted(tally.failed_rules.items())]
    if failed:
        more = [f"{len(failed) - _SUFFIXES} more"] if len(failed) > _SUFFIXES else []
        parts.append(f"rules that failed: {', '.join(failed[:_SUFFIXES] + more)}")
    return f"Not looked at: {'; '.join(parts)}." if parts else ""


def _list_severities(least: Severity) -> list[Severity]:
    """The severities from the gravest to ``least``."""
    return [
        severity
        for severity in reversed(SEVERITIES)
        if SEVERITIES.index(severity) >= SEVERITIES.index(least)
    ]


def _describe_findings(summary: Summary, least: Severity) -> Iterator[str]:
    tally, shown = summary.tally, _list_severities(least)
    judged = tally.files - sum(number for one, number in tally.status.items() if one != "ok")
    found = ", ".join(count_noun(tally.severity[one], one) for one in shown if tally.severity[one])
    if not tally.files:
        yield "No files to check"
    elif found:
        files = sum(tally.gravest[one] for one in shown)
        yield f"{found} in {files:,} of {count_noun(tally.files, 'file')}"
    elif judged:
        is_more = tally.withheld["known"] or tally.withheld["waived"]
        nothing = "nothing new" if is_more else "nothing found"
        nothing = "no error or warning" if tally.findings else nothing
        yield f"{count_noun(judged, 'file')}, {nothing}"


def _describe_hidden(summary: Summary, least: Severity) -> Iterator[str]:
    shown, severity = _list_severities(least), summary.tally.severity
    found = [
        count_noun(severity[one], one) for one in SEVERITIES if one not in shown if severity[one]
    ]
    if found:
        yield f"{', '.join(reversed(found))} not shown (--show-infos)"


def _describe_failures(summary: Summary) -> Iterator[str]:
    tally = summary.tally
    stopped = {one: number for one, number in tally.status.items() if one != "ok" and number}
    if stopped:
        named = ", ".join(f"{number:,} {status}" for status, number in sorted(stopped.items()))
        judged = tally.files - sum(stopped.values())
        whose = "" if judged or tally.findings else f"{count_noun(tally.files, 'file')} "
        yield f"{whose}not judged to the end: {named}"


def _describe_withheld(summary: Summary) -> Iterator[str]:
    """What a baseline and waivers took out of the report."""
    counts = summary.tally.withheld
    if counts["known"]:
        yield f"{count_noun(counts['known'], 'finding')} of the baseline not shown"
    if counts["gone"]:
        yield f"{count_noun(counts['gone'], 'finding')} of the baseline gone (--write-baseline)"
    if counts["waived"]:
        yield f"{count_noun(counts['waived'], 'finding')} waived"


def _describe_fixes(summary: Summary) -> Iterator[str]:
    """How many findings ``fix`` could mend, and what would have to be asked for."""
    fixes = summary.tally.fixes
    ways = [("", fixes["safe"]), ("--style", fixes["style"]), ("--unsafe-fixes", fixes["unsafe"])]
    told = [(option, number) for option, number in ways if number]
    if told:
        (option, number), *others = told
        first = f"{number:,} can be fixed by 'fitslint fix{' ' if option else ''}{option}'"
        yield ", ".join([first, *(f"{more:,} more by {how}" for how, more in others)])


def _describe_authorities(summary: Summary) -> str:
    """By which dictionaries files were checked besides the standard."""
    found = summary.tally.authorities
    if len(found) == 1 and summary.tally.files == 1:
        return f"checked against {escape_text(next(iter(found)))}"
    named = [f"{escape_text(name)} {number:,}" for name, number in found.most_common(_SUFFIXES)]
    more = [f"{len(found) - _SUFFIXES} more"] if len(found) > _SUFFIXES else []
    return f"checked against {', '.join(named + more)}"


def _describe_skips(summary: Summary) -> str:
    suffixes = sorted(summary.skipped.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{escape_text(suffix) or 'no suffix'} {number:,}" for suffix, number in suffixes]
    more = [f"{len(named) - _SUFFIXES} more"] if len(named) > _SUFFIXES else []
    total = count_noun(sum(summary.skipped.values()), "other file")
    return f"{total} passed over ({', '.join(named[:_SUFFIXES] + more)})"
