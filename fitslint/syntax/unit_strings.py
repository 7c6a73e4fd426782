"""Unit strings taken apart (FITS 4.0 section 4.3.1): words, their powers, and what stands over all.

The grammar runs once a text. Which words are units is the matter of :mod:`fitslint.units`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fitslint.model.records import dataclass
from fitslint.syntax.grammar import load_parser
from fitslint.text import phrase

if TYPE_CHECKING:
    from fractions import Fraction

    from lark import Token, Tree

UNIT_STRING_MAX = 256
"""Characters of a unit string that is read; one card has room for 68."""
_DEPTH_MAX = 16
_FUNCTIONS = ("log", "ln", "exp")


class UnitSyntaxError(ValueError):
    """A text that is no unit string; ``column`` counts from 1."""

    def __init__(self, sentence: str, column: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.column = column


@dataclass(frozen=True, slots=True)
class UnitWord:
    """A word of a unit string, the power of all that stands over it, and its column from 0."""

    name: str
    power: Fraction
    start: int


@dataclass(frozen=True, slots=True)
class UnitString:
    """A unit string taken apart.

    Attributes
    ----------
    words : tuple of UnitWord
        in the order of the text.
    scale : int
        the exponent of ten of the multiplier.
    function : str
        ``log``, ``ln`` or ``exp`` over it all; empty where there is none.
    slashes : int
    is_mixed : bool
        whether a product follows a slash without parentheses: ``a/b c``.
    """

    words: tuple[UnitWord, ...]
    scale: int = 0
    function: str = ""
    slashes: int = 0
    is_mixed: bool = False


@lru_cache(maxsize=2048)
def parse_unit_string(text: str) -> UnitString:
    """The parts of a unit string, which has no blank at an end and is not empty.

    Raises
    ------
    UnitSyntaxError
        when it is not of the grammar ``syntax/units.lark``.
    """
    from fractions import Fraction  # brings decimal numbers along; most files do without

    if text.isalpha() and text.isascii():  # a check of files with simple units needs no grammar
        return UnitString((UnitWord(text, Fraction(1), 0),))
    from lark.exceptions import UnexpectedInput

    if len(text) > UNIT_STRING_MAX:
        sentence = phrase("it has more than {most} characters", most=UNIT_STRING_MAX)
        raise UnitSyntaxError(sentence, UNIT_STRING_MAX)
    try:
        tree = load_parser("units").parse(text)
    except UnexpectedInput as error:
        ended = getattr(getattr(error, "token", None), "type", "") == "$END"
        at = error.pos_in_stream if error.pos_in_stream is not None and not ended else len(text)
        raise _explain_error(text, at) from None
    return _UnitReader(text).read(tree)


def _explain_error(text: str, at: int) -> UnitSyntaxError:
    if at >= len(text):
        if text.count("(") > text.count(")"):
            return UnitSyntaxError(phrase("a parenthesis is not closed"), text.rindex("(") + 1)
        sentence = phrase("it ends where a unit or a power has to follow")
        return UnitSyntaxError(sentence, len(text) + 1)
    if at == 0 and text.startswith("1/"):
        return UnitSyntaxError(
            phrase("a unit does not begin with 1; write {new!r}", new=text[1:]), 1
        )
    if at == 0 and text[0].isdigit():
        sentence = phrase("a number before a unit has to be a power of ten, as 10**3")
        return UnitSyntaxError(sentence, 1)
    sentence = phrase("{sign!r} has no meaning at character {number}", sign=text[at], number=at + 1)
    return UnitSyntaxError(sentence, at + 1)


class _UnitReader:
    """Walks through the tree of one unit string."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[UnitWord] = []
        self.functions: list[str] = []
        self.slashes = 0
        self.is_mixed = False

    def read(self, tree: Tree[Token]) -> UnitString:
        """The parts of a whole unit string."""
        from fractions import Fraction

        scale = 0
        for child in tree.children:
            if not isinstance(child, str):
                self._read_product(child, Fraction(1), 1)
            elif child.type == "MULTIPLIER":
                scale = int(child[2:].strip("*^()"))
        return UnitString(
            tuple(self.words), scale, "".join(self.functions), self.slashes, self.is_mixed
        )

    def _read_product(self, tree: Tree[Token], power: Fraction, depth: int) -> None:
        if depth > _DEPTH_MAX:
            sentence = phrase("its parentheses are nested more than {most} deep", most=_DEPTH_MAX)
            raise UnitSyntaxError(sentence, 1)
        sign, divided = 1, False
        for child in tree.children:
            if not isinstance(child, str):
                self._read_operand(child, power * sign, depth)
                if child.data == "function" and len(tree.children) > 1 and self.functions:
                    raise UnitSyntaxError(phrase("log, ln and exp stand over the whole unit"), 1)
                continue
            sign = -1 if child.type == "DIVIDE" else 1
            self.slashes += sign < 0
            self.is_mixed = self.is_mixed or (divided and sign > 0)
            divided = divided or sign < 0

    def _read_operand(self, tree: Tree[Token], power: Fraction, depth: int) -> None:
        first, last = tree.children[0], tree.children[-1]
        if isinstance(last, str) and last.type == "POWER":
            power = power * _read_power(last)
        if tree.data == "word":
            assert isinstance(first, str)
            self.words.append(UnitWord(str(first), power, first.start_pos or 0))
            return
        product = next(child for child in tree.children if not isinstance(child, str))
        function = first.rstrip("( ") if isinstance(first, str) else ""
        if function in _FUNCTIONS:
            if self.functions or depth > 1 or power != 1:
                sentence = phrase("{function} stands over the whole unit", function=function)
                raise UnitSyntaxError(sentence, 1)
            self.functions.append(function)
        elif function == "sqrt":
            power = power / 2
        self._read_product(product, power, depth + 1)


def write_unit_string(parts: UnitString) -> str:
    """A unit string without slashes and parentheses: ``erg s**-1 cm**-2``.

    Words keep their order, and a function stands around them.
    """
    words = " ".join(word.name + _write_power(word.power) for word in parts.words)
    whole = f"{parts.function}({words})" if parts.function else words
    return f"10**{parts.scale} {whole}" if parts.scale else whole


def _write_power(power: Fraction) -> str:
    if power == 1:
        return ""
    return f"**{power}" if power.denominator == 1 else f"**({power})"


def _read_power(token: str) -> Fraction:
    from fractions import Fraction

    text = token.lstrip("*^").strip("() ")
    if text.partition("/")[2].strip("0") == "" and "/" in text:
        raise UnitSyntaxError(phrase("a power divides by zero"), 1)
    return Fraction(text)
