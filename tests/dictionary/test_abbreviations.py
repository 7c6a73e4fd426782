"""Abbreviations: the table, what phrases are called, the order of building."""

import json
import re
import tomllib
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.cli.abbrev import AbbrevOptions, propose_keywords
from fitslint.cli.errors import UsageError
from fitslint.data_files import find_data_folder
from fitslint.dictionary.files.load import list_ids, load_dictionary
from fitslint.dictionary.making.abbreviations import find_order_fault, load_abbreviations
from fitslint.dictionary.making.proposals import parse_phrase, propose

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "abbreviations-1.0.0.json").read_text(encoding="utf-8"))
DOCUMENT = tomllib.loads(
    (find_data_folder() / "subaru" / "abbreviations.toml").read_text(encoding="utf-8")
)
LEGAL = re.compile("[A-Z0-9_-]{1,8}")


def best(phrase, prefix=""):
    return propose(phrase, prefix)[0].name


def test_conforms_to_the_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(DOCUMENT)


def test_how_many_of_each_category():
    rows = load_abbreviations().rows
    assert len({row.short for row in rows}) == len(rows) == 73
    assert Counter(row.category for row in rows) == {
        "Action": 3, "Environment": 4, "Image": 2, "Instrument": 8,
        "Statistics/Unit": 22, "Telescope": 29, "Time": 5,
    }  # fmt: skip
    categories = [one for level in DOCUMENT["abbreviations"]["order"] for one in level]
    assert Counter(categories) == Counter({row.category for row in rows})


def test_capitals_spell_the_abbreviation():
    """All but four do: an alternative, two mirrors with a number, a lower-case start."""
    spelt = {
        row.short: "".join(re.findall("[A-Z0-9]", row.word)) for row in load_abbreviations().rows
    }
    unlike = {short: capitals for short, capitals in spelt.items() if short != capitals}
    assert unlike == {"SPC": "SPCSPC", "M2": "2M", "M3": "TM", "TIP": "TPT"}


# Copied by hand from the table.
BY_HAND = [
    ("END", "END", "Action"),
    ("HUM", "HUMidity", "Environment"),
    ("PRD", "Partly ReaD out", "Image"),
    ("PX", "PiXel", "Instrument"),
    ("FCT", "FaCTor", "Statistics/Unit"),
    ("PA", "Position Angle", "Statistics/Unit"),
    ("SD", "Standard Deviation", "Statistics/Unit"),
    ("ADC", "Atmospheric Dispersion Corrector", "Telescope"),
    ("INR", "INstrumental Rotator", "Telescope"),
    ("PMA", "Primary Mirror Actuator", "Telescope"),
    ("SECZ", "SECant of Zenith distance", "Telescope"),
    ("ZD", "Zenith Distance", "Telescope"),
    ("UT", "Universal Time", "Time"),
]


@pytest.mark.parametrize(("short", "word", "category"), BY_HAND)
def test_as_in_the_manual(short, word, category):
    row = next(row for row in load_abbreviations().rows if row.short == short)
    assert (row.word, row.category) == (word, category)


def test_parts_beside_the_table_are_seen_in_the_basic_dictionary():
    names = set(load_dictionary("subaru/basic").names)
    shorts = {row.short for row in load_abbreviations().rows}
    for part in DOCUMENT["part"]:
        assert part["seen"] in names
        assert part["short"] in part["seen"]
        assert part["short"] not in shorts


def _air():
    for word, short, cut in [
        ("humidity", "HUM", "H"), ("pressure", "PRS", "P"),
        ("temperature", "TMP", "T"), ("wind", "WND", "W"),
    ]:  # fmt: skip
        for where, front in [("dome", "DOM"), ("outside", "OUT")]:
            yield f"{where} {word}", f"{front}-{short}"
            yield f"{word} in the {where} at exposure start", f"{front}-{cut}STR"
            yield f"{where} {word} end", f"{front}-{cut}END"


def _statistics():
    for where, front in [("dome", "DOM"), ("outside", "OUT")]:
        yield f"maximum {where} wind", f"{front}-WMAX"
        yield f"minimum {where} wind", f"{front}-WMIN"
    for what, tail in [
        ("average", "TAVE"), ("maximum", "TMAX"), ("minimum", "TMIN"),
        ("standard deviation of", "TSD"),
    ]:  # fmt: skip
        yield f"{what} temperature of the Nasmyth room", f"NAS-{tail}"
        yield f"{what} detector temperature", f"DET-{tail}"


