"""The COMMENT card that opens the block of an instrument's own keywords."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fitslint.dictionary.files.load import load_heads
from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, insert_before, rule
from fitslint.rules.subaru.common import FAMILY, RULES_CLAUSE, read_string_value
from fitslint.text import phrase

_OPENING = compile_late(
    r"DEVICE[- ]?DEPENDENT|PARAMETERS? (?:FOR|OF)|KEYWORDS? (?:SPECIFIC|FOR|OF)|SPECIFIC TO"
)
"""Words of a comment that opens such a block; the rules give one wording as an example."""
_OPENING_FOR_NAME = compile_late(
    r"DEVICE[- ]?DEPENDENT HEADER(?: BLOCK)? FOR +([A-Z0-9][A-Z0-9 _.-]*)"
)
_CACHE_SIZE = 256


class _DeviceBlock:
    """The keywords of the instrument in a layout, and the comments before them."""

    def __init__(self, authority: DictionaryChain, layout: Layout, first: int) -> None:
        self.authority_id = authority.id
        self.instrument_names = _list_instrument_names(authority.dictionaries[0].head)
        self.first_position = first
        """Position of the first keyword of the instrument."""
        self.comment_positions = layout.index.get("COMMENT", ())
        self.opening_position = first
        """Position where the comments begin that stand right before it."""
        while self.opening_position and layout.names[self.opening_position - 1] == "COMMENT":
            self.opening_position -= 1
        self._accepted: set[bytes] = set()

    def read_opening(self, header: Header) -> bytes:
        """The comments right before the first keyword."""
        return header.raw[self.opening_position * CARD_SIZE : self.first_position * CARD_SIZE]

    def precheck(self, header: Header) -> bool:
        """Whether these comments opened the block before."""
        return self.read_opening(header) in self._accepted

    def remember(self, header: Header) -> None:
        """Keep the comments of a header in which nothing was wrong."""
        if self.opening_position < self.first_position and len(self._accepted) < _CACHE_SIZE:
            self._accepted.add(self.read_opening(header))

    def is_opening(self, header: Header, position: int) -> bool:
        """Whether the comment at ``position`` opens the block."""
        comment = header.card(position).text.upper()
        if _OPENING.search(comment):
            return True
        return self.opening_position <= position < self.first_position and any(
            name in _squeeze_text(comment) for name in self.instrument_names
        )


def _list_instrument_names(head: Mapping[str, Any]) -> tuple[str, ...]:
    """What comments may call the instrument of a dictionary, letters and digits only."""
    known = head.get("recognises", {}).get("header", {}).get("INSTRUME", [])
    return tuple(filter(None, (_squeeze_text(name.upper()) for name in known)))


def _squeeze_text(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text)


def _plan_subchecks(authority: DictionaryChain, layout: Layout) -> Iterator[Subcheck]:
    prefix = authority.dictionaries[0].head.get("prefix")
    if not prefix or not authority.binding:
        return
    own = (at for at, name in enumerate(layout.names) if name.startswith(prefix))
    first = next(own, None)
    if first is not None:
        block = _DeviceBlock(authority, layout, first)
        # Comments of the archive carry the time of day, so the quick look is the only memory.
        yield Subcheck(("COMMENT",), block, block.precheck, cacheable=False)


@rule(
    "SB107",
    "device-block-not-opened",
    clause=RULES_CLAUSE,
    level="conv",
    fix="style",
    reads="values",
    authority=FAMILY,
    subchecks=_plan_subchecks,
    catalogue_rows=("S9-07",),
    summary_ja="装置固有キーワードの前にブロックを開く COMMENT 行がない",
    message={
        "": "{keyword} is the first keyword of {instrument}, and no COMMENT card opens their block;"
        " write '{wanted}' before it",
        "late": "{keyword} stands before the COMMENT card (card {at}) that opens the block of the"
        " keywords of {instrument}",
        "other": "the COMMENT card opens the block of keywords for {found} in a file of"
        " {instrument}",
    },
)
def device_block_not_opened(header: Header, block: _DeviceBlock) -> Iterator[Flag]:
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
    instrument = read_string_value(header, "INSTRUME")
    if not (instrument.isascii() and instrument.isprintable()) or not instrument:
        instrument = block.authority_id.partition("/")[2].upper()
    opening = [at for at in block.comment_positions if block.is_opening(header, at)]
    wrong = False
    for at in opening:
        found = _find_other_instrument(header.card(at).text)
        if found and not any(name in _squeeze_text(found) for name in block.instrument_names):
            wrong = True
            yield flag(header.card(at), message="other", found=found, instrument=instrument)
    card = header.card(block.first_position)
    if opening and opening[0] < block.first_position:
        if not wrong:
            block.remember(header)
    elif opening:
        yield flag(
            card, (0, 8), message="late",
            keyword=card.keyword, at=opening[0] + 1, instrument=instrument,
        )  # fmt: skip
    else:
        wanted = f"COMMENT Subaru Device Dependent Header Block for {instrument}"
        fix = insert_before(card, wanted) if len(wanted) <= CARD_SIZE else None
        yield flag(
            card, (0, 8), fix=fix, title=phrase("open the block with a COMMENT"),
            keyword=card.keyword, instrument=instrument, wanted=wanted,
        )  # fmt: skip


def _find_other_instrument(comment: str) -> str:
    """Another instrument of the observatory for which a comment opens a block; empty if none."""
    match = _OPENING_FOR_NAME.search(comment.upper())
    said = _squeeze_text(match[1]) if match else ""
    others = (head for name, head in load_heads().items() if name.startswith(f"{FAMILY}/"))
    known = said and any(name == said for other in others for name in _list_instrument_names(other))
    return match[1].strip(" ") if match and known else ""
