"""SIP, the Simple Imaging Polynomial: a correction of pixels before the linear step.

Shupe et al. 2005 (ADASS XIV, ASP Conf. Ser. 347, 491), whose equation numbers are given.
"""

from __future__ import annotations

import re
from typing import Literal

from fitslint.model.records import dataclass
from fitslint.text import phrase
from fitslint.wcs.distortions.newton import invert_map
from fitslint.wcs.distortions.surface import Matrix, PlaneMap, Surface
from fitslint.wcs.keywords import HeaderValues, KeywordError, read_integer, require_real
from fitslint.wcs.maths import Maths, T

SIP_ORDER_MAX = 9
"""The degree that names of one digit can tell."""
_TERM = re.compile("(AP?|BP?)_([0-9]{1,3})_([0-9]{1,3})")
_PAIRS = (("A", "B"), ("AP", "BP"))


@dataclass(frozen=True, slots=True)
class SipDistortion:
    """A SIP distortion; its coordinates are pixels from CRPIXj.

    Attributes
    ----------
    forward : PlaneMap
        (u, v) to (u + f(u, v), v + g(u, v)), equations 1 to 3.
    inverse : PlaneMap, optional
        the recorded approximate inverse, equations 4 to 6; None where there is none.
    notes : tuple of (str, str)
        a keyword and what was taken for granted of it.
    """

    forward: PlaneMap
    inverse: PlaneMap | None = None
    notes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_values(cls, values: HeaderValues) -> SipDistortion | None:
        """The distortion that a header tells; None where it has no SIP keyword.

        One of A and B without the other leaves the other axis as it is, which is noted.

        Raises
        ------
        KeywordError
            where an order or a term cannot be read, or terms come without their order.
        """
        terms = _group_terms(values)
        notes: list[tuple[str, str]] = []
        forward, inverse = (_read_map(values, terms, pair, notes) for pair in _PAIRS)
        if forward is None:
            if inverse is not None:
                raise KeywordError("A_ORDER", "is absent beside an inverse (AP_ORDER, BP_ORDER)")
            return None
        return cls(forward, inverse, tuple(notes))

    @property
    def place(self) -> Literal["pixel"]:
        """Where in the chain it stands."""
        return "pixel"

    def correct(self, maths: Maths[T], u: T, v: T) -> tuple[T, T]:
        """Corrected pixel offsets of pixel offsets."""
        return self.forward.correct(maths, u, v)

    def differentiate(self, maths: Maths[T], u: T, v: T) -> Matrix[T]:
        """The Jacobian matrix of :meth:`correct`."""
        return self.forward.differentiate(maths, u, v)

    def apply_inverse(self, maths: Maths[T], u: T, v: T) -> tuple[T, T]:
        """Pixel offsets of corrected ones as AP and BP tell them; unchanged where they are absent.

        This is what a reader gives that takes the recorded inverse.
        """
        return self.inverse.correct(maths, u, v) if self.inverse is not None else (u, v)

    def undo(self, maths: Maths[T], u: T, v: T) -> tuple[T, T]:
        """Pixel offsets that :meth:`correct` brings to these; NaN where there are none.

        The search begins at the recorded inverse, which need not be a good one.
        """
        start_u, start_v = self.apply_inverse(maths, u, v)
        usable = maths.isfinite(start_u + start_v)
        start = maths.select(usable, start_u, u), maths.select(usable, start_v, v)
        found = invert_map(maths, self.forward, (u, v), start)
        if self.inverse is None or maths.all(maths.isfinite(found[0])):
            return found
        again = invert_map(maths, self.forward, (u, v), (u, v))
        lost = maths.isnan(found[0])
        return maths.select(lost, again[0], found[0]), maths.select(lost, again[1], found[1])


Terms = dict[str, list[tuple[int, int, str]]]


def _group_terms(values: HeaderValues) -> Terms:
    """The terms of each polynomial: degrees and keyword."""
    found: Terms = {}
    for keyword in values:
        told = _TERM.fullmatch(keyword)
        if told and values[keyword] is not None:
            found.setdefault(told[1], []).append((int(told[2]), int(told[3]), keyword))
    return found


def _read_map(
    values: HeaderValues, terms: Terms, pair: tuple[str, str], notes: list[tuple[str, str]]
) -> PlaneMap | None:
    surfaces = [_read_surface(values, name, terms.get(name, []), notes) for name in pair]
    if surfaces == [None, None]:
        return None
    for name, surface in zip(pair, surfaces, strict=True):
        if surface is None:
            notes.append((f"{name}_ORDER", phrase("is absent: this axis is taken as undistorted")))
    first, second = (surface or Surface(()) for surface in surfaces)
    return PlaneMap(first, second, corrects=True)


def _read_surface(
    values: HeaderValues,
    name: str,
    terms: list[tuple[int, int, str]],
    notes: list[tuple[str, str]],
) -> Surface | None:
    keyword = f"{name}_ORDER"
    order = read_integer(values, keyword, 0, SIP_ORDER_MAX)
    if order is None:
        if terms:
            raise KeywordError(keyword, f"is absent, though {terms[0][2]} is there")
        return None
    kept = [(p, q, require_real(values, term)) for p, q, term in terms if p + q <= order]
    notes.extend(
        (term, f"is beyond {keyword} = {order} and not used")
        for p, q, term in terms
        if p + q > order
    )
    return Surface(tuple(sorted(kept)))
