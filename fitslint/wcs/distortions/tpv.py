"""TPV, and the terms that SCAMP writes under TAN: a polynomial between linear step and projection.

The TPV convention of the FITS registry (fits.gsfc.nasa.gov/registry/tpvwcs.html).
"""

from __future__ import annotations

import re
from typing import Literal

from fitslint.model.records import dataclass
from fitslint.wcs.distortions.newton import invert_map
from fitslint.wcs.distortions.surface import Matrix, PlaneMap, Surface
from fitslint.wcs.keywords import HeaderValues, KeywordError, read_real
from fitslint.wcs.maths import Maths, T

TERM_MAX = 39
"""The last term: the seventh power of the radius."""
SCAMP_TERM = 5
"""No projection without parameters has terms from here on but those of SCAMP."""
LONGITUDE_TERMS = frozenset(range(5))
"""PVi_m of the longitude axis that belong to every projection (Paper II, section 2.5)."""
_TERM = re.compile("PV([1-9][0-9]?)_([0-9]{1,3})([A-Z]?)")
TanParameters = Literal["none", "standard", "scamp", "unclear"]


def _list_powers() -> dict[int, tuple[int, int] | int]:
    """What each term multiplies: degrees of own and other coordinate, or a power of the radius."""
    found: dict[int, tuple[int, int] | int] = {}
    for degree in range(8):
        for other in range(degree + 1):
            found[len(found)] = (degree - other, other)
        if degree % 2:
            found[len(found)] = degree
    return found


POWERS = _list_powers()


@dataclass(frozen=True, slots=True)
class TpvDistortion:
    """A TPV polynomial; its coordinates are intermediate world coordinates in degrees.

    Attributes
    ----------
    forward : PlaneMap
        (xi, eta), along the longitude and the latitude axis, to where TAN takes them.
    """

    forward: PlaneMap

    @classmethod
    def from_values(
        cls, values: HeaderValues, longitude: int = 1, latitude: int = 2, version: str = ""
    ) -> TpvDistortion:
        """The polynomial that PVi_m of two axes tell; that of an axis without terms is the axis.

        Raises
        ------
        KeywordError
            where a term is beyond 39 or no finite number.
        """
        along = _read_terms(values, longitude, version)
        across = _read_terms(values, latitude, version)
        return cls(PlaneMap(along, across.swap(), corrects=False))

    @property
    def place(self) -> Literal["plane"]:
        """Where in the chain it stands."""
        return "plane"

    def correct(self, maths: Maths[T], xi: T, eta: T) -> tuple[T, T]:
        """Coordinates in the plane of TAN, in degrees."""
        return self.forward.correct(maths, xi, eta)

    def differentiate(self, maths: Maths[T], xi: T, eta: T) -> Matrix[T]:
        """The Jacobian matrix of :meth:`correct`."""
        return self.forward.differentiate(maths, xi, eta)

    def undo(self, maths: Maths[T], xi: T, eta: T) -> tuple[T, T]:
        """Intermediate world coordinates of those in the plane; NaN where there are none."""
        return invert_map(maths, self.forward, (xi, eta), (xi, eta))


def _read_terms(values: HeaderValues, axis: int, version: str) -> Surface:
    terms: list[tuple[int, int, float]] = []
    radial: list[tuple[int, float]] = []
    found = {1: 1.0}
    for term, keyword in list_pv_terms(values, axis, version):
        if term > TERM_MAX:
            raise KeywordError(keyword, f"is beyond the last term of TPV, PV{axis}_{TERM_MAX}")
        number = read_real(values, keyword)
        found[term] = 0.0 if number is None else number
    for term, coefficient in sorted(found.items()):
        power = POWERS[term]
        if isinstance(power, int):
            radial.append((power, coefficient))
        else:
            terms.append((*power, coefficient))
    return Surface(tuple(terms), tuple(entry for entry in radial if entry[1]))


def list_pv_terms(values: HeaderValues, axis: int, version: str = "") -> list[tuple[int, str]]:
    """The m and the keyword of the PVi_m that are defined for an axis, by m."""
    found = []
    for keyword in values:
        told = _TERM.fullmatch(keyword)
        if told and int(told[1]) == axis and told[3] == version and values[keyword] is not None:
            found.append((int(told[2]), keyword))
    return sorted(found)


def classify_tan_parameters(
    values: HeaderValues, longitude: int = 1, latitude: int = 2, version: str = ""
) -> TanParameters:
    """What PVi_m beside a plain TAN mean.

    Returns
    -------
    str
        "none": there are none. "standard": PVi_0 to PVi_4 of the longitude axis alone, which
        are the native reference point and pole (Paper II, section 2.5). "scamp": terms from
        m = 5 on, which only a distortion of SCAMP has: TPV is meant. "unclear": low terms on the
        latitude axis, which mean nothing by the standard and a distortion of first degree to
        SCAMP.
    """
    along = [term for term, _ in list_pv_terms(values, longitude, version)]
    across = [term for term, _ in list_pv_terms(values, latitude, version)]
    if not along and not across:
        return "none"
    if max(along + across) >= SCAMP_TERM:
        return "scamp"
    return "unclear" if across else "standard"
