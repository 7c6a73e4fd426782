"""Expressions over the keywords of a header: ``EXPTIME == EXP1TIME * COADD``.

An expression is parsed once to a tree of closures. Whatever is absent, undefined or of another
type makes the answer None, *not judged*, never an error (Kleene's logic for and, or, not).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast

from fitslint.dictionary.files.load import load_relations
from fitslint.dictionary.matching.match import Template
from fitslint.dictionary.values.quantity import (
    Quantity,
    parse_mjd,
    parse_quantity,
    read_sexagesimal,
)
from fitslint.text import plural

if TYPE_CHECKING:
    from lark import Token, Tree

Operand = Quantity | str | bool | None
ValueLookup = Callable[[str], Operand]
"""Gives the value of a keyword; None when it is absent or undefined."""
Node = Callable[[ValueLookup], Operand]
Expression = list[Any]
"""The name of a node and its parts, which are nodes and texts."""

EXPRESSION_MAX = 500
"""Characters of an expression."""
DEPTH_MAX = 64
"""Parts of an expression inside one another: more would be a program."""


class RelationError(ValueError):
    """An expression that cannot be read; ``column`` counts from 1."""

    def __init__(self, sentence: str, column: int) -> None:
        super().__init__(sentence)
        self.column = column


class Relation:
    """A parsed expression.

    Attributes
    ----------
    text : str
        as written.
    names : tuple of str
        the keywords (and templates) that it reads.
    strict : bool
        whether the answer is None as soon as one of them is absent.
    """

    __slots__ = ("_node", "names", "strict", "text")

    def __init__(self, text: str, tree: Expression) -> None:
        self.text = text
        names: dict[str, None] = {}
        self._node = _build_node(tree, names)
        self.names = tuple(names)
        self.strict = not any(
            node[0] in ("either", "both", "negated") or node[:2] == ["call", "present("]
            for node in _walk_nodes(tree)
        )

    def holds(self, scope: ValueLookup) -> bool | None:
        """Whether it holds; None when that cannot be judged."""
        answer = self._node(scope)
        return answer if isinstance(answer, bool) else None

    def __repr__(self) -> str:
        return f"Relation({self.text!r})"


@lru_cache(maxsize=4096)
def parse_relation(text: str) -> Relation:
    """The relation that ``text`` says.

    Raises
    ------
    RelationError
        when it is not an expression of the grammar ``syntax/relation.lark``.
    """
    return Relation(text, _load_nodes().get(text) or parse_nodes(text))


def parse_nodes(text: str) -> Expression:
    """The nodes of an expression, as the wheel keeps those of its own dictionaries.

    Raises
    ------
    RelationError
        when it is none.
    """
    from lark.exceptions import UnexpectedInput

    from fitslint.syntax.grammar import load_parser

    if len(text) > EXPRESSION_MAX:
        raise RelationError(
            f"the expression has more than {EXPRESSION_MAX} characters", EXPRESSION_MAX
        )
    try:
        return _convert_tree(load_parser("relation").parse(text))
    except UnexpectedInput as error:
        column = error.column if isinstance(error.column, int) and error.column > 0 else len(text)
        near = text[column - 1 : column + 11]
        place = repr(near) if near else "its end"
        raise RelationError(f"cannot read the expression {text!r} at {place}", column) from None


def fill_indices(name: str, indices: Mapping[str, int]) -> str:
    """A template with its placeholders written out: ``PRD-RNGn`` and n = 1 give ``PRD-RNG1``."""
    if name == name.upper():
        return name
    for run in Template(name).runs:
        for letter, width in run:
            if letter in indices:
                name = name.replace(letter * width, str(indices[letter]).zfill(width), 1)
    return name


@cache
def _load_nodes() -> Mapping[str, Expression]:
    """Expressions that the build parsed, so that a check does not load the parser for them."""
    found: dict[str, Expression] = load_relations()
    return found


def _convert_tree(tree: Any, depth: int = 1) -> Expression:
    """A parse tree as lists: the name of a node and its parts."""
    if depth > DEPTH_MAX:
        raise RelationError(f"the expression is nested more than {DEPTH_MAX} deep", 1)
    if str(tree.data) == "call":
        _require_function(tree)
    return [
        str(tree.data),
        *(
            _convert_tree(child, depth + 1) if hasattr(child, "data") else str(child)
            for child in tree.children
        ),
    ]


def _require_function(tree: Tree[Token]) -> None:
    word = cast("Token", tree.children[0])
    name, column = str(word)[:-1], word.column or 1
    known = _FUNCTIONS.get(name)
    if known is None:
        raise RelationError(
            f"there is no function {name!r}; there are {', '.join(_FUNCTIONS)}", column
        )
    count = known[0]
    if count is not None and len(tree.children) - 1 != count:
        raise RelationError(f"{name}() takes {count} {plural(count, 'argument')}", column)


def _walk_nodes(tree: Expression) -> Iterator[Expression]:
    yield tree
    for child in tree[1:]:
        if isinstance(child, list):
            yield from _walk_nodes(child)


def _build_node(tree: Expression, names: dict[str, None]) -> Node:
    return _BUILDERS[tree[0]](tree[1:], names)


def _build_number(children: list[Any], _names: dict[str, None]) -> Node:
    # Numbers of an expression are exact, however many digits they are written with.
    quantity = parse_quantity(str(children[0]))
    exact = Quantity(quantity.value) if quantity else None
    return lambda _: exact


def _build_minus_number(children: list[Any], names: dict[str, None]) -> Node:
    return _build_minus([children[0]], names, _build_number)


def _build_text(children: list[Any], _names: dict[str, None]) -> Node:
    text = str(children[0])[1:-1].strip(" ")
    return lambda _: text


def _build_truth(children: list[Any], _names: dict[str, None]) -> Node:
    truth = children[0] in ("true", "T")
    return lambda _: truth


def _build_keyword(children: list[Any], names: dict[str, None]) -> Node:
    name = str(children[0]).strip("`")
    names[name] = None
    return lambda scope: scope(name)


def _build_minus(children: list[Any], names: dict[str, None], build: Any = None) -> Node:
    node = build(children, names) if build else _build_node(children[0], names)

    def negate(scope: ValueLookup) -> Operand:
        operand = node(scope)
        return Quantity(-operand.value, operand.error) if isinstance(operand, Quantity) else None

    return negate


_ARITHMETIC: dict[str, Callable[[Quantity, Quantity], Quantity | None]] = {
    "+": Quantity.add,
    "-": Quantity.subtract,
    "*": Quantity.multiply,
    "/": Quantity.divide,
}


def _build_arithmetic(children: list[Any], names: dict[str, None]) -> Node:
    first = _build_node(children[0], names)
    steps = [
        (_ARITHMETIC[str(sign)], _build_node(child, names))
        for sign, child in zip(children[1::2], children[2::2], strict=True)
    ]

    def calculate(scope: ValueLookup) -> Operand:
        total = first(scope)
        for step, node in steps:
            operand = node(scope)
            if not isinstance(total, Quantity) or not isinstance(operand, Quantity):
                return None
            total = step(total, operand)
        finite = isinstance(total, Quantity) and math.isfinite(total.value + total.error)
        return total if finite else None

    return calculate


def _may_equal(left: Operand, right: Operand) -> bool | None:
    if isinstance(left, Quantity) and isinstance(right, Quantity):
        return left.may_equal(right)
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    if isinstance(left, bool) and isinstance(right, bool):
        return left == right
    return None


def _compare_operands(sign: str, left: Operand, right: Operand) -> bool | None:
    if sign in ("==", "!="):
        same = _may_equal(left, right)
        return same if same is None or sign == "==" else not same
    if not isinstance(left, Quantity) or not isinstance(right, Quantity):
        return None
    if sign[0] == ">":
        left, right = right, left
    return left.may_be_below(right, strictly=len(sign) == 1)


def _build_comparison(children: list[Any], names: dict[str, None]) -> Node:
    nodes = [_build_node(child, names) for child in children[::2]]
    signs = [str(sign) for sign in children[1::2]]

    def compare(scope: ValueLookup) -> Operand:
        operands = [node(scope) for node in nodes]
        pairs = zip(signs, operands[:-1], operands[1:], strict=True)
        return _combine_and(_compare_operands(sign, left, right) for sign, left, right in pairs)

    return compare


def _build_membership(children: list[Any], names: dict[str, None]) -> Node:
    node, *items = (_build_node(child, names) for child in children)

    def contains(scope: ValueLookup) -> Operand:
        operand = node(scope)
        return _combine_or(_may_equal(operand, item(scope)) for item in items)

    return contains


def _combine_and(truths: Iterator[Operand]) -> bool | None:
    known = [truth if isinstance(truth, bool) else None for truth in truths]
    return False if False in known else None if None in known else True


def _combine_or(truths: Iterator[Operand]) -> bool | None:
    known = [truth if isinstance(truth, bool) else None for truth in truths]
    return True if True in known else None if None in known else False


def _build_and(children: list[Any], names: dict[str, None]) -> Node:
    nodes = [_build_node(child, names) for child in children]
    return lambda scope: _combine_and(node(scope) for node in nodes)


def _build_or(children: list[Any], names: dict[str, None]) -> Node:
    nodes = [_build_node(child, names) for child in children]
    return lambda scope: _combine_or(node(scope) for node in nodes)


def _build_not(children: list[Any], names: dict[str, None]) -> Node:
    node = _build_node(children[0], names)

    def negate(scope: ValueLookup) -> Operand:
        truth = node(scope)
        return not truth if isinstance(truth, bool) else None

    return negate


def _starts_with(text: Operand, start: Operand) -> Operand:
    if not isinstance(text, str) or not isinstance(start, str):
        return None
    return text.casefold().startswith(start.casefold())


def _lift_text_function(read: Callable[[str], Quantity | None]) -> Callable[[Operand], Operand]:
    return lambda text: read(text) if isinstance(text, str) else None


def _lift_number_function(make: Callable[[Quantity], Quantity]) -> Callable[[Operand], Operand]:
    return lambda number: make(number) if isinstance(number, Quantity) else None


def _build_extreme(choose: Callable[..., Quantity]) -> Callable[..., Operand]:
    def choose_extreme(*numbers: Operand) -> Operand:
        known = [number for number in numbers if isinstance(number, Quantity)]
        if len(known) < len(numbers):
            return None
        return choose(known, key=lambda quantity: quantity.value)

    return choose_extreme


_FUNCTIONS: dict[str, tuple[int | None, Callable[..., Operand]]] = {
    "present": (1, lambda operand: operand is not None),
    "starts": (2, _starts_with),
    "hours": (1, _lift_text_function(read_sexagesimal)),
    "degrees": (1, _lift_text_function(read_sexagesimal)),
    "mjd": (1, _lift_text_function(parse_mjd)),
    "len": (1, _lift_text_function(lambda text: Quantity(len(text)))),
    "abs": (1, _lift_number_function(lambda one: Quantity(abs(one.value), one.error))),
    "floor": (1, _lift_number_function(lambda one: Quantity(float(math.floor(one.value))))),
    "round": (1, _lift_number_function(lambda one: Quantity(float(round(one.value))))),
    "min": (None, _build_extreme(min)),
    "max": (None, _build_extreme(max)),
}
"""Functions by name: number of arguments (None: any) and what they do."""


def _build_call(children: list[Any], names: dict[str, None]) -> Node:
    function = _FUNCTIONS[children[0][:-1]][1]
    nodes = [_build_node(child, names) for child in children[1:]]
    return lambda scope: function(*[node(scope) for node in nodes])


_BUILDERS: dict[str, Callable[[list[Any], dict[str, None]], Node]] = {
    "number": _build_number,
    "minus_number": _build_minus_number,
    "text": _build_text,
    "truth": _build_truth,
    "keyword": _build_keyword,
    "minus": _build_minus,
    "added": _build_arithmetic,
    "scaled": _build_arithmetic,
    "compared": _build_comparison,
    "member": _build_membership,
    "both": _build_and,
    "either": _build_or,
    "negated": _build_not,
    "call": _build_call,
}
