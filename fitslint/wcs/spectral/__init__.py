"""Spectral axes: frequency, energy, wave number, wavelength and velocity of a line."""
