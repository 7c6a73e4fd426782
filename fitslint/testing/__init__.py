"""Tools for those who write rules: example files from docstrings, and fixes applied to them."""
