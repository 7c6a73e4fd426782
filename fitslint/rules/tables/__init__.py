"""Keywords of ASCII and binary tables (FITS 4.0 section 7), as far as the header decides."""
