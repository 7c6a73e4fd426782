"""The time that goes into DATE."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from fitslint.products.errors import ProductError


def get_utc_time() -> str:
    """The time in UTC, or that of SOURCE_DATE_EPOCH, for builds that can be repeated.

    Raises
    ------
    ProductError
        when SOURCE_DATE_EPOCH is no number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    try:
        return datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except (ValueError, OverflowError, OSError):
        raise ProductError(
            f"SOURCE_DATE_EPOCH is {epoch[:40]!r}; it has to be a number of seconds since 1970"
        ) from None
