"""What a repair is: patches on the uncompressed stream, and what became of each finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fitslint.model.errors import FitslintError
from fitslint.model.finding import Finding, Safety, Status
from fitslint.text import phrase

Mode = Literal["replace", "in-place", "copy", "none"]
"""How a result is written: beside the file and then over it, into it, elsewhere, not at all."""
DECLINED = phrase("it was declined")
"""Why a fix was not applied that a person was asked about."""
UNREPAIRABLE: frozenset[Status] = frozenset(
    ("unreadable", "not-fits", "timeout", "crashed", "skipped")
)
"""Statuses of files that nobody has read, and whose bytes nothing may be said of."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Bytes ``start:end`` of the old stream become ``new``."""

    start: int
    end: int
    new: bytes
    old: bytes | None = None
    """The bytes that were there when the file was read; none: not held against the file."""

    @property
    def growth(self) -> int:
        """Bytes that the stream gains."""
        return len(self.new) - (self.end - self.start)


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Which file was read, and in which state; ``size`` is that of the file as it is on disk."""

    device: int
    inode: int
    size: int
    modified: int
    """Nanoseconds, as ``st_mtime_ns``."""


@dataclass(frozen=True, slots=True)
class DataUnit:
    """A data unit that a repair moves and never changes: ``length`` bytes at both places."""

    hdu: int
    old: int
    new: int
    length: int


@dataclass(frozen=True, slots=True)
class Repair:
    """One fix that was applied: the finding that asked for it, and the bytes it changed."""

    finding: Finding
    safety: Safety
    title: str
    round: int
    before: bytes
    after: bytes
    offset: int
    """First byte of ``before`` in the stream of its round."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be written to one file.

    ``patches`` are disjoint and in order, on the uncompressed stream of the file as it is;
    together they bring every header from its old to its new bytes.
    """

    path: str
    size: int
    """Bytes of the old stream."""
    patches: tuple[Patch, ...] = ()
    units: tuple[DataUnit, ...] = ()
    repairs: tuple[Repair, ...] = ()
    refused: tuple[tuple[Finding, str], ...] = ()
    """Findings whose fix was not applied, and why."""
    remaining: tuple[Finding, ...] = ()
    """Findings after the repair."""
    rounds: int = 0
    data_changed: bool = False
    """Whether a patch touches bytes of a data unit (only when asked for)."""
    identity: FileIdentity | None = None
    """The file when it was read; none: it is taken as it is when writing begins."""

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.patches)

    @property
    def same_size(self) -> bool:
        """Whether every byte outside the patches stays where it is."""
        return all(patch.growth == 0 for patch in self.patches)

    @property
    def new_size(self) -> int:
        """Bytes of the new stream."""
        return self.size + sum(patch.growth for patch in self.patches)


@dataclass(frozen=True, slots=True)
class WriteResult:
    """How a plan was written."""

    mode: Mode
    path: str
    """Where the result is."""
    backup: str | None = None
    methods: tuple[str, ...] = ()
    """The system's means that were used (``copy_file_range``, ``fsync of the folder`` …) or what
    took their place."""
    digests: tuple[tuple[int, str], ...] = ()
    """HDU number and BLAKE2b-128 of its data unit, where it was read."""
    notes: tuple[str, ...] = ()
    """What else a person may want to know of it, in sentences."""


class RepairError(FitslintError):
    """A repair that cannot be made; the message says what happened and that nothing changed.

    Parameters
    ----------
    sentence : str
        what happened.
    path : str
        the file that the message begins with; it names none otherwise.
    subject : bool
        whether the file is the subject of the sentence, so that no colon stands between them.
    """

    def __init__(self, sentence: str, path: str = "", *, subject: bool = False) -> None:
        self.sentence = sentence
        self.path = path
        joint = " " if subject else ": "
        super().__init__(f"{path}{joint}{sentence}" if path else sentence)

    def describe_for(self, path: str) -> str:
        """The message for where ``path`` stands before it already."""
        return self.sentence if self.path == path else str(self)
