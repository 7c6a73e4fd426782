"""A header that notes which of its cards a rule looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from fitslint.engine.rule_index import RuleIndex
from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Rule

_STRUCTURAL = ("SIMPLE", "XTENSION", "BITPIX", "NAXIS", "PCOUNT", "GCOUNT", "GROUPS", "TFIELDS")


class RecordingHeader(Header):
    """A header with ``looked_at``, the positions (from 0) of the cards that were asked for."""

    __slots__ = ("looked_at",)
    looked_at: set[int]

    @classmethod
    def from_header(cls, header: Header) -> RecordingHeader:
        """A recording header with the cards of another."""
        own = {field.name: getattr(header, field.name) for field in fields(Header)}
        del own["_cards"], own["_memo"]
        copied = cls(**own, _cards={}, _memo={})
        copied.looked_at = set()
        return copied

    def card(self, position: int) -> Card:
        """The card at ``position``, and a note that it was asked for."""
        self.looked_at.add(position)
        return super().card(position)


def find_hidden_reads(rule: Rule, header: Header) -> Iterator[str]:
    """Keywords that a rule on values reads of ``header`` though it does not say so.

    What is remembered of such a rule hangs on the cards that it ``needs`` (or its parts do), and
    on the structure; an answer that hangs on another card as well would be wrong in the next file.
    """
    if rule.reads != "values":
        return
    if rule.subchecks and header.authority is None:
        return
    if rule.subchecks:
        kind = set(header.layout.index.get("XTENSION", ()))  # nothing is remembered across kinds
        for part in rule.subchecks(header.authority, header.layout):
            if part.cacheable:
                allowed = {at for name in part.needs for at in header.layout.index.get(name, ())}
                yield from _find_reads(rule, header, allowed | kind, part.argument)
        return
    wanted = RuleIndex((rule,), lambda asked: asked.needs).find_positions(header.layout)
    positions = wanted.get(rule.code, set())
    if len(positions) >= rule.min_present:
        structural = {at for name in _STRUCTURAL for at in header.layout.index.get(name, ())}
        structural |= set(header.layout.map_indices("NAXIS").values())
        yield from _find_reads(rule, header, structural.union(positions))


def _find_reads(rule: Rule, header: Header, allowed: set[int], *arguments: object) -> Iterator[str]:
    recording = RecordingHeader.from_header(header)
    # A card that is flagged was perhaps only fetched for that; what is flagged is not remembered.
    flagged = {flag.card.number - 1 for flag in rule.check(recording, *arguments) if flag.card}
    yield from sorted({header.names[at] for at in recording.looked_at - allowed - flagged})
