"""What ends a step of a pipeline."""

from __future__ import annotations

from fitslint.products.errors import ProductError


class PipelineError(ProductError):
    """A model, a catalogue or a setting cannot be used; the sentence says where and what to do."""
