"""Which reference system celestial coordinates are in (Paper II, section 3.1; FITS 4.0, 8.3)."""

from __future__ import annotations

import re

from fitslint.wcs.description import Description

_YEAR = re.compile(r" *[JB]?([0-9]{4}(?:\.[0-9]*)?) *")
_FK5_SINCE = 1984.0
_NO_EQUINOX = frozenset(("ICRS", "GAPPT"))


def read_frame(told: Description) -> tuple[str, float | None]:
    """RADESYS and EQUINOX as they hold, defaults in place of what is absent.

    RADECSYS and EPOCH, the keywords of drafts, stand in for absent ones. ICRS has no equinox.
    """
    equinox = _read_year(told, "EQUINOX")
    if equinox is None:
        equinox = _read_year(told, "EPOCH")
    system = (told.text("RADESYS") or told.text("RADECSYS")).strip(" ").upper()
    if system in ("J2000", "FK5/J2000"):
        system = "FK5"
    if not system:
        system = "ICRS" if equinox is None else "FK4" if equinox < _FK5_SINCE else "FK5"
    if system in _NO_EQUINOX:
        return system, None
    if equinox is None:
        equinox = 1950.0 if system.startswith("FK4") else 2000.0
    return system, equinox


def _read_year(told: Description, root: str) -> float | None:
    number = told.number(root)
    if number is not None:
        return number
    text = _YEAR.fullmatch(told.text(root))
    return float(text[1]) if text else None
