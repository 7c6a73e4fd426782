"""Spectral coordinates: types of axes, units, rest values, frames (FITS 4.0 section 8.4)."""
