"""Dictionaries of other formats; the samples are ours, the forms theirs."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.dictionary import DictionaryError
from fitslint.dictionary.files.document import parse_document
from fitslint.dictionary.imports import FORMATS, convert_dictionary
from fitslint.dictionary.linting.linter import lint_document

SOLARNET = """\
attribute_key:
  CADENCE:
    data_type: float
    default: null
    description: '[s] Planned time between frames'
    human_readable: Planned cadence
    required: optional # a remark
    origin: N
  CBBMAXia:
    pattern: CBBMAX(?P<i>[1-9])(?P<a>[A-Z])?
    data_type: float
    default: null
    description: Upper end of the box
    human_readable: Box end
    required: obs
    origin: N
  TIMESYS:
    valid_values: [UTC]
    data_type: str
    default: UTC
    description: Time scale
    human_readable: Time system
    required: primary
    origin: P
  EXTEND:
    data_type: str
    default: null
    description: Whether there are extensions
    human_readable: Extensions
    required: optional
    origin: S
  GEOX_OBS: {data_type: float, default: null, description: x, human_readable: x, required: optional}
conditional_requirements:
- condition_type: 'attribute_value'
  condition_key: 'OBS_TYPE'
  condition_value: 'earth-orbiting'
  required_attributes: [GEOX_OBS, NOSUCH]
"""
DKIST = """\
spec214:
  section_122: camera
  required: true
  units: null
  expand: false
  title: Camera
---
TEXPOSUR:
  type: float
  units: ms
  comment: Exposure
  rename: CAM__004
  values_range: [0, 100]
DTYPE<d>:
  type: str
  values: ['SPATIAL', 'STOKES']
  expand: true
DATAP<pp>:
  type: float
  required: false
  expected: true
PC<i>_<j>A:
  type: float
DATE-END: {type: str, format: isot, description: "End of it", comment: End}
SHUTTER: {type: bool, values: [false], required: false, instrument_required: VBI, level0_only: true}
"""
TPN = """\
# a comment
# NAME  KEYTYPE  DATATYPE   PRESENCE    VALUES
INSTRUME    H   C   R       ACS
FILETYPE\tH\tC\tR\t"CCD PARAMETERS"
CCDGAIN     H   R   R   0.5,1.0,\\
                        -1
XSIZE       H   I   O   1:2048
GAIN_MIN    H   D   W   0:inf
USEAFTER    H   C   R   &SYBDATE
FILTER      H   C   (required(DETECTOR=='IR'))  F098M,F110W
MODEL       H   C   (warning(not(X.startswith('p'))))
META.EXPOSURE.TYPE  H  C  R
CCDCHIP     C   I   R   1,2
SCI         A   X   O   (ndim(SCI_ARRAY,4))
include includes/other.tpn
"""
ESO = """\
#%% a comment
Dictionary Name:   ESO-VLT-DIC.TEST
Scope:             Test
Revision:          1.2
Date:              2001-02-16
Status:            released
Description:       first
                   and second line

Parameter Name:    DETi WIN NX
Class:             header|setup
Context:           Detector
Type:              integer
Value Format:      %d
Unit:              pixel
Comment Field:     pixels along X
Description:       Number of pixels of the window.
                   Several lines: here is one more.
# ---------------------
Parameter Name:    EXPTIME
Class:             prim-header
Context:           Detector
Type:              double
Value Format:      %.3f
Unit:              sec
Comment Format:    exposure
Description:       Exposure time

Parameter Name:    INS SHUT ST
Class:             header
Context:           Instrument
Type:              logical
Value Format:      %c
Unit:
Comment Field:     shutter open
Description:       T when open

