"""Sky maps in files: a JSON text from which all can be computed again, and a FITS file a tract."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.inputs import CcdImage
from fitslint.pipeline.hsc.tract.geometry import Tract, TractParameters
from fitslint.pipeline.table_file import CardRow, build_table_file
from fitslint.products.cards.provenance import CREATOR
from fitslint.products.timestamp import get_utc_time

SCHEMA = "fitslint-hsc-sky-map-1"
JSON_NAME = "skyMap.json"
_SIZE_MAX = 64 << 20


@dataclass(frozen=True, slots=True)
class TractInputs:
    """Of what a tract was made.

    Attributes
    ----------
    filters : tuple of str
        of all images, sorted.
    digests : mapping of str to str
        SHA-1 of the header of every image, by path.
    """

    filters: tuple[str, ...] = ()
    visits: tuple[int, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_images(cls, images: Sequence[CcdImage]) -> TractInputs:
        """What the images are."""
        found = [image.identity for image in images]
        return cls(
            tuple(sorted({each.filter for each in found if each.filter is not None})),
            tuple(sorted({each.visit for each in found if each.visit is not None})),
            {image.path: image.digest for image in images},
        )


@dataclass(frozen=True, slots=True)
class TractMap:
    """Tracts with what they were made of."""

    tracts: tuple[Tract, ...]
    inputs: tuple[TractInputs, ...]

    def to_dict(self) -> dict[str, Any]:
        """As it stands in ``skyMap.json`` (``schemas/hsc-sky-map-1.0.0.json``)."""
        return {
            "schema": SCHEMA,
            "algorithm": "discrete",
            "tracts": [
                {
                    "tract": tract.number,
                    "centre": list(tract.centre),
                    "radius": tract.radius,
                    "parameters": asdict(tract.parameters),
                    "size": [tract.size, tract.size],
                    "crpix": [tract.crpix, tract.crpix],
                    "patches": [tract.patches, tract.patches],
                    "corners": [list(corner) for corner in tract.list_corners()],
                    "filters": list(inputs.filters),
                    "visits": list(inputs.visits),
                    "inputs": dict(inputs.digests),
                }
                for tract, inputs in zip(self.tracts, self.inputs, strict=True)
            ],
        }


def read_tract_map(path: Path) -> TractMap:
    """Read ``skyMap.json``.

    Raises
    ------
    HscError
        when it is none.
    """
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_SIZE_MAX))
        if found["schema"] == SCHEMA:
            return _parse_tract_map(found["tracts"])
    except OSError as error:
        raise HscError(f"{path}: {error.strerror or error}") from None
    except (KeyError, TypeError, ValueError, IndexError, RecursionError):
        pass
    raise HscError(f"{path}: this is no whole sky map of fitslint; --overwrite makes a new one")


def _parse_tract_map(tables: Sequence[Mapping[str, Any]]) -> TractMap:
    """The tracts of a sky map.

    Raises
    ------
    ValueError, KeyError, TypeError, IndexError
        when a table is no tract, or not that of its own numbers.
    """
    tracts = tuple(
        Tract(
            each["tract"],
            (float(each["centre"][0]), float(each["centre"][1])),
            float(each["radius"]),
            TractParameters(**each["parameters"]),
        )
        for each in tables
    )
    inputs = tuple(
        TractInputs(tuple(each["filters"]), tuple(each["visits"]), dict(each["inputs"]))
        for each in tables
    )
    for tract, table in zip(tracts, tables, strict=True):
        numbers = (*tract.centre, tract.radius, *asdict(tract.parameters).values())
        if not all(math.isfinite(number) for number in numbers if not isinstance(number, str)):
            raise ValueError("a number is not finite")
        if not (0 <= tract.centre[0] < 360 and abs(tract.centre[1]) <= 90):
            raise ValueError("the centre is nowhere on the sky")
        if set(table["parameters"]) != set(asdict(tract.parameters)):
            raise KeyError("parameters")
        if [table["size"], table["patches"]] != [[tract.size] * 2, [tract.patches] * 2]:
            raise ValueError("size and patches are not those of the parameters")
    return TractMap(tracts, inputs)


def write_tract_map(sky_map: TractMap, folder: Path) -> list[Path]:
    """Write ``skyMap.json`` and a FITS file for every tract.

    Raises
    ------
    OSError
        when a file cannot be written; each is there completely or not at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for tract, inputs in zip(sky_map.tracts, sky_map.inputs, strict=True):
        path = folder / f"tract-{tract.number}.fits"
        write_atomic(path, build_tract_file(tract, inputs))
        written.append(path)
    path = folder / JSON_NAME
    write_atomic(path, (json.dumps(sky_map.to_dict(), indent=2) + "\n").encode())
    return [*written, path]


