"""Reading dictionaries, whole or entry by entry."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fitslint.dictionary.entry import Entry, entry
from fitslint.dictionary.match import Dictionary

_MARK = "\n[[keyword]]\n"
_NAME = 'name = "'


class DictionaryError(ValueError):
    """A dictionary that cannot be used: the message says which file, and what is wrong."""


def folder() -> Path:
    """Where the dictionaries are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "_data" / "dictionaries"
    return installed if installed.is_dir() else package.parent / "dictionaries"


def read(path: Path) -> Dictionary:
    """The dictionary in a file of any author, parsed completely.

    Raises
    ------
    DictionaryError
        when the file cannot be read, is not TOML, or has a keyword without name or type.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        head = document["dictionary"]
        ranges = head.get("index", {})
        entries = {table["name"]: entry(table, ranges) for table in document["keyword"]}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DictionaryError(f"{path}: {error}") from error
    except KeyError as error:
        raise DictionaryError(f"{path}: the key {error} is missing") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise DictionaryError(f"{path}: not a keyword dictionary ({error})") from error
    return Dictionary(head, entries, entries.__getitem__)


@cache
def shipped(name: str) -> Dictionary:
    """The dictionary ``name`` (``fits/reserved``) of this distribution.

    An entry is parsed when it is first asked for: a check meets a few dozen keywords, and parsing
    all of them would cost more than the check. Files of this distribution begin every keyword with
    its name, which tests hold; files of others go through :func:`read`.
    """
    text = (folder() / f"{name}.toml").read_text(encoding="utf-8")
    first, *parts = text.split(_MARK)
    head: dict[str, Any] = tomllib.loads(first)["dictionary"]
    ranges: Mapping[str, list[int]] = head.get("index", {})
    blocks = {part[len(_NAME) : part.index('"', len(_NAME))]: part for part in parts}

    def parse(keyword: str) -> Entry:
        return entry(tomllib.loads(blocks[keyword]), ranges)

    return Dictionary(head, blocks, parse)


def fits() -> Dictionary:
    """The reserved keywords of the FITS standard."""
    return shipped("fits/reserved")


def conventions() -> Dictionary:
    """Keywords of conventions that the standard does not reserve."""
    return shipped("fits/conventions")
