"""The house rules that linters do not hold: sizes, layers, and what a check imports."""

from __future__ import annotations

import ast
import builtins
import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import fitslint

PACKAGE = Path(fitslint.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LINES_MAX = 400
FUNCTION_MAX = 40
FUNCTIONS_OVER = 0.05
HEAVY = ("astropy", "fitsio", "numpy", "jsonschema", "matplotlib", "rich", "multiprocessing.pool")

CHECK = """
import json, sys
from fitslint.cli.main import main
sys.argv = ["fitslint", "check", "--jobs", "1", sys.argv[1]]
try:
    main()
except SystemExit as end:
    status = end.code or 0
else:
    status = 0
print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)
"""


def source(path):
    return ast.parse(path.read_text("utf-8"))


def functions(tree):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def body_lines(function):
    """Lines of a function without its docstring and decorators."""
    docstring = ast.get_docstring(function, clean=False)
    spent = len(docstring.split("\n")) if docstring is not None else 0
    return function.end_lineno - function.lineno + 1 - spent


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_stay_small_and_say_what_they_are(path):
    assert len(path.read_text("utf-8").splitlines()) <= LINES_MAX
    assert ast.get_docstring(source(path))


def test_functions_stay_small():
    sizes = {
        f"{path.relative_to(PACKAGE)}:{function.name}": body_lines(function)
        for path in MODULES
        for function in functions(source(path))
    }
    long = [name for name, size in sizes.items() if size > FUNCTION_MAX]
    assert len(long) <= FUNCTIONS_OVER * len(sizes), long


CONVERSION = re.compile(r"[a-z0-9]+_to_[a-z0-9]+")
TERMS = {
    # what is read by a name, like a key of a table
    "card", "cards", "clause", "entry", "integers", "lookup", "number", "numbers", "severity",
    "string", "text", "texts", "value", "whole",
    # quantities of the field, as astropy and textbooks call them
    "angular_diameter_distance", "corners", "critical_density", "distance_ratio", "footprint_area",
    "kpc_per_arcsec", "latitude", "parity", "pixel_matrix", "pixel_scale", "radius", "rotation",
    # functions of numpy, and other ways to make an object
    "exp", "floor", "hypot", "maximum", "minimum", "power", "rint", "sincos", "sincos_degrees",
    "sqrt", "around", "like",
    # methods that Python, the system and libraries call or give
    "astsource", "eq", "fchmod", "fchown", "fileno", "fstat", "fsync", "init", "isatty", "lstat",
    "names", "pread", "pwrite", "readable", "readinto", "seekable", "setxattr", "syncfs", "unlink",
    "utime", "writable", "xattrs",
    # words of sentences, and what is written where an option is declared
    "argument", "configuration_option", "explanation", "names_axes", "names_files", "option",
    "phrase", "plural", "root",
}  # fmt: skip
"""Names that are nouns because a reader looks for them under these."""
SHARED_NAMES = {"check", "main", "plan_tasks", "read"}
"""Contracts: a command of each module that has one, the doors of packages, readers of a format."""


def name_definitions(tree):
    """Functions and methods that act: no property, no rule, which is called after its fault."""
    for node in functions(tree):
        decorators = {ast.unparse(one).partition("(")[0] for one in node.decorator_list}
        if not decorators & {"property", "cached_property", "rule", "overload"}:
            yield node


def test_functions_begin_with_a_verb(root):
    """A word of ``verbs.txt``, or what a predicate begins with: whoever adds one answers for it."""
    verbs = set((root / "tests" / "verbs.txt").read_text("utf-8").split())
    begun, kept, found = set(), set(), []
    for path in MODULES:
        for node in name_definitions(source(path)):
            name = node.name.strip("_")
            first = name.split("_")[0]
            if name in TERMS:
                kept.add(name)
            elif first in verbs:
                begun.add(first)
            elif not node.name.startswith("__") and not CONVERSION.fullmatch(name):
                found.append(f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}")
    assert found == []
    assert verbs - begun == set()
    assert TERMS - kept == set()


def test_a_public_name_stands_in_one_module():
    homes = {}
    for path in MODULES:
        for node in source(path).body:
            is_rule = any(
                ast.unparse(one).startswith("rule(") for one in getattr(node, "decorator_list", ())
            )
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not is_rule:
                homes.setdefault(node.name, set()).add(str(path.relative_to(PACKAGE)))
    twice = {
        name: sorted(modules)
        for name, modules in homes.items()
        if len(modules) > 1 and not name.startswith("_") and name not in SHARED_NAMES
    }
    assert twice == {}


def test_rules_do_no_io():
    """A rule gets its data handed in: it neither opens files nor logs."""
    forbidden = {"open", "print", "input"}
    found = [
        f"{path.name}:{node.lineno}"
        for path in (PACKAGE / "rules").rglob("*.py")
        for node in ast.walk(source(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in forbidden
    ]
    assert found == []


def test_no_test_looks_at_a_clock(root):
    """A busy machine makes no test fail; what may cost only so much is counted."""
    clocks = {"perf_counter", "monotonic", "process_time", "thread_time", "time", "timeit"}
    found = [
        f"{path.relative_to(root)}:{node.lineno}"
        for path in (root / "tests").rglob("*.py")
        if "benchmarks" not in path.parts
        for node in ast.walk(source(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "time"
        and node.attr.removesuffix("_ns") in clocks
    ]
    assert found == []


def test_the_package_is_loaded_lazily():
    code = "import fitslint, json, sys; print(json.dumps(sorted(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    ours = {name for name in json.loads(output.stdout) if name.startswith("fitslint")}
    assert ours <= {"fitslint", "fitslint._version"}


def test_public_names_can_be_had():
    for name in fitslint.__all__:
        assert getattr(fitslint, name) is not None
    assert set(fitslint.__all__) <= set(dir(fitslint))
    with pytest.raises(AttributeError):
        _ = fitslint.no_such_name


def test_a_check_imports_nothing_heavy(examples):
    good = sorted((examples / "good").glob("*.fits"))[0]
    output = subprocess.run(
        [sys.executable, "-c", CHECK, str(good)], capture_output=True, text=True, check=True
    )
    status, modules = json.loads(output.stderr.splitlines()[-1])
    assert status == 0
    loaded = {name.split(".")[0] for name in modules} | set(modules)
    assert loaded.isdisjoint(HEAVY)


def test_data_come_with_the_package():
    """The dictionaries and schemas are found from wherever the package stands."""
    from fitslint.rules.coverage import read_open_rows

    assert any(row.id == "P011" for row in read_open_rows())


def test_versions_agree(root):
    changelog = root / "CHANGELOG.md"
    assert re.search(
        rf"^## \[?(Unreleased|{re.escape(fitslint.__version__)})\b", changelog.read_text(), re.M
    )


def list_docstrings(tree):
    """Every docstring of a module with the names that its ``Parameters`` may have, None for any."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node.name, ast.get_docstring(node) or "", list_arguments(node)
        elif isinstance(node, ast.ClassDef):
            names = {child.target.id for child in node.body if isinstance(child, ast.AnnAssign)}
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name in ("__init__", "__new__"):
                    names |= list_arguments(method)
            yield node.name, ast.get_docstring(node) or "", names or None


def list_arguments(function):
    spec = function.args
    several = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg]
    return {argument.arg for argument in several if argument is not None}


def list_entries(docstring, section):
    """The names that a section of a numpy docstring explains."""
    lines = docstring.splitlines()
    inside = False
    for line, below in itertools.pairwise([*lines, ""]):
        if re.fullmatch("-{3,}", below.strip()):
            inside = line.strip() == section
        elif inside and line[:1].strip(" -"):
            yield from (name.strip(" *") for name in line.split(" : ")[0].split(","))


def list_known_names():
    names = set(dir(builtins))
    for path in MODULES:
        names.add(path.stem)
        for node in ast.walk(source(path)):
            names |= {getattr(node, field, "") for field in ("name", "id", "attr", "arg")} - {None}
    return names


def test_docstrings_speak_of_what_is_there():
    known, wrong = list_known_names(), []
    for path in MODULES:
        for name, docstring, arguments in list_docstrings(source(path)):
            wrong += [
                (path.name, name, entry)
                for entry in list_entries(docstring, "Parameters")
                if arguments is not None and entry not in arguments
            ]
            wrong += [
                (path.name, name, entry)
                for entry in list_entries(docstring, "Raises")
                if entry.split(".")[-1] not in known
            ]
        for target in re.findall(r":[a-z]+:`~?([\w.]+)`", path.read_text("utf-8")):
            if target.split(".")[-1] not in known:
                wrong.append((path.name, "refers to", target))
    assert not wrong


PAGES_FROM = 12
"""Modules of a package of which a newcomer is told the order."""
TOLD_MIN = 5


def test_packages_say_which_module_does_what():
    """But rules and commands, which are found by their codes and names; what is told is there."""
    silent, gone = [], []
    for path in PACKAGE.rglob("__init__.py"):
        folder = path.parent
        name = f"{folder.relative_to(PACKAGE)}"
        words = set(re.findall(r"``([\w/]+(?:\.py)?)``", ast.get_docstring(source(path)) or ""))
        homes = (folder, PACKAGE, PACKAGE.parent)
        found = {
            word for word in words
            for home in homes
            if (home / word).exists() or (home / f"{word}.py").exists()
        }  # fmt: skip
        is_large = len(list(folder.glob("*.py"))) > PAGES_FROM
        is_silent = is_large and len(found) < TOLD_MIN
        if is_silent and name.partition("/")[0] not in ("rules", "cli"):
            silent.append(name)
        gone += [f"{name}: {word}" for word in words - found if "/" in word or ".py" in word]
    assert silent == []
    assert gone == []
