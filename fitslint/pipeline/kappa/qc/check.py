"""A line of the report: what was measured, what it is held against, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["pass", "fail", "cannot be judged"]
PASS: Verdict = "pass"
FAIL: Verdict = "fail"
UNJUDGED: Verdict = "cannot be judged"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that a measurement is held against, and who says so."""

    name: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class QcResult:
    """One thing that was looked at."""

    code: str
    """Group and name: ``c.peak``."""
    title: str
    verdict: Verdict
    reason: str
    """A sentence."""
    value: float | None = None
    unit: str = ""
    threshold: Threshold | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    """Further numbers, plain data; a name ends with its unit."""

    @property
    def group(self) -> str:
        """The letter of its group."""
        return self.code[0]


CHECK_GROUPS = {
    "a": "Normalisation",
    "b": "Geometry",
    "c": "Peak",
    "d": "Consistency of the maps",
    "e": "Contours",
    "f": "Model band",
    "g": "X-ray",
    "h": "Header and data",
}


def skip_check(code: str, title: str, reason: str, **details: Any) -> QcResult:
    """A line for which something is missing."""
    return QcResult(code, title, UNJUDGED, reason, details=details)


def compare_to_limit(
    code: str, title: str, value: float, limit: Threshold, said: str, **details: Any
) -> QcResult:
    """A line that holds when ``value`` is at most ``limit``; ``said`` says what was found."""
    holds = value <= limit.value
    return QcResult(code, title, PASS if holds else FAIL, said, value, limit.unit, limit, details)


_NEGLIGIBLE = 1e-3
"""Part of a threshold below which a number says no more than that it is small."""


def format_measurement(value: float, limit: Threshold | None = None) -> str:
    """A measured number for people: what is far below its threshold is told as being so."""
    if limit is not None and 0 < abs(value) < _NEGLIGIBLE * limit.value:
        return f"< {_NEGLIGIBLE * limit.value:g}"
    return f"{value:.4g}"
