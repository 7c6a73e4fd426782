"""The compiled loops where the build had a compiler, else None; bins are the same without.

``FITSLINT_KERNEL=0`` in the environment leaves them out.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def _load_loops() -> ModuleType | None:
    if os.environ.get("FITSLINT_KERNEL") == "0":
        return None
    try:
        from fitslint.pipeline.xray.contbin import _loops
    except ImportError:
        return None
    return _loops


LOOPS = _load_loops()
