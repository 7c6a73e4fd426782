"""Simulated observations of one cluster, and the truth about them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.progress import Progress
from fitslint.pipeline.xray.acis.geometry import CHIP_SIZE, IMAGING_CHIPS
from fitslint.pipeline.xray.acis.response import Vignetting, compute_area
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.simulate.files import (
    build_observation_cards,
    write_blank_sky,
    write_observation,
)
from fitslint.pipeline.xray.simulate.model import (
    PARTICLE_LIMITS,
    ClusterModel,
    SkyModel,
    draw_sources,
    measure_band_fraction,
)
from fitslint.pipeline.xray.simulate.observe import (
    BAD_GRADE_FRACTION,
    LIVE_FRACTION,
    SIMULATED_ENERGY,
    TEMPERATURE,
    VETOED_FRACTION,
    Flare,
    Observation,
    Telescope,
)
from fitslint.pipeline.xray.sky import SKY_CENTRE, SKY_PIXEL, SkyPlane

TRUTH_NAME = "truth.json"
_FIRST_ID = 90001
_START = 3.0e8
_OFFSETS = ((0.0, 0.0, 22.0), (150.0, 145.0, 115.0), (-120.0, 90.0, 250.0), (60.0, -170.0, 301.0))
"""Arcsec to the west and to the north of the cluster, and the roll in degrees."""
_EXPOSURE_MIN = 2000.0


@dataclass(frozen=True, slots=True)
class SimulationRequest:
    """What is simulated.

    Attributes
    ----------
    output : Path
        folder that gets a folder for every observation, and the truth.
    seed : int
        the same seed gives the same bytes.
    exposure : float
        seconds of every observation.
    observations : int
        one to four, each with its own pointing and roll.
    sources : int
        point sources.
    has_flares : bool
    has_blank_sky : bool
        whether a blank-sky list is written.
    aspect_step : float
        seconds between rows of the aspect solution.
    chips : tuple of int
        chips of ACIS-I that are read.
    """

    output: Path
    seed: int = 1
    exposure: float = 30000.0
    observations: int = 2
    sources: int = 40
    has_flares: bool = True
    has_blank_sky: bool = False
    aspect_step: float = 0.25625
    chips: tuple[int, ...] = IMAGING_CHIPS
    cluster: ClusterModel = field(default_factory=ClusterModel)
    target: str = "Simulated cluster"


def simulate_observations(request: SimulationRequest, progress: Progress | None = None) -> Path:
    """Write simulated observations; the file with the truth.

    Raises
    ------
    XrayError
        when the request makes no observation.
    OSError
        when a file cannot be written.
    """
    _validate(request)
    random = np.random.default_rng(request.seed)
    mean_area = compute_area(SIMULATED_ENERGY, 0)
    cluster = request.cluster
    sources = draw_sources(cluster, request.sources, mean_area * request.exposure, random)
    model = SkyModel(cluster, sources)
    truth = describe_model(model)
    for at in range(request.observations):
        observation = _plan_observation(request, at, random)
        telescope = Telescope(observation, random)
        events = telescope.observe(model)
        folder = request.output / str(observation.obs_id)
        path = write_observation(folder, observation, telescope.aspect, events, request.target)
        if request.has_blank_sky:
            exposure = 5 * request.exposure
            blank = telescope.draw_blank_sky(model, exposure)
            cards = build_observation_cards(observation, request.target)
            name = f"acis_{observation.obs_id}_blanksky_evt.fits"
            write_blank_sky(folder / "secondary" / name, blank, exposure, cards)
        truth["observations"].append(
            _describe_observation(observation) | {"file": str(path.relative_to(request.output))}
        )
        if progress is not None:
            progress(at + 1, request.observations)
    path = request.output / TRUTH_NAME
    write_atomic(path, (json.dumps(truth, indent=1) + "\n").encode())
    return path


def _validate(request: SimulationRequest) -> None:
    if not 1 <= request.observations <= len(_OFFSETS):
        raise XrayError(
            f"{request.observations} observations cannot be simulated; 1 to {len(_OFFSETS)} can"
        )
    if not _EXPOSURE_MIN <= request.exposure <= 1e7:
        raise XrayError(
            f"an exposure of {request.exposure:g} s cannot be simulated; {_EXPOSURE_MIN:g} to 1e7 "
            "can"
        )
    if not 0 <= request.sources <= 150:
        raise XrayError(f"{request.sources} sources have no room; 0 to 150 have")
    if not request.chips or not set(request.chips) <= set(IMAGING_CHIPS):
        raise XrayError("chips of ACIS-I are simulated, 0 to 3")
    if not 0.05 <= request.aspect_step <= 30:
        raise XrayError(f"an aspect step of {request.aspect_step:g} s is not within 0.05 to 30 s")


def _plan_observation(
    request: SimulationRequest, at: int, random: np.random.Generator
) -> Observation:
    west, north, roll = _OFFSETS[at]
    around = SkyPlane(request.cluster.ra, request.cluster.dec)
    ra, dec = around.find_position(SKY_CENTRE + west / SKY_PIXEL, SKY_CENTRE + north / SKY_PIXEL)
    start = _START + at * 5e6
    flares = tuple(
        Flare(start + place * request.exposure, length * request.exposure, height)
        for place, length, height in ((0.15 + 0.1 * at, 0.012, 8.0), (0.7 - 0.1 * at, 0.015, 5.0))
    )
    return Observation(
        _FIRST_ID + at, float(ra), float(dec), roll, start, request.exposure,
        flares if request.has_flares else (), _draw_masks(request.chips, random),
        request.aspect_step,
    )  # fmt: skip


def _draw_masks(chips: tuple[int, ...], random: np.random.Generator) -> dict[int, Any]:
    """Four bad columns and a hundred bad pixels on every chip."""
    masks = {}
    for chip in chips:
        mask = np.ones((CHIP_SIZE, CHIP_SIZE), bool)
        mask[:, random.integers(0, CHIP_SIZE, 4)] = False
        mask[random.integers(0, CHIP_SIZE, 100), random.integers(0, CHIP_SIZE, 100)] = False
        masks[chip] = mask
    return masks


def describe_model(model: SkyModel) -> dict[str, Any]:
    """The truth that all observations share, as JSON takes it."""
    width = PARTICLE_LIMITS[1] - PARTICLE_LIMITS[0]
    kept = (1 - BAD_GRADE_FRACTION) * (1 - VETOED_FRACTION)
    return {
        "model": model.describe(), "energy": SIMULATED_ENERGY,
        "area": compute_area(SIMULATED_ENERGY, 0),
        "vignetting": asdict(Vignetting.from_energy(SIMULATED_ENERGY)),
        "fractions": {
            "0.5-7": 1.0, "0.5-2": round(measure_band_fraction(0.5, 2.0, TEMPERATURE), 6),
        },
        "background": {
            "unit": "count/s/chip/keV after grade and status filters",
            "density": model.particle_rate * kept / width,
            "flare_unit": "count/s/chip of all energies at its height of 1, after the same filters",
            "flare_rate": model.particle_rate * kept,
            "flare_spectrum": "exp(-(E - 0.5) / 2.5), E in keV from 0.5 on",
        },
        "live_fraction": LIVE_FRACTION, "observations": [],
    }  # fmt: skip


def _describe_observation(observation: Observation) -> dict[str, Any]:
    return {
        "obs_id": str(observation.obs_id), "ra": observation.ra, "dec": observation.dec,
        "roll": observation.roll, "good": observation.good.edges.tolist(),
        "flares": [
            asdict(flare) | {"stop": flare.stop} for flare in observation.flares
        ],
    }  # fmt: skip
