"""``fitslint dict new``, ``infer``, ``import`` and ``export``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from fitslint.cli.dictionary.output import complain, print_json, print_text, require_choice
from fitslint.cli.errors import ExitCode
from fitslint.dictionary.lookup import open_document
from fitslint.dictionary.starter import build_starter, check_id
from fitslint.model.file import FitsFile

_SHOWN = 5


def print_skeleton(name: str) -> None:
    """Print a dictionary to begin with."""
    print_text(build_starter(name))


def print_draft(paths: Sequence[str], name: str, every: bool, exclude: Sequence[str]) -> ExitCode:
    """Print a dictionary learnt from files."""
    from fitslint.cli.progress import FileCounter
    from fitslint.dictionary.draft import build_draft
    from fitslint.dictionary.infer import KeywordLearner
    from fitslint.source.walk import FileWalk

    check_id(name)
    learner, meter = KeywordLearner(), FileCounter()
    unread: list[FitsFile] = []
    failed = 0
    try:
        for path in FileWalk(paths, exclude=exclude):
            file = _read_input(path)
            if not learner.add(file):
                failed += 1
                unread = [*unread, file][:_SHOWN]
            meter.advance(1)
    finally:
        meter.close()
    for file in unread:
        complain(f"{file.path}: {file.reason or 'no header could be read'}")
    if failed > len(unread):
        complain(f"{failed - len(unread)} more files could not be read")
    if learner.skipped:
        names = ", ".join(list(learner.skipped)[:_SHOWN])
        complain(
            f"{len(learner.skipped)} keywords that no dictionary can hold are left out: {names}"
        )
    text = build_draft(learner, name, reserved=every)
    if "\n[[keyword]]\n" not in text:
        complain("no keywords were found" + ("" if every else "; --all takes reserved ones too"))
        return ExitCode.NOT_CHECKED if not learner.files else ExitCode.FOUND
    print_text(text)
    return ExitCode.OK


def _read_input(path: str) -> FitsFile:
    from fitslint.source.files import read_file, read_stream
    from fitslint.source.walk import STDIN

    return read_stream(sys.stdin.buffer, "<stdin>") if path == STDIN else read_file(path)


def print_import(form: str, path: str, name: str) -> None:
    """Print a dictionary of another format as TOML."""
    from fitslint.dictionary.imports import convert_dictionary

    if name:
        check_id(name)
    made = convert_dictionary(form, Path(path), name)
    print_text(made.text)
    complain(f"{path}: {made.keywords} keywords; {_describe_losses(made.losses)}")


def _describe_losses(lost: Counter[str]) -> str:
    if not lost:
        return "everything was taken over"
    counts = ", ".join(f"{what} {count}" for what, count in lost.items())
    return f"could not be taken over: {counts}"


def print_export(name: str, to: str) -> None:
    """Print a dictionary for other programs."""
    from fitslint.dictionary.export import export_json, export_json_schema
    from fitslint.dictionary.linting.base_documents import BaseDocuments

    require_choice("--to", to, ("json", "jsonschema"))
    document = open_document(name)
    if to == "json":
        print_json(export_json(document))
    else:
        print_json(export_json_schema(document, tuple(BaseDocuments(document))))
