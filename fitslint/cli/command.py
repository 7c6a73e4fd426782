"""Commands for the option parser: a class of options is spread over its signature.

A command only reads its options: what the parser returns is called outside of it, since it has its
own ideas about Ctrl-C and closed pipes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from fitslint.cli.options import REQUIRED, Declaration, Options
from fitslint.text import ENGLISH, get_language

Action = Callable[[], object]
"""What a command will do; it may return an exit code."""
_O = TypeVar("_O", bound=Options)
_TYPES: dict[str, Any] = {
    "bool": bool, "str": str, "str | None": str | None, "int": int, "int | None": int | None,
    "float": float, "float | None": float | None, "Path": Path, "Path | None": Path | None,
    "list[str]": list[str], "Words": list[str] | None,
}  # fmt: skip
"""The types that an attribute may have, by its annotation."""


def add_command(
    app: typer.Typer, name: str, options: type[_O], run: Callable[[_O], object]
) -> None:
    """Add a command: ``run`` is called with its options, and its docstring is the help."""

    def read_options(**values: object) -> Action:
        return partial(run, options(**values))

    parameters = [_build_parameter(field, row) for field, row in options.declared.items()]
    read_options.__annotations__ = {item.name: item.annotation for item in parameters}
    read_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    read_options.__doc__ = run.__doc__
    app.command(name)(read_options)


def _build_parameter(name: str, row: Declaration) -> inspect.Parameter:
    """The parameter of a function that the parser reads as the option or argument."""
    metavar, complete = row.metavar or None, row.complete
    if row.is_argument:
        what = typer.Argument(metavar=metavar, help=row.help, autocompletion=complete)
    else:
        what = typer.Option(
            *row.names, metavar=metavar, help=row.help, autocompletion=complete, min=row.minimum
        )
    default = inspect.Parameter.empty if row.default is REQUIRED else row.default
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[_TYPES[row.type], what],
    )


def tidy_help(command: Any) -> None:
    """Give the commands below ``command`` their whole first sentence, and arguments their name.

    The parser cuts summaries at 45 characters and says ``PATH <list[str]>``; its classes have moved
    from version to version, so that only what all of them have is touched.
    """
    if get_language() != ENGLISH:
        from fitslint.cli.help_page import HelpPage

        command.get_help = HelpPage(command)
    for child in getattr(command, "commands", {}).values():
        first = (child.help or "").strip().split("\n\n")[0]
        child.short_help = child.short_help or " ".join(first.split())
        tidy_help(child)
    for param in command.params:
        if param.param_type_name == "argument":
            param.get_help_record = _ArgumentHelp(param)


class _ArgumentHelp:
    """The line of an argument: its name and what it is."""

    def __init__(self, argument: Any) -> None:
        self._argument = argument

    def __call__(self, _context: object) -> tuple[str, str] | None:
        argument = self._argument
        if getattr(argument, "hidden", False):
            return None
        return argument.metavar or argument.name.upper(), argument.help or ""
