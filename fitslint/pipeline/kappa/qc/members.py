"""Member galaxies: names and positions, of a catalogue or of a model's potentials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitslint.lenstool.catalogue import Galaxy, read_catalogue
from fitslint.lenstool.errors import LenstoolError
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import LensModel
from fitslint.wcs.linear import convert_linear_to_sky
from fitslint.wcs.map_frame import Floats


@dataclass(frozen=True)
class MemberGalaxies:
    """Galaxies on the sky."""

    names: tuple[str, ...]
    ra: Floats
    dec: Floats
    source: str
    """The file that they are from."""

    def __len__(self) -> int:
        return len(self.names)


def select_model_members(model: LensModel) -> MemberGalaxies | None:
    """The galaxies among the potentials of a model; None when it has none, or no place."""
    galaxies = [lens for lens in model.lenses if lens.is_member]
    if model.reference is None or not galaxies:
        return None
    west = np.array([lens.x for lens in galaxies])
    north = np.array([lens.y for lens in galaxies])
    ra, dec = convert_linear_to_sky(west, north, model.reference)
    return MemberGalaxies(tuple(lens.name for lens in galaxies), ra, dec, model.path)


def read_member_catalogue(path: str, reference: tuple[float, float]) -> MemberGalaxies:
    """The galaxies of a catalogue in Lenstool's form.

    Parameters
    ----------
    path : str
        the file; ``#REFERENCE 0`` gives degrees, ``#REFERENCE 3 ra dec`` offsets in arcsec, x to
        the west.
    reference : tuple of float
        right ascension and declination in degrees; positions without ``#REFERENCE`` are offsets
        from it.

    Raises
    ------
    PipelineError
        when the catalogue cannot be read.
    """
    try:
        galaxies = read_catalogue(path).galaxies
    except LenstoolError as error:
        raise PipelineError(error.sentence, path=error.path, line=error.line) from None
    places = np.array([_convert_position(galaxy, reference) for galaxy in galaxies]).reshape(-1, 2)
    return MemberGalaxies(
        tuple(galaxy.name for galaxy in galaxies), places[:, 0], places[:, 1], path
    )


def _convert_position(galaxy: Galaxy, reference: tuple[float, float]) -> tuple[float, float]:
    told = galaxy.reference
    if told is not None and not told.relative:
        return galaxy.x % 360, galaxy.y
    origin = reference if told is None else (told.ra, told.dec)
    ra, dec = convert_linear_to_sky(galaxy.x, galaxy.y, origin)
    return float(ra), float(dec)
