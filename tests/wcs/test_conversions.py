"""Repairs of coordinates: what form they write, what grade they have, and that no pixel moves."""

import math

import pytest

from fitslint.config.settings import Settings
from fitslint.repair.moved_position import find_moved_position
from fitslint.repair.options import FixOptions
from fitslint.source.files import read_bytes
from fitslint.wcs.compare import compile_celestial, measure_sky_distance
from tests.cli.test_wcs import COORDINATES, STRAIGHT, fits
from tests.repair.laws import applied
from tests.repair.planning import SourcePlanner
from tests.wcs.test_wcs_readers import CONTROL, change

COSINE = math.sqrt(0.75)
PC = {
    "CDELT1": -0.02, "CDELT2": 0.02, "PC1_1": COSINE, "PC1_2": 0.5, "PC2_1": -0.5, "PC2_2": COSINE,
}  # fmt: skip
CD = {"CD1_1": -0.02 * COSINE, "CD1_2": -0.01, "CD2_1": -0.01, "CD2_2": 0.02 * COSINE}
TURNED = {"CDELT1": -0.02, "CDELT2": 0.02, "CROTA2": 30.0}
SHAPE = (64, 48)
CLOSE = 1e-9 * 3600
"""Arcsec."""
DRAFT = {name.replace("PC", "PC00").replace("_", "00"): number for name, number in PC.items()}
LINEAR = ("CD", "PC", "CDELT", "CROTA")

CONVERSIONS = {
    # cards, the rule, its grade, and what is left of the linear step
    "PC and CROTA that agree": ({**PC, "CROTA2": 30.0}, "WC107", "safe"),
    "PC and CROTA that differ": ({**PC, "CROTA2": 29.0}, "WC107", "unsafe"),
    "PC and CROTA = 0": ({**PC, "CROTA2": 0.0}, "WC107", "unsafe"),
    "CROTA": (TURNED, "DP104", "unsafe"),
    "CROTA1 and CROTA2": ({**TURNED, "CROTA1": 30.0}, "DP104", "unsafe"),
    "CROTA on oblong pixels": ({**TURNED, "CDELT2": 0.05}, "DP104", "unsafe"),
    "CROTA beside CD, the same": ({**CD, **TURNED}, "DP104", "style"),
    "CROTA beside CD, another": ({**CD, **TURNED, "CROTA2": 12.0}, "DP104", "unsafe"),
    "PC of the draft": (DRAFT, "WC124", "unsafe"),
    "PC beside CD": ({**CD, **PC}, "WC106", "unsafe"),
}


def plan(cards, **options):
    data = fits({**COORDINATES, **cards})
    planned = SourcePlanner(Settings()).plan(data, FixOptions(**options), name="a.fits")
    return planned, *(read_bytes(one).hdus[0].header for one in (data, applied(data, planned)))


def measure(old, new):
    return measure_sky_distance(compile_celestial(old), compile_celestial(new), SHAPE).arcsec


@pytest.mark.parametrize("name", CONVERSIONS)
def test_every_form_goes_to_cd_alone(name):
    cards, code, grade = CONVERSIONS[name]
    planned, old, new = plan(cards, unsafe=True, style=True)
    assert {(one.finding.code, one.finding.fix.safety) for one in planned.repairs} == {
        (code, grade)
    }
    left = {keyword for keyword in new.names if keyword.startswith(LINEAR)}
    assert left == {"CD1_1", "CD1_2", "CD2_1", "CD2_2"}
    assert measure(old, new) < CLOSE


@pytest.mark.parametrize("name", CONVERSIONS)
def test_only_what_moves_no_reader_is_done_unasked(name):
    cards, code, grade = CONVERSIONS[name]
    planned, old, new = plan(cards)
    assert [one.finding.code for one in planned.repairs] == ([code] if grade == "safe" else [])
    assert (old.raw == new.raw) == (grade != "safe")


def test_no_rotation_needs_no_matrix():
    planned, old, new = plan({**TURNED, "CROTA2": 0.0}, style=True)
    assert [one.finding.fix.safety for one in planned.repairs] == ["style"]
    assert {name for name in old.names if name not in new} == {"CROTA2"}


def test_axes_that_do_not_turn_keep_their_steps():
    cards = {**TURNED, "CTYPE3": "FREQ", "CRVAL3": 1.4e9, "CRPIX3": 1.0, "CDELT3": 1e6}
    _, old, new = plan(cards, unsafe=True)
    assert new.number("CD3_3") == 1e6
    assert "CDELT3" not in new
    assert measure(old, new) < CLOSE


