"""What ends the making of a world coordinate system."""

from __future__ import annotations

from fitslint.model.errors import FitslintError


class WcsError(FitslintError):
    """No positions can be worked out from a description; the sentence says why.

    Attributes
    ----------
    keyword : str
        where it fails: the keyword as it would stand in the header, version letter included.
    """

    def __init__(self, keyword: str, sentence: str) -> None:
        super().__init__(sentence)
        self.keyword = keyword
