"""Spectral axes against WCSLIB, Paper III and any input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.wcs.maths import SCALAR, load_array_maths
from fitslint.wcs.spectral.axis import SpectralAxis, is_spectral, parse_spectral_type
from fitslint.wcs.spectral.units import find_spectral_factor
from fitslint.wcs.spectral.variables import (
    LIGHT_SPEED,
    PLANCK,
    SPECTRAL_TYPES,
    Air,
    EdlenAir,
    SpectralConversion,
)
from fitslint.wcs.wcs_error import WcsError
from tests.sweeps import parts
from tests.wcs.generated_axes import (
    WCSLIB_CONSTANTS,
    corpus_headers,
    header_values,
    read_with_astropy,
    spectral_values,
)

ARRAYS = load_array_maths()
PARTS, IN_PART = 25, 120
PIXELS = np.linspace(1, 1024, 11)
LINE = 1.420405751786e9


def offsets(values):
    return (PIXELS - values["CRPIX1"]) * values["CDELT1"]


def size_of(axis, world):
    """What a relative error is relative to: the light for velocities, 1 for redshifts."""
    least = {"m/s": LIGHT_SPEED, "": 1.0}.get(axis.unit, 0.0)
    return np.maximum(np.abs(world), least)


def generated(part):
    for at in range(IN_PART):
        values = spectral_values(f"{part}.{at}")
        try:
            yield values, SpectralAxis.from_values(values, 1, constants=WCSLIB_CONSTANTS)
        except WcsError as error:
            yield values, error


@pytest.mark.parametrize("part", parts(PARTS))
def test_coordinates_are_those_of_wcslib(part):
    compared = 0
    for values, axis in generated(part):
        if isinstance(axis, WcsError):
            # No ray leaves a grism at the reference, for WCSLIB neither.
            assert axis.keyword == "PV1_0"
            theirs = read_with_astropy(values).wcs_pix2world(PIXELS[:, None], 1)
            assert not np.isfinite(theirs).any()
            continue
        theirs = read_with_astropy(values).wcs_pix2world(PIXELS[:, None], 1)[:, 0]
        with np.errstate(all="ignore"):
            ours = axis.to_world(ARRAYS, offsets(values))
        assert (np.isnan(ours) == np.isnan(theirs)).all()
        told = ~np.isnan(ours)
        error = np.abs(ours - theirs)[told] / size_of(axis, theirs)[told]
        assert (error < 1e-12).all(), values["CTYPE1"]
        compared += 1
    assert compared > IN_PART / 2


@pytest.mark.parametrize("part", parts(PARTS))
def test_the_way_back_is_the_way(part):
    for values, axis in generated(part):
        if isinstance(axis, WcsError):
            continue
        there = offsets(values)
        with np.errstate(all="ignore"):
            world = axis.to_world(ARRAYS, there)
            back = axis.to_offset(ARRAYS, world)
        told = ~np.isnan(world) & leaves_grism(axis, there)
        size = size_of(axis, np.array(abs(axis.reference))) / axis.factor
        assert (np.abs(back - there)[told] < 1e-11 * size).all(), values["CTYPE1"]
        for at in (0, 5, 10):
            one = axis.to_world(SCALAR, float(there[at]))
            least = 1e-14 * float(size_of(axis, np.array(1e-99)))
            assert one == pytest.approx(world[at], rel=1e-14, abs=least, nan_ok=True)
            alone = axis.to_offset(SCALAR, float(world[at]))
            assert alone == pytest.approx(back[at], rel=1e-9, abs=1e-11 * size, nan_ok=True)


def leaves_grism(axis, there):
    """Whether rays leave a grism at less than 90 degrees: beyond it a sine tells two of them."""
    if axis.grism is None:
        return np.ones(there.shape, bool)
    shift = there * axis.factor * axis.sampled_slope * axis.grism.rate
    return np.cos(np.arctan(shift - math.tan(axis.grism.tilt)) + axis.grism.turn) > 1e-3


@pytest.mark.parametrize("part", ("one", "two"))
def test_the_derivative_at_the_reference_is_one(part):
    for _, axis in generated(part):
        if isinstance(axis, WcsError):
            continue
        step = float(size_of(axis, np.array(abs(axis.reference)))) / axis.factor * 1e-7
        before, behind = (axis.to_world(SCALAR, sign * step) for sign in (-1, 1))
        assert (behind - before) / (2 * step * axis.factor) == pytest.approx(1, abs=2e-7)
        at_reference = axis.to_world(SCALAR, 0.0)
        assert at_reference == pytest.approx(axis.reference, rel=1e-13, abs=1e-6)


def axis_of(**values):
    return SpectralAxis.from_values({"CTYPE1": "FREQ", **values}, 1)


DISAGREEMENTS = [
    # what, ours by the definition, what WCSLIB 8.6 computes with, relative difference
    (
        "air: Paper III has IUGG's air of 0 degrees Celsius, WCSLIB Edlén's of 15",
        Air().to_vacuum(SCALAR, 500e-9),
        EdlenAir().to_vacuum(SCALAR, 500e-9),
        1.538e-5,
    ),
    ("Planck: exact since 2019; WCSLIB has that of 1986", PLANCK, 6.6260755e-34, -8.074e-7),
]


@pytest.mark.parametrize(("what", "ours", "theirs", "difference"), DISAGREEMENTS)
def test_where_constants_differ_it_is_known_by_how_much(what, ours, theirs, difference):
    assert ours / theirs - 1 == pytest.approx(difference, rel=1e-3), what


def test_the_formulas_of_air_hardly_matter_on_one_axis():
    """Only the dispersion of air counts between pixels, not the index."""
    worst = 0.0
    for seed in range(600):
        values = spectral_values(seed)
        if "A" not in (values["CTYPE1"][5:6], values["CTYPE1"][:1]) or "-" not in values["CTYPE1"]:
            continue
        try:
            ours, theirs = (
                SpectralAxis.from_values(values, 1, constants=constants).to_world(
                    ARRAYS, offsets(values)
                )
                for constants in (WCSLIB_CONSTANTS, type(WCSLIB_CONSTANTS)())
            )
        except WcsError:
            continue
        told = np.isfinite(ours) & np.isfinite(theirs)
        axis = SpectralAxis.from_values(values, 1)
        error = np.abs(ours - theirs)[told] / size_of(axis, theirs)[told]
        worst = max(worst, error.max(initial=0.0))
    assert 1e-9 < worst < 5e-6


def test_paper_iii_air():
    """Equation 65 at 0.5 micrometres, by hand, and equation 66 against its differences."""
    index = 1 + 1e-6 * (287.6155 + 1.62887 / 0.25 + 0.01360 / 0.0625)
    air = Air()
    assert air.compute_index(SCALAR, 500e-9) == pytest.approx(index, rel=1e-15)
    for medium in (air, EdlenAir()):
        for wavelength in (250e-9, 500e-9, 2e-6):
            step = wavelength * 1e-5
            slope = (
                medium.to_vacuum(SCALAR, wavelength + step)
                - medium.to_vacuum(SCALAR, wavelength - step)
            ) / (2 * step)
            assert medium.compute_slope(SCALAR, wavelength) == pytest.approx(slope, rel=1e-9)
            back = medium.to_air(SCALAR, medium.to_vacuum(SCALAR, wavelength))
            assert back == pytest.approx(wavelength, rel=1e-15)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("FREQ", LINE / 2), ("ENER", PLANCK * LINE / 2), ("WAVN", LINE / 2 / LIGHT_SPEED),
        ("VRAD", LIGHT_SPEED / 2), ("WAVE", 2 * LIGHT_SPEED / LINE), ("VOPT", LIGHT_SPEED),
        ("ZOPT", 1.0),
        ("VELO", LIGHT_SPEED * 3 / 5), ("BETA", 3 / 5),
    ],
)  # fmt: skip
def test_half_the_frequency_of_a_line(code, expected):
    conversion = SpectralConversion(LINE)
    value = conversion.convert(SCALAR, LINE / 2, "FREQ", code)
    assert value == pytest.approx(expected, rel=1e-14)
    assert conversion.convert(SCALAR, value, code, "FREQ") == pytest.approx(LINE / 2, rel=1e-14)


def test_all_conversions_lead_back():
    conversion = SpectralConversion(5e14)
    for source in SPECTRAL_TYPES:
        value = conversion.convert(SCALAR, 4.7e14, "FREQ", source)
        for target in SPECTRAL_TYPES:
            there = conversion.convert(SCALAR, value, source, target)
            back = conversion.convert(SCALAR, there, target, source)
            assert back == pytest.approx(value, rel=1e-12)


def test_velocities_of_a_linear_axis_need_no_line():
    axis = axis_of(CTYPE1="VRAD", CUNIT1="km/s", CRVAL1=10.0)
    assert axis.to_world(SCALAR, 5.0) == 15e3
    assert axis_of(CTYPE1="VRAD-V2F", CRVAL1=1e4).to_world(SCALAR, 0.0) == pytest.approx(1e4)


def test_two_lines_are_noted():
    axis = axis_of(CTYPE1="VELO-F2V", CRVAL1=0.0, RESTFRQ=LINE, RESTWAV=0.5)
    assert [keyword for keyword, _ in axis.notes] == ["RESTFRQ"]
    assert axis.conversion.rest == LINE
    same = axis_of(CTYPE1="VELO-F2V", CRVAL1=0.0, RESTFRQ=LINE, RESTWAV=LIGHT_SPEED / LINE)
    assert same.notes == ()


@pytest.mark.parametrize(
    ("ctype", "expected"),
    [
        ("FREQ", ("", "F")), ("FREQ    ", ("", "F")), ("FREQ-F2F", ("", "F")),
        ("FREQ-W2F", ("W2F", "W")), ("VELO-A2V", ("A2V", "A")), ("AWAV-GRI", ("GRI", "W")),
        ("WAVE-LOG", ("LOG", "W")), ("WAVE-TAB", ("TAB", "W")),
    ],
)  # fmt: skip
def test_types(ctype, expected):
    assert is_spectral(ctype)
    assert parse_spectral_type(ctype, "CTYPE1")[1:] == expected


@pytest.mark.parametrize(
    ("keyword", "values"),
    [
        ("CTYPE1", {"CTYPE1": "FELO-HEL"}), ("CTYPE1", {"CTYPE1": "FREQ-LSR"}),
        ("CTYPE1", {"CTYPE1": "FREQ-F2W"}), ("CTYPE1", {"CTYPE1": "FREQ-X2F"}),
        ("CTYPE1", {"CTYPE1": "FREQ-W2FX"}), ("CTYPE1", {"CTYPE1": "FREQ W2F"}),
        ("CTYPE1", {"CTYPE1": "FREQ-"}), ("CTYPE1", {"CTYPE1": "FREQ-TAB"}),
        ("CTYPE1", {"CTYPE1": 3}), ("CTYPE1", {"CTYPE1": ""}),
        ("CTYPE1", {"CTYPE1": "FREQ-" + "x" * 100000}),
        ("CUNIT1", {"CUNIT1": "furlong"}), ("CUNIT1", {"CUNIT1": "m"}),
        ("CUNIT1", {"CUNIT1": "m/s/s/s"}), ("CUNIT1", {"CUNIT1": "Hz" * 9000}),
        ("CUNIT1", {"CUNIT1": 1.0}), ("CUNIT1", {"CTYPE1": "ZOPT", "CUNIT1": "m"}),
        ("CRVAL1", {"CRVAL1": "1.0"}), ("CRVAL1", {"CRVAL1": math.nan}),
        ("CRVAL1", {"CTYPE1": "FREQ-W2F"}), ("CRVAL1", {"CTYPE1": "FREQ-W2F", "CRVAL1": 0}),
        ("CRVAL1", {"CTYPE1": "WAVE-LOG", "CRVAL1": -1.0}),
        ("CRVAL1", {"CTYPE1": "VELO-F2V", "CRVAL1": 3e8, "RESTFRQ": 1e9}),
        ("RESTFRQ", {"CTYPE1": "VOPT-F2W", "CRVAL1": 1e6}),
        ("RESTFRQ", {"CTYPE1": "FREQ-V2F", "CRVAL1": 1e9}),
        ("RESTFRQ", {"CTYPE1": "VOPT", "RESTFRQ": -1.0}),
        ("RESTWAV", {"CTYPE1": "VOPT", "RESTWAV": math.inf}),
        ("PV1_0", {"CTYPE1": "WAVE-GRI", "CRVAL1": 5e-7}),
        ("PV1_0", {"CTYPE1": "WAVE-GRI", "CRVAL1": 5e-7, "PV1_0": 1e7, "PV1_1": 1}),
        ("PV1_5", {"CTYPE1": "WAVE-GRI", "CRVAL1": 5e-7, "PV1_5": "x"}),
    ],
    ids=str,
)  # fmt: skip
def test_errors_name_the_keyword(keyword, values):
    with pytest.raises(WcsError, match=f"^{keyword} ") as caught:
        axis_of(**values)
    assert caught.value.keyword == keyword
    assert len(str(caught.value)) < 250


def test_versions():
    values = {"CTYPE2B": "WAVE-F2W", "CUNIT2B": "nm", "CRVAL2B": 500.0, "RESTFRQB": 1e14}
    axis = SpectralAxis.from_values(values, 2, "B")
    assert axis.reference == pytest.approx(500e-9)
    with pytest.raises(WcsError, match=r"^CTYPE2 "):
        SpectralAxis.from_values(values, 2)


@pytest.mark.parametrize(
    ("unit", "target", "expected"),
    [
        ("GHz", "Hz", 1e9), ("s-1", "Hz", 1.0), ("1/ms", "Hz", 1e3), ("keV", "J", 1.6021765e-16),
        ("erg", "J", 1e-7), ("Ry", "J", 13.605692 * 1.6021765e-19), ("cm-1", "m-1", 100.0),
        ("/cm", "m-1", 100.0), ("um**-1", "m-1", 1e6), ("Angstrom^(-1)", "m-1", 1e10),
        ("km s-1", "m/s", 1e3), ("km.s**-1", "m/s", 1e3), ("km/h", "m/s", 1 / 3.6),
        ("m*Hz", "m/s", 1.0), ("nm", "m", 1e-9), ("", "m", 1.0), ("  ", "", 1.0),
    ],
)  # fmt: skip
def test_units(unit, target, expected):
    assert find_spectral_factor(unit, target, "CUNIT1") == pytest.approx(expected, rel=1e-14)


NAMES = ("CTYPE1", "CUNIT1", "CRVAL1", "RESTFRQ", "RESTWAV", *(f"PV1_{m}" for m in range(8)))
CODES = [
    f"{code}-{rest}"
    for code in SPECTRAL_TYPES
    for rest in (
        "LOG",
        "GRI",
        "GRA",
        "F2W",
        "W2F",
        "V2F",
        "A2F",
        "F2V",
        "A2V",
        "F2A",
        "W2A",
        "V2W",
        "TAB",
    )
]
ANY = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 9), st.integers(), st.floats(), st.text(max_size=90),
    st.sampled_from([*SPECTRAL_TYPES, *CODES, "nm", "GHz", "km/s", "E99", "m9" * 34, "a" * 99999]),
    st.floats(1e-9, 1e9), st.just(10**5000), st.complex_numbers(),
)  # fmt: skip


@given(
    st.dictionaries(st.sampled_from(NAMES), ANY), st.sampled_from(CODES), st.floats(),
    st.floats(1e-8, 1e18),
)  # fmt: skip
def test_nothing_in_a_header_ends_in_another_exception(values, code, offset, reference):
    for header in ({"CTYPE1": code, **values}, {"CRVAL1": reference, **values, "CTYPE1": code}):
        try:
            axis = SpectralAxis.from_values(header, 1)
        except WcsError as error:
            assert str(error).startswith(error.keyword)
            assert len(str(error)) < 300
            continue
        for value in (offset, reference, 0.0):
            axis.to_offset(SCALAR, value)
            axis.to_offset(SCALAR, axis.to_world(SCALAR, value))


@given(st.text(alphabet="kmMGHzJeVsa/.*^-1290() ", max_size=70))
def test_any_unit_is_understood_or_refused(unit):
    try:
        factor = find_spectral_factor(unit, "m/s", "CUNIT1")
    except WcsError as error:
        assert error.keyword == "CUNIT1"
    else:
        assert 0 < factor < math.inf


def test_real_headers_are_read_as_astropy_reads_them(corpus):
    compared, refused = 0, set()
    for _, header in corpus_headers(corpus, b"CTYPE"):
        values = header_values(header)
        for axis in range(1, 5):
            ctype = values.get(f"CTYPE{axis}")
            if not isinstance(ctype, str) or not is_spectral(ctype):
                continue
            compared += compare_axis(values, axis, refused)
    assert refused == {"FREQ-OHE", "FREQ-TAB", "VELO-LSR", "HZ"}
    assert compared >= 20


def compare_axis(values, axis, refused):
    """Whether one axis of a real header was compared with that axis alone in astropy."""
    single = {
        name[:-1] + "1": values[name]
        for name in (f"{root}{axis}" for root in ("CTYPE", "CUNIT", "CRVAL"))
        if values.get(name) is not None
    }
    single |= {name: values[name] for name in ("RESTFRQ", "RESTWAV") if values.get(name)}
    single |= {"WCSAXES": 1, "CRPIX1": 1.0, "CDELT1": values.get(f"CDELT{axis}", 1.0)}
    try:
        ours = SpectralAxis.from_values(single, 1, constants=WCSLIB_CONSTANTS)
    except WcsError as error:
        refused.add(single[error.keyword][:8])
        return False
    theirs = read_with_astropy(single).wcs_pix2world(PIXELS[:, None], 1)[:, 0]
    world = ours.to_world(ARRAYS, offsets(single))
    assert world == pytest.approx(theirs, rel=1e-12)
    return True
