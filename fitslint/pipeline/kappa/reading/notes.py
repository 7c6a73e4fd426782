"""What is wrong with a file as a whole, and what Lenstool would do with it without a word."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.lenstool.parameter_file import ParameterFile
from fitslint.lenstool.quirks import find_lost_lines
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import Lens, RunmodeOutput

_MAX_EXAMPLES = 5
"""Examples in a note."""
_UNUSABLE_SENTENCES = {
    "empty": "the file is empty",
    "binary": "this is no text: {text} at column {column}",
    "not-a-model": "this is no parameter file of Lenstool: it has no section such as `runmode`",
    "too-long": "the line has {text}; 4096 are read",
    "too-many": "the file has {text}; 100000 are read",
}


def check_model_document(document: ParameterFile, notes: list[str]) -> None:
    """Refuse what is no model, and note what Lenstool would read otherwise or not at all.

    Raises
    ------
    PipelineError
        when the file is empty, binary, no parameter file, or beyond a limit.
    """
    for fault in document.faults:
        text = _UNUSABLE_SENTENCES.get(fault.kind)
        if text is not None:
            sentence = text.format(text=fault.text, column=fault.column)
            line = None if fault.kind in {"empty", "not-a-model"} else fault.line
            raise PipelineError(sentence, path=document.path, line=line)
        if fault.kind == "unclosed":
            notes.append(f"Line {fault.line}: `{fault.text}` has no `end`; Lenstool reads on.")
        else:
            notes.append(f"Line {fault.line}: {fault.text!r} stands in no section and is ignored.")
    if not document.has_fini:
        notes.append("The file has no `fini`: Lenstool never stops reading it.")
    notes.extend(_note_lost_lines(document))
    notes.extend(_note_unknown_words(document))


def _note_lost_lines(document: ParameterFile) -> Iterator[str]:
    for lost, taker in find_lost_lines(document)[:_MAX_EXAMPLES]:
        yield (
            f"Line {lost}: read here, but lost to Lenstool, which takes it for the rest of line "
            f"{taker}; put a blank behind the word of line {taker}, or `#` into a blank line."
        )


def _note_unknown_words(document: ParameterFile) -> Iterator[str]:
    unknown = [
        f"{one.word.text} (line {one.line})"
        for section in document.sections
        for one in section.statements
        if one.key is None
    ]
    if unknown:
        more = f" and {len(unknown) - _MAX_EXAMPLES} more" if len(unknown) > _MAX_EXAMPLES else ""
        yield f"Lenstool ignores unknown words: {', '.join(unknown[:_MAX_EXAMPLES])}{more}."


def note_empty_planes(
    outputs: tuple[RunmodeOutput, ...], lenses: tuple[Lens, ...], z_source: float, notes: list[str]
) -> None:
    """Note the planes that a map leaves empty, and those that the source does not lie behind."""
    planes = sorted({lens.z for lens in lenses})
    for output in outputs:
        if output.kind == "mass" and output.redshift and output.redshift not in planes:
            words = ", ".join(f"{z:g}" for z in planes[:5])
            notes.append(
                f"Line {output.line}: no lens is at redshift {output.redshift:g} exactly "
                f"(there are {words}), so the map is zero everywhere."
            )
    behind = [z for z in planes if z >= z_source]
    if behind:
        words = ", ".join(f"{z:g}" for z in behind[:5])
        notes.append(
            f"Lenses at redshift {words} do not lie in front of the source at {z_source:g} and "
            "bend none of its light."
        )
