"""Every check value that the capabilities of the manual were measured with, in one table.

A row has the section of the capability, what is measured, the value, and its tolerance: absolute,
or relative where it ends in %. Those of whole syntheses (13) take long and stand in
``test_synthesis.py`` (``test_hogbom_without_errors`` to ``test_scenes_by_lot``), those of all
points of exact sums (9) in ``test_emission.py``.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from fitslint.pipeline.norh.antennas import PAIRS, find_antenna, load_places, number_pair
from fitslint.pipeline.norh.beam import Beam, build_beam, draw_beam, measure_steradians
from fitslint.pipeline.norh.constants import (
    ARCSEC,
    BANDS,
    CLEAN_BEAM_WIDTH,
    FULL_CORRELATION,
    NORTH_SPACING_RATIO,
    UNIT_SPACING,
)
from fitslint.pipeline.norh.emission import freefree, ramaty
from fitslint.pipeline.norh.emission.dulk import (
    PARITY_DISTANCE,
    DulkFit,
    compute_dulk,
    estimate_delta,
)
from fitslint.pipeline.norh.emission.inversion import GyroProblem, solve_for_field, solve_freefree
from fitslint.pipeline.norh.events import read_events
from fitslint.pipeline.norh.flux import FluxMethod, find_arcsec_box, find_box, measure_flux
from fitslint.pipeline.norh.heliographic import convert_to_heliographic
from fitslint.pipeline.norh.image import read_solar_image
from fitslint.pipeline.norh.ratios import divide_spectra
from fitslint.pipeline.norh.schedules import count_frames, find_schedule_start, number_file
from fitslint.pipeline.norh.series import read_series
from fitslint.pipeline.norh.sun import compute_ephemeris
from fitslint.pipeline.norh.synthesis.raw import LIMIT
from fitslint.pipeline.norh.transfers import list_times, list_transfers
from fitslint.source.files import read_file
from tests.pipeline.norh import scenes
from tests.pipeline.norh.test_images import IDL, REAL
from tests.pipeline.norh.test_lists import EVENTS
from tests.pipeline.norh.test_sun import HEADERS, TOLERANCES

LOW, HIGH = BANDS["17GHz"], BANDS["34GHz"]
NU = np.array([17e9, 34e9])
SOURCE = (4.0, 300.0, 45.0, 1e35)
OMEGA = 1e-9
R16, E98 = (datetime.fromisoformat(time) for time in HEADERS)
TCA = "corpus/sunpy-7.0.5/sunpy/data/test/tca110810_truncated"


@pytest.fixture
def find(shared, tmp_path):
    """The files that rows are measured on: the real ones, or the lists of the manual."""
    events = tmp_path / "eva9904"
    events.write_text(EVENTS)

    def get(name):
        path = {"R16": shared / REAL, "tca": shared / TCA, "evx": events}[name]
        if not path.exists():
            pytest.skip(f"{path} is not there")
        return path

    return get


@cache
def read_real(path: Path):
    return read_solar_image(str(path))


def beam_of(time: datetime, frequency: str) -> Beam:
    """The beam by the PMAT and SOLP that a real header has."""
    cards = HEADERS[next(key for key in HEADERS if datetime.fromisoformat(key) == time)]
    matrix = [cards[f"PMAT{at}"] for at in range(1, 5)]
    return build_beam(matrix, cards["SOLP"], BANDS[frequency], CLEAN_BEAM_WIDTH)


def zenith(frequency: str) -> Beam:
    return build_beam([1, 0, 0, 1], 0.0, BANDS[frequency], CLEAN_BEAM_WIDTH)


def idl_beam(size: int = 21):
    sun = compute_ephemeris(datetime(2014, 2, 2, 2, 20, 5))
    beam = build_beam(list(sun.projection), math.degrees(-0.21937722), HIGH, CLEAN_BEAM_WIDTH)
    return beam, draw_beam(beam, (HIGH.image_pixel, HIGH.image_pixel), size)


def clock(text: str) -> datetime:
    return datetime.strptime(text, "%H:%M:%S")


def frames(start: str, end: str) -> int:
    first, last = clock(start), clock(end)
    return 1 + count_frames(first, last + timedelta(days=last < first), 1.0)


def transfer_names() -> list[str]:
    times = list_times(datetime(1997, 4, 20, 1, 30), datetime(1997, 4, 20, 3, 30), 600)
    return [each.name for each in list_transfers(times, None)]


def sky(image):
    distance = np.hypot(image.x.coordinates, image.y.coordinates[:, np.newaxis])
    return image.values[distance > 1.06 * image.radius], image.values[distance < 900]


def pixel(band, method) -> float:
    factor = method.compute_factor(band.true if method.use_true_frequency else band.nominal)
    return 1e4 * factor * (band.image_pixel * ARCSEC) ** 2


def matched() -> Beam:
    return beam_of(E98, "17GHz").convolve(beam_of(E98, "34GHz"))


def fit() -> DulkFit:
    return DulkFit(4, 45, NU / (2.79925e6 * 300))


def index(high: float) -> float:
    return float(divide_spectra(np.array([2.0]), np.array([1.0]), (0.1, 0.1), high / 17)[0][0])


def thermal(**how):
    return freefree.compute_freefree(1e7, 100, 1e49, NU, **how)


def sums(*, is_x: bool):
    return ramaty.sum_harmonics(*SOURCE[:3], 17e9, is_x=is_x).emissivity


def places(arm: slice) -> int:
    return len({abs(a - b) for a in (sum(one) for one in load_places()[arm])
                for b in (sum(one) for one in load_places()[arm]) if a != b})  # fmt: skip


def distinct_pairs() -> int:
    known = load_places()
    return len({(b[0] - a[0], b[1] - a[1]) for i, a in enumerate(known) for b in known[i + 1 :]})


def round_trip() -> float:
    sent = compute_dulk(*SOURCE, NU)
    problem = GyroProblem(*map(float, sent.flux), float(sent.flux[0] * sent.polarisation[0]))
    facts = solve_for_field(problem, 45.0).facts
    pairs = zip(("delta", "B", "theta", "NV"), SOURCE, strict=True)
    return max(abs(float(facts[name]) / value - 1) for name, value in pairs)


CONSTANTS = [
    ("north by east-west spacing", NORTH_SPACING_RATIO, 1.000112494, 1e-9),
    ("the same by the slope", 1 / math.cos(math.radians(0.8594)), 1.000112494, 2e-7),
    ("unit spacing, cm", UNIT_SPACING, 152.8, 0),
    ("dirty pixel at 17 GHz", LOW.dirty_pixel, 4.649472, 1e-6),
    ("dirty pixel at 34 GHz", HIGH.dirty_pixel, 2.33849, 1e-5),
    ("period at 17 GHz", LOW.period, 2380.5, 0.05),
    ("period at 34 GHz", HIGH.period, 1197.3, 0.05),
]
VALUES = {
    "0": [(what, lambda _, value=value: value, *rest) for what, value, *rest in CONSTANTS],
    "1": [
        ("frames 22:45:22 to 06:44:56", lambda _: frames("22:45:22", "06:44:56"), 28775, 0),
        ("frames 22:45:24 to 06:44:57", lambda _: frames("22:45:24", "06:44:57"), 28774, 0),
        ("frames 08:00:23 to 14:00:22", lambda _: frames("08:00:23", "14:00:22"), 21600, 0),
        ("frames 14:00:23 to 15:14:58, last", lambda _: 21600 + frames("14:00:23", "15:14:58"),
         26076, 0),
        ("schedule of R16, seconds from 22:44:51.978", lambda _: (
            find_schedule_start(26954, datetime(2016, 7, 24, 6, 14, 4, 978000))
            - datetime(2016, 7, 23, 22, 44, 51, 978000)).total_seconds(), 0, 0),
        ("schedule of E98, seconds from 22:45:23.254", lambda _: (
            find_schedule_start(16499, datetime(1998, 5, 9, 3, 20, 21, 254000))
            - datetime(1998, 5, 8, 22, 45, 23, 254000)).total_seconds(), 0, 0),
        ("file of frame 26954", lambda _: number_file(26954), 45, 0),
        ("files of 26076 frames", lambda _: number_file(26076), 44, 0),
        ("file of 00:56:42 UT", lambda _: number_file(7903), 14, 0),
        ("raw files of 1997-04-20", lambda _: sum(name[1] == "s" for name in transfer_names()),
         13, 0),
        ("first of them", lambda _: int(transfer_names()[0][-3:]), 17, 0),
        ("last of them", lambda _: int(transfer_names()[-1][-3:]), 29, 0),
        ("SZ files of them", lambda _: sum(name[1] == "z" for name in transfer_names()), 1, 0),
    ],
    "2": [
        *((f"duration of event {at + 1}",
           lambda find, at=at: read_events(find("evx"))[0][at].duration, seconds, 0)
          for at, seconds in enumerate((637, 3599, 1995, 11016))),
        ("23 of 32768", lambda find: read_events(find("evx"))[0][0].correlation, 7.0e-4, 5e-6),
    ],
    "3": [
        ("first sample of tca110810", lambda find: read_series(str(find("tca"))).values[0, 0],
         5.0069e-4, "0.001%"),
        ("FUND-AMP 11381", lambda find: (
            read_file(str(find("tca"))).hdus[0].header.number("FUND-AMP") / FULL_CORRELATION
        ), 0.3473, 5e-5),
        ("its time", lambda find: (read_series(str(find("tca"))).start
                                   - datetime(2011, 8, 9, 22, 44, 50, 547000)).total_seconds(),
         0, 0),
    ],
    "4": [
        ("R16 least", lambda find: read_real(find("R16")).values.min(), -1055.309, 1e-3),
        ("R16 largest", lambda find: read_real(find("R16")).values.max(), 3229910, 1),
        ("R16 sum", lambda find: read_real(find("R16")).values.sum(), 144260824.2, 0.1),
        ("R16 peak, west", lambda find: read_real(find("R16")).x.locate(32), 940.47, 0.006),
        ("R16 peak, north", lambda find: read_real(find("R16")).y.locate(32), 95.77, 0.006),
        ("R16 pixels off the limb", lambda find: sky(read_real(find("R16")))[0].size, 1314, 0),
        ("R16 median there", lambda find: np.median(sky(read_real(find("R16")))[0]), 1721, 0.5),
        ("R16 median of the disk", lambda find: np.median(sky(read_real(find("R16")))[1]),
         10938, 0.5),
        ("R16 noise", lambda find: read_real(find("R16")).measure_noise(), 1093.8, 0.05),
        ("R16 exposure", lambda find: read_real(find("R16")).exposure, 1.0, 0),
    ],
    "5": [
        *((f"{name} {what}", lambda _, beam=beam, read=read: read(beam()), value, tolerance)
          for name, beam, values in (
              ("R16", lambda: beam_of(R16, "17GHz"), (23.328, 15.989, 142.17, 52.17, 422.63)),
              ("E98 17", lambda: beam_of(E98, "17GHz"), (16.983, 15.990, 136.09, 46.09, 307.70)),
              ("E98 34", lambda: beam_of(E98, "34GHz"), (8.5416, 8.0424, 136.09, 46.09, 77.837)),
              ("zenith 17", lambda: zenith("17GHz"), (15.991, 15.989, 0, 90, 289.70)),
              ("zenith 34", lambda: zenith("34GHz"), (8.0426, 8.0417, 0, 90, 73.284)))
          for what, read, value, tolerance in zip(
              ("major", "minor", "angle", "BPA", "solid angle"),
              (lambda one: one.axes[0], lambda one: one.axes[1], lambda one: one.angle,
               lambda one: one.position_angle, lambda one: one.solid_angle),
              values, (6e-4, 6e-4, 6e-3, 6e-3, "0.002%"), strict=True)),
        ("R16 solid angle, sr", lambda _: measure_steradians(beam_of(R16, "17GHz").solid_angle),
         9.9336e-9, "0.001%"),
        *((f"IDL {place}", lambda _, place=place: idl_beam()[1][place[::-1]], value, 1e-4)
          for place, value in IDL.items()),
        ("IDL sum of 51 x 51", lambda _: idl_beam(51)[1].sum(), 20.0989, "0.01%"),
        ("IDL sigma, major", lambda _: idl_beam()[0].axes[0] / math.sqrt(8 * math.log(2)),
         5.6473555, "0.01%"),
        ("IDL sigma, minor", lambda _: idl_beam()[0].axes[1] / math.sqrt(8 * math.log(2)),
         3.4153717, "0.01%"),
        ("IDL angle", lambda _: idl_beam()[0].angle - 180, -87.617, 0.002),
    ],
    "6": [
        (f"{place} {name}, {'flat' if flat else 'near'}",
         lambda _, place=place, flat=flat, at=at:
             convert_to_heliographic(*place, orthographic=flat)[at], value, 6e-5)
        for place, both in (
            ((-431, 54, 952.22, -3.3307), ((0.2814, -26.9127), (0.2649, -26.7932))),
            ((180, -520, 950, 7.1), ((-26.2581, 12.1971), (-26.1157, 12.1355))))
        for flat, pair in zip((True, False), both, strict=True)
        for at, (name, value) in enumerate(zip("bl", pair, strict=True))
    ],
    "7": [
        ("SFU/(sr K)", lambda _: FluxMethod().compute_factor(17e9), 887.91157, 6e-6),
        ("pixel, sr", lambda _: (LOW.image_pixel * ARCSEC) ** 2, 5.668919e-10, 1e-16),
        ("pixel of the disk", lambda _: pixel(LOW, FluxMethod()), 5.033498e-3, 1e-9),
        ("the same at 34 GHz", lambda _: pixel(HIGH, FluxMethod()), 5.033498e-3, 1e-9),
        ("at 33.8", lambda _: pixel(HIGH, FluxMethod(use_true_frequency=True)), 4.974455e-3, 2e-9),
        ("parity", lambda _: FluxMethod(parity=True).compute_factor(17e9)
            / FluxMethod().compute_factor(17e9) - 1, -0.00185, 5e-6),
        ("R16 whole", lambda find: measure_flux(read_real(find("R16")), FluxMethod()).value,
         72.6137, 6e-5),
        ("R16 parity", lambda find:
            measure_flux(read_real(find("R16")), FluxMethod(parity=True)).value, 72.4791, 6e-5),
        ("R16 box", lambda find: measure_flux(
            image := read_real(find("R16")), FluxMethod(), find_box(image, (20, 43, 20, 43))).value,
         58.5157, 6e-5),
        ("R16 abox", lambda find: measure_flux(
            image := read_real(find("R16")), FluxMethod(),
            find_arcsec_box(image, (900, 1000, 50, 150))).value, 57.4059, 6e-5),
        ("its pixels", lambda find: measure_flux(
            image := read_real(find("R16")), FluxMethod(),
            find_arcsec_box(image, (900, 1000, 50, 150))).count, 441, 0),
        ("disk", lambda _: 1e4 * FluxMethod().compute_factor(17e9) * math.pi
            * (958.05 * ARCSEC) ** 2, 601.79, 0.006),
    ],
    "8": [
        ("matched beam, major", lambda _: matched().axes[0], 19.010, 6e-4),
        ("matched beam, minor", lambda _: matched().axes[1], 17.899, 6e-4),
        ("alpha of a half", lambda _: index(34), -1.0, 1e-9),
        ("alpha of a half at 33.8", lambda _: index(33.8), -1.0086, 5e-5),
        ("ln(33.8/17)", lambda _: math.log(HIGH.true / LOW.true), 0.68723, 2e-5),
        ("delta of -1.5", lambda _: float(estimate_delta(-1.5)), 3.022, 3e-4),
        ("delta of -1.5, manual", lambda _: float(estimate_delta(-1.5, manual=True)), 2.970, 1e-9),
        ("B of 1 %", lambda _: float(solve_freefree(1.0, 0.01, 17e9).facts["B_los"]), 30.36, 5e-3),
    ],
    "9": [
        ("eta/N", lambda _: fit().emissivity[0] * 300, 3.02035e-27, "0.0002%"),
        ("kappa/N", lambda _: fit().absorption[0] / 300, 3.55023e-20, "0.0002%"),
        ("T_eff", lambda _: fit().temperature[0], 1.94990e9, "0.0003%"),
        ("r_c at 17", lambda _: fit().polarisation[0], 0.469957, 1e-6),
        ("r_c at 34", lambda _: fit().polarisation[1], 0.356994, 1e-6),
        ("F_I at 17", lambda _: compute_dulk(*SOURCE, NU).flux[0], 18.3625, 5e-5),
        ("F_I at 34", lambda _: compute_dulk(*SOURCE, NU).flux[1], 3.82126, 6e-6),
        ("2 eta at 17", lambda _: compute_dulk(*SOURCE, NU, parity=True).flux[0], 26.9920, 9e-5),
        ("2 eta at 34", lambda _: compute_dulk(*SOURCE, NU, parity=True).flux[1], 5.18543, 6e-6),
        ("tau", lambda _: compute_dulk(*SOURCE, NU).depth_area[0] / OMEGA, 0.0158637, 8e-8),
        ("alpha of eta", lambda _: math.log2(np.divide(*fit().emissivity[::-1])), -2.380, 1e-6),
        ("alpha of F_I", lambda _: math.log2(np.divide(*compute_dulk(*SOURCE, NU).flux[::-1])),
         -2.2646, 5e-5),
        ("7e7 cm an arcsec", lambda _: float(
            compute_dulk(*SOURCE, NU, distance=PARITY_DISTANCE).flux[0]
            / compute_dulk(*SOURCE, NU).flux[0]), 1.0735, 5e-5),
        # The values of the sums were made with asymptotic functions, 2 percent below exact ones.
        ("jX/N", lambda _: sums(is_x=True), 2.7172e-27, "3%"),
        ("jO/N", lambda _: sums(is_x=False), 9.4327e-28, "5%"),
        ("F_I of sums at 17", lambda _: ramaty.compute_ramaty(*SOURCE, NU[:1]).flux[0], 16.70,
         "0.1%"),
        ("F_I of sums at 34", lambda _: ramaty.compute_ramaty(*SOURCE, NU[1:]).flux[0], 3.5620,
         "3%"),
        ("r_c of sums at 17", lambda _: ramaty.compute_ramaty(*SOURCE, NU[:1]).polarisation[0],
         0.4846, 0.015),
        ("r_c of sums at 34", lambda _: ramaty.compute_ramaty(*SOURCE, NU[1:]).polarisation[0],
         0.3430, 0.015),
        ("free-free K", lambda _: float(freefree.compute_factor(1e7, 17e9)), 0.166863, 1e-6),
        ("free-free at 17", lambda _: thermal().flux[0], 7.2440, 6e-5),
        ("free-free at 34", lambda _: thermal().flux[1], 6.9497, 6e-5),
        ("free-free, K 0.2", lambda _: thermal(parity=True).flux[0], 8.6826, 6e-5),
        ("and 7e7 cm", lambda _: thermal(parity=True, distance=PARITY_DISTANCE).flux[0], 9.3209,
         2e-4),
        ("free-free r_c", lambda _: thermal().polarisation[0], 0.032941, 1e-6),
        ("free-free tau", lambda _: thermal(parity=True).depth_area[0] / OMEGA, 0.97787, 1e-5),
        ("round trip", lambda _: round_trip(), 0, 1e-6),
    ],
    "10": [
        *((f"{time} {name}", lambda _, time=time, name=name:
              compute_ephemeris(datetime.fromisoformat(time)).list_cards()[name], value,
           TOLERANCES[name])
          for time, cards in HEADERS.items() for name, value in cards.items()),
        ("true altitude", lambda _: compute_ephemeris(R16).true_horizon.altitude, 43.186, 2e-3),
        ("true azimuth", lambda _: compute_ephemeris(R16).true_horizon.azimuth, 83.815, 2e-3),
    ],
    "11": [
        ("pair of N01 and E28", lambda _: number_pair(0, 28), 27, 0),
        ("last pair", lambda _: number_pair(82, 83), 3485, 0),
        ("E10", lambda _: find_antenna("e10"), 46, 0),
        ("distinct (u,v)", lambda _: distinct_pairs(), 1861, 0),
        ("spacings within N", lambda _: places(slice(0, 28)), 121, 0),
        ("spacings within E-W", lambda _: places(slice(28, 84)), 172, 0),
        ("extent north", lambda _: max(north for _, north in load_places()), 144, 0),
        ("extent east-west", lambda _: max(w for w, _ in load_places())
            - min(w for w, _ in load_places()), 320, 0),
    ],
    "12": [
        ("bytes of a frame", lambda _: PAIRS * 2 * 2 * 2, 27888, 0),
        ("end of the scale", lambda _: LIMIT / 32768, 1.0, 4e-5),
    ],
}  # fmt: skip
ROWS = [
    pytest.param(*row[1:], id=f"{section}: {row[0]}")
    for section, rows in VALUES.items()
    for row in rows
]


@pytest.mark.parametrize(("measure", "value", "tolerance"), ROWS)
def test_check_value(find, measure, value, tolerance):
    if isinstance(tolerance, str):
        tolerance = abs(value) * float(tolerance.removesuffix("%")) / 100
    assert abs(float(measure(find)) - value) <= tolerance


def test_the_header_of_1998_is_that_of_the_scenes():
    assert [HEADERS[next(reversed(HEADERS))][f"PMAT{at}"] for at in range(1, 5)] == scenes.PMAT
    assert date(1998, 5, 9) == E98.date()
