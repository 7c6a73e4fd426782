"""The COMMENT card that opens the block of an instrument's own keywords."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fitslint.dictionary.authority import Authority
from fitslint.dictionary.load import heads
from fitslint.model.form import CARD
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Part
from fitslint.rules.api import flag, insert_before, rule
from fitslint.rules.subaru.scope import FAMILY, RULES, text

_OPENS = compile_late(
    r"DEVICE[- ]?DEPENDENT|PARAMETERS? (?:FOR|OF)|KEYWORDS? (?:SPECIFIC|FOR|OF)|SPECIFIC TO"
)
"""Words of a comment that opens such a block; the rules give one wording as an example."""
_FOR = compile_late(r"DEVICE[- ]?DEPENDENT HEADER(?: BLOCK)? FOR +([A-Z0-9][A-Z0-9 _.-]*)")
_KEPT = 256


class _Block:
    """The keywords of the instrument in a layout, and the comments before them."""

    def __init__(self, authority: Authority, layout: Layout, first: int) -> None:
        self.own = authority.id
        self.names = _names(authority.dictionaries[0].head)
        self.first = first
        """Position of the first keyword of the instrument."""
        self.comments = layout.index.get("COMMENT", ())
        self.run = first
        """Position where the comments begin that stand right before it."""
        while self.run and layout.names[self.run - 1] == "COMMENT":
            self.run -= 1
        self._known: set[bytes] = set()

    def right_before(self, header: Header) -> bytes:
        """The comments right before the first keyword."""
        return header.raw[self.run * CARD : self.first * CARD]

    def quick(self, header: Header) -> bool:
        """Whether these comments opened the block before."""
        return self.right_before(header) in self._known

    def remember(self, header: Header) -> None:
        """Keep the comments of a header in which nothing was wrong."""
        if self.run < self.first and len(self._known) < _KEPT:
            self._known.add(self.right_before(header))

    def opens(self, header: Header, position: int) -> bool:
        """Whether the comment at ``position`` opens the block."""
        comment = header.card(position).text.upper()
        if _OPENS.search(comment):
            return True
        return self.run <= position < self.first and any(
            name in _squeezed(comment) for name in self.names
        )


def _names(head: Mapping[str, Any]) -> tuple[str, ...]:
    """What comments may call the instrument of a dictionary, letters and digits only."""
    known = head.get("recognises", {}).get("header", {}).get("INSTRUME", [])
    return tuple(filter(None, (_squeezed(name.upper()) for name in known)))


def _squeezed(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text)


def _blocks(authority: Authority, layout: Layout) -> Iterator[Part]:
    prefix = authority.dictionaries[0].head.get("prefix")
    if not prefix or not authority.home:
        return
    own = (at for at, name in enumerate(layout.names) if name.startswith(prefix))
    first = next(own, None)
    if first is not None:
        block = _Block(authority, layout, first)
        # Comments of the archive carry the time of day, so the quick look is the only memory.
        yield Part(("COMMENT",), block, block.quick, remembered=False)


@rule(
    "SB107",
    "device-block-not-opened",
    clause=RULES,
    level="conv",
    fix="style",
    reads="values",
    family=FAMILY,
    parts=_blocks,
    checks=("S9-07",),
    ja="装置固有キーワードの前にブロックを開く COMMENT 行がない",
    message={
        "": "{keyword} is the first keyword of {instrument}, and no COMMENT card opens their block;"
        " write '{wanted}' before it",
        "late": "{keyword} stands before the COMMENT card (card {at}) that opens the block of the"
        " keywords of {instrument}",
        "other": "the COMMENT card opens the block of keywords for {found} in a file of"
        " {instrument}",
    },
)
def device_block_not_opened(header: Header, block: _Block) -> Iterator[Flag]:
    """The block of an instrument's own keywords is not opened by a COMMENT card.

    Any wording that says whose keywords follow will do.

    ## Why it matters
    Readers and programs see there where the keywords end that all instruments share.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    F_FCSMOD= 'IMAG    '           / mode of the instrument
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    COMMENT Subaru Device Dependent Header Block for FOCAS
    F_FCSMOD= 'IMAG    '           / mode of the instrument
    ```
    """
    instrument = text(header, "INSTRUME")
    if not (instrument.isascii() and instrument.isprintable()) or not instrument:
        instrument = block.own.partition("/")[2].upper()
    opening = [at for at in block.comments if block.opens(header, at)]
    wrong = False
    for at in opening:
        found = _meant_for(header.card(at).text)
        if found and not any(name in _squeezed(found) for name in block.names):
            wrong = True
            yield flag(header.card(at), message="other", found=found, instrument=instrument)
    card = header.card(block.first)
    if opening and opening[0] < block.first:
        if not wrong:
            block.remember(header)
    elif opening:
        yield flag(
            card, (0, 8), message="late",
            keyword=card.keyword, at=opening[0] + 1, instrument=instrument,
        )  # fmt: skip
    else:
        wanted = f"COMMENT Subaru Device Dependent Header Block for {instrument}"
        fix = insert_before(card, wanted) if len(wanted) <= CARD else None
        yield flag(
            card, (0, 8), fix=fix, title="open the block with a COMMENT",
            keyword=card.keyword, instrument=instrument, wanted=wanted,
        )  # fmt: skip


def _meant_for(comment: str) -> str:
    """Another instrument of the observatory for which a comment opens a block; empty if none."""
    match = _FOR.search(comment.upper())
    said = _squeezed(match[1]) if match else ""
    others = (head for name, head in heads().items() if name.startswith(f"{FAMILY}/"))
    known = said and any(name == said for other in others for name in _names(other))
    return match[1].strip(" ") if match and known else ""
