"""One keyword of a dictionary: what it may hold and where it may stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from fitslint.model.records import dataclass, field

KeywordType = Literal["string", "date", "logical", "integer", "real", "complex", "any", "none"]
Status = Literal["mandatory", "reserved", "deprecated", "convention", "project"]

SCOPES: dict[str, tuple[str, ...]] = {
    "any": (
        *("primary", "groups", "image", "table", "bintable"),
        *("compressed-image", "compressed-table", "extension"),
    ),
    "arrays": ("primary", "groups", "image", "compressed-image"),
    "tables": ("table", "bintable", "compressed-image", "compressed-table"),
    "bintables": ("bintable", "compressed-image", "compressed-table"),
    "extensions": (
        *("image", "table", "bintable"),
        *("compressed-image", "compressed-table", "extension"),
    ),
}
"""Scopes and the HDU kinds they stand for; a compressed image is an array and a table."""


def expand_scopes(scopes: list[str]) -> tuple[str, ...]:
    """HDU kinds of a list of kinds and scopes, in order and once each."""
    return tuple(dict.fromkeys(kind for scope in scopes for kind in SCOPES.get(scope, (scope,))))


@dataclass(frozen=True, slots=True)
class Entry:
    """A keyword as its dictionary defines it; see ``schemas/dictionary-1.0.0.json``."""

    name: str
    """Keyword or template (``CRVALia``)."""
    type: KeywordType
    status: Status = "reserved"
    hdus: tuple[str, ...] = SCOPES["any"]
    """HDU kinds where the keyword may stand."""
    clause: str = ""
    types: Mapping[str, KeywordType] = field(default_factory=dict)
    """Type by HDU kind where it differs from ``type``."""
    index: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Lowest and highest value of each placeholder that has limits."""
    default: str | float | bool | None = None
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    enum: tuple[str | float | bool, ...] = ()
    replaced_by: str | None = None
    commentary: bool = False
    allow_continue: bool = False
    importance: str = ""
    """How much the keyword is needed, in the authority's word."""
    condition: str = ""
    """Expression: where it does not hold the keyword is not required."""
    fixed: str | float | bool | None = None
    recommended: str | float | bool | None = None
    pattern: str | None = None
    severity: Literal["error", "warning", "info"] = "error"
    """How grave a value is that the entry does not allow."""
    fortran: str | None = None
    c: str | None = None
    relation: tuple[str | Mapping[str, str], ...] = ()
    """Expressions over keywords that hold."""
    archive: Mapping[str, str] = field(default_factory=dict)
    """Format of the value in the archive's database by instrument."""
    alias: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    """What only documentation uses: comment, description, sample, revision, note …"""

    def resolve_type(self, kind: str) -> KeywordType:
        """The type of the value in an HDU of ``kind``."""
        return self.types.get(kind, self.type)

    def may_stand_in(self, kind: str) -> bool:
        """Whether the keyword may stand in an HDU of ``kind``; undefined kinds allow everything."""
        return kind in self.hdus or kind in {"extension", "unknown"}

    def is_in_range(self, value: float) -> bool:
        """Whether ``value`` lies in the range of the keyword."""
        low, high = self.minimum, self.maximum
        if low is not None and (value < low or (self.exclusive_minimum and value == low)):
            return False
        return high is None or value < high or (value == high and not self.exclusive_maximum)
