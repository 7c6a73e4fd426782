"""The digest of the data of a file, by which files with the same data are found."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from fitslint.model.file import FitsFile, Hdu
from fitslint.source.readers import FileReader
from fitslint.syntax.scan_reader import ReadData, Reader

_CHUNK = 1 << 20
_DIGEST_BYTES = 16


class DataDigester:
    """Reads data units for others and makes a digest of them on the way.

    Parameters
    ----------
    read_data
        what wants to see the data units; it may leave parts of them unread.
    advance
        is told after each chunk how many bytes were dealt with.
    """

    def __init__(self, read_data: ReadData, advance: Callable[[int], None]) -> None:
        self._read_data = read_data
        self._advance = advance
        self._hash = hashlib.blake2b(digest_size=_DIGEST_BYTES)
        self._has_data = False
        """Whether some byte was not zero."""
        self._is_whole = True
        self._units = 0

    def __call__(self, reader: Reader, hdu: Hdu) -> None:
        """Read the data unit of ``hdu``."""
        size = hdu.data_bytes
        if not size:
            self._read_data(reader, hdu)
            return
        self._units += 1
        self._hash.update(size.to_bytes(8, "big"))
        if isinstance(reader, FileReader):  # holes stay holes to the one that reads
            self._read_data(reader, hdu)
            self.add(reader, hdu.data_offset, hdu.data_offset + size)
            return
        tap = _TappedReader(self, reader, hdu.data_offset, hdu.data_offset + size)
        self._read_data(tap, hdu)
        tap.finish()

    def tell(self, file: FitsFile) -> str | None:
        """The digest of all data of ``file``, 32 hexadecimal digits.

        None where they are cut short, could not be read, are zero all over, or there are none.
        """
        units = sum(bool(hdu.data_bytes) for hdu in file.hdus)
        is_known = self._is_whole and self._has_data and units == self._units
        return self._hash.hexdigest() if is_known else None

    def add(self, reader: Reader, start: int, stop: int) -> None:
        """Read bytes ``start:stop`` of a stream for the digest alone."""
        for at in range(start, stop, _CHUNK):
            count = min(_CHUNK, stop - at)
            data = reader.read_at(at, count)
            self.take(data)
            self._advance(count)
            if len(data) < count:
                self._is_whole = False
                return

    def take(self, data: bytes | memoryview) -> None:
        """Take in the next bytes of a data unit."""
        self._hash.update(data)
        self._has_data = self._has_data or bool(bytes(data).strip(b"\0"))


class _TappedReader:
    """A stream that cannot go back: what is read of it goes into the digest too."""

    def __init__(self, digester: DataDigester, reader: Reader, start: int, stop: int) -> None:
        self._digester, self._reader = digester, reader
        self._next, self._stop = start, stop
        self.size, self.fault = reader.size, reader.fault

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count``; those of the unit before them are read as well."""
        self._catch_up(min(offset, self._stop))
        data = self._reader.read_at(offset, count)
        self.size, self.fault = self._reader.size, self._reader.fault
        new = memoryview(data)[max(self._next - offset, 0) : max(self._stop - offset, 0)]
        self._digester.take(new)
        self._next += len(new)
        return data

    def ends_at(self, offset: int) -> bool:
        """Whether the stream ends exactly there."""
        return self._reader.ends_at(offset)

    def finish(self) -> None:
        """Read what nobody wanted to see."""
        self._catch_up(self._stop)

    def _catch_up(self, place: int) -> None:
        if self._next < place:
            self._digester.add(self._reader, self._next, place)
            self._next = place
