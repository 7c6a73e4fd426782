"""What the rules on waivers are asked about: the waivers of a run, and what came of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fitslint.config.waivers import Waiver
from fitslint.model.records import dataclass, field
from fitslint.model.rule import Flag


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """The waivers of a file, and what a run made of them.

    Parameters
    ----------
    today
        the day of the run, YYYY-MM-DD.
    accepted
        findings by the number (from 0) of the waiver that accepted them.
    judged
        numbers of the waivers of which the run can tell whether they are of use: it saw the files
        that they are for, and asked their rules.
    """

    path: str
    waivers: tuple[Waiver, ...]
    today: str
    accepted: Mapping[int, int] = field(default_factory=dict)
    judged: frozenset[int] = frozenset()

    def list_waivers(self) -> Iterator[tuple[int, Waiver]]:
        """Every waiver with its number from 0."""
        return enumerate(self.waivers)


def flag_waiver(waiver: Waiver, **params: object) -> Flag:
    """A flag on a waiver; what it is for is its keyword, by which it is known again."""
    where = ", ".join(waiver.paths) or "all files"
    rules = ", ".join(waiver.rules)
    return Flag(
        keyword=f"{rules} in {where}"[:_KEYWORD_MAX],
        params={"rules": rules, "where": where, "reason": waiver.reason, **params},
        line=waiver.line,
        start=0,
        end=len(_HEADING),
        image=_HEADING,
    )


_HEADING = b"[[waiver]]"
_KEYWORD_MAX = 200
