"""The end of a header: the END card and the fill of its last block."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import FitsFile, StructuralProblem
from fitslint.model.finding import Edit, Safety
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import replace_card, rule
from fitslint.rules.structure.problems import (
    find_end_card,
    find_hdu_header,
    find_problems,
    flag_problem,
)
from fitslint.syntax.scan_cards import SPACE
from fitslint.text import phrase

_TEXT_MAX = 30


@rule(
    "FS108",
    "end-missing",
    clause="4.4.1.1",
    level="must",
    catalogue_rows=("F008",),
    summary_ja="ヘッダに END カードがない",
    message={
        "no-end": "the header has no END card behind its {cards} cards",
        "header-cut": "the file ends inside the header, behind card {cards}; END is not there",
        "header-limit": "no END card was found in {limit} bytes",
    },
)
def end_missing(file: FitsFile) -> Iterator[Flag]:
    """A header has no END card.

    ## Why it matters
    Without END a reader cannot tell where the header stops and the data begin, and most refuse
    the file.

    ## Example
    ```fits
    @noend
    OBJECT  = 'M 31    '
    ```
    Use instead:
    ```fits
    OBJECT  = 'M 31    '
    ```
    """
    for problem in find_problems(file, "no-end", "header-cut", "header-limit"):
        edits = _append_end(file, problem) if problem.kind == "no-end" else ()
        yield flag_problem(
            problem,
            message=problem.kind,
            keyword="END",
            edits=edits,
            title=phrase("write END behind the last card"),
            safety="unsafe",
        )


def _append_end(file: FitsFile, problem: StructuralProblem) -> tuple[Edit, ...]:
    """END over the first of the blank cards that fill the block of the last card."""
    header = find_hdu_header(file, problem.hdu)
    if header is None or header.starts is not None or header.is_text or problem.hdu is None:
        return ()
    at = header.offset + len(header.raw)
    # Where the cards fill their block, nobody knows whether data begin behind them.
    if at + CARD_SIZE > file.hdus[problem.hdu - 1].data_offset or at % BLOCK_SIZE == 0:
        return ()
    return (Edit(at, at + CARD_SIZE, b"END".ljust(CARD_SIZE)),)


@rule(
    "FS109",
    "end-not-blank",
    clause="4.4.1.1",
    level="must",
    fix="safe",
    catalogue_rows=("F009", "D-34"),
    summary_ja="END カードの 9～80 桁目が空白でない",
    message="END is followed by {text!r} and must be followed by blanks only",
)
def end_not_blank(file: FitsFile) -> Iterator[Flag]:
    """The END card holds more than END.

    ## Why it matters
    Readers look for END and 77 blanks; with anything else on the card some read on into the data
    in search of the end of the header.

    ## Example
    ```fits
    OBJECT  = 'M 31    '
    END      of header
    ```
    Use instead:
    ```fits
    OBJECT  = 'M 31    '
    END
    ```
    """
    for problem in find_problems(file, "end-text"):
        yield from _flag_end_card(file, problem, fixed=True)


@rule(
    "FS110",
    "end-with-value",
    clause="4.4.1.1",
    level="must",
    catalogue_rows=("F010",),
    summary_ja="END カードに値がある",
    message="END is written with '='; some readers end the header here and others read on",
)
def end_with_value(file: FitsFile) -> Iterator[Flag]:
    """END is written as a keyword with a value.

    ## Why it matters
    Readers disagree about such a card: some end the header at it, others take it for a keyword
    called END and read what follows as cards.

    ## Example
    ```fits
    OBJECT  = 'M 31    '
    END     =                    T
    ```
    Use instead:
    ```fits
    OBJECT  = 'M 31    '
    END
    ```
    """
    for problem in find_problems(file, "end-value"):
        yield from _flag_end_card(file, problem, fixed="text" in problem.params)


def _flag_end_card(file: FitsFile, problem: StructuralProblem, *, fixed: bool) -> Iterator[Flag]:
    found = find_end_card(file, problem)
    if found is None:
        return
    header, card = found
    edits = (replace_card(card, b"END"),) if fixed and header.starts is None else ()
    text = str(problem.params.get("text", ""))[:_TEXT_MAX]
    # Some readers take such an END for a card and read on.
    behind = header.fill.strip(SPACE)
    yield flag_problem(
        problem,
        {"text": text} if problem.kind == "end-text" else {},
        card=card,
        edits=edits,
        title=phrase("write END and 77 blanks"),
        safety="safe" if problem.kind == "end-text" and not behind else "unsafe",
    )


@rule(
    "FS111",
    "header-fill",
    clause="3.3.1",
    level="must",
    fix="safe",
    catalogue_rows=("F011",),
    summary_ja="END の後の埋め草が空白でない",
    message="the fill of the header block holds {count} bytes of {what}; it must be ASCII blanks",
)
def header_fill(file: FitsFile) -> Iterator[Flag]:
    r"""The rest of a header block after END is not blank.

    ## Why it matters
    The standard fills the last header block with blanks. Other bytes there are a sign of a writer
    that put something else behind END, which no reader will find.

    ## Example
    ```fits
    @fill \x00
    OBJECT  = 'M 31    '
    ```
    Use instead:
    ```fits
    OBJECT  = 'M 31    '
    ```
    """
    for problem in find_problems(file, "fill"):
        header, what = find_hdu_header(file, problem.hdu), problem.params["what"]
        harmless = what == "NUL" or what.startswith("white")
        edits: tuple[Edit, ...] = ()
        if header is not None and header.starts is None and problem.params["whole"]:
            start = header.offset + len(header.raw) + CARD_SIZE
            edits = (Edit(start, start + len(header.fill), b" " * len(header.fill)),)
        params = {"count": problem.params["count"], "what": phrase(what)}
        safety: Safety = "safe" if harmless else "unsafe"
        yield flag_problem(
            problem, params, edits=edits, title=phrase("fill with blanks"), safety=safety
        )


@rule(
    "FS112",
    "cards-after-end",
    clause="3.3.1",
    level="conv",
    catalogue_rows=("F012",),
    summary_ja="END の後にカードがある",
    message="cards stand after END and are not read: {count}, the first of them {first}",
)
def cards_after_end(file: FitsFile) -> Iterator[Flag]:
    """Keyword records stand behind END in the same header block.

    ## Why it matters
    No reader sees them, and a program that rewrites the header loses them without a word.

    ## Example
    ```fits
    OBJECT  = 'M 31    '
    END
    FILTER  = 'B       '
    ```
    Use instead:
    ```fits
    OBJECT  = 'M 31    '
    FILTER  = 'B       '
    END
    ```
    """
    for problem in find_problems(file, "lost-cards"):
        params = {key: problem.params[key] for key in ("count", "first")}
        header = find_hdu_header(file, problem.hdu)
        yield flag_problem(
            problem,
            params,
            keyword=params["first"],
            edits=_move_end(header, problem.params["starts"]) if header is not None else (),
            title=phrase("move END behind the cards"),
            safety="unsafe",
        )


def _move_end(header: Header, starts: list[int]) -> tuple[Edit, ...]:
    """END behind the lost cards, in the same bytes."""
    if header.starts is not None or header.end is None:
        return ()
    first = header.offset + len(header.raw)
    block = header.end + header.fill
    cards = b"".join(block[start - first : start - first + CARD_SIZE] for start in starts)
    stop = starts[-1] + CARD_SIZE
    return (Edit(first, stop, (cards + b"END").ljust(stop - first)),)
