"""YAML with line numbers, and without what makes small files large."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml  # type: ignore[import-untyped]

from fitslint.dictionary.files.load import DictionaryError
from fitslint.dictionary.imports.common import make_file_error

LEVELS_MAX = 50
"""Levels of lists and mappings inside one another."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlItem(NamedTuple):
    """A key of a mapping, its value as plain data, and the line where it stands."""

    key: str
    value: Any
    line: int


def compose_documents(text: str, file: str) -> list[yaml.Node]:
    """The documents of a file, not yet turned into data.

    Raises
    ------
    DictionaryError
        when it is not YAML, nests too deeply, or repeats parts of itself by aliases.
    """
    try:
        _refuse_excess(text, file)
        return [node for node in yaml.compose_all(text, Loader=_LOADER) if node is not None]
    except DictionaryError:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise make_file_error(file, line, f"is no YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise make_file_error(
            file, 1, f"is no YAML: {' '.join(str(error).split())[:200]}"
        ) from None


def list_items(node: yaml.Node, file: str, what: str) -> Iterator[YamlItem]:
    """The keys of a mapping with their values.

    Raises
    ------
    DictionaryError
        when ``node`` is no mapping or has a key twice.
    """
    if not isinstance(node, yaml.MappingNode):
        raise make_file_error(file, node.start_mark.line + 1, f"{what} has to be a mapping")
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if not isinstance(name, str) or not isinstance(key, yaml.ScalarNode):
            raise make_file_error(file, line, f"{what} has a key that is no word")
        if name in seen:
            raise make_file_error(file, line, f"{what} has the key {name!r} twice")
        seen.add(name)
        yield YamlItem(name, _build_data(value, file), line)


def find_node(node: yaml.Node, key: str) -> yaml.Node | None:
    """The value of a key of a mapping, not yet turned into data."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if isinstance(name, yaml.ScalarNode) and name.value == key:
                found: yaml.Node = value
                return found
    return None


def require_table(item: YamlItem, file: str) -> dict[str, Any]:
    """The value of a key, which has to be a mapping.

    Raises
    ------
    DictionaryError
        when it is something else.
    """
    if not isinstance(item.value, dict):
        raise make_file_error(file, item.line, f"{item.key!r} has to be a mapping")
    return item.value


def join_text(value: object) -> str:
    """A text on one line; empty for null."""
    return " ".join(str(value).split()) if value is not None else ""


def _refuse_excess(text: str, file: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1
            raise make_file_error(file, line, f"has the alias *{event.anchor}; write the value out")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > LEVELS_MAX:
            line = event.start_mark.line + 1
            raise make_file_error(file, line, f"nests more than {LEVELS_MAX} levels")


def _build_data(node: yaml.Node, file: str) -> Any:
    """The data of a node; only what the safe loader knows."""
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = node.start_mark.line + 1
        raise make_file_error(file, line, f"cannot be read: {error.problem}") from None
    except (ValueError, TypeError, OverflowError) as error:
        line = node.start_mark.line + 1
        raise make_file_error(file, line, f"cannot be read: {error}") from None
    finally:
        loader.dispose()
