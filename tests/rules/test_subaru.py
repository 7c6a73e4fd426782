"""Subaru: what examples of rules cannot show, and the quick look against the rules themselves."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fitslint.rules import registry
from fitslint.rules.subaru.frames import find_frame_letters
from fitslint.rules.subaru.time_keywords import TimeLayout
from fitslint.source.files import read_bytes
from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes

COMPARED = ("SB208", "SB209", "SB210", "SB211")
MJD = 52940
"""2003-10-28."""


def cards(**values: str | float) -> str:
    """Cards of a Subaru header; ``_`` in a name stands for a hyphen."""
    lines = ["TELESCOP= 'Subaru  '", *([] if "INSTRUME" in values else ["INSTRUME= 'FOCAS   '"])]
    for name, value in values.items():
        text = f"'{value}'" if isinstance(value, str) else f"{value:>20}"
        lines.append(f"{name.replace('_', '-'):8}= {text}")
    return "\n".join(lines)


def found(text: str, kind: str = "primary") -> list[tuple[str, str | None]]:
    """Codes and keywords of the findings of Subaru rules."""
    report = lint_bytes(build_example(text, kind).data, "x.fits")
    assert report.status == "ok", report.reason
    return [(one.code, one.keyword) for one in report.findings if one.code.startswith("SB")]


def sexagesimal(seconds: float) -> str:
    milliseconds = round(seconds * 1000) % 86_400_000
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def exposure(start: float, length: float, *, day: int = MJD) -> dict[str, str | float]:
    """The times of an exposure that begins ``start`` seconds after midnight UT."""
    moments = {"-STR": start, "": start + length / 2, "-END": start + length}
    values: dict[str, str | float] = {"DATE_OBS": "2003-10-28"}
    for name, seconds in moments.items():
        moment = name.replace("-", "_")
        values[f"UT{moment}"] = sexagesimal(seconds)
        values[f"HST{moment}"] = sexagesimal(seconds - 36000)
        values[f"LST{moment}"] = sexagesimal(seconds * 1.0027379 + 4000)
        values[f"MJD{moment}"] = f"{day + seconds / 86400:.8f}"
    return {name: float(one) if "MJD" in name else one for name, one in values.items()}


# ---- times -------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [0.0, 35_990.0, 50_000.0, 82_000.0, 86_390.0])
def test_midnights_lie_within_an_exposure(start: float) -> None:
    assert found(cards(**exposure(start, 60.0))) == []


def test_midnight_without_a_start() -> None:
    text = cards(DATE_OBS="2003-10-28", UT="00:05:00.000", MJD=MJD + 1.00347222, EXPTIME=1200.0)
    assert found(text) == []
    assert found(text.replace("1200.0", "  30.0")) == [("SB209", "MJD")]


def test_mjd_of_another_day() -> None:
    wrong = found(cards(**exposure(50_000.0, 60.0, day=MJD + 1)))
    assert wrong == [("SB209", name) for name in ("MJD-STR", "MJD", "MJD-END")]


def test_the_typical_moment_may_be_the_start() -> None:
    values = exposure(50_000.0, 3000.0)
    assert found(cards(**{**values, "MJD": values["MJD_STR"]})) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"UT": "13:52:00.000"}, {("SB210", "UT"), ("SB211", "HST")}),
        ({"HST": "03:53:30.000"}, {("SB211", "HST")}),
        ({"HST": "03:53:51.500"}, set()),
        ({"LST_END": "14:00:00.000"}, {("SB210", "LST")}),
        ({"MJD": MJD + 0.5}, {("SB209", "MJD"), ("SB210", "MJD")}),
        ({"MJD": 1e300}, {("SB209", "MJD"), ("SB210", "MJD")}),
        ({"UT": "N/A", "HST": "", "LST": "99:99:99"}, set()),
        ({"DATE_OBS": "unknown"}, set()),
    ],
)
def test_one_time_that_disagrees(
    changes: dict[str, str | float], expected: set[tuple[str, str]]
) -> None:
    assert set(found(cards(**{**exposure(50_000.0, 60.0), **changes}))) == expected


def test_the_quick_look_passes_nothing_that_is_wrong() -> None:
    rules = registry.load_rules()
    random.seed(20)
    quick = 0
    for _ in range(400):
        values = exposure(random.uniform(0, 86_400), random.choice([1.0, 60.0, 1800.0]))
        values |= {"RA": "18:00:05.461", "RA2000": "18:00:05.461", "EQUINOX": 2000.0}
        values |= {"ZD": 30.5, "ZD_STR": 30.0, "ZD_END": 31.0}
        for name in random.sample(sorted(values), random.choice([0, 1, 1, 2])):
            values[name] = random.choice(
                [values[name], "00:00:00.000", "12:34:56.7", "", 30.2, 52940.5, "2003-10-29"]
            )
        header = read_bytes(build_example(cards(**values)).data).hdus[0].header
        plan = TimeLayout(header.layout)
        if plan.precheck(header):
            quick += 1
            flags = [flag for code in COMPARED for flag in rules[code].check(header, plan)]
            assert flags == [], values
    assert quick > 100


def test_pointings_lie_between_unless_the_object_culminates() -> None:
    outside = {"ZD_STR": 20.2783, "ZD": 20.2770, "ZD_END": 20.31168, "EXPTIME": 30.0}
    assert found(cards(**outside)) == [("SB210", "ZD")]
    culminates = {"ZD_STR": 20.01, "ZD": 20.0, "ZD_END": 20.012, "EXPTIME": 600.0}
    assert found(cards(**culminates)) == []


def test_positions_are_compared_at_equinox_2000_only() -> None:
    values = {"RA": "18:00:05.461", "RA2000": "18:02:05.461"}
    assert found(cards(**values, EQUINOX=2000.0)) == [("SB208", "RA2000")]
    assert found(cards(**values, EQUINOX=1950.0)) == []
    assert found(cards(**{**values, "RA2000": "18:00:05.462"}, EQUINOX=2000.0)) == []


# ---- forms -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        *[(mode, None) for mode in ("IMAG", "SPEC_MOS", "IPOL", "SPOL_A", "IMAG_VGW_2")],
        ("Imag_VGW", "case"),
        ("IMAG_vgw", "case"),
        ("IMAGPOL", "meant"),
        ("spectroscopy", "meant"),
        ("IMAGFP", "underscore"),
        ("IMAG-FP", "underscore"),
        ("SPEC_", "nothing"),
        ("ECHELLE", ""),
        ("", "empty"),
    ],
)
def test_observation_modes(mode: str, message: str | None) -> None:
    report = lint_bytes(build_example(cards(OBS_MOD=mode), "primary").data, "x.fits")
    told = [one.message_id for one in report.findings if one.code == "SB116"]
    assert told == ([] if message is None else [f"SB116.{message}".rstrip(".")])


def test_decimals_are_asked_of_well_formed_values_only() -> None:
    values = {"UT": "24:00:16", "DEC": "19:46:18.7", "LST": "unknown", "RA": "18:00:05"}
    assert found(cards(**values)) == [("SB207", "RA")]


def test_numbers_in_names() -> None:
    text = cards(FILTER01="B", FILTER2="B", DET_T001=1.0, DET_P101=1.0, PC001003=1.0, P2001002=0.0)
    assert set(found(text)) == {("SB224", "PC001003"), ("SB233", "FILTER2"), ("SB233", "DET-T001")}


# ---- frames ------------------------------------------------------------------------------------


def test_letters_of_frames() -> None:
    assert find_frame_letters("Hyper Suprime-Cam") == ("HSC",)
    assert find_frame_letters("SuprimeCam") == find_frame_letters("Suprime-Cam") == ("SUP",)
    assert find_frame_letters("Kyoto3DII") == ("K3D",)
    assert "OHS" in find_frame_letters("CISCO")
    assert find_frame_letters("SCExAO") == ()


def test_frames_of_unknown_instruments_are_not_judged() -> None:
    assert found(cards(INSTRUME="CHARIS", FRAMEID="CRSA00012345", EXP_ID="CRSE00012345")) == []
    assert found(cards(FRAMEID="FCSA12", EXP_ID="UNKNOWN")) == []


# ---- blocks and extensions ---------------------------------------------------------------------

FOCAS = "TELESCOP= 'Subaru  '\nINSTRUME= 'FOCAS   '\n"
DEVICE = "F_FCSMOD= 'IMAG    '\n"


@pytest.mark.parametrize(
    ("comment", "fine"),
    [
        ("Subaru Device Dependent Header Block for FOCAS", True),
        ("---- PARAMETERS FOR FOCAS ----", True),
        ("Keywords specific to FOCAS", True),
        ("=== FOCAS ===", True),
        ("=== Detector ===", False),
        ("Subaru Device Dependent Header Block for MOIRCS", False),
        ("Subaru Device Dependent Header Block for the red arm", True),
    ],
)
def test_comments_that_open_a_block(comment: str, *, fine: bool) -> None:
    assert (found(f"{FOCAS}COMMENT {comment}\n{DEVICE}") == []) is fine


def test_a_block_that_opens_late() -> None:
    opening = "COMMENT Subaru Device Dependent Header Block for FOCAS\n"
    assert found(FOCAS + DEVICE + opening + "F_WIPE  = 1") == [("SB107", "F_FCSMOD")]


def test_headers_without_device_keywords_need_no_block() -> None:
    assert found(FOCAS) == []


def test_a_compressed_image_is_the_primary_in_disguise() -> None:
    assert found(FOCAS, "compressed-image") == []
    assert found(FOCAS, "bintable") == [("SB111", "XTENSION")]


def test_axes() -> None:
    sky = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN"}
    assert found(cards(OBS_MOD="IMAG", DISPAXIS=2, **sky)) == []
    assert found(cards(OBS_MOD="SPEC", DISPAXIS=2, **sky)) == [("SB226", "CTYPE2")]
    wave = {"CTYPE1": "RA---TAN", "CTYPE2": "WAVELENGTH", "CUNIT2": "nm"}
    assert found(cards(OBS_MOD="SPEC", DISPAXIS=2, **wave)) == []
    assert found(cards(OBS_MOD="SPEC", DISPAXIS=1, **wave)) == [("SB230", "DISPAXIS")]
    assert found(cards(OBS_MOD="IMAG", **wave)) == [("SB226", "CTYPE2")]
    assert found(cards(OBS_MOD="SPEC", **{**wave, "CUNIT2": "degree"})) == [("SB227", "CUNIT2")]


@pytest.mark.parametrize(
    "name", ["fitsheader-hsc-HSCA04090107", "fitsheader-suprimecam-CORR40535770"]
)
def test_real_headers_are_clean(corpus: Path, name: str) -> None:
    path = corpus / "derived" / f"{name}.fits.gz"
    report = lint_bytes(path.read_bytes(), path.name)
    assert [one for one in report.findings if one.code.startswith("SB")] == []
