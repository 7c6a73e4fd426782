"""Corrections beside files: written, found by path and state, applied in memory."""

import json
import re

import jsonschema
import pytest

import fitslint
from fitslint import fix
from fitslint.config import schema_files
from fitslint.config.settings import Settings
from fitslint.repair.corrections import TOML_HEAD, Corrections, format_entry, load_corrections
from fitslint.repair.fixer import Fixer, WriteOptions, list_rule_codes
from fitslint.repair.model import RepairError
from fitslint.repair.options import FixOptions
from tests.engine.test_run import BAD, fits

SCHEMA = jsonschema.Draft202012Validator(
    json.loads(schema_files.read_schema_text("corrections-1.0.0.json"))
)
MANY = [f"KEY{n:05}= {n}.5e+00".encode() for n in range(40)]
GAIN = b"GAIN    =                  2.5"
OBSERVATION = """
schema = "urn:fitslint:corrections:1.0.0"

[[observation]]
match = { OBJECT = "M31", GAIN = 2.5 }
reason = "the observer's log"
set = { EXPTIME = { value = 30, comment = "[s] from the log" }, OBSERVER = "T. Ando" }
rename = { GAIN = "CCDGAIN" }
delete = ["WRONG"]
"""


def emitted(path, target):
    done = Fixer(Settings(), FixOptions(), WriteOptions("none", corrections=True)).fix(str(path))
    return format_entry(str(path), str(target), done.corrections, list_rule_codes(done.plan))


@pytest.mark.parametrize("suffix", [".toml", ".jsonl"])
@pytest.mark.parametrize("cards", [[BAD], MANY, [b"OBJECT  = 'M\xe9\x00'", BAD]])
def test_applied_in_memory_they_give_what_a_fix_writes(tmp_path, suffix, cards):
    path = tmp_path / "raw" / "x.fits"
    path.parent.mkdir()
    path.write_bytes(fits(*cards).ljust(2 * 2880) if len(cards) > 30 else fits(*cards))
    target = tmp_path / f"c{suffix}"
    target.write_text((TOML_HEAD if suffix == ".toml" else "") + emitted(path, target), "utf-8")
    expected = fix(path.read_bytes())
    got = fix(path, corrections=target, write=False)
    assert got.after.to_dict()["findings"] == expected.after.to_dict()["findings"]
    assert not [finding for finding in fitslint.check(path, corrections=target).findings
                if finding.code == "VF110"]  # fmt: skip
    assert fix(path, corrections=target, output_dir=tmp_path / "out").error is None
    assert (tmp_path / "out" / "x.fits").read_bytes() == expected.data
    assert fix(path.read_bytes(), corrections=target).data == expected.data


def test_the_schema_holds(tmp_path):
    import tomllib

    path = tmp_path / "x.fits"
    path.write_bytes(fits(BAD))
    SCHEMA.validate(tomllib.loads(TOML_HEAD + emitted(path, tmp_path / "c.toml")))
    SCHEMA.validate(json.loads(emitted(path, tmp_path / "c.jsonl")))
    SCHEMA.validate(tomllib.loads(OBSERVATION))


def test_corrections_that_cannot_be_read_are_told_before_the_file_is_judged(tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(fits(BAD))
    for corrections in (tmp_path / "missing.toml", tmp_path, path):
        with pytest.raises(RepairError, match=re.escape(str(corrections))):
            fitslint.check(path, corrections=corrections)


def test_another_state_of_the_file_is_not_corrected(tmp_path):
    path, target = tmp_path / "x.fits", tmp_path / "c.toml"
    path.write_bytes(fits(BAD))
    target.write_text(TOML_HEAD + emitted(path, target))
    path.write_bytes(fits(BAD.replace(b"1.5", b"2.5")))
    report = fitslint.check(path, corrections=target)
    assert report.verdict == "violates"
    assert "another state of this file" in report.limits_hit[0]
    path.write_bytes(fits(GAIN))
    assert fitslint.check(path, corrections=target).verdict == "undetermined"
    assert "another state" in fix(path, corrections=target).error


def test_observations_are_told_by_their_headers(tmp_path):
    target = tmp_path / "c.toml"
    target.write_text(OBSERVATION)
    mine = fits(
        b"OBJECT  = 'M31     '",
        b"GAIN    =                  2.5",
        b"WRONG   =                    1",
    )
    new = fix(mine, corrections=target).data
    assert b"EXPTIME =                 30.0 / [s] from the log" in new
    assert b"CCDGAIN =                  2.5" in new
    assert b"OBSERVER= 'T. Ando '" in new
    assert b"WRONG" not in new
    other = fits(b"OBJECT  = 'M33     '", GAIN)
    assert fix(other, corrections=target).data == other


@pytest.mark.parametrize(
    "text",
    ["", "x = 1", "schema = 'other'", f"{TOML_HEAD}\n[[file]]\npath = 'x'", "not toml = = 1",
     f"{TOML_HEAD}\n[[observation]]\nmatch = {{}}",
     f"{TOML_HEAD}\n[[observation]]\nmatch = {{A=1}}\nsets = 1"],
)  # fmt: skip
def test_what_is_no_file_of_corrections(tmp_path, text):
    target = tmp_path / "c.toml"
    target.write_text(text)
    with pytest.raises(RepairError, match="no file of corrections"):
        load_corrections(str(target))


def test_none_for_a_file_that_is_not_named():
    assert Corrections("c.toml", {}, ()).files == {}
