"""What goes wrong with data of the Radioheliograph, in a sentence for the person who has them."""

from __future__ import annotations

from fitslint.pipeline.errors import PipelineError


class NorhError(PipelineError):
    """A file, time or number cannot be used; the sentence says which, why and what to do."""


class OutputError(NorhError):
    """A file cannot be written where it was asked for."""
