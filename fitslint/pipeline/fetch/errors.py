"""What ends a download."""

from __future__ import annotations

from typing import Literal

from fitslint.pipeline.errors import PipelineError

Reason = Literal[
    "login", "forbidden", "gone", "refused", "busy", "broken", "unreachable", "redirect",
    "not-the-file", "checksum", "too-large", "disk", "in-use", "archive",
]  # fmt: skip
"""Why; ``busy``, ``broken`` and ``unreachable`` pass, the others do not."""


class FetchError(PipelineError):
    """A file could not be fetched.

    Parameters
    ----------
    reason : str
        one of :data:`Reason`.
    sentence : str
        what happened, and what to do.
    place : str
        the address or file.
    wait : float, optional
        seconds after which a busy server wants to be asked again.
    """

    def __init__(
        self, reason: Reason, sentence: str, place: str, *, wait: float | None = None
    ) -> None:
        super().__init__(sentence, path=place)
        self.reason = reason
        self.sentence = sentence
        self.wait = wait

    @property
    def is_transient(self) -> bool:
        """Whether another attempt may have more luck."""
        return self.reason in ("busy", "broken", "unreachable")
