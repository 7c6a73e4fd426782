"""Compressed images and tables: what their headers say of the data inside (ZC)."""
