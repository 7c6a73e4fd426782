"""The compiled reader of columns where the build had a compiler, else None.

``FITSLINT_KERNEL=0`` in the environment leaves it out, which changes no audit.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def _load_columns() -> ModuleType | None:
    if os.environ.get("FITSLINT_KERNEL") == "0":
        return None
    try:
        from fitslint.audit import _columns
    except ImportError:
        return None
    return _columns


COLUMNS = _load_columns()
ODD, TEXT, REAL, INTEGER = range(4)
"""What stands in a card: nothing plain, or something else around it than in the first header."""
