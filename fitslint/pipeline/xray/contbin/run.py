"""Contour binning of files: images in, maps of bins with their tables out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.header import Header
from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.progress import Progress
from fitslint.pipeline.xray.contbin.binning import (
    Binning,
    BinningOptions,
    bin_image,
    measure_true_sn,
)
from fitslint.pipeline.xray.contbin.inputs import BinningInputs
from fitslint.pipeline.xray.contbin.products import NAMES, build_maps, format_tables
from fitslint.pipeline.xray.contbin.smoothing import accumulate_signal
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.image_file import OF_THE_FLUX, read_pixels, write_like
from fitslint.products.digest import compute_sha256
from fitslint.products.result import ConformResult
from fitslint.source.image import Image

Begin = Callable[[str], Progress]


@dataclass(frozen=True, slots=True)
class ContbinRequest:
    """What is to be binned, how, and where the maps go.

    Attributes
    ----------
    image, smoothed, mask, background, exposure, background_exposure, noise, counts : str
        FITS files; ``counts`` holds the photons of an image that was scaled.
    names : mapping of str to str
        files by kind of product, in place of the usual ones.
    facts : mapping
        what the headers need and the image does not tell, as for :func:`fitslint.conform`.
    """

    image: str
    options: BinningOptions
    smooth_sn: float = 15.0
    outdir: Path = field(default_factory=Path)
    smoothed: str | None = None
    mask: str | None = None
    automask: bool = False
    background: str | None = None
    exposure: str | None = None
    background_exposure: str | None = None
    noise: str | None = None
    counts: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContbinResult:
    """The bins, the signal to noise of their photons, and the maps that were written."""

    binning: Binning
    true_sn: NDArray[np.float64]
    maps: tuple[ConformResult, ...]

    @property
    def ok(self) -> bool:
        """Whether every map conforms."""
        return all(written.ok for written in self.maps)


def run_binning(request: ContbinRequest, begin: Begin | None = None) -> ContbinResult:
    """Bin an image and write the maps.

    Parameters
    ----------
    request : ContbinRequest
    begin : callable, optional
        is called with the name of every long step, and gives what is told its progress.

    Raises
    ------
    XrayError
        when an image cannot be read, or does not go with the others; nothing is written then.
    ProductError
        when what is known contradicts the header of the image.
    OSError
        when a file cannot be written.
    """
    if not request.smooth_sn > 0:
        raise XrayError(f"the signal to noise of the smoothing is {request.smooth_sn:g}")
    image = read_pixels(request.image)
    inputs = _read_inputs(request, image)
    if request.smoothed is not None:
        smoothed = read_pixels(request.smoothed).values.astype(np.float32)
    else:
        smoothed = accumulate_signal(inputs, request.smooth_sn, begin and begin("smoothing"))
    binning = bin_image(inputs, smoothed, request.options, begin and begin("binning"))
    counts = image if request.counts is None else read_pixels(request.counts)
    if counts.values.shape != inputs.shape:
        raise XrayError(f"{request.counts}: has another shape than the image")
    true_sn = measure_true_sn(binning.binmap, counts.values)
    facts = _build_facts(request, true_sn)
    written = []
    request.outdir.mkdir(parents=True, exist_ok=True)
    for kind, pixels in build_maps(binning, inputs.mask).items():
        path = request.outdir / request.names.get(kind, NAMES[kind])
        written.append(write_like(path, pixels, kind, image.header, without=OF_THE_FLUX, **facts))
    for name, text in format_tables(binning, true_sn).items():
        write_atomic(request.outdir / name, text.encode())
    return ContbinResult(binning, true_sn, tuple(written))


def _build_facts(request: ContbinRequest, true_sn: NDArray[np.float64]) -> dict[str, Any]:
    """What the headers say of how the bins were made."""
    least, middle = (
        (round(float(true_sn.min()), 3), round(float(np.median(true_sn)), 3))
        if len(true_sn) else (None, None)
    )  # fmt: skip
    return {
        "SNAIM": request.options.sn, "SNSMOOTH": request.smooth_sn,
        "CONSTRN": request.options.constrainval, "NBINS": len(true_sn), "SNMIN": least,
        "SNMED": middle, "INFILE": Path(request.image).name,
        "INSHA": compute_sha256(request.image), "history": tuple(_describe_request(request)),
        **request.facts,
    }  # fmt: skip


def _read_inputs(request: ContbinRequest, image: Image) -> BinningInputs:
    named = {
        "mask": request.mask, "background": request.background, "noise": request.noise,
        "exposure": request.exposure, "background_exposure": request.background_exposure,
    }  # fmt: skip
    images: dict[str, Any] = {
        name: read_pixels(path).values for name, path in named.items() if path is not None
    }
    images.setdefault("exposure", _read_exposure(image.header))
    if request.background is not None and request.background_exposure is None:
        header = read_pixels(request.background).header
        images["background_exposure"] = _read_exposure(header)
    return BinningInputs.from_images(image.values, automask=request.automask, **images)


def _read_exposure(header: Header) -> float:
    """EXPOSURE of an image without a map of it; 1 where the header tells none."""
    exposure = header.number("EXPOSURE")
    return 1.0 if exposure is None else float(exposure)


def _describe_request(request: ContbinRequest) -> Iterator[str]:
    how = request.options
    yield f"contour binning to S/N {how.sn:g}, smoothed to S/N {request.smooth_sn:g}"
    if how.constrainval is not None:
        yield f"bins constrained to {how.constrainval:g} radii"
    for name in ("smoothed", "mask", "background", "exposure", "background_exposure", "noise"):
        path = getattr(request, name)
        if path is not None:
            yield f"{name.replace('_', ' ')}: {Path(path).name}"
