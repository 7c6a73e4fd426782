"""What contour binning writes, under the names that contbin gives it."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.contbin.binning import Binning

NAMES = {
    "binmap": "contbin_binmap.fits", "sn": "contbin_sn.fits", "binned": "contbin_out.fits",
    "bin-mask": "contbin_mask.fits",
}  # fmt: skip
"""Files by the kind of product."""


def build_maps(binning: Binning, mask: NDArray[np.int16]) -> dict[str, NDArray[Any]]:
    """The pixels of every product, by kind."""
    return {
        "binmap": binning.binmap.astype(">i4"),
        "sn": binning.sn_map.astype(">f4"),
        "binned": binning.mean_map.astype(">f4"),
        "bin-mask": mask.astype(">i2"),
    }


def format_tables(binning: Binning, true_sn: NDArray[np.float64]) -> dict[str, str]:
    """The histograms of contbin, and a table with a line for every bin, by the names of files."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("bin", "pixels", "signal", "sn", "true_sn"))
    rows = zip(binning.pixels, binning.signal, binning.sn, true_sn, strict=True)
    for number, (pixels, signal, sn, true) in enumerate(rows):
        writer.writerow((number, pixels, f"{signal:.9g}", f"{sn:.6g}", f"{true:.6g}"))
    return {
        "contbin_bins.csv": text.getvalue(),
        "bin_sn_stats.qdp": _format_histogram(binning.sn, "Signal:Noise"),
        "bin_signal_stats.qdp": _format_histogram(binning.signal, "Counts"),
    }


def _format_histogram(values: NDArray[np.float64], title: str) -> str:
    """A histogram of 30 steps for QDP, as contbin writes it."""
    if not len(values):
        return ""
    low = float(values.min())
    step = (float(values.max()) - low + 1e-4) / 30
    counts = np.bincount(((values - low) / step).astype(int), minlength=30)
    lines = [f"label x {title}", "label y Number", "line step"]
    lines += [f"{low + (at + 0.5) * step:.6g}\t{count}" for at, count in enumerate(counts)]
    return "\n".join(lines) + "\n"
