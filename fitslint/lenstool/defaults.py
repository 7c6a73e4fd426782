"""What Lenstool 6.8 takes where a parameter file says nothing."""

from __future__ import annotations

from types import MappingProxyType

DEFAULT_COSMOLOGY = MappingProxyType(
    {"H0": 50.0, "omegaM": 1.0, "omegaX": 0.0, "wX": -1.0, "wa": 0.0}
)
"""Arguments of ``cosmologie``; H0 in km/s/Mpc."""
DEFAULT_SOURCE_REDSHIFT = 0.8
"""Redshift of the sources."""
DEFAULT_HALF_WIDTH = 20.0
"""Arcsec from the reference to each edge of the field."""
