"""The maps of contour binning as conformant files, under the names that contbin gives them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.header import Header
from fitslint.pipeline.xray.contbin.binning import Binning
from fitslint.pipeline.xray.image_file import OF_THE_FLUX, write_like
from fitslint.products.result import ConformResult

NAMES = {
    "binmap": "contbin_binmap.fits", "sn": "contbin_sn.fits", "binned": "contbin_out.fits",
    "bin-mask": "contbin_mask.fits",
}  # fmt: skip
"""Files by the kind of product."""


@dataclass(frozen=True, slots=True)
class BinningFacts:
    """What the headers say of how bins were made.

    Attributes
    ----------
    header : Header
        of the image that was binned.
    input_name, input_digest : str
        of the image that was binned.
    true_sn : ndarray
        signal to noise of the photons in every bin.
    history : tuple of str
        what was asked for.
    """

    header: Header
    sn: float
    smooth_sn: float
    constrainval: float | None
    input_name: str
    input_digest: str
    true_sn: NDArray[np.float64]
    history: tuple[str, ...]


def build_maps(binning: Binning, mask: NDArray[np.int16]) -> dict[str, NDArray[Any]]:
    """The pixels of every product, by kind."""
    return {
        "binmap": binning.binmap.astype(">i4"),
        "sn": binning.sn_map.astype(">f4"),
        "binned": binning.mean_map.astype(">f4"),
        "bin-mask": mask.astype(">i2"),
    }


def write_bin_map(
    path: Path,
    pixels: NDArray[Any],
    kind: str,
    facts: BinningFacts,
    **given: Any,
) -> ConformResult:
    """Write a map with the cards of the image that was binned, and those of its kind.

    Parameters
    ----------
    path : Path
        the file; one that is there is replaced.
    pixels : ndarray
        big-endian; rows by columns.
    kind : str
        of the product.
    facts : BinningFacts
        what the header tells.
    **given
        facts of the caller, as for :func:`fitslint.conform`.

    Raises
    ------
    ProductError
        when they contradict the header.
    OSError
        when the file cannot be written.
    """
    true_sn = facts.true_sn
    return write_like(
        path, pixels, kind, facts.header, without=OF_THE_FLUX,
        SNAIM=facts.sn, SNSMOOTH=facts.smooth_sn, CONSTRN=facts.constrainval,
        NBINS=len(true_sn), SNMIN=round(float(true_sn.min()), 3) if len(true_sn) else None,
        SNMED=round(float(np.median(true_sn)), 3) if len(true_sn) else None,
        INFILE=facts.input_name, INSHA=facts.input_digest, history=facts.history, **given,
    )  # fmt: skip


def format_histogram(values: NDArray[np.float64], title: str) -> str:
    """A histogram of 30 steps for QDP, as contbin writes it."""
    if not len(values):
        return ""
    low = float(values.min())
    step = (float(values.max()) - low + 1e-4) / 30
    counts = np.bincount(((values - low) / step).astype(int), minlength=30)
    lines = [f"label x {title}", "label y Number", "line step"]
    lines += [f"{low + (at + 0.5) * step:.6g}\t{count}" for at, count in enumerate(counts)]
    return "\n".join(lines) + "\n"
