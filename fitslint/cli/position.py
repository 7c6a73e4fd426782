"""A position on the sky as an option has it."""

from __future__ import annotations

from fitslint.cli.errors import UsageError
from fitslint.wcs.position import position


def parse_position_option(option: str, text: str) -> tuple[float, float]:
    """Right ascension and declination in degrees of ``RA,DEC``.

    Raises
    ------
    Usage
        when it is no position.
    """
    ra, comma, dec = text.partition(",")
    if not comma:
        raise UsageError(f"{option} takes RA,DEC: 197.873,-1.341 or 13:11:29.52,-01:20:27.6")
    try:
        return position(ra, dec)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None
