"""Whether the parameters of a lens make one."""

from __future__ import annotations

import math

from fitslint.lenstool.profiles import MASS_PROFILES, SHEAR_PROFILE, describe_profile
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.constants import SPEED_OF_LIGHT
from fitslint.pipeline.kappa.model import Lens

SHARED_PARAMETERS = ("x", "y", "z", "angle", "ellipticity")
"""Parameters of every profile."""
PARAMETERS_BY_PROFILE = {
    1: ("velocity",),
    8: ("core", "velocity"),
    12: ("scale", "concentration", "velocity"),
    14: (),
    81: ("core", "cut", "velocity"),
}
"""The further parameters by profile; what a profile does not read is not judged."""
KEYWORD_BY_PARAMETER = {
    "x": "x_centre",
    "y": "y_centre",
    "z": "z_lens",
    "angle": "angle_pos",
    "ellipticity": "ellipticite",
    "core": "core_radius",
    "cut": "cut_radius",
    "velocity": "v_disp",
    "scale": "scale_radius",
    "concentration": "concentration",
}
MAX_LENGTH = 1e9
"""Largest length in arcsec, and number without a unit; the whole sky is 1.3e6 arcsec around."""
MAX_REDSHIFT = 1e4
"""Largest redshift of a lens or source; the surface of last scattering is at 1090."""


def check_lens(lens: Lens) -> None:
    """Stop at a lens that cannot be evaluated.

    Raises
    ------
    PipelineError
        which names the lens, its file and line, and what to change.
    """
    if wrong := _find_fault(lens):
        raise PipelineError(f"lens {lens.name}: {wrong}", path=lens.path or None, line=lens.line)


def _find_fault(lens: Lens) -> str | None:
    """What is wrong with the lens, the first of it."""
    if lens.profile not in PARAMETERS_BY_PROFILE:
        able = ", ".join(f"{number} ({MASS_PROFILES[number]})" for number in PARAMETERS_BY_PROFILE)
        return f"{describe_profile(lens.profile)} is not supported; supported are {able}"
    return _find_bad_number(lens) or _find_bad_range(lens) or _find_bad_radii(lens)


def _find_bad_number(lens: Lens) -> str | None:
    for name in (*SHARED_PARAMETERS, *PARAMETERS_BY_PROFILE[lens.profile]):
        value = getattr(lens, name)
        if not math.isfinite(value):
            return f"{KEYWORD_BY_PARAMETER[name]} is {value}; give a number"
        if abs(value) > MAX_LENGTH and name != "angle":
            return f"{KEYWORD_BY_PARAMETER[name]} {value:g} is too large; at most {MAX_LENGTH:g} is possible"
        if value < 0 and name in PARAMETERS_BY_PROFILE[lens.profile]:
            return f"{KEYWORD_BY_PARAMETER[name]} {value:g} is negative"
    return None


def _find_bad_range(lens: Lens) -> str | None:
    if not 0 <= lens.z <= MAX_REDSHIFT:
        return f"z_lens {lens.z:g} is no redshift of a lens; it lies between 0 and {MAX_REDSHIFT:g}"
    if lens.profile != SHEAR_PROFILE and not 0 <= lens.ellipticity < 1:
        return (
            f"ellipticite {lens.ellipticity:g} makes no ellipse; "
            "(a^2 - b^2)/(a^2 + b^2) is at least 0 and below 1"
        )
    if "velocity" in PARAMETERS_BY_PROFILE[lens.profile] and lens.velocity >= SPEED_OF_LIGHT:
        return f"v_disp {lens.velocity:g} km/s is not below the speed of light"
    return None


def _find_bad_radii(lens: Lens) -> str | None:
    if lens.profile == 81 and lens.core * (1 + 1e-12) >= lens.cut:
        return (
            f"core_radius {lens.core:g} arcsec is not smaller than cut_radius {lens.cut:g} arcsec"
        )
    if lens.profile == 12 and lens.scale == 0:
        return "an NFW profile needs a scale_radius above 0"
    if lens.profile == 12 and lens.concentration == lens.velocity == 0:
        return "an NFW profile needs a concentration or a v_disp above 0"
    if lens.profile == 12 and lens.concentration and lens.z == 0:
        return "an NFW profile given by its concentration needs a z_lens above 0"
    return None
