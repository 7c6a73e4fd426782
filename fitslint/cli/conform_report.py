"""``fitslint conform``: what it does, and what it says of every file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fitslint.cli.conform import ConformRequest
from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.outputs import is_colour_on
from fitslint.cli.position import parse_position_option
from fitslint.cli.repair.fix_reporters import DiffReporter
from fitslint.products.conform import conform_file
from fitslint.products.digest import compute_sha256
from fitslint.products.errors import ProductError
from fitslint.products.kinds import ProductKind, find_product_kind
from fitslint.products.report import describe_result
from fitslint.products.result import ConformResult
from fitslint.products.user_facts import CardValue, UserFacts, parse_facts
from fitslint.report.escape import escape_text


def run_conform(request: ConformRequest) -> ExitCode:
    """Conform the files one by one and say what became of each.

    Raises
    ------
    Usage
        when the facts cannot be.
    """
    kind, known = _parse_facts(request)
    worst = ExitCode.OK
    for path in request.files:
        worst = max(worst, _conform_one(path, kind, known, request))
    return worst


def _parse_facts(request: ConformRequest) -> tuple[ProductKind, UserFacts]:
    try:
        kind = find_product_kind(request.product)
        facts = {
            **request.facts,
            "overwrite_wcs": request.overwrite_wcs,
            "overwrite": request.overwrite,
        }
        for word in request.words:
            name, value = parse_fact(kind.name, word)
            facts[name] = value
        if request.center:
            facts["center"] = parse_position_option("--center", request.center)
        if request.inputs:
            facts["inputs"] = [_digest_input(path) for path in request.inputs]
        return kind, parse_facts(kind, facts)
    except (ProductError, TypeError) as error:
        raise UsageError(str(error)) from None


def parse_fact(product: str, word: str) -> tuple[str, CardValue]:
    """Keyword and value of ``--set KEY=VALUE`` for a product.

    Raises
    ------
    Usage
        when it has no such form.
    """
    keyword, equals, value = word.partition("=")
    name = keyword.strip().upper()
    if not (name and equals):
        raise UsageError(f"{word!r} is not KEY=VALUE")
    return name, _convert_word(find_product_kind(product), name, value.strip())


def _convert_word(kind: ProductKind, keyword: str, word: str) -> CardValue:
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


def _digest_input(path: str) -> tuple[str, str]:
    try:
        return Path(path).name, compute_sha256(path)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"--input {path}: {said}") from None


def _conform_one(
    path: str, kind: ProductKind, facts: UserFacts, request: ConformRequest
) -> ExitCode:
    try:
        done = conform_file(
            path, kind, facts, request.hdu, request.writing, complete=request.complete
        )
    except ProductError as error:
        sys.stderr.write(f"fitslint: {escape_text(str(error))}\n")
        return ExitCode.NOT_CHECKED
    if request.writing.diff:
        sys.stdout.write(
            DiffReporter(is_colour_on("auto", sys.stdout)).render_hunks(path, done.hunks)
        )
    sys.stdout.writelines(f"{line}\n" for line in _format_result(done, request))
    return ExitCode.OK if done.ok else ExitCode.FOUND


def _format_result(done: ConformResult, request: ConformRequest) -> Iterator[str]:
    """What is said of one file."""
    if request.writing.diff:
        done = replace(done, cards=())
    yield from describe_result(done, _describe_outcome(done, request))


def _describe_outcome(done: ConformResult, request: ConformRequest) -> str:
    if done.unknown and request.complete:
        return "nothing is written, something that is needed is unknown"
    if done.written and done.written != done.path:
        return f"written to {escape_text(done.written)}"
    if done.written:
        return "written"
    return "would be written" if done.changed else "conforms already, nothing to write"
