"""Templates of pages: all begin with ``base.html.j2``, and every text in them is escaped."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from fitslint.report.escape import escape_text
from fitslint.text import get_language, say, translate_sentence


def _show_controls(value: Any) -> Any:
    """A text with its control characters made visible; what a macro made has been through it."""
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return escape_text(value) if is_text else value


@cache
def _build_environment(folder: Path) -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=_show_controls,
        loader=FileSystemLoader([folder, Path(__file__).parent]), keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters["base64"] = lambda raw: base64.b64encode(raw).decode("ascii")
    environment.filters["told"] = translate_sentence
    environment.filters["number"] = lambda value, _limit=None: f"{value:.4g}"
    environment.globals |= {"say": say, "get_language": get_language}
    return environment


def load_template(path: Path, filters: Mapping[str, Callable[..., Any]] | None = None) -> Template:
    """A template of a package, which may extend ``base.html.j2``.

    Its words are said by ``say``, and what was made in English is shown by the filter ``told``.
    """
    environment = _build_environment(path.parent)
    environment.filters.update(filters or {})
    return environment.get_template(path.name)
