"""What the code says in English: the templates of :mod:`fitslint.text`, found in the source."""

import ast
import re
import string
from functools import cache
from pathlib import Path

import fitslint

PACKAGE = Path(fitslint.__file__).parent
_SPEAKERS = ("say", "phrase")
_COUNTERS = ("count_noun", "pluralise")


def list_fields(template):
    """Names, conversions and formats of what a template takes, in any order, each once."""
    parsed = string.Formatter().parse(template)
    return {(name, conversion, form) for _, name, form, conversion in parsed if name is not None}


@cache
def parse_sources():
    return {
        path: ast.parse(path.read_text("utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
        if "testing" not in path.parts
    }


@cache
def find_templates():
    """Every template that is said, and the module where it stands."""
    found = {}
    for path, tree in parse_sources().items():
        for node in ast.walk(tree) if path.name != "text.py" else ():
            for template in _read_call(node) if isinstance(node, ast.Call) else _read_names(node):
                found.setdefault(template, str(path.relative_to(PACKAGE)))
    for path in sorted(PACKAGE.rglob("*.j2")):
        for template in re.findall(r'\bsay\("([^"]*)"', path.read_text("utf-8")):
            found.setdefault(template, str(path.relative_to(PACKAGE)))
    return found


def _read_call(node):
    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if called in _SPEAKERS and node.args:
        yield from _read_texts(node.args[0])
    if called in _COUNTERS and len(node.args) > 1:
        yield from (f"{{number:,}} {noun}" for noun in _read_texts(node.args[1]))
    if called == "join_words":
        links = list(_read_texts(node.args[1])) if len(node.args) > 1 else ["or"]
        yield from (f"{{words}} {link} {{last}}" for link in links)
    if called == "flag_faults":
        titles = (word.value for word in node.keywords if word.arg == "title")
        yield from (text for title in titles for text in _read_texts(title))
    if called == "map" and getattr(node.args[0], "id", "") in _SPEAKERS:
        yield from _read_texts(node.args[1])


def _read_names(node):
    """A name ``template`` is for a template that one of two cases chooses."""
    if isinstance(node, ast.Assign) and "template" in {getattr(x, "id", "") for x in node.targets}:
        yield from _read_texts(node.value)


def _read_texts(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _read_texts(node.body)
        yield from _read_texts(node.orelse)
    elif isinstance(node, ast.Tuple):
        for element in node.elts:
            yield from _read_texts(element)


@cache
def find_constants():
    """Every string of the source, docstrings by paragraphs too, for what is said by a variable."""
    found = set()
    for tree in parse_sources().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
                if "\n" in node.value:
                    found.update(" ".join(part.split()) for part in node.value.split("\n\n"))
    return found
