"""Taking findings out of a report without losing count of those that were not kept.

Waivers and baselines name files from the folder in which they lie, so that they hold wherever
fitslint is called.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

from fitslint.model.finding import SEVERITIES, FileReport, Finding, FindingCap, Severity


def withhold_findings(
    report: FileReport,
    is_withheld: Callable[[Finding], bool],
    count_hidden: Callable[[str, int], int],
) -> list[Finding]:
    """Take the findings that are to be withheld out of ``report``; they are returned.

    Of a rule that found more than were kept, ``count_hidden(code, hidden)`` says how many of the
    others are to be withheld, the least grave first. Where some are left over that nobody saw, and
    none of the rule is left, the last one that was kept stands for one of them.
    """
    taken = {id(finding): finding for finding in report.findings if is_withheld(finding)}
    if not taken:
        return []
    caps: list[FindingCap] = []
    for cut in report.truncated:
        own = [finding for finding in report.findings if finding.code == cut.code]
        hidden = Counter(cut.hidden)
        _take_least_grave(hidden, count_hidden(cut.code, hidden.total()))
        if hidden and own and all(id(finding) in taken for finding in own):
            stand_in = next(
                (finding for finding in reversed(own) if finding.severity in hidden), own[-1]
            )
            del taken[id(stand_in)]
            hidden = +(hidden - Counter([stand_in.severity]))
        kept = sum(id(finding) not in taken for finding in own)
        if hidden:
            caps.append(FindingCap(cut.code, kept, dict(hidden)))
    report.findings = [finding for finding in report.findings if id(finding) not in taken]
    report.truncated = caps
    return list(taken.values())


def _take_least_grave(counts: Counter[Severity], number: int) -> None:
    """Take so many away, and what is none."""
    for severity in SEVERITIES:
        taken = min(counts[severity], number)
        counts[severity] -= taken
        number -= taken
        if not counts[severity]:
            del counts[severity]


def name_from_folder(path: str, folder: str) -> str:
    """``path`` as it is called from ``folder``; standard input has no place."""
    if path.startswith("<"):
        return path
    try:
        name = os.path.relpath(path, folder)
    except OSError:  # the current folder was removed
        return path
    return name.replace(os.sep, "/")
