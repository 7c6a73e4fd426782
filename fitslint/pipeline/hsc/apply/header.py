"""Headers of which some cards change and the others stay byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from fitslint.model.file import FitsFile, Hdu
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.model.header import Header
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.table_file import CardRow, write_card_rows
from fitslint.syntax.checksum import MODULUS, add_words
from fitslint.syntax.write_hdu import seal_header

COORDINATES = re.compile(
    r"WCSAXES|WCSNAME|RADE(SYS|CSYS)|EQUINOX|L(ON|AT)POLE|(CTYPE|CUNIT|CRVAL|CRPIX|CDELT|CROTA|CRDER"
    r"|CSYER)[12]|(CD|PC)[12]_[12]|PV[12]_\d+|[AB]P?_(ORDER|DMAX|\d_\d)|SKYWCS_ID"
)
"""Keywords of the coordinates that a joint solution replaces; those of other letters stay."""
_SUMS = ("CHECKSUM", "DATASUM")


def edit_cards(
    header: Header,
    is_dropped: Callable[[str], object],
    replaced: Mapping[str, CardRow] | None = None,
) -> bytes:
    """The cards of a header without those to be dropped and its checksums, some of them replaced.

    A CONTINUE card goes with the one that it continues.
    """
    new = dict(replaced or {})
    parts = []
    for name, image in _list_cards(header):
        if name in new:
            is_first = image[:8] != b"CONTINUE"
            parts += [write_card_rows([new[name]])] if is_first else []
        elif name not in _SUMS and not is_dropped(name):
            parts.append(image)
    return b"".join(parts)


def _list_cards(header: Header) -> Iterator[tuple[str, bytes]]:
    raw, names = header.raw, header.names
    name = ""
    for at, each in enumerate(names):
        name = name if each == "CONTINUE" else each
        yield name, raw[at * CARD_SIZE : (at + 1) * CARD_SIZE]


def finish_header(cards: bytes, rows: Iterable[CardRow], data_sum: int) -> bytes:
    """A whole header with its checksums, of cards, further rows and the sum of the data.

    Raises
    ------
    HscError
        when a value cannot stand in a header.
    """
    try:
        return seal_header(cards + write_card_rows(rows), data_sum)
    except ValueError as error:
        raise HscError(f"a header cannot be written: {error}") from None


class HduWriter:
    """Writes HDUs one after the other, with their checksums, data in pieces.

    Parameters
    ----------
    file : binary file
        one in which the position can be changed.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, cards: bytes, rows: list[CardRow], pieces: Iterable[bytes] = ()) -> None:
        """An HDU; every piece but the last is whole 4-byte words long."""
        start, total, size = self._file.tell(), 0, 0
        self._file.write(finish_header(cards, rows, 0))
        for piece in pieces:
            self._file.write(piece)
            total, size = (total + add_words(piece)) % MODULUS, size + len(piece)
        self._file.write(bytes(-size % BLOCK_SIZE))
        end = self._file.tell()
        self._file.seek(start)
        self._file.write(finish_header(cards, rows, total))
        self._file.seek(end)

    def copy(self, pieces: Iterable[bytes]) -> None:
        """Bytes of whole HDUs as they are."""
        for piece in pieces:
            self._file.write(piece)


def find_named(file: FitsFile, name: str) -> Hdu | None:
    """The HDU whose EXTTYPE or EXTNAME is a name."""
    for hdu in file.hdus:
        said = (hdu.header.string("EXTTYPE"), hdu.header.string("EXTNAME"))
        if name in [each.strip().upper() for each in said if each]:
            return hdu
    return None


def require_whole(path: Path, file: FitsFile) -> None:
    """Refuse a file that is cut off, cannot be read, or has a solution applied already.

    Raises
    ------
    HscError
        with the reason.
    """
    if not file.hdus:
        raise HscError(f"{path}: cannot be read: {file.reason or 'this is no FITS file'}")
    for hdu in file.hdus:
        if hdu.header.end is None or hdu.data_bytes is None or hdu.present_bytes is not None:
            raise HscError(f"{path}: HDU {hdu.number} is cut off")
        if hdu.header.number("HSCMOSAP"):
            raise HscError(f"{path}: a joint solution is applied already (HSCMOSAP); not twice")
