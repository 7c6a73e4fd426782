"""Rules on long strings (CONTINUE), HIERARCH keywords and record-valued cards."""
