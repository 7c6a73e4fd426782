"""Living with an archive: waivers, baselines, the cache and the profile, from the command line."""

import json
from pathlib import Path

import jsonschema
import pytest

from fitslint.config import schema_files
from tests.cli.tool import check, run
from tests.engine.test_run import BAD, fits

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(schema_files.read_schema_text(schema_files.REPORT_SCHEMA))
)
WAIVERS = '[[waiver]]\nrules = ["VF110"]\npaths = ["old"]\nreason = "the old writer"\n'


@pytest.fixture
def archive(tmp_path):
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        for number in range(40):
            (tmp_path / name / f"{number:02}.fits").write_bytes(fits(BAD))
    (tmp_path / "waivers.toml").write_text(WAIVERS)
    return tmp_path


def test_waived_findings_are_counted_and_not_told(archive):
    done = check("old", "--waivers", "waivers.toml", cwd=archive)
    assert done.returncode == 0
    assert done.stdout.startswith(b"40 files, nothing new; 40 findings waived.\n")
    done = check("--waivers", "waivers.toml", "--output", "json", cwd=archive)
    assert done.returncode == 1
    document = json.loads(done.stdout)
    VALIDATOR.validate(document)
    assert document["summary"]["withheld"] == {"known": 0, "gone": 0, "waived": 40}
    assert document["summary"]["findings"] == 40
    waived = [file["waived"] for file in document["files"] if "waived" in file]
    assert len(waived) == 40
    assert (waived[0][0]["code"], waived[0][0]["reason"]) == ("VF110", "the old writer")


def test_a_waiver_that_is_over_or_idle_is_a_finding(archive):
    with (archive / "waivers.toml").open("a") as file:
        file.write('[[waiver]]\nrules = ["CD106"]\nreason = "x"\n')
        file.write('[[waiver]]\nrules = ["VF"]\nreason = "y"\nuntil = 2001-01-01\n')
    words = ("--waivers", "waivers.toml", "--output", "concise")
    for jobs in ("1", "2"):
        done = check(*words, "--jobs", jobs, cwd=archive)
        last = done.stdout.decode().splitlines()[-2:]
        assert last[0].startswith("waivers.toml:5:1: warning AR102 ")
        assert last[1].startswith("waivers.toml:8:1: warning AR101 ")
    assert b"AR" not in check(*words, "--ignore", "AR", cwd=archive).stdout
    # A run over a part cannot say that a waiver for all is of no use.
    assert b"AR102" not in check("old/01.fits", *words, cwd=archive).stdout
    done = check("old", *words, "--fail-on", "warning", cwd=archive)
    assert done.returncode == 1 and b"AR101" in done.stdout


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("waiver = [", "waivers.toml: not valid TOML"),
        ('[[waiver]]\nrules = ["VF999"]\nreason = "x"', "waivers.toml: no rule has the code"),
        ('[[waiver]]\nrules = ["VF"]', "waiver 1: the key 'reason' is missing"),
    ],
)
def test_what_are_no_waivers_ends_with_2_and_a_sentence(archive, text, sentence):
    (archive / "waivers.toml").write_text(text)
    done = check("--waivers", "waivers.toml", cwd=archive)
    assert (done.returncode, done.stdout) == (2, b"")
    assert sentence in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert check("--waivers", "none.toml", cwd=archive).returncode == 2
    assert check("--baseline", "waivers.toml", cwd=archive).returncode == 2


def test_only_what_is_new_is_told_behind_a_baseline(archive):
    done = check("--write-baseline", "base.jsonl", "--output", "concise", cwd=archive)
    assert done.returncode == 0
    assert done.stdout.count(b"VF110") == 80
    for jobs in ("1", "2"):
        done = check("--baseline", "base.jsonl", "--jobs", jobs, cwd=archive)
        assert done.returncode == 0
        assert done.stdout.startswith(
            b"80 files, nothing new; 80 findings of the baseline not shown; "
        )
    (archive / "new" / "00.fits").write_bytes(fits(b"COMMENT", BAD, b"EXPOSURE= 1.5e3"))
    (archive / "new" / "01.fits").write_bytes(fits())
    done = check("--baseline", "../base.jsonl", "--output", "json", cwd=archive / "new")
    document = json.loads(done.stdout)
    VALIDATOR.validate(document)
    assert done.returncode == 1
    assert document["summary"]["withheld"] == {"known": 39, "gone": 1, "waived": 0}
    (file,) = [one for one in document["files"] if one["findings"]]
    assert (Path(file["path"]).name, file["known"]) == ("00.fits", 1)
    assert {one["keyword"] for one in file["findings"]} == {"EXPOSURE"}


