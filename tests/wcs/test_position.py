"""Positions as a person writes them."""

from __future__ import annotations

import pytest

from fitslint.wcs.position import parse_position


def test_positions() -> None:
    assert parse_position("13:11:29.52", "-01:20:27.59") == pytest.approx(
        (197.873, -1.340997), abs=1e-6
    )
    assert parse_position("197.873", "-1.341") == (197.873, -1.341)
    assert parse_position("0:0:1", "-00:34:12")[1] == pytest.approx(-0.57)
    for ra, dec in (("400", "0"), ("1", "91"), ("a", "0"), ("1:99:0", "0"), ("nan", "0"), ("", "")):
        with pytest.raises(ValueError, match=r"declination|ascension"):
            parse_position(ra, dec)
