"""A page for every keyword dictionary, and the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fitslint.dictionary.files.document import DictionaryDocument
from fitslint.dictionary.lookup import open_documents
from fitslint.docs.markdown import MarkedText, escape_inline, format_table

_FACTS = ("authority", "edition", "version", "source", "note", "doubtful")
_COLUMNS = ("keyword", "type", "unit", "importance", "value", "description")


def iterate_dictionary_pages() -> Iterator[tuple[str, str]]:
    """(path, Markdown) of every page on dictionaries."""
    documents = open_documents()
    rows = [
        (MarkedText(f"[{document.id}]({document.id}.md)"), len(document.keywords),
         document.head["authority"], document.head["edition"], document.head["title"])
        for document in documents
    ]  # fmt: skip
    table = format_table(("dictionary", "keywords", "authority", "edition", "title"), rows)
    how = (
        "How files tell theirs, and how to write your own: [Keyword dictionaries](../keywords.md)."
    )
    yield "dictionaries/index.md", f"# Dictionaries\n\n{how}\n\n{table}\n"
    for document in documents:
        yield f"dictionaries/{document.id}.md", _build_page(document)


def _build_page(document: DictionaryDocument) -> str:
    head = document.head
    facts = [
        f"- {name}: {escape_inline(' '.join(str(head[name]).split()))}"
        for name in _FACTS
        if head.get(name)
    ]
    up = "../" * document.id.count("/")
    if head.get("extends"):
        links = ", ".join(f"[{name}]({up}{name}.md)" for name in head["extends"])
        facts.append(f"- extends: {links}")
    parts = [f"# {document.id}", escape_inline(str(head["title"])), "\n".join(facts)]
    if document.keywords:
        parts.append(f"## {len(document.keywords)} keywords")
        parts.append(format_table(_COLUMNS, map(_list_cells, document.keywords)))
    return "\n\n".join(parts) + "\n"


def _list_cells(table: Mapping[str, Any]) -> tuple[object, ...]:
    description = table.get("description") or table.get("comment", "")
    if isinstance(description, Mapping):
        description = description.get("en", "")
    facts = [table.get(name, "") for name in ("type", "unit", "importance")]
    return (MarkedText(f"`{table['name']}`"), *facts, _describe_value(table), description)


def _describe_value(table: Mapping[str, Any]) -> str:
    """What the value may be."""
    parts = []
    if "fixed" in table:
        parts.append(f"{table['fixed']}")
    if "enum" in table:
        parts.append(" or ".join(map(str, table["enum"])))
    if "recommended" in table:
        parts.append(f"recommended: {table['recommended']}")
    bounds = [f"from {table['minimum']}" if "minimum" in table else ""]
    bounds.append(f"to {table['maximum']}" if "maximum" in table else "")
    parts.append(" ".join(filter(None, bounds)))
    return "; ".join(filter(None, parts))
