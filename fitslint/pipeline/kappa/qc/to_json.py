"""Values as JSON holds them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def convert_to_json(value: Any) -> Any:
    """``value`` with numbers that JSON lacks as None and containers as lists and objects."""
    if isinstance(value, Mapping):
        return {str(name): convert_to_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [convert_to_json(one) for one in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    number = float(value)
    return number if math.isfinite(number) else None
