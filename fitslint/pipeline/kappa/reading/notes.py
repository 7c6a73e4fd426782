"""What is wrong with a file as a whole, and what Lenstool would do with it without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fitslint.lenstool.parameter_file import ParameterFile, SyntaxFault
from fitslint.lenstool.quirks import find_lost_lines
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import Lens
from fitslint.rules.api import REGISTRY
from fitslint.rules.lens import (  # noqa: F401 -- each registers its rules
    counts,
    defaults,
    field,
    keywords,
    outputs,
    section_end,
)
from fitslint.rules.lens.model_file import CatalogueSummary, ModelFile
from fitslint.text import fill_template, translate_rule

_MAX_EXAMPLES = 5
"""Examples in a note."""
_DOCUMENT_RULES = ("LM111", "LM112", "LM106", "LM151", "LM161")
"""What concerns every map: sections and a file without end, repeated words, planes without a lens,
a declination that loses its sign."""


def check_model_document(document: ParameterFile, notes: list[str]) -> None:
    """Refuse what is no model, and note what Lenstool would read otherwise or not at all.

    Raises
    ------
    PipelineError
        when the file is empty, binary, no parameter file, or beyond a limit.
    """
    for fault in document.faults:
        sentence = _describe_unusable(fault)
        if sentence:
            line = None if fault.kind in {"empty", "not-a-model"} else fault.line
            raise PipelineError(sentence, path=document.path, line=line)
        if fault.kind == "outside":
            notes.append(f"Line {fault.line}: {fault.text!r} stands in no section and is ignored.")
    notes.extend(note_findings(document, *_DOCUMENT_RULES))
    notes.extend(_note_lost_lines(document))
    notes.extend(_note_unknown_words(document))


def _describe_unusable(fault: SyntaxFault) -> str:
    """Why nothing can be made of the file; empty where something can."""
    if fault.kind == "empty":
        return "the file is empty"
    if fault.kind == "binary":
        return f"this is no text: {fault.text} at column {fault.column}"
    if fault.kind == "not-a-model":
        return "this is no parameter file of Lenstool: it has no section such as `runmode`"
    if fault.kind == "too-long":
        return f"the line has {fault.text}; 4096 are read"
    return f"the file has {fault.text}; 100000 are read" if fault.kind == "too-many" else ""


def _note_lost_lines(document: ParameterFile) -> Iterator[str]:
    for lost, taker in find_lost_lines(document)[:_MAX_EXAMPLES]:
        yield (
            f"Line {lost}: read here, but lost to Lenstool, which takes it for the rest of line "
            f"{taker}; put a blank behind the word of line {taker}, or `#` into a blank line."
        )


def _note_unknown_words(document: ParameterFile) -> Iterator[str]:
    unknown = [
        f"{statement.word.text} (line {statement.line})"
        for section in document.sections
        for statement in section.statements
        if statement.key is None
    ]
    if unknown:
        more = f" and {len(unknown) - _MAX_EXAMPLES} more" if len(unknown) > _MAX_EXAMPLES else ""
        yield f"Lenstool ignores unknown words: {', '.join(unknown[:_MAX_EXAMPLES])}{more}."


def note_findings(
    document: ParameterFile,
    *codes: str,
    catalogues: Mapping[str, CatalogueSummary] | None = None,
) -> Iterator[str]:
    """What rules on lens models find in a file, in their words and a few of each.

    Parameters
    ----------
    document : ParameterFile
        the file.
    *codes : str
        the rules.
    catalogues : mapping of str to CatalogueSummary, optional
        its catalogues by the name that the file gives them.
    """
    model = ModelFile(document, catalogues)
    for code in codes:
        rule = REGISTRY[code]
        flags = list(rule.check(model))
        for flag in flags[:_MAX_EXAMPLES]:
            words = translate_rule(code, "messages", flag.message, rule.messages[flag.message])
            message = fill_template(words, flag.params)
            yield f"Line {flag.line}: {message} ({code})."
        if more := len(flags[_MAX_EXAMPLES:]):
            yield f"{more} more of {code} ({rule.name})."


def note_foreground_source(lenses: tuple[Lens, ...], z_source: float) -> Iterator[str]:
    """The planes that do not lie in front of the source of a map."""
    behind = sorted({lens.z for lens in lenses if lens.z >= z_source})
    if behind:
        words = ", ".join(f"{z:g}" for z in behind[:5])
        yield (
            f"Lenses at redshift {words} do not lie in front of the source at {z_source:g} and "
            "bend none of its light."
        )