def build_tract_file(tract: Tract, inputs: TractInputs) -> bytes:
    """The FITS file of a tract: its plane in the primary header, its patches as a table."""
    extname = ("EXTNAME", "PATCHES", "patches of the tract")
    return build_table_file(
        _list_primary_cards(tract, inputs), build_patch_table(tract), extname, _UNITS
    )


_UNITS = {
    "X0": "pixel", "Y0": "pixel", "NX": "pixel", "NY": "pixel", "RA": "deg", "DEC": "deg",
    "RACORN": "deg", "DECCORN": "deg",
}  # fmt: skip
_COLUMNS = np.dtype([
    ("PATCH", ">i4"), ("IX", ">i4"), ("IY", ">i4"), ("X0", ">i4"), ("Y0", ">i4"), ("NX", ">i4"),
    ("NY", ">i4"), ("RA", ">f8"), ("DEC", ">f8"), ("RACORN", ">f8", 4), ("DECCORN", ">f8", 4),
])  # fmt: skip


def build_patch_table(tract: Tract) -> np.ndarray[Any, Any]:
    """A row for every patch: its number, its place, its pixels, and where they are on the sky."""
    rows = np.zeros(tract.patches**2, _COLUMNS)
    for row, patch in zip(rows, tract.list_patches(), strict=True):
        left, bottom = patch.x0 - 0.5, patch.y0 - 0.5
        right, top = left + patch.nx, bottom + patch.ny
        corners = [
            tract.find_position(*corner)
            for corner in ((left, bottom), (right, bottom), (right, top), (left, top))
        ]
        centre = tract.find_position((left + right) / 2, (bottom + top) / 2)
        numbers = (patch.number, patch.ix, patch.iy, patch.x0, patch.y0, patch.nx, patch.ny)
        ra, dec = zip(*corners, strict=True)
        values: tuple[Any, ...] = (*numbers, *centre, ra, dec)
        for name, value in zip(_COLUMNS.names or (), values, strict=True):
            row[name] = value
    return rows


_WCS_COMMENTS = {
    "WCSAXES": "number of coordinate axes", "CTYPE1": "right ascension and projection",
    "CTYPE2": "declination and projection", "CUNIT1": "unit of axis 1", "CUNIT2": "unit of axis 2",
    "CRVAL1": "[deg] right ascension of the centre", "CRVAL2": "[deg] declination of the centre",
    "CRPIX1": "pixel of the centre, axis 1", "CRPIX2": "pixel of the centre, axis 2",
    "CDELT1": "[deg] pixel along axis 1", "CDELT2": "[deg] pixel along axis 2",
    "RADESYS": "celestial reference system",
}  # fmt: skip


def _list_primary_cards(tract: Tract, inputs: TractInputs) -> list[CardRow]:
    inner = tract.parameters.patch_inner
    return [
        ("PRODUCT", "hsc-tract", "kind of product"),
        ("TRACT", tract.number, "number of the tract"),
        ("NPATCHX", tract.patches, "patches along axis 1"),
        ("NPATCHY", tract.patches, "patches along axis 2"),
        ("PATCHIN1", inner, "[pixel] patch without border, axis 1"),
        ("PATCHIN2", inner, "[pixel] patch without border, axis 2"),
        ("PATCHBRD", tract.parameters.patch_border, "[pixel] border of a patch"),
        ("TRACTSX", tract.size, "[pixel] length of the tract along axis 1"),
        ("TRACTSY", tract.size, "[pixel] length of the tract along axis 2"),
        ("FILTERS", ",".join(inputs.filters), "filters of the images"),
        ("NVISIT", len(inputs.visits), "number of visits"),
        ("NCCD", len(inputs.digests), "number of CCD images"),
        *((keyword, value, _WCS_COMMENTS[keyword]) for keyword, value in tract.wcs_cards.items()),
        ("DATE", get_utc_time(), "[UTC] when the HDU was written"),
        ("ORIGIN", "fitslint", "who made the file"),
        ("CREATOR", CREATOR, "software and its version"),
    ]
