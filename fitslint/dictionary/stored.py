"""What the build stores of the dictionaries of this distribution, so that a check reads it fast."""

from __future__ import annotations

from pathlib import Path

from fitslint.data_files import STORED_SUFFIX, find_data_folder, parse_toml, write_stored
from fitslint.dictionary.files.load import (
    DATA_FILES,
    HEADS_FILE,
    RELATIONS_FILE,
    list_ids,
    load_dictionary,
    load_heads,
)
from fitslint.dictionary.values.relation import parse_nodes


def store_dictionaries(target: Path) -> list[Path]:
    """Write every dictionary, and the heads of all, under ``target``, as the build does."""
    written = []
    for name in (*list_ids(), *sorted(DATA_FILES)):
        content = parse_toml((find_data_folder() / f"{name}.toml").read_text(encoding="utf-8"))
        if name not in DATA_FILES:
            content.setdefault("keyword", [])
            content.setdefault("hdu", [])
        written.append(write_stored(target / f"{name}{STORED_SUFFIX}", content))
    written.append(write_stored(target / HEADS_FILE, dict(load_heads())))
    return [*written, write_stored(target / RELATIONS_FILE, _parse_relations())]


def _parse_relations() -> dict[str, object]:
    texts: dict[str, None] = {}
    for name in list_ids():
        dictionary = load_dictionary(name)
        for table in ("importance", "kinds"):
            texts.update(dict.fromkeys(dictionary.head.get(table, {}).values()))
        for entry in dictionary:
            stated = [text if isinstance(text, str) else text["holds"] for text in entry.relation]
            texts.update(dict.fromkeys([*stated, entry.condition]))
    return {text: parse_nodes(text) for text in texts if text}
