"""One HDU after another: what must start them, what stands between and behind them."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import FitsFile
from fitslint.model.finding import Edit
from fitslint.model.form import BLOCK_SIZE
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, replace_card, rule
from fitslint.rules.edits import overwrite_value
from fitslint.rules.structure.problems import find_hdu_header, find_problems, flag_problem
from fitslint.text import phrase

_CONTENT_WORDS = {
    "zeros": phrase("zero bytes"),
    "blanks": phrase("blanks"),
    "line breaks": phrase("line breaks"),
    "cards": phrase("cards"),
    "text": phrase("text"),
    "junk": phrase("binary data"),
}


@rule(
    "FS105",
    "trailing-bytes",
    clause="3.5",
    level="must",
    catalogue_rows=("F005", "F006"),
    summary_ja="最後の HDU の後に余分なバイトがある",
    message={
        "": "{size} bytes ({what}) follow the last HDU",
        "unknown": "bytes ({what}) follow the last HDU",
        "packed": "bytes that are no part of it follow the {container} stream; some programs leave "
        "them, and others do not unpack such a file",
    },
)
def trailing_bytes(file: FitsFile) -> Iterator[Flag]:
    """Bytes that belong to no HDU follow the last one.

    ## Why it matters
    They are either left over, or data that the header of the last HDU does not account for, such
    as a heap without PCOUNT. Some readers fail on them when they look for another extension.

    ## Example
    ```fits
    OBJECT  = 'M 31    '
    @bytes left over
    ```
    Use instead:
    ```fits
    OBJECT  = 'M 31    '
    ```
    """
    for problem in find_problems(file, "trailing"):
        size, what = problem.params["size"], problem.params["what"]
        records = size and size % BLOCK_SIZE == 0 and what in ("cards", "text", "junk")
        if what == "text mode" or records:
            continue
        start = problem.byte or 0
        params = {"what": _CONTENT_WORDS[what]}
        if size is None:
            yield flag_problem(problem, params, message="unknown")
        else:
            # A header that drifted out of place is a damaged HDU and not to be thrown away.
            cut = () if problem.params["hidden"] else (Edit(start, start + size, b""),)
            yield flag_problem(
                problem,
                {**params, "size": size},
                edits=cut,
                title=phrase("cut the file behind its last HDU") if cut else "",
                safety="unsafe",
            )
    for problem in find_problems(file, "wrapper-rest"):
        yield flag_problem(problem, message="packed", level="conv", clause="-")


@rule(
    "FS107",
    "hdu-boundary",
    clause="3.1, 3.4",
    level="must",
    catalogue_rows=("F007",),
    summary_ja="二番目以降の HDU がブロック境界の XTENSION で始まっていない",
    message={
        "no-xtension": "the HDU starts with {found} and must start with XTENSION",
        "second-simple": "a second FITS file starts here; an extension starts with XTENSION",
        "shifted": "the header starts {distance} bytes {side} its place, the block boundary at "
        "byte {expected}",
        "recovered": "{skipped} bytes ({what}) stand between the HDU before and this header",
    },
)
def hdu_boundary(file: FitsFile) -> Iterator[Flag]:
    """An HDU after the first does not start with XTENSION where the one before ends.

    ## Why it matters
    A reader goes from one HDU to the next by the sizes in the headers. What does not start there
    with XTENSION is not found, and neither is anything after it.

    ## Example
    ```fits
    OBJECT  = 'M 31    '
    @hdu primary
    OBJECT  = 'M 31    '
    ```
    Use instead:
    ```fits
    OBJECT  = 'M 31    '
    @hdu image
    @drop EXTNAME
    OBJECT  = 'M 31    '
    ```
    """
    for problem in find_problems(file, "no-xtension", "second-simple", "shifted", "recovered"):
        params = dict(problem.params)
        if problem.kind == "shifted":
            distance = params.pop("actual") - params["expected"]
            params["distance"] = abs(distance)
            params["side"] = phrase("before") if distance < 0 else phrase("behind")
        elif problem.kind == "recovered":
            params["what"] = _CONTENT_WORDS[params["what"]]
        keyword = "XTENSION" if problem.kind == "no-xtension" else None
        header = find_hdu_header(file, problem.hdu)
        second = problem.kind == "second-simple" and header is not None and len(header)
        card = header.card(0) if header is not None and second else None
        edits = _make_extension(header) if card is not None and header is not None else ()
        yield flag_problem(problem, params, message=problem.kind, keyword=keyword, card=card,
                           edits=edits, title=phrase("make it an IMAGE extension"),
                           safety="unsafe")  # fmt: skip


def _make_extension(header: Header) -> tuple[Edit, ...]:
    """XTENSION in place of SIMPLE, PCOUNT and GCOUNT behind the axes, and no EXTEND."""
    naxis = header.structure.naxis or 0
    names = ("SIMPLE", "BITPIX", "NAXIS", *(f"NAXIS{n}" for n in range(1, naxis + 1)))
    plain = header.names[: len(names)] == names and not header.structure.groups
    if not plain or any(name in header for name in ("PCOUNT", "GCOUNT", "XTENSION")):
        return ()
    behind = header.locate_card(len(names))
    edits = [
        replace_card(header.card(0), "XTENSION= 'IMAGE   '"),
        Edit(behind, behind, f"{f'PCOUNT  = {0:>20}':<80}{f'GCOUNT  = {1:>20}':<80}".encode()),
    ]
    return (*edits, *map(delete_card, header.find_cards("EXTEND")))


@rule(
    "FS120",
    "extension-count",
    clause="-",
    level="conv",
    fix="unsafe",
    catalogue_rows=("F020",),
    needs=("NEXTEND",),
    summary_ja="NEXTEND が実際の拡張の数と一致しない",
    message="NEXTEND = {declared}, and the number of extensions in the file is {actual}",
)
def extension_count(file: FitsFile) -> Iterator[Flag]:
    """NEXTEND differs from the number of extensions in the file.

    ## Why it matters
    Pipelines loop over the extensions by this count and miss some, or fail on one that is not
    there. A file that was cut between two HDUs shows nothing but this, and then the count is right
    and the file is not.

    ## Example
    ```fits
    NEXTEND =                    3 / number of extensions
    @hdu image
    ```
    Use instead:
    ```fits
    NEXTEND =                    1 / number of extensions
    @hdu image
    ```
    """
    if file.container == "text" or file.limits_hit or file.status != "ok":
        return
    header = file.hdus[0].header
    card = header.find_card("NEXTEND")
    declared, actual = header.value("NEXTEND"), len(file.hdus) - 1
    if card is None or type(declared) is not int or declared == actual:
        return
    span = card.form.value or (0, len(card.raw))
    edit = overwrite_value(card, f"{actual:>{span[1] - span[0]}}")
    yield Flag(
        card=card,
        start=span[0],
        end=span[1],
        params={"declared": declared, "actual": actual},
        edits=(edit,) if edit else (),
        title=phrase("write the number of extensions"),
        hdu=1,
    )


@rule(
    "FS122",
    "special-records",
    clause="3.5",
    level="must",
    catalogue_rows=("F022",),
    summary_ja="最後の HDU の後に特殊レコードがある",
    message="special records follow the last HDU, {blocks} x 2880 bytes of {what}; write an "
    "extension instead",
)
def special_records(file: FitsFile) -> Iterator[Flag]:
    """Whole blocks that are no extension follow the last HDU.

    ## Why it matters
    The standard keeps such special records for forms that the IAU FITS Working Group approved,
    and there are none. Readers cannot know what is in them. Extensions of types the standard does
    not define are no special records: they are skipped by BITPIX, NAXISn, PCOUNT and GCOUNT.

    ## Example
    ```fits
    OBJECT  = 'M 31    '
    @data 1
    @pad x
    ```
    Use instead:
    ```fits
    OBJECT  = 'M 31    '
    ```
    """
    for problem in find_problems(file, "trailing"):
        size, what = problem.params["size"], problem.params["what"]
        if size and size % BLOCK_SIZE == 0 and what in ("cards", "text", "junk"):
            params = {"blocks": size // BLOCK_SIZE, "what": _CONTENT_WORDS[what]}
            yield flag_problem(problem, params)
