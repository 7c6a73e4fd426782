"""``fitslint dict new``, ``infer``, ``import`` and ``export``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.completion import complete_dictionary
from fitslint.cli.dictionary.output import print_json, print_text
from fitslint.cli.errors import ExitCode, print_error, require_choice
from fitslint.cli.options import Options, Words, argument, option
from fitslint.text import count_noun, phrase, say

if TYPE_CHECKING:
    from fitslint.dictionary.making.infer import KeywordLearner
    from fitslint.model.file import FitsFile

_SHOWN = 5


class NewOptions(Options):
    """The options of ``fitslint dict new``."""

    name: str = argument("Its id: observatory/instrument.", "ID")


class InferOptions(Options):
    """The options of ``fitslint dict infer``."""

    paths: list[str] = argument("Files, folders, globs, @lists, or -.", "FILES")
    name: str = option("Its id.", "ID", "--id", default="my/keywords")
    reserved: bool = option("Keywords that the FITS standard reserves as well.", "", "--all")
    exclude: Words = option("Files and folders to pass over.", "GLOB")


class ImportOptions(Options):
    """The options of ``fitslint dict import``."""

    form: str = argument("solarnet, dkist, crds (.tpn) or eso (.dic).", "FORMAT")
    path: str = argument("The file.", "FILE")
    name: str = option("Its id (default: of the file name).", "ID", "--id")


class ExportOptions(Options):
    """The options of ``fitslint dict export``."""

    name: str = argument("The dictionary.", "ID|FILE", complete=complete_dictionary)
    to: str = option("json or jsonschema.", "FORMAT", default="json")


def print_skeleton(options: NewOptions) -> None:
    """Print a dictionary to begin with, with comments."""
    from fitslint.dictionary.making.starter import build_starter

    print_text(build_starter(options.name))


def print_draft(options: InferOptions) -> ExitCode:
    """Print a draft dictionary learnt from the headers of files."""
    from fitslint.dictionary.making.draft import build_draft
    from fitslint.dictionary.making.starter import check_id

    check_id(options.name)
    learner = _learn_keywords(options)
    if learner.skipped:
        names = ", ".join(list(learner.skipped)[:_SHOWN])
        print_error(
            say(
                "{keywords} left out that no dictionary can hold: {names}",
                keywords=count_noun(len(learner.skipped), "keyword"),
                names=names,
            )
        )
    text = build_draft(learner, options.name, reserved=options.reserved)
    if "\n[[keyword]]\n" not in text:
        hint = "" if options.reserved else say("; --all takes reserved ones too")
        print_error(say("no keywords were found{hint}", hint=hint))
        return ExitCode.NOT_CHECKED if not learner.files else ExitCode.FOUND
    print_text(text)
    return ExitCode.OK


def _learn_keywords(options: InferOptions) -> KeywordLearner:
    """Read the files, and name those that cannot be read."""
    from fitslint.cli.progress import FileCounter
    from fitslint.dictionary.making.infer import KeywordLearner
    from fitslint.source.walk import FileWalk

    learner, counter = KeywordLearner(), FileCounter()
    shown: list[FitsFile] = []
    failed = 0
    try:
        for path in FileWalk(options.paths, exclude=options.exclude or ()):
            file = _read_input(path)
            if not learner.add(file):
                failed += 1
                shown = [*shown, file][:_SHOWN]
            counter.advance(1)
    finally:
        counter.close()
    for file in shown:
        print_error(
            say("{path}: {value}", path=file.path, value=file.reason or "no header could be read")
        )
    if failed > len(shown):
        print_error(say("{failed} more files could not be read", failed=failed - len(shown)))
    return learner


def _read_input(path: str) -> FitsFile:
    from fitslint.source.files import read_file, read_stream
    from fitslint.source.walk import STDIN

    return read_stream(sys.stdin.buffer, "<stdin>") if path == STDIN else read_file(path)


def print_import(options: ImportOptions) -> None:
    """Print a dictionary of another format as TOML; what could not be taken over is counted."""
    from fitslint.dictionary.imports import convert_dictionary
    from fitslint.dictionary.making.starter import check_id

    if options.name:
        check_id(options.name)
    converted = convert_dictionary(options.form, Path(options.path), options.name)
    print_text(converted.text)
    losses = _describe_losses(converted.losses)
    print_error(
        say(
            "{path}: {keywords} keywords; {losses}",
            path=options.path,
            keywords=converted.keywords,
            losses=losses,
        )
    )


def _describe_losses(losses: Mapping[str, int]) -> str:
    if not losses:
        return phrase("everything was taken over")
    counts = [
        phrase("{what} {count}", what=phrase(what.replace("{", "").replace("}", "")), count=count)
        for what, count in losses.items()
    ]
    return phrase("could not be taken over: {counts}", counts=tuple(counts))


def print_export(options: ExportOptions) -> None:
    """Print a dictionary as JSON, or as a JSON Schema of the headers that it describes."""
    from fitslint.dictionary.export import export_json, export_json_schema
    from fitslint.dictionary.linting.base_documents import BaseDocuments
    from fitslint.dictionary.lookup import open_document

    require_choice("--to", options.to, ("json", "jsonschema"))
    document = open_document(options.name)
    if options.to == "json":
        print_json(export_json(document))
    else:
        print_json(export_json_schema(document, tuple(BaseDocuments(document))))
