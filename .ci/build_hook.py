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
        from fitslint.dictionary.load import store as store_dictionaries
        from fitslint.syntax.cards import learn_common
        from fitslint.syntax.grammar import store

        folder = Path(tempfile.mkdtemp(prefix="fitslint-tables-"))
        for path in store(folder, learn_common()):
            build_data["force_include"][str(path)] = f"fitslint/syntax/tables/{path.name}"
        data = folder / "dictionaries"
        for path in store_dictionaries(data):
            name = path.relative_to(data).as_posix()
            build_data["force_include"][str(path)] = f"fitslint/_data/dictionaries/{name}"
