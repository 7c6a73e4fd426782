"""Units of arrays, columns, axes and comments (FITS 4.0 sections 4.3 and 9.3)."""
