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
_MAKERS = re.compile(
    r"\w+(Error|Failure)|_add_remark|_refuse_lens|_?make_\w+|build_\w+_error|complain|print_error|refuse"
    r"|Judgement|compare_to_limit|check|PixelProblem|MissingFact|Picture|TaskResult|_?print_lines|Remark|SchemaFault|QcLine|CardChoice|CardChange|_hold|Comparison"
)
"""What is called with a sentence for whoever runs a command."""
_TELLERS = re.compile(
    r"_?(describe|explain|format|say|headline|unusable|note|(find|list)_\w*(reason|warning|note)s?)(_\w+)?"
)
"""What answers with one, or with lines of a report."""
_LISTS = re.compile(r"_?(notes|remarks|warnings|problems|faults|said)")
"""To what a sentence is added that is told at the end."""
_TELLING = ("audit/", "cli/", "config/", "dictionary/", "pipeline/", "products/", "schema_reader")
"""Where that is so."""
_WRITTEN = ("pipeline/kappa/run/steps/qc.py",)
"""What these answer with is written to files."""
_LETTER = re.compile("[A-Za-z]")
_NAME = re.compile(r"^--\w+|^make\w+ INFO")
"""What a sentence begins with that is no word."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)


@cache
def find_raised():
    """Every such sentence, ``{}`` for what is put into it, and the module where it stands."""
    found = {}
    for path, tree in parse_sources().items():
        where = str(path.relative_to(PACKAGE))
        tells = where.startswith(_TELLING) and where not in _WRITTEN
        for text in map(str.strip, _walk_scope(tree, {}, tells)):
            if " " in text and len(_LETTER.findall(_NAME.sub("", text))) >= LETTERS_MIN:
                found.setdefault(text, where)
    return found


def _walk_scope(scope, outer, tells):
    """The sentences of a function, whose local names may hold them."""
    names, said, inner = dict(outer), [], []
    is_teller = tells and bool(_TELLERS.fullmatch(getattr(scope, "name", "")))
    queue = list(ast.iter_child_nodes(scope))
    while queue:
        node = queue.pop()
        if isinstance(node, _FUNCTIONS):
            inner.append(node)
            continue
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.setdefault(node.targets[0].id, []).append(node.value)
        if isinstance(node, ast.Call) and _is_maker(node.func):
            said += [*node.args, *(word.value for word in node.keywords)]
        if isinstance(node, ast.keyword) and node.arg in ("headline", "otherwise"):
            said.append(node.value)
        if is_teller and isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            said.append(node.value)
        queue += ast.iter_child_nodes(node)
    for value in said:
        yield from _read_sentences(value, names)
    for node in inner:
        known = {name: list(values) for name, values in names.items()}
        yield from _walk_scope(node, known, tells)


def _is_maker(func):
    name = getattr(func, "id", getattr(func, "attr", ""))
    if name == "append":
        return bool(_LISTS.fullmatch(getattr(func.value, "attr", getattr(func.value, "id", ""))))
    return name not in _BUGS and bool(_MAKERS.fullmatch(name))


def _read_sentences(node, names):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value.replace("{", "{{").replace("}", "}}")
    elif isinstance(node, ast.IfExp):
        yield from _read_sentences(node.body, names)
        yield from _read_sentences(node.orelse, names)
    elif isinstance(node, ast.BoolOp | ast.Tuple | ast.List):
        for value in getattr(node, "values", getattr(node, "elts", ())):
            yield from _read_sentences(value, names)
    elif isinstance(node, ast.JoinedStr):
        parts = [list(_read_part(value)) for value in node.values]
        yield from map("".join, itertools.product(*parts))
        # A clause that has a name is a sentence of its own.
        for value in node.values:
            clause = value.value if isinstance(value, ast.FormattedValue) else None
            if isinstance(clause, ast.Name):
                yield from _read_sentences(clause, names)
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
