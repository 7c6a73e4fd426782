"""The arguments of statements as numbers, or the sentence that says why they are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fitslint.lenstool.numbers import parse_float, parse_int
from fitslint.lenstool.parameter_file import Statement, Word
from fitslint.pipeline.errors import PipelineError

_T = TypeVar("_T")


def require_argument(path: str, statement: Statement, index: int, name: str) -> Word:
    """The argument at a place.

    Raises
    ------
    PipelineError
        when the statement is shorter.
    """
    if index >= len(statement.arguments):
        sentence = f"`{statement.word.text}` names no {name}"
        raise PipelineError(sentence, path=path, line=statement.line)
    return statement.arguments[index]


def parse_real_value(path: str, statement: Statement, index: int = 0, name: str = "value") -> float:
    """An argument as a finite number.

    Raises
    ------
    PipelineError
        when it is missing, or no finite number.
    """
    return _convert_argument(
        path, statement, require_argument(path, statement, index, name), parse_float, "finite"
    )


def parse_integer_value(
    path: str, statement: Statement, index: int = 0, name: str = "value"
) -> int:
    """An argument as a whole number.

    Raises
    ------
    PipelineError
        when it is missing, or no whole number.
    """
    return _convert_argument(
        path, statement, require_argument(path, statement, index, name), parse_int, "whole"
    )


def _convert_argument(
    path: str, statement: Statement, word: Word, read: Callable[[str], _T | None], kind: str
) -> _T:
    value = read(word.text)
    if value is None:
        sentence = f"`{statement.word.text}` has {word.text[:40]!r}, which is no {kind} number"
        raise PipelineError(sentence, path=path, line=statement.line)
    return value
