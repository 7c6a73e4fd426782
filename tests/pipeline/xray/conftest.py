"""Simulated observations that several tests look at."""

from __future__ import annotations

import json

import pytest

from fitslint.pipeline.xray.acis.bands import parse_band
from fitslint.pipeline.xray.simulate.run import SimulationRequest, simulate_observations
from fitslint.pipeline.xray.steps.deflare import DeflareRequest, deflare_observation
from fitslint.pipeline.xray.steps.merge import MergeRequest, merge_observations
from fitslint.pipeline.xray.steps.observation import find_observation
from fitslint.pipeline.xray.steps.reprocess import ReprocessRequest, reprocess_observation
from fitslint.pipeline.xray.steps.scale import ScaleRequest, scale_flux

FACTS = {"zlens": 0.183, "cosmology": "70,0.3,0.7"}


class Field:
    """Simulated observations that went through steps 2 to 5."""

    def __init__(self, folder, request, method="sigma"):
        self.folder, self.band = folder, parse_band("broad")
        self.truth = json.loads(simulate_observations(request).read_text())
        self.names = [one["obs_id"] for one in self.truth["observations"]]
        self.results = {}
        for name in self.names:
            raw = find_observation(request.output / name, "raw")
            kept = folder / name
            self.results["reprocess", name] = reprocess_observation(ReprocessRequest(raw, kept))
            self.results["deflare", name] = deflare_observation(
                DeflareRequest(find_observation(kept, "repro"), kept, self.band, method,
                               facts=FACTS)
            )  # fmt: skip
        self.mosaic = folder / "mosaic"
        files = tuple(find_observation(folder / name) for name in self.names)
        self.results["merge", ""] = merge_observations(
            MergeRequest(files, self.mosaic, self.band, facts=FACTS)
        )
        self.results["flux", ""] = scale_flux(
            ScaleRequest(self.mosaic / "broad_flux.img", self.mosaic / "broad_thresh.img",
                         self.mosaic / "scaled_broad_flux.fits")
        )  # fmt: skip

    def list_products(self):
        """Every product of every step."""
        return sorted({path for result in self.results.values() for path in result.paths})


@pytest.fixture(scope="session")
def field(tmp_path_factory):
    """Two observations of one chip each, of 30 ks, with flares and blank-sky lists."""
    folder = tmp_path_factory.mktemp("field")
    request = SimulationRequest(
        folder / "raw", seed=4, has_blank_sky=True, aspect_step=4.0, chips=(3,), sources=60
    )
    return Field(folder, request)
