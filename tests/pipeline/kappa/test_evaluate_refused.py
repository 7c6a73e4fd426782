"""Lenses and sources that cannot be evaluated: one sentence with file and line."""

from dataclasses import replace

import numpy as np
import pytest

from fitslint.lenstool.profiles import MASS_PROFILES
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.evaluate import evaluate_lenses
from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.base import KEYWORD_BY_PARAMETER
from fitslint.pipeline.kappa.profiles.build import PROFILE_BY_NUMBER
from tests.pipeline.kappa.oracle import COSMOLOGY, Square

DPIE = Lens("O1", 81, 0, 0, 0.3, 0.3, 30.0, 5.0, 200.0, 900.0, path="best.par", line=17)
NFW = Lens("N", 12, 0, 0, 0.3, 0.3, 30.0, scale=60.0, concentration=5.0, path="best.par", line=3)
NAN, INF = float("nan"), float("inf")
CASES = [
    (replace(DPIE, profile=13), "profile 13 (Sersic) is not supported"),
    (replace(DPIE, profile=7), "profile 7 (point mass) is not supported"),
    (replace(DPIE, profile=77), "profile 77 (unknown to Lenstool) is not supported"),
    (replace(DPIE, core=200.0), "core_radius 200 arcsec is not smaller than cut_radius 200 arcsec"),
    (replace(DPIE, core=300.0), "core_radius 300 arcsec is not smaller than cut_radius 200 arcsec"),
    (replace(DPIE, core=0.1 + 0.2, cut=0.3), "core_radius 0.3 arcsec is not smaller"),
    (replace(DPIE, core=0.3, cut=0.1 + 0.2), "core_radius 0.3 arcsec is not smaller"),
    (replace(DPIE, core=0.0, cut=0.0), "core_radius 0 arcsec is not smaller"),
    (replace(DPIE, core=-1.0), "core_radius -1 is negative"),
    (replace(DPIE, ellipticity=1.0), "ellipticite 1 makes no ellipse"),
    (replace(DPIE, ellipticity=1.5), "ellipticite 1.5 makes no ellipse"),
    (replace(DPIE, ellipticity=-0.1), "ellipticite -0.1 makes no ellipse"),
    (replace(DPIE, x=NAN), "x_centre is nan"),
    (replace(DPIE, y=INF), "y_centre is inf"),
    (replace(DPIE, z=NAN), "z_lens is nan"),
    (replace(DPIE, z=-0.2), "z_lens -0.2 is no redshift of a lens"),
    (replace(DPIE, z=2e4), "z_lens 20000 is no redshift of a lens"),
    (replace(DPIE, ellipticity=NAN), "ellipticite is nan"),
    (replace(DPIE, angle=INF), "angle_pos is inf"),
    (replace(DPIE, core=NAN), "core_radius is nan"),
    (replace(DPIE, cut=INF), "cut_radius is inf"),
    (replace(DPIE, cut=1e300), "cut_radius 1e+300 is too large"),
    (replace(DPIE, x=-1e30), "x_centre -1e+30 is too large"),
    (replace(DPIE, velocity=NAN), "v_disp is nan"),
    (replace(DPIE, velocity=-10.0), "v_disp -10 is negative"),
    (replace(DPIE, velocity=3e5), "v_disp 300000 km/s is not below the speed of light"),
    (replace(NFW, scale=0.0), "needs a scale_radius above 0"),
    (replace(NFW, concentration=NAN), "concentration is nan"),
    (replace(NFW, concentration=-5.0), "concentration -5 is negative"),
    (replace(NFW, z=0.0), "needs a z_lens above 0"),
    (replace(NFW, concentration=0.0), "needs a concentration or a v_disp above 0"),
    (replace(DPIE, profile=14, ellipticity=NAN), "ellipticite is nan"),
]


@pytest.mark.parametrize(("lens", "sentence"), CASES)
def test_a_lens_that_is_none_stops_with_its_place(lens, sentence):
    with pytest.raises(PipelineError) as stopped:
        evaluate_lenses([DPIE, lens], COSMOLOGY, Square(3, 1.0), ["kappa"], z_source=2.0)
    assert str(stopped.value).startswith(f"best.par:{lens.line}: lens {lens.name}: ")
    assert sentence in str(stopped.value)
    assert "\n" not in str(stopped.value)


def test_a_lens_behind_the_source_is_judged_too():
    with pytest.raises(PipelineError, match="Sersic"):
        evaluate_lenses(
            [replace(DPIE, profile=13)], COSMOLOGY, Square(3, 1.0), ["kappa"], z_source=0.1
        )


def test_a_lens_of_another_plane_is_not_asked():
    other = replace(DPIE, profile=13, z=0.5)
    made = evaluate_lenses(
        [DPIE, other], COSMOLOGY, Square(3, 1.0), ["kappa"], z_source=2, z_lens=0.3
    )
    assert made["kappa"].all()


@pytest.mark.parametrize(
    ("profile", "unused"), [(8, "cut"), (1, "core"), (14, "velocity"), (81, "scale"), (12, "core")]
)
def test_what_a_profile_does_not_read_is_not_judged(profile, unused):
    lens = replace(NFW, profile=profile, core=1.0, cut=9.0, velocity=300.0)
    lenses = [replace(lens, **{unused: NAN})]
    made = evaluate_lenses(lenses, COSMOLOGY, Square(3, 1.0), ["kappa"], z_source=2)
    assert np.isfinite(made["kappa"]).all()


@pytest.mark.parametrize("z_source", [NAN, INF, 1e5])
def test_a_source_at_no_redshift_stops(z_source):
    with pytest.raises(PipelineError, match="z_source"):
        evaluate_lenses([DPIE], COSMOLOGY, Square(3, 1.0), ["kappa"], z_source=z_source)


def test_tables_agree():
    read = {name for profile in PROFILE_BY_NUMBER.values() for name in profile.PARAMETERS}
    assert read <= set(KEYWORD_BY_PARAMETER)
    assert set(PROFILE_BY_NUMBER) <= set(MASS_PROFILES)
