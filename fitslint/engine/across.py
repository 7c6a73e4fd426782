"""Rules that are asked once about many files: their findings by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby
from operator import attrgetter

from fitslint.config.settings import Settings
from fitslint.engine.findings import FindingCollector
from fitslint.engine.ruleset import RuleSet
from fitslint.model.finding import Finding
from fitslint.model.rule import Scope


def find_by_path(
    scope: Scope,
    subject: object,
    settings: Settings,
    speak: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Iterator[tuple[str, Finding]]:
    """(path, finding) of the rules of a scope, in their order and that of their flags.

    Parameters
    ----------
    subject : object
        what the rules are called with.
    speak : callable
        what holds while messages are written: the language.

    Raises
    ------
    UnknownSelectorError
        when the settings name a rule that does not exist.
    """
    rules = RuleSet.from_settings(settings, (scope,))
    for rule in rules.rules.values():
        if rule.precheck is not None and rule.precheck(subject):
            continue
        for path, flags in groupby(rule.check(subject), attrgetter("path")):
            collector = FindingCollector(rules, frozenset(), settings.limits.findings_per_rule)
            for flag in flags:
                collector.add(rule, flag, None)
            with speak():
                collector.close_hdu()
            for finding in collector.findings:
                yield path, finding
