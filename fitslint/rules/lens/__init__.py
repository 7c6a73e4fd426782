"""Lens models: the parameter files of Lenstool, and what it makes of them without a word."""
