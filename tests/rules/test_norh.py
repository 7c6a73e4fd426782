"""Nobeyama Radioheliograph: dictionaries, ephemeris, and what examples of rules cannot show."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import (
    GCRS,
    TETE,
    CartesianRepresentation,
    EarthLocation,
    HADec,
    SkyCoord,
    get_sun,
)
from astropy.io.fits import CompImageHDU, Header, PrimaryHDU
from astropy.time import Time
from astropy.utils import iers

from fitslint import check
from fitslint.config.settings import Settings
from fitslint.dictionary import load_dictionary
from fitslint.engine.linter import Linter
from fitslint.rules.norh.sun import RADIUS_AT_1_AU, compute_horizon, compute_projection, compute_sun
from fitslint.source.files import read_file
from fitslint.testing.harness import lint_bytes

POLE = (286.13, 63.87)
"""North pole of the solar rotation, right ascension and declination J2000 (deg)."""
NOBEYAMA = EarthLocation.from_geodetic(138.47777 * u.deg, 35.942 * u.deg, 1350 * u.m)
SAMPLES = ("hanaoka", "koshix")
FORMS = ("ifa", "ifs", "ifz", "ipa", "ips", "ipz", "tsa", "tsz", "tca", "tcz")


@pytest.fixture(scope="module")
def samples(root: Path) -> dict[str, str]:
    """The two example headers of the manual."""
    folder = root / "fixtures" / "samples"
    return {name: (folder / f"norh-{name}.hdr").read_text("ascii") for name in SAMPLES}


def found(text: str, name: str = "x.hdr", prefix: str = "") -> list[tuple[str, str | None]]:
    """Codes and keywords of the findings on a header text."""
    report = lint_bytes(text.encode("ascii"), name)
    assert report.status != "crashed", report.reason
    return [(one.code, one.keyword) for one in report.findings if one.code.startswith(prefix)]


def changed(text: str, *changes: tuple[str, str]) -> str:
    """A header text with the values of some keywords written anew."""
    for keyword, value in changes:
        card = f"{keyword:8}= {value:>20} /" if value[0] != "'" else f"{keyword:8}= {value:20} /"
        pattern = re.compile(rf"^{re.escape(keyword.ljust(8))}=.*$", re.MULTILINE)
        text, times = pattern.subn(lambda _, card=card: card.ljust(80), text)
        assert times == 1, keyword
    return text


# ---- dictionaries ------------------------------------------------------------------------------


def test_the_manual_has_55_keywords() -> None:
    entries = list(load_dictionary("norh/heliograph"))
    words = [entry.importance for entry in entries]
    assert len(entries) == 55
    assert {word: words.count(word) for word in words} == {
        "required": 25,
        "image": 20,
        "recommended": 10,
    }


def test_what_the_programs_add() -> None:
    assert set(load_dictionary("norh/hanaoka").names) == {
        "CRINPUT",
        "CRFACTOR",
        "DISKRSTR",
        "DDCORR",
    }
    assert set(load_dictionary("norh/koshix").names) == {
        "FRAME",
        "ICAL",
        "ITGR",
        "ICLN",
        "GAINP",
        "GAINE",
        "TRIM",
        "NCLNYN",
        "JCIMYN",
        "PJIMYN",
    }


def test_the_ten_forms_of_file_names() -> None:
    heads = [
        load_dictionary(f"norh/{one}").head["recognises"] for one in ("heliograph", "correlation")
    ]
    forms = [form for head in heads for form in head["filename"]]  # type: ignore[index]
    for form in FORMS:
        image = form[0] == "i"
        steady = f"{form}981123_020533" if image else f"{form}981123"
        event = f"{form}981123_020533.824" if image else f"{form}981123_020533"
        for name in (steady, event):
            assert sum(bool(re.fullmatch(one, name)) for one in forms) == 1, name
    assert not any(re.fullmatch(one, "ifa981123") for one in forms)


def test_entries_copied_by_hand() -> None:
    entry = load_dictionary("norh/heliograph").entry
    assert entry("TELESCOP").fixed == "radioheliograph"
    assert entry("POLARIZ").enum == (
        *("rcp", "lcp", "r+l", "r-l", "l-r", "r|l", "(r-l)/(r+l)", "unknown"),
    )
    assert entry("SOLR").unit == "arcsecond"
    assert entry("HOURA").unit == "second"
    assert (entry("STARTFRM").type, entry("NFRCAL").type) == ("integer", "integer")
    assert entry("JSTDATE").alias == ("JST-DATE",)


# ---- ephemeris ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def moments() -> Time:
    iers.conf.auto_download = False
    first, last = Time("1992-06-01"), Time("2020-04-01")
    return Time(np.linspace(first.mjd, last.mjd, 61), format="mjd")


def test_place_and_size_of_the_sun(moments: Time) -> None:
    there = get_sun(moments)
    seen = there.transform_to(HADec(obstime=moments, location=NOBEYAMA))
    apparent = there.transform_to(TETE(obstime=moments)).dec.deg  # from the centre of the Earth
    ours = [compute_sun(float(mjd)) for mjd in moments.mjd]
    around = [
        (one.hour_angle - deg + 180) % 360 - 180 for one, deg in zip(ours, seen.ha.deg, strict=True)
    ]
    assert np.abs([one.declination for one in ours] - apparent).max() < 0.003
    assert np.abs(around).max() < 3 / 240
    assert np.abs([one.radius for one in ours] - RADIUS_AT_1_AU / there.distance.au).max() < 0.07


def test_axis_of_the_sun(moments: Time) -> None:
    ra, dec = np.radians(POLE)
    pole = np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
    for mjd in moments.mjd:
        when = Time(mjd, format="mjd")
        there = get_sun(when).cartesian.xyz.value
        there /= np.linalg.norm(there)
        ours = compute_sun(float(mjd))
        assert ours.latitude == pytest.approx(np.degrees(np.arcsin(-pole @ there)), abs=0.004)
        disk, north = (
            SkyCoord(CartesianRepresentation(one), frame=GCRS(obstime=when)).transform_to(
                TETE(obstime=when)
            )
            for one in (there, there + 1e-4 * pole)
        )
        angle = (disk.position_angle(north).deg + 180) % 360 - 180
        assert ours.pole_angle == pytest.approx(angle, abs=0.005)


def test_worked_example_of_meeus() -> None:
    ours = compute_sun(Time("1992-10-13").mjd)  # chapter 29
    assert (ours.pole_angle, ours.latitude) == pytest.approx((26.27, 5.99), abs=0.01)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("1998-05-09T03:20:23.754", (952.22, -22.5235, -3.3307, 17.2807, 2270.83 / 240)),
        ("2016-07-24T06:14:05.478", (946.22, 7.7972, 5.1909, 19.7600, 12090.35 / 240)),
    ],
)
def test_ephemeris_of_headers(when: str, expected: tuple[float, ...]) -> None:
    ours = compute_sun(Time(when).mjd)
    assert tuple(ours[1:]) == pytest.approx(expected[1:], abs=0.015)
    assert ours.radius == pytest.approx(expected[0], abs=0.1)


def test_horizon_and_matrix_of_a_header() -> None:
    assert compute_horizon(17.2807, 2270.83 / 240) == pytest.approx(
        (27.7610, 70.3056, 23.5280), abs=0.001
    )
    assert compute_projection(17.2807, 2270.83 / 240) == pytest.approx(
        (0.98640, 0.09448, -0.04883, 0.94981), abs=1e-5
    )


# ---- rules -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SAMPLES)
def test_the_examples_have_what_stands_beside_them(
    root: Path, samples: dict[str, str], name: str
) -> None:
    path = root / "fixtures" / "samples" / f"norh-{name}.expected.tsv"
    with path.open(encoding="utf-8") as file:
        expected = sorted(row["keyword"] for row in csv.DictReader(file, delimiter="\t"))
    findings = lint_bytes(samples[name].encode("ascii"), f"norh-{name}.hdr").findings
    assert sorted(one.keyword or "" for one in findings) == expected
    assert {one.severity for one in findings} == {"info"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("JST-END", "'11:20:26.254'")], [("NR102", "JSTTIME"), ("NR101", "JST-END")]),
        ([("JSTDATE", "'1998-05-10'")], [("NR104", "JSTDATE")]),
        ([("JSTDATE", "'1998-02-30'")], [("NR106", "JSTDATE")]),
        ([("ENDFRM", "16510")], [("NR105", "ENDFRM")]),
        ([("SOLP", "22.5235")], [("NR121", "SOLP")]),
        ([("SOLR", "15.87")], [("NR121", "SOLR")]),
        ([("SOLB", "3.3307")], [("NR121", "SOLB")]),
        ([("DEC", "-17.2807")], [("NR121", "DEC")]),
        ([("HOURA", "9.46")], [("NR121", "HOURA")]),
        ([("AZIMUTH", "207.7610")], [("NR122", "AZIMUTH")]),
        ([("ALTITUDE", "19.6944")], [("NR122", "ALTITUDE")]),
        ([("ZANGLE", "19.6944")], [("NR122", "ZANGLE")]),
        ([("PMAT1", "0.09864")], [("NR123", "PMAT1")]),
        ([("PMAT4", "-0.94981")], [("NR123", "PMAT4")]),
        ([("PMAT3", "-0.04877")], [("NR123", "PMAT3")]),
        ([("DEC", "17.3007")], [("NR121", "DEC")]),
        ([("HOURA", "2278.83")], [("NR121", "HOURA")]),
        ([("SOLR", "952.42")], [("NR121", "SOLR")]),
        ([("PMAT2", "0.09648"), ("PMAT4", "0.94507")], [("NR124", "PMAT4")]),
        ([("ALTITUDE", "69.5414"), ("AZIMUTH", "26.6851")], [("NR124", "AZIMUTH")]),
        ([("ALTITUDE", "69.5414")], [("NR124", "ALTITUDE")]),
        ([("CRPIX2", "1.0")], [("NR131", "CRPIX2")]),
        ([("STARTFRM", "499"), ("ENDFRM", "503")], [("NR108", "STARTFRM")]),
        ([("OBS-FREQ", "'34GHz   '"), ("CDELT1", "2.45553"), ("CDELT2", "2.45553")], []),
        ([("CDELT1", "-4.91106")], [("NR133", "CDELT1")]),
        ([("CDELT2", "4.9")], [("NR133", "CDELT2")]),
        ([("ALTITUDE", "3.0")], [("NR122", "ALTITUDE"), ("NR126", "ALTITUDE")]),
        ([("HOURA", "21700")], [("NR121", "HOURA"), ("NR126", "HOURA")]),
        ([("DATE-OBS", "'1998-5-9'"), ("SOLR", "952.22")], []),
        ([("NCOMPO", "-1"), ("DDOFF1", "300.0")], []),
    ],
)
def test_one_wrong_value_is_told_once(
    samples: dict[str, str],
    changes: list[tuple[str, str]],
    expected: list[tuple[str, str]],
) -> None:
    text = changed(samples["hanaoka"], *changes)
    rest = {("NR132", "CUNIT1"), ("NR132", "CUNIT2"), ("NR135", "CRPIX1")}
    assert [one for one in found(text, prefix="NR") if one not in rest] == expected


def test_an_observation_over_midnight(samples: dict[str, str]) -> None:
    text = changed(
        samples["hanaoka"],
        ("DATE-OBS", "'1998-05-08'"), ("JSTDATE", "'1998-05-09'"),
        ("STRT-OBS", "'23:59:58.000'"), ("END-OBS", "'00:00:03.000'"),
        ("TIME-OBS", "'00:00:00.500'"), ("JST-STRT", "'08:59:58.000'"),
        ("JST-END", "'09:00:03.000'"), ("JSTTIME", "'09:00:00.500'"),
    )  # fmt: skip
    codes = [code for code, _ in found(text, "ifa980509_000000.hdr", "NR")]
    assert not {"NR101", "NR102", "NR104", "NR105", "NR141"}.intersection(codes)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ifa980509_032023.hdr", []),
        ("ifa980509_032021", []),
        ("ifa980509_032023.754.hdr", [("NR142", "FRM-STAT")]),
        ("ifa980509_032123.hdr", [("NR141", "TIME-OBS")]),
        ("ifa980510_032023.hdr", [("NR141", "DATE-OBS")]),
        ("ifa981332_032023.hdr", [("NR141", "DATE-OBS")]),
        ("ifs980509_032023.hdr", [("NR142", "POLARIZ")]),
        ("ifz980509_032023.hdr", [("NR142", "OBS-FREQ")]),
        ("tca980509.hdr", []),
        ("tsz980509a.hdr", [("NR142", "OBS-FREQ")]),
        ("holiday980509.hdr", []),
    ],
)
def test_names_of_files(
    samples: dict[str, str], name: str, expected: list[tuple[str, str]]
) -> None:
    assert found(samples["hanaoka"], name, "NR14") == expected


def test_events_are_called_by_japanese_time(samples: dict[str, str]) -> None:
    text = changed(samples["hanaoka"], ("FRM-STAT", "'event   '"), ("JSTTIME", "'12:20:21.254'"))
    assert ("NR141", "JSTTIME") not in found(text, "tca980509_122021", "NR141")
    assert ("NR141", "JSTTIME") in found(text, "tca980509_032021", "NR141")
    assert ("NR141", "JSTDATE") in found(text, "tca980508_122021", "NR141")


def test_a_low_sun_makes_a_long_beam() -> None:
    cards = {"DEC": -20.0, "HOURA": 15000.0}
    matrix = compute_projection(cards["DEC"], cards["HOURA"] / 240)
    cards |= {f"PMAT{at}": round(value, 5) for at, value in enumerate(matrix, 1)}
    text = "TELESCOP= 'radioheliograph'\n"
    text += "".join(f"{name:8}= {value:20}\n" for name, value in cards.items())
    assert found(text, prefix="NR125") == [("NR125", "PMAT1")]


def test_a_partial_image_called_full(samples: dict[str, str]) -> None:
    text = changed(samples["hanaoka"], ("NAXIS1", "64"), ("NAXIS2", "64"), ("CRPIX1", "32.5"))
    assert ("NR142", "CDELT1") in found(text, "ifa980509_032023.hdr")
    assert ("NR142", "CDELT1") not in found(text, "ipa980509_032023.hdr")


def test_a_time_series_is_no_image(samples: dict[str, str]) -> None:
    text = changed(
        samples["hanaoka"],
        ("NAXIS", "1"), ("ENDFRM", "42698"), ("DATA-TYP", "'correlation'"),
        ("END-OBS", "'10:37:01.254'"), ("JST-END", "'19:37:01.254'"),
        ("TIME-OBS", "'06:58:41.254'"), ("JSTTIME", "'15:58:41.254'"), ("CRPIX1", "1.0"),
    )  # fmt: skip
    lines = [line for line in text.split("\n") if not line.startswith(("NAXIS2", "SOLR  "))]
    codes = [code for code, _ in found("\n".join(lines), "tca980509.hdr")]
    assert not {"DI101", "NR107", "NR112", "NR121", "NR131"}.intersection(codes)


def test_a_compressed_image_is_as_large_as_before(samples: dict[str, str]) -> None:
    header = Header.fromstring(samples["hanaoka"], sep="\n")
    packed = io.BytesIO()
    CompImageHDU(np.zeros((512, 512), "f4"), header).writeto(packed)
    findings = lint_bytes(packed.getvalue(), "ifa980509_032023.fits.fz").findings
    assert {one.code for one in findings if one.code.startswith("NR")} == {"NR132", "NR135"}


@pytest.mark.parametrize(("kelvin", "is_told"), [(1.1e4, False), (1.3e4, True), (7e3, True)])
def test_brightness_of_the_disk(samples: dict[str, str], tmp_path, kelvin, is_told) -> None:
    text = changed(
        samples["hanaoka"], ("NAXIS1", "64"), ("NAXIS2", "64"), ("CRPIX1", "32.5"),
        ("CRPIX2", "32.5"), ("CDELT1", "40.0"), ("CDELT2", "40.0"),
    )  # fmt: skip
    distance = np.hypot(*(40 * (np.mgrid[:64, :64] - 31.5)))
    pixels = np.where(distance < 964, kelvin, 0.0).astype(">f4")
    pixels[30:33, 40:43] = 3e6  # a flare
    pixels[20, 20] = np.nan
    path = tmp_path / "ifa980509_032023"
    PrimaryHDU(pixels, Header.fromstring(text, sep="\n")).writeto(path)
    codes = {one.code for one in check(path, data=True).findings}
    assert ("NR136" in codes) is is_told


def test_images_of_other_authorities_are_no_concern_of_these_rules(corpus: Path) -> None:
    path = corpus / "derived" / "fitsheader-suprimecam-CORR40535770.fits.gz"
    linter = Linter(Settings(data=True))
    report = linter.lint(read_file(str(path), read_data=linter.make_data_reader(lambda _: None)))
    assert report.status == "ok"
    assert report.not_judged == ()


def test_a_real_image(corpus: Path) -> None:
    path = corpus / "Gelu-Nita+GX_SIMULATOR" / "beams" / "NORH" / "ipa160724_061405.fits"
    findings = lint_bytes(path.read_bytes(), path.name).findings
    codes = {one.code for one in findings}
    assert {code for code in codes if code.startswith("NR")} == {"NR132"}
    assert not any(code.startswith("DI") for code in codes - {"DI116"})
