"""The layout of a keyword record: its bytes, value indicator, slash and comment."""
