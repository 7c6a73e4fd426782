"""The SHA-256 of a file, and the record of it beside the file."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

_PIECE = 1 << 20
_LINE = re.compile(r"([0-9a-fA-F]{64})(?:\s|$)")


def digest_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits.

    Raises
    ------
    OSError
        when it cannot be read.
    """
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def record(target: Path, digest: str, url: str = "") -> None:
    """Write ``NAME.sha256`` as ``sha256sum --check`` reads it, with the address as a comment.

    Raises
    ------
    OSError
        when it cannot be written.
    """
    place = _beside(target)
    shown = "".join(letter for letter in url if letter.isprintable())
    comment = f"# fetched from {shown}\n" if shown else ""
    fresh = place.with_name(f".{place.name[:200]}.{os.urandom(4).hex()}")
    try:
        fresh.write_text(f"{comment}{digest}  {target.name}\n", "utf-8")
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)


def recorded(target: Path) -> str | None:
    """The digest of ``NAME.sha256``; None where there is none."""
    try:
        with _beside(target).open("rb") as file:
            text = file.read(1 << 16).decode("utf-8", "replace")
    except OSError:
        return None
    found = (_LINE.match(line) for line in text.splitlines() if not line.startswith("#"))
    return next((match[1].lower() for match in found if match), None)


def _beside(target: Path) -> Path:
    return target.with_name(f"{target.name}.sha256")
