"""Build hook: the wheel carries the tables of grammars and rules, so no start-up makes them.

Where there is a C compiler it carries the kernel, the loops of contour binning, the decoders of
tiles and the reader of columns for audits as well, and is then a wheel of this platform; where
there is none, or with ``FITSLINT_PURE=1``, it is one for all.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNEL = "fitslint/syntax/_kernel"
LOOPS = "fitslint/pipeline/xray/contbin/_loops"
DISCS = "fitslint/pipeline/xray/contbin/_discs"
DECODERS = "fitslint/data/_decoders"
COLUMNS = "fitslint/audit/_columns"


class CustomBuildHook(BuildHookInterface):
    """Store the tables of every grammar for the lark version of the build, and of the rules."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the tables, compile the kernel, and add both to the wheel."""
        folder = Path(tempfile.mkdtemp(prefix="fitslint-tables-"))
        self._store_tables(folder, build_data["force_include"])
        for source in (KERNEL, LOOPS, DISCS, DECODERS, COLUMNS):
            library = f"{source}.abi3.so"
            built = Path(self.root, library) if version == "editable" else folder / library
            built.parent.mkdir(parents=True, exist_ok=True)
            if compile_kernel(Path(self.root), built, source) and version != "editable":
                build_data["force_include"][str(built)] = library
                build_data["pure_python"] = False
                platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
                build_data["tag"] = f"cp311-abi3-{platform}"

    def _store_tables(self, folder: Path, include: dict[str, str]) -> None:
        sys.path.insert(0, self.root)
        from fitslint.dictionary.stored import store_dictionaries
        from fitslint.rules.registry import import_rules
        from fitslint.rules.stored import TABLE, store_rules
        from fitslint.syntax.cards import learn_common_forms
        from fitslint.syntax.column_formats import learn_common_formats
        from fitslint.syntax.grammar import store_tables

        common = {"card": learn_common_forms(), "tform": learn_common_formats()}
        for path in store_tables(folder, common):
            include[str(path)] = f"fitslint/syntax/tables/{path.name}"
        rules = store_rules(folder / TABLE.name, import_rules())
        include[str(rules)] = f"fitslint/rules/{TABLE.name}"
        data = folder / "dictionaries"
        for path in store_dictionaries(data):
            name = path.relative_to(data).as_posix()
            include[str(path)] = f"fitslint/_data/dictionaries/{name}"


def compile_kernel(root: Path, target: Path, source: str = KERNEL) -> bool:
    """Whether a kernel could be compiled into ``target``; nothing is said where it could not.

    Products and sums stay apart: fused, they have other last digits than those of Python.
    """
    linker = sysconfig.get_config_var("LDSHARED")
    if os.environ.get("FITSLINT_PURE") == "1" or not linker:
        return False
    command = [
        *shlex.split(linker), "-O3", "-fPIC", "-ffp-contract=off",
        f"-I{sysconfig.get_path('include')}", str(root / f"{source}.c"), "-o", str(target),
    ]  # fmt: skip
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
