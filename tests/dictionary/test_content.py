"""The dictionaries of the Subaru Telescope and of NoRH against counts and entries of the manuals.

The entries were copied by hand from the FITS manual 5.1 (sections 10.1.2 and 10.2) and from
appendix B of the NoRH manual.
"""

import re
import tomllib
from collections import Counter

import pytest

from fitslint.data_files import load_data_file
from fitslint.dictionary import find_data_folder, list_ids, open_dictionary
from fitslint.dictionary.making.abbreviations import load_abbreviations
from fitslint.dictionary.values.formats import read_format
from fitslint.dictionary.values.relation import parse_relation

COUNTS = {
    "subaru/basic": 224,
    "subaru/ciao": 48,  # C_RTOFS3 is printed twice and kept once
    "subaru/comics": 139,
    "subaru/focas": 31,
    "subaru/hds": 74,
    "subaru/cisco-ohs": 5,
    "subaru/suprime-cam": 23,
    "subaru/mirtos": 62,
    "subaru/ircs": 128,
    "subaru/ao": 29,
    "subaru/moircs": 37,
    "subaru/kyoto3d-ii": 9,
    "subaru/stars": 199,
    "norh/heliograph": 55,
}
IMPORTANCE = {
    "Common": 54, "Imaging": 3, "Spectroscopy": 11, "Polarimetry": 3, "Object": 1, "Optional": 152,
}  # fmt: skip

BASIC = """
ADC      Telescope    Optional    F20.3 degree
AIRMASS  Time         Common      F20.3 -
AO-FREQ  Telescope    Optional    I20   Hz
APTC-RA  Spectroscopy Optional    F20.8 degree
BIN-FCT1 Instrument   Common      I20   pixel
BUNIT    File         Common      A10   -
BZERO    File         Common      F20.8 -
C2NIT1   WCS          Optional    A8    -
DOM-TMP  Environment  Optional    F20.2 K
DOM-WEND Environment  Optional    F20.2 m/s
IMR-STR  Telescope    Optional    F20.3 degree
IMR-TYPE Telescope    Optional    A20   -
INS-VER  Instrument   Optional    A30   -
INSTRUME Instrument   Common      A20   -
LONGPOLE WCS          Imaging     F20.1 degree
LST      Time         Common      A12   LST
M2-ANG1  Telescope    Optional    F20.3 arcmin
M2-POS3  Telescope    Optional    F20.3 mm
MJD      Time         Common      F20.8 day
MJD-END  Time         Optional    F20.8 days
N2XIS1   WCS          Optional    I20   pixel
NAS-TSD  Environment  Optional    F20.1 K
NAXIS3   FITS         Optional    I20   -
OBJECT   Object       Common      A30   -
OBS-ALOC Telescope    Common      A12   -
OBSERVER Origin       Common      A50   -
OUT-HUM  Environment  Optional    F20.1 %
OUT-PRS  Environment  Optional    F20.2 hpa
OUT-WMAX Environment  Optional    F20.2 m/s
PCiiijjj WCS          Imaging     F20.8 -
POL-ANGn Polarimetry  Optional    F20.2 degree
POLARIZn Polarimetry  Polarimetry A30   -
PRD-MIN1 Instrument   Optional    I20   pixel
"""
INSTRUMENTS = """
ciao        C_LYOANG real    %5.1f  degree
ciao        C_VACUUM real    %8.3f  torr
ciao        C_DETPOS integer %5d    um
ciao        C_WATER1 real    %5.2f  1/min
ciao        C_PIXSCL real    %5.1f  mas/pix
comics      Q_DTYPE  string  %10s   -
comics      Q_SVWMIN real    %10.4f nm
comics      Q_DETTP1 real    %10.5f K
suprime-cam S_AG-EQN real    F6.1   y
suprime-cam S_ETMED  real    F6.2   K
suprime-cam S_XFLIP  logical -      -
mirtos      M_BBTMP  real    %4.1f  K
mirtos      M_JPORT  integer %2d    -
ircs        I_HDRVER real    %f     -
ircs        I_TC-SEQ string  %40s   -
ircs        I_DMEAN  real    %6.2f  -
moircs      K_T-CB2  real    %.3f   K
moircs      K_MSKID  integer %d     -
moircs      K_DITWID real    %.3f   arcsec
kyoto3d-ii  3_CAMFOC integer %d     pulse
kyoto3d-ii  3_FOCUNI string  %s     -
"""
RECOMMENDED = {"LONGPOLE": 180.0, "N2XIS": 2, "OBSERVAT": "NAOJ", "P2OJP1": 0.0, "C2NIT1": "degree"}


