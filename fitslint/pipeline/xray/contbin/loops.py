"""The compiled loops where the build had a compiler, else None; bins are the same without.

``FITSLINT_KERNEL=0`` in the environment leaves them out.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any


def _load_loops(name: str) -> Any:
    if os.environ.get("FITSLINT_KERNEL") == "0":
        return None
    try:
        return import_module(f"fitslint.pipeline.xray.contbin.{name}")
    except ImportError:
        return None


LOOPS = _load_loops("_loops")
"""Growth and scrubbing of bins."""
DISCS = _load_loops("_discs")
"""The search for the radii of the smoothing."""
