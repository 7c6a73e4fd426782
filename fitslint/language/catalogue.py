"""The tables of a language: TOML files beside this module, each read when it is first asked."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

from fitslint.language.recognition import SentenceRecogniser

_SENTENCES = ("words", "reports", "pages", "help", "errors", "archives")
"""Files of sentences by their English template, in the order in which they are looked into."""
_PARTS = ("words", "reports", "errors", "archives")
"""Those of them that stand in a sentence which is put together."""
_SEPARATORS = {"ja": "、"}


_SCRIPT_CHANGE = re.compile(r"(?<=[\u3040-\u9fff])\n(?=[!-~])|(?<=[!-~])\n(?=[\u3040-\u9fff])")
"""A line break between kana or kanji and Latin letters, which a blank keeps apart."""


def join_lines(text: str) -> str:
    """The lines of an entry as one; a language without blanks between its words needs none."""
    return _SCRIPT_CHANGE.sub(" ", text).replace("\n", "")


class Catalogue:
    """What a language has for the English of the code.

    ``<language>/rules/FS.toml`` has the rules FS101, FS102, …, each with ``why`` and its
    ``messages`` by id (the one without an id is ``message``); the other files have sentences and
    phrases by their English template. Those of ``<language>/raised`` are put together where an
    error is raised, and known again when it is shown.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.separator = _SEPARATORS[name]
        self._tables: dict[str, dict[str, Any]] = {}
        self._recogniser: SentenceRecogniser | None = None

    def find_sentence(self, template: str) -> str | None:
        """The sentence or phrase whose English is ``template``."""
        for file in _SENTENCES:
            found: str | None = self._load_table(file).get(template)
            if found is not None:
                return found
        return None

    def translate_english(self, text: str) -> str:
        """A text that was put together in English, as far as its templates are known."""
        if self._recogniser is None:
            folder = files("fitslint.language") / self.name / "raised"
            names = sorted(file.name.removesuffix(".toml") for file in folder.iterdir())
            tables = map(self._load_table, (*(f"raised/{name}" for name in names), *_PARTS))
            sentences: dict[str, str] = {}
            for table in tables:
                sentences |= {key: table[key] for key in table if key not in sentences}
            self._recogniser = SentenceRecogniser(sentences)
        return self._recogniser.translate_message(text)

    def find_rule_text(self, code: str, part: str, key: str = "") -> str | None:
        """The ``why`` or one of the ``messages`` of a rule."""
        row = self._load_table(f"rules/{code[:2]}").get(code, {})
        if part == "messages" and key:
            found = row.get("messages", {}).get(key)
        else:
            found = row.get("message" if part == "messages" else part)
        return None if found is None else join_lines(found)

    def _load_table(self, file: str) -> dict[str, Any]:
        if file not in self._tables:
            source = files("fitslint.language") / self.name / f"{file}.toml"
            self._tables[file] = (
                tomllib.loads(source.read_text("utf-8")) if source.is_file() else {}
            )
        return self._tables[file]
