"""The lines of ``runmode`` that write maps."""

from __future__ import annotations

from fitslint.lenstool.document import Document, Statement
from fitslint.lenstool.source import file_name
from fitslint.lenstool.vocabulary import keyword
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import Output
from fitslint.pipeline.kappa.reading.values import argument, integer_of, real_of

_KINDS = ("mass", "shear", "ampli", "dpl")
_TOLD = 5
"""Dropped lines that a note names."""


def outputs_of(document: Document, notes: list[str]) -> tuple[Output, ...]:
    """The maps that Lenstool would write, in the order of their lines.

    Of several lines of a kind only the last one counts, and mode 0 writes nothing.

    Raises
    ------
    PipelineError
        when a line lacks its size, redshift or file, or they are none.
    """
    found = []
    for kind in _KINDS:
        statements = [one for section in document.all("runmode") for one in section.all(kind)]
        if len(statements) > 1:
            dropped = ", ".join(f"line {one.line}" for one in statements[:-1][:_TOLD])
            more = len(statements) - 1 - _TOLD
            notes.append(
                f"Line {statements[-1].line}: Lenstool makes only the last `{kind}`; "
                f"dropped: {dropped}{f' and {more} more' if more > 0 else ''}."
            )
        if statements and integer_of(document.path, statements[-1], 0, "mode") != 0:
            found.append(_output(document.path, kind, statements[-1], notes))
    return tuple(sorted(found, key=lambda output: output.line))


def _output(path: str, kind: str, statement: Statement, notes: list[str]) -> Output:
    files = 2 if kind == "dpl" else 1
    size = integer_of(path, statement, 1, "size")
    redshift = real_of(path, statement, 2, "redshift")
    if size < 2 or redshift < 0:
        sentence = f"`{kind}` asks for {size} pixels at redshift {redshift:g}; no map has these"
        raise PipelineError(sentence, path=path, line=statement.line)
    words = [argument(path, statement, 3 + i, "file") for i in range(files)]
    names = tuple(file_name(word.text) for word in words)
    extra = statement.arguments[3 + files :]
    if extra:
        if _is_number(names[-1]):
            raise PipelineError(
                _surplus_number(kind, statement, files), path=path, line=statement.line
            )
        notes.append(_surplus(kind, names, statement))
    mode = integer_of(path, statement, 0, "mode")
    return Output(kind, mode, size, redshift, names, statement.line)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _surplus_number(kind: str, statement: Statement, files: int) -> str:
    """Why a line with a number where its file stands is not taken, and the line that is meant."""
    words = [word.text[:60] for word in statement.arguments]
    right = " ".join([kind, *words[:3], *words[4 : 4 + files]])
    sentence = f"`{kind} {' '.join(words)}` would write a file called {words[3]!r}: write `{right}`"
    if kind == "mass":
        return f"{sentence}, and `z_source {words[3]}` in the section `source`"
    return sentence


def _surplus(kind: str, names: tuple[str, ...], statement: Statement) -> str:
    known = keyword("runmode", kind)
    dropped = " ".join(word.text[:40] for word in statement.arguments[3 + len(names) :])
    sentence = (
        f"Line {statement.line}: the form is `{known.form if known else kind}`, so the file is "
        f"{names[-1]!r} and {dropped!r} is dropped"
    )
    if kind == "mass":
        return sentence + "; the redshift of the source comes from z_source in `source`."
    return sentence + "."
