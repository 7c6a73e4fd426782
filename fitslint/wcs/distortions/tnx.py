"""TNX and ZPX, IRAF's corrections between the linear step and TAN or ZPN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from fitslint.model.records import dataclass, field
from fitslint.wcs.distortions.newton import invert_map
from fitslint.wcs.distortions.surface import Matrix, PlaneMap, Surface
from fitslint.wcs.distortions.wat import WatAttributes
from fitslint.wcs.keywords import HeaderValues, KeywordError, show_value
from fitslint.wcs.maths import Maths, T

ZPX_TERMS = 10
"""projp0 to projp9."""


@dataclass(frozen=True, slots=True)
class TnxDistortion:
    """A correction of TNX or ZPX; its coordinates are intermediate world coordinates in degrees.

    Attributes
    ----------
    forward : PlaneMap
        (xi, eta) to (xi + lngcor(xi, eta), eta + latcor(xi, eta)).
    projection : str
        TAN or ZPN, which the corrected coordinates go through.
    parameters : mapping of int to float
        PVi_m of the latitude axis for ZPN, from projp0 to projp9.
    """

    forward: PlaneMap
    projection: str = "TAN"
    parameters: Mapping[int, float] = field(default_factory=dict)

    @classmethod
    def from_values(
        cls, values: HeaderValues, longitude: int = 1, latitude: int = 2, code: str = "TNX"
    ) -> TnxDistortion:
        """The correction that WATi_nnn of two axes tell; one without a surface is none.

        Raises
        ------
        KeywordError
            where WATi_nnn cannot be read, or speak of another type than ``code``.
        """
        along = WatAttributes.from_values(values, longitude)
        across = WatAttributes.from_values(values, latitude)
        for axis in (along, across):
            kind = axis.found.get("wtype")
            if kind is not None and kind.lower() != code.lower():
                reason = f"says wtype={show_value(kind)}, where CTYPEi says {code}"
                raise KeywordError(axis.keyword, reason)
        surfaces = along.read_surface("lngcor"), across.read_surface("latcor")
        nothing = Surface(())
        forward = PlaneMap(surfaces[0] or nothing, surfaces[1] or nothing, corrects=True)
        if code == "TNX":
            return cls(forward)
        return cls(forward, "ZPN", _read_parameters(along, across))

    @property
    def place(self) -> Literal["plane"]:
        """Where in the chain it stands."""
        return "plane"

    def correct(self, maths: Maths[T], xi: T, eta: T) -> tuple[T, T]:
        """Corrected intermediate world coordinates in degrees."""
        return self.forward.correct(maths, xi, eta)

    def differentiate(self, maths: Maths[T], xi: T, eta: T) -> Matrix[T]:
        """The Jacobian matrix of :meth:`correct`."""
        return self.forward.differentiate(maths, xi, eta)

    def undo(self, maths: Maths[T], xi: T, eta: T) -> tuple[T, T]:
        """Intermediate world coordinates of corrected ones; NaN where there are none."""
        return invert_map(maths, self.forward, (xi, eta), (xi, eta))


def _read_parameters(along: WatAttributes, across: WatAttributes) -> dict[int, float]:
    """The terms of ZPN; both axes record them, and they must not differ."""
    found: dict[int, float] = {}
    for term in range(ZPX_TERMS):
        name = f"projp{term}"
        one, other = along.read_number(name), across.read_number(name)
        if one is not None and other is not None and one != other:
            reason = f"says {name}={other!r}, where {along.keyword} says {one!r}"
            raise KeywordError(across.keyword, reason)
        told = other if other is not None else one
        if told is not None:
            found[term] = told
    return found
