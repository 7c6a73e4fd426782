"""Files of waivers: what they say, and one sentence on what is wrong with one."""

import json
import os
import threading
import tomllib

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.config.options import SettingsError
from fitslint.config.waivers import WAIVERS_SCHEMA, Waiver, build_waivers, load_waivers
from fitslint.schema_reader import read_schema

TEXT = """\
# accepted in the night of 2004-01-02
[[waiver]]
rules = ["VF110", "radecsys"]
paths = ["legacy/*.fits", "a.fits"]
hdu = 2
keyword = "CRVAL?"
reason = "kept as they were written"
until = 2026-12-31

  [[ waiver ]]
rules = ["CD"]
hdu = "SCI"
reason = "x"
until = "2026-01-01"
"""


def load(tmp_path, text):
    path = tmp_path / "waivers.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_waivers(str(path))


def test_waivers_are_read_with_their_lines(tmp_path):
    assert load(tmp_path, TEXT) == (
        Waiver(
            ("VF110", "radecsys"), "kept as they were written", ("legacy/*.fits", "a.fits"), 2,
            "CRVAL?", "2026-12-31", 2,
        ),
        Waiver(("CD",), "x", (), "SCI", None, "2026-01-01", 10),
    )  # fmt: skip
    assert load(tmp_path, "") == ()


def test_the_last_day_is_a_day_of_the_waiver():
    waiver = Waiver(("VF",), "x", until="2026-02-28")
    assert [waiver.is_expired(day) for day in ("2026-02-27", "2026-02-28", "2026-03-01")] == [
        False, False, True,
    ]  # fmt: skip
    assert not Waiver(("VF",), "x").is_expired("9999-12-31")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[waiver]", "not valid TOML"),
        (b"\xff\xfe", "not valid TOML"),
        ("[[waiver]]\nrules = []\nreason = 'x'", "waiver 1, rules "),
        ("[[waiver]]\nrules = ['VF']", "waiver 1: the key 'reason' is missing"),
        ("[[waiver]]\nrules = ['VF']\nreason = ''", "waiver 1, reason must not be empty"),
        ("[[waiver]]\nrules = 'VF'\nreason = 'x'", "waiver 1, rules has to be a list"),
        ("[[waiver]]\nrules = ['VF']\nreason = 'x'\npath = 'a'", "did you mean 'paths'?"),
        ("[[waiver]]\nrules = ['VF']\nreason = 'x'\nuntil = 'soon'", "waiver 1, until is 'soon'"),
        ("[[waiver]]\nrules = ['VF']\nreason = 'x'\nuntil = 2026-01-01T00:00:00", "until is"),
        ("[[waiver]]\nrules = ['VF']\nreason = 'x'\nuntil = '2026-02-30'", "no day 2026-02-30"),
        ("[[waiver]]\nrules = ['VF']\nreason = 'x'\nhdu = 0", "waiver 1, hdu is 0"),
        ("waivers = 1", "did you mean 'waiver'?"),
        ("a = " + "[" * 9999, "not valid TOML"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_place(tmp_path, text, sentence):
    with pytest.raises(SettingsError) as error:
        load(tmp_path, text)
    assert sentence in str(error.value)
    assert "waivers.toml: " in str(error.value)
    assert "\n" not in str(error.value)


def test_a_pipe_is_read_once(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(TEXT,))
    writer.start()
    assert len(load_waivers(str(pipe))) == 2
    writer.join()


def test_too_much_is_no_list_of_waivers(tmp_path):
    with pytest.raises(SettingsError, match=r"1,048,576 bytes are no list of waivers"):
        load(tmp_path, "#" * (1 << 20) + "\n")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"w\.toml: cannot be read: No such file"):
        load_waivers(str(tmp_path / "w.toml"))


values = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 3), st.sampled_from(["", "VF", "2026-01-31", "x"]),
    st.lists(st.sampled_from(["", "VF", 1]), max_size=2),
)  # fmt: skip
tables = st.dictionaries(
    st.sampled_from(["rules", "paths", "hdu", "keyword", "reason", "until", "other"]), values
)


@given(st.lists(tables, max_size=2))
def test_the_reader_takes_what_the_schema_takes(rows):
    document = {"waiver": rows}
    schema = json.loads(read_schema(WAIVERS_SCHEMA))
    by_schema = jsonschema.Draft202012Validator(schema).is_valid(document)
    try:
        build_waivers(document, "", "w.toml")
    except SettingsError:
        by_reader = False
    else:
        by_reader = True
    assert by_reader == by_schema


def test_the_schema_is_one():
    schema = json.loads(read_schema(WAIVERS_SCHEMA))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert tomllib.loads(TEXT)["waiver"][0]["until"].isoformat() == "2026-12-31"