def _moments():
    for word, front in [
        ("altitude", "ALT"), ("azimuth", "AZ"), ("air mass", "AIRM"), ("zenith distance", "ZD"),
        ("secant of zenith distance", "SECZ"), ("Hawaii standard time", "HST"),
        ("local sidereal time", "LST"), ("universal time", "UT"), ("modified Julian date", "MJD"),
        ("atmospheric dispersion corrector", "ADC"), ("image rotator", "IMR"),
        ("instrument rotator", "INR"), ("transparency", "TRAN"),
    ]:  # fmt: skip
        yield f"{word} at exposure start", f"{front}-STR"
        yield f"{word} at the end of the exposure", f"{front}-END"


PHRASES = [
    *_air(), *_statistics(), *_moments(),
    ("median of the detector temperature", "DET-TMED"), ("detector temperature", "DET-TMP"),
    ("zenith distance", "ZD"), ("secant of zenith distance", "SECZ"), ("universal time", "UT"),
    ("local sidereal time", "LST"), ("Hawaii standard time", "HST"),
    ("modified Julian dates", "MJD"), ("declination", "DEC"), ("right ascension", "RA"),
    ("atmospheric dispersion corrector", "ADC"), ("ADC type", "ADC-TYPE"),
    ("slit position angle", "SLT-PA"), ("slit position angle start", "SLT-PSTR"),
    ("slit position angle end", "SLT-PEND"), ("slit length", "SLT-LEN"),
    ("slit width", "SLT-WID"), ("object position on the slit", "SLT-OBJP"),
    ("right ascension of the slit center", "SLTC-RA"),
    ("declination of the slit centre", "SLTC-DEC"),
    ("slit center pixel 1", "SLTCPIX1"), ("slit center pixel 2", "SLTCPIX2"),
    ("right ascension of the aperture center", "APTC-RA"),
    ("declination of the aperture center", "APTC-DEC"),
    ("aperture center pixel 1", "APTCPIX1"), ("aperture center pixel 2", "APTCPIX2"),
    ("aperture size", "APT-SIZE"),
    ("binning factor of the x axis", "BIN-FCT1"), ("binning factor 2", "BIN-FCT2"),
    ("partial readout range 1", "PRD-RNG1"), ("partial readout range 2", "PRD-RNG2"),
    ("partial readout minimum 1", "PRD-MIN1"), ("partial readout minimum 2", "PRD-MIN2"),
    ("effective area range 1", "EFP-RNG1"), ("effective area range 2", "EFP-RNG2"),
    ("effective area minimum 1", "EFP-MIN1"), ("effective area minimum 2", "EFP-MIN2"),
    ("detector pixel size (mm) in axis1", "DETPXSZ1"), ("detector pixel size 2", "DETPXSZ2"),
    ("detector ID", "DET-ID"), ("detector reset", "DET-RST"), ("detector version", "DET-VER"),
    ("detector sampling", "DET-SMPL"), ("number of samples of the detector", "DET-NSMP"),
    ("detector angle 01", "DET-A01"), ("filter angle 02", "FLT-A02"),
    ("detector temperature 01", "DET-T01"),
    ("retarder angle 1", "RET-ANG1"), ("polarizer angle 1", "POL-ANG1"),
    ("autoguider probe 1", "AG-PRB1"), ("probe of the autoguider 2", "AG-PRB2"),
    ("slit viewer probe", "SV-PRB"),
    ("secondary mirror angle 1", "M2-ANG1"), ("secondary mirror angle 2", "M2-ANG2"),
    ("secondary mirror angle 3", "M2-ANG3"), ("x position of the M2", "M2-POS1"),
    ("y position of the M2", "M2-POS2"), ("z position of the M2", "M2-POS3"),
    ("tip-tilt of the secondary mirror", "M2-TIP"), ("type of secondary mirror", "M2-TYPE"),
    ("image rotator type", "IMR-TYPE"), ("tip-tilt of the adaptive optics", "AO-TIP"),
    ("adaptive optics frequency", "AO-FREQ"), ("wavefront sensor of adaptive optics", "AO-WFS"),
    ("longest wavelength", "WAV-MAX"), ("shortest wavelength", "WAV-MIN"),
    ("focal length", "FOC-LEN"), ("focus position", "FOC-POS"), ("focus value", "FOC-VAL"),
    ("observation mode", "OBS-MOD"), ("data type", "DATA-TYP"), ("exposure ID", "EXP-ID"),
    ("instrument version", "INS-VER"), ("instrument position angle", "INST-PA"),
    ("proposal ID", "PROP-ID"), ("origin of the WCS", "WCS-ORIG"),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "name"), PHRASES)
def test_a_phrase_gives_the_name_of_the_basic_dictionary(phrase, name):
    first = propose(phrase)[0]
    assert (first.name, first.same_meaning) == (name, True)
    assert first.meaning


