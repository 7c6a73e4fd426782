# ruff: noqa: E501 -- a card has 80 columns, and a table is read by lines
"""Faults of spectral coordinates and of time coordinates (rows S, Q)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.fault import Entry, Fault, on_cards

ARRAYS = ("primary", "image", "long")
FEW = ("primary", "image", "third", "table", "last")
_PLACE = (
    "OBSGEO-X=          -5464301.77\nOBSGEO-Y=          -2493489.87\nOBSGEO-Z=           2151085.14"
)

_SPECTRAL: list[Entry] = [
    *(
        ("S001", "CTYPE3", f"CTYPE3  = '{kind}'\nRESTFRQ =        1420405750.0", ARRAYS)
        for kind in ("VOPT-F2V", "FREQ-F2F", "WAVE-ABC", "AWAV-F2W", "freq    ", "velo-w2v")
    ),
    *(
        ("S002", "CTYPE3|RESTFRQ", f"CTYPE3  = '{kind}'", ARRAYS)
        for kind in ("VOPT-F2W", "FREQ-V2F", "BETA-W2V", "VRAD    ", "ZOPT    ")
    ),
    *(
        ("S003", name, f"{name:<8}= '{frame}'", ARRAYS)
        for name in ("SPECSYS", "SSYSOBS", "SSYSSRC")
        for frame in ("LSR     ", "barycent", "HELIOCENTRIC", "REST    ")
    ),
    ("S004", "RESTFREQ", "RESTFREQ=        1420405750.0", ARRAYS),
    ("S005", "VELREF", "VELREF  =                  257", ARRAYS),
    *(
        ("S006", "CTYPE3", f"CTYPE3  = '{kind}'", ARRAYS)
        for kind in ("FREQ-LSR", "VELO-HEL", "FELO-OBS")
    ),
    *(
        ("S007", "CUNIT3", f"CTYPE3  = '{kind}'\nCUNIT3  = '{unit}'\nRESTFRQ =        1420405750.0", ARRAYS)
        for kind, unit in (("FREQ    ", "km/s"), ("VRAD    ", "Hz"), ("WAVE    ", "deg"), ("ENER    ", "m"))
    ),
    ("S008", "RESTFRQ|RESTWAV", "RESTFRQ =        1420405750.0\nRESTWAV =                 21.1", ARRAYS),
    ("S009", "CTYPE3|AIRORVAC", "CTYPE3  = 'WAVE    '\nAIRORVAC= 'air     '", ARRAYS),
    ("S009", "CTYPE3|VACUUM", "CTYPE3  = 'AWAV    '\nVACUUM  =                    T", ARRAYS),
    ("S010", "SPECSYS", "SPECSYS = 'TOPOCENT'", ARRAYS),
    ("S011", "ZSOURCE", "ZSOURCE =                 -2.0", ARRAYS),
    ("S011", "VELANGL", "VELANGL =                270.0", ARRAYS),
    ("S011", "VSOURCE", "VSOURCE =               1500.0", ARRAYS),
    ("S012", "WAT1_003", "WAT1_001= 'wtype=linear'\nWAT1_003= 'units=Angstroms'", ARRAYS),
    ("S012", "WAT0_001", "WAT0_001= 'system=multispec'\nWAT1_001= 'wtype=multispec'", ARRAYS),
]  # fmt: skip

_TIME: list[Entry] = [
    ("Q002", "MJDREF|MJDREFI", "MJDREFI =                55197\nMJDREFF =                0.001\nMJDREF  =                  0.0", FEW),
    ("Q002", "JDREF", "MJDREF  =              55197.0\nJDREF   =            2455197.0", FEW),
    ("Q002", "DATEREF", "MJDREF  =              51544.0\nDATEREF = '1998-01-01'", FEW),
    ("Q003", "MJDREFF", "MJDREFI =                55197\nMJDREFF =                  1.5", FEW),
    ("Q003", "MJDREFF", "MJDREFI =                55197\nMJDREFF =                 -0.1", FEW),
    ("Q003", "MJDREFI", "MJDREFI =                55197", FEW),
    ("Q003", "MJDREFF|MJDREFI", "MJDREFF =                  0.5", FEW),
    ("Q003", "MJDREFI", "MJDREFI =              55197.5\nMJDREFF =                  0.0", FEW),
    *(("Q004", "TREFPOS", f"TREFPOS = '{place}'", FEW) for place in ("SSB     ", "LOCAL   ", "barycenter")),
    ("Q004", "TRPOS1", "TRPOS1  = 'NOWHERE '", ("third", "table")),
    ("Q004", "TREFDIR", "TREFDIR = '83.6,22.0'", FEW),
    ("Q004", "TREFDIR", "TREFDIR = 'RA_NONE,DEC_NONE'", FEW),
    ("Q006", "TSTOP", "TSTART  =               2000.0\nTSTOP   =               1000.0", FEW),
    ("Q007", "TIMEDEL", "TIMEDEL =                 -3.2", FEW),
    ("Q007", "TIMEPIXR", "TIMEPIXR=                 50.0", FEW),
    ("Q007", "TIMRDER", "TIMRDER =                 -0.1", FEW),
    ("Q007", "TIMSYER", "TIMSYER =                 -0.1", FEW),
    ("Q008", "CTYPE3", "TIMESYS = 'TT      '\nCTYPE3  = 'UTC     '", ARRAYS),
    ("Q009", "OBSGEO-X", "OBSGEO-X=          -5464301.77\nOBSGEO-Y=          -2493489.87", FEW),
    ("Q010", "OBSGEO-X", "OBSGEO-X=                  0.0\nOBSGEO-Y=                  0.0\nOBSGEO-Z=                  0.0", FEW),
    ("Q010", "OBSGEO-X", "OBSGEO-X=             -5464.30\nOBSGEO-Y=             -2493.48\nOBSGEO-Z=              2151.08", FEW),
    ("Q011", "OBSGEO-L", f"{_PLACE}\nOBSGEO-L=           155.471667\nOBSGEO-B=            19.826667\nOBSGEO-H=               4212.0", FEW),
    ("Q012", "LONG-OBS", f"{_PLACE}\nLONG-OBS=             155.4717", FEW),
    ("Q014", "TUNIT1|TCTYP1", "TCTYP1  = 'TIME    '\nTUNIT1  = 'deg     '", ("third",)),
    ("Q015", "TTYPE1", "EXTNAME = 'EVENTS  '\nTSTART  =               2000.0", ("third",)),
    *(("Q016", name, card, FEW) for name, card in (
        ("MJD-REF", "MJD-REF =              51544.0"), ("JD-REF", "JD-REF  =            2451544.5"),
        ("DATE-REF", "DATE-REF= '1998-01-01'"),
    )),
]  # fmt: skip


def faults() -> Iterator[Fault]:
    """All faults of these rows."""
    yield from on_cards((*_SPECTRAL, *_TIME))
