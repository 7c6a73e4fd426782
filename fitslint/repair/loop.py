"""Round after round of fixes, those that make something worse left out."""

from __future__ import annotations

from collections.abc import Sequence

from fitslint.model.finding import Finding
from fitslint.repair.choose import Key, in_order, is_idle, key_of, together
from fitslint.repair.model import DECLINED, Repair, RepairError
from fitslint.repair.options import FixOptions, Selection
from fitslint.repair.readings import find_loss
from fitslint.repair.result import made_repairs
from fitslint.repair.rounds import Bench, Draft
from fitslint.repair.safeguards import fresh, weight

_HARMLESS = ("safe", "style")
_NOTHING = "it changes nothing"


class Loop:
    """The rounds of one repair.

    A new finding that a later round can mend does not stop a fix, unless ``strict`` is set; who
    runs the loop asks :meth:`disappointed` whether it was mended.
    """

    def __init__(
        self, bench: Bench, options: FixOptions, wanted: Selection, *, strict: bool = False
    ) -> None:
        self.draft = bench.first
        self.repairs: list[Repair] = []
        self.rounds = 0
        self._trusted: set[tuple[str, int | None]] = set()
        self._bench = bench
        self._options = options
        self._selection = wanted
        self._strict = strict
        self._refused: dict[Key, tuple[Finding, str, int]] = {}
        self._agreed: set[Key] = set()
        self._history: list[tuple[Draft, set[str]]] = []

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
            self._reconsider()
            self._round()

    def disappointed(self) -> bool:
        """Whether something new that was let through, as it has a fix itself, is still there."""
        if not self._trusted:
            return False
        new = fresh(self._bench.first.report, self.draft.report, 0)
        return any((one.code, one.hdu) in self._trusted for one in new)

    def _wanted(self, finding: Finding) -> bool:
        if not self._selection.takes(finding):
            return False
        return not self._refused or key_of(finding) not in self._refused

    def _accepted(self, finding: Finding) -> bool:
        key, accept = key_of(finding), self._options.accept
        (repair,) = made_repairs(self.draft, (finding,), self.rounds + 1)
        if key in self._agreed or accept is None or accept(repair):
            self._agreed.add(key)
            return True
        self._refuse(finding, DECLINED)
        return False

    def _refuse(self, finding: Finding, why: str) -> None:
        self._refused[key_of(finding)] = finding, why, self.rounds

    def _reconsider(self) -> None:
        """Forget why fixes were refused before others changed the file."""
        for key, (_, why, round_) in list(self._refused.items()):
            if round_ < self.rounds and why != DECLINED:
                del self._refused[key]

    def _round(self) -> None:
        start, applied = self.draft, list[Finding]()
        while chosen := self._chosen(start, applied):
            if self.rounds >= self._options.rounds:
                raise self._endless(self._history[-2:])
            refused = len(self._refused)
            applied = self._settled(start, applied, chosen)
            waiting = sum(map(self._wanted, start.report.findings)) - len(applied)
            if len(self._refused) == refused or not waiting:
                break  # nothing is left, or it meets what was applied
        if not applied:
            return
        self._history.append((start, {one.code for one in applied}))
        self.repairs += made_repairs(start, applied, self.rounds + 1)
        self.rounds += 1
        for number, (earlier, _) in enumerate(self._history[:-1]):
            if not self._options.data and _same(earlier, self.draft):
                raise self._endless(self._history[number:])

    def _chosen(self, start: Draft, applied: list[Finding]) -> list[Finding]:
        """The fixes that go together with those applied in this round."""
        chosen = []
        for finding in together(start.report.findings, self._wanted, applied):
            if is_idle(finding):
                self._refuse(finding, _NOTHING)
            elif not self._options.accept or self._accepted(finding):
                chosen.append(finding)
        return chosen

    def _settled(self, start: Draft, applied: list[Finding], group: list[Finding]) -> list[Finding]:
        """As many fixes of a group beside those applied as can be, found by halving it."""
        reason = self._tried(start, applied, group)
        if reason is None:
            return [*applied, *group]
        if len(group) == 1:
            self._refuse(group[0], reason)
            return applied
        middle = len(group) // 2
        applied = self._settled(start, applied, group[:middle])
        return self._settled(start, applied, group[middle:])

    def _tried(self, start: Draft, applied: list[Finding], group: list[Finding]) -> str | None:
        """Apply a group of fixes beside those applied in this round, or say why not."""
        after = self._bench.tried(start, in_order([*applied, *group]))
        if isinstance(after, str):
            return after
        if not self._options.data and _same(self.draft, after):
            return _NOTHING
        if loss := self._find_loss(start, after, group):
            return loss
        new = fresh(self.draft.report, after.report, weight(group))
        lasting = new if self._strict else [one for one in new if not self._selection.takes(one)]
        if lasting:
            return f"{lasting[0].code} would be new: {lasting[0].message}"
        self._trusted.update((one.code, one.hdu) for one in new)
        self.draft = after
        return None

    def _find_loss(self, start: Draft, after: Draft, group: list[Finding]) -> str | None:
        """What a safe fix of a group would take from a reader, whatever its rule says of it."""
        for finding in group:
            if finding.fix and finding.fix.safety in _HARMLESS:
                rule = self._bench.rules.get(finding.code)
                loss = find_loss(finding, rule, start.stream, start.file, after.file)
                if loss:
                    return loss
        return None

    def _endless(self, history: Sequence[tuple[Draft, set[str]]]) -> RepairError:
        codes = sorted(set[str]().union(*(codes for _, codes in history)))
        what = f"the rules {', '.join(codes[:-1])} and {codes[-1]} undo" if codes[1:] else (
            f"the rule {codes[0]} undoes"
        )  # fmt: skip
        return RepairError(
            f"{self._bench.path} was not repaired: {what} what was mended before, round after "
            "round; this is a bug in fitslint that is worth a report"
        )


def _same(one: Draft, other: Draft) -> bool:
    """Whether two drafts have the same headers, and data in the same places."""
    first, second = one.stream, other.stream
    if first.growth != second.growth:
        return False
    if first.patches == second.patches:
        return True
    left, right = one.file.hdus, other.file.hdus
    return len(left) == len(right) and all(
        mine.header.raw == its.header.raw
        and mine.header.end == its.header.end
        and mine.header.fill == its.header.fill
        and mine.header.starts == its.header.starts
        for mine, its in zip(left, right, strict=True)
    )
