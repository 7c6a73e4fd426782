"""The lines of ``runmode`` that write maps."""

from __future__ import annotations

from fitslint.lenstool.files import decode_file_name
from fitslint.lenstool.parameter_file import ParameterFile, Statement
from fitslint.lenstool.vocabulary import find_keyword
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import RunmodeOutput
from fitslint.pipeline.kappa.reading.values import (
    parse_integer_value,
    parse_real_value,
    require_argument,
)

_KINDS = ("mass", "shear", "ampli", "dpl")


def read_outputs(document: ParameterFile, notes: list[str]) -> tuple[RunmodeOutput, ...]:
    """The maps that Lenstool would write, in the order of their lines.

    Of several lines of a kind only the last one counts, and mode 0 writes nothing.

    Raises
    ------
    PipelineError
        when a line lacks its size, redshift or file, or they are none.
    """
    outputs = []
    sections = document.find_sections("runmode")
    for kind in _KINDS:
        by_section = [section.find_statements(kind) for section in sections]
        statements = [statement for found in by_section for statement in found]
        if sum(map(bool, by_section)) > 1:  # the rule on repeated words judges section by section
            line = statements[-1].line
            notes.append(f"Line {line}: of all sections `runmode` only this `{kind}` makes a map.")
        if statements and parse_integer_value(document.path, statements[-1], 0, "mode") != 0:
            outputs.append(_read_output(document.path, kind, statements[-1], notes))
    return tuple(sorted(outputs, key=lambda output: output.line))


def _read_output(path: str, kind: str, statement: Statement, notes: list[str]) -> RunmodeOutput:
    files = 2 if kind == "dpl" else 1
    size = parse_integer_value(path, statement, 1, "size")
    redshift = parse_real_value(path, statement, 2, "redshift")
    if size < 2 or redshift < 0:
        sentence = f"`{kind}` asks for {size} pixels at redshift {redshift:g}; no map has these"
        raise PipelineError(sentence, path=path, line=statement.line)
    words = [require_argument(path, statement, 3 + i, "file") for i in range(files)]
    names = tuple(decode_file_name(word.text) for word in words)
    extra = statement.arguments[3 + files :]
    if extra:
        if _is_number(names[-1]):
            raise PipelineError(
                _describe_surplus_number(kind, statement, files), path=path, line=statement.line
            )
        notes.append(_describe_surplus(kind, names, statement))
    mode = parse_integer_value(path, statement, 0, "mode")
    return RunmodeOutput(kind, mode, size, redshift, names, statement.line)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _describe_surplus_number(kind: str, statement: Statement, files: int) -> str:
    """Why a line with a number where its file stands is not taken, and the line that is meant."""
    words = [word.text[:60] for word in statement.arguments]
    right = " ".join([kind, *words[:3], *words[4 : 4 + files]])
    sentence = f"`{kind} {' '.join(words)}` would write a file called {words[3]!r}: write `{right}`"
    if kind == "mass":
        return f"{sentence}, and `z_source {words[3]}` in the section `source`"
    return sentence


def _describe_surplus(kind: str, names: tuple[str, ...], statement: Statement) -> str:
    known = find_keyword("runmode", kind)
    dropped = " ".join(word.text[:40] for word in statement.arguments[3 + len(names) :])
    sentence = (
        f"Line {statement.line}: the form is `{known.usage if known else kind}`, so the file is "
        f"{names[-1]!r} and {dropped!r} is dropped"
    )
    if kind == "mass":
        return sentence + "; the redshift of the source comes from z_source in `source`."
    return sentence + "."
