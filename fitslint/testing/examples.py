r"""FITS files from the example blocks of rules.

A block is fenced as ``fits`` and may name a kind of HDU: ``primary`` (default), ``image``,
``bintable``, ``table``, ``groups`` or ``compressed-image``. Each line is one card, padded with
blanks to 80 columns; an empty line is a blank card. The lines overlay a minimal conforming header
of that kind, and an extension follows a minimal primary HDU: the first line with a keyword of the
minimal header replaces that card in place, ``NAXISn`` goes behind the axis before it, and all
others are appended in order before END. When the first line starts with ``SIMPLE`` or
``XTENSION`` and a ``BITPIX`` or ``NAXIS`` follows, the block is the *whole* header; END is added
unless the block has an END line.

Data are zeros (blanks for ``table``) of the size that the header declares, padded to the block.

``\t``, ``\n``, ``\r``, ``\\`` and ``\xHH`` (one byte) are decoded, so the docstring is a raw one
(``r\"\"\"``) when it needs them; other characters beyond ASCII are written as UTF-8.

Lines that begin with ``@`` are directives:

================== ===============================================================================
``@hdu KIND``      the next HDU (extensions after the first need no primary HDU in between)
``@drop KEYWORD``  the minimal header without this card
``@repeat N CARD`` the same card N times; ``{n}`` in it counts from 1
``@noend``         no END card
``@fill BYTE``     the byte that fills the header block (``none``: the block is not filled)
``@data N``        a data unit of N bytes, without padding
``@pad BYTE``      the byte that pads the data unit
``@unit TEXT``     raw bytes of the data unit, from its beginning or behind those of the last line
``@seal``          the sixteen zeros of its CHECKSUM card become a checksum that holds
``@bytes TEXT``    raw bytes after all of the file so far
``@truncate N``    the file without its last N bytes
``@prefix TEXT``   raw bytes before the file
``@only TEXT``     the whole file is these bytes
``@suffix .hdr``   the suffix of the file name (default ``.fits``)
``@text``          a header text: the cards end in newlines and nothing follows (suffix ``.hdr``)
``@gzip``          the file is compressed (suffix ``.fits.gz``)
================== ===============================================================================

A block fenced as ``par`` is a parameter file of Lenstool as it stands. ``@file NAME`` begins a file
that lies beside it, such as a catalogue, and ``@bytes TEXT`` appends raw bytes.

A block fenced as ``toml`` is a file of waivers as it stands.

A block fenced as ``archive`` is several files: ``@file NAME`` begins one, which goes on as a block
of its own, and ``@files N NAME`` so many, in whose names and lines ``{n}`` is the number of the
file from 001 on.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.syntax.checksum import set_checksum

_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{2}|[tnr\\])")
_CONTROL = {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"\\": b"\\"}
_NAME = re.compile(rb"[A-Z0-9_-]+")
_AXIS = re.compile(rb"NAXIS([1-9][0-9]*)")
_INTEGER = re.compile(rb" *([+-]?[0-9]{1,19}) *(/|$)")
PARAMETER_FILE = "par"
WAIVER_FILE = "toml"
ARCHIVE = "archive"
_DATA_MAX = 8 << 20  # an example with an absurd size has no data

_TABLE = "BITPIX=8 NAXIS=2 NAXIS1=0 NAXIS2=0 PCOUNT=0 GCOUNT=1 TFIELDS=0 EXTNAME='EXAMPLE'"
_MINIMAL = {
    "primary": "SIMPLE=T BITPIX=8 NAXIS=0",
    "groups": "SIMPLE=T BITPIX=8 NAXIS=2 NAXIS1=0 NAXIS2=1 GROUPS=T PCOUNT=0 GCOUNT=1",
    "image": "XTENSION='IMAGE' BITPIX=8 NAXIS=0 PCOUNT=0 GCOUNT=1 EXTNAME='EXAMPLE'",
    "table": f"XTENSION='TABLE' {_TABLE}",
    "bintable": f"XTENSION='BINTABLE' {_TABLE}",
    "compressed-image": "XTENSION='BINTABLE' BITPIX=8 NAXIS=2 NAXIS1=8 NAXIS2=0 PCOUNT=0 GCOUNT=1"
    " TFIELDS=1 TTYPE1='COMPRESSED_DATA' TFORM1='1PB(0)' ZIMAGE=T ZCMPTYPE='GZIP_1' ZBITPIX=16"
    " ZNAXIS=2 ZNAXIS1=8 ZNAXIS2=0 EXTNAME='EXAMPLE'",
}
"""Minimal conforming headers by kind (FITS 4.0 sections 4.4.1, 6.1, 7 and 10.1)."""


@dataclass(frozen=True, slots=True)
class Example:
    """A file made of a block; ``headers`` are the byte extents of its headers, fill included."""

    data: bytes
    suffix: str = ".fits"
    headers: tuple[tuple[int, int], ...] = ()
    beside: tuple[tuple[str, bytes], ...] = ()
    """Files that lie beside it, by name."""


@dataclass(slots=True)
class _Hdu:
    kind: str
    lines: list[bytes] = field(default_factory=list)
    dropped: set[bytes] = field(default_factory=set)
    end: bool = True
    fill: bytes = b" "
    data: int | None = None
    pad: bytes | None = None
    unit: bytes = b""
    seal: bool = False


@dataclass(slots=True)
class _ExampleBuilder:
    """The file so far, and the HDU that the next lines belong to."""

    hdu: _Hdu | None
    out: bytearray = field(default_factory=bytearray)
    headers: list[tuple[int, int]] = field(default_factory=list)
    prefix: bytes = b""
    truncate: int = 0
    only: bytes | None = None
    suffix: str = ".fits"
    text: bool = False
    gzip: bool = False

    def close_hdu(self) -> None:
        """Write the HDU that is open."""
        if self.hdu is not None:
            if not self.out and _MINIMAL[self.hdu.kind].startswith("XTENSION") and not self.text:
                self._write_hdu(_Hdu("primary"))
            self._write_hdu(self.hdu)
        self.hdu = None

    def require_hdu(self) -> _Hdu:
        """The HDU that a line belongs to."""
        if self.hdu is None:
            raise ValueError("a card or directive of an HDU after @bytes needs an @hdu line")
        return self.hdu

    def _write_hdu(self, hdu: _Hdu) -> None:
        cards = build_cards(hdu)
        if self.text:
            self.out += b"".join(card + b"\n" for card in cards)
            return
        header = b"".join(cards)
        header += hdu.fill * (-len(header) % BLOCK_SIZE)
        data = build_data(hdu, cards)
        self.headers.append((len(self.out), len(self.out) + len(header)))
        self.out += (set_checksum(header, data) if hdu.seal else header) + data


def build_example(block: str, kind: str = "primary") -> Example:
    """The file that the lines of ``block`` stand for.

    Raises
    ------
    ValueError
        when a card is longer than 80 bytes, or the kind or a directive is not known.
    """
    if kind == PARAMETER_FILE:
        return _build_parameter_file(block)
    if kind == WAIVER_FILE:
        return Example(f"{block}\n".encode(), f".{WAIVER_FILE}")
    if kind == ARCHIVE:
        return Example(b"", f".{ARCHIVE}", (), tuple(_build_archive(block)))
    made = _ExampleBuilder(_start_hdu(kind))
    for line in block.split("\n") if block else ():
        if line.startswith("@"):
            word, _, rest = line[1:].partition(" ")
            directive = _DIRECTIVES.get(word)
            if directive is None:
                raise ValueError(f"unknown directive @{word}")
            directive(made, rest)
        else:
            made.require_hdu().lines.append(decode_line(line))
    made.close_hdu()
    return _finish_example(made)


def _build_parameter_file(block: str) -> Example:
    """A parameter file and the files beside it."""
    files = [("", bytearray())]
    for line in block.split("\n"):
        word, _, rest = line.partition(" ")
        if word == "@file":
            files.append((rest.strip(), bytearray()))
        else:
            files[-1][1].extend(
                decode_line(rest) if word == "@bytes" else decode_line(line) + b"\n"
            )
    (_, data), *beside = files
    return Example(bytes(data), ".par", (), tuple((name, bytes(text)) for name, text in beside))


def _build_archive(block: str) -> Iterator[tuple[str, bytes]]:
    """The files of an archive by name."""
    for piece in re.split(r"^@file", block, flags=re.MULTILINE)[1:]:
        head, _, body = piece.partition("\n")
        several, _, name = head.rpartition(" ")
        count = int(several.removeprefix("s")) if several.strip() else 1
        for number in (f"{n:03d}" for n in range(1, count + 1)):
            text = body.replace("{n}", number).removesuffix("\n")
            yield name.replace("{n}", number), build_example(text).data


def decode_line(text: str) -> bytes:
    """The bytes of a line: escapes decoded, the rest as UTF-8."""

    def decode_byte(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes([int(code[1:], 16)]) if code[:1] == b"x" else _CONTROL[code]

    return _ESCAPE.sub(decode_byte, text.encode("utf-8"))


def build_card(keyword: str, value: str) -> bytes:
    """A card in fixed format; ``value`` as written in the header, quotes included."""
    field_ = f"{value[:-1]:<9}'" if value.startswith("'") else f"{value:>20}"
    return f"{keyword:<8}= {field_}".encode("ascii").ljust(CARD_SIZE)


def build_minimal_cards(kind: str) -> list[bytes]:
    """The cards of the minimal conforming header of ``kind``, END not included."""
    pairs = (entry.split("=", 1) for entry in _MINIMAL[kind].split(" "))
    return [build_card(keyword, value) for keyword, value in pairs]


def build_cards(hdu: _Hdu) -> list[bytes]:
    """The cards of a header: its lines laid over the minimal header, END included."""
    lines = hdu.lines
    if _is_full_header(lines):
        cards = [_pad_card(line) for line in lines]
    else:
        cards = [
            image
            for image in build_minimal_cards(hdu.kind)
            if _find_keyword(image) not in hdu.dropped
        ]
        _overlay(cards, [_pad_card(line) for line in lines])
    if hdu.end and not any(_find_keyword(image) == b"END" for image in cards):
        cards.append(b"END".ljust(CARD_SIZE))
    return cards


def _is_full_header(lines: list[bytes]) -> bool:
    starts = bool(lines) and lines[0].startswith((b"SIMPLE", b"XTENSION"))
    return starts and any(line.startswith((b"BITPIX", b"NAXIS")) for line in lines)


def build_data(hdu: _Hdu, cards: list[bytes]) -> bytes:
    """The data unit: zeros or blanks, and the padding unless a size was asked for."""
    ascii_table = any(image.startswith(b"XTENSION= 'TABLE") for image in cards[:1])
    filler = b" " if ascii_table else b"\0"
    size = compute_example_size(cards) if hdu.data is None else hdu.data
    padding = -size % BLOCK_SIZE if hdu.data is None or hdu.pad else 0
    return (hdu.unit + filler * (size - len(hdu.unit)))[:size] + (hdu.pad or filler) * padding


def compute_example_size(cards: list[bytes]) -> int:
    """Bytes of the data unit that the cards declare, without padding; 0 when it is not clear."""
    first: dict[bytes, bytes] = {}
    for image in cards:
        first.setdefault(_find_keyword(image), image[10:])
    axes = [
        _parse_integer(first, b"NAXIS%d" % n) for n in range(1, _parse_integer(first, b"NAXIS") + 1)
    ]
    if not axes:
        return 0
    pcount, gcount = _parse_integer(first, b"PCOUNT"), _parse_integer(first, b"GCOUNT", 1)
    if first.get(b"GROUPS", b"").split(b"/")[0].strip() == b"T" and axes[0] == 0:
        axes = axes[1:]
    elements = 1
    for axis in axes:
        elements *= axis
    size = abs(_parse_integer(first, b"BITPIX")) // 8 * gcount * (pcount + elements)
    return size if 0 <= size <= _DATA_MAX else 0


def _overlay(cards: list[bytes], lines: list[bytes]) -> None:
    places = {_find_keyword(image): number for number, image in enumerate(cards)}
    for line in lines:
        name = _find_keyword(line)
        place = places.pop(name, None)
        if place is not None:
            cards[place] = line
        elif _AXIS.fullmatch(name) and (axes := _find_axes(cards)):
            cards.insert(axes[-1] + 1, line)
            places = {old: at + (at > axes[-1]) for old, at in places.items()}
        else:
            cards.append(line)


def _find_axes(cards: list[bytes]) -> list[int]:
    return [at for at, image in enumerate(cards) if _find_keyword(image).startswith(b"NAXIS")]


def _find_keyword(image: bytes) -> bytes:
    match = _NAME.match(image)
    return match[0] if match else b""


def _parse_integer(fields: dict[bytes, bytes], keyword: bytes, default: int = 0) -> int:
    match = _INTEGER.match(fields.get(keyword, b""))
    return int(match[1]) if match else default


def _pad_card(line: bytes) -> bytes:
    if len(line) > CARD_SIZE:
        raise ValueError(f"{len(line)} bytes are more than a card holds: {line!r}")
    return line.ljust(CARD_SIZE)


def _start_hdu(kind: str) -> _Hdu:
    if kind not in _MINIMAL:
        raise ValueError(f"unknown kind {kind!r}; one of {', '.join(_MINIMAL)}")
    return _Hdu(kind)


def _finish_example(made: _ExampleBuilder) -> Example:
    if made.only is not None:
        return Example(made.only, made.suffix)
    data = made.prefix + bytes(made.out[: len(made.out) - made.truncate])
    shift = len(made.prefix)
    headers = tuple((a + shift, min(b + shift, len(data))) for a, b in made.headers)
    if made.gzip:
        return Example(gzip.compress(data, mtime=0), made.suffix, ())
    return Example(data, made.suffix, headers)


def _start_next_hdu(made: _ExampleBuilder, rest: str) -> None:
    made.close_hdu()
    made.hdu = _start_hdu(rest.strip())


def _repeat_line(made: _ExampleBuilder, rest: str) -> None:
    count, _, text = rest.partition(" ")
    lines = (decode_line(text.replace("{n}", str(n))) for n in range(1, int(count) + 1))
    made.require_hdu().lines.extend(lines)


def _append_bytes(made: _ExampleBuilder, rest: str) -> None:
    made.close_hdu()
    made.out += decode_line(rest)


def _append_data(made: _ExampleBuilder, rest: str) -> None:
    made.require_hdu().unit += decode_line(rest)


def _set_fields(made: _ExampleBuilder, **values: object) -> None:
    for name, value in values.items():
        setattr(made, name, value)


def _set_hdu_fields(made: _ExampleBuilder, **values: object) -> None:
    for name, value in values.items():
        setattr(made.require_hdu(), name, value)


_DIRECTIVES: dict[str, Callable[[_ExampleBuilder, str], None]] = {
    "hdu": _start_next_hdu,
    "repeat": _repeat_line,
    "bytes": _append_bytes,
    "drop": lambda made, rest: made.require_hdu().dropped.add(rest.strip().encode("ascii")),
    "noend": lambda made, _: _set_hdu_fields(made, end=False),
    "fill": lambda made, rest: _set_hdu_fields(
        made, fill=b"" if rest == "none" else decode_line(rest)[:1]
    ),
    "seal": lambda made, _: _set_hdu_fields(made, seal=True),
    "data": lambda made, rest: _set_hdu_fields(made, data=int(rest)),
    "pad": lambda made, rest: _set_hdu_fields(made, pad=decode_line(rest)[:1]),
    "truncate": lambda made, rest: _set_fields(made, truncate=int(rest)),
    "prefix": lambda made, rest: _set_fields(made, prefix=decode_line(rest)),
    "only": lambda made, rest: _set_fields(made, only=decode_line(rest)),
    "unit": _append_data,
    "suffix": lambda made, rest: _set_fields(made, suffix=rest.strip()),
    "text": lambda made, _: _set_fields(made, text=True, suffix=".hdr"),
    "gzip": lambda made, _: _set_fields(made, gzip=True, suffix=".fits.gz"),
}
