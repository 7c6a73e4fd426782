"""Images of the X-ray pipeline as conformant files: pixels, their place, and their good time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.xray.acis.bands import EV_PER_KEV, Band
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.events.cards import Cards, format_cards
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.pipeline.xray.events.writer import build_gti_hdu
from fitslint.pipeline.xray.sky import SkyBox, SkyPlane
from fitslint.products.conform import conform
from fitslint.products.result import ConformResult
from fitslint.products.write import build_image_cards
from fitslint.syntax.write_hdu import close_header, fill_block

Numbers = NDArray[Any]
_NAMES_IN_GTI = (
    "MISSION",
    "TELESCOP",
    "INSTRUME",
    "OBS_ID",
    "MJDREF",
    "TIMESYS",
    "TSTART",
    "TSTOP",
)


@dataclass(frozen=True)
class ImageFrame:
    """What all images of one field share.

    Attributes
    ----------
    box : SkyBox
    plane : SkyPlane
    band : Band
    cards : mapping
        of the observation.
    good : Intervals
    chips : tuple of int
    facts : mapping
        redshift and cosmology, as for :func:`fitslint.conform`.
    """

    box: SkyBox
    plane: SkyPlane
    band: Band
    cards: Cards
    good: Intervals
    chips: tuple[int, ...]
    facts: dict[str, Any] = field(default_factory=dict)


def write_image(
    path: Path, pixels: Numbers, kind: str, frame: ImageFrame, **facts: Any
) -> ConformResult:
    """Write an image with its good time intervals; one that is there is replaced.

    Parameters
    ----------
    path : Path
    pixels : ndarray
        rows by columns; whole numbers are written as int32, others as float32.
    kind : str
        of product.
    frame : ImageFrame
    **facts
        what the kind needs besides.

    Raises
    ------
    ProductError
        when the header would contradict itself.
    XrayError
        when the file cannot be written.
    """
    stored = np.ascontiguousarray(pixels, ">i4" if pixels.dtype.kind in "iu" else ">f4")
    bitpix = 32 if pixels.dtype.kind in "iu" else -32
    text = build_image_cards(bitpix, *stored.shape) + format_cards(
        {"EXTEND": True, **frame.cards, **build_subspace(frame), "HDUCLASS": "OGIP",
         "HDUCLAS1": "IMAGE", "CONTENT": "IMAGE"}
    )  # fmt: skip
    named = {name: frame.cards[name] for name in _NAMES_IN_GTI if name in frame.cards}
    gti = build_gti_hdu(frame.good, named)
    data = close_header(text) + fill_block(stored.tobytes()) + gti
    told = {**frame.box.build_wcs_cards(frame.plane), **frame.facts, **facts}
    result = conform(data, kind, hdu=1, ENERGYLO=frame.band.low, ENERGYHI=frame.band.high, **told)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, result.data or data)
    except OSError as error:
        raise XrayError(f"cannot be written: {error.strerror or error}", path=str(path)) from None
    return replace(result, path=str(path), written=str(path))


def build_subspace(frame: ImageFrame) -> Cards:
    """The data subspace: time, chips, energies and the box of sky pixels that are in the image."""
    box = frame.box
    width, height = box.columns * box.bin_size, box.rows * box.bin_size
    middle = box.x_low + width / 2, box.y_low + height / 2
    chips = ",".join(f"{first}:{last}" for first, last in list_runs(frame.chips))
    energies = f"{frame.band.low * EV_PER_KEV:.10g}:{frame.band.high * EV_PER_KEV:.10g}"
    return {
        "MTYPE1": "sky", "MFORM1": "x,y", "MTYPE2": "EQPOS", "MFORM2": "RA,DEC",
        "DSTYP1": "time", "DSVAL1": "TABLE", "DSFORM1": "D", "DSUNIT1": "s", "DSREF1": ":GTI",
        "DSTYP2": "ccd_id", "DSVAL2": chips, "DSFORM2": "I",
        "DSTYP3": "energy", "DSVAL3": energies, "DSFORM3": "E", "DSUNIT3": "eV",
        "DSTYP4": "sky(x,y)",
        "DSVAL4": f"box({middle[0]:.10g},{middle[1]:.10g},{width:.10g},{height:.10g},0)",
    }  # fmt: skip


def list_runs(numbers: tuple[int, ...]) -> list[tuple[int, int]]:
    """Ascending numbers as first and last of those that follow each other.

    Examples
    --------
    >>> list_runs((0, 1, 2, 3, 6))
    [(0, 3), (6, 6)]
    """
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
