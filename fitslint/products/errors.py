"""What ends the making of a product: an input that cannot be used, in one sentence."""

from __future__ import annotations

from fitslint.model.errors import FitslintError


class ProductError(FitslintError):
    """An input cannot be used, or a product cannot be made.

    ``str(error)`` is one sentence: where (file, and line from 1), what is wrong, what to do.
    """

    def __init__(self, sentence: str, *, path: str | None = None, line: int | None = None) -> None:
        self.path = path
        self.line = line
        place = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        super().__init__(f"{place}{sentence}")
