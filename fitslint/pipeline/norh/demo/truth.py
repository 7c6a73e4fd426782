"""What was simulated against what was found in the images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from fitslint.pipeline.norh.beam import compute_beam
from fitslint.pipeline.norh.constants import RADIO_RADIUS_FACTOR
from fitslint.pipeline.norh.flux import FluxMethod, find_arcsec_box, measure_flux
from fitslint.pipeline.norh.image import SolarImage, read_solar_image
from fitslint.pipeline.norh.synthesis.array import Floats
from fitslint.pipeline.norh.synthesis.restore import SkyPixels, restore_disk, restore_points
from fitslint.pipeline.norh.synthesis.scene import Disk, Scene, Source
from fitslint.pipeline.page.demo import Comparison


def restore_truth(scene: Scene, image: SolarImage, frame: int) -> Floats:
    """The scene under the beam of an image, in K: what a perfect synthesis would show."""
    beam, frequency = compute_beam(image), image.frequency
    sky = SkyPixels(image.x.size, image.x.centre, image.y.centre, abs(image.x.step))
    sources = [
        split for one in scene.sources for split in _split_source(one.observe(frequency, frame))
    ]
    is_polarised = image.kind[1] == "r-l"
    flux = np.array([flux * (part if is_polarised else 1) for _, _, flux, part in sources])
    x, y = (np.array([source[at] for source in sources]) for at in (0, 1))
    truth = restore_points(beam, sky, x, y, flux)
    if not is_polarised:
        radius = image.number("SOLR") or 0.0
        disk = Disk(scene.temperature, radius * RADIO_RADIUS_FACTOR)
        truth = truth + restore_disk(beam, sky, disk)
    return truth


def _split_source(source: Source) -> Iterator[tuple[float, float, float, float]]:
    """A Gaussian as a square of points two arcsec apart: west, north, flux, V/I."""
    reach = np.arange(-1.25 * source.fwhm, 1.25 * source.fwhm + 1, 2.0)
    weight = np.exp(-4 * np.log(2) * (reach / source.fwhm) ** 2)
    weight /= weight.sum()
    for dy, up in zip(reach, weight, strict=True):
        for dx, across in zip(reach, weight, strict=True):
            share = float(up * across)
            yield source.x + dx, source.y + dy, source.flux * share, source.polarisation


def compare_images(
    scene: Scene, frame: int, paths: dict[str, Path], box: tuple[float, ...]
) -> list[Comparison]:
    """Fluxes, place, polarisation and spectral index of the flare, and the disk.

    Parameters
    ----------
    scene : Scene
        whose first source is the flare.
    frame : int
        which, from 0.
    paths : dict of str to Path
        images ``a``, ``s`` and ``z`` (R+L, R-L, 34 GHz), ``full`` and ``curve``.
    box : tuple of float
        x0, x1, y0, y1 in arcsec around the flare.
    """
    images = {name: read_solar_image(str(paths[name])) for name in ("a", "s", "z", "full")}
    flare = scene.sources[0]
    pairs = {}
    for name in ("a", "s", "z"):
        image = images[name]
        truth = restore_truth(scene, image, frame)
        pairs[name] = [measure_box(image, values, box) for values in (truth, image.values)]
    low, polarised, high = pairs["a"], pairs["s"], pairs["z"]
    degrees = [v / i for v, i in zip(polarised, low, strict=True)]
    found = [
        Comparison("flux at 17 GHz", "SFU", low[0], low[1], 0.05 * low[0]),
        Comparison("flux at 34 GHz", "SFU", high[0], high[1], 0.1 * high[0]),
        Comparison("V/I at 17 GHz", "", degrees[0], degrees[1], 0.02),
    ]
    west, north = _find_centroid(images["a"], flare)
    found += [
        Comparison("place to the west", "arcsec", flare.x, west, 0.5),
        Comparison("place to the north", "arcsec", flare.y, north, 0.5),
    ]
    full = images["full"]
    quiet = np.hypot(full.x.coordinates, full.y.coordinates[:, None]) < 400
    found.append(
        Comparison("disk", "K", scene.temperature, float(np.median(full.values[quiet])), 200)
    )
    for keyword, truth_offset in zip(("DDOFF1", "DDOFF2"), scene.offset, strict=True):
        found.append(
            Comparison(f"disk on the dirty map ({keyword})", "pixels", truth_offset,
                       full.number(keyword) or 0.0, 1.0)
        )  # fmt: skip
    return found


def measure_box(image: SolarImage, values: Floats, box: tuple[float, ...]) -> float:
    """SFU of values in K in a box of arcsec of an image."""
    shown = replace(image, values=values)
    return measure_flux(shown, FluxMethod(), find_arcsec_box(shown, box)).value


def _find_centroid(image: SolarImage, source: Source) -> tuple[float, float]:
    """Centroid of what stands above half of the maximum near a source."""
    x, y = image.x.coordinates[None, :], image.y.coordinates[:, None]
    near = np.where(np.hypot(x - source.x, y - source.y) < 40, image.values, 0)
    weight: Any = np.where(near > near.max() / 2, near, 0)
    return float((weight * x).sum() / weight.sum()), float((weight * y).sum() / weight.sum())
