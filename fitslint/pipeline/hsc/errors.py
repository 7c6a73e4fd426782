"""What goes wrong with files of Hyper Suprime-Cam."""

from __future__ import annotations

from fitslint.pipeline.errors import PipelineError


class HscError(PipelineError):
    """Files of HSC cannot be used; the sentence says which, and why."""


class MixedFiltersError(HscError):
    """Visits are of several filters, and one solution has one."""


class SelectionError(HscError):
    """A word of ``--id`` has no meaning."""
