"""Step 5: the flux scaled back to counts, as contour binning takes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.steps.result import StepResult
from fitslint.products.conform import conform

FLUX_FACTOR = 2.5
"""Of the seed's pipeline: what the mean counts are multiplied by."""


@dataclass(frozen=True, slots=True)
class ScaleRequest:
    """The images of step 4, and the one that is made of them."""

    flux: Path
    counts: Path
    output: Path


def scale_flux(request: ScaleRequest) -> StepResult:
    """Write 2.5 times the flux, times mean counts by mean flux.

    The file is that of the flux with other pixels: its place, good time and cards are the same.
    FLUXSCAL tells the factor.

    Raises
    ------
    XrayError
        when an image cannot be read, they do not go together, or one is empty.
    ProductError
        when the header would contradict itself.
    """
    flux, counts = read_pixels(str(request.flux)), read_pixels(str(request.counts))
    if flux.values.shape != counts.values.shape:
        raise XrayError("has another shape than the flux", path=str(request.counts))
    structure = flux.header.structure
    if structure.bitpix != -32 or flux.hdu.kind != "primary":
        raise XrayError("is no flux image of this pipeline", path=str(request.flux))
    means = [float(np.nanmean(image.values)) for image in (flux, counts)]
    if not (means[0] > 0 and means[1] > 0):
        raise XrayError("the mean flux is not above zero", path=str(request.flux))
    factor = FLUX_FACTOR * means[1] / means[0]
    pixels = (flux.values * factor).astype(">f4").tobytes()
    data = request.flux.read_bytes()
    start = flux.hdu.data_offset
    changed = data[:start] + pixels + data[start + len(pixels) :]
    result = conform(
        changed, "xray-flux", hdu=1, unit="count", FLUXSCAL=factor, overwrite=("BUNIT",),
        history=[f"flux times {factor:.8g}: {FLUX_FACTOR:g} mean counts by mean flux"],
    )  # fmt: skip
    try:
        request.output.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(request.output, result.data or changed)
    except OSError as error:
        said = f"cannot be written: {error.strerror or error}"
        raise XrayError(said, path=str(request.output)) from None
    done = replace(result, path=str(request.output), written=str(request.output))
    return StepResult((request.output,), (done,), (), {"factor": factor})
