"""The page of the demonstration: comparisons, pictures, commands."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np

from fitslint._version import __version__
from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.norh.clock import format_ut
from fitslint.pipeline.norh.demo.figures import draw_light_curve, draw_synthesis
from fitslint.pipeline.norh.demo.truth import compare_images, measure_box, restore_truth
from fitslint.pipeline.norh.image import read_solar_image
from fitslint.pipeline.norh.names import name_image
from fitslint.pipeline.norh.synthesis.scene import Scene
from fitslint.pipeline.page.demo import DemoStep
from fitslint.pipeline.page.figures import Picture
from fitslint.pipeline.page.template import load_template

PEAK = 2
"""Frame of the scene, from 0, at which the flare is brightest."""
CENTRE = (-800, 150)
"""Arcsec, of the partial images."""
BOX = (-840.0, -760.0, 110.0, 190.0)
"""Arcsec around the flare."""
_TEMPLATE = Path(__file__).with_name("page.html.j2")
_PLOTS = {
    "polarization": "Degree of circular polarisation, (R-L)/(R+L), where it is valid, over "
    "contours of brightness: more than a half above the spot, a third in the flare.",
    "alpha": "Spectral index from 17 to 34 GHz of images with one beam: below zero in the flare, 2 "
    "where the quiet disk prevails.",
    "classes": "What emits, by brightness, spectral index and polarisation.",
}


def choose_image_name(scene: Scene, letters: str, frame: int) -> str:
    """The image of a frame from 0, as the archive calls it."""
    middle = scene.start + timedelta(seconds=scene.step * frame + 0.5)
    return name_image(middle, letters[1], is_full=letters[0] == "f")


def write_demo_page(scene: Scene, folder: Path, steps: Sequence[DemoStep]) -> tuple[Path, bool]:
    """Write the page; it, and whether all numbers of the scene were found again."""
    names = {"a": "pa", "s": "ps", "z": "pz", "full": "fa"}
    paths = {
        one: folder / choose_image_name(scene, letters, PEAK) for one, letters in names.items()
    }
    comparisons = compare_images(scene, PEAK, paths, BOX)
    with warnings.catch_warnings(action="ignore"):
        pictures = _draw_pictures(scene, folder, paths)
    met = sum(comparison.is_met for comparison in comparisons)
    ok = met == len(comparisons)
    text = load_template(_TEMPLATE).render(
        scene=scene, version=__version__, ok=ok, met=met, comparisons=comparisons,
        start=format_ut(scene.start), pictures=pictures, plots=_read_plots(folder),
        steps=[(step.command, step.said) for step in steps],
        box=", ".join(f"{number:g}" for number in BOX),
    )  # fmt: skip
    page = folder / "norh.html"
    write_atomic(page, text.encode("utf-8", "backslashreplace"))
    return page, ok


def _draw_pictures(scene: Scene, folder: Path, paths: dict[str, Path]) -> list[Picture]:
    captions = {
        "full": "The whole disk at 17 GHz: redundant calibration, Hogbom's CLEAN, restored with "
        "the disk.",
        "s": "R-L around the flare at 17 GHz.",
        "z": "The same field at 34 GHz, where the dirty map repeats within the Sun.",
    }
    pictures = []
    for name, caption in captions.items():
        image = read_solar_image(str(paths[name]))
        pictures.append(draw_synthesis(name, image, restore_truth(scene, image, PEAK), caption))
    pictures.append(_draw_curve(scene, folder))
    return pictures


def _read_plots(folder: Path) -> list[Picture]:
    """The pictures that the commands drew."""
    return [
        Picture(name, caption, f"Map: {caption}", (folder / f"{name}.png").read_bytes(), b"")
        for name, caption in _PLOTS.items()
    ]


def _draw_curve(scene: Scene, folder: Path) -> Picture:
    """The light curves of the box with those of the scene."""
    from astropy.io import fits

    with fits.open(folder / "curve.fits", memmap=False) as hdus:
        table = hdus[1].data
        found = {name: np.array(table[name], float) for name in ("F17I", "F17V", "F34")}
        seconds = np.array(table["TIME"], float)
    truth: dict[str, list[float]] = {}
    for column, letters in (("F17I", "pa"), ("F17V", "ps"), ("F34", "pz")):
        image = read_solar_image(str(folder / choose_image_name(scene, letters, PEAK)))
        truth[column] = [
            measure_box(image, restore_truth(scene, image, frame), BOX)
            for frame in range(scene.frames)
        ]
    return draw_light_curve(
        seconds - seconds[0], found, {name: np.array(values) for name, values in truth.items()},
        "Light curves of the box around the flare: I and V at 17 GHz, I at 34 GHz.",
    )  # fmt: skip
