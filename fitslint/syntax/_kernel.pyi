"""What the compiled kernel offers; see ``_kernel.c`` and ``kernel.py``."""

def look_up(raw: bytes, owners: bytes, /) -> tuple[list[int], list[bytes | None]]:
    """Positions of unknown cards; the value texts that are wanted, None where unknown.

    ``raw`` holds 80 bytes a card, ``owners`` a native 32-bit number with its flags for each.
    """

def teach(card: bytes, owner: int, first: int, last: int, /) -> None:
    """Keep the shape of a card of ``owner``, whose value stands in columns ``first:last``."""

def add_words(data: bytes, /) -> int:
    """The sum of big-endian 32-bit words modulo 2**32 - 1."""

def has_same_names(one: bytes, other: bytes, /) -> bool:
    """Whether two headers have the same keywords in columns 1-8, card by card."""
