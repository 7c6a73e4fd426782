"""Emission: the numbers of the models, exact sums against fits, and sources found again."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.norh.emission import (
    GyroOptions,
    InvertOptions,
    ThermalOptions,
    compute_gyro_emission,
    compute_thermal_emission,
    invert_fluxes,
)
from fitslint.pipeline.norh.emission import ramaty
from fitslint.pipeline.norh.emission.dulk import (
    PARITY_DISTANCE,
    DulkFit,
    compute_dulk,
    estimate_delta,
    find_peak_frequency,
)
from fitslint.pipeline.norh.emission.freefree import compute_factor, compute_freefree
from fitslint.pipeline.norh.emission.inversion import (
    GyroProblem,
    Reason,
    solve_for_angle,
    solve_for_both,
    solve_for_field,
    solve_freefree,
)
from fitslint.pipeline.norh.errors import NorhError

NU = np.array([17e9, 34e9])
SOURCE = (4.0, 300.0, 45.0, 1e35)


def test_where_the_fits_hold():
    valid = compute_dulk([2, 7, 1.9, 4, 4], 300, [45, 45, 45, 19, 90], 1e35, 17e9).is_valid
    assert valid.tolist() == [True, True, False, False, True]
    assert not compute_dulk(4, 30, 45, 1e35, 17e9).is_valid
    assert not compute_dulk(4, 3000, 45, 1e35, 17e9).is_valid


def test_peak_frequency_grows_with_the_field():
    low, high = (find_peak_frequency(4, 45, field, 1e18) for field in (300, 600))
    assert 1e9 < low < 1e11
    assert high / low == pytest.approx(2**0.80)


def test_index_of_the_electrons():
    assert estimate_delta(-1.5) == pytest.approx(3.022, abs=3e-4)
    assert estimate_delta(-1.5, manual=True) == pytest.approx(2.970)
    assert estimate_delta(-2.380) == pytest.approx(4.0)


def test_exact_sums():
    """16.70 SFU are the full sums; those with asymptotic Bessel functions are 2 percent lower."""
    x, o = (ramaty.sum_harmonics(*SOURCE[:3], 17e9, is_x=mode) for mode in (True, False))
    assert x.emissivity == pytest.approx(2.7172e-27, rel=0.03)
    assert o.emissivity == pytest.approx(9.4327e-28, rel=0.05)
    found = ramaty.compute_ramaty(*SOURCE, NU)
    assert found.flux == pytest.approx([16.70, 3.5620], rel=0.03)
    assert found.flux[0] == pytest.approx(16.70, rel=1e-3)
    assert found.polarisation == pytest.approx([0.4846, 0.3430], abs=0.015)


POINTS = [
    (3.0, 300.0, 30.0, 8e9), (3.0, 500.0, 75.0, 17e9), (4.0, 300.0, 45.0, 17e9),
    (5.0, 200.0, 60.0, 9.4e9), (6.0, 400.0, 30.0, 34e9), (3.0, 1000.0, 45.0, 80e9),
    (4.0, 150.0, 80.0, 17e9), (6.0, 800.0, 60.0, 60e9),
]  # fmt: skip


def compare_sums(points, monkeypatch):
    """By how much the integral over many harmonics changes their sum."""
    apart = []
    for point in points:
        for mode in (True, False):
            fast = ramaty.sum_harmonics(*point, is_x=mode)
            with monkeypatch.context() as patch:
                patch.setattr(ramaty, "_SUMMED_MAX", 10**6)
                full = ramaty.sum_harmonics(*point, is_x=mode)
            apart += [fast.emissivity / full.emissivity - 1, fast.absorption / full.absorption - 1]
    return np.abs(apart)


def test_integral_over_harmonics_is_their_sum(monkeypatch):
    assert compare_sums(POINTS[2:3], monkeypatch).max() < 1e-3


@pytest.mark.long
def test_integral_over_harmonics_is_their_sum_everywhere(monkeypatch):
    assert compare_sums(POINTS, monkeypatch).max() < 1e-3


@pytest.mark.long
def test_fits_are_those_of_the_x_mode():
    """Emissivity 0.76 to 1.65, absorption 0.74 to 1.81, polarisation 0.85 to 1.06 of the sums."""
    ratios = []
    for delta, theta, harmonic in (
        (3, 30, 20), (3, 75, 80), (4, 45, 20), (4, 60, 40), (5, 30, 80), (5, 60, 20), (6, 75, 40),
    ):  # fmt: skip
        nu = harmonic * 2.79925e6 * 300
        fit = DulkFit(delta, theta, harmonic)
        x, o = (ramaty.sum_harmonics(delta, 300, theta, nu, is_x=mode) for mode in (True, False))
        polarisation = (x.emissivity - o.emissivity) / (x.emissivity + o.emissivity)
        ratios.append((
            x.emissivity / (fit.emissivity * 300), x.absorption / (fit.absorption / 300),
            polarisation / fit.polarisation,
        ))  # fmt: skip
    low, high, middle = np.min(ratios, 0), np.max(ratios, 0), np.median(ratios, 0)
    assert (low > (0.74, 0.72, 0.82)).all() and (high < (1.7, 1.85, 1.1)).all()
    assert middle == pytest.approx([1, 1, 1], abs=0.15)


def test_plasma_suppresses_low_frequencies():
    empty, dense = (
        ramaty.compute_ramaty(*SOURCE, np.array([2e9, 34e9]), density=density).flux
        for density in (0.0, 2e10)
    )
    assert dense[0] < 0.1 * empty[0]
    assert 0.85 < dense[1] / empty[1] < 1
    low = ramaty.compute_ramaty(*SOURCE, np.array([5e8]))
    assert low.flux[0] > 0 and low.is_valid[0]
    none = ramaty.compute_ramaty(*SOURCE, np.array([1e9]), density=1e12)
    assert none.flux[0] == 0 and not none.is_valid[0]


def test_freefree():
    assert compute_factor(1e7, 17e9) == pytest.approx(0.166863, abs=1e-6)
    found = compute_freefree(1e7, 100, 1e49, NU)
    assert found.flux == pytest.approx([7.2440, 6.9497], rel=1e-5)
    assert found.polarisation[0] == pytest.approx(0.032941, abs=1e-6)
    parity = compute_freefree(1e7, 100, 1e49, NU, parity=True)
    assert parity.flux[0] == pytest.approx(8.6826, rel=1e-5)
    assert parity.depth_area[0] / 1e-9 == pytest.approx(0.97787, rel=1e-5)
    near = compute_freefree(1e7, 100, 1e49, NU, parity=True, distance=PARITY_DISTANCE)
    assert near.flux[0] == pytest.approx(9.3209, rel=1e-4)
    assert compute_factor(1e5, 17e9) == pytest.approx(
        9.78e-3 * (18.2 + 17.2694 - 23.5565), rel=1e-4
    )


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(
        st.floats(2.5, 6.5), st.floats(65, 500), st.floats(25, 85), st.floats(1e33, 1e37)
    ),
    st.booleans(), st.sampled_from([1, -1]),
)  # fmt: skip
def test_sources_are_found_again(source, parity, sign):
    delta, field, theta, electrons = source
    sent = compute_dulk(delta, field, theta, electrons, NU, parity=parity)
    if not sent.is_valid.all() or sent.polarisation[0] >= 1:
        return
    flux, v = sent.flux, sign * float(sent.flux[0] * sent.polarisation[0])
    problem = GyroProblem(float(flux[0]), float(flux[1]), v, parity=parity)
    for found in (solve_for_field(problem, theta), solve_for_angle(problem, field)):
        assert found.reasons == Reason.VALID and found.facts["sign"] == sign
        told = [float(found.facts[name]) for name in ("delta", "B", "theta", "NV")]
        assert told == pytest.approx([delta, field, theta, electrons], rel=1e-6)


def test_all_sources_of_a_number_of_electrons():
    sent = compute_dulk(*SOURCE, NU)
    problem = GyroProblem(*map(float, sent.flux), float(sent.flux[0] * sent.polarisation[0]))
    found = solve_for_both(problem, 1e35)
    assert any(each == pytest.approx(45, rel=1e-6) for each in found.facts["theta"])
    assert found.facts["NV"] == pytest.approx(1e35, rel=1e-6)
    assert list(solve_for_both(problem, 1e60).reasons) == [Reason.NO_ROOT]
    assert list(solve_for_both(GyroProblem(0.0, 1.0, 1.0), 1e35).reasons) == [Reason.NO_FLUX]


@pytest.mark.parametrize(
    ("fluxes", "reason"),
    [
        ((0, 1, 0.5), Reason.NO_FLUX), ((1, -1, 0.5), Reason.NO_FLUX),
        ((math.nan, 1, 1), Reason.NO_FLUX), ((1, 0.5, 1), Reason.POLARISED),
        ((1, 0.5, 0), Reason.POLARISED), ((1e300, 1e-300, 1e299), Reason.NO_ROOT),
        ((1e-300, 1e300, 1e-301), Reason.NO_ROOT), ((math.inf, 1, 1), Reason.POLARISED),
        ((1, 0.9, 0.3), Reason.OUT_OF_RANGE),
    ],
)  # fmt: skip
def test_impossible_fluxes(fluxes, reason):
    assert solve_for_field(GyroProblem(*fluxes), 45).reasons == reason


def test_thermal_sources_are_found_again():
    sent = compute_freefree(1e7, 100, 1e49, 17e9)
    flux, v = float(sent.flux), float(sent.flux * sent.polarisation)
    by_measure = solve_freefree(flux, v, 17e9, measure=1e49).facts
    by_temperature = solve_freefree(flux, v, 17e9, temperature=1e7).facts
    assert by_measure["T"] == pytest.approx([1e7], rel=1e-6)
    assert by_temperature["VEM"] == pytest.approx(1e49, rel=1e-6)
    assert by_measure["B_los"] == pytest.approx([100])
    alone = solve_freefree(*map(float, (8.6826, 0, 17e9))).facts
    assert alone["VEM/sqrt(T)"] == pytest.approx(1e49 / math.sqrt(1e7), rel=1e-5)
    assert solve_freefree(1, 2, 17e9).reasons == Reason.POLARISED
    assert solve_freefree(-1, 0, 17e9).reasons == Reason.NO_FLUX
    assert list(solve_freefree(1, 0.1, 17e9, measure=1e60).reasons) == [Reason.NO_ROOT]


def test_commands(capsys):
    dulk = GyroOptions(delta=4.0, field=300.0, theta=45.0, electrons=1e35, omega=1e-9)
    assert compute_gyro_emission(dulk) is ExitCode.OK
    assert "17          18.3625      0.46996   0.015864" in capsys.readouterr().out
    outside = GyroOptions(delta=8.0, field=300.0, theta=45.0, electrons=1e35, format="json")
    assert compute_gyro_emission(outside) is ExitCode.FOUND
    capsys.readouterr()
    compute_thermal_emission(ThermalOptions(temperature=1e7, field=100.0, measure=1e49, omega=1e-9))
    out, said = capsys.readouterr()
    assert "7.24403" in out and "optical depth" in said
    invert = InvertOptions(kind="gysy", f17=18.36249, f34=3.821261, v17=-8.62958, assume="theta=45")
    assert invert_fluxes(invert) is ExitCode.OK
    assert "delta 4  B 300" in capsys.readouterr().out
    wrong = InvertOptions(kind="gysy", f17=1.0, f34=1.0, v17=2.0, assume="B=300", format="json")
    assert invert_fluxes(wrong) is ExitCode.FOUND
    assert json.loads(capsys.readouterr().out)[0]["reason"] == "polarised"


def test_light_curves(tmp_path, capsys):
    sent = compute_dulk(*SOURCE, NU)
    (i17, i34), v17 = sent.flux, sent.flux[0] * sent.polarisation[0]
    rows = [(0.0, i17, v17, i34), (1.0, -i17, v17, i34), (2.0, 2 * i17, -2 * v17, 2 * i34)]
    table = np.array(rows, [(name, ">f8") for name in ("TIME", "F17I", "F17V", "F34")])
    path = tmp_path / "curve.fits"
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU(table)]).writeto(path)
    options = InvertOptions(kind="gysy", curve=str(path), assume="theta=45", format="json")
    assert invert_fluxes(options) is ExitCode.FOUND
    found = json.loads(capsys.readouterr().out)
    assert [row["reason"] for row in found] == ["valid", "no flux", "valid"]
    assert [row["mvd"] for row in found] == [1, 0, 1] and found[1]["B"] is None
    assert found[2]["NV"] == pytest.approx(2e35) and found[2]["sign"] == -1
    assert invert_fluxes(InvertOptions(kind="frfr", curve=str(path))) is ExitCode.FOUND
    assert "time 0  B_los" in capsys.readouterr().out
    for name in ("missing.fits", "."):
        with pytest.raises(NorhError):
            invert_fluxes(InvertOptions(kind="frfr", curve=str(tmp_path / name)))
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU(table[["TIME"]])]).writeto(
        path, overwrite=True
    )
    with pytest.raises(NorhError, match="F17I"):
        invert_fluxes(InvertOptions(kind="frfr", curve=str(path)))


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "gysy", "f17": 1.0, "f34": 1.0, "v17": 0.1},
        {"kind": "gysy", "f17": 1.0, "f34": 1.0, "v17": 0.1, "assume": "T=1e7"},
        {"kind": "gysy", "f17": 1.0, "f34": 1.0, "v17": 0.1, "assume": "B=-3"},
        {"kind": "gysy", "f17": 1.0, "v17": 0.1, "assume": "B=300"},
        {"kind": "gysy", "f17": 1.0, "f34": 1.0, "v17": 0.1, "assume": "theta=91"},
        {"kind": "frfr", "f17": 1.0},
        {"kind": "thermal", "f17": 1.0, "v17": 0.1},
    ],
)
def test_what_cannot_be_asked(options):
    with pytest.raises(UsageError):
        invert_fluxes(InvertOptions(**options))
    for wrong in ({"theta": 0.0}, {"delta": 1.0}, {"electrons": math.inf}, {"freq": "17;34"}):
        numbers = {"delta": 4.0, "field": 300.0, "theta": 45.0, "electrons": 1e35}
        with pytest.raises(UsageError):
            compute_gyro_emission(GyroOptions(**{**numbers, **wrong}))
