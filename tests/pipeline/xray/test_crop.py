"""Step 6: regions out of an image, the rectangle around another one, and what its header says."""

from __future__ import annotations

import numpy as np
import pytest

import fitslint
from fitslint.pipeline.xray.crop.crop import CropRequest, crop_image
from fitslint.pipeline.xray.crop.defaults import find_emission, find_field, find_peak
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.regions.frames import ImageGrid
from tests.pipeline.xray.test_commands import run

fits = pytest.importorskip("astropy.io.fits")
FACTS = {"ENERGYLO": 0.5, "ENERGYHI": 7.0, "object": "toy", "FLUXSCAL": 2.5}


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    header = fits.Header()
    for axis, (name, value, step) in enumerate(
        (("RA---TAN", 197.87, -0.492 / 1800), ("DEC--TAN", -1.34, 0.492 / 1800)), 1
    ):
        header[f"CTYPE{axis}"], header[f"CRVAL{axis}"] = name, value
        header[f"CRPIX{axis}"], header[f"CDELT{axis}"] = 30.5, step
        header[f"CUNIT{axis}"] = "deg"
        header[f"CTYPE{axis}P"], header[f"CRVAL{axis}P"] = "xy"[axis - 1], 4000.0
        header[f"CRPIX{axis}P"], header[f"CDELT{axis}P"] = 0.5, 2.0
        header[f"LTV{axis}"], header[f"LTM{axis}_{axis}"] = 0.5 - 2000.0, 0.5
    header["RADESYS"], header["BUNIT"], header["TELESCOP"] = "ICRS", "count", "CHANDRA"
    header["INSTRUME"] = "ACIS"
    header["DSTYP1"], header["DSVAL1"], header["DSREF1"] = "time", "TABLE", ":GTI"
    values = np.arange(60 * 50, dtype=">f4").reshape(60, 50) + 1
    values[3, 4] = np.nan
    gti = fits.BinTableHDU.from_columns(
        [fits.Column("START", "D", "s", array=[1.0]), fits.Column("STOP", "D", "s", array=[9.0])],
        name="GTI",
    )
    path = tmp_path_factory.mktemp("crop") / "scaled.fits"
    fits.HDUList([fits.PrimaryHDU(values, header), gti]).writeto(path, checksum=True)
    return path


def write(path, text):
    path.write_text(f"# Region file format: CIAO version 1.0\n{text}\n")
    return str(path)


@pytest.fixture
def request_of(image, tmp_path):
    def build(exclude="circle(4030,4040,6)", include="rotbox(4040,4050,40,60,0)"):
        return CropRequest(
            str(image), tmp_path / "out.fits", (write(tmp_path / "a.reg", exclude),),
            write(tmp_path / "b.reg", include), None, tmp_path / "mask.fits", facts=FACTS,
        )  # fmt: skip

    return build


def test_a_pixel_is_where_it_was_on_the_sky_and_on_the_detector(image, request_of):
    request = request_of()
    result = crop_image(request)
    old, new = read_pixels(str(image)), read_pixels(str(request.output))
    assert result.shape == new.values.shape == (30, 20)
    before, after = ImageGrid(old.header), ImageGrid(new.header)
    for frame in ("physical", "icrs"):
        assert after.find_position(1, 1, frame) == pytest.approx(
            before.find_position(11, 11, frame), abs=1e-9
        )
    mask = read_pixels(str(request.mask)).values
    assert (new.values[mask > 0] == old.values[10:40, 10:30][mask > 0]).all()
    assert (new.values[mask == 0] == 0).all()
    y, x = np.mgrid[10:40, 10:30]
    inside = np.hypot(4001 + 2 * x - 4030, 4001 + 2 * y - 4040) > 6
    assert ((mask > 0) == inside).all()
    assert result.pixels == inside.sum()


