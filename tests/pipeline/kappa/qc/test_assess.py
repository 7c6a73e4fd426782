"""An honest map passes; each fault fails on its own line."""

import json

import jsonschema
import numpy as np
import pytest

from fitslint.config.schema_files import read_schema_text
from fitslint.pipeline.errors import PipelineError
from tests.pipeline.kappa.qc import sky

PIXELS = {"a.ratio", "c.peak", "c.raw", "d.shear", "d.magnification", "e.contour-1", "h.data"}


def test_an_honest_map_passes_every_line_that_can_be_judged(maps, beside):
    made = sky.judged(maps.kappa, beside, members=maps.members)
    failed, passed = sky.verdicts(made)
    assert failed == set()
    assert passed >= PIXELS | {"a.header", "b.roundtrip", "b.parity", "h.header", "h.pixkpc"}
    assert sky.line(made, "c.peak").value < 1.0
    assert sky.line(made, "d.shear").value < 1e-3
    assert made.verdict == "pass"


def test_a_map_shifted_by_12_arcsec_fails_on_its_peak_only(maps, tmp_path):
    moved = sky.write(tmp_path / "k.fits", np.roll(maps.data, 12, axis=1))
    made = sky.judged(moved, {"unity": maps.unity})
    assert sky.verdicts(made)[0] == {"c.peak"}
    assert sky.line(made, "c.peak").value == pytest.approx(12, abs=1)


@pytest.mark.parametrize(("east", "north"), [(12, 0), (0, -12), (-8.5, 8.5)])
def test_a_frame_shifted_by_12_arcsec_fails_on_the_peak_only(maps, tmp_path, east, north):
    grid = sky.cards(CRPIX1=128.5 + east, CRPIX2=128.5 - north)
    moved = sky.write(tmp_path / "k.fits", maps.data, grid=grid)
    assert sky.verdicts(sky.judged(moved))[0] == {"c.peak"}


def test_a_map_rescaled_twice_fails_on_the_ratio_only(maps, tmp_path):
    twice = sky.write(tmp_path / "k.fits", maps.data * sky.RATIO)
    made = sky.judged(twice, {"unity": maps.unity}, members=maps.members)
    assert sky.verdicts(made)[0] == {"a.ratio"}
    assert "counted twice" in sky.line(made, "a.ratio").reason


def test_a_map_never_rescaled_is_named(maps, tmp_path):
    never = sky.write(tmp_path / "k.fits", maps.data / sky.RATIO)
    made = sky.judged(never, {"unity": maps.unity})
    assert "was not counted" in sky.line(made, "a.ratio").reason


def test_a_mirrored_map_fails_on_parity_only(maps, tmp_path):
    mirrored = sky.write(tmp_path / "k.fits", maps.data[:, ::-1])
    made = sky.judged(mirrored, members=maps.members)
    assert sky.verdicts(made)[0] == {"b.parity"}


def test_a_header_of_the_wrong_hand_fails_on_handedness(maps, tmp_path):
    grid = sky.cards(CDELT1=sky.PIXEL / 3600)
    made = sky.judged(sky.write(tmp_path / "k.fits", maps.data, grid=grid))
    assert "b.handedness" in sky.verdicts(made)[0]


@pytest.mark.parametrize(("value", "said"), [(0.0, "zero"), (0.3, "0.3"), (np.nan, "no pixel")])
def test_a_blank_map_fails_on_its_pixels_only(maps, beside, tmp_path, value, said):
    blank = sky.plain(tmp_path / "k.fits", np.full((256, 256), value), _header(maps.kappa))
    made = sky.judged(blank, beside, members=maps.members)
    assert sky.verdicts(made)[0] - {"h.header"} == {"h.data"}
    assert said in sky.line(made, "h.data").reason
    assert sky.verdicts(made)[1] & PIXELS == set()


def _header(path):
    from astropy.io import fits

    header = fits.getheader(path)
    header.remove("CHECKSUM")
    header.remove("DATASUM")
    return header


def test_pixels_without_a_value_are_counted_and_left_out(maps, beside, tmp_path):
    data = maps.data.copy()
    data[:4, 100:140] = np.nan
    made = sky.judged(
        sky.plain(tmp_path / "k.fits", data.astype("f4"), _header(maps.kappa)), beside
    )
    assert sky.line(made, "h.data").details["without_value"] == 160
    assert sky.verdicts(made)[0] == set()


