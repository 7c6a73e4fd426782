"""The arguments of statements as numbers, or the sentence that says why they are none."""

from __future__ import annotations

from fitslint.lenstool.document import Statement, Word
from fitslint.lenstool.numbers import integer, real
from fitslint.pipeline.errors import PipelineError


def argument(path: str, statement: Statement, index: int, name: str) -> Word:
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


def real_of(path: str, statement: Statement, index: int = 0, name: str = "value") -> float:
    """An argument as a finite number.

    Raises
    ------
    PipelineError
        when it is missing, or no finite number.
    """
    word = argument(path, statement, index, name)
    value = real(word.text)
    if value is None:
        sentence = f"`{statement.word.text}` has {word.text[:40]!r}, which is no finite number"
        raise PipelineError(sentence, path=path, line=statement.line)
    return value


def integer_of(path: str, statement: Statement, index: int = 0, name: str = "value") -> int:
    """An argument as a whole number.

    Raises
    ------
    PipelineError
        when it is missing, or no whole number.
    """
    word = argument(path, statement, index, name)
    value = integer(word.text)
    if value is None:
        sentence = f"`{statement.word.text}` has {word.text[:40]!r}, which is no whole number"
        raise PipelineError(sentence, path=path, line=statement.line)
    return value