def test_header_tells_the_box_and_keeps_the_good_times(request_of):
    request = request_of()
    assert crop_image(request).ok
    header = fits.getheader(request.output)
    assert header["DSTYP2"] == "sky(x,y)"
    assert header["DSVAL2"] == "box(4040,4050,40,60,0)"
    assert fits.getdata(request.output, 1)["STOP"].tolist() == [9.0]
    for path in (request.output, request.mask):
        assert [one.message for one in fitslint.check(path, profile="products").findings] == []


@pytest.mark.parametrize(
    ("exclude", "include", "sentence"),
    [
        ("circle(4050,4050,500)", "rotbox(4040,4050,40,60,0)", "no pixel is left"),
        ("circle(4030,4040,6)", "", "b.reg: there is no region in it"),
        ("wedge(1,2,3)", "rotbox(4040,4050,40,60,0)", "a.reg, line 2: the shape 'wedge'"),
        ("<VOTABLE/>", "rotbox(4040,4050,40,60,0)", "a.reg, line 2"),
        ("circle(4030,4040,6)", "circle(9000,9000,2)", "no pixel is left"),
    ],
)
def test_what_cannot_be_cropped_is_said_and_nothing_is_written(
    request_of, exclude, include, sentence
):
    request = request_of(exclude, include)
    with pytest.raises(XrayError, match=sentence.replace("(", r"\(")):
        crop_image(request)
    assert not request.output.exists()


def test_regions_that_nobody_drew_are_around_the_cluster():
    y, x = np.mgrid[:200, :240]
    flux = 30 * (1 + ((x - 130) ** 2 + (y - 90) ** 2) / 100) ** -1.5 + 0.1
    flux[20, 30] = 500  # a point source is no cluster
    exposure = np.where((x > 20) & (x < 220) & (y > 5) & (y < 190), 1e6, 0.0)
    column, row = find_peak(flux, exposure > 0)
    assert np.hypot(column - 130, row - 90) < 3
    cluster = find_emission(flux, exposure > 0)
    assert 20 < cluster.numbers[2] < 90
    field = find_field(exposure, (column, row), 60.0)
    assert field.numbers[2:4] == (121.0, 121.0)
    with pytest.raises(XrayError, match="nothing is exposed"):
        find_field(exposure * 0, (column, row), 60.0)


def test_the_command_says_what_is_left(image, tmp_path, capsys):
    region = write(tmp_path / "b.reg", "rotbox(4040,4050,40,60,0)")
    words = [word for fact in ("ENERGYLO=0.5", "ENERGYHI=7", "OBJECT=toy", "FLUXSCAL=2.5")
             for word in ("--set", fact)]  # fmt: skip
    out = tmp_path / "out.fits"
    done = run("xray", "crop", image, "--region", region, "--output", out, *words)
    assert done == 0
    assert capsys.readouterr().out.startswith("20 x 30 pixels, 600 pixels of them inside\n")
    assert run("xray", "crop", image, "--output", out) == 2


def test_the_emission_ends_where_nothing_is_seen():
    """Over most of a field without background no ring is above it or under it."""
    flux = np.zeros((200, 200))
    flux[90:111, 90:111] = 1.0
    shape = find_emission(flux, np.ones(flux.shape, bool))
    assert shape.numbers[2] < 30


def test_the_peak_is_that_of_the_cluster_beside_a_bright_source():
    """Photons are few, and the source spreads over more pixels than a median looks at."""
    rng = np.random.default_rng(4)
    y, x = np.mgrid[:800, :800]
    cluster = 0.3 * (1 + ((x - 300) ** 2 + (y - 420) ** 2) / 40**2) ** -1.5
    source = 12 * np.exp(-((x - 560) ** 2 + (y - 250) ** 2) / (2 * 2.5**2))
    flux = rng.poisson(cluster + source + 0.004).astype(float)
    column, row = find_peak(flux, np.ones(flux.shape, bool))
    assert np.hypot(column - 300, row - 420) < 30
    radius = find_emission(flux, np.ones(flux.shape, bool)).numbers[2]
    assert 60 < radius < 400
