"""Text as a FITS header holds it: printable ASCII (FITS 4.0, section 4.2.1.1)."""

from __future__ import annotations

from fitslint.products.errors import ProductError


def require_printable(name: str, text: str) -> None:
    """Refuse what a FITS header cannot hold.

    Raises
    ------
    ProductError
        naming the first character that is not printable ASCII.
    """
    strange = next((letter for letter in text if not _is_printable(letter)), None)
    if strange is not None:
        raise ProductError(
            f"{name} holds {strange!r}; a FITS header has printable ASCII characters only"
        )


def replace_unprintable(text: str) -> str:
    """``text`` with a question mark for every character that a FITS header cannot hold."""
    return "".join(letter if _is_printable(letter) else "?" for letter in text)


def _is_printable(letter: str) -> bool:
    return " " <= letter <= "~"
