"""A check of the report: what it is called, what it needs, and what it says.

A check is a function of what was read and measured, registered by :func:`check`. It returns what
it found, or raises :class:`NotJudgedError` where something is missing; then the report has a line
all the same, which says what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from inspect import signature
from typing import Any, Literal, TypeVar

from fitslint.pipeline.kappa.qc.inputs import QcInputs
from fitslint.pipeline.kappa.qc.thresholds import Threshold

Found = TypeVar("Found")
Verdict = Literal["pass", "fail", "cannot be judged"]
PASS: Verdict = "pass"
FAIL: Verdict = "fail"
UNJUDGED: Verdict = "cannot be judged"
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
_NEGLIGIBLE = 1e-3
"""Part of a threshold below which a number says no more than that it is small."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was measured, what it is held against, and the verdict."""

    verdict: Verdict
    reason: str
    """A sentence."""
    value: float | None = None
    unit: str = ""
    threshold: Threshold | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    """Further numbers, plain data; a name ends with its unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QcResult(Judgement):
    """A line of the report."""

    code: str
    """Group and name: ``c.peak``."""
    title: str

    @property
    def group(self) -> str:
        """The letter of its group."""
        return self.code[0]


class NotJudgedError(Exception):
    """Something is missing that a check needs; the sentence says what.

    Parameters
    ----------
    reason : str
        the sentence.
    **details
        what is known nevertheless.
    """

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


Requirement = Callable[[QcInputs], None]
"""Raises NotJudgedError when what a check needs is not there."""
Measure = Callable[..., Judgement | Sequence[Judgement]]


@dataclass(frozen=True, slots=True)
class QcCheck:
    """A check as it is registered."""

    code: str
    title: str
    needs: tuple[Requirement, ...]
    measure: Measure
    """Takes ``inputs`` and fields of the measurements by their names; several judgements are as
    many lines, which are counted."""

    def run(self, inputs: QcInputs, measurements: object) -> list[QcResult]:
        """The lines of the report."""
        names = [name for name in signature(self.measure).parameters if name != "inputs"]

        def measure() -> Judgement | Sequence[Judgement]:
            for require in self.needs:
                require(inputs)
            return self.measure(inputs, **{name: getattr(measurements, name) for name in names})

        found = judge(measure)
        if isinstance(found, Judgement):
            return [self._build_result(self.code, found)]
        if len(found) == 1:
            return [self._build_result(self.code, found[0])]
        numbered = enumerate(found, 1)
        return [
            self._build_result(f"{self.code}.{number}", judgement) for number, judgement in numbered
        ]

    def _build_result(self, code: str, judgement: Judgement) -> QcResult:
        values = {each.name: getattr(judgement, each.name) for each in fields(Judgement)}
        return QcResult(code=code, title=self.title, **values)


_CHECKS: dict[str, QcCheck] = {}


def check(code: str, title: str, needs: Sequence[Requirement] = ()) -> Callable[[Measure], Measure]:
    """Register a check.

    Parameters
    ----------
    code : str
        the letter of its group, a dot and a name.
    title : str
        of its line in the report.
    needs : sequence of callable
        what has to be there, the most telling first.
    """

    def register(measure: Measure) -> Measure:
        _CHECKS[code] = QcCheck(code, title, tuple(needs), measure)
        return measure

    return register


def list_checks(module: str) -> list[QcCheck]:
    """The checks of a module, in its order."""
    return [
        registered for registered in _CHECKS.values() if registered.measure.__module__ == module
    ]


def judge(measure: Callable[[], Found]) -> Found | Judgement:
    """What ``measure`` finds, or the judgement that it cannot be judged."""
    try:
        return measure()
    except NotJudgedError as error:
        return Judgement(UNJUDGED, error.reason, details=error.details)


def require_map(inputs: QcInputs) -> None:
    """A map that holds something.

    Raises
    ------
    NotJudgedError
        when no measurement on the map means anything.
    """
    if inputs.unusable_reason:
        raise NotJudgedError(inputs.unusable_reason)


def require_sky(inputs: QcInputs) -> None:
    """A map that lies on the sky.

    Raises
    ------
    NotJudgedError
        when it does not.
    """
    if not inputs.kappa.frame.is_on_sky:
        raise NotJudgedError("the map has no place on the sky")


def compare_to_limit(value: float, limit: Threshold, said: str, **details: Any) -> Judgement:
    """A judgement that holds when ``value`` is at most ``limit``; ``said`` says what was found."""
    verdict = PASS if value <= limit.value else FAIL
    return Judgement(verdict, said, value, limit.unit, limit, details)


def format_measurement(value: float, limit: Threshold | None = None) -> str:
    """A measured number for people: what is far below its threshold is told as being so."""
    if limit is not None and 0 < abs(value) < _NEGLIGIBLE * limit.value:
        return f"< {_NEGLIGIBLE * limit.value:g}"
    return f"{value:.4g}"
