"""numpy, imported when something of it is first used.

Its import takes half the time of a check of one file, and where the compiled scans of
``data/scans.py`` find nothing odd in a table, nothing of it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["np"]


class _LateNumpy:
    """Stands for the module; what was asked of it once is kept."""

    def __getattr__(self, name: str) -> Any:
        """What numpy has of that name."""
        if name.startswith("__"):
            raise AttributeError(name)
        import numpy

        found = self.__dict__[name] = getattr(numpy, name)
        return found


if TYPE_CHECKING:
    import numpy as np
else:
    np = _LateNumpy()
