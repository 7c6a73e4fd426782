"""World coordinates: the linear matrix, celestial axes, old names (FITS 4.0 section 8)."""
