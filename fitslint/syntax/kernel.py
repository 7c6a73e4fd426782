"""The compiled kernel where the build had a compiler, else None; and what its flags mean.

``FITSLINT_KERNEL=0`` in the environment leaves it and all other compiled parts out, which changes
no answer.
"""

from __future__ import annotations

import os
from importlib import import_module
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


def load_compiled(name: str) -> ModuleType | None:
    """The compiled module ``name``; None where it was not built, or is to be left out."""
    if os.environ.get("FITSLINT_KERNEL") == "0":
        return None
    try:
        return import_module(name)
    except ImportError:
        return None


KERNEL = load_compiled("fitslint.syntax._kernel")
