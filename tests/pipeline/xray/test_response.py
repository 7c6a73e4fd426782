"""Area, vignetting and PSF against published figures, which are read off anew here.

- CALDB: hrma vignet of 1996-12-20 (meavignet_ard.pro 3.0, 1999-12-05), mean of all azimuths.
- ARF: mkwarf of CIAO 4.8 for ObsID 15173 (ACIS-I, 2013) and 1669 (ACIS-S3, 2001). Both it and the
  CALDB file come with ixpeobssim 33.2.1 (``irf/fits/chandra_*``).
- PSF: radii of 0.5 and 0.95 of the photons at 1.49 keV, Feigelson et al. 2002, ApJ 574, 258.
"""

from __future__ import annotations

import numpy as np
import pytest

from fitslint.pipeline.xray.acis.response import Vignetting, compute_area, compute_psf_radius

LEFT = {
    0.5: (0.990, 0.944, 0.854, 0.766), 1.0: (0.990, 0.945, 0.855, 0.766),
    1.5: (0.990, 0.944, 0.854, 0.765), 2.3: (0.989, 0.939, 0.843, 0.750),
    3.0: (0.989, 0.939, 0.839, 0.743), 4.5: (0.987, 0.926, 0.798, 0.664),
    5.5: (0.981, 0.898, 0.728, 0.562), 6.4: (0.969, 0.845, 0.616, 0.453),
}  # fmt: skip
"""Of the area 2, 5, 10 and 15 arcmin off the axis, by keV."""
FRONT = {0.92: 194, 1.56: 429, 2.3: 253, 2.75: 306, 3.8: 361, 4.5: 353, 5.5: 261, 6.5: 158}
BACK = {0.92: 545, 1.56: 595, 2.3: 361, 2.75: 387, 3.8: 403, 4.5: 374, 5.5: 256, 6.5: 145}


@pytest.mark.parametrize("energy", LEFT)
def test_vignetting_is_that_of_the_caldb(energy):
    ours = Vignetting.from_energy(energy).compute(np.array([0.0, 2.0, 5.0, 10.0, 15.0]))
    assert ours == pytest.approx((1.0, *LEFT[energy]), abs=0.015 if energy < 5 else 0.07)


@pytest.mark.parametrize(("chip", "areas"), [(3, FRONT), (7, BACK)])
def test_areas_are_those_of_ciao(chip, areas):
    """At the effective energies of the bands, and at ones between those of the table.

    The edge of silicon, 1.56 keV (Al K of the filter) is deeper than a straight line has it.
    """
    for energy, area in areas.items():
        assert compute_area(energy, chip) == pytest.approx(
            area, rel=0.16 if energy == 1.56 else 0.05
        )


def test_the_psf_has_its_photons_within_the_published_radii():
    """Between both of them a stretched exponential has 0.9 of the photons."""
    theta = np.array([3.0, 4.0, 5.0, 6.0, 8.0, 10.0])
    half = 0.43 - 0.10 * theta + 0.050 * theta**2
    most = 2.05 - 0.55 * theta + 0.18 * theta**2
    steep = np.log(np.log(20) / np.log(2)) / np.log(most / half)
    published = half * (np.log(10) / np.log(2)) ** (1 / steep)
    ours = compute_psf_radius(theta, 0.9)
    assert ours == pytest.approx(published, rel=0.13)
    assert ours[2:] == pytest.approx(published[2:], rel=0.06)
    assert compute_psf_radius(theta, 0.95) == pytest.approx(most, rel=0.16)
    assert compute_psf_radius(theta, 0.5) == pytest.approx(half, rel=0.13)
    assert compute_psf_radius(theta, 0.5)[2:] == pytest.approx(half[2:], rel=0.05)
