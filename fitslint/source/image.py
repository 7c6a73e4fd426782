"""Images in a file: which HDU is meant, its axes, and its pixels as numbers."""

from __future__ import annotations

import math
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fitslint.model.errors import FitslintError
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.header import Header
from fitslint.model.records import dataclass
from fitslint.source.files import decompress, explain_open_error, read_container
from fitslint.source.readers import FileReader
from fitslint.syntax.scan_reader import STANDARD_BOUNDS, Reader, ScanBounds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PIXEL_TYPES = {8: ">u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}
"""How an image stores its numbers, by BITPIX (FITS 4.0, table 8)."""
_ARRAYS = ("primary", "image")
_DIGITS = re.compile(r"[0-9]{1,9}")
_AXES_MAX = 999
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_BEHIND = 1 << 20
"""Bytes behind the last HDU that are still let pass."""


class ImageError(FitslintError):
    """A file has no such image, or it cannot be read; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image with its header.

    Attributes
    ----------
    values : ndarray
        float64, the last axis first (NAXISn ... NAXIS1); NaN where a pixel is undefined.
    """

    hdu: Hdu
    values: NDArray[np.float64]

    @property
    def header(self) -> Header:
        """As it stands in the file; that of the table where the image is compressed."""
        return self.hdu.header


@dataclass(frozen=True, slots=True)
class PixelEncoding:
    """How an image stores its values (FITS 4.0, section 4.4.2.5)."""

    stored_type: np.dtype[Any]
    scale: float
    zero: float
    blank: int | None

    @property
    def output_type(self) -> np.dtype[Any]:
        """The type of the values times a factor: float32, and float64 where that was stored."""
        import numpy as np

        return np.dtype(">f8" if self.stored_type == np.dtype(">f8") else ">f4")

    def decode(self, data: bytes) -> NDArray[np.float64]:
        """The values that bytes stand for; undefined ones are NaN."""
        import numpy as np

        raw = np.frombuffer(data, self.stored_type)
        found = raw.astype(np.float64)
        if self.blank is not None:
            found[raw == self.blank] = np.nan
        if (self.scale, self.zero) != (1.0, 0.0):
            found = found * self.scale + self.zero
        return found


def read_encoding(header: Header) -> PixelEncoding:
    """The coding that a header tells.

    Raises
    ------
    ImageError
        when BSCALE or BZERO is no number: the values are then not known.
    """
    import numpy as np

    for keyword in ("BSCALE", "BZERO"):
        card = header.find_card(keyword)
        if card is not None and header.number(keyword) is None:
            raise ImageError(
                f"{keyword} is {card.text.strip()[:30] or 'undefined'}, which is no number: the "
                "values of the pixels are not known"
            )
    stored = np.dtype(PIXEL_TYPES[header.structure.bitpix or 8])
    scale, zero = header.number("BSCALE"), header.number("BZERO")
    return PixelEncoding(
        stored, 1.0 if scale is None else scale, 0.0 if zero is None else zero,
        read_blank(header) if stored.kind != "f" else None,
    )  # fmt: skip


def read_blank(header: Header) -> int | None:
    """The stored number of an undefined pixel."""
    blank = header.value("BLANK")
    return blank if isinstance(blank, int) and not isinstance(blank, bool) else None


def find_hdu(file: FitsFile, hdu: int | str) -> Hdu:
    """The HDU of a number from 1, or of an EXTNAME.

    Raises
    ------
    ImageError
        when there is none.
    """
    if isinstance(hdu, str) and not _DIGITS.fullmatch(hdu):
        wanted = hdu.strip().upper()
        for candidate in file.hdus:
            name = candidate.header.string("EXTNAME")
            if name is not None and name.strip().upper() == wanted:
                return candidate
        raise ImageError(f"no HDU has the EXTNAME {hdu!r}")
    number = int(hdu)
    if not 1 <= number <= len(file.hdus):
        raise ImageError(f"there is no HDU {number}; they count from 1 to {len(file.hdus)}")
    return file.hdus[number - 1]


def has_image(hdu: Hdu) -> bool:
    """Whether an HDU is a plain image with pixels."""
    return hdu.kind in _ARRAYS and bool(hdu.data_bytes)


def read_axes(hdu: Hdu) -> tuple[int, ...]:
    """NAXIS1, NAXIS2 ... of an image, of one that is compressed as well; none of a table."""
    if hdu.kind in _ARRAYS:
        return tuple(axis or 0 for axis in hdu.header.structure.axes)
    count = hdu.header.value("ZNAXIS") if hdu.kind == "compressed-image" else None
    if not isinstance(count, int) or not 0 < count <= _AXES_MAX:
        return ()
    lengths = [hdu.header.value(f"ZNAXIS{axis}") for axis in range(1, count + 1)]
    return tuple(length if isinstance(length, int) else 0 for length in lengths)


def read_image(path: str, *, axes: int, max_pixels: int, hdu: int | str | None = None) -> Image:
    """An image of a file, by default the first with more than one pixel, or else with one.

    ``hdu`` is a number from 1 or an EXTNAME. Where there are more axes than asked for, those of
    length 1 are left out, the last first.

    Raises
    ------
    ImageError
        when there is none, it has not as many axes, or more pixels than may be, or cannot be read.
    """
    with open_fits(path) as (reader, file):
        _refuse_tail(file)
        found = _find_first_image(file) if hdu is None else find_hdu(file, hdu)
        if found is None:
            wrong = "" if file.status == "ok" else ", and cannot be read as FITS to its end"
            raise ImageError(f"holds no image{wrong}")
        shape = list(reversed(read_axes(found)))
        while len(shape) > axes and 1 in shape:
            shape.remove(1)
        if len(shape) != axes:
            count = "one axis" if len(shape) == 1 else f"{len(shape)} axes"
            raise ImageError(f"HDU {found.number} has {count}; a map has {axes} here")
        if math.prod(shape) > max_pixels:
            size = " x ".join(map(str, reversed(shape)))
            raise ImageError(f"{size} pixels are more than {max_pixels} at once")
        values = _unpack(path, found) if found.kind not in _ARRAYS else _decode(reader, found)
        if values.size != math.prod(shape) or min(shape) < 0:
            raise ImageError("cannot be read: its axes do not go with its pixels")
        return Image(found, values.reshape(shape))


def _find_first_image(file: FitsFile) -> Hdu | None:
    """The first image with more than one pixel, or else with one."""
    axes = [(hdu, set(read_axes(hdu))) for hdu in file.hdus]
    several = next((hdu for hdu, lengths in axes if lengths - {0, 1}), None)
    return several or next((hdu for hdu, lengths in axes if lengths == {1}), None)


@contextmanager
def open_fits(
    path: str, bounds: ScanBounds = STANDARD_BOUNDS, *, is_watched: bool = False
) -> Iterator[tuple[Reader, FitsFile]]:
    """The uncompressed stream of a regular file, and what is in it.

    Who reads data in parts may take as long as it likes (``is_watched``).

    Raises
    ------
    ImageError
        when it cannot be opened, or is no regular file.
    """
    try:
        fd = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        raise ImageError(f"cannot be read: {explain_open_error(path, error)}") from None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise ImageError("cannot be read: this is a folder, a pipe or a device, not a file")
        stream = FileReader(fd, status.st_size)
        reader, container = decompress(stream, bounds, is_watched=is_watched)
        yield reader, read_container(reader, path, container, bounds)
    finally:
        os.close(fd)


def _refuse_tail(file: FitsFile) -> None:
    """Refuse what is no FITS file, or goes on far behind its last HDU."""
    if not file.hdus:
        reason = file.reason or "this is no FITS file that can be read"
        raise ImageError(f"cannot be read: {reason}")
    for problem in file.problems:
        size = problem.params.get("size") if problem.kind == "trailing" else 0
        if size is None or size > _BEHIND:
            tail = f"{size} bytes" if size else "more bytes than were read"
            raise ImageError(
                f"cannot be read: {tail} follow the last HDU; cut them off first (fitslint check)"
            )


def _decode(reader: Reader, hdu: Hdu) -> NDArray[np.float64]:
    if hdu.header.structure.bitpix not in PIXEL_TYPES:
        raise ImageError("cannot be read: BITPIX is none of 8, 16, 32, 64, -32, -64")
    encoding, length = read_encoding(hdu.header), hdu.data_bytes or 0
    data = reader.read_at(hdu.data_offset, length)
    if len(data) < length:
        raise ImageError("cannot be read: the file ends within its pixels")
    return encoding.decode(data)


def _unpack(path: str, hdu: Hdu) -> NDArray[np.float64]:
    """The pixels of a compressed image, by astropy."""
    import warnings

    import numpy as np
    from astropy.io import fits

    try:
        with (
            warnings.catch_warnings(action="ignore"),
            fits.open(path, memmap=False, lazy_load_hdus=True) as file,
        ):
            return np.array(file[hdu.number - 1].data, np.float64)
    except MemoryError:
        raise
    except Exception as error:  # astropy raises whatever its reader runs into
        said = " ".join(str(error).split())[:200]
        raise ImageError(f"cannot be read as FITS: {said}") from None
