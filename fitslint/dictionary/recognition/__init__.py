"""Whose dictionaries hold for a file: recognised by its header or name, and chained."""
