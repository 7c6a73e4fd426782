"""A header as a sequence of cards that are parsed when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

from fitslint.model.card import Card
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE, CardForm
from fitslint.model.records import dataclass, field
from fitslint.model.value import Value

Answer = TypeVar("Answer")
_DIGITS = "0123456789"


@dataclass(frozen=True)
class Layout:
    """The sequence of keyword names of a header, shared by every header that has the same."""

    names: tuple[str, ...]
    """Names in order, END not included; a HIERARCH name in full, single blanks between tokens."""

    @cached_property
    def index(self) -> dict[str, tuple[int, ...]]:
        """Positions (from 0) of every name."""
        found: dict[str, list[int]] = {}
        for position, name in enumerate(self.names):
            found.setdefault(name, []).append(position)
        return {name: tuple(where) for name, where in found.items()}

    @cached_property
    def _places_by_root(self) -> dict[str, dict[int, int]]:
        """By what stands before the digits at the end of a name: index → position."""
        found: dict[str, dict[int, int]] = {}
        for name, where in self.index.items():
            root = name.rstrip(_DIGITS)
            text = name[len(root) :]
            if text and (text[0] != "0" or text == "0"):
                found.setdefault(root, {}).setdefault(int(text), where[0])
        return found

    @cached_property
    def _names_by_initials(self) -> dict[str, list[str]]:
        """Names by their first two letters, in order."""
        found: dict[str, list[str]] = {}
        for name in self.index:
            found.setdefault(name[:2], []).append(name)
        return found

    def list_names(self, root: str) -> list[str]:
        """The names that begin with ``root``, of two letters or more, in order, each once."""
        names = self._names_by_initials.get(root[:2], ())
        return [name for name in names if name.startswith(root)]

    @cached_property
    def _memo(self) -> dict[object, Any]:
        return {}

    def compute_once(self, key: object, compute: Callable[[Layout], Answer]) -> Answer:
        """What ``compute`` finds in the names, worked out once for all headers of the layout."""
        try:
            found: Answer = self._memo[key]
        except KeyError:
            found = self._memo[key] = compute(self)
        return found

    def map_indices(self, root: str) -> dict[int, int]:
        """Index → position of the first card for a ``root`` that ends in no digit (``TFORM``)."""
        return self._places_by_root.get(root, {})


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """The mandatory keywords as readers must take them; None where absent or not an integer.

    Headers whose mandatory cards are the same share one, so that memos go by its identity.
    ``extension`` is the XTENSION value without trailing blanks, None in a primary header.
    """

    extension: str | None = None
    bitpix: int | None = None
    naxis: int | None = None
    axes: tuple[int | None, ...] = ()
    pcount: int | None = None
    gcount: int | None = None
    groups: bool = False
    tfields: int | None = None
    zimage: bool = False
    ztable: bool = False
    simple: bool | None = None

    @property
    def signature(self) -> tuple[object, ...]:
        """What of the structure may decide how a layout is judged: sizes only by their sign."""
        return (
            self.extension, self.bitpix, self.naxis, self.gcount, self.groups, self.tfields,
            self.zimage, self.ztable, self.simple, _take_sign(self.pcount),
            tuple(map(_take_sign, self.axes)),
        )  # fmt: skip

    @property
    def data_bytes(self) -> int | None:
        """Size of the data unit without padding (Eq. 1, 2 and 4); None when it is not known.

        Bytes, sections 4.4.1.1, 4.4.1.2 and 6.1.1.
        """
        if self.bitpix is None or self.naxis is None or len(self.axes) != self.naxis:
            return None
        if self.naxis == 0:
            return 0
        axes = [axis for axis in self.axes if axis is not None and axis >= 0]
        if len(axes) != self.naxis:
            return None
        pcount = self.pcount if self.pcount is not None else 0
        gcount = self.gcount if self.gcount is not None else 1
        if self.extension is None:
            if not self.groups:
                pcount, gcount = 0, 1
            elif axes[0] == 0:
                axes = axes[1:] or [1]
        elements = 1
        for axis in axes:
            elements *= axis
        size = abs(self.bitpix) // 8 * gcount * (pcount + elements)
        return size if size >= 0 else None


def _take_sign(number: int | None) -> int | None:
    return number if number is None else (number > 0) - (number < 0)


@dataclass(slots=True)
class Header:
    """One header: its raw cards (END excluded), the END card and the fill after it.

    ``raw`` holds 80 bytes a card. ``offset`` is its first byte in the uncompressed stream;
    ``starts`` gives the offset of every card where they are not 80 bytes apart (header texts with
    newlines). ``end`` is the END card image (None when there is none) and ``fill`` what stands
    between it and the end of its block.
    """

    raw: bytes
    offset: int
    layout: Layout
    structure: Structure
    kind: str
    hdu: int
    parse: Callable[[bytes], CardForm]
    end: bytes | None = None
    fill: bytes = b""
    starts: tuple[int, ...] | None = None
    stops: tuple[int, ...] | None = None
    """The byte behind every card of a header text; -1 where other bytes stand for it."""
    signature: tuple[object, ...] = ()
    """That of the structure, made once for all headers that share it."""
    is_text: bool = False
    """From a header text: there are no blocks, no fill and no data."""
    authority: Any = None
    """Whose dictionaries hold, or None.

    A :class:`fitslint.dictionary.recognition.chain.DictionaryChain`."""
    _cards: dict[int, Card] = field(default_factory=dict, repr=False)
    _memo: dict[object, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.raw) // CARD_SIZE

    @property
    def names(self) -> tuple[str, ...]:
        """Keyword names in order, END not included."""
        return self.layout.names

    def card(self, position: int) -> Card:
        """The card at ``position`` (from 0), parsed once."""
        card = self._cards.get(position)
        if card is None:
            raw = self.raw[position * CARD_SIZE : position * CARD_SIZE + CARD_SIZE]
            card = Card(raw, self.parse(raw), position + 1, self.locate_card(position))
            self._cards[position] = card
        return card

    def compute_once(self, key: object, compute: Callable[[Header], Answer]) -> Answer:
        """What ``compute`` finds in the cards, worked out once for all rules that ask for it."""
        try:
            found: Answer = self._memo[key]
        except KeyError:
            found = self._memo[key] = compute(self)
        return found

    def drop_cards(self) -> None:
        """Let go of the cards that were made; they are made anew when asked for."""
        self._cards.clear()

    def locate_card(self, position: int) -> int:
        """Byte offset of a card in the uncompressed stream."""
        if self.starts is not None:
            return self.starts[position] if position < len(self.starts) else self.offset
        return self.offset + position * CARD_SIZE

    @property
    def cards(self) -> Iterator[Card]:
        """All cards in order, END not included."""
        return map(self.card, range(len(self)))

    def find_card(self, name: str) -> Card | None:
        """The first card called ``name``."""
        where = self.layout.index.get(name)
        return self.card(where[0]) if where else None

    def find_cards(self, name: str) -> Sequence[Card]:
        """Every card called ``name``."""
        return [self.card(position) for position in self.layout.index.get(name, ())]

    def map_indices(self, root: str) -> dict[int, Card]:
        """Index → card of an indexed keyword: ``family("TFORM")[3]`` is TFORM3."""
        return {
            n: self.card(position) for n, position in sorted(self.layout.map_indices(root).items())
        }

    def __contains__(self, name: str) -> bool:
        return name in self.layout.index

    def value(self, name: str) -> Value:
        """The value of the first card called ``name``; None when absent, undefined or faulty."""
        card = self.find_card(name)
        return card.value if card else None

    def number(self, name: str) -> float | None:
        """The first ``name`` as a float when it is written as a number, else None."""
        card = self.find_card(name)
        return card.number_value if card else None

    def string(self, name: str) -> str | None:
        """The first ``name`` as a str when it is written as a string, else None."""
        value = self.value(name)
        return value if isinstance(value, str) else None

    @property
    def end_card(self) -> Card | None:
        """The END card."""
        if self.end is None:
            return None
        return Card(self.end, self.parse(self.end), len(self) + 1, self.locate_card(len(self)))

    @property
    def size(self) -> int:
        """Bytes from the first card to the end of the last header block."""
        return len(self.raw) + (CARD_SIZE if self.end is not None else 0) + len(self.fill)

    @property
    def blocks(self) -> int:
        """Header blocks of 2880 bytes, the last one counted even when it is cut short."""
        return -(-self.size // BLOCK_SIZE)
