"""What the compiled decoders offer; see ``_decoders.c``, ``rice.py`` and ``hcompress.py``."""

def walk_rice(tile: bytes, pixels: int, block: int, value_bytes: int, /) -> int:
    """Bytes that so many pixels take; -1 where the tile ends early, -2 where it cannot be read."""

def walk_hcompress(stream: bytes, rows: int, columns: int, planes: bytes, /) -> int:
    """The same of a transform, whose bits begin at once; ``planes`` are the three numbers."""
