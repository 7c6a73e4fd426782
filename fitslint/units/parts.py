"""A fault of a part of a unit string."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from fitslint.model.records import dataclass, field
from fitslint.model.safety import Safety

FaultKind = Literal[
    "unknown", "spelling", "ambiguous", "deprecated", "slashes", "prefix", "multiplier", "power",
    "decorated", "community",
]  # fmt: skip
"""What can be wrong with a unit string:

========== ===================================================================================
unknown    it is no unit string, or has a word that is no unit
spelling   a word for a unit of the standard, which means nothing else
ambiguous  a letter of the standard for one unit that mostly stands for another
deprecated a unit that the standard has, and the IAU no longer wants
slashes    more than one slash, or a product behind one
prefix     a prefix at a unit that takes none, or two
multiplier a number in front that is no power of ten as the standard writes it
power      a power that is no integer, without its parentheses
decorated  a unit with words around it
community  a word for a unit that the standard does not have
========== ===================================================================================
"""


@dataclass(frozen=True, slots=True)
class UnitFault:
    """What is wrong with the characters ``start`` to ``end`` (half open, from 0) of a unit string.

    ``new`` is what would stand in their place, None where nothing can be proposed. ``message``
    and ``params`` are for the sentence about it.
    """

    kind: FaultKind
    start: int
    end: int
    new: str | None = None
    message: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    safety: Safety | None = None


def replace_parts(text: str, faults: Iterable[UnitFault], *, unnamed: str = "m") -> str:
    """The text with what is proposed for each fault in its place.

    ``unnamed`` stands for what has no proposal, so that the rest can be read.
    """
    for fault in sorted(faults, key=lambda part: -part.start):
        new = fault.new if fault.new is not None else unnamed
        text = text[: fault.start] + new + text[fault.end :]
    return text
