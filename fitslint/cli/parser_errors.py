"""What the argument parser complains of, in one sentence with the nearest name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from fitslint.text import suggest

_TAKES = re.compile(r"^invalid value for ('[^']+').*valid (integer|number|float)")


def describe_parser_error(error: Exception, arguments: list[str]) -> str:
    """The sentence for a parser error (anything with ``format_message``)."""
    option = getattr(error, "option_name", None)
    possible = getattr(error, "possibilities", None)
    if option and possible is not None:
        return f"no option {option!r}{suggest(option, possible)}"
    format_message: Callable[[], str] = error.format_message  # type: ignore[attr-defined]
    said = " ".join(format_message().split()).rstrip(".")
    said = said[:1].lower() + said[1:]
    if said.startswith("missing command"):
        return "a command is missing; `fitslint --help` lists them"
    takes = _TAKES.search(said)
    if takes:
        return f"{takes[1]} takes {'a whole number' if takes[2] == 'integer' else 'a number'}"
    first = next((word for word in arguments if not word.startswith("-")), "")
    if said.startswith("no such command") and Path(first).exists():
        return f"{first!r} is no command; did you mean `fitslint check {first}`?"
    return said.replace(". Did you mean", "; did you mean")