def test_infinite_pixels_make_no_map(maps, tmp_path):
    data = maps.data.copy()
    data[200, 200] = np.inf
    made = sky.judged(sky.plain(tmp_path / "k.fits", data.astype("f4"), _header(maps.kappa)))
    assert sky.verdicts(made)[0] == {"h.data"}
    assert "pixels are infinite: 1" in sky.line(made, "h.data").reason


def test_wrong_pixkpc_and_dlsds_fail_on_their_lines(maps, tmp_path):
    header = _header(maps.kappa)
    header["PIXKPC"] *= 1 + 3e-6
    header["DLSDS"] *= 1 - 3e-6
    made = sky.judged(sky.plain(tmp_path / "k.fits", maps.data.astype("f4"), header))
    assert sky.verdicts(made)[0] == {"a.header", "h.pixkpc"}


def test_maps_of_other_pixels_cannot_be_judged(maps, beside, tmp_path):
    small = sky.write(tmp_path / "k.fits", sky.lens(128)[0] * sky.RATIO)
    made = sky.judged(small, beside, also=(maps.kappa,))
    assert sky.verdicts(made)[0] == set()
    for code in ("a.ratio", "d.shear", "d.magnification", "f.band"):
        assert sky.line(made, code).verdict == "cannot be judged"
        assert "pixels" in sky.line(made, code).reason


