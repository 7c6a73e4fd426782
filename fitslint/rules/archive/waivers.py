"""Waivers that are over, or that nothing needs any more."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.archive.waiver_use import WaiverUse, flag_waiver


@rule(
    "AR101",
    "expired-waiver",
    clause="-",
    level="should",
    summary_ja="免除の期限が過ぎている",
    message="the waiver of {rules} in {where} ended with {until}, and its findings count again; "
    "renew it or take it out (its reason: {reason})",
)
def expired_waiver(waivers: WaiverUse) -> Iterator[Flag]:
    """A waiver has come to its last day.

    ## Why it matters
    Whoever wrote the waiver meant to look again. Its findings count again from the day after
    `until`; nothing else tells why a report has grown over night.

    ## Example
    ```toml
    [[waiver]]
    rules = ["VF110"]
    reason = "the writer is repaired in release 7"
    until = 2001-12-31
    ```
    Use instead:
    ```toml
    [[waiver]]
    rules = ["VF110"]
    reason = "files of before release 7 stay as they are"
    ```
    """
    for _, waiver in waivers.list_waivers():
        if waiver.is_expired(waivers.today):
            yield flag_waiver(waiver, until=waiver.until)


@rule(
    "AR102",
    "unused-waiver",
    clause="-",
    level="should",
    summary_ja="どの指摘にも使われない免除がある",
    message="nothing in {where} is found by {rules} that this waiver could accept; take it out "
    "(its reason: {reason})",
)
def unused_waiver(waivers: WaiverUse) -> Iterator[Flag]:
    """A waiver accepts no finding.

    It is told only where the run saw the files: the one that the waiver names, or the whole folder
    in which the waivers lie. A waiver whose rules were not asked is left alone.

    ## Why it matters
    The fault was repaired, or the waiver never fitted. One that is left lets the next fault of that
    kind pass unseen.

    ## Example
    ```toml
    [[waiver]]
    rules = ["CD106"]
    reason = "the writer puts the equals sign elsewhere"
    ```
    Use instead:
    ```toml
    [[waiver]]
    rules = ["VF110"]
    reason = "the writer has small exponent letters"
    ```
    """
    for number, waiver in waivers.list_waivers():
        is_over = waiver.is_expired(waivers.today)
        if number in waivers.judged and not waivers.accepted.get(number) and not is_over:
            yield flag_waiver(waiver)
