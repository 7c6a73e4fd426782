"""What makes a catalogue or a list of samples unusable."""

from __future__ import annotations

from fitslint.model.errors import FitslintError


class LenstoolError(FitslintError):
    """A file beside the parameter file cannot be used; ``line`` counts from 1."""

    def __init__(self, sentence: str, *, path: str, line: int | None = None) -> None:
        self.sentence = sentence
        self.path = path
        self.line = line
        super().__init__(sentence)
