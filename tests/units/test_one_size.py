"""The sizes that coordinates count with are those of the one table of units."""

import pytest

from fitslint.units.unit import measure, parse_unit
from fitslint.wcs.axes import DEGREES
from fitslint.wcs.spectral.units import find_spectral_factor
from fitslint.wcs.timeaxis import TIME_UNITS

SPECTRAL = {
    "Hz": ("Hz", "kHz", "MHz", "GHz", "THz"), "m": ("m", "nm", "um", "mm", "km", "Angstrom"),
    "J": ("J", "erg", "eV", "keV", "MeV", "Ry"), "m/s": ("m/s", "km/s", "cm/s", "m/yr", "km/h"),
    "m-1": ("m-1", "cm-1", "/mm"),
}  # fmt: skip


def size(text):
    return measure(parse_unit(text)).size


NOT_STANDARD = {"", "turn", "uas"}
"""What coordinates read besides the units of the standard."""


@pytest.mark.parametrize("unit", sorted(set(DEGREES) - NOT_STANDARD))
def test_angles(unit):
    assert DEGREES[unit] == pytest.approx(size(unit) / size("deg"), rel=1e-14)


@pytest.mark.parametrize("unit", sorted(TIME_UNITS))
def test_times(unit):
    assert TIME_UNITS[unit] == pytest.approx(size(unit), rel=1e-12)


@pytest.mark.parametrize(("target", "unit"), [(k, unit) for k in SPECTRAL for unit in SPECTRAL[k]])
def test_spectral_units(target, unit):
    ratio = find_spectral_factor(unit, target, "CUNIT1") / find_spectral_factor(
        target, target, "CUNIT1"
    )
    assert ratio == pytest.approx(size(unit) / size(target), rel=1e-8)
