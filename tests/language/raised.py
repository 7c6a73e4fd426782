"""What the code says in English without :mod:`fitslint.text`: sentences of errors and notes."""

import ast
import itertools
import re
from functools import cache

from fitslint.language.recognition import LETTERS_MIN
from tests.language.spoken import PACKAGE, parse_sources

_BUGS = frozenset((
    "AssertionError", "AttributeError", "FrozenInstanceError", "KeyError", "NotImplementedError",
    "TypeError", "ImportError", "ModuleNotFoundError", "SystemExit", "JSONDecodeError",
))  # fmt: skip
"""Raised at programs, or caught by ours."""
_MAKERS = re.compile(r"\w+(Error|Failure)|_?make_\w+|build_\w+_error|complain|print_error|refuse")
"""What is called with a sentence for whoever runs a command."""
_LETTER = re.compile("[A-Za-z]")
_OPTION = re.compile(r"^--\w+")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)


@cache
def find_raised():
    """Every such sentence, ``{}`` for what is put into it, and the module where it stands."""
    found = {}
    for path, tree in parse_sources().items():
        for text in _walk_scope(tree, {}):
            if " " in text and len(_LETTER.findall(_OPTION.sub("", text))) >= LETTERS_MIN:
                found.setdefault(text, str(path.relative_to(PACKAGE)))
    return found


def _walk_scope(scope, outer):
    """The sentences of a function, whose local names may hold them."""
    names, calls, inner = dict(outer), [], []
    queue = list(ast.iter_child_nodes(scope))
    while queue:
        node = queue.pop()
        if isinstance(node, _FUNCTIONS):
            inner.append(node)
            continue
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.setdefault(node.targets[0].id, []).append(node.value)
        if isinstance(node, ast.Call) and _is_maker(node.func):
            calls.append(node)
        queue += ast.iter_child_nodes(node)
    for call in calls:
        for value in (*call.args, *(word.value for word in call.keywords)):
            yield from _read_sentences(value, names)
    for node in inner:
        yield from _walk_scope(node, {name: list(values) for name, values in names.items()})


def _is_maker(func):
    name = getattr(func, "id", getattr(func, "attr", ""))
    return name not in _BUGS and bool(_MAKERS.fullmatch(name))


def _read_sentences(node, names):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value.replace("{", "{{").replace("}", "}}")
    elif isinstance(node, ast.IfExp):
        yield from _read_sentences(node.body, names)
        yield from _read_sentences(node.orelse, names)
    elif isinstance(node, ast.BoolOp | ast.Tuple):
        for value in getattr(node, "values", getattr(node, "elts", ())):
            yield from _read_sentences(value, names)
    elif isinstance(node, ast.JoinedStr):
        parts = [list(_read_part(value)) for value in node.values]
        yield from map("".join, itertools.product(*parts))
    elif isinstance(node, ast.Name):
        for value in names.pop(node.id, ()):
            yield from _read_sentences(value, names)


def _read_part(node):
    """What one part of an f-string may be: a choice between words is all of them."""
    chosen = node.value if isinstance(node, ast.FormattedValue) else node
    words = list(_read_sentences(chosen, {}))
    if isinstance(node, ast.FormattedValue) and not words:
        return ["{}"]
    return words
