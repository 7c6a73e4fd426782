"""Products of images: their headers conform, other programs read them, bad input leaves nothing."""

from __future__ import annotations

import math
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fitslint
from fitslint.cli.app import run
from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.main import main
from fitslint.pipeline.norh.beam import compute_beam
from fitslint.pipeline.norh.constants import CLEAN_BEAM_WIDTH
from fitslint.pipeline.norh.derived import build_map, build_matched
from fitslint.pipeline.norh.emission.inversion import GyroProblem, solve_for_field
from fitslint.pipeline.norh.flux import FluxMethod, measure_flux
from fitslint.pipeline.norh.image import Axis, read_solar_image
from fitslint.pipeline.norh.product import OBSERVATION, render_product, write_products
from fitslint.pipeline.norh.stack import read_images
from fitslint.products.errors import ProductError
from tests.pipeline.norh import scenes
from tests.pipeline.norh.test_images import REAL

ABOX = "--abox=-930,-870,30,90"


def reread_matched(images, beam, low, high):
    """Matched images as their products are read back."""
    pairs = ((images["a"], images["z"], low), (images["z"], images["a"], high))
    found = []
    for image, other, matched in pairs:
        product = build_matched(image, other, matched, beam, parity=False)
        report = fitslint.check(render_product(product))
        assert report.findings == []
        with fits.open(image.path) as hdus:
            header = hdus[0].header.copy()
        for keyword, value in product.cards.items():
            header[keyword] = value
        path = f"{image.path}_matched"
        fits.PrimaryHDU(matched.values.astype(">f8"), header).writeto(path, overwrite=True)
        found.append(read_solar_image(path))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All products, written by the commands."""
    folder = tmp_path_factory.mktemp("products")
    names = {}
    for name, kind in {"a": ("17GHz", "r+l"), "s": ("17GHz", "r-l"), "z": ("34GHz", "r+l")}.items():
        names[name] = scenes.write(folder / f"ip{name}980509_032023", *kind)
    total, polarised, high = names.values()
    later = scenes.START + timedelta(seconds=5)
    second = scenes.write(folder / "ipa980509_032028", "17GHz", start=later, gain=2.0)
    matched = [str(folder / f"m/ip{name}980509_032023_matched.fits") for name in "az"]
    commands = [
        ["image", "map", total, "-o", "map.fits"],
        ["image", "map", total, "--sunpy", "-o", "sunpy.fits"],
        ["image", "stack", second, total, "-o", "stack.fits"],
        ["beam", total, "-o", "beam.fits"],
        ["grid", total, "-o", "grid.fits"],
        ["flux", total, "--intensity", "--background", "ring", "-o", "intensity.fits"],
        ["flux", total, ABOX, "-o", "flux.fits"],
        ["polariz", total, polarised, "-o", "polariz.fits"],
        ["match", total, high, "--outdir", str(folder / "m")],
        ["alpha", *matched, "-o", "alpha.fits"],
        ["curve", *names.values(), ABOX, "-o", "curve.fits"],
        ["classify", matched[0], "alpha.fits", "polariz.fits", "-o", "classes.fits"],
        ["match", polarised, high, "--outdir", str(folder / "v")],
        ["invert", "gysy", "--assume", "theta=80", "-o", "gysy.fits", "--image", matched[0],
         "--image", str(folder / "v/ips980509_032023_matched.fits"), "--image", matched[1]],
        ["invert", "frfr", "--image", total, "--image", polarised, "--assume", "T=1e7", "-o",
         "frfr.fits"],
    ]  # fmt: skip
    for command in commands:
        words = [
            str(folder / word) if word.endswith(".fits") and "/" not in word else word
            for word in command
        ]
        assert run(["norh", *words]) is ExitCode.OK, command
    return folder


PRODUCTS = [
    "map", "sunpy", "stack", "beam", "grid", "intensity", "flux", "polariz", "alpha", "curve",
    "classes", "gysy", "frfr", "m/ipa980509_032023_matched", "m/ipz980509_032023_matched",
]  # fmt: skip


@pytest.mark.parametrize("name", PRODUCTS)
def test_nothing_is_found(folder, name):
    path = folder / f"{name}.fits"
    for profile in ("", "norh", "products"):
        report = fitslint.check(path, profile=profile)
        assert report.findings == [], str(report)
    assert fitslint.check(path).dictionaries[0].startswith("products/norh-")
    with fits.open(path, checksum=True) as hdus:
        assert all(hdu.verify_checksum() == 1 for hdu in hdus)
        header = hdus[0].header
    # The order is that of the manual.
    places = [header.index(keyword) for keyword in OBSERVATION if keyword in header]
    assert places == sorted(places) and len(places) == len(OBSERVATION)
    assert header["PROGNAME"].startswith("fitslint heliograph")
    assert header["IMGPROG"] == "snap2d17 v5.1  Y. Hanaoka"
    assert header["INPUT1"].startswith(("ip", "m/ip", "v/ip")) and len(header["INSHA1"]) == 64


def test_fitsverify_finds_nothing(folder):
    if shutil.which("fitsverify") is None:
        pytest.skip("fitsverify is not installed")
    paths = [str(folder / f"{name}.fits") for name in PRODUCTS]
    done = subprocess.run(["fitsverify", "-q", *paths], capture_output=True, text=True, check=False)
    assert done.stdout.count("verification OK") == len(PRODUCTS), done.stdout


@pytest.mark.long
def test_sunpy_opens_the_maps(folder):
    sunpy_map = pytest.importorskip("sunpy.map", reason="sunpy is not installed")
    found = sunpy_map.Map(folder / "sunpy.fits")
    assert found.date.isot.startswith("1998-05-09T03:20:23.754")
    middle = found.center
    assert (middle.Tx.value, middle.Ty.value) == pytest.approx(scenes.CENTRE, abs=0.01)
    assert found.rsun_obs.value == pytest.approx(scenes.SOLR)


def test_astropy_finds_the_peak_of_the_real_image(shared):
    path = shared / REAL
    if not path.exists():
        pytest.skip(f"{path} is not there")
    data = render_product(build_map(read_solar_image(str(path))))
    with fits.open(path) as real, fits.HDUList.fromstring(data) as made:
        assert np.array_equal(made[0].data, real[0].data)
        for keyword, value in real[0].header.items():
            if keyword not in ("PROGNAME", "COMMENT", "NAXIS"):
                assert made[0].header[keyword] == value, keyword
        assert made[0].header["IMGPROG"] == real[0].header["PROGNAME"]
        assert made[0].header["DSUN_OBS"] == pytest.approx(1.5198e11, rel=1e-3)
        place = WCS(made[0].header, key="A").pixel_to_world_values(32, 32)
    assert [angle * 3600 for angle in place] == pytest.approx((940.4655, 95.7655), abs=1e-3)


def test_masks_and_assumptions_are_told(folder):
    with fits.open(folder / "polariz.fits") as hdus:
        header, mask = hdus[0].header, hdus["MVD"].data
        assert header["DATA-TYP"] == "circular_polarization" and header["BUNIT"] == ""
        assert header["POLARIZ"] == "(r-l)/(r+l)" and header["VALIDN"] == 5.0
        assert mask.dtype == np.uint8 and mask.sum() == header["VALIDNUM"] > 1000
        assert np.isfinite(hdus[0].data[mask == 0]).any()
        assert any("assumed" in line for line in header["HISTORY"])
    with fits.open(folder / "m/ipz980509_032023_matched.fits") as hdus:
        header = hdus[0].header
        assert (header["RESAMPLE"], header["KRNREACH"]) == ("kernel", 40.0)
        assert header["BMAJ"] * 3600 == pytest.approx(19.010, abs=1e-3)
        assert {header["INPUT1"], header["INPUT2"]} == {"ipz980509_032023", "ipa980509_032023"}
    with fits.open(folder / "intensity.fits") as hdus:
        header = hdus[0].header
        assert header["BUNIT"] == "10**4 Jy/sr" and "less the median of ring" in header["HISTORY"]
        assert header["FREQUSED"] == 17e9 and header["PARITY"] is False
    with fits.open(folder / "curve.fits") as hdus:
        table = hdus["CURVE"]
        assert table.columns.names == ["TIME", "F17I", "F17V", "F34", "RC", "MVDP", "ALPHA", "MVDA"]
        assert table.columns["F17I"].unit == "10**4 Jy" and table.header["TIMESYS"] == "UTC"
        assert [hdus[0].header[f"ABOX{at}"] for at in range(1, 5)] == [-930, -870, 30, 90]
        assert table.data["TIME"][0] == pytest.approx(3 * 3600 + 20 * 60 + 23.754)


def test_images_are_inverted(folder):
    """Pixel by pixel as the fluxes of a pixel are, and only where all of them are above noise."""
    with fits.open(folder / "gysy.fits") as hdus:
        assert hdus[0].header["BUNIT"] == "10**-4 T"
        assert [hdu.name for hdu in hdus[1:]] == ["DELTA", "THETA", "NV", "SIGN", "TAU", "MVD",
                                                  "REASON"]  # fmt: skip
        valid = hdus["MVD"].data == 1
        assert valid.sum() > 20 and np.array_equal(valid, hdus["REASON"].data == 0)
        y, x = np.argwhere(valid)[len(np.argwhere(valid)) // 2]
        found = [hdus[0].data[y, x], hdus["DELTA"].data[y, x], hdus["NV"].data[y, x]]
    paths = [folder / f"{name}980509_032023_matched.fits" for name in ("m/ipa", "m/ipz", "v/ips")]
    fluxes = []
    for path in paths:
        image = read_solar_image(str(path))
        one = Axis(1, 1.0, 0.0, image.x.step)
        pixel = replace(image, values=image.values[y : y + 1, x : x + 1], x=one, y=one)
        fluxes.append(measure_flux(pixel, FluxMethod()).value)
    facts = solve_for_field(GyroProblem(*fluxes), 80.0).facts
    assert found == pytest.approx([float(facts[name]) for name in ("B", "delta", "NV")], rel=1e-5)
    with fits.open(folder / "frfr.fits") as hdus:
        assert [hdu.name for hdu in hdus[1:]] == ["T", "VEM", "VEM_T", "MVD", "REASON"]
        assert hdus["VEM"].data[hdus["MVD"].data == 1].min() > 1e45


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--image", "a"], ExitCode.NOT_CHECKED, "no image gives F17V"),
        (["--image", "a", "--image", "a"], ExitCode.NOT_CHECKED, "one of each"),
        (["--image", "a", "--image", "z"], ExitCode.NOT_CHECKED, "one of each"),
        (["--image", "a", "--assume", "VEM=1e49"], ExitCode.USAGE, "several roots"),
        (["--f17", "1", "--v17", "0.1", "-o", "x"], ExitCode.USAGE, "are of --image"),
    ],
)
def test_images_that_are_not_inverted(folder, capsys, words, code, said):
    words = [str(folder / f"ip{word}980509_032023") if word in "az" else word for word in words]
    assert _run_to_end(["norh", "invert", "frfr", *words]) == code
    assert said in capsys.readouterr().err


def _run_to_end(words):
    with pytest.raises(SystemExit) as end:
        main(words)
    return end.value.code


def test_nothing_is_named_twice(folder, capsys):
    path = str(folder / "ipa980509_032023")
    for words in (["image", "stack", path, path], ["flux", path, path]):
        assert _run_to_end(["norh", *words]) == ExitCode.USAGE
        assert "named twice" in capsys.readouterr().err
    copy = folder / "copy"
    shutil.copyfile(path, copy)
    assert _run_to_end(["norh", "image", "stack", path, str(copy)]) == ExitCode.NOT_CHECKED
    assert "of the same time" in capsys.readouterr().err


def test_the_middle_without_time_obs(folder, tmp_path):
    image = read_solar_image(_change(folder, tmp_path, TIME_OBS=None))
    assert image.middle == scenes.START + timedelta(seconds=2.5)
    assert "TIME-OBS is missing" in image.remarks[-1]


def test_a_stack_is_read_as_its_images(folder):
    image, other = read_images(str(folder / "stack.fits"))
    first = read_solar_image(str(folder / "ipa980509_032023"))
    assert image.middle == first.middle and image.exposure == first.exposure
    assert np.array_equal(image.values, first.values)
    assert (other.middle - image.middle).total_seconds() == 5
    with fits.open(folder / "stack.fits") as hdus:
        del hdus["TIMES"]
        hdus.writeto(folder / "timeless", overwrite=True)
    with pytest.raises(ProductError, match="table of times"):
        list(read_images(str(folder / "timeless")))


def _change(folder, tmp_path, data=None, **cards):
    with fits.open(folder / "ipa980509_032023") as hdus:
        header, values = hdus[0].header, hdus[0].data if data is None else data
        for keyword, value in cards.items():
            if value is None:
                del header[keyword.replace("_", "-")]
            else:
                header[keyword.replace("_", "-")] = value
        path = tmp_path / "changed"
        fits.PrimaryHDU(values, header).writeto(path)
    return str(path)


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        ({"OBS_FREQ": None}, "OBS-FREQ is missing; it is 17GHz or 34GHz"),
        ({"OBS_FREQ": "5GHz"}, "OBS-FREQ is '5ghz'"),
        ({"CDELT1": 0.0}, "CDELT1 is missing, 0 or no number"),
        ({"CDELT2": None}, "CDELT2 is missing, 0 or no number"),
        ({"CTYPE1": "HPLN-TAN"}, "CTYPE1 is 'HPLN-TAN', not solar-west; --force"),
        ({"TIME_OBS": "25:00:00", "STRT_OBS": "x", "END_OBS": "y"}, "do not tell when"),
        ({"DATE_OBS": "1998-02-31"}, "which is no day"),
        ({"PMAT1": 0.0, "PMAT2": 0.0}, "singular"),
    ],
)
def test_a_header_that_cannot_be_used(folder, tmp_path, capsys, cards, said):
    path = _change(folder, tmp_path, **cards)
    made = tmp_path / "made.fits"
    assert run(["norh", "image", "map", path, "-o", str(made)]) is ExitCode.NOT_CHECKED
    assert said in capsys.readouterr().err and not made.exists()


def test_a_missing_keyword_is_named_and_nothing_written(folder, tmp_path, capsys):
    path = _change(folder, tmp_path, ATT_10DB=None)
    made = tmp_path / "made.fits"
    assert run(["norh", "image", "map", path, "-o", str(made)]) is ExitCode.NOT_CHECKED
    assert "lacks ATT-10DB" in capsys.readouterr().err and not made.exists()


def test_pixels_that_cannot_be_used(folder, tmp_path, capsys):
    path = _change(folder, tmp_path, np.full((4, 4), np.nan, ">f4"))
    assert run(["norh", "flux", path]) is ExitCode.NOT_CHECKED
    assert "no pixel has a value" in capsys.readouterr().err
    cut = tmp_path / "cut"
    cut.write_bytes((folder / "ipa980509_032023").read_bytes()[:-8000])
    assert run(["norh", "image", "info", str(cut)]) is ExitCode.NOT_CHECKED
    assert "ends within its pixels" in capsys.readouterr().err


def test_other_numbers_and_small_units_are_read(folder, tmp_path, capsys):
    values = np.arange(16, dtype=">i2").reshape(4, 4)
    path = _change(folder, tmp_path, values, BUNIT="k")
    image = read_solar_image(path)
    assert image.unit == "K" and image.values[3, 3] == 15
    assert run(["norh", "image", "info", path]) is ExitCode.OK
    assert "BUNIT is 'k', read as K" in capsys.readouterr().err


def test_the_half_pixel_of_whole_images_is_told(tmp_path):
    path = tmp_path / "ifa980509_032023"
    header = scenes.header(CRPIX1=9.0, CRPIX2=9.0)
    fits.PrimaryHDU(np.ones((16, 16), ">f4"), header).writeto(path)
    (remark,) = read_solar_image(str(path)).remarks
    assert "half a pixel (2.46 arcsec)" in remark


def test_a_stack_is_of_one_kind(folder, tmp_path, capsys):
    words = [str(folder / f"ip{name}980509_032023") for name in "as"]
    made = tmp_path / "stack.fits"
    assert run(["norh", "image", "stack", *words, "-o", str(made)]) is ExitCode.NOT_CHECKED
    said = capsys.readouterr().err
    assert "the frequency and polarisation is 17GHz x r-l" in said and not made.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["flux", "--box", "1,2,3"], "these are not 4 numbers"),
        (["flux", "--box", "3,2,1,1"], "reversed"),
        (["flux", "--abox=nan,2,3,4"], "these are not 4 numbers"),
        (["flux", "--box", "1,2,1,2", ABOX], "not both"),
        (["flux", "--parity", "sun"], "--parity"),
        (["beam", "--size", "20"], "odd"),
        (["grid", "--step", "0"], "0.5 to 90"),
        (["grid", "--at", "5"], "2 numbers"),
        (["curve"], "--abox"),
    ],
)
def test_usage(folder, words, said):
    with pytest.raises(UsageError, match=said):
        run(["norh", words[0], str(folder / "ipa980509_032023"), *words[1:]])


def test_places_off_the_limb(folder, capsys):
    path = str(folder / "ipa980509_032023")
    code = run(["norh", "grid", path, "--at=-431,54", "--at=-1000,0"])
    assert code is ExitCode.FOUND
    said = capsys.readouterr().out
    assert "latitude 0.2649, longitude -26.7932" in said and "off the limb by 47.8 arcsec" in said


def test_files_that_are_there_stay(folder, tmp_path, capsys):
    path = str(folder / "ipa980509_032023")
    made = tmp_path / "map.fits"
    made.write_bytes(b"mine")
    assert _run_to_end(["norh", "image", "map", path, "-o", str(made)]) == ExitCode.USAGE
    assert made.read_bytes() == b"mine" and "--overwrite" in capsys.readouterr().err
    assert run(["norh", "image", "map", path, "-o", str(made), "--overwrite"]) is ExitCode.OK
    assert made.stat().st_size > 20000
    with pytest.raises(ProductError, match="this is an input"):
        write_products({path: build_map(read_solar_image(path))}, overwrite=True)


def test_of_two_products_both_or_none_are_written(folder, tmp_path):
    image = read_solar_image(str(folder / "ipa980509_032023"))
    good = build_map(image)
    bad = replace(good, cards={**good.cards, "OBJECT": "moon"})
    with pytest.raises(ProductError, match="OBJECT"):
        write_products({str(tmp_path / "good.fits"): good, str(tmp_path / "bad.fits"): bad})
    assert list(tmp_path.iterdir()) == []


def test_pictures(folder, tmp_path):
    pytest.importorskip("matplotlib")
    path = str(folder / "ipa980509_032023")
    m = str(folder / "m/ipa980509_032023_matched.fits")
    for number, words in enumerate((
        ["grid", path], ["beam", path], ["curve", path, ABOX],
        ["polariz", path, str(folder / "ips980509_032023")],
        ["classify", m, str(folder / "alpha.fits")],
    )):  # fmt: skip
        picture = tmp_path / f"{number}.png"
        assert run(["norh", *words, "--plot", str(picture)]) is ExitCode.OK
        assert picture.read_bytes()[:4] == b"\x89PNG"
    with pytest.raises(ProductError, match=r"ends in \.png"):
        from fitslint.pipeline.norh.plots import find_picture_form

        find_picture_form("picture.gif")


def test_what_the_header_lacks_is_computed_and_told(folder, tmp_path):
    path = _change(folder, tmp_path, PMAT1=None, SOLB=None)
    data = render_product(build_map(read_solar_image(path)))
    with fits.open(folder / "map.fits") as known, fits.HDUList.fromstring(data) as made:
        assert made[0].header["PMAT1"] == pytest.approx(known[0].header["PMAT1"], abs=2e-5)
        assert made[0].header["SOLB"] == pytest.approx(known[0].header["SOLB"], abs=0.005)
        assert made[0].header["BEAMSRC"] == "date"
        assert "computed of the time of the image: SOLB, PMAT1" in made[0].header["HISTORY"]


@pytest.mark.parametrize(("cell", "factor"), [(5, 2.3), (4, 1.8), (None, 1.8)])
def test_the_beam_of_fujiki(folder, tmp_path, capsys, cell, factor):
    path = _change(folder, tmp_path, PROGNAME="snap2d17suw v1.2  S. Fujiki", CELLSIZE=cell or 1)
    if cell is None:
        fits.delval(path, "CELLSIZE")
    beam, known = (compute_beam(read_solar_image(one)) for one in (path, _total(folder)))
    ratio = math.sqrt(2) / 2 * factor / CLEAN_BEAM_WIDTH
    assert beam.axes == pytest.approx([axis * ratio for axis in known.axes])
    assert run(["norh", "beam", path]) is ExitCode.OK
    assert ("no CELLSIZE" in capsys.readouterr().err) == (cell is None)


def _total(folder):
    return str(folder / "ipa980509_032023")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A file of 8 x 8 pixels, to be spoilt."""
    path = tmp_path_factory.mktemp("small") / "ipa980509_032023"
    fits.PrimaryHDU(np.arange(64, dtype=">f4").reshape(8, 8), scenes.header()).writeto(path)
    return path


@given(st.lists(st.tuples(st.integers(0, 5759), st.integers(0, 255)), min_size=1, max_size=12))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_spoilt_files_are_refused_or_conform(small, changes):
    data = bytearray(small.read_bytes())
    for place, byte in changes:
        data[place] = byte
    path = small.with_name("spoilt")
    path.write_bytes(bytes(data))
    try:
        image = read_solar_image(str(path))
        made = render_product(build_map(image))
        measure_flux(image, FluxMethod(), skip_nan=True)
    except ProductError:
        return
    assert fitslint.check(made).errors == []
