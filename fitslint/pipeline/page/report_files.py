"""What stands beside a page: its numbers as JSON, and its figures as files."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fitslint.pipeline.atomic_write import write_atomic

if TYPE_CHECKING:
    from fitslint.pipeline.page.figures import Picture


def convert_to_json(value: Any) -> Any:
    """``value`` with numbers that JSON lacks as None and containers as lists and objects."""
    if isinstance(value, Mapping):
        return {str(name): convert_to_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [convert_to_json(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    number = float(value)
    return number if math.isfinite(number) else None


def write_numbers(path: Path, numbers: Mapping[str, Any]) -> None:
    """Write the numbers of a page, which JSON can hold.

    Raises
    ------
    OSError
        when it cannot be written.
    """
    text = json.dumps(numbers, indent=2, ensure_ascii=False, allow_nan=False)
    write_atomic(path, f"{text}\n".encode("utf-8", "backslashreplace"))


def write_pictures(folder: Path, pictures: Sequence[Picture]) -> list[Path]:
    """Write figures as PNG and SVG, and say where.

    Raises
    ------
    OSError
        when one cannot be written.
    """
    written = []
    for picture in pictures:
        for suffix, content in (("png", picture.png), ("svg", picture.svg)):
            written.append(folder / f"qc-{picture.name}.{suffix}")
            write_atomic(written[-1], content)
    return written
