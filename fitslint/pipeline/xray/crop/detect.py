"""Point sources of a mosaic, whose PSF is that of the distance from its tangent point."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fitslint.pipeline.xray.acis.response import SIGMA_FRACTION, compute_psf_radius
from fitslint.pipeline.xray.detection.files import write_source_regions, write_sources
from fitslint.pipeline.xray.detection.sources import detect_sources
from fitslint.pipeline.xray.detection.wavelets import SCALES, SIGNIFICANCE
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.events.cards import read_observation
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.regions.files import find_origin
from fitslint.pipeline.xray.regions.frames import ImageGrid
from fitslint.pipeline.xray.sky import SKY_CENTRE, SKY_PIXEL, SkyBox, SkyPlane


def detect_in_mosaic(counts: Path, exposure: Path, output: Path) -> int:
    """Find the sources of an image; a table and a region file of the same name; how many.

    Parameters
    ----------
    counts, exposure : Path
        images of one shape.
    output : Path
        the table (``.fits``).

    Raises
    ------
    XrayError
        when an image cannot be read, or does not tell where it is on the sky.
    OSError
        when a file cannot be written.
    """
    image, weights = read_pixels(str(counts)), read_pixels(str(exposure)).values
    header, values = image.header, np.nan_to_num(image.values)
    if values.shape != weights.shape:
        raise XrayError(f"{exposure}: has another shape than {counts.name}")
    ra, dec = ImageGrid(header).sky.reference[:2]
    low_x, low_y, size = find_origin(header)
    box = SkyBox(low_x, low_y, values.shape[1], values.shape[0], size)
    x, y = box.list_centres()
    theta = np.hypot(x[None, :] - SKY_CENTRE, y[:, None] - SKY_CENTRE) * SKY_PIXEL / 60
    sigma = compute_psf_radius(theta, SIGMA_FRACTION) / (SKY_PIXEL * size)
    # What was taken out before has no photons: it is as if it had not been exposed.
    seen = np.where(np.isfinite(weights), weights, 0.0)
    scales = [scale / size for scale in SCALES]
    found = detect_sources(values, seen, sigma, scales, SIGNIFICANCE).sources
    cards = read_observation(header)
    write_sources(output, found, box, SkyPlane(ra, dec), cards)
    write_source_regions(output.with_suffix(".reg"), found, box)
    return len(found)
