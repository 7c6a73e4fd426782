"""The help of the parser in whole sentences, without the names of Python's types."""

from __future__ import annotations

from typing import Any


def tidy_help(command: Any) -> None:
    """Give the commands below ``command`` their whole first sentence, and arguments their name.

    The parser cuts summaries at 45 characters and says ``PATH <list[str]>``; its classes have moved
    from version to version, so that only what all of them have is touched.
    """
    for one in getattr(command, "commands", {}).values():
        first = (one.help or "").strip().split("\n\n")[0]
        one.short_help = one.short_help or " ".join(first.split())
        tidy_help(one)
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
