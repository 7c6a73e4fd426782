"""Round after round of fixes, those that make something worse left out."""

from __future__ import annotations

from collections.abc import Sequence

from fitslint.model.finding import Finding
from fitslint.repair.model import DECLINED, Repair, RepairError
from fitslint.repair.moved_position import find_moved_position
from fitslint.repair.options import FixOptions, Selection
from fitslint.repair.plan_builder import list_repairs
from fitslint.repair.reading_loss import find_loss
from fitslint.repair.safeguards import find_least_severity, find_new_findings
from fitslint.repair.select import (
    FindingKey,
    is_no_op,
    make_finding_key,
    merge_edits,
    select_compatible,
)
from fitslint.repair.workspace import FileState, Workspace
from fitslint.text import join_words, phrase, say

_HARMLESS = ("safe", "style")
_NO_OP = phrase("it changes nothing")


class FixRounds:
    """The rounds of one repair.

    A new finding that a later round can fix does not stop a fix, unless ``strict`` is set; who
    runs the rounds asks :meth:`has_open_findings` whether it was fixed.
    """

    def __init__(
        self,
        workspace: Workspace,
        options: FixOptions,
        selection: Selection,
        *,
        strict: bool = False,
    ) -> None:
        self.current = workspace.start
        self.repairs: list[Repair] = []
        self.rounds = 0
        self._expected_to_resolve: set[tuple[str, int | None]] = set()
        self._workspace = workspace
        self._options = options
        self._selection = selection
        self._strict = strict
        self._refused: dict[FindingKey, tuple[Finding, str, int]] = {}
        self._accepted_keys: set[FindingKey] = set()
        self._history: list[tuple[FileState, set[str]]] = []

    @property
    def refused(self) -> tuple[tuple[Finding, str], ...]:
        """Findings whose fix was not applied, and why."""
        return tuple((finding, why) for finding, why, _ in self._refused.values())

    def run(self) -> None:
        """Apply fixes until no round brings anything.

        Raises
        ------
        RepairError
            when rules undo what others did, or there is no end of it.
        """
        rounds = -1
        while rounds < self.rounds:
            rounds = self.rounds
            self._retry_refusals()
            self._run_round()

    def has_open_findings(self) -> bool:
        """Whether something new that was let through, as it has a fix itself, is still there."""
        if not self._expected_to_resolve:
            return False
        new = find_new_findings(self._workspace.start.report, self.current.report, 0)
        return any((finding.code, finding.hdu) in self._expected_to_resolve for finding in new)

    def _is_eligible(self, finding: Finding) -> bool:
        if not self._selection.includes(finding):
            return False
        waivers = self._options.waivers
        if waivers is not None and waivers.find_waiver(self._workspace.path, finding) is not None:
            return False
        return not self._refused or make_finding_key(finding) not in self._refused

    def _ask_acceptance(self, finding: Finding) -> bool:
        key, accept = make_finding_key(finding), self._options.accept
        (repair,) = list_repairs(self.current, (finding,), self.rounds + 1)
        if key in self._accepted_keys or accept is None or accept(repair):
            self._accepted_keys.add(key)
            return True
        self.refuse_fix(finding, DECLINED)
        return False

    def refuse_fix(self, finding: Finding, why: str) -> None:
        """Leave out a fix: every fix that is not applied is refused here, in a sentence."""
        self._refused[make_finding_key(finding)] = finding, why, self.rounds

    def _retry_refusals(self) -> None:
        """Forget why fixes were refused before others changed the file."""
        for key, (_, why, round_) in list(self._refused.items()):
            if round_ < self.rounds and why != DECLINED:
                del self._refused[key]

    def _run_round(self) -> None:
        start, applied = self.current, list[Finding]()
        while chosen := self._select_fixes(start, applied):
            if self.rounds >= self._options.rounds:
                raise self._make_endless_error(self._history[-2:])
            refused = len(self._refused)
            applied = self._bisect_group(start, applied, chosen)
            waiting = sum(map(self._is_eligible, start.report.findings)) - len(applied)
            if len(self._refused) == refused or not waiting:
                break  # nothing is left, or it meets what was applied
        if not applied:
            return
        self._history.append((start, {finding.code for finding in applied}))
        self.repairs += list_repairs(start, applied, self.rounds + 1)
        self.rounds += 1
        for number, (earlier, _) in enumerate(self._history[:-1]):
            if not self._options.data and _is_same_state(earlier, self.current):
                raise self._make_endless_error(self._history[number:])

    def _select_fixes(self, start: FileState, applied: list[Finding]) -> list[Finding]:
        """The fixes that go together with those applied in this round."""
        chosen = []
        for finding in select_compatible(start.report.findings, self._is_eligible, applied):
            if is_no_op(finding):
                self.refuse_fix(finding, _NO_OP)
            elif not self._options.accept or self._ask_acceptance(finding):
                chosen.append(finding)
        return chosen

    def _bisect_group(
        self, start: FileState, applied: list[Finding], group: list[Finding]
    ) -> list[Finding]:
        """As many fixes of a group beside those applied as can be, found by halving it."""
        reason = self._try_group(start, applied, group)
        if reason is None:
            return [*applied, *group]
        if len(group) == 1:
            self.refuse_fix(group[0], reason)
            return applied
        middle = len(group) // 2
        applied = self._bisect_group(start, applied, group[:middle])
        return self._bisect_group(start, applied, group[middle:])

    def _try_group(
        self, start: FileState, applied: list[Finding], group: list[Finding]
    ) -> str | None:
        """Apply a group of fixes beside those applied in this round, or say why not."""
        after = self._workspace.try_edits(start, merge_edits([*applied, *group]))
        if isinstance(after, str):
            return after
        if not self._options.data and _is_same_state(self.current, after):
            return _NO_OP
        if loss := self._find_loss(start, after, group):
            return loss
        new = find_new_findings(self.current.report, after.report, find_least_severity(group))
        lasting = (
            new
            if self._strict
            else [finding for finding in new if not self._selection.includes(finding)]
        )
        if lasting:
            return say(
                "{code} would be new: {message}", code=lasting[0].code, message=lasting[0].message
            )
        self._expected_to_resolve.update((finding.code, finding.hdu) for finding in new)
        self.current = after
        return None

    def _find_loss(self, start: FileState, after: FileState, group: list[Finding]) -> str | None:
        """What a safe fix of a group would take from a reader, whatever its rule says of it."""
        for finding in group:
            if finding.fix and finding.fix.safety in _HARMLESS:
                rule = self._workspace.rules.get(finding.code)
                loss = find_loss(finding, rule, start.stream, start.file, after.file)
                loss = loss or find_moved_position(finding, start.file, after.file)
                if loss:
                    return loss
        return None

    def _make_endless_error(self, history: Sequence[tuple[FileState, set[str]]]) -> RepairError:
        codes = sorted(set[str]().union(*(codes for _, codes in history)))
        rules = join_words(codes, "and")
        template = (
            "was not repaired: the rules {rules} undo what was mended before, round after round; "
            "this is a bug in fitslint that is worth a report"
            if codes[1:]
            else "was not repaired: the rule {rules} undoes what was mended before, round after "
            "round; this is a bug in fitslint that is worth a report"
        )
        sentence = say(template, rules=rules)
        return RepairError(sentence, self._workspace.path, subject=True)


def _is_same_state(left: FileState, right: FileState) -> bool:
    """Whether two states have the same headers, and data in the same places."""
    if left.stream.growth != right.stream.growth:
        return False
    if left.stream.patches == right.stream.patches:
        return True
    first, second = left.file.hdus, right.file.hdus
    return len(first) == len(second) and all(
        old.header.raw == new.header.raw
        and old.header.end == new.header.end
        and old.header.fill == new.header.fill
        and old.header.starts == new.header.starts
        for old, new in zip(first, second, strict=True)
    )
