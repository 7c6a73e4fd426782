"""Polynomial surfaces over a plane, their slopes, and maps made of two of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from fitslint.model.records import dataclass
from fitslint.wcs.maths import Maths, T

Basis = Literal["monomial", "chebyshev", "legendre"]
Term = tuple[int, int, float]
"""Degree in x, degree in y, coefficient."""
Matrix = tuple[T, T, T, T]
"""Derivatives of (x', y') by x and y: x'x, x'y, y'x, y'y."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The rectangle that is brought to -1 ... 1 before a basis is evaluated."""

    xmin: float
    xmax: float
    ymin: float
    ymax: float


@dataclass(frozen=True, slots=True)
class Surface:
    """A sum of products of two polynomials of a basis, and of odd powers of the radius.

    Attributes
    ----------
    basis : str
        of which polynomials the degrees speak.
    terms : tuple of (int, int, float)
    radial : tuple of (int, float)
        odd powers of ``sqrt(x**2 + y**2)``, and their coefficients.
    domain : Domain, optional
        where absent, x and y are taken as they are.
    """

    terms: tuple[Term, ...]
    radial: tuple[tuple[int, float], ...] = ()
    basis: Basis = "monomial"
    domain: Domain | None = None

    def evaluate(self, maths: Maths[T], x: T, y: T) -> T:
        """The height of the surface; what overflows is infinite or NaN."""
        total = maths.fill(x, 0.0)
        across, up = self._build_tables(maths, x, y)
        for p, q, coefficient in self.terms:
            total = total + across[p] * up[q] * coefficient
        return total + self._evaluate_radial(maths, x, y) if self.radial else total

    def differentiate(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """The slopes of the surface along x and along y; that of the radius is 0 at its origin."""
        along_x, along_y = maths.fill(x, 0.0), maths.fill(x, 0.0)
        across, up = self._build_tables(maths, x, y)
        slope_x = _differentiate(maths, across, self.basis)
        slope_y = _differentiate(maths, up, self.basis)
        for p, q, coefficient in self.terms:
            along_x = along_x + slope_x[p] * up[q] * coefficient
            along_y = along_y + across[p] * slope_y[q] * coefficient
        if self.domain is not None:
            along_x = along_x * (2 / (self.domain.xmax - self.domain.xmin))
            along_y = along_y * (2 / (self.domain.ymax - self.domain.ymin))
        if self.radial:
            slope = self._differentiate_radial(maths, x, y)
            along_x, along_y = along_x + slope * x, along_y + slope * y
        return along_x, along_y

    def swap(self) -> Surface:
        """The surface of y and x; for one that has no domain."""
        return Surface(tuple((q, p, c) for p, q, c in self.terms), self.radial, self.basis)

    def _build_tables(self, maths: Maths[T], x: T, y: T) -> tuple[list[T], list[T]]:
        if self.domain is not None:
            left, right = self.domain.xmin, self.domain.xmax
            low, high = self.domain.ymin, self.domain.ymax
            x = (x * 2 - (right + left)) / (right - left)
            y = (y * 2 - (high + low)) / (high - low)
        degree_x = max((p for p, _, _ in self.terms), default=0)
        degree_y = max((q for _, q, _ in self.terms), default=0)
        return _list_basis(maths, x, degree_x, self.basis), _list_basis(
            maths, y, degree_y, self.basis
        )

    def _evaluate_radial(self, maths: Maths[T], x: T, y: T) -> T:
        square = x * x + y * y
        radius, total = maths.sqrt(square), maths.fill(x, 0.0)
        for power, coefficient in self.radial:
            total = total + _raise_odd(radius, square, power) * coefficient
        return total

    def _differentiate_radial(self, maths: Maths[T], x: T, y: T) -> T:
        """The derivative by the radius, divided by the radius."""
        square = x * x + y * y
        radius, total = maths.sqrt(square), maths.fill(x, 0.0)
        safe = maths.select(radius > 0, radius, 1.0)
        for power, coefficient in self.radial:
            lower = _raise_odd(radius, square, power - 2) if power > 1 else 1.0 / safe
            total = total + lower * (coefficient * power)
        return total


def _raise_odd(radius: T, square: T, power: int) -> T:
    raised = radius
    for _ in range(power // 2):
        raised = raised * square
    return raised


def _list_basis(maths: Maths[T], x: T, degree: int, basis: Basis) -> list[T]:
    """The polynomials of degree 0 to ``degree`` at x."""
    found = [maths.fill(x, 1.0), x]
    for m in range(1, degree):
        if basis == "monomial":
            found.append(found[m] * x)
        elif basis == "chebyshev":
            found.append(x * found[m] * 2 - found[m - 1])
        else:
            found.append((x * found[m] * (2 * m + 1) - found[m - 1] * m) / (m + 1))
    return found


def _differentiate(maths: Maths[T], table: Sequence[T], basis: Basis) -> list[T]:
    """The derivatives of the polynomials whose values are in the table."""
    x = table[1]
    found = [maths.fill(x, 0.0), maths.fill(x, 1.0)]
    for m in range(1, len(table) - 1):
        if basis == "monomial":
            found.append(table[m] * (m + 1))
        elif basis == "chebyshev":
            found.append(table[m] * 2 + x * found[m] * 2 - found[m - 1])
        else:
            found.append(found[m - 1] + table[m] * (2 * m + 1))
    return found


@dataclass(frozen=True, slots=True)
class PlaneMap:
    """Two surfaces that make a map of a plane.

    Attributes
    ----------
    x, y : Surface
    corrects : bool
        whether the surfaces are added to the coordinates, or take their place.
    """

    x: Surface
    y: Surface
    corrects: bool

    def correct(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """Where a point of the plane goes."""
        across, up = self.x.evaluate(maths, x, y), self.y.evaluate(maths, x, y)
        return (x + across, y + up) if self.corrects else (across, up)

    def differentiate(self, maths: Maths[T], x: T, y: T) -> Matrix[T]:
        """The Jacobian matrix at a point."""
        one, two = self.x.differentiate(maths, x, y)
        three, four = self.y.differentiate(maths, x, y)
        return (one + 1.0, two, three, four + 1.0) if self.corrects else (one, two, three, four)
