"""``fitslint conform``: maps get the header that their kind of product needs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError, print_error
from fitslint.cli.options import (
    BACKUP,
    DIFF,
    DRY_RUN,
    FOLLOW_LINKS,
    HDU,
    IN_PLACE,
    KEY_VALUES,
    LOG_FILE,
    Options,
    Words,
    argument,
    build_write_options,
    option,
    parse_position_option,
)
from fitslint.cli.report_lines import print_lines
from fitslint.dictionary import list_recognised
from fitslint.text import join_words

if TYPE_CHECKING:
    from fitslint.products.kinds import ProductKind
    from fitslint.products.result import ConformResult
    from fitslint.products.user_facts import CardValue, UserFacts
    from fitslint.repair.fixer import WriteOptions

_KINDS = join_words(sorted(name for _, name in list_recognised("products", "PRODUCT")))


class ConformOptions(Options):
    """The options of ``fitslint conform``."""

    product: str = argument(f"{_KINDS}.", "PRODUCT")
    files: list[str] = argument("FITS files of a map.", "FILE")
    zlens: float | None = option("Redshift of the lens.", "Z")
    zsource: float | None = option("Redshift of the sources.", "Z")
    normalisation: str = option("unity (D_ls/D_s = 1) or source (times D_ls/D_s).", "WORD")
    dlsds: float | None = option("D_ls/D_s, to be confirmed.", "R")
    cosmology: str = option("Planck18 …, or such as 70,0.3,0.7.", "NAME|H0,OM,OL")
    object: str = option("Cluster or field.", "NAME")
    center: str = option("Centre of the image in degrees.", "RA,DEC")
    scale: float | None = option("Size of a pixel.", "ARCSEC")
    overwrite_wcs: bool = option("Replace world coordinates that are there.")
    overwrite: Words = option(
        "Replace what the header records in KEY and contradicts; repeatable.", "KEY"
    )
    radesys: str = option("ICRS, FK5 ….", "NAME")
    model: str = option("Lens model (.par).", "FILE")
    maptype: str = option("model or observed.", "WORD")
    mapsrc: str = option("Where the map was taken from.", "NAME")
    engine: str = option("Program that made the pixels (lenstool 6.8).", "NAME")
    unit: str | None = option("Unit of the pixels.", "UNIT")
    axis: str = option("Component of the deflection.", "x|y")
    frame: str = option("Frame of the shear components: pixel or sky.", "WORD")
    form: str = option("Magnification: signed, absolute or magnitude.", "WORD")
    gridconv: str = option("Positions of pixels: linear or tan.", "WORD")
    inputs: Words = option("File the pixels come from; repeatable.", "FILE", "--input")
    history: Words = option("What was done to the pixels; repeatable.", "TEXT")
    words: Words = KEY_VALUES
    hdu: str = HDU
    complete: bool = option("Write nothing while something needed is unknown.")
    dry_run: bool = DRY_RUN
    diff: bool = DIFF
    output_dir: str | None = option("Write the results there, not over the files.", "DIR")
    in_place: bool = IN_PLACE
    backup: str | None = BACKUP
    follow_links: bool = FOLLOW_LINKS
    log: str | None = LOG_FILE


_FACTS = (
    "zlens", "zsource", "normalisation", "dlsds", "cosmology", "object", "scale", "radesys",
    "model", "maptype", "mapsrc", "engine", "axis", "frame", "form", "gridconv", "history",
)  # fmt: skip
"""Options that are facts on the map; those that are empty say nothing."""


def run_conform(options: ConformOptions) -> ExitCode:
    """Give maps the header that their kind of product needs, and check the result.

    What a header says and is right stays; a fact that contradicts it is refused unless --overwrite
    names the keyword, and HISTORY then tells old and new value; what is needed and not known is
    told and never invented. An image of another shape is left as it is. Exit 0: all conform; 1:
    something is unknown, found or wrong with the pixels; 2: usage; 3: a file cannot be used, and
    is as it was.
    """
    writing = build_write_options(
        quiet=options.dry_run or options.diff, in_place=options.in_place,
        output_dir=options.output_dir, backup=options.backup, follow=options.follow_links,
        log=options.log, diff=options.diff,
    )  # fmt: skip
    kind, facts = _parse_facts(options)
    worst = ExitCode.OK
    for path in options.files:
        worst = max(worst, _conform_one(path, kind, facts, writing, options))
    return worst


def _parse_facts(options: ConformOptions) -> tuple[ProductKind, UserFacts]:
    from fitslint.products.errors import ProductError
    from fitslint.products.kinds import find_product_kind
    from fitslint.products.user_facts import parse_facts

    values = {name: getattr(options, name) for name in _FACTS}
    facts = {name: value for name, value in values.items() if value not in ("", None)}
    if options.unit is not None:
        facts["unit"] = options.unit
    try:
        kind = find_product_kind(options.product)
        facts["overwrite_wcs"] = options.overwrite_wcs
        facts["overwrite"] = tuple(options.overwrite or ())
        facts.update(parse_fact(kind.name, word) for word in options.words or ())
        if options.center:
            facts["center"] = parse_position_option("--center", options.center)
        if options.inputs:
            facts["inputs"] = [_digest_input(path) for path in options.inputs]
        return kind, parse_facts(kind, facts)
    except (ProductError, TypeError) as error:
        raise UsageError(str(error)) from None


def parse_fact(product: str, word: str) -> tuple[str, CardValue]:
    """Keyword and value of ``--set KEY=VALUE`` for a product.

    Raises
    ------
    UsageError
        when it has no such form.
    """
    from fitslint.products.kinds import find_product_kind

    keyword, equals, value = word.partition("=")
    name = keyword.strip().upper()
    if not (name and equals):
        raise UsageError(f"{word!r} is not KEY=VALUE")
    return name, _convert_word(find_product_kind(product), name, value.strip())


def _convert_word(kind: ProductKind, keyword: str, word: str) -> CardValue:
    """A word as the entry of its keyword has it; what does not fit stays a string."""
    match = kind.authority.lookup(keyword)
    expected = match.entry.type if match else "string"
    if expected == "logical" and word.upper() in ("T", "F"):
        return word.upper() == "T"
    if expected in ("integer", "real"):
        try:
            return float(word)
        except ValueError:
            return word
    return word[1:-1].replace("''", "'") if len(word) > 1 and word[0] == word[-1] == "'" else word


def _digest_input(path: str) -> tuple[str, str]:
    from fitslint.products.digest import compute_sha256

    try:
        return Path(path).name, compute_sha256(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"--input {path}: {reason}") from None


def _conform_one(
    path: str, kind: ProductKind, facts: UserFacts, writing: WriteOptions, options: ConformOptions
) -> ExitCode:
    from fitslint.products.conform import conform_file
    from fitslint.products.errors import ProductError

    try:
        result = conform_file(
            path, kind, facts, options.hdu or None, writing, complete=options.complete
        )
    except ProductError as error:
        print_error(str(error))
        return ExitCode.NOT_CHECKED
    if options.diff:
        from fitslint.cli.fix.report import DiffReporter
        from fitslint.cli.outputs import is_colour_on

        reporter = DiffReporter(is_colour_on("auto", sys.stdout))
        sys.stdout.write(reporter.render_hunks(path, result.hunks))
    print_lines(_format_result(result, options))
    return ExitCode.OK if result.ok else ExitCode.FOUND


def _format_result(result: ConformResult, options: ConformOptions) -> Iterator[str]:
    """What is said of one file."""
    from dataclasses import replace

    from fitslint.products.report import describe_result

    if options.diff:
        result = replace(result, cards=())
    yield from describe_result(result, _describe_outcome(result, options))


def _describe_outcome(result: ConformResult, options: ConformOptions) -> str:
    from fitslint.report.escape import escape_text
    from fitslint.text import phrase

    if not result.is_map:
        return phrase("nothing is written, it is no map")
    if result.unknown and options.complete:
        return phrase("nothing is written, something that is needed is unknown")
    if result.written and result.written != result.path:
        return phrase("written to {path}", path=escape_text(result.written))
    if result.written:
        return phrase("written")
    return phrase("would be written" if result.changed else "conforms already, nothing to write")
