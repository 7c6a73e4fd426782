"""The first bytes of a file: what it is, what it is wrapped in, what a transfer did to it."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import FitsFile, StructuralProblem
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.structure.problems import find_hdu_header, find_problems, flag_problem
from fitslint.text import phrase


@rule(
    "FS101",
    "not-a-fits-file",
    clause="3.3.1, 4.4.1.1",
    level="must",
    catalogue_rows=("F001",),
    summary_ja="ファイルが SIMPLE カードで始まっていない",
    message={
        "": "the file does not start with a SIMPLE card: this is {looks_like}",
        "prefix": "{length} bytes ({looks_like}) stand before the SIMPLE card; remove them",
        "no-simple": "the file starts with {found} and must start with SIMPLE  =",
    },
)
def not_a_fits_file(file: FitsFile) -> Iterator[Flag]:
    """A file does not start with the 80-byte SIMPLE card.

    ## Why it matters
    The first bytes are how programs know a FITS file. A saved error page, a pointer that stands
    for the file, a picture or an unpacked archive under the name of a FITS file all end here.

    ## Example
    ```fits
    @only <html><body>503 Service Unavailable</body></html>
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T
    BITPIX  =                    8
    NAXIS   =                    0
    ```
    """
    for problem in find_problems(file, "not-fits", "prefix", "no-simple"):
        if problem.params.get("unread"):  # FITS may be inside what is not unpacked here
            continue
        message = "" if problem.kind == "not-fits" else problem.kind
        keyword = "SIMPLE" if message == "no-simple" else None
        yield flag_problem(problem, message=message, keyword=keyword)


@rule(
    "FS115",
    "transfer-damage",
    clause="3.1",
    level="conv",
    catalogue_rows=("F015",),
    summary_ja="転送によって破損している (BOM、改行、バイトのずれ)",
    message={
        "bom": "a byte order mark of {length} bytes stands before the first card; remove it",
        "text": "the cards end in line breaks: this is a header text under the name of a FITS file",
        "line-breaks": "line breaks stand among the cards: {count}; copy files in binary mode",
        "text-mode": "{size} bytes too many: every line feed became two bytes in a text-mode copy",
    },
)
def transfer_damage(file: FitsFile) -> Iterator[Flag]:
    """A transfer or an editor has changed the bytes of the file.

    ## Why it matters
    FITS files are binary. Programs that treat them as text add byte order marks, turn line feeds
    into pairs, or lose single bytes; every position behind the change is then wrong.

    ## Example
    ```fits
    @prefix \\xef\\xbb\\xbf
    OBJECT  = 'M 31    '
    ```
    Use instead:
    ```fits
    OBJECT  = 'M 31    '
    ```
    """
    for problem in find_problems(file, "bom"):
        edit = Edit(0, problem.params["length"], b"")
        yield flag_problem(
            problem,
            message="bom",
            edits=(edit,),
            title=phrase("remove the byte order mark"),
            level="must",
        )
    for problem in find_problems(file, "line-breaks"):
        # One line break is a slip of the writer, and a rule on cards has it.
        if "text" in problem.params or problem.params["count"] > 1:
            yield _flag_line_breaks(file, problem)
    for problem in find_problems(file, "trailing"):
        if problem.params["what"] == "text mode":
            yield flag_problem(
                problem, {"size": problem.params["size"]}, message="text-mode", level="must"
            )


def _flag_line_breaks(file: FitsFile, problem: StructuralProblem) -> Flag:
    header = find_hdu_header(file, problem.hdu)
    if "text" in problem.params or header is None or problem.byte is None:
        return flag_problem(problem, {}, message="text", level="must")
    params = {"count": problem.params["count"]}
    position = (problem.byte - header.offset) // CARD_SIZE
    card = header.card(position) if position < len(header) else None
    return flag_problem(problem, params, message="line-breaks", card=card)


@rule(
    "FS116",
    "wrapper-mismatch",
    clause="-",
    level="conv",
    catalogue_rows=("F016",),
    summary_ja="拡張子と圧縮形式が一致しない",
    message="the name ends in {suffix} and the file is {found}; rename it or repack it",
)
def wrapper_mismatch(file: FitsFile) -> Iterator[Flag]:
    """A file is compressed and its name does not say so, or the other way round.

    ## Why it matters
    Many programs choose how to open a file by its suffix, so the file opens in some and not in
    others.

    ## Example
    ```fits
    @gzip
    @suffix .fits
    OBJECT  = 'M 31    '
    ```
    Use instead:
    ```fits
    @gzip
    OBJECT  = 'M 31    '
    ```
    """
    for problem in find_problems(file, "wrapper"):
        yield flag_problem(problem)
