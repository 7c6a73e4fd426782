"""The start of a check as an installed program has it: what it loads, and what that costs.

The package is put together as the build does it, with the stored tables and dictionaries.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

import fitslint
from fitslint.dictionary.stored import store_dictionaries
from fitslint.rules.registry import import_rules
from fitslint.rules.stored import TABLE, store_rules
from fitslint.syntax import grammar
from fitslint.syntax.cards import learn_common_forms
from fitslint.syntax.column_formats import learn_common_formats
from tests.benchmarks.instructions import count_instructions

LATER = frozenset((
    "ast", "dataclasses", "decimal", "difflib", "email", "fractions", "hashlib",
    "importlib.metadata", "inspect", "lark", "logging", "pkgutil", "random", "rich", "shutil",
    "socket", "string", "subprocess", "tempfile", "tomllib", "typer", "unicodedata",
    "yaml", "zipfile",
))  # fmt: skip
"""What a check of one file without findings does without."""
MODULES_MAX = 226
"""Our own modules."""
SHARE = 0.36
"""Of the instructions of ``import astropy.io.fits``."""

CHECK = """
import json, sys
from fitslint.cli.main import main
before = set(sys.modules)
try:
    main(["check", "--no-config", "--jobs", "1", *sys.argv[1:]])
except SystemExit as end:
    print(json.dumps([end.code, sorted(sys.modules)]), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory, root):
    """A folder with the package as a wheel has it, and its compiled modules."""
    folder = tmp_path_factory.mktemp("installed")
    package = folder / "fitslint"
    bare = shutil.ignore_patterns("__pycache__", "_data")
    shutil.copytree(root / "fitslint", package, ignore=bare)
    shutil.copytree(root / "dictionaries", package / "_data" / "dictionaries")
    shutil.copytree(root / "schemas", package / "_data" / "schemas")
    common = {"card": learn_common_forms(), "tform": learn_common_formats()}
    grammar.store_tables(package / "syntax" / "tables", common)
    store_rules(package / "rules" / TABLE.name, import_rules())
    store_dictionaries(package / "_data" / "dictionaries")
    return folder


@pytest.fixture(scope="module")
def image(examples):
    return str(sorted((examples / "good").glob("*.fits"))[0])


def run(installed, *command):
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False, cwd=installed,
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("options", [(), ("--output", "concise")], ids=["full", "concise"])
def test_a_check_loads_what_it_needs(installed, image, options):
    bare = set(
        json.loads(
            run(installed, "-c", "import json, sys; print(json.dumps([*sys.modules]))").stdout
        )
    )
    status, modules = json.loads(
        run(installed, "-c", CHECK, *options, image).stderr.splitlines()[-1]
    )
    assert status == 0
    assert LATER & (set(modules) - bare) == set()
    assert len([name for name in modules if name.startswith("fitslint")]) <= MODULES_MAX


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind counts the instructions")
def test_a_check_costs_a_part_of_the_import_of_astropy(installed, image):
    theirs = count_instructions([sys.executable, "-c", "import astropy.io.fits"], installed)
    for options in ((), ("--output", "concise")):
        check = ["-m", "fitslint", "check", *options, image]
        run(installed, *check)  # compiles the modules
        ours = count_instructions([sys.executable, *check], installed)
        assert ours <= SHARE * theirs, f"{options}: {ours:,} of {theirs:,}"


def test_it_is_the_package_of_that_folder(installed):
    place = run(installed, "-c", "import fitslint; print(fitslint.__file__)").stdout
    assert place.strip() == str(installed / "fitslint" / "__init__.py")
    assert place.strip() != fitslint.__file__
