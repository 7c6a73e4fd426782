"""Two images of the Sun, all flux and its polarised part: pixels that are more of it than all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fitslint.data.late_numpy import np
from fitslint.model.header import Header
from fitslint.source.image import Image, ImageError, read_image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_PIXELS_MAX = 1 << 21
_LIMB_MARGIN = 1.06
"""Of the radius: what is farther out is sky."""
_SKY_PIXELS_MIN = 16
_LEAST_SIGNAL = 5.0
"""Noise from which a pixel of all flux is bright."""
_FREEDOM = 3.0
"""Noise by which polarised flux may be over all flux."""


class Overpolarized(NamedTuple):
    """Bright pixels that are more polarised than they can be."""

    over: int
    bright: int
    ratio: float
    """The largest of polarised by all flux in them; 0 where there are none."""


def measure_overpolarisation(total: str, polarised: str) -> Overpolarized | None:
    """Pixels of R+L that are over 5 sigma, and those of them where abs(R-L) is 3 sigma over R+L.

    Sigma is 1.4826 times the median deviation beyond 1.06 SOLR from the centre of the Sun.

    Parameters
    ----------
    total, polarised : str
        paths of images of one time, grid and place, in one unit.

    Returns
    -------
    Overpolarized or None
        None where they cannot be told: an image cannot be read or has no sky with noise, they
        differ in shape or unit, or the coordinates are missing.
    """
    try:
        images = [read_image(path, axes=2, max_pixels=_PIXELS_MAX) for path in (total, polarised)]
    except ImageError:
        return None
    one, two = images
    sky = _select_sky(one)
    units = {(image.header.string("BUNIT") or "").strip().lower() for image in images}
    if sky is None or one.values.shape != two.values.shape or len(units) != 1:
        return None
    noises = [_measure_noise(image.values[sky]) for image in images]
    if not all(noises):
        return None
    with np.errstate(all="ignore"):
        bright = (one.values > _LEAST_SIGNAL * noises[0]) & np.isfinite(two.values)
        over = bright & (np.abs(two.values) > one.values + _FREEDOM * noises[1])
        ratios = np.abs(two.values[over]) / one.values[over]
    return Overpolarized(int(over.sum()), int(bright.sum()), float(max(ratios, default=0.0)))


def _select_sky(image: Image) -> NDArray[np.bool_] | None:
    """Which pixels are off the limb; None where the header does not tell."""
    header: Header = image.header
    radius = header.number("SOLR")
    places = []
    for axis, size in enumerate(reversed(image.values.shape), 1):
        pixel, value, step = (
            header.number(f"{root}{axis}") for root in ("CRPIX", "CRVAL", "CDELT")
        )
        if pixel is None or value is None or not step:
            return None
        places.append((np.arange(1, size + 1) - pixel) * step + value)
    if not radius or radius <= 0:
        return None
    return np.asarray(np.hypot(places[0], places[1][:, np.newaxis]) > _LIMB_MARGIN * radius)


def _measure_noise(values: Floats) -> float:
    """Standard deviation by the median deviation; 0 where too few values are there."""
    values = values[np.isfinite(values)]
    if values.size < _SKY_PIXELS_MIN:
        return 0.0
    return float(1.4826 * np.median(np.abs(values - np.median(values))))
