"""What the compiled reader of columns offers; see ``_columns.c`` and ``columns.py``."""

def compare_headers(headers: list[bytes], /) -> tuple[bytearray, bytearray]:
    """A byte for each card, 1 where it is the same in all headers; and 64 bits of each header."""

def read_columns(headers: list[bytes], wanted: bytes, /) -> tuple[bytearray, bytearray]:
    """What stands in some cards of all headers, and the numbers (float64); by card and header."""
