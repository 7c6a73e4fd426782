"""lenstool_engine."""
