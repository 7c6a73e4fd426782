"""The compiled kernel where the build had a compiler, else None; and what its flags mean.

``FITSLINT_KERNEL=0`` in the environment leaves it out, which changes no report.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

TEXT = 1 << 31
"""Flag of an owner: the text of the value is wanted."""
PROSE = 1 << 30
"""Flag of an owner: columns 9-80 of plain text are one shape, whatever they say."""
SUM = 1 << 29
"""Flag of an owner: a string of 16 letters and digits from column 11 on is one shape."""
OWNERS_MAX = (1 << 29) - 1


def _load_kernel() -> ModuleType | None:
    if os.environ.get("FITSLINT_KERNEL") == "0":
        return None
    try:
        from fitslint.syntax import _kernel
    except ImportError:
        return None
    return _kernel


KERNEL = _load_kernel()
