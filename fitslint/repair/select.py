"""Which fixes are applied together in one round."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable

from fitslint.model.finding import SEVERITIES, Edit, Finding
from fitslint.model.form import CARD_SIZE

FindingKey = tuple[object, ...]
Columns = tuple[int, int]


def make_finding_key(finding: Finding) -> FindingKey:
    """What a finding is known by from round to round, wherever its card has moved."""
    new = tuple(edit.new for edit in finding.fix.edits) if finding.fix else ()
    return finding.code, finding.hdu, finding.keyword, finding.image, new


def select_compatible(
    findings: Iterable[Finding],
    is_eligible: Callable[[Finding], bool],
    applied: Iterable[Finding] = (),
) -> list[Finding]:
    """Findings whose fixes do not meet, the heaviest first; the others wait for the next round.

    Those of ``applied`` have taken their places.

    Two fixes meet when they change the same columns of a card or put cards in one place. Those of
    one rule are made to be applied together: what they put in one place stands there in the order
    of the findings, and a fix that several of them carry is applied once. A fix that moves cards
    goes without the moves of other rules in its HDU.
    """
    findings = [finding for finding in findings if finding.fix and is_eligible(finding)]
    if not findings:
        return []
    reserved = _OccupiedSpans()
    done = {id(finding) for finding in applied if reserved.try_reserve(finding)}
    heavy_first = sorted(
        (finding for finding in findings if id(finding) not in done),
        key=lambda finding: -SEVERITIES.index(finding.severity),
    )
    return [finding for finding in heavy_first if reserved.try_reserve(finding)]


class _OccupiedSpans:
    """The places that the fixes of a round take."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []
        self._rewrites: dict[int, list[Finding]] = {}
        """Fixes that rewrite a card in place."""
        self._insertions: dict[int, str] = {}
        self._reserved_fixes: set[tuple[str, tuple[Edit, ...]]] = set()
        self._moves: dict[int | None, str] = {}

    def try_reserve(self, finding: Finding) -> bool:
        """Take the places of a fix when they are free."""
        edits = finding.fix.edits if finding.fix else ()
        key = finding.code, edits
        if key in self._reserved_fixes:
            return True
        moving = has_moves(edits)
        if moving and self._moves.get(finding.hdu, finding.code) != finding.code:
            return False
        rewrites = _is_rewrite(finding)
        if rewrites and edits[0].start in self._rewrites:
            return self._reserve_columns(finding, self._rewrites[edits[0].start])
        if not all(self._is_free(edit, finding.code) for edit in edits):
            return False
        if rewrites:
            self._rewrites[edits[0].start] = [finding]
        for edit in edits:
            if edit.start == edit.end:
                self._insertions[edit.start] = finding.code
            else:
                insort(self._spans, (edit.start, edit.end))
        self._reserved_fixes.add(key)
        if moving:
            self._moves[finding.hdu] = finding.code
        return True

    @staticmethod
    def _reserve_columns(finding: Finding, others: list[Finding]) -> bool:
        """Rewrite other columns of a card that is rewritten already."""
        first, last = _find_columns(finding)
        for other in others:
            start, end = _find_columns(other)
            if first < end and start < last:
                return False
        others.append(finding)
        return True

    def _is_free(self, edit: Edit, code: str) -> bool:
        if edit.start == edit.end and self._insertions.get(edit.start, code) != code:
            return False
        wide = edit.end - edit.start > CARD_SIZE
        if wide and any(edit.start < position < edit.end for position in self._insertions):
            return False
        at = bisect_left(self._spans, (edit.end, edit.end))
        return not (at and self._spans[at - 1][1] > edit.start)


def _is_rewrite(finding: Finding) -> bool:
    """Whether a fix does nothing but rewrite the card of its finding."""
    edits, image = finding.fix.edits if finding.fix else (), finding.image
    if len(edits) != 1 or image is None or finding.byte is None:
        return False
    (edit,) = edits
    here = finding.byte - (finding.column or 1) + 1 == edit.start
    return here and len(edit.new) == len(image) == edit.end - edit.start


def _find_columns(finding: Finding) -> Columns:
    """The columns of the card of a finding that its fix changes."""
    new = finding.fix.edits[0].new if finding.fix else b""
    pairs = enumerate(zip(finding.image or b"", new, strict=False))
    changed = [at for at, (old, other) in pairs if old != other] or [0]
    return changed[0], changed[-1] + 1


def is_no_op(finding: Finding) -> bool:
    """Whether a fix writes the card of its finding as it is."""
    return (
        _is_rewrite(finding)
        and finding.fix is not None
        and (finding.fix.edits[0].new == finding.image)
    )


def has_moves(edits: tuple[Edit, ...]) -> bool:
    """Whether edits take cards from one place and put cards in another."""
    return any(edit.start == edit.end for edit in edits) and any(not edit.new for edit in edits)


def merge_edits(findings: Iterable[Finding]) -> list[Edit]:
    """The edits of fixes that go together, by place, those at one place in the order given.

    What several fixes rewrite of one card becomes one edit.
    """
    edits: list[Edit] = []
    seen: set[tuple[Edit, ...]] = set()
    cards: dict[int, int] = {}
    for finding in findings:
        mine = finding.fix.edits if finding.fix else ()
        if not mine or mine in seen:
            continue
        seen.add(mine)
        start = mine[0].start
        if _is_rewrite(finding):
            if start in cards:
                edits[cards[start]] = _merge_card_edits(edits[cards[start]], finding)
                continue
            cards[start] = len(edits)
        edits += mine
    edits.sort(key=lambda edit: (edit.start, edit.end))
    return edits


def _merge_card_edits(edit: Edit, finding: Finding) -> Edit:
    """The edit of a card with the columns that another fix changes."""
    start, end = _find_columns(finding)
    mine = finding.fix.edits[0].new if finding.fix else b""
    return Edit(edit.start, edit.end, edit.new[:start] + mine[start:end] + edit.new[end:])
