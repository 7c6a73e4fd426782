"""The words of a command without the option parser, which takes longer than a check.

Whatever is not plainly right (an option that does not exist, a value that is missing, a request for
help) goes to the parser, which has the sentences for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from fitslint.cli.options import Options

_O = TypeVar("_O", bound=Options)


def parse_words(options: type[_O], words: list[str], argument: str = "paths") -> _O | None:
    """The options that the words behind a command give; None where the parser has to look.

    What is no option goes to ``argument``, the one that such a command has.
    """
    names = {flag: name for name, row in options.declared.items() for flag in row.names}
    values: dict[str, object] = {}
    paths: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            paths += rest
        elif not word.startswith("-") or word == "-":
            paths.append(word)
        else:
            flag, equals, value = word.partition("=")
            name = names.get(flag, "")
            if not name or (equals and not flag.startswith("--")):
                return None
            if not _take_option(options, name, value if equals else None, rest, values):
                return None
    return options(**({argument: paths} if paths else {}), **values)


def _take_option(
    options: type[Options],
    name: str,
    value: str | None,
    rest: Iterator[str],
    values: dict[str, object],
) -> bool:
    """Add the value of an option; False where that is not plain."""
    row = options.declared[name]
    if row.is_switch:
        values[name] = True
        return value is None
    if value is None:
        value = next(rest, "-")
        if value.startswith("-"):
            return False
    if row.is_list:
        items = values.setdefault(name, [])
        assert isinstance(items, list)
        items.append(value)
        return True
    try:
        values[name] = row.convert(value)
    except ValueError:
        return False
    return True
