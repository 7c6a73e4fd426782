"""``fitslint dict new``, ``infer``, ``import`` and ``export``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from fitslint.cli.dictionary.output import complain, one_of, print_json, print_text
from fitslint.cli.errors import ExitCode
from fitslint.dictionary.catalogue import find
from fitslint.dictionary.skeleton import check_id, skeleton
from fitslint.model.file import FitsFile

_SHOWN = 5


def print_new(name: str) -> None:
    """Print a dictionary to begin with."""
    print_text(skeleton(name))


def print_inferred(
    paths: Sequence[str], name: str, every: bool, exclude: Sequence[str]
) -> ExitCode:
    """Print a dictionary learnt from files."""
    from fitslint.cli.progress import Meter
    from fitslint.dictionary.draft import draft
    from fitslint.dictionary.infer import Learner
    from fitslint.source.walk import Walk

    check_id(name)
    learner, meter = Learner(), Meter()
    unread: list[FitsFile] = []
    failed = 0
    try:
        for path in Walk(paths, exclude=exclude):
            file = _read(path)
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
    if learner.odd:
        names = ", ".join(list(learner.odd)[:_SHOWN])
        complain(f"{len(learner.odd)} keywords that no dictionary can hold are left out: {names}")
    text = draft(learner, name, reserved=every)
    if "\n[[keyword]]\n" not in text:
        complain("no keywords were found" + ("" if every else "; --all takes reserved ones too"))
        return ExitCode.UNJUDGED if not learner.files else ExitCode.FOUND
    print_text(text)
    return ExitCode.OK


def _read(path: str) -> FitsFile:
    from fitslint.source.files import read_file, read_stream
    from fitslint.source.walk import STDIN

    return read_stream(sys.stdin.buffer, "<stdin>") if path == STDIN else read_file(path)


def print_imported(form: str, path: str, name: str) -> None:
    """Print a dictionary of another format as TOML."""
    from fitslint.dictionary.imports import imported

    if name:
        check_id(name)
    made = imported(form, Path(path), name)
    print_text(made.text)
    complain(f"{path}: {made.keywords} keywords; {_lost(made.lost)}")


def _lost(lost: Counter[str]) -> str:
    if not lost:
        return "everything was taken over"
    counts = ", ".join(f"{what} {count}" for what, count in lost.items())
    return f"could not be taken over: {counts}"


def print_exported(given: str, to: str) -> None:
    """Print a dictionary for other programs."""
    from fitslint.dictionary.export import as_json, as_schema
    from fitslint.dictionary.linting.chain import Chain

    one_of("--to", to, ("json", "jsonschema"))
    document = find(given)
    if to == "json":
        print_json(as_json(document))
    else:
        print_json(as_schema(document, tuple(Chain(document))))
