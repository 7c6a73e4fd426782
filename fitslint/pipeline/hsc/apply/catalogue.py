"""CALSRC: the catalogue of a CCD with joint positions and a joint flux scale."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from fitslint.model.file import FitsFile, Hdu
from fitslint.model.header import Header
from fitslint.pipeline.hsc.apply.header import HduWriter, edit_cards, require_whole
from fitslint.pipeline.hsc.apply.solution import CcdSolution
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.read import POSITION_COLUMNS
from fitslint.pipeline.table_file import CardRow
from fitslint.source.image import open_fits
from fitslint.syntax.column_formats import ELEMENT_BYTES, parse_binary_format

Array = NDArray[np.float64]
CORRECTION = "mosaic_corr"
_FLOATS = {"E": ">f4", "D": ">f8"}
_FLUX, _ERROR = "_instFlux", "_instFluxErr"
_MAGNITUDES = 2.5 / np.log(10)


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column of a table: its place in a row, and its type where it is a single float."""

    number: int
    name: str
    offset: int
    kind: str | None
    unit: str


class SourceRows:
    """The rows of a catalogue, whose columns are views that can be changed."""

    def __init__(self, header: Header, data: bytes) -> None:
        width, count = (int(axis or 0) for axis in header.structure.axes)
        self.columns = {column.name: column for column in list_source_columns(header)}
        self.width, self.count = width, count
        old = np.frombuffer(data, np.uint8, width * count).reshape(count, width)
        self._rows = np.zeros((count, width + 8), np.uint8)
        self._rows[:, :width] = old
        self.heap = data[width * count :]

    def view(self, name: str) -> NDArray[Any]:
        """The numbers of a column."""
        column = self.columns[name]
        return self._view(column.offset, str(column.kind))

    def _view(self, offset: int, kind: str) -> NDArray[Any]:
        dtype = np.dtype({"names": ["v"], "formats": [kind], "offsets": [offset],
                          "itemsize": self._rows.shape[1]})  # fmt: skip
        return self._rows.reshape(-1).view(dtype)["v"]

    def set_correction(self, values: Array) -> None:
        """Fill the column that is added."""
        self._view(self.width, ">f8")[:] = values

    def to_bytes(self) -> bytes:
        """The data unit without padding."""
        return self._rows.tobytes() + self.heap


def list_source_columns(header: Header) -> list[SourceColumn]:
    """The columns of a table.

    Raises
    ------
    HscError
        when their forms do not fill a row.
    """
    found, offset = [], 0
    for number in range(1, (header.structure.tfields or 0) + 1):
        form = parse_binary_format((header.string(f"TFORM{number}") or "").strip())
        if form is None:
            raise HscError(f"TFORM{number} cannot be read")
        name = (header.string(f"TTYPE{number}") or "").strip()
        unit = (header.string(f"TUNIT{number}") or "").strip()
        kind = _FLOATS.get(form.code) if form.repeat == 1 else None
        found.append(SourceColumn(number, name, offset, kind, unit))
        bits = form.repeat * (1 if form.code == "X" else 8 * ELEMENT_BYTES[form.code])
        offset += (bits + 7) // 8
    if offset != (header.structure.axes[0] or 0):
        raise HscError(f"its columns fill {offset} bytes of a row of {header.structure.axes[0]}")
    return found


def write_catalogue(
    file: BinaryIO, path: Path, solution: CcdSolution, rows: list[CardRow], *, to_magnitudes: bool
) -> int:
    """Write CALSRC of a catalogue; how many fluxes have no magnitude.

    Every ``*_instFlux`` and its error is scaled, by ``mosaic_corr``, which is added as a column;
    coordinates are those of the solution; all else is as it is.

    Parameters
    ----------
    to_magnitudes : bool
        whether fluxes become magnitudes, and their names ``*_mag`` and ``*_magErr``.

    Raises
    ------
    HscError
        when the catalogue cannot be read, or a solution is applied already.
    OSError
        when it cannot be written.
    """
    with open_fits(str(path)) as (reader, fits):
        require_whole(path, fits)
        hdu = _find_sources(path, fits)
        data = reader.read_at(hdu.data_offset, hdu.data_bytes or 0)
        others = [
            reader.read_at(each.header.offset, after.header.offset - each.header.offset)
            for each, after in zip(
                fits.hdus[hdu.number :], fits.hdus[hdu.number + 1 :], strict=False
            )
        ]
        if fits.hdus[-1] is not hdu:
            last = fits.hdus[-1].header.offset
            others.append(reader.read_at(last, (fits.size or last) - last))
    try:
        sources = SourceRows(hdu.header, data)
        lost = _apply(sources, solution, to_magnitudes=to_magnitudes)
    except HscError as error:
        raise HscError(f"{path}: {error}") from None
    writer, ours = HduWriter(file), {key for key, _, _ in rows if key != "HISTORY"}
    writer.write(edit_cards(fits.hdus[0].header, ours.__contains__), rows)
    replaced, added = _change_header(hdu.header, sources, to_magnitudes=to_magnitudes)
    cards = edit_cards(hdu.header, lambda name: False, replaced)
    writer.write(cards, added, [sources.to_bytes()])
    writer.copy(others)
    return lost


