"""The help page of a rule, taken apart."""

from __future__ import annotations

from fitslint.model.records import dataclass, field


@dataclass(frozen=True, slots=True)
class ExampleBlock:
    """A fenced example: the kind of HDU (or ``par``) that it stands for, and its lines."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class RulePage:
    """The help page of a rule; ``sections`` maps every heading to its text as written."""

    summary: str
    why: str
    bad: ExampleBlock | None = None
    good: ExampleBlock | None = None
    sections: dict[str, str] = field(default_factory=dict)
