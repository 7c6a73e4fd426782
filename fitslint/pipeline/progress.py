"""How a long step tells how far it has come."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with the parts that are done and all parts, in the thread of the caller."""
