"""What goes wrong in the X-ray pipeline, in a sentence for the person who runs it."""

from __future__ import annotations

from fitslint.pipeline.errors import PipelineError


class XrayError(PipelineError):
    """An input of the X-ray pipeline cannot be used; the sentence says which, and why."""
