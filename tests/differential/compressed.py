"""Compressed files as real programs write them: astropy, fitsio and fpack, with all algorithms."""

from __future__ import annotations

import io
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import fitsio
import numpy as np
from astropy.io import fits

from tests.patience import HANG

ALGORITHMS = ("RICE_1", "GZIP_1", "GZIP_2", "PLIO_1", "HCOMPRESS_1", "NOCOMPRESS")
KINDS = ("u1", "i2", "u2", "i4", "f4", "f8", "nan")
FPACK = {
    "rice": "-r", "hcompress": "-h", "lossy": "-h -s 4", "gzip-1": "-g1", "gzip-2": "-g2",
    "plio": "-p", "none": "-d", "tiles": "-r -t 20,20", "whole": "-r -w", "exact": "-g -q 0",
    "dither-2": "-qz 8", "noise": "-n 5", "table": "-table",
}  # fmt: skip
Named = tuple[str, bytes]
"""The name of a file and its bytes."""


def make_image(kind: str) -> np.ndarray:
    """A smooth image with noise, 40 rows of 50 pixels."""
    rows, columns = np.mgrid[:40, :50]
    noise = np.random.default_rng(1).normal(0, 5, (40, 50))
    image = 1000 + 100 * np.sin(columns / 5) + rows + noise
    if kind == "u1":
        return (image / 8).astype("u1")
    if kind == "nan":
        image[3:5, 4] = np.nan
        return image.astype("f4")
    return image.astype(kind)


def make_table() -> fits.BinTableHDU:
    """A table with a column of most types, 300 rows."""
    rows = np.arange(300)
    arrays = np.empty(300, dtype=object)
    arrays[:] = [rows[: n % 5] for n in rows]
    columns = [
        fits.Column("COUNTS", "J", array=rows),
        fits.Column("FLUX", "E", array=rows / 7),
        fits.Column("NAME", "8A", array=["M31"] * 300),
        fits.Column("GOOD", "L", array=rows % 2 == 0),
        fits.Column("SHORT", "I", array=rows, null=-99),
        fits.Column("UNSIGNED", "I", array=rows.astype("u2"), bzero=32768),
        fits.Column("BITS", "12X", array=np.ones((300, 12), bool)),
        fits.Column("ARRAYS", "PJ()", array=arrays),
    ]
    return fits.BinTableHDU.from_columns(columns, name="TABLE")


def write_astropy() -> Iterator[Named]:
    """What astropy writes, whatever it does with the numbers."""
    for kind in KINDS:
        for algorithm in ALGORITHMS:
            for label, options in _list_options(kind):
                out = io.BytesIO()
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        hdu = fits.CompImageHDU(
                            make_image(kind), compression_type=algorithm, name="SCI", **options
                        )
                        fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(out, checksum=True)
                except (ArithmeticError, RuntimeError, ValueError, TypeError):
                    continue  # not every algorithm takes every image
                yield f"{kind}-{algorithm}-{label}", out.getvalue()


def _list_options(kind: str) -> Iterator[tuple[str, dict[str, object]]]:
    yield "plain", {}
    yield "tiles", {"tile_shape": (10, 10)}
    if kind in ("f4", "f8", "nan"):
        yield "no-dither", {"quantize_method": -1}
        yield "dither-1", {"quantize_method": 1, "dither_seed": 7}
        yield "dither-2", {"quantize_method": 2}
        yield "exact", {"quantize_level": 0}


def write_fitsio(folder: Path) -> Iterator[Named]:
    """What fitsio writes, as files in ``folder``."""
    for kind in KINDS:
        for algorithm in ("RICE", "GZIP", "GZIP_2", "PLIO", "HCOMPRESS"):
            for label, options in (("plain", {}), ("tiles", {"tile_dims": (10, 10)}),
                                   ("exact", {"qlevel": 0})):  # fmt: skip
                path = folder / f"{kind}-{algorithm}-{label}.fits"
                try:
                    with fitsio.FITS(str(path), "rw") as file:
                        file.write(make_image(kind), compress=algorithm, extname="SCI", **options)
                except (OSError, ValueError):
                    continue
                yield path.name, path.read_bytes()


def write_fpack(folder: Path) -> Iterator[Named]:
    """What fpack makes of images (primary and extension) and of a table."""
    for name, hdus in _list_originals():
        original = folder / f"{name}.fits"
        hdus.writeto(original, checksum=True)
        for label, options in FPACK.items():
            path = folder / f"{name}-{label}.fz"
            subprocess.run(
                ["fpack", *options.split(), "-O", str(path), str(original)],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=HANG, check=False,
            )  # fmt: skip
            data = path.read_bytes() if path.exists() else b""
            # Where it fails, it may leave a file that ends in the middle.
            if data and len(data) % 2880 == 0:
                yield path.name, data


def _list_originals() -> Iterator[tuple[str, fits.HDUList]]:
    for kind in KINDS:
        header = fits.Header([("OBJECT", "M31"), ("EXTNAME", "SCI")])
        yield f"primary-{kind}", fits.HDUList([fits.PrimaryHDU(make_image(kind), header)])
        image = fits.ImageHDU(make_image(kind), name="SCI")
        yield f"extension-{kind}", fits.HDUList([fits.PrimaryHDU(), image])
    yield "bare", fits.HDUList([fits.PrimaryHDU(make_image("i2"))])
    yield "columns", fits.HDUList([fits.PrimaryHDU(), make_table()])
    yield "empty", fits.HDUList([fits.PrimaryHDU(), _make_empty()])


def _make_empty() -> fits.BinTableHDU:
    return fits.BinTableHDU.from_columns([fits.Column("A", "J", array=[])], name="EMPTY")
