"""Maps of a lens model as products: evaluated, named, written, checked."""

from __future__ import annotations

from fitslint.pipeline.kappa.maps.making import Made, carry_out, make

__all__ = ["Made", "carry_out", "make"]
