"""What goes wrong in the X-ray pipeline, in a sentence for the person who runs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fitslint.pipeline.errors import PipelineError
from fitslint.products.errors import ProductError


class XrayError(PipelineError):
    """An input of the X-ray pipeline cannot be used; the sentence says which, and why."""


@contextmanager
def name_file(path: Path | str) -> Iterator[None]:
    """Say of which file a sentence is that does not tell it."""
    try:
        yield
    except XrayError as error:
        raise XrayError(str(error), path=str(path)) from None


@contextmanager
def name_product(path: Path | str) -> Iterator[None]:
    """Say which product it is whose bytes cannot be conformed."""
    try:
        yield
    except ProductError as error:
        raise ProductError(str(error).removeprefix("<bytes>: "), path=str(path)) from None


@contextmanager
def explain_writing(path: Path | str) -> Iterator[None]:
    """Make a sentence of what keeps a file, or what is in a folder, from being written."""
    try:
        yield
    except OSError as error:
        said = f"cannot be written: {error.strerror or error}"
        raise XrayError(said, path=str(path)) from None
