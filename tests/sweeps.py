"""Sweeps over many cases: the ordinary run takes a sample, ``pytest -m long`` the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import pytest


def sample(values: Iterable[Any], every: int, ids: Callable[[Any], str] = str) -> list[Any]:
    """Parameters of which all but each ``every``-th are left to the long run."""
    return [_place((value,), at % every == 0, ids(value)) for at, value in enumerate(values)]


def parts(count: int) -> list[Any]:
    """Numbers of the parts of a long list, each every ``count``-th of it; all but one are long."""
    return sample(range(count), count)


def cross(
    rows: Iterable[Any],
    columns: Iterable[Any],
    chosen: Callable[[int, int], bool],
    ids: Callable[[Any], str] = str,
) -> list[Any]:
    """Pairs of parameters of which those that are not ``chosen`` are left to the long run."""
    pairs = product(enumerate(rows), enumerate(columns))
    return [
        _place((row, column), chosen(at, beside), f"{ids(row)}-{ids(column)}")
        for (at, row), (beside, column) in pairs
    ]


def _place(values: tuple[Any, ...], ordinary: bool, name: str) -> Any:
    return pytest.param(*values, id=name, marks=() if ordinary else pytest.mark.long)
