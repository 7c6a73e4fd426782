"""Words that people write behind a number for its unit."""

from __future__ import annotations

_UNITS_TEXT = """
s sec secs second seconds ms msec us usec ns min mins minute minutes h hr hrs hour hours d day
days yr yrs year years a deg degs degree degrees rad radian radians arcsec arcsecs arcmin
arcmins mas uas m cm mm um nm km micron microns angstrom angstroms au pc kpc mpc ly hz khz mhz
ghz k c degc celsius kelvin v mv kv volt volts ma amp amps w kw mw watt watts j erg ergs ev kev
mev gev jy mjy mag mags ct cts count counts adu dn electron electrons e- photon photons ph pix
pixel pixels px % percent g kg pa hpa kpa mbar bar torr n t gauss sr km/s m/s cm/s e-/adu adu/s
counts/s ct/s e-/s electron/adu electrons/adu arcsec/pix arcsec/pixel jy/beam mjy/sr pc/cm3 db
dbm rpm deg/s arcsec/s mas/yr
"""
_UNITS = frozenset(_UNITS_TEXT.split())
_UNIT_SIGNS = {'"': "arcsec", "''": "arcsec", "'": "arcmin"}


def is_unit_word(text: str) -> bool:
    """Whether ``text`` is a word or symbol that people use for a unit."""
    return text in _UNIT_SIGNS or text.strip("[]().").lower() in _UNITS


def spell_unit(text: str) -> str:
    """The unit as it may stand in brackets at the head of a comment."""
    return _UNIT_SIGNS.get(text, text.strip("[]()."))