Parameter Name:    INS MOTOR POS
Class:             private
Context:           Instrument
Type:              double
Value Format:      %f
Unit:              Enc
Comment Field:     position
Description:       not for headers
"""
SAMPLES = {"solarnet": SOLARNET, "dkist": DKIST, "crds": TPN, "eso": ESO}


def taken(tmp_path, form, text=None):
    """The result of an import, and its keywords by name."""
    path = tmp_path / "sample.txt"
    path.write_text(SAMPLES[form] if text is None else text, encoding="utf-8")
    made = convert_dictionary(form, path, f"test/{form}")
    read = tomllib.loads(made.text)
    assert read["dictionary"]["id"] == f"test/{form}"
    assert made.keywords == len(read["keyword"])
    return made, {table["name"]: table for table in read["keyword"]}, read["dictionary"]


@pytest.mark.parametrize("form", FORMATS)
def test_the_result_lints(tmp_path, form):
    made, _, _ = taken(tmp_path, form)
    found = lint_document(parse_document(made.text, "made.toml"))
    assert [str(one) for one in found if one.severity != "info"] == []


def test_solarnet(tmp_path):
    made, keywords, head = taken(tmp_path, "solarnet")
    assert keywords["CADENCE"]["unit"] == "s"
    assert keywords["CBBMAXia"]["index"] == {"i": [1, 9]}
    assert keywords["TIMESYS"]["enum"] == ["UTC"]
    assert keywords["TIMESYS"]["importance"] == "primary"
    assert "logical in the FITS standard" in keywords["EXTEND"]["doubtful"]
    word = keywords["GEOX_OBS"]["importance"]
    assert head["importance"] == {
        "obs": "true", "primary": "true", word: "OBS_TYPE == 'earth-orbiting'"
    }  # fmt: skip
    assert made.losses == {"conditions on keywords without an entry": 1}


def test_dkist(tmp_path):
    made, keywords, head = taken(tmp_path, "dkist")
    assert set(keywords) == {"TEXPOSUR", "DTYPEn", "DATAPnn", "PCi_jA", "DATE-END", "SHUTTER"}
    texposur = keywords["TEXPOSUR"]
    assert (texposur["unit"], texposur["alias"]) == ("ms", ["CAM__004"])
    assert (texposur["minimum"], texposur["maximum"]) == (0, 100)
    assert keywords["DTYPEn"]["enum"] == ["SPATIAL", "STOKES"]
    assert keywords["DATAPnn"]["importance"] == "expected"
    assert keywords["DATE-END"]["type"] == "date"
    assert keywords["SHUTTER"]["enum"] == [False]
    assert head["importance"]["required by VBI"] == "starts(INSTRUME, 'VBI')"
    assert made.losses == {"unknown keys of keywords": 1}


def test_crds(tmp_path):
    made, keywords, _ = taken(tmp_path, "crds")
    assert keywords["FILETYPE"]["enum"] == ["CCD PARAMETERS"]
    assert keywords["CCDGAIN"]["enum"] == [0.5, 1.0, -1.0]
    assert (keywords["XSIZE"]["minimum"], keywords["XSIZE"]["maximum"]) == (1, 2048)
    assert "maximum" not in keywords["GAIN_MIN"]
    assert "&SYBDATE" in keywords["USEAFTER"]["note"]
    assert keywords["FILTER"]["condition"] == "DETECTOR=='IR'"
    assert "startswith" in keywords["MODEL"]["note"]
    assert made.losses == {
        "checks built into CRDS": 1,
        "conditions that our grammar has not": 1,
        "names that are no FITS keywords": 1,
        "constraints on columns": 1,
        "constraints on arrays": 1,
        "included files": 1,
    }


def test_eso(tmp_path):
    made, keywords, head = taken(tmp_path, "eso")
    assert head["title"] == "ESO-VLT-DIC.TEST"
    assert head["edition"] == "1.2, 2001-02-16"
    assert set(keywords) == {"ESO DETi WIN NX", "EXPTIME", "ESO INS SHUT ST"}
    window = keywords["ESO DETi WIN NX"]
    assert (window["type"], window["unit"], window["c"]) == ("integer", "pixel", "%d")
    assert window["description"]["en"].endswith("Several lines: here is one more.")
    assert keywords["EXPTIME"]["unit"] == "s"
    assert keywords["ESO INS SHUT ST"]["type"] == "logical"
    assert made.losses == {"parameters that are not in headers": 1}


BOMB = "a: &a [x, x]\nattribute_key: {A: *a}\n"
BAD = [
    ("solarnet", BOMB, ":2: has the alias *a"),
    ("solarnet", "attribute_key: [", ":"),
    ("solarnet", "x: 1\n", ":1: is no SOLARNET schema"),
    ("solarnet", "attribute_key:\n  A: 3\n", ":2: 'A' has to be a mapping"),
    ("solarnet", "attribute_key:\n  A:\n    data_type: x\n", ":2: 'A' has the data_type 'x'"),
    ("solarnet", "attribute_key: []\n", ":1: 'attribute_key' has to be a mapping"),
    ("solarnet", "attribute_key:\n  A: {data_type: int}\n  A: {}\n", ":3: 'attribute_key' has"),
    ("solarnet", "attribute_key: " + "[" * 60 + "]" * 60, ":1: nests more than 50 levels"),
    ("solarnet", "attribute_key:\n  A: !!python/object:os.x {}\n", ":"),
    ("solarnet", "", ":1: is no SOLARNET schema"),
    ("dkist", "A: 1\n", ":1: is no DKIST specification"),
    ("dkist", "spec1: {}\n---\nA:\n  type: x\n", ":3: 'A' has the type 'x'"),
    ("crds", "A H C\n", ":1: has 3 fields"),
    ("crds", "\n\nA Q C R\n", ":3: 'A' has the key type 'Q'"),
    ("crds", "A H Q R\n", ":1: 'A' has the data type 'Q'"),
    ("crds", "# nothing\n", ":1: defines no keyword"),
    ("eso", "nothing here\n", ":1: is neither a field"),
    ("eso", "Scope: x\n", ":1: is no ESO dictionary"),
    ("eso", "Parameter Name: A\nUnit: s\n", ":1: 'A' has no 'Type'"),
    ("eso", "Parameter Name: A\nType: x\n", ":2: 'A' has the type 'x'"),
    ("eso", "Parameter Name: A\nType: int\nType: int\n", ":3: 'A' has 'Type' twice"),
    ("eso", "\0", ":1: holds a zero byte"),
]


@pytest.mark.parametrize(("form", "text", "said"), BAD)
def test_files_that_are_malformed(tmp_path, form, text, said):
    with pytest.raises(DictionaryError) as caught:
        taken(tmp_path, form, text)
    assert str(caught.value).startswith(f"{tmp_path / 'sample.txt'}{said}")
    assert "\n" not in str(caught.value)


def test_a_format_that_is_not_known(tmp_path):
    with pytest.raises(DictionaryError, match="there are solarnet"):
        convert_dictionary("xml", tmp_path / "x")


def test_a_file_that_is_too_large(tmp_path):
    path = tmp_path / "large.tpn"
    path.write_bytes(b"#" * 10_000_001)
    with pytest.raises(DictionaryError, match="more than 10,000,000 bytes"):
        convert_dictionary("tpn", path)


@given(st.sampled_from(sorted(SAMPLES)), st.data())
@settings(max_examples=200, deadline=None)
def test_damaged_files_give_a_dictionary_that_lints_or_a_sentence(tmp_path_factory, form, data):
    text = SAMPLES[form]
    at = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(at, min(len(text), at + 30)))
    put = data.draw(st.text(st.sampled_from("aA:{}[]&*'\"\\-/#<>|\n\t 1.\x1b"), max_size=6))
    path = tmp_path_factory.mktemp("damaged") / "x"
    path.write_text(text[:at] + put + text[end:], encoding="utf-8")
    try:
        made = convert_dictionary(form, path, "test/x")
    except DictionaryError as error:
        assert "\n" not in str(error)
        return
    found = lint_document(parse_document(made.text, "made.toml"))
    assert [str(one) for one in found if one.severity != "info"] == []