def test_a_baseline_is_renewed_in_its_place_and_not_written_when_interrupted(archive):
    check("--write-baseline", "base.jsonl", cwd=archive)
    (archive / "new" / "00.fits").write_bytes(fits(BAD, b"EXPOSURE= 1.5e3"))
    words = ("--baseline", "base.jsonl", "--write-baseline", "base.jsonl")
    assert check(*words, cwd=archive).returncode == 0
    done = check("--baseline", "base.jsonl", cwd=archive)
    assert done.returncode == 0
    assert not list(archive.glob(".*.part"))
    done = check("none.fits", "--write-baseline", "base.jsonl", cwd=archive)
    assert done.returncode == 3
    done = check("--write-baseline", "old/00.fits", cwd=archive)
    assert done.returncode == 2 and b"FITS file" in done.stderr


def test_the_configuration_names_files_beside_it(archive):
    (archive / "fitslint.toml").write_text('waivers = "waivers.toml"\ncache-dir = "memory"\n')
    done = run("check", "00.fits", cwd=archive / "old")
    assert done.returncode == 0
    shown = run("config", "show", cwd=archive / "old").stdout.decode()
    assert "/waivers.toml" in shown and "cache = false" in shown


@pytest.mark.parametrize("name", ["full", "json", "sarif", "html"])
def test_with_and_without_a_cache_the_report_is_the_same(archive, name, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    for words in (["old"], ["--waivers", "waivers.toml"]):
        plain = check(*words, "--output", name, cwd=archive)
        for option in (["--cache-dir", folder], ["--cache-dir", folder], ["--no-cache"]):
            done = check(*words, "--output", name, *option, cwd=archive)
            assert (done.stdout, done.returncode) == (plain.stdout, plain.returncode)


def test_a_cache_goes_where_the_system_wants_it(archive, tmp_path):
    assert (
        check("old/00.fits", "--cache", cwd=archive, XDG_CACHE_HOME=str(tmp_path / "x")).returncode
        == 1
    )
    assert not (archive / ".fitslint_cache").exists()


def test_a_cache_that_cannot_be_used_is_named(archive):
    (archive / "taken").write_text("no folder")
    plain = check("old", cwd=archive)
    done = check("old", "--cache-dir", "taken/in", cwd=archive)
    assert (done.stdout, done.returncode) == (plain.stdout, plain.returncode)
    assert b"the cache in 'taken/in' cannot be used: Not a directory" in done.stderr


def test_a_baseline_and_a_report_do_not_go_to_one_file(archive):
    done = check("old", "--output", "json=x.json", "--write-baseline", "./x.json", cwd=archive)
    assert done.returncode == 2 and not (archive / "x.json").exists()
    assert b"--write-baseline and an output cannot both go to './x.json'" in done.stderr


def test_an_archive_is_spared_style_and_told_recommendations(tmp_path):
    cards = [b"OBJECT  = 'M31'", b"EXPTIME = 1.5", b"TEXT    = 'x'/ no blank before the slash", BAD]
    (tmp_path / "a.fits").write_bytes(fits(*cards))

    def severities(profile):
        done = check("a.fits", "--profile", profile, "--output", "json", cwd=tmp_path)
        document = json.loads(done.stdout)
        VALIDATOR.validate(document)
        return {one["code"]: one["severity"] for one in document["files"][0]["findings"]}

    assert severities("archive")["VF110"] == "error"
    assert set(severities("archive")) < set(severities("standard"))
    assert "info" in severities("standard").values()


def test_a_repair_leaves_what_is_waived(archive):
    before = (archive / "old" / "00.fits").read_bytes()
    for jobs in ("1", "2"):
        done = run("fix", "--waivers", "waivers.toml", "--jobs", jobs, cwd=archive)
        assert done.returncode == 0, done.stdout
        assert b"40 findings waived" in done.stdout
    assert (archive / "old" / "00.fits").read_bytes() == before
    assert (archive / "new" / "00.fits").read_bytes() == fits(BAD.replace(b"e+02", b"E+02"))
    (archive / "waivers.toml").write_text("waiver = [")
    assert run("fix", "--waivers", "waivers.toml", cwd=archive).returncode == 2
