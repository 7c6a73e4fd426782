"""Maps of a lens model as products: evaluated, named, written, checked."""

from __future__ import annotations

from fitslint.pipeline.kappa.maps.make import MapResult, make_maps, run_map_plan

__all__ = ["MapResult", "make_maps", "run_map_plan"]
