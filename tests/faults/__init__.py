"""Faults as an examiner of FITS 4.0 would plant them, and files that must stay quiet."""
