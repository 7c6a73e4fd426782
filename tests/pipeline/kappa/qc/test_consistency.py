"""Shear, magnification and mass against convergence, pixel by pixel."""

import numpy as np

from fitslint.cosmology.model import parse_cosmology
from tests.pipeline.kappa.qc import sky


def test_gamma2_of_the_other_frame_is_understood_when_recorded(maps, beside, tmp_path):
    gamma2 = -(sky.lens()[1] * sky.RATIO).imag
    told = sky.write(tmp_path / "sky.fits", gamma2, "gamma2", frame="sky")
    given = {**beside, "gamma2": told}
    assert sky.line(sky.judged(maps.kappa, given), "d.shear").verdict == "pass"
    wrong = sky.write(tmp_path / "pixel.fits", gamma2, "gamma2", frame="pixel")
    line = sky.line(sky.judged(maps.kappa, {**beside, "gamma2": wrong}), "d.shear")
    assert line.verdict == "fail"
    assert "other sign of gamma2" in line.reason


def test_shear_of_another_normalisation_is_brought_to_that_of_the_map(maps, beside, tmp_path):
    gamma = sky.lens()[1]
    parts = {
        name: sky.write(tmp_path / f"{name}.fits", part, name, normalisation="unity", frame="pixel")
        for name, part in (("gamma1", gamma.real), ("gamma2", gamma.imag))
    }
    made = sky.judged(maps.kappa, {**beside, **parts})
    assert sky.line(made, "d.shear").verdict == "pass"
    assert sky.line(made, "d.modulus").verdict == "pass"


def test_a_wrong_modulus_and_magnification_fail_on_their_lines(maps, beside, tmp_path):
    wrong = sky.plain(tmp_path / "w.fits", np.full((256, 256), 2.0), sky.cards())
    given = {**beside, "gamma": wrong, "magnification": wrong}
    assert sky.verdicts(sky.judged(maps.kappa, given))[0] == set()  # constant maps hold nothing
    ramp = sky.plain(tmp_path / "r.fits", np.linspace(1, 2, 65536).reshape(256, 256), sky.cards())
    failed, _ = sky.verdicts(
        sky.judged(maps.kappa, {**given, "gamma": ramp, "magnification": ramp})
    )
    assert failed == {"d.modulus", "d.magnification"}


def test_absolute_magnification_is_recognised(maps, beside, tmp_path):
    kappa, gamma = (one * sky.RATIO for one in sky.lens())
    mu = np.abs(1 / ((1 - kappa) ** 2 - np.abs(gamma) ** 2))
    given = {**beside, "magnification": sky.plain(tmp_path / "m.fits", mu, sky.cards())}
    line = sky.line(sky.judged(maps.kappa, given), "d.magnification")
    assert line.verdict == "pass"
    assert line.details["holds"] == "|mu|"


def test_enclosed_mass_by_pixel_and_by_area(maps, tmp_path):
    density = sky.lens()[0] * 2.4e-3
    area = parse_cosmology(sky.COSMOLOGY).kpc_per_arcsec(0.183) ** 2 * sky.PIXEL**2
    by_area = sky.plain(tmp_path / "s4.fits", density, sky.cards())
    for factor, verdict in ((1.0, "pass"), (1.001, "fail")):
        by_pixel = sky.plain(tmp_path / "s3.fits", density * area * factor, sky.cards())
        made = sky.judged(maps.kappa, {"sigma3": by_pixel, "sigma4": by_area})
        assert sky.line(made, "d.mass").verdict == verdict


def test_enclosed_mass_of_several_planes_is_not_judged(tmp_path):
    kappa = sky.write(tmp_path / "k.fits", sky.lens()[0], NPLANES=2)
    other = sky.plain(tmp_path / "s.fits", sky.lens()[0], sky.cards())
    line = sky.line(sky.judged(kappa, {"sigma3": other, "sigma4": other}), "d.mass")
    assert line.verdict == "cannot be judged"
    assert "2 planes" in line.reason
