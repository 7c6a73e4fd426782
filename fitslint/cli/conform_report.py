"""``fitslint conform``: what it does, and what it says of every file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fitslint.cli.conform import Request
from fitslint.cli.errors import ExitCode, Usage
from fitslint.cli.outputs import colour_on
from fitslint.cli.repair.telling import Diff
from fitslint.cli.sky import position_of
from fitslint.products.conform import conform_file
from fitslint.products.conformed import Conformed
from fitslint.products.digest import sha256
from fitslint.products.errors import ProductError
from fitslint.products.given import Given, Plain, given
from fitslint.products.kinds import Kind, kind_of
from fitslint.products.telling import describe
from fitslint.report.escape import visible


def carry_out(request: Request) -> ExitCode:
    """Conform the files one by one and say what became of each.

    Raises
    ------
    Usage
        when the facts cannot be.
    """
    kind, known = _known(request)
    worst = ExitCode.OK
    for path in request.files:
        worst = max(worst, _one(path, kind, known, request))
    return worst


def _known(request: Request) -> tuple[Kind, Given]:
    try:
        kind = kind_of(request.product)
        facts = {
            **request.facts,
            "overwrite_wcs": request.overwrite_wcs,
            "overwrite": request.overwrite,
        }
        for word in request.words:
            name, value = read_word(kind.name, word)
            facts[name] = value
        if request.center:
            facts["center"] = position_of("--center", request.center)
        if request.inputs:
            facts["inputs"] = [_input(path) for path in request.inputs]
        return kind, given(kind, facts)
    except (ProductError, TypeError) as error:
        raise Usage(str(error)) from None


def read_word(product: str, word: str) -> tuple[str, Plain]:
    """Keyword and value of ``--set KEY=VALUE`` for a product.

    Raises
    ------
    Usage
        when it has no such form.
    """
    keyword, equals, value = word.partition("=")
    name = keyword.strip().upper()
    if not (name and equals):
        raise Usage(f"{word!r} is not KEY=VALUE")
    return name, _typed(kind_of(product), name, value.strip())


def _typed(kind: Kind, keyword: str, word: str) -> Plain:
    """A word as the entry of its keyword has it; what does not fit stays a string."""
    match = kind.authority.lookup(keyword)
    wanted = match.entry.type if match else "string"
    if wanted == "logical" and word.upper() in ("T", "F"):
        return word.upper() == "T"
    if wanted in ("integer", "real"):
        try:
            return float(word)
        except ValueError:
            return word
    return word[1:-1].replace("''", "'") if len(word) > 1 and word[0] == word[-1] == "'" else word


def _input(path: str) -> tuple[str, str]:
    try:
        return Path(path).name, sha256(path)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise Usage(f"--input {path}: {said}") from None


def _one(path: str, kind: Kind, known: Given, request: Request) -> ExitCode:
    try:
        done = conform_file(
            path, kind, known, request.hdu, request.writing, complete=request.complete
        )
    except ProductError as error:
        sys.stderr.write(f"fitslint: {visible(str(error))}\n")
        return ExitCode.UNJUDGED
    if request.writing.diff:
        sys.stdout.write(Diff(colour_on("auto", sys.stdout)).changes(path, done.hunks))
    sys.stdout.writelines(f"{line}\n" for line in _lines(done, request))
    return ExitCode.OK if done.ok else ExitCode.FOUND


def _lines(done: Conformed, request: Request) -> Iterator[str]:
    """What is said of one file."""
    if request.writing.diff:
        done = replace(done, cards=())
    yield from describe(done, _fate(done, request))


def _fate(done: Conformed, request: Request) -> str:
    if done.unknown and request.complete:
        return "nothing is written, something that is needed is unknown"
    if done.written and done.written != done.path:
        return f"written to {visible(done.written)}"
    if done.written:
        return "written"
    return "would be written" if done.changed else "conforms already, nothing to write"
