"""Headers that astropy holds in memory, repaired there; data units are not looked at."""

from __future__ import annotations

from typing import Any

from fitslint.config.settings import Limits
from fitslint.model.file import FitsFile
from fitslint.model.form import CARD_SIZE
from fitslint.repair.model import Patch, RepairError
from fitslint.repair.stream import PatchedReader
from fitslint.source.astropy_objects import read_objects
from fitslint.source.files import read_container
from fitslint.text import say

_END = b"END".ljust(CARD_SIZE)


class HeadersReader:
    """The stream that objects in memory would be, with zeros for their data.

    Attributes
    ----------
    name : str
        the file that they come from, or what they are.
    """

    def __init__(self, source: object) -> None:
        file = read_objects(source)
        self.name = file.path
        self.size: int | None = file.size
        self.fault: tuple[str, str] | None = None
        self._headers = [
            (hdu.header.offset, (hdu.header.raw + _END).ljust(hdu.data_offset - hdu.header.offset))
            for hdu in file.hdus
        ]

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count``; zeros between headers."""
        stop = min(offset + count, self.size or 0)
        data = bytearray(max(stop - offset, 0))
        for start, header in self._headers:
            first, last = max(start, offset), min(start + len(header), stop)
            if first < last:
                data[first - offset : last - offset] = header[first - start : last - start]
        return bytes(data)

    def ends_at(self, offset: int) -> bool:
        """Whether the stream ends exactly there."""
        return offset == self.size


def write_headers(
    source: Any, reader: HeadersReader, patches: tuple[Patch, ...], limits: Limits
) -> None:
    """Bring the cards that ``patches`` change into the headers of astropy, or leave them all.

    Raises
    ------
    RepairError
        when astropy does not take them as they are.
    """
    before = read_container(reader, reader.name, "fits", limits)
    after = read_container(PatchedReader(reader, patches), reader.name, "fits", limits)
    headers = _list_headers(source)
    if not len(headers) == len(before.hdus) == len(after.hdus):
        raise RepairError(
            say("what astropy holds is read as another number of HDUs; it is as it was")
        )
    changed = [
        (header, header.copy(), new.header.raw)
        for header, old, new in zip(headers, before.hdus, after.hdus, strict=True)
        if old.header.raw != new.header.raw
    ]
    try:
        for header, _, raw in changed:
            _replace_cards(header, type(header).fromstring(raw.decode("latin-1")))
        _refuse_difference(_list_raw_cards(read_objects(source)), _list_raw_cards(after))
    except BaseException:
        for header, copy, _ in changed:
            _replace_cards(header, copy)
        raise


def _refuse_difference(actual: list[bytes], expected: list[bytes]) -> None:
    if actual != expected:
        raise RepairError(say("astropy writes the repaired cards otherwise; they are as they were"))


def _replace_cards(header: Any, new: Any) -> None:
    header.clear()
    header.extend(new.cards, strip=False, bottom=True)


def _list_headers(source: Any) -> list[Any]:
    if hasattr(source, "cards"):
        return [source]
    return [source.header] if hasattr(source, "header") else [hdu.header for hdu in source]


def _list_raw_cards(file: FitsFile) -> list[bytes]:
    """The cards of every header, without blank ones at its end: astropy drops them."""
    return [hdu.header.raw.rstrip(b" ") for hdu in file.hdus]
