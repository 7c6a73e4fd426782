"""What ends the making of a grid."""

from __future__ import annotations


class GridError(ValueError):
    """No grid can be made of what was given; the sentence says why."""
