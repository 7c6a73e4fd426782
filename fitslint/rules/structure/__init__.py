"""Rules on the file as a sequence of blocks and HDUs (FITS 4.0 section 3)."""
