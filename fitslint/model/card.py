"""One keyword record: 80 raw bytes and what the grammar says of them."""

from __future__ import annotations

from fitslint.model.form import CardForm, Span
from fitslint.model.value import Value, decode_value


class Card:
    """A card image in its place.

    Parameters
    ----------
    raw : bytes
        80 bytes as they stand in the file; when `folded` is true, their folded image.
    form : CardForm
        kind, spans and value type.
    number : int
        position in its header, counted from 1.
    offset : int
        first byte in the uncompressed stream, counted from 0.
    folded : bool
        true while a shape rule is asked about the *shape*: every digit reads 0, every letter a or
        A (D, E, F and T stay), so only what the shape decides may be answered.
    """

    __slots__ = ("_keyword", "folded", "form", "number", "offset", "raw")

    def __init__(
        self, raw: bytes, form: CardForm, number: int = 1, offset: int = 0, *, folded: bool = False
    ) -> None:
        self.raw = raw
        self.form = form
        self.number = number
        self.offset = offset
        self.folded = folded
        self._keyword: str | None = None

    def __repr__(self) -> str:
        return f"Card({self.number}, {self.image!r})"

    @property
    def image(self) -> str:
        """The card as text; bytes beyond ASCII read as Latin-1, one column each."""
        return self.raw.decode("latin-1")

    @property
    def keyword(self) -> str:
        """The keyword name without blanks around it; a HIERARCH keyword with single blanks."""
        if self._keyword is None:
            text = self._decode_span(self.form.name)
            hierarch = self.form.kind == "hierarch"
            self._keyword = " ".join(text.split()) if hierarch else text.strip(" ")
        return self._keyword

    @property
    def text(self) -> str:
        """The value exactly as written (quotes included), or the text of a commentary card."""
        return self._decode_span(self.form.value)

    @property
    def value(self) -> Value:
        """The value as str, int, float, complex or bool; None when undefined, absent or faulty."""
        return decode_value(self.text, self.form.type) if self.form.value else None

    @property
    def number_value(self) -> float | None:
        """The value as a float when it is written as an integer or a real number, else None."""
        value = self.value
        return float(value) if type(value) in (int, float) else None  # type: ignore[arg-type]

    @property
    def comment(self) -> str:
        """The text after the slash, as written."""
        return self._decode_span(self.form.comment)

    @property
    def ampersand(self) -> int | None:
        """The column (from 0) of the ampersand that ends its string, None without one."""
        if self.form.type != "string" and self.form.kind != "continue":
            return None
        span = self.form.value
        if span is None or self.raw[span[1] - 1 : span[1]] != b"'":
            return None
        inner = self.raw[span[0] + 1 : span[1] - 1].rstrip(b" ")
        return span[0] + len(inner) if inner.endswith(b"&") else None

    def replace_keyword(self, name: str) -> bytes:
        """The image with another keyword name of at most 8 characters; the rest stays."""
        return name.encode("ascii").ljust(8) + self.raw[8:]

    def _decode_span(self, span: Span | None) -> str:
        return self.raw[span[0] : span[1]].decode("latin-1") if span else ""
