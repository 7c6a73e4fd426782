"""Area and shape of contours against ellipses that are known."""

import math

import numpy as np
import pytest

from tests.pipeline.kappa.qc import sky


def ellipse(a, b, angle, size=256):
    """1 on an ellipse with position angle ``angle``, falling outwards by the elliptical radius."""
    west, north = sky.offsets(size)
    turn = math.radians(angle)
    along = -west * math.sin(turn) + north * math.cos(turn)
    across = west * math.cos(turn) + north * math.sin(turn)
    return 2 - np.hypot(along / a, across / b)


@pytest.mark.parametrize(
    ("a", "b", "angle"), [(40, 30, 0), (35, 20, 30), (25, 12, 130), (9, 6, 90)]
)
def test_area_axis_ratio_and_position_angle(tmp_path, a, b, angle):
    data = ellipse(a, b, angle)
    made = sky.judged(sky.plain(tmp_path / "k.fits", data, sky.cards()))
    found = sky.line(made, "e.contour-1").details
    assert found["area_arcsec2"] == pytest.approx(math.pi * a * b, rel=0.01)
    assert found["axis_ratio"] == pytest.approx(b / a, abs=0.02)
    assert abs((found["position_angle_deg"] - angle + 90) % 180 - 90) < 1.5
    assert sky.line(made, "e.contour-1").value == pytest.approx(math.sqrt(a * b), rel=0.005)


def test_a_contour_that_leaves_the_region_is_a_part(tmp_path):
    data = ellipse(120, 110, 0)
    line = sky.line(sky.judged(sky.plain(tmp_path / "k.fits", data, sky.cards())), "e.contour-1")
    assert line.verdict == "cannot be judged"
    assert "region" in line.reason


def test_a_hole_is_not_counted(tmp_path):
    west, north = sky.offsets()
    radius = np.hypot(west, north)
    ring = 2 - np.abs(radius - 30) / 10
    made = sky.judged(sky.plain(tmp_path / "k.fits", ring, sky.cards()))
    expected = math.pi * (40**2 - 20**2)
    found = sky.line(made, "e.contour-1").details["area_arcsec2"]
    assert found == pytest.approx(expected, rel=0.01)


def test_a_level_that_is_not_reached(maps, tmp_path):
    path = sky.plain(tmp_path / "k.fits", maps.data * 0.1, sky.cards())
    line = sky.line(sky.judged(path), "e.contour-1")
    assert line.verdict == "cannot be judged"
    assert "does not reach 1" in line.reason