def test_units_other_than_degrees_stay():
    arcsec = {"CUNIT1": "arcsec", "CUNIT2": "arcsec", "CRVAL1": 540900.0, "CRVAL2": 124200.0}
    steps = {"CDELT1": -72.0, "CDELT2": 72.0}
    _, old, new = plan({**TURNED, **arcsec, **steps}, unsafe=True, only=("DP104",))
    assert new.number("CD1_1") == pytest.approx(-72 * COSINE)
    assert measure(old, new) < CLOSE


@pytest.mark.parametrize(
    "cards",
    [{"CROTA2": "'x'"}, {"CDELT2": 0.0}, {"CTYPE1": "LINEAR", "CTYPE2": "LINEAR"}],
    ids=lambda cards: next(iter(cards)),
)
def test_what_cannot_be_computed_is_left(cards):
    planned, _, _ = plan({**TURNED, **cards}, unsafe=True, only=("DP104",))
    assert not planned.repairs


def test_a_matrix_of_zeros_keeps_the_only_scale():
    zeros = dict.fromkeys(CD, 0.0)
    _, _, new = plan({**zeros, "CDELT1": -0.02, "CDELT2": 0.02}, unsafe=True)
    assert new.number("CDELT1") == -0.02


def test_a_safe_fix_that_moves_pixels_is_refused():
    planned, _, _ = plan({**PC, "CROTA2": 30.0})
    finding = planned.repairs[0].finding
    files = [
        read_bytes(fits({**COORDINATES, **STRAIGHT, "CRPIX1": at})) for at in (32.5, 32.5 + 1e-5)
    ]
    assert find_moved_position(finding, files[0], files[0]) is None
    said = find_moved_position(finding, *files)
    assert said == "pixels would move by 0.00072 arcsec in the coordinates"
    gone = read_bytes(fits({**COORDINATES, **STRAIGHT, "CTYPE1": "LINEAR"}))
    assert "could not be computed any more" in find_moved_position(finding, files[0], gone)
    fk5 = read_bytes(fits({**COORDINATES, **STRAIGHT, "RADESYS": "FK5"}))
    assert "another reference system" in find_moved_position(finding, files[0], fk5)


# ---- the programs ------------------------------------------------------------------------------


DEFAULT = {
    # rows of which fixing unasked moves no program, and the rules that do it
    "L28": {"WC101"}, "L30": {"WC101"}, "L31": {"WC101"}, "F02": {"DP101"},
    "F05": {"DP103"}, "F08": {"DP103"}, "F22": {"WC118"}, "F23": {"DP103"}, "F24": {"DP103"},
    "F25": {"DP103"}, "F26": {"DP101"}, "F29": {"DP103"}, "D03": {"VF110"}, "D04": {"VF110"},
    "D05": {"VF110"}, "D07": {"VF110"}, "D08": {"VF110"}, "D10": {"VF110"},
    "T01": {"WC101"}, "U04": {"UN102"}, "U05": {"UN102"}, "U06": {"UN102"},
    "V01": {"DP107"}, "V02": {"DP107"},
}  # fmt: skip
NO_PC = ("L03", "L04", "L05", "L12", "L13", "L14", "L15", "L37")


def make_row(row):
    cards = row["cards (against L01)"]
    header = change(CONTROL, cards if "=" in cards or "-" in cards else "")
    return fits({name: value for name, value in header.items() if name != "NAXIS"})


def test_nothing_is_done_unasked_that_moves_a_program(rows):
    planner, done = SourcePlanner(Settings()), {}
    for name, row in rows.items():
        data = make_row(row)
        planned = planner.plan(data, name="a.fits")
        codes = {one.finding.code for one in planned.repairs}
        if not codes:
            continue
        done[name] = codes
        old, new = (
            compile_celestial(read_bytes(one).hdus[0].header)
            for one in (data, applied(data, planned))
        )
        if old is not None:
            assert measure_sky_distance(old, new, SHAPE).arcsec < CLOSE, name
            assert old.frame == new.frame
    assert {name: codes for name, codes in done.items() if codes != DEFAULT.get(name)} == {}


def test_no_repair_writes_pc(rows):
    for name in NO_PC:
        data = make_row(rows[name])
        planned = SourcePlanner(Settings()).plan(data, FixOptions(unsafe=True), name="a.fits")
        header = read_bytes(applied(data, planned)).hdus[0].header
        assert {word for word in header.names if word.startswith(LINEAR)} == set(CD), name