def _find_sources(path: Path, fits: FitsFile) -> Hdu:
    if len(fits.hdus) < 2 or fits.hdus[1].kind != "bintable" or fits.hdus[0].data_bytes:
        raise HscError(f"{path}: HDU 2 is no binary table")
    return fits.hdus[1]


def _list_fluxes(sources: SourceRows) -> list[SourceColumn]:
    return [
        column for name, column in sources.columns.items()
        if name.endswith((_FLUX, _ERROR)) and column.kind
    ]  # fmt: skip


def _apply(sources: SourceRows, solution: CcdSolution, *, to_magnitudes: bool) -> int:
    names = sources.columns
    if CORRECTION in names:
        raise HscError(f"has {CORRECTION} already: a solution is applied; not twice")
    pair = next((p for p in POSITION_COLUMNS if all(n in names and names[n].kind for n in p)), None)
    if pair is None:
        wanted = " or ".join("/".join(each) for each in POSITION_COLUMNS)
        raise HscError(f"has no positions: it needs {wanted}, and has {', '.join([*names][:12])}")
    x, y = (sources.view(name).astype(np.float64) for name in pair)
    with np.errstate(over="ignore", invalid="ignore"):
        factor = solution.scale(x, y)
        place = solution.locate(x, y)
    sources.set_correction(factor)
    for name, degrees in zip(("coord_ra", "coord_dec"), place, strict=True):
        if name in names and names[name].kind:
            is_deg = names[name].unit.startswith("deg")
            sources.view(name)[:] = degrees if is_deg else np.radians(degrees)
    return _scale_fluxes(sources, solution, factor, to_magnitudes=to_magnitudes)


def _scale_fluxes(
    sources: SourceRows, solution: CcdSolution, factor: Array, *, to_magnitudes: bool
) -> int:
    """Scale fluxes, errors first, since magnitudes of errors need both; how many are lost."""
    lost, columns = 0, _list_fluxes(sources)
    with np.errstate(all="ignore"):
        for column in sorted(columns, key=lambda each: not each.name.endswith(_ERROR)):
            numbers = sources.view(column.name)
            values = numbers.astype(np.float64) * factor
            if to_magnitudes and column.name.endswith(_ERROR):
                of = column.name.removesuffix("Err")
                flux = (
                    sources.view(of) * factor
                    if of in sources.columns
                    else np.full_like(values, np.nan)
                )
                values = np.where(flux > 0, _MAGNITUDES * values / flux, np.nan)
            elif to_magnitudes:
                lost += int((values <= 0).sum())
                zero = solution.flux_zero[0]
                values = np.where(values > 0, -2.5 * np.log10(values / zero), np.nan)
            numbers[:] = values
    return lost


def _change_header(
    header: Header, sources: SourceRows, *, to_magnitudes: bool
) -> tuple[dict[str, CardRow], list[CardRow]]:
    """Cards of the table that are replaced, and those that are added."""
    number = (header.structure.tfields or 0) + 1
    new: dict[str, CardRow] = {
        "NAXIS1": ("NAXIS1", sources.width + 8, "bytes of a row"),
        "TFIELDS": ("TFIELDS", number, "number of columns"),
    }
    heap = header.number("THEAP")
    if heap is not None:
        new["THEAP"] = ("THEAP", int(heap) + 8 * sources.count, "byte at which the heap begins")
    added: list[CardRow] = [
        (f"TTYPE{number}", CORRECTION, "factor by which fluxes are scaled"),
        (f"TFORM{number}", "1D", ""),
    ]
    for column in _list_fluxes(sources) if to_magnitudes else ():
        name = re.sub(r"instFlux(Err)?$", r"mag\1", column.name)
        new[f"TTYPE{column.number}"] = (f"TTYPE{column.number}", name, "")
        unit: CardRow = (f"TUNIT{column.number}", "mag", "")
        if f"TUNIT{column.number}" in header:
            new[unit[0]] = unit
        else:
            added.append(unit)
    return new, added
