"""Data units against the file: cut, not padded, absurdly large, blocks that do not come out."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import FitsFile
from fitslint.model.finding import Edit
from fitslint.model.form import BLOCK_SIZE
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.structure.problems import find_hdu_header, find_problems, flag_problem
from fitslint.text import phrase

_PADDING_CLAUSES = {
    "image": "7.1.3", "table": "7.2.3",
    "bintable": "7.3.3", "compressed-image": "7.3.3", "compressed-table": "7.3.3",
}  # fmt: skip
"""Where the standard tells what fills the last block of an extension, by kind."""


@rule(
    "FS102",
    "partial-block",
    clause="3.1, 3.6",
    level="must",
    fix="safe",
    catalogue_rows=("F002",),
    summary_ja="ファイルの長さが 2880 バイトの整数倍でない",
    message="the file ends after {excess} of the 2880 bytes of its last header block",
)
def partial_block(file: FitsFile) -> Iterator[Flag]:
    """The file is not a whole number of 2880-byte blocks.

    ## Why it matters
    Readers fetch whole blocks. A last header block without its fill fails in some of them and
    makes it impossible to append an extension.

    ## Example
    ```fits
    @fill none
    OBJECT  = 'M 31    '
    ```
    Use instead:
    ```fits
    OBJECT  = 'M 31    '
    ```
    """
    for problem in find_problems(file, "partial-block"):
        size, excess = problem.params["size"], problem.params["excess"]
        fill = Edit(size, size, b" " * (BLOCK_SIZE - excess))
        yield flag_problem(problem, edits=(fill,), title=phrase("fill with blanks"))


@rule(
    "FS103",
    "data-cut",
    clause="3.3.2",
    level="must",
    catalogue_rows=("F003",),
    summary_ja="データ部が途中で切れている",
    message={
        "": "the data unit has {expected} bytes by its header and {actual} bytes in the file",
        "followed": "the data unit has {expected} bytes by its header, but the next header stands "
        "{actual} bytes behind its start",
    },
)
def data_cut(file: FitsFile) -> Iterator[Flag]:
    """A data unit is not completely there.

    ## Why it matters
    The file was cut in a transfer or by a full disk, or BITPIX, NAXISn, PCOUNT or GCOUNT say
    something else than what was written. Values at the end of the array are missing.

    ## Example
    ```fits
    @data 2880
    BITPIX  =                   16
    NAXIS   =                    1
    NAXIS1  =                 2000
    ```
    Use instead:
    ```fits
    BITPIX  =                   16
    NAXIS   =                    1
    NAXIS1  =                 2000
    ```
    """
    for problem in find_problems(file, "data-cut"):
        params = {key: problem.params[key] for key in ("expected", "actual")}
        message = "followed" if problem.params["followed"] else ""
        yield flag_problem(problem, params, message=message)


@rule(
    "FS104",
    "padding-missing",
    clause="3.3.2, 7.1.3, 7.2.3, 7.3.3",
    level="must",
    fix="safe",
    catalogue_rows=("F004",),
    summary_ja="データは揃っているが末尾の詰め物がない",
    message="all data are there; {missing} bytes of padding are missing after them",
)
def padding_missing(file: FitsFile) -> Iterator[Flag]:
    """The data are complete and only the padding of their last block is missing.

    ## Why it matters
    Nothing is lost, but readers that fetch whole blocks report a damaged file.

    ## Example
    ```fits
    @data 100
    NAXIS   =                    1
    NAXIS1  =                  100
    ```
    Use instead:
    ```fits
    NAXIS   =                    1
    NAXIS1  =                  100
    ```
    """
    for problem in find_problems(file, "no-padding"):
        header, missing = find_hdu_header(file, problem.hdu), problem.params["missing"]
        filler = b" " if header is not None and header.kind == "table" else b"\x00"
        size = problem.byte or 0
        # Without END nobody knows where the data begin, hence how many are there.
        sure = header is not None and header.end is not None
        padding = (Edit(size, size, filler * missing),) if sure else ()
        kind = header.kind if header is not None else ""
        yield flag_problem(
            problem,
            edits=padding,
            title=phrase("append the padding"),
            clause=_PADDING_CLAUSES.get(kind, "3.3.2"),
        )


@rule(
    "FS119",
    "absurd-size",
    clause="4.4.1.1",
    level="must",
    catalogue_rows=("F019",),
    summary_ja="NAXISn から求めたデータの大きさが異常に大きい",
    message={
        "": "the data unit would have {declared} bytes",
        "size": "the data unit would have {declared} bytes in a file of {size} bytes",
    },
)
def absurd_size(file: FitsFile) -> Iterator[Flag]:
    """The axes give a data unit that cannot be.

    ## Why it matters
    Programs that trust the header ask for that much memory, or compute with a product that does
    not fit into 64 bits.

    ## Example
    ```fits
    @data 2880
    NAXIS   =                    2
    NAXIS1  =          10000000000
    NAXIS2  =          10000000000
    ```
    Use instead:
    ```fits
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    ```
    """
    for problem in find_problems(file, "overflow"):
        params = {key: value for key, value in problem.params.items() if value is not None}
        params["declared"] = f"{params['declared']:.4g}"
        message = "size" if "size" in params else ""
        header = find_hdu_header(file, problem.hdu)
        axes = header.map_indices("NAXIS") if header is not None else {}
        largest = max(axes.values(), key=lambda card: card.number_value or 0, default=None)
        yield flag_problem(problem, params, message=message, card=largest)