def rows(text):
    return [line.split() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_every_keyword_is_there(name, count):
    assert len(open_dictionary(name)) == count


def test_importance_of_the_basic_dictionary():
    assert Counter(one.importance for one in open_dictionary("subaru/basic")) == IMPORTANCE


@pytest.mark.parametrize("row", rows(BASIC), ids=lambda row: row[0])
def test_entries_of_the_basic_dictionary(row):
    name, category, importance, form, unit = row
    entry = open_dictionary("subaru/basic").entry(name)
    found = (entry.more["category"], entry.importance, entry.fortran, entry.unit or "-")
    assert found == (category, importance, form, unit)
    assert entry.type == read_format(form).type


@pytest.mark.parametrize("row", rows(INSTRUMENTS), ids=lambda row: row[1])
def test_entries_of_the_instruments(row):
    instrument, name, kind, form, unit = row
    entry = open_dictionary(f"subaru/{instrument}").entry(name)
    assert (entry.type, entry.c or entry.fortran or "-", entry.unit or "-") == (kind, form, unit)


@pytest.mark.parametrize(("name", "value"), RECOMMENDED.items())
def test_recommended_values(name, value):
    assert open_dictionary("subaru/basic").entry(name).recommended == value


def test_the_archive_knows_the_keywords_of_the_basic_dictionary():
    basic, stars = open_dictionary("subaru/basic"), open_dictionary("subaru/stars")
    assert [name for name in stars.names if name not in basic.names] == []
    assert sum(len(entry.archive) for entry in stars) == 235
    for entry in stars:
        if entry.importance:
            assert entry.importance == basic.entry(entry.name).importance, entry.name


def test_abbreviations():
    assert len(load_abbreviations().rows) == 73


def test_no_keyword_is_in_two_instruments():
    names = Counter(
        name
        for one in COUNTS
        if one.startswith("subaru/") and one not in ("subaru/stars", "subaru/basic")
        for name in open_dictionary(one).names
    )
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("name", [one for one in list_ids() if not one.startswith("fits/")])
def test_every_keyword_is_described_in_two_languages(name):
    if name == "subaru/stars":
        pytest.skip("the basic dictionary describes the same keywords")
    japanese = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
    lacking = [
        entry.name
        for entry in open_dictionary(name)
        if not entry.more.get("description", {}).get("en")
        or not japanese.search(entry.more["description"].get("ja", ""))
    ]
    assert lacking == []


@pytest.mark.parametrize("name", list_ids())
def test_expressions_can_be_read(name):
    dictionary = open_dictionary(name)
    conditions = list(dictionary.head.get("importance", {}).values())
    for entry in dictionary:
        stated = [one if isinstance(one, str) else one["holds"] for one in entry.relation]
        for text in [*stated, *filter(None, [entry.condition]), *conditions]:
            assert parse_relation(text).text == text


def test_conflicts_name_rules_keywords_and_both_sides():
    from fitslint.rules.registry import load_rules

    rules = load_rules()
    found = load_data_file("conflicts")["conflict"]
    assert len({one["id"] for one in found}) == len(found) >= 38
    for conflict in found:
        assert "standard" in conflict or "authority" in conflict
        for code in conflict["rules"]:
            rule, _, message = code.partition(".")
            assert rule in rules, f"{conflict['id']}: {code}"
            assert message in rules[rule].messages, f"{conflict['id']}: {code}"


def test_what_the_shipped_dictionaries_extend_is_shipped():
    for name in list_ids():
        head = tomllib.loads((find_data_folder() / f"{name}.toml").read_text(encoding="utf-8"))[
            "dictionary"
        ]
        assert [one for one in head.get("extends", ()) if one not in list_ids()] == []
