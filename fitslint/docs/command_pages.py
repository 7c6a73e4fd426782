"""The reference of the command line, from its own help, and that of the configuration file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from fitslint.cli.app import app
from fitslint.cli.command import tidy_help
from fitslint.config.options import OPTIONS
from fitslint.docs.markdown import MarkedText, format_table

_WIDTH = 92


def iterate_command_pages() -> Iterator[tuple[str, str]]:
    """(path, Markdown) of the reference pages."""
    root = typer.main.get_command(app)
    tidy_help(root)
    yield "commands.md", "# Commands\n\n" + "\n".join(_list_sections(root, "fitslint", 1))
    yield "configuration.md", _build_configuration_page()


def _list_sections(command: Any, name: str, depth: int) -> Iterator[str]:
    context = command.context_class(command, info_name=name, max_content_width=_WIDTH,
                                    terminal_width=_WIDTH)  # fmt: skip
    if depth > 1:
        yield f"{'#' * depth} {name}\n"
    yield f"```text\n{command.get_help(context)}\n```\n"
    for child, below in getattr(command, "commands", {}).items():
        yield from _list_sections(below, f"{name} {child}", 2)


def _format_code(text: str) -> MarkedText:
    return MarkedText(f"`{text}`".replace("|", "\\|") if text else "")


def _build_configuration_page() -> str:
    rows = [
        (_format_code(option.name), _format_code(option.metavar), option.help)
        for option in OPTIONS.values()
    ]
    return (
        "# Configuration file\n\n"
        "These options stand in `fitslint.toml`, or in the table `[tool.fitslint]` of "
        "`pyproject.toml`; [Choosing](choosing.md) says which file holds. On the command line they "
        "are called `--NAME`; `fitslint config show` prints the settings in force and "
        "`fitslint config schema` the JSON Schema.\n\n"
        f"{format_table(('option', 'value', 'what it does'), rows)}\n"
    )
