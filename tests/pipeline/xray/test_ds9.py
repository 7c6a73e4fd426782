"""Step 8 beside SAOImage DS9: the regions that it converts, parsed back, are ours."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.regions.files import convert_region_file, read_regions
from fitslint.pipeline.xray.regions.frames import ImageGrid
from tests.pipeline.xray.ds9 import Ds9, list_missing

fits = pytest.importorskip("astropy.io.fits")

SHAPES = """# Region file format: CIAO version 1.0
circle(4050.5,4071.25,12.5)
ellipse(4100,4010,20,9.5,33)
rotbox(4092.5,4056.5,40,22,0)
rotbox(4140.25,4120.75,14,30,61)
polygon(4040,4100,4055,4104.5,4062,4131,4037,4126)
annulus(4120,4060,5,11)
-circle(4123.5,4062.5,3)
"""
TOLERANCE = 0.01 / 3600


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    header = fits.Header()
    for axis, (name, value, step) in enumerate(
        (("RA---TAN", 258.112, -0.492 / 3600), ("DEC--TAN", -23.375, 0.492 / 3600)), 1
    ):
        header[f"CTYPE{axis}"], header[f"CRVAL{axis}"] = name, value
        header[f"CRPIX{axis}"], header[f"CDELT{axis}"] = 96.5, step
        header[f"CUNIT{axis}"] = "deg"
        header[f"CTYPE{axis}P"], header[f"CRVAL{axis}P"] = "xy"[axis - 1], 4000.5
        header[f"CRPIX{axis}P"], header[f"CDELT{axis}P"] = 0.5, 1.0
        header[f"LTV{axis}"], header[f"LTM{axis}_{axis}"] = -4000.0, 1.0
    header["RADESYS"], header["EQUINOX"] = "ICRS", 2000.0
    path = tmp_path_factory.mktemp("ds9") / "image.fits"
    fits.PrimaryHDU(np.ones((192, 192), ">i2"), header).writeto(path)
    return path


@pytest.fixture(scope="module")
def ds9(image, tmp_path_factory):
    missing = list_missing()
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: saods9, xpa-tools, xvfb)")
    viewer = Ds9(image, tmp_path_factory.mktemp("home"))
    yield viewer
    viewer.close()


@pytest.mark.long
def test_regions_are_where_ds9_puts_them(image, ds9, tmp_path):
    source = tmp_path / "shapes.reg"
    source.write_text(SHAPES)
    ds9.convert_regions(source, tmp_path / "theirs.reg")
    convert_region_file(source, ImageGrid(read_pixels(str(image)).header),
                        tmp_path / "ours.reg", "sexagesimal")  # fmt: skip
    theirs, ours = (read_regions(tmp_path / f"{who}.reg") for who in ("theirs", "ours"))
    assert [shape.kind for shape in theirs] == [shape.kind for shape in ours]
    assert len(ours) == 7
    for their, our in zip(theirs, ours, strict=True):
        assert (their.frame, their.is_excluded) == (our.frame, our.is_excluded)
        for role, one, other in zip(our.roles, their.numbers, our.numbers, strict=True):
            scale = math.cos(math.radians(23.375)) if role == "x" else 1.0
            away = abs(one - other) * scale
            if role == "a":
                away = abs((one - other + 180) % 360 - 180) * 20 * 0.492 / 3600 * math.pi / 180
            assert away <= TOLERANCE, (their, our)
