"""Rules on the mandatory keywords and their order (FITS 4.0 section 4.4.1)."""
