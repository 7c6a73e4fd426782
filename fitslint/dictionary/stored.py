"""What the build stores of the dictionaries of this distribution, so that a check reads it fast."""

from __future__ import annotations

import json
from pathlib import Path

from fitslint.data_files import find_data_folder, parse_toml
from fitslint.dictionary.files.load import (
    DATA_FILES,
    HEADS_FILE,
    RELATIONS_FILE,
    list_ids,
    load_dictionary,
    load_heads,
)
from fitslint.dictionary.values.relation import parse_nodes


def write_json_files(target: Path) -> list[Path]:
    """Write every dictionary, and the heads of all, as JSON under ``target``, as the build does."""
    written = []
    for name in (*list_ids(), *sorted(DATA_FILES)):
        content = parse_toml((find_data_folder() / f"{name}.toml").read_text(encoding="utf-8"))
        if name not in DATA_FILES:
            content.setdefault("keyword", [])
            content.setdefault("hdu", [])
        path = target / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        written.append(path)
    path = target / HEADS_FILE
    path.write_text(json.dumps(dict(load_heads()), ensure_ascii=False), encoding="utf-8")
    return [*written, path, _write_relations(target / RELATIONS_FILE)]


def _write_relations(path: Path) -> Path:
    texts: dict[str, None] = {}
    for name in list_ids():
        dictionary = load_dictionary(name)
        for table in ("importance", "kinds"):
            texts.update(dict.fromkeys(dictionary.head.get(table, {}).values()))
        for entry in dictionary:
            stated = [text if isinstance(text, str) else text["holds"] for text in entry.relation]
            texts.update(dict.fromkeys([*stated, entry.condition]))
    trees = {text: parse_nodes(text) for text in texts if text}
    path.write_text(json.dumps(trees, ensure_ascii=False), encoding="utf-8")
    return path
