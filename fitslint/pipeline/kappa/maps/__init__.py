"""Maps of a lens model as products: evaluated, named, written, checked.

- ``spec.py`` says which maps are wanted, ``grid.py`` on which pixels where they are not Lenstool's;
- ``plan.py`` puts both together with ``paths.py``; ``memory.py`` refuses what would not fit;
- ``make.py`` does it: ``batches.py`` takes together what shares grid, source and plane,
  ``pixels.py`` derives the products, ``facts.py`` tells the header what they were made from.
"""

from __future__ import annotations

from fitslint.pipeline.kappa.maps.make import MapResult, make_maps, run_map_plan

__all__ = ["MapResult", "make_maps", "run_map_plan"]
