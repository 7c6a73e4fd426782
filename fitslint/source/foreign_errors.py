"""Exceptions of the program around: what its signal handlers and threads raise is not ours."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from types import FrameType

_OUR_PACKAGES = frozenset(
    ("fitslint", "lark", "yaml", "astropy", "numpy", "scipy", "fitsio", "erfa")
)
"""Packages that work for fitslint: what goes wrong in them is our affair."""


def is_foreign(error: BaseException) -> bool:
    """Whether code outside fitslint and what it works with raised ``error``.

    An alarm that the program has set raises from a frame of its own in the middle of ours; what
    another thread sets off has no frame, but mostly a class of its own.
    """
    if not _is_ours(type(error).__module__):
        return True
    return not all(
        _is_ours(str(frame.f_globals.get("__name__", ""))) for frame in _list_frames(error)
    )


def raise_foreign(error: BaseException) -> None:
    """Hand on what does not concern us, such as the TimeoutError of an alarm (an OSError)."""
    if is_foreign(error):
        raise error


def is_from_handler(error: BaseException) -> bool:
    """Whether a signal handler that is installed raised ``error``."""
    handlers = map(signal.getsignal, signal.valid_signals())
    codes = {
        getattr(getattr(handler, "func", handler), "__code__", None) for handler in handlers
    } - {None}
    return any(frame.f_code in codes for frame in _list_frames(error))


def _list_frames(error: BaseException) -> Iterator[FrameType]:
    """The frames that ``error`` came through, the innermost last."""
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next


def _is_ours(module: str) -> bool:
    top = module.partition(".")[0]
    return top in _OUR_PACKAGES or top in sys.stdlib_module_names
