"""Faults of units (rows U)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.fault import Entry, Fault, on_cards

ARRAYS = ("primary", "image", "long")
TABLES = ("third", "table")
ANYWHERE = ("primary", "image", "third", "last")

_STRINGS: list[Entry] = [
    ("U001", "BUNIT", "BUNIT   = 'furlong '", ARRAYS),
    ("U001", "BUNIT", "BUNIT   = 'Jy//beam'", ARRAYS),
    ("U001", "BUNIT", "BUNIT   = 'K km/(s'", ARRAYS),
    ("U001", "TUNIT1", "TUNIT1  = 'm/s/'", TABLES),
    ("U001", "TUNIT1", "TUNIT1  = 'arcsce'", TABLES),
    ("U001", "CUNIT1", "CUNIT1  = 'kml'", ARRAYS),
    ("U002", "BUNIT", "BUNIT   = 'JY/BEAM'", ARRAYS),
    ("U002", "BUNIT", "BUNIT   = 'ADU/sec'", ARRAYS),
    ("U002", "TUNIT1", "TUNIT1  = 'KM/S'", TABLES),
    ("U002", "TUNIT1", "TUNIT1  = 'HZ'", TABLES),
    ("U002", "TUNIT1", "TUNIT1  = 'sec'", TABLES),
    ("U002", "CUNIT1", "CUNIT1  = 'degrees'", ARRAYS),
    ("U002", "CUNIT1", "CUNIT1  = 'DEG'", ARRAYS),
    ("U002", "CUNIT3", "CUNIT3  = 'Angstroms'\nCTYPE3  = 'WAVE'", ARRAYS),
    ("U003", "TUNIT1", "TUNIT1  = 'S'", TABLES),
    ("U003", "TUNIT1", "TUNIT1  = 'H'", TABLES),
    ("U003", "TUNIT1", "TUNIT1  = 'D'", TABLES),
    ("U003", "TUNIT1", "TUNIT1  = 'M'", TABLES),
    ("U003", "BUNIT", "BUNIT   = 'adu/S'", ARRAYS),
    ("U003", "BUNIT", "BUNIT   = '10**-17 erg/s/cm**2/A'", ARRAYS),
    ("U003", "BUNIT", "BUNIT   = 'MJY'", ARRAYS),
    ("U004", "BUNIT", "BUNIT   = 'erg'", ARRAYS),
    ("U004", "TUNIT1", "TUNIT1  = 'Angstrom'", TABLES),
    ("U004", "BUNIT", "BUNIT   = 'kG'", ARRAYS),
    ("U005", "BUNIT", "BUNIT   = 'mJy/beam/km'", ARRAYS),
    ("U005", "TUNIT1", "TUNIT1  = 'J/m2 s'", TABLES),
    ("U006", "BUNIT", "BUNIT   = 'mdeg'", ARRAYS),
    ("U006", "TUNIT1", "TUNIT1  = 'marcsec/yr'", TABLES),
    ("U006", "BUNIT", "BUNIT   = 'ZYeV'", ARRAYS),
    ("U007", "BUNIT", "BUNIT   = '1e-17 W/m**2'", ARRAYS),
    ("U007", "BUNIT", "BUNIT   = '100 Jy'", ARRAYS),
    ("U007", "BUNIT", "BUNIT   = '2.5 adu'", ARRAYS),
    ("U007", "TUNIT1", "TUNIT1  = '1/s'", TABLES),
    ("U007", "TUNIT1", "TUNIT1  = '10**-2'", TABLES),
    ("U008", "BUNIT", "BUNIT   = 'V/Hz**0.5'", ARRAYS),
    ("U008", "BUNIT", "BUNIT   = 'V Hz^-1/2'", ARRAYS),
    ("U008", "TUNIT1", "TUNIT1  = 'cm^{-2}'", TABLES),
]  # fmt: skip
_MEANINGS: list[Entry] = [
    ("U009", "EXPTIME", "EXPTIME =                 30.0 / [km] exposure time", ANYWHERE),
    ("U009", "RESTFRQ", "RESTFRQ =           1.420405E9 / [m] rest frequency", ARRAYS),
    ("U009", "MJD-OBS", "MJD-OBS =              51544.5 / [s] moment", ANYWHERE),
    ("U010", "LONPOLE", "LONPOLE =                  3.1 / [rad] native longitude", ARRAYS),
    ("U010", "OBSGEO-L", "OBSGEO-L=                 12.5 / [h] longitude", ANYWHERE),
    ("U011", "CUNIT1", "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\nCUNIT1  = 'm'", ARRAYS),
    ("U011", "CUNIT1", "CTYPE1  = 'GLON-CAR'\nCTYPE2  = 'GLAT-CAR'\nCUNIT1  = 'Hz'", ARRAYS),
    ("U011", "CUNIT3", "CTYPE3  = 'FREQ'\nCUNIT3  = 'km/s'", ARRAYS),
    ("U012", "TIMEUNIT", "TIMEUNIT= 'sec'", ANYWHERE),
    ("U012", "TIMEUNIT", "TIMEUNIT= 'S'", ANYWHERE),
    ("U012", "TIMEUNIT", "TIMEUNIT= 'fortnight'", ANYWHERE),
    ("U012", "TIMEUNIT", "TIMEUNIT= 'Hz'", ANYWHERE),
    ("U013", "TUNIT1", "TUNIT1  = 'Angle[deg]'", TABLES),
    ("U013", "BUNIT", "BUNIT   = 'K (Tb)'", ARRAYS),
    ("U013", "BUNIT", "BUNIT   = 'Flux[e-/s]'", ARRAYS),
    ("U013", "TUNIT1", "TUNIT1  = 'counts per sec'", TABLES),
    ("U014", "BUNIT", "BUNIT   = 'nanomaggies'", ARRAYS),
    ("U014", "BUNIT", "BUNIT   = 'DN'", ARRAYS),
    ("U014", "BUNIT", "BUNIT   = 'ADU'", ARRAYS),
    ("U014", "BUNIT", "BUNIT   = 'electron/s'", ARRAYS),
]  # fmt: skip


def faults() -> Iterator[Fault]:
    """Every planted fault of units."""
    for entries in (_STRINGS, _MEANINGS):
        yield from on_cards(entries)
