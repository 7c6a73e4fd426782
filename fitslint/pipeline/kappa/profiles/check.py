"""Whether the parameters of a lens make one."""

from __future__ import annotations

import math

from fitslint.lenstool.profiles import NAMES, SHEAR, named
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.constants import LIGHT
from fitslint.pipeline.kappa.model import Lens

ANYWHERE = ("x", "y", "z", "angle", "ellipticity")
"""Parameters of every profile."""
READS = {
    1: ("velocity",),
    8: ("core", "velocity"),
    12: ("scale", "concentration", "velocity"),
    14: (),
    81: ("core", "cut", "velocity"),
}
"""The further parameters by profile; what a profile does not read is not judged."""
WORDS = {
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
LARGEST = 1e9
"""Largest length in arcsec, and number without a unit; the whole sky is 1.3e6 arcsec around."""
FARTHEST = 1e4
"""Largest redshift of a lens or source; the surface of last scattering is at 1090."""


def check(lens: Lens) -> None:
    """Stop at a lens that cannot be evaluated.

    Raises
    ------
    PipelineError
        which names the lens, its file and line, and what to change.
    """
    if wrong := _wrong(lens):
        raise PipelineError(f"lens {lens.name}: {wrong}", path=lens.path or None, line=lens.line)


def _wrong(lens: Lens) -> str | None:
    """What is wrong with the lens, the first of it."""
    if lens.profile not in READS:
        able = ", ".join(f"{number} ({NAMES[number]})" for number in READS)
        return f"{named(lens.profile)} is not supported; supported are {able}"
    return _wrong_number(lens) or _wrong_range(lens) or _wrong_radii(lens)


def _wrong_number(lens: Lens) -> str | None:
    for name in (*ANYWHERE, *READS[lens.profile]):
        value = getattr(lens, name)
        if not math.isfinite(value):
            return f"{WORDS[name]} is {value}; give a number"
        if abs(value) > LARGEST and name != "angle":
            return f"{WORDS[name]} {value:g} is too large; at most {LARGEST:g} is possible"
        if value < 0 and name in READS[lens.profile]:
            return f"{WORDS[name]} {value:g} is negative"
    return None


def _wrong_range(lens: Lens) -> str | None:
    if not 0 <= lens.z <= FARTHEST:
        return f"z_lens {lens.z:g} is no redshift of a lens; it lies between 0 and {FARTHEST:g}"
    if lens.profile != SHEAR and not 0 <= lens.ellipticity < 1:
        return (
            f"ellipticite {lens.ellipticity:g} makes no ellipse; "
            "(a^2 - b^2)/(a^2 + b^2) is at least 0 and below 1"
        )
    if "velocity" in READS[lens.profile] and lens.velocity >= LIGHT:
        return f"v_disp {lens.velocity:g} km/s is not below the speed of light"
    return None


def _wrong_radii(lens: Lens) -> str | None:
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