def test_the_report_keeps_to_its_schema(maps, beside, tmp_path):
    schema = json.loads(read_schema_text("kappa-qc-1.0.0.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    blank = sky.plain(tmp_path / "k.fits", np.full((64, 64), np.nan), sky.cards(64))
    reports = [
        sky.judged(maps.kappa, beside, members=maps.members, also=(maps.kappa,)),
        sky.judged(maps.kappa),
        sky.judged(blank),
    ]
    for made in reports:
        written = json.loads(json.dumps(made.to_dict(), allow_nan=False))
        jsonschema.validate(written, schema)
        assert sum(written["counts"].values()) == len(written["lines"])


def test_every_line_says_why_and_thresholds_say_where_from(maps, beside):
    for line in sky.judged(maps.kappa, beside, members=maps.members).results:
        assert line.reason
        assert line.threshold is None or line.threshold.source


def test_a_cluster_nobody_knows_is_an_error_that_names_those_known(maps):
    with pytest.raises(PipelineError, match="Abell 1689, CL0024"):
        sky.judged(maps.kappa, cluster="abell 9999")


def test_a_centre_of_the_user_replaces_the_published_one(maps):
    made = sky.judged(maps.kappa, centre=(sky.CENTRE[0], sky.CENTRE[1] + 20 / 3600))
    assert sky.line(made, "c.peak").verdict == "fail"
    assert sky.line(made, "c.peak").value == pytest.approx(20, abs=0.5)


def test_a_map_without_a_place_on_the_sky(maps, tmp_path):
    header = {
        "CTYPE1": "LINEAR", "CTYPE2": "LINEAR", "CUNIT1": "arcsec", "CUNIT2": "arcsec",
        "CRVAL1": 0.0, "CRVAL2": 0.0, "CRPIX1": 128.5, "CRPIX2": 128.5,
        "CDELT1": 1.0, "CDELT2": 1.0,
    }  # fmt: skip
    made = sky.judged(sky.plain(tmp_path / "k.fits", maps.data, header))
    assert sky.line(made, "c.peak").verdict == "cannot be judged"
    assert sky.line(made, "b.handedness").verdict == "pass"
    assert sky.line(made, "e.contour-1").verdict == "pass"


def test_one_pixel_in_the_core_of_a_galaxy_is_no_peak(maps, tmp_path):
    data = maps.data.copy()
    data[40, 200] = 300.0
    made = sky.judged(sky.write(tmp_path / "k.fits", data))
    assert sky.line(made, "c.peak").verdict == "pass"
    assert sky.line(made, "c.raw").details["kappa"] == 300
    assert sky.line(made, "c.raw").details["offset_arcsec"] > 100


def test_two_planes_have_no_single_ratio(maps, tmp_path):
    west, north = sky.offsets()
    behind = sky.circular(west - 20.2, north - 35.1, 4.0, 60.0, 0.5)[0]
    unity = sky.write(tmp_path / "u.fits", sky.lens()[0] + behind, normalisation="unity")
    made = sky.judged(sky.write(tmp_path / "k.fits", maps.data + 0.5 * behind), {"unity": unity})
    line = sky.line(made, "a.ratio")
    assert line.verdict == "cannot be judged"
    assert "several planes" in line.reason


def test_every_clump_with_a_published_centre_has_a_line(maps, tmp_path):
    ra, dec = sky.CENTRE[0] + 70 / 3600, sky.CENTRE[1] + 48 / 3600
    tables = [("main", *sky.CENTRE), ("second", ra, dec), ("third", ra, dec + 20 / 3600)]
    config = tmp_path / "qc.toml"
    rows = [f"[[cluster.centre]]\nclump = '{n}'\nra = '{x}'\ndec = '{y}'\n" for n, x, y in tables]
    head = "clump_height = 0.2\n[[cluster]]\nname = 'Two'\nredshift = 0.183\n"
    config.write_text(head + "".join(rows))
    made = sky.judged(maps.kappa, config=str(config), cluster="two")
    found = [sky.line(made, f"c.peak.{number}").verdict for number in (1, 2, 3)]
    assert found == ["pass", "pass", "fail"]


@pytest.mark.parametrize("value", [1.0, 50.0, 1e6, -20.0])
def test_a_hot_or_dead_pixel_is_found(maps, tmp_path, value):
    data = maps.data.copy()
    data[40, 200] = value
    line = sky.line(sky.judged(sky.write(tmp_path / "k.fits", data)), "h.hot")
    assert line.verdict == "fail" and line.value == 1
    assert line.details["pixels"][0]["column"] == 201 and line.details["pixels"][0]["row"] == 41


def test_galaxies_smaller_than_a_pixel_are_no_hot_pixels():
    from fitslint.pipeline.kappa.qc.hot_pixels import find_hot_pixels

    random = np.random.default_rng(1689)
    rows, columns = np.mgrid[:256, :256]
    data = 1.2 / np.sqrt(1 + ((columns - 120.3) ** 2 + (rows - 130.1) ** 2) / 30**2)
    for _ in range(150):
        column, row, core = *random.uniform(0, 256, 2), random.uniform(0.05, 0.5)
        data += random.uniform(0.05, 0.5) / np.hypot(np.hypot(columns - column, rows - row), core)
    assert find_hot_pixels(data, 300) == []
    assert find_hot_pixels(data + random.normal(0, 0.02, data.shape), 300) == []
    assert find_hot_pixels(np.zeros((4, 4)), 300) == []


def test_the_core_of_a_member_galaxy_is_no_hot_pixel(maps, tmp_path):
    data = maps.data.copy()
    data[40, 200] = 3.0
    made = sky.write(tmp_path / "k.fits", data)
    assert sky.line(sky.judged(made), "h.hot").verdict == "fail"
    ra, dec = sky.judged(made).inputs.kappa.frame.to_sky(200.3, 39.8)
    catalogue = tmp_path / "g.cat"
    catalogue.write_text(f"#REFERENCE 0\n1 {ra} {dec} 1 1 0 17 1\n")
    assert sky.line(sky.judged(made, members=str(catalogue)), "h.hot").verdict == "pass"


def test_a_map_that_is_half_blank_fails(maps, tmp_path):
    data = maps.data.copy()
    data[:80] = np.nan
    line = sky.line(sky.judged(sky.write(tmp_path / "k.fits", data)), "h.blank")
    assert line.verdict == "fail" and "31.25%" in line.reason


def test_pixels_that_were_changed_do_not_sum_to_datasum(maps, tmp_path):
    path = tmp_path / "k.fits"
    path.write_bytes(b"")
    sky.write(path, maps.data)
    assert sky.line(sky.judged(str(path)), "h.datasum").verdict == "pass"
    raw = bytearray(path.read_bytes())
    raw[-2880 * 3] ^= 1
    path.write_bytes(raw)
    line = sky.line(sky.judged(str(path)), "h.datasum")
    assert line.verdict == "fail" and "have been changed" in line.reason


def test_numbers_far_below_their_threshold_are_told_as_such():
    from fitslint.pipeline.kappa.qc.check import Threshold, format_measurement

    limit = Threshold("round_trip", 1.0, "mas", "")
    assert format_measurement(5.15268e-11, limit) == "< 0.001"
    assert format_measurement(0.0, limit) == "0"
    assert format_measurement(0.0041498, limit) == "0.00415"
    assert format_measurement(5.15268e-11) == "5.153e-11"
