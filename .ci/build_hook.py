"""Build hook: the wheel carries the parse tables of the grammars, so no start-up builds them.

Where there is a C compiler it carries the kernel as well, and is then a wheel of this platform;
where there is none, or with ``FITSLINT_PURE=1``, it is a wheel for all.
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
LIBRARY = f"{KERNEL}.abi3.so"


class CustomBuildHook(BuildHookInterface):
    """Store the tables of every grammar for the lark version of the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the tables, compile the kernel, and add both to the wheel."""
        folder = Path(tempfile.mkdtemp(prefix="fitslint-tables-"))
        self._store_tables(folder, build_data["force_include"])
        if version == "editable":
            compile_kernel(Path(self.root), Path(self.root, LIBRARY))
        elif compile_kernel(Path(self.root), folder / "kernel.so"):
            build_data["force_include"][str(folder / "kernel.so")] = LIBRARY
            build_data["pure_python"] = False
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["tag"] = f"cp311-abi3-{platform}"

    def _store_tables(self, folder: Path, include: dict[str, str]) -> None:
        sys.path.insert(0, self.root)
        from fitslint.dictionary.load import write_json_files
        from fitslint.syntax.cards import learn_common_forms
        from fitslint.syntax.grammar import store_tables

        for path in store_tables(folder, learn_common_forms()):
            include[str(path)] = f"fitslint/syntax/tables/{path.name}"
        data = folder / "dictionaries"
        for path in write_json_files(data):
            name = path.relative_to(data).as_posix()
            include[str(path)] = f"fitslint/_data/dictionaries/{name}"


def compile_kernel(root: Path, target: Path) -> bool:
    """Whether the kernel could be compiled into ``target``; nothing is said where it could not."""
    linker = sysconfig.get_config_var("LDSHARED")
    if os.environ.get("FITSLINT_PURE") == "1" or not linker:
        return False
    command = [
        *shlex.split(linker), "-O3", "-fPIC", f"-I{sysconfig.get_path('include')}",
        str(root / f"{KERNEL}.c"), "-o", str(target),
    ]  # fmt: skip
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
