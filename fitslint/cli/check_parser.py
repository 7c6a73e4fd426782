"""The words of ``fitslint check`` without the option parser, which takes longer than a check.

Whatever is not plainly right (an option that does not exist, a value that is missing, a request for
help) goes to the parser, which has the sentences for it. A test holds the names to its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from fitslint.cli.errors import UsageError

if TYPE_CHECKING:
    from fitslint.cli.check import CheckRequest

SWITCHES = frozenset(
    ("every", "show_infos", "follow_links", "only_fits", "statistics", "no_config")
)
LISTS = frozenset((
    "select", "ignore", "extend_select", "severity", "per_file_ignores", "dictionary",
    "dictionary_path", "exclude", "output",
))  # fmt: skip
SINGLE: dict[str, Callable[[str], object]] = {
    "profile": str, "fail_on": str, "corrections": str, "color": str, "config": str, "jobs": int,
    "max_findings": int, "timeout": float, "max_header_bytes": int,
}  # fmt: skip
"""Options of one value, and what turns a word into it."""
_SHORT = {"-j": "jobs"}


def parse_check(words: list[str]) -> CheckRequest | None:
    """The request that the words behind ``check`` make; None where the parser has to look.

    Raises
    ------
    Usage
        when they are options that exclude each other, or a value has no meaning.
    """
    options: dict[str, object] = {}
    paths: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            paths += rest
        elif not word.startswith("-") or word == "-":
            paths.append(word)
        elif not _take_option(word, rest, options):
            return None
    return build_request(paths, **options)


def _take_option(word: str, rest: Iterator[str], options: dict[str, object]) -> bool:
    """Add an option and its value; False where that is not plain."""
    name, equals, value = word.partition("=")
    key = _SHORT.get(name) or (name[2:].replace("-", "_") if name.startswith("--") else "")
    if key in SWITCHES and not equals:
        options[key] = True
        return True
    if key not in LISTS and key not in SINGLE:
        return False
    if not equals:
        value = next(rest, "-")
        if value.startswith("-"):
            return False
    if key in LISTS:
        values = options.setdefault(key, [])
        assert isinstance(values, list)
        values.append(value)
        return True
    try:
        options[key] = SINGLE[key](value)
    except ValueError:
        return False
    return True


def build_request(
    paths: list[str],
    *,
    output: object = None,
    statistics: object = False,
    config: object = None,
    no_config: object = False,
    color: object = "auto",
    corrections: object = None,
    show_infos: object = False,
    follow_links: object = False,
    only_fits: object = False,
    every: object = False,
    **options: object,
) -> CheckRequest:
    """The request of a check from its options by name, as the command line has them.

    Raises
    ------
    Usage
        when options exclude each other, or a value has no meaning.
    """
    from pathlib import Path

    from fitslint.cli.check import CheckRequest
    from fitslint.cli.settings import parse_options

    known = parse_options(**options, every=every or None)
    if config is not None and no_config:
        raise UsageError("--config and --no-config exclude each other")
    return CheckRequest(
        paths or ["."], known, list(output) if isinstance(output, list) else [], bool(statistics),
        Path(str(config)) if config is not None else None, not no_config, str(color),
        str(corrections) if corrections is not None else None, bool(show_infos),
        bool(follow_links), bool(only_fits),
    )  # fmt: skip
