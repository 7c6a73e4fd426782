"""Plate solutions of the Digitized Sky Survey, against WCSTools and against their own formula."""

import math
import random
import shutil
import subprocess

import pytest

from fitslint.wcs.compare import measure_arc
from fitslint.wcs.plate import TERMS, compile_plate
from fitslint.wcs.summary import summarize_header
from tests.wcs.sky_headers import read_cards

SHAPE = (400, 300)


def make_plate(seed: int) -> dict[str, object]:
    """The keywords of a plate with terms as large as those of the survey."""
    draw = random.Random(seed)
    small = (67.2, 0.1, -300.0, 5e-5, 5e-5, 5e-5, 1e-5, 2e-6, 2e-6, 2e-6, 2e-6, 2e-6, 1e-12)
    cards: dict[str, object] = {
        "PLTRAH": draw.randrange(24), "PLTRAM": draw.randrange(60),
        "PLTRAS": round(draw.uniform(0, 59), 3), "PLTDECSN": draw.choice("+-"),
        "PLTDECD": draw.randrange(80), "PLTDECM": draw.randrange(60), "PLTDECS": 12.5,
        "XPIXELSZ": 25.28445, "YPIXELSZ": 25.28445, "PPO3": 177474.7, "PPO6": 176900.1,
        "CNPIX1": draw.randrange(1, 13000), "CNPIX2": draw.randrange(1, 13000),
    }  # fmt: skip
    for axis in "XY":
        for term, size in zip(range(1, TERMS + 1), small, strict=True):
            value = size if term == 1 else draw.uniform(-1, 1) * size
            cards[f"AMD{axis}{term}"] = value
    return cards


def write(cards: dict[str, object]) -> str:
    """Cards one a line."""
    return "".join(
        f"{name:8}= "
        + (f"'{value:8}'" if isinstance(value, str) else f"{value!r:>20}".upper())
        + "\n"
        for name, value in cards.items()
    )


def solve(cards, x: float, y: float) -> tuple[float, float]:
    """Russell et al. (1990), AJ 99, 2059, written out term by term."""
    mm = (cards["PPO3"] - cards["XPIXELSZ"] * (x + cards["CNPIX1"] - 0.5)) / 1000
    up = (cards["YPIXELSZ"] * (y + cards["CNPIX2"] - 0.5) - cards["PPO6"]) / 1000
    plane = []
    for axis, a, b in (("X", mm, up), ("Y", up, mm)):
        r = a * a + b * b
        powers = (
            a,
            b,
            1,
            a * a,
            a * b,
            b * b,
            r,
            a**3,
            a * a * b,
            a * b * b,
            b**3,
            a * r,
            a * r * r,
        )
        plane.append(
            sum(cards[f"AMD{axis}{n}"] * power for n, power in enumerate(powers, 1)) / 206264.80625
        )
    xi, eta = plane
    ra = math.radians(15 * (cards["PLTRAH"] + cards["PLTRAM"] / 60 + cards["PLTRAS"] / 3600))
    dec = math.radians(cards["PLTDECD"] + cards["PLTDECM"] / 60 + cards["PLTDECS"] / 3600)
    dec = -dec if cards["PLTDECSN"] == "-" else dec
    turn = math.atan2(xi / math.cos(dec), 1 - eta * math.tan(dec))
    high = math.atan((eta + math.tan(dec)) * math.cos(turn) / (1 - eta * math.tan(dec)))
    return math.degrees(ra + turn) % 360, math.degrees(high)


@pytest.mark.parametrize("seed", range(20))
def test_a_plate_is_its_formula_both_ways(seed):
    cards = make_plate(seed)
    wcs = compile_plate(read_cards(write(cards)))
    for x, y in ((0.5, 0.5), (200.5, 150.5), (400.5, 300.5), (1.0, 300.0)):
        position = wcs.pixel_to_sky(x, y)
        assert measure_arc(position, solve(cards, x, y)) < 1e-6
        assert wcs.sky_to_pixel(*position) == pytest.approx((x, y), abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_wcstools_reads_the_same(seed, tmp_path):
    tool = shutil.which("xy2sky")
    if tool is None:
        pytest.skip("WCSTools is not installed")
    cards = {"SIMPLE": "T", "BITPIX": 8, "NAXIS": 2, "NAXIS1": SHAPE[0], "NAXIS2": SHAPE[1]}
    # WCSTools finds PPO3 behind PPO1 only
    cards |= {f"PPO{term}": 0.0 for term in (1, 2, 4, 5)}
    cards |= make_plate(seed) | {"OBJCTRA": "00 00 00", "OBJCTDEC": "00 00 00", "EQUINOX": 2000.0}
    cards |= {"REGION": "XE1", "PLTSCALE": 67.2, "PLTGRADE": 1, "PLTLABEL": "E1", "PLATEID": "05XY"}
    cards |= {f"AMD{axis}{term}": 0.0 for axis in "XY" for term in range(TERMS + 1, 21)}
    text = write(cards).replace("'T       '", "T".rjust(20))
    raw = "".join(line.ljust(80) for line in (*text.splitlines(), "END")).encode()
    path = tmp_path / "plate.fits"
    path.write_bytes(raw.ljust(-(-len(raw) // 2880) * 2880) + bytes(SHAPE[0] * SHAPE[1]))
    wcs = compile_plate(read_cards(write(cards)))
    for x, y in ((1.0, 1.0), (400.0, 300.0)):
        done = subprocess.run(
            [tool, "-d", "-n", "10", str(path), str(x), str(y)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        ra, dec = map(float, done.stdout.split()[:2])
        assert measure_arc(wcs.pixel_to_sky(x, y), (ra, dec)) < 1e-4


def test_a_plate_without_a_term_is_none():
    cards = make_plate(1)
    for name in ("AMDX13", "PLTRAH", "CNPIX2", "PPO6"):
        assert compile_plate(read_cards(write({**cards, name: "x"}))) is None
        assert (
            compile_plate(read_cards(write({k: v for k, v in cards.items() if k != name}))) is None
        )
    assert compile_plate(read_cards(write({**cards, "XPIXELSZ": 0.0}))) is None


def test_a_header_with_a_plate_alone_is_described():
    summary = summarize_header(read_cards(write(make_plate(2))))
    assert [(one.form, one.holds) for one in summary.descriptions] == [("AMDXn, AMDYn", True)]
