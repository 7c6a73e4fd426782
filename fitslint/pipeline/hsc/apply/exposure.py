"""CALEXP: the image of a CCD with joint positions and a joint flux scale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from fitslint.model.file import FitsFile, Hdu
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.pipeline.hsc.apply.header import (
    COORDINATES,
    HduWriter,
    edit_cards,
    find_named,
    require_whole,
)
from fitslint.pipeline.hsc.apply.solution import CcdSolution
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.sip import list_sip_cards
from fitslint.pipeline.table_file import CardRow, write_card_rows
from fitslint.source.image import open_fits, read_axes
from fitslint.syntax.scan_reader import Reader

_POWERS = {"IMAGE": 1, "MASK": 0, "VARIANCE": 2}
"""How often counts stand in the pixels of an image: they are scaled as often."""
_ROWS = 256
_PIECE = 1 << 22
_TYPES: dict[int, np.dtype[Any]] = {-32: np.dtype(">f4"), -64: np.dtype(">f8")}
_MANDATORY = re.compile(rb"(XTENSION|BITPIX  |NAXIS[ \d]  |PCOUNT  |GCOUNT  )=")
_OLD_SCALE = re.compile(r"(HIERARCH )?(FLUXMAG0(ERR)?|PHOTOCALIB_ID)")


def write_exposure(file: BinaryIO, path: Path, solution: CcdSolution, rows: list[CardRow]) -> None:
    """Write CALEXP of an image: pixels scaled, coordinates replaced, all else as it is.

    Parameters
    ----------
    file : binary file
        where it is written.
    path : Path
        CORR: an empty primary HDU, IMAGE, and what else there is.
    rows : list of CardRow
        what the primary header says of the solution.

    Raises
    ------
    HscError
        when the image cannot be read, has another size, or a solution is applied already.
    OSError
        when it cannot be written.
    """
    with open_fits(str(path), is_watched=True) as (reader, fits):
        require_whole(path, fits)
        _require_images(path, fits, solution)
        writer = HduWriter(file)
        ours = {key for key, _, _ in rows if key != "HISTORY"}
        primary = edit_cards(
            fits.hdus[0].header, lambda name: name in ours or _OLD_SCALE.fullmatch(name)
        )
        writer.write(primary, rows)
        named = {id(hdu): name for name in _POWERS if (hdu := find_named(fits, name)) is not None}
        factors = _FactorBlocks(solution)
        for hdu in fits.hdus[1:]:
            name = named.get(id(hdu))
            if name is None:
                writer.copy(_read_pieces(reader, hdu.header.offset, _find_end(hdu)))
            else:
                cards = edit_cards(hdu.header, _is_replaced)
                pieces = _scale(reader, hdu, factors, _POWERS[name])
                unit = _list_unit(fits, hdu, _POWERS[name])
                writer.write(_insert_coordinates(cards, solution), unit, pieces)


def _is_replaced(name: str) -> bool:
    return bool(COORDINATES.fullmatch(name) or _OLD_SCALE.fullmatch(name))


def _insert_coordinates(cards: bytes, solution: CcdSolution) -> bytes:
    """Put coordinates first, since WCSAXES stands before those of other letters, too."""
    at = 0
    while _MANDATORY.match(cards, at):
        at += CARD_SIZE
    return cards[:at] + write_card_rows(list_sip_cards(solution.wcs)) + cards[at:]


def _list_unit(fits: FitsFile, hdu: Hdu, power: int) -> list[CardRow]:
    """BUNIT of a mask or variance that tells none: nothing, and that of the image squared."""
    image = find_named(fits, "IMAGE")
    unit = image.header.string("BUNIT") if image is not None else None
    if "BUNIT" in hdu.header or power == 1 or unit is None:
        return []
    if not power:
        return [("BUNIT", "", "bits have none")]
    return [("BUNIT", f"{unit.strip()}**2", "that of the image, squared")] if unit.isalpha() else []


def _require_images(path: Path, fits: FitsFile, solution: CcdSolution) -> None:
    """Refuse images that cannot be scaled as they stand."""
    if fits.hdus[0].data_bytes:
        raise HscError(f"{path}: its pixels stand in HDU 1, not in an HDU that is called IMAGE")
    if find_named(fits, "IMAGE") is None:
        raise HscError(f"{path}: has no HDU that is called IMAGE")
    for name, power in _POWERS.items():
        hdu = find_named(fits, name)
        if hdu is None:
            continue
        if hdu.kind != "image":
            raise HscError(f"{path}: {name} is a {hdu.kind}; unpack it first (funpack)")
        if read_axes(hdu) != solution.surface.shape:
            sizes = " x ".join(map(str, read_axes(hdu)))
            wanted = " x ".join(map(str, solution.surface.shape))
            raise HscError(f"{path}: {name} has {sizes} pixels, the solution is of {wanted}")
        bitpix = hdu.header.structure.bitpix
        if power and bitpix not in _TYPES:
            raise HscError(f"{path}: {name} has BITPIX {bitpix}; counts that are scaled are floats")


def _find_end(hdu: Hdu) -> int:
    size = hdu.data_bytes or 0
    return hdu.data_offset + size + -size % BLOCK_SIZE


def _read_pieces(reader: Reader, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, _PIECE):
        yield reader.read_at(at, min(_PIECE, end - at))


class _FactorBlocks:
    """Factors of some rows at a time, which image and variance share."""

    def __init__(self, solution: CcdSolution) -> None:
        self.solution = solution
        self._blocks: dict[int, NDArray[np.float64]] = {}

    def find(self, first: int, last: int) -> NDArray[np.float64]:
        """Factors of rows ``first:last``, (rows, columns)."""
        if first not in self._blocks:
            rows = np.arange(first, last, dtype=np.float64)
            self._blocks[first] = self.solution.scale_grid(rows)
        return self._blocks[first]


def _scale(reader: Reader, hdu: Hdu, factors: _FactorBlocks, power: int) -> Iterator[bytes]:
    """The pixels of an image, some rows at a time."""
    if not power:
        yield from _read_pieces(reader, hdu.data_offset, hdu.data_offset + (hdu.data_bytes or 0))
        return
    kind = _TYPES[int(hdu.header.structure.bitpix or 0)]
    wide, high = factors.solution.surface.shape
    for first in range(0, high, _ROWS):
        last = min(first + _ROWS, high)
        size = (last - first) * wide * kind.itemsize
        data = reader.read_at(hdu.data_offset + first * wide * kind.itemsize, size)
        pixels: NDArray[Any] = np.frombuffer(data, kind).reshape(last - first, wide)
        factor = factors.find(first, last)
        with np.errstate(over="ignore", invalid="ignore"):
            yield (pixels * (factor if power == 1 else factor * factor)).astype(kind).tobytes()