@pytest.mark.parametrize(
    ("phrase", "prefix", "name"),
    [
        ("primary mirror actuator temperature maximum", "", "PMA-TMAX"),
        ("position of the primary mirror", "", "PM-POS"),
        ("mean temperatures of the Cassegrain focus", "", "CS-TAVE"),
        ("filter angle", "C_", "C_FLTANG"),
        ("detector temperature", "K_", "K_DETTMP"),
    ],
)
def test_new_names(phrase, prefix, name):
    first = propose(phrase, prefix)[0]
    assert (first.name, first.entry, first.meaning) == (name, None, "")


def test_more_than_one_where_there_is_a_choice():
    assert {"PIX-VAL", "PX-VAL"} <= {one.name for one in propose("pixel value")}
    assert {"EL-VAL", "ALT-VAL"} <= {one.name for one in propose("elevation value")}


def test_a_name_with_another_meaning_is_not_proposed_first():
    *free, taken = propose("slit position start")
    assert (taken.name, taken.same_meaning) == ("SLT-PSTR", False)
    assert taken.meaning
    assert [one.name for one in free if one.entry] == []


def test_unknown_words_are_told_with_what_is_like_them():
    (unknown,) = parse_phrase("dome tempreature start").unknown
    assert (unknown.word, unknown.nearest[0]) == ("tempreature", "temperature")
    assert best("dome flapping start") == "DOM-STR"
    assert propose("flapping") == propose("") == []


def test_what_does_not_fit_gives_nothing():
    assert propose("dome temperature", "ABCDEFG") == []
    assert propose("slit 123456789") == []


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("STR-SLT", "STR (Action) stands before SLT (Instrument)"),
        ("PA-SLT", "PA (Statistics/Unit) stands before SLT (Instrument)"),
        ("F_ENDTMP", "END (Action) stands before TMP (Environment)"),
        ("MAX-TMP2", "MAX (Statistics/Unit) stands before TMP (Environment)"),
        ("K_TMPDET", "TMP (Environment) stands before DET (Instrument)"),
        ("TMP-UT", "TMP (Environment) stands before UT (Time)"),
    ],
)
def test_order_fault(name, fault):
    assert find_order_fault(name) == fault


@pytest.mark.parametrize(
    "name",
    ["SLT-PA", "SLT-STR", "TMP-MAX1", "RA-SLT", "MODEL", "F_MODEL", "STR", "", "-", "FOO-STR"],
)
def test_order_kept_or_not_sure(name):
    assert find_order_fault(name) is None


@pytest.mark.parametrize("dictionary", list_ids())
def test_no_dictionary_breaks_the_order(dictionary):
    assert [name for name in load_dictionary(dictionary).names if find_order_fault(name)] == []


def test_printed(capsys):
    propose_keywords(AbbrevOptions(phrase="slit position angle start and whatnot"))
    told = capsys.readouterr()
    first = told.out.splitlines()[0]
    assert first.startswith(
        "SLT-PSTR  SLT = SLiT, P = Position Angle, STR = STaRt; in subaru/basic"
    )
    assert told.err.startswith("left out: 'whatnot' is not known")


def test_printed_as_json(capsys):
    propose_keywords(AbbrevOptions(phrase="slit position angle start", format="json"))
    told = json.loads(capsys.readouterr().out)
    first = told["proposals"][0]
    assert (first["name"], first["keyword"]["same"]) == ("SLT-PSTR", True)
    assert [part["short"] for part in first["parts"]] == ["SLT", "PA", "STR"]
    assert told["unknown"] == []


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("nothing known",), "no word of"),
        (("tempreature",), "did you mean 'temperature'"),
        (("slit 123456789",), "more than eight"),
        (("slit", "é"), "--prefix"),
        (("slit", "", "yaml"), "--format"),
    ],
)
def test_what_makes_no_sense_is_told_in_a_sentence(arguments, part):
    with pytest.raises(UsageError, match=re.escape(part)):
        propose_keywords(
            AbbrevOptions(**dict(zip(AbbrevOptions.declared, arguments, strict=False)))
        )


WORDS = st.sampled_from(sorted(" ".join(phrase) for phrase in load_abbreviations().phrases))
TEXTS = st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=12).map(" ".join))


@given(TEXTS, st.from_regex("[A-Z0-9_-]{0,7}", fullmatch=True))
def test_every_proposal_is_a_legal_keyword(phrase, prefix):
    found = propose(phrase, prefix)
    assert all(LEGAL.fullmatch(one.name) and one.name.startswith(prefix) for one in found)
    assert len({one.name for one in found}) == len(found)


@given(st.one_of(st.text(max_size=12), st.from_regex("[A-Z0-9_-]{0,8}", fullmatch=True)))
def test_any_name_can_be_judged(name):
    assert find_order_fault(name) is None or " stands before " in find_order_fault(name)
