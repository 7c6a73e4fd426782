"""Polynomials in two variables: monomials for files, Chebyshev's inside.

A polynomial of degree p has its terms in the order (0,0), (1,0), (0,1), (2,0), (1,1), (0,2) ...:
that of files of mosaic.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.polynomial import chebyshev, polynomial
from numpy.typing import NDArray

Array = NDArray[np.float64]


@cache
def list_terms(order: int) -> tuple[tuple[int, int], ...]:
    """The exponents of u and v of every term."""
    return tuple((total - j, j) for total in range(order + 1) for j in range(total + 1))


def _evaluate_powers(t: Array, order: int) -> tuple[Array, Array]:
    """Chebyshev polynomials T_0 ... T_p of t, and their derivatives, (p + 1, n)."""
    value, slope = np.empty((order + 1, t.size)), np.zeros((order + 1, t.size))
    value[0] = 1.0
    if order:
        value[1], slope[1] = t, 1.0
    for n in range(2, order + 1):
        value[n] = 2 * t * value[n - 1] - value[n - 2]
        slope[n] = 2 * value[n - 1] + 2 * t * slope[n - 1] - slope[n - 2]
    return value, slope


def evaluate_basis(u: Array, v: Array, order: int) -> Array:
    """The Chebyshev terms T_i(u) T_j(v), (n, terms), of numbers from -1 to 1."""
    in_u, in_v = _evaluate_powers(u, order)[0], _evaluate_powers(v, order)[0]
    i, j = np.array(list_terms(order)).T
    return np.ascontiguousarray((in_u[i] * in_v[j]).T)


def evaluate_slopes(u: Array, v: Array, coefficients: Array, order: int) -> tuple[Array, Array]:
    """Derivatives by u and by v of Chebyshev sums, (n, k) each, of coefficients (terms, k)."""
    (in_u, by_u), (in_v, by_v) = _evaluate_powers(u, order), _evaluate_powers(v, order)
    i, j = np.array(list_terms(order)).T
    return (by_u[i] * in_v[j]).T @ coefficients, (in_u[i] * by_v[j]).T @ coefficients


def to_square(coefficients: Array, order: int) -> Array:
    """Coefficients (terms,) as a square array [i, j]."""
    square = np.zeros((order + 1, order + 1))
    for (i, j), value in zip(list_terms(order), coefficients, strict=True):
        square[i, j] = value
    return square


def from_square(square: Array, order: int) -> Array:
    """The reverse of :func:`to_square`; terms beyond the degree are left out."""
    return np.array([square[i, j] for i, j in list_terms(order)])


def to_monomials(coefficients: Array, order: int, scale: float) -> Array:
    """The monomial coefficients (terms,) of a Chebyshev sum in u / scale and v / scale."""
    change = np.zeros((order + 1, order + 1))
    for n in range(order + 1):
        change[: n + 1, n] = chebyshev.cheb2poly(np.eye(order + 1)[n])[: n + 1]
    square = change @ to_square(coefficients, order) @ change.T
    powers = scale ** -np.arange(order + 1.0)
    return from_square(square * powers[:, None] * powers[None, :], order)


def evaluate_monomials(u: Array, v: Array, coefficients: Array, order: int) -> Array:
    """The sum of c_k u^i v^j."""
    return np.asarray(polynomial.polyval2d(u, v, to_square(coefficients, order)))


def substitute(coefficients: Array, order: int, matrix: Array) -> Array:
    """The polynomial of (x, y) that one of (u, v) = ``matrix`` (x, y) is."""
    powers = [[np.ones((1, 1))], [np.ones((1, 1))]]
    for row in range(2):
        linear = np.array([[0.0, matrix[row, 1]], [matrix[row, 0], 0.0]])
        for _ in range(order):
            powers[row].append(_multiply(powers[row][-1], linear))
    found = np.zeros((order + 1, order + 1))
    for (i, j), value in zip(list_terms(order), coefficients, strict=True):
        product = _multiply(powers[0][i], powers[1][j])[: i + j + 1, : i + j + 1]
        found[: i + j + 1, : i + j + 1] += value * product
    return from_square(found, order)


def _multiply(one: Array, other: Array) -> Array:
    found = np.zeros((one.shape[0] + other.shape[0] - 1, one.shape[1] + other.shape[1] - 1))
    for (i, j), value in np.ndenumerate(other):
        if value:
            found[i : i + one.shape[0], j : j + one.shape[1]] += value * one
    return found
