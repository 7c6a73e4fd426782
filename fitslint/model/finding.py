"""Findings, their places, and the edits that would repair them."""

from __future__ import annotations

from typing import Any, Literal

from fitslint.model.records import dataclass, field
from fitslint.model.safety import Safety as Safety  # noqa: PLC0414 -- told on from here

Severity = Literal["error", "warning", "info"]
Level = Literal["must", "should", "conv", "style", "project"]

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes ``start:end`` of the uncompressed stream by ``new``."""

    start: int
    end: int
    new: bytes


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair: its safety, a title that says what it does, and its edits."""

    safety: Safety
    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation of one rule in one place.

    ``hdu``, ``card``, ``line`` and ``column`` count from 1, ``byte`` from 0 in the uncompressed
    stream.
    ``message`` is the sentence made of the rule's message ``message_id`` and ``params``, in the
    language of the process; ``message_id`` and ``params`` are the same in all of them.
    """

    code: str
    name: str
    severity: Severity
    message: str
    message_id: str
    params: dict[str, Any]
    hdu: int | None
    extname: str | None
    card: int | None
    keyword: str | None
    byte: int | None
    column: int | None
    end_column: int | None
    clause: str
    fingerprint: str
    fix: Fix | None = None
    image: bytes | None = None
    """The card image (80 bytes) or the line that the finding is about, for reports that show it."""
    line: int | None = None
    """The line of a text file that has no cards; None in FITS files."""
    places: int = 1
    """In how many places of the file the same was found; the finding stands for the first."""


@dataclass(frozen=True, slots=True)
class FindingCap:
    """Findings of one rule in one file that were counted but not kept."""

    code: str
    kept: int
    hidden: dict[Severity, int]
    """How many were not kept, by their severity."""

    @property
    def total(self) -> int:
        """How many were found."""
        return self.kept + sum(self.hidden.values())


@dataclass(frozen=True, slots=True)
class WaivedFinding:
    """A finding that is accepted, by the waiver of this number from 0, and why."""

    finding: Finding
    waiver: int
    reason: str


@dataclass(slots=True)
class Withheld:
    """What of a file is not among its findings, because somebody said so."""

    known: list[Finding] | None = None
    """Findings of the baseline; None where there is none."""
    gone: int = 0
    """Findings of the baseline that are there no more."""
    waived: list[WaivedFinding] = field(default_factory=list)
    waivers: tuple[int, ...] = ()
    """Numbers of the waivers that are for the file, whether it has such findings or not."""


Status = Literal["ok", "unreadable", "not-fits", "truncated", "timeout", "crashed", "skipped"]
Verdict = Literal["conforms", "violates", "undetermined"]


@dataclass(slots=True)
class HduSummary:
    """What a report says of one HDU; ``hdu`` counts from 1, ``index`` from 0."""

    hdu: int
    index: int
    kind: str
    extname: str | None
    extver: int | None
    cards: int
    offset: int
    header_bytes: int
    data_bytes: int
    data_read: bool = False
    """Whether the rules on data were asked about its data unit."""


@dataclass(slots=True)
class FileReport:
    """The answer for one input."""

    path: str
    status: Status
    verdict: Verdict
    profile: str
    hdus: list[HduSummary] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    truncated: list[FindingCap] = field(default_factory=list)
    reason: str | None = None
    """Why the input could not be judged, in one sentence."""
    limits_hit: list[str] = field(default_factory=list)
    """What a limit left unread, in sentences (a bounded list)."""
    dictionaries: tuple[str, ...] = ()
    """Ids of the dictionaries that hold for the file, the most special first."""
    dictionary_evidence: str = ""
    """What of the file tells its dictionaries, or that they were asked for, or are not for it."""
    not_judged: tuple[str, ...] = ()
    """Codes of rules that failed on the file; everything else stands."""
    is_packed: bool = False
    """Whether the file is compressed: bytes of findings and edits are not those on disk."""
    withheld: Withheld | None = None
    """What a baseline or waivers took out of the findings."""
