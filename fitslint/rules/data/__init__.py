"""Rules on data units: they see what one pass over the bytes found, and are asked with --data."""
