"""The record of a file's SHA-256 beside it."""

from __future__ import annotations

import re
from pathlib import Path

from fitslint.pipeline.atomic_write import write_atomic

_SHA256_LINE = re.compile(r"([0-9a-fA-F]{64})(?:\s|$)")


def write_sha256_file(target: Path, digest: str, url: str = "") -> None:
    """Write ``NAME.sha256`` as ``sha256sum --check`` reads it, with the address as a comment.

    Raises
    ------
    OSError
        when it cannot be written.
    """
    shown = "".join(letter for letter in url if letter.isprintable())
    comment = f"# fetched from {shown}\n" if shown else ""
    line = f"{comment}{digest}  {target.name}\n"
    write_atomic(_build_sha256_path(target), line.encode("utf-8", "surrogateescape"))


def read_sha256_file(target: Path) -> str | None:
    """The digest of ``NAME.sha256``; None where there is none."""
    try:
        with _build_sha256_path(target).open("rb") as file:
            text = file.read(1 << 16).decode("utf-8", "replace")
    except OSError:
        return None
    found = (_SHA256_LINE.match(line) for line in text.splitlines() if not line.startswith("#"))
    return next((match[1].lower() for match in found if match), None)


def _build_sha256_path(target: Path) -> Path:
    return target.with_name(f"{target.name}.sha256")
