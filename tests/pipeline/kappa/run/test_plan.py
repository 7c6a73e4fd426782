"""A task names every module that it rests on."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import fitslint
from fitslint.pipeline.kappa.run.load import load_run_config
from fitslint.pipeline.kappa.run.plan import STEPS, plan_run
from fitslint.pipeline.run.code_version import HEADER_MODULES, list_module_files

PACKAGE = Path(fitslint.__file__).parent
MAKES_NOTHING = {"pipeline/errors.py", "pipeline/progress.py", "pipeline/atomic_write.py",
                 "pipeline/toml_file.py"}  # fmt: skip
CONFIG = """
[cluster]
name = "Abell 1689"
[[model]]
fetch = "a1689"
[rescale]
sources = [3.0]
"""


def list_imports(path: Path) -> set[str]:
    """The modules of the pipelines, of Lenstool and of coordinates that a module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    files = (f"{name.removeprefix('fitslint.').replace('.', '/')}.py" for name in names)
    return {
        file
        for file in files
        if file.startswith(("pipeline/", "lenstool/", "cosmology/", "wcs/", "products/"))
        and (PACKAGE / file).is_file()
    }


@pytest.mark.parametrize("step", STEPS)
def test_what_a_task_imports_it_also_names(step, tmp_path):
    (tmp_path / "run.toml").write_text(CONFIG)
    tasks = {task.step: task for task in plan_run(load_run_config(tmp_path / "run.toml"))}
    own = {path for name in tasks[step].modules for path in list_module_files(name)}
    covered = own | {path for name in HEADER_MODULES for path in list_module_files(name)}
    named = {str(path.relative_to(PACKAGE)) for path in covered}
    imported = set().union(*(list_imports(path) for path in own if path.suffix == ".py"))
    # What a configuration says stands in the parameters of a task, and counts as such.
    runs = {name for name in imported if name.startswith(("pipeline/run/", "pipeline/kappa/run/"))}
    assert imported - named - runs - MAKES_NOTHING == set()
