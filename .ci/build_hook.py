"""Build hook: the wheel carries the parse tables of the grammars, so no start-up builds them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """Store the tables of every grammar for the lark version of the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the tables and add them to the wheel."""
        sys.path.insert(0, self.root)
        from fitslint.dictionary.load import write_json_files
        from fitslint.syntax.cards import learn_common_forms
        from fitslint.syntax.grammar import store_tables

        folder = Path(tempfile.mkdtemp(prefix="fitslint-tables-"))
        for path in store_tables(folder, learn_common_forms()):
            build_data["force_include"][str(path)] = f"fitslint/syntax/tables/{path.name}"
        data = folder / "dictionaries"
        for path in write_json_files(data):
            name = path.relative_to(data).as_posix()
            build_data["force_include"][str(path)] = f"fitslint/_data/dictionaries/{name}"
