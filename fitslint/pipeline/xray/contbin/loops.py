"""The compiled loops where the build had a compiler, else None; bins are the same without."""

from __future__ import annotations

from fitslint.syntax.kernel import load_compiled

LOOPS = load_compiled("fitslint.pipeline.xray.contbin._loops")
"""Growth and scrubbing of bins."""
DISCS = load_compiled("fitslint.pipeline.xray.contbin._discs")
"""The search for the radii of the smoothing."""
