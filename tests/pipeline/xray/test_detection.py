"""Wavelets on images with hardly a photon."""

import numpy as np
import pytest
from scipy.ndimage import label

from fitslint.pipeline.xray.detection.wavelets import WaveletStack


@pytest.mark.parametrize("rate", [3e-5, 2e-4, 2e-3])
def test_single_photons_of_a_short_exposure_are_no_sources(rate):
    random = np.random.default_rng(14)
    counts = random.poisson(rate, (768, 768)).astype(np.float32)
    for y, x in random.normal((300, 400), 1.0, (40, 2)).round().astype(int):
        counts[y, x] += 1
    for maps in WaveletStack(counts, np.ones_like(counts)).iterate():
        groups, number = label(maps.passed)
        assert groups[300 // maps.factor, 400 // maps.factor] > 0
        assert number <= 3
