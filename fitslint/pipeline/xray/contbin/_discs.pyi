"""What the compiled search for the radii of discs offers; see ``_discs.c`` and ``loops.py``."""

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

def smooth(
    running: NDArray[Any],
    kinds: bytes,
    places: NDArray[Any],
    found: NDArray[Any],
    rows: int,
    columns: int,
    sn: float,
    grows: bool,
    progress: Callable[[int, int], None] | None,
    /,
) -> None:
    """The mean signal of the smallest disc around every place that has the signal to noise.

    ``running`` are running sums along rows, doubles with one column more than the image and planes
    as the last axis; ``kinds`` what each is added to (pixels, counts, background, scaled
    background, squared ratios, variance); ``places`` rows and columns as 64-bit numbers; ``found``
    single ones that are filled.
    ``grows`` tells that no value is negative.
    """
