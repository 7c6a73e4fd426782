"""What the compiled loops offer; see ``_loops.c`` and ``loops.py``."""

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

def make_bins(
    counts: NDArray[Any],
    smoothed: NDArray[Any],
    background: NDArray[Any] | None,
    ratio: NDArray[Any] | None,
    variance: NDArray[Any] | None,
    areas: NDArray[Any],
    seeds: NDArray[Any],
    owner: NDArray[Any],
    width: int,
    reach: float,
    sn: float,
    scrub: bool,
    progress: Callable[[int, int], None] | None,
    /,
) -> tuple[bytes, int]:
    """Pixels, signal and squared signal to noise of every bin as doubles, and how many are stuck.

    Images are doubles with a frame of one pixel, ``areas`` and ``seeds`` 64-bit numbers, ``owner``
    32-bit ones that are changed; a negative ``reach`` is none. What was dissolved has no pixels.
    """
