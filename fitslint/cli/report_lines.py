"""Lines of a report, in the language that was chosen."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from fitslint.text import translate_sentence


def print_lines(lines: Iterable[str]) -> None:
    """Print lines that were made in English; what begins one with blanks stays in its column."""
    for line in lines:
        text = line.lstrip(" ")
        sys.stdout.write(f"{' ' * (len(line) - len(text))}{translate_sentence(text)}\n")
