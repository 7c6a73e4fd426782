"""The files of a report: one page that needs nothing beside it, and figures."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.page.drawing import Picture
from fitslint.report.escape import escape_text


def load_template(path: Path, filters: Mapping[str, Callable[..., Any]]) -> Template:
    """A template of a page: every text is escaped, and ``style`` is the one that pages share."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: escape_text(value) if isinstance(value, str) else value,
    )  # fmt: skip
    environment.filters.update(filters)
    environment.filters["base64"] = lambda raw: base64.b64encode(raw).decode("ascii")
    style = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace("{{ style|safe }}", style)
    return environment.from_string(text)


def make_folder(folder: str | Path) -> Path:
    """The folder, which is made when it is not there.

    Raises
    ------
    PipelineError
        when it cannot be made.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PipelineError(f"cannot be made: {error.strerror}", path=str(folder)) from None
    return Path(folder)


def store_pictures(folder: Path, pictures: Iterable[Picture]) -> list[str]:
    """Write figures as PNG and SVG; the files.

    Raises
    ------
    PipelineError
        when one cannot be written.
    """
    files = []
    for picture in pictures:
        for suffix, content in (("png", picture.png), ("svg", picture.svg)):
            path = folder / f"qc-{picture.name}.{suffix}"
            _store_bytes(path, content)
            files.append(str(path))
    return files


def store_text(path: Path, text: str) -> None:
    """Write a text.

    Raises
    ------
    PipelineError
        when it cannot be written.
    """
    _store_bytes(path, text.encode("utf-8", "backslashreplace"))


def _store_bytes(path: Path, content: bytes) -> None:
    try:
        write_atomic(path, content)
    except OSError as error:
        raise PipelineError(f"cannot be written: {error.strerror}", path=str(path)) from None
