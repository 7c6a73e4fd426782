"""What is known of the pixels of instruments (``dictionaries/instruments.toml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from fitslint.dictionary.load import load_data_file

_FACTOR = 8.0
"""By which images are binned, or resampled to another scale, at the most."""


class Instrument(NamedTuple):
    """The arcsec that its pixels have, and how it shows the sky.

    ``is_left`` tells whether east is left with north up; None where it is not known. ``angles`` are
    position angles of the second axis in degrees.
    """

    name: str
    scale: tuple[float, float]
    is_left: bool | None
    angles: tuple[float, ...]


@cache
def load_instruments() -> Mapping[bytes, Instrument]:
    """By the value of INSTRUME."""
    return {
        value.encode(): Instrument(
            table["name"], tuple(table["scale"]),
            table["east"] == "left" if "east" in table else None, tuple(table.get("angles", ())),
        )
        for table in load_data_file("instruments")["instrument"] for value in table["values"]
    }  # fmt: skip


def find_instrument(text: bytes) -> Instrument | None:
    """The instrument of a value of INSTRUME as it stands in a card."""
    return load_instruments().get(text[1:].split(b"'")[0].rstrip())


def widen_scale(instrument: Instrument) -> tuple[float, float]:
    """The range of scales in arcsec of its images, binned or resampled to another scale."""
    low, high = instrument.scale
    return low / _FACTOR, high * _FACTOR
