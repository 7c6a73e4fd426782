"""Maps of a lens model as products: evaluated, named, written, checked."""

from __future__ import annotations

from fitslint.pipeline.kappa.maps.make import MapResult, run_map_plan, make_maps

__all__ = ["MapResult", "run_map_plan", "make_maps"]
