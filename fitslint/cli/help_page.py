"""The help of a command in a language other than English, whose words the parser does not wrap.

The parser knows English only and counts characters, not columns; the page here is laid out as its
own is.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from typing import Any

from fitslint.language.width import measure_width, pad_text, wrap_text
from fitslint.text import say

_WIDTH_MAX, _WIDTH_MIN = 78, 50
_NAMES_MAX = 32
"""Columns for the names of options; longer ones have their help on the next line."""
_FOREIGN = {
    "install_completion": "Install completion for the current shell.",
    "show_completion": "Show completion for the current shell.",
    "help": "Show this message and exit.",
}
"""The options that the parser adds itself."""


class HelpPage:
    """The page of a command, in place of its ``get_help``."""

    def __init__(self, command: Any) -> None:
        self._command = command

    def __call__(self, context: Any) -> str:
        """The page as text."""
        columns = shutil.get_terminal_size().columns - 2
        width = max(_WIDTH_MIN, min(_WIDTH_MAX, columns))
        blocks = [self._format_usage(context)]
        blocks += [
            "\n".join(f"  {line}" for line in wrap_text(say(paragraph), width - 2))
            for paragraph in list_paragraphs(self._command.help or "")
        ]
        params = self._command.get_params(context)
        arguments = [row for param in params if (row := _describe_argument(param))]
        options = [row for param in params if (row := _describe_option(param))]
        commands = [
            (name, say(list_paragraphs(child.help or "")[0]))
            for name, child in getattr(self._command, "commands", {}).items()
        ]
        titles = (say("Arguments:"), arguments), (say("Options:"), options)
        for title, rows in (*titles, (say("Commands:"), commands)):
            if rows:
                blocks.append("\n".join((title, *_format_rows(rows, width))))
        return "\n\n".join(blocks)

    def _format_usage(self, context: Any) -> str:
        english = " ".join(self._command.get_usage(context).split())
        words = english.replace("[OPTIONS]", say("[OPTIONS]")).removeprefix("Usage: ")
        words = words.replace("COMMAND [ARGS]...", say("COMMAND [ARGS]..."))
        return say("Usage: {words}", words=words)


def list_paragraphs(text: str) -> list[str]:
    """The paragraphs of a docstring, each on one line."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]


def _describe_argument(param: Any) -> tuple[str, str] | None:
    if param.param_type_name != "argument" or getattr(param, "hidden", False):
        return None
    return param.metavar or param.name.upper(), say(param.help or "")


def _describe_option(param: Any) -> tuple[str, str] | None:
    if param.param_type_name != "option" or getattr(param, "hidden", False):
        return None
    names = ", ".join(sorted(param.opts, key=len))
    if not param.is_flag:
        names += f" {param.metavar or param.name.upper()}"
    text = say(_FOREIGN.get(param.name, param.help or ""))
    if param.required:
        text += f" {say('[required]')}"
    elif not param.is_flag and param.default not in (None, "", []) and not callable(param.default):
        text += f" {say('[default: {value}]', value=param.default)}"
    return names, text


def _format_rows(rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    """Names and what they mean, in two columns."""
    names = min(_NAMES_MAX, max(measure_width(name) for name, _ in rows)) + 2
    for name, text in rows:
        lines = list(wrap_text(text, width - names - 2)) or [""]
        if measure_width(name) + 2 > names:
            yield f"  {name}"
        else:
            yield f"  {pad_text(name, names)}{lines.pop(0)}".rstrip()
        yield from (f"  {' ' * names}{line}" for line in lines)
