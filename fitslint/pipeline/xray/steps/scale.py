"""Step 5: the flux scaled back to counts, as contour binning takes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fitslint.pipeline.xray.errors import XrayError, explain_writing
from fitslint.pipeline.xray.image_file import (
    convert_to_float,
    read_good_times,
    read_pixels,
    write_like,
)
from fitslint.pipeline.xray.steps.result import StepResult

FLUX_FACTOR = 2.5
"""Of the seed's pipeline: what the mean counts are multiplied by."""
_FLUX_END = "_flux.img"


@dataclass(frozen=True, slots=True)
class ScaleRequest:
    """The images of step 4, and the one that is made of them."""

    flux: Path
    counts: Path
    output: Path


def find_merged_band(folder: Path, wanted: str = "") -> str:
    """The band of the images of step 4 in a folder; the only one, unless one is wanted.

    Raises
    ------
    XrayError
        when there is none, another one, or more than one to choose from.
    """
    found = sorted(path.name.removesuffix(_FLUX_END) for path in folder.glob(f"*{_FLUX_END}"))
    if not found:
        raise XrayError(
            f"there is no flux image of merge (BAND{_FLUX_END}) in it", path=str(folder)
        )
    if wanted in found or (not wanted and len(found) == 1):
        return wanted or found[0]
    raise XrayError(
        f"the bands of its flux images are {', '.join(found)}; say --band for one of them",
        path=str(folder),
    )


def scale_flux(request: ScaleRequest) -> StepResult:
    """Write 2.5 times the flux, times mean counts by mean flux.

    Place, good time and cards are those of the flux; FLUXSCAL tells the factor.

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
    means = [float(np.nanmean(image.values)) for image in (flux, counts)]
    if not (means[0] > 0 and means[1] > 0):
        raise XrayError("the mean flux is not above zero", path=str(request.flux))
    factor = FLUX_FACTOR * means[1] / means[0]
    with explain_writing(request.output):
        request.output.parent.mkdir(parents=True, exist_ok=True)
        done = write_like(
            request.output, convert_to_float(flux.values * factor), "xray-flux", flux.header,
            tables=read_good_times(str(request.flux)), unit="count", FLUXSCAL=factor,
            history=[f"flux times {factor:.8g}: {FLUX_FACTOR:g} mean counts by mean flux"],
        )  # fmt: skip
    return StepResult((request.output,), (done,), (), {"factor": factor})
