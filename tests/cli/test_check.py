"""``fitslint check`` as a process: exit codes, outputs, choosing, hostile names."""

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest

from fitslint.cli import outputs
from fitslint.cli.check import CheckOptions, run_check
from fitslint.config import schema_files
from fitslint.report import registry
from fitslint.report.reporter import Reporter
from tests.cli.tool import check, run
from tests.engine.test_run import BAD, fits

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(schema_files.read_schema_text(schema_files.REPORT_SCHEMA))
)
SHORT = b"EXPTIME =                  1.5 / \xe9 is not ASCII"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.fits").write_bytes(fits())
    (tmp_path / "bad.fits").write_bytes(fits(BAD))
    (tmp_path / "notes.txt").write_text("not a FITS file")
    return tmp_path


def document(done):
    found = json.loads(done.stdout)
    VALIDATOR.validate(found)
    return found


def test_exit_0_when_nothing_is_found(folder):
    done = check("good.fits", cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"1 file, nothing found.\nNot looked at: ")
    assert done.stdout.count(b"\n") == 2


def test_exit_1_when_something_is(folder):
    done = check(cwd=folder)
    assert done.returncode == 1
    assert b"bad.fits: HDU 1, card 4, EXPTIME: error VF110 lowercase-exponent\n" in done.stdout
    assert (
        b"\n1 error in 1 of 2 files; 1 can be fixed by 'fitslint fix'; "
        b"1 other file passed over (.txt 1).\nNot looked at: "
    ) in done.stdout


@pytest.mark.parametrize("name", ["nowhere.fits", "notes.txt", "*.nothing", "@nolist"])
def test_exit_3_when_an_input_cannot_be_judged_wins_over_1(folder, name):
    done = check("bad.fits", name, "--output", "json", cwd=folder)
    assert done.returncode == 3
    last = document(done)["files"][-1]
    assert last["verdict"] != "conforms"
    assert last["reason"]


@pytest.mark.parametrize("kept", [100, 2880, 2880 + 100])
def test_a_cut_file_never_conforms(folder, kept):
    axes = [b"NAXIS   =                    1", b"NAXIS1  =                 1000"]
    cards = [b"SIMPLE  =                    T", b"BITPIX  =                    8", *axes, b"END"]
    whole = b"".join(card.ljust(80) for card in cards).ljust(2880) + bytes(2880)
    (folder / "cut.fits").write_bytes(whole[:kept])
    done = check("cut.fits", "--output", "json", cwd=folder)
    assert document(done)["files"][0]["verdict"] != "conforms"
    assert done.returncode in (1, 3)
    quiet = check("cut.fits", "--ignore", "FS", "--output", "json", cwd=folder)
    assert document(quiet)["files"][0]["verdict"] != "conforms"
    assert quiet.returncode in (1, 3)


def test_fail_on_and_severity(folder):
    lowered = ["bad.fits", "--severity", "VF110=warning"]
    assert check(*lowered, cwd=folder).returncode == 0
    assert check(*lowered, "--fail-on", "warning", cwd=folder).returncode == 1
    assert (
        check("bad.fits", "--severity", "VF=info", "--fail-on=warning", cwd=folder).returncode == 0
    )


def test_choosing_rules(folder):
    assert check("bad.fits", "--ignore", "CD,VF", cwd=folder).returncode == 0
    assert check("bad.fits", "--select", "CD", cwd=folder).returncode == 0
    both = check("bad.fits", "--select", "CD", "--extend-select", "VF", cwd=folder)
    assert both.returncode == 1
    by_name = check("bad.fits", "--ignore", "lowercase-exponent", cwd=folder)
    assert by_name.returncode == 0
    for glob in ("bad.*=VF110", "*.fits=CD,lowercase-exponent"):
        assert check("--per-file-ignores", glob, cwd=folder).returncode == 0
    assert check("--per-file-ignores", "good.*=VF110", cwd=folder).returncode == 1


def test_exclude(folder):
    (folder / "raw").mkdir()
    (folder / "raw" / "x.fits").write_bytes(fits(BAD))
    assert check("--exclude", "raw", "--exclude", "bad*", cwd=folder).returncode == 0


@pytest.mark.parametrize("argument", [".", "raw", "./raw", "raw/x.fits", "ABSOLUTE"])
def test_patterns_with_folders_hold_however_a_file_is_named(folder, argument):
    for name in ("good.fits", "bad.fits"):
        (folder / name).unlink()
    (folder / "raw").mkdir()
    (folder / "raw" / "x.fits").write_bytes(fits(BAD))
    argument = str(folder) if argument == "ABSOLUTE" else argument
    assert check(argument, cwd=folder).returncode == 1
    for pattern in ("raw/*.fits", "./raw/*.fits", "raw/x*"):
        assert check(argument, "--exclude", pattern, cwd=folder).returncode == 0
        assert check(argument, f"--per-file-ignores={pattern}=VF", cwd=folder).returncode == 0


def test_outputs_to_one_file_by_two_names(folder):
    done = check("--output", "json=r", "--output", f"jsonl={folder}/r", cwd=folder)
    assert done.returncode == 2
    assert b"two outputs cannot both go to" in done.stderr


def test_several_outputs_at_once(folder):
    done = check(
        "--output", "json=report.json", "--output", "full", "--output=jsonl=lines.jsonl",
        "--statistics", cwd=folder,
    )  # fmt: skip
    assert done.returncode == 1
    VALIDATOR.validate(json.loads((folder / "report.json").read_text()))
    lines = (folder / "lines.jsonl").read_text().splitlines()
    assert [json.loads(line).get("path", "")[-8:] for line in lines] == ["bad.fits", "ood.fits", ""]
    assert b"error VF110 lowercase-exponent" in done.stdout
    assert b".\n\ncode " in done.stdout
    assert re.search(rb"\nVF110 +lowercase-exponent +error +1\n", done.stdout)


def test_statistics_stay_out_of_a_report_for_programs(folder):
    done = check("--output", "json", "--statistics", cwd=folder)
    assert document(done)["summary"]["codes"] == {"VF110": 1}
    assert done.stderr.startswith(b"code")


class LineReporter(Reporter):
    """A format for programs that has nothing to say of clean files."""

    __slots__ = ()
    name = "lines"
    for_programs = True

    def render_file(self, report):
        return f"{len(report.findings)}\n"


def test_a_format_for_programs_may_leave_clean_files_out(folder, monkeypatch, capsys):
    monkeypatch.setitem(registry._REPORTERS, "lines", (__name__, "LineReporter"))
    monkeypatch.setattr(outputs, "FORMAT_NAMES", ("lines",))
    paths = [str(folder / "good.fits"), str(folder / "bad.fits")]
    run_check(CheckOptions(paths=paths, output=["lines"], statistics=True, no_config=True))
    shown = capsys.readouterr()
    assert shown.out == "1\n"
    assert shown.err.startswith("code")


def test_many_files_make_one_valid_document(folder):
    for number in range(200):
        (folder / f"{number:03}.fits").write_bytes(fits(BAD))
    found = document(check("--output", "json", "--jobs", "2", cwd=folder))
    assert len(found["files"]) == 202
    assert found["summary"]["findings"] == 201
    alone = document(check("--output", "json", "--jobs", "1", cwd=folder))
    assert alone == found


def test_no_files_is_a_valid_document(tmp_path):
    done = check("--output", "json", cwd=tmp_path)
    assert document(done)["files"] == []
    assert done.returncode == 0
    assert check(cwd=tmp_path).stdout == b"No files to check.\n"


def test_findings_are_capped_and_counted(folder):
    (folder / "many.fits").write_bytes(fits(*[BAD] * 500))
    done = check("many.fits", "--select", "VF110", "--output=json", "--max-findings=5", cwd=folder)
    found = document(done)
    assert len(found["files"][0]["findings"]) == 5
    assert found["files"][0]["truncated"] == [{"code": "VF110", "kept": 5, "total": 500}]
    assert found["summary"]["severity"]["error"] == 500


def test_standard_input(folder):
    done = check("-", "--output", "concise", stdin=fits(BAD))
    assert done.stdout.startswith(b"<stdin>:1:4:")
    assert check("-", stdin=fits()).returncode == 0
    assert check("-", stdin=b"").returncode in (1, 3)


def test_standard_input_among_many(folder):
    for number in range(100):
        (folder / f"{number:03}.fits").write_bytes(fits())
    done = check(".", "-", "--output", "concise", "--jobs", "2", stdin=fits(BAD), cwd=folder)
    assert b"\n<stdin>:1:4:" in done.stdout


def test_hostile_names_and_headers(tmp_path):
    names = [b"\x1b[31mred.fits", b"two\nlines.fits", b"\xff\xfe.fits", "bidi\u202e.fits".encode()]
    card = b"OBJECT  = 'x\x1b]0;title\x07y'"
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(fits(card))
    for locale in ("C.UTF-8", "C", "POSIX"):
        for form in ("full", "concise"):
            changes = {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
            done = check("--output", form, cwd=tmp_path, **changes)
            assert done.stderr == b""
            assert re.fullmatch(rb"[ -~\n]*", done.stdout)
            assert rb"\x1b[31mred.fits" in done.stdout
            assert rb"two\x0alines.fits" in done.stdout
    found = document(check("--output", "json", cwd=tmp_path))
    found_names = [os.fsencode(file["path"]).rpartition(b"/")[2] for file in found["files"]]
    assert sorted(found_names) == sorted(names)


def test_colour(folder):
    assert b"\x1b[" not in check(cwd=folder).stdout
    assert b"\x1b[1;31merror" in check("--color", "always", cwd=folder).stdout
    to_file = check("--color", "always", "--output", "full=f.txt", cwd=folder)
    assert to_file.stdout == b""
    assert "\x1b" not in (folder / "f.txt").read_text()


def test_a_fits_file_is_never_overwritten_by_a_report(folder):
    done = check("--output", "json=good.fits", cwd=folder)
    assert done.returncode == 2
    assert b"'good.fits' is a FITS file" in done.stderr
    assert (folder / "good.fits").read_bytes() == fits()


def test_configuration_is_found_and_overruled(folder):
    (folder / "pyproject.toml").write_text('[tool.fitslint]\nignore = ["VF"]\n')
    assert run("check", cwd=folder).returncode == 0
    assert run("check", "--ignore", "CD", cwd=folder).returncode == 1
    assert run("check", "--no-config", cwd=folder).returncode == 1
    (folder / "other.toml").write_text('severity = { VF110 = "info" }\n')
    assert run("check", "--config", "other.toml", cwd=folder).returncode == 0


def test_a_slow_file_is_a_timeout(folder):
    # Without END the reader goes on to the limit; no time at all is left for it.
    (folder / "slow.fits").write_bytes(fits()[:240] + b" " * 70_000_000)
    done = check("slow.fits", "--timeout", "0.001", "--output", "json", cwd=folder)
    found = document(done)["files"][0]
    assert found["status"] == "timeout" or found["cut"] or found["findings"]
    assert done.returncode in (1, 3)


def test_a_journal_beside_a_file_is_told_and_left(tmp_path, examples):
    file = tmp_path / "a.fits"
    file.write_bytes((examples / "good" / "VF110-lowercase-exponent.fits").read_bytes())
    journal = tmp_path / ".a.fits.fitslint-journal"
    journal.write_bytes(b"torn")
    (tmp_path / "link.fits").symlink_to(file)
    done = run("check", str(file), str(tmp_path / "link.fits"))
    assert done.returncode == 3
    assert done.stdout.decode().count("fitslint fix --recover") == 2
    assert journal.read_bytes() == b"torn"


@pytest.mark.parametrize("suffix", ["zst", "zip", "7z", "tar"])
def test_what_is_not_unpacked_is_undetermined(tmp_path, suffix):
    heads = {
        "zst": b"\x28\xb5\x2f\xfd123", "zip": b"PK\x03\x04123", "7z": b"7z\xbc\xaf\x27\x1c123",
        "tar": b"x.fits".ljust(257, b"\0") + b"ustar",
    }  # fmt: skip
    (tmp_path / f"a.fits.{suffix}").write_bytes(heads[suffix])
    done = check(f"a.fits.{suffix}", "--output", "json", cwd=tmp_path)
    assert done.returncode == 3
    (file,) = document(done)["files"]
    assert (file["verdict"], file["findings"]) == ("undetermined", [])
    assert "unpack it first" in file["reason"]


def test_a_file_that_tells_no_size_is_not_empty():
    if not Path("/proc/self/status").exists():
        pytest.skip("there is no /proc here")
    (file,) = document(check("/proc/self/status", "--output", "json"))["files"]
    assert file["status"] == "not-fits"
    assert "empty" not in file["reason"]


def test_infos_are_shown_when_asked_for(folder):
    lowered = ["bad.fits", "--severity", "VF110=info"]
    quiet = check(*lowered, cwd=folder)
    assert quiet.stdout.startswith(
        b"1 file, no error or warning; 1 info not shown (--show-infos); 1 can be fixed"
    )
    line = check(*lowered, "--output", "concise", cwd=folder)
    assert line.stdout == b""
    assert line.stderr == b"fitslint: 1 info not shown (--show-infos)\n"
    for option in ("--show-infos", "--fail-on=info", "--select=VF110"):
        assert b"info VF110 lowercase-exponent" in check(*lowered, option, cwd=folder).stdout
    found = document(check(*lowered, "--output", "json", cwd=folder))
    assert found["summary"]["severity"]["info"] == len(found["files"][0]["findings"]) == 1
    assert sum(found["summary"]["fixable"].values()) == 1


def test_what_was_not_looked_at_is_in_the_json(folder):
    axes = [b"NAXIS   =                    1", b"NAXIS1  =                    9"]
    cards = [b"SIMPLE  =                    T", b"BITPIX  =                    8", *axes, b"END"]
    header = b"".join(card.ljust(80) for card in cards).ljust(2880)
    (folder / "data.fits").write_bytes(header + bytes(2880))
    whole = document(check("--output", "json", cwd=folder))["summary"]["coverage"]
    assert whole["data_units"] == {"present": 1, "read": 0}
    assert whole["failed"] == {}
    assert 0 < len(whole["checks"]["unjudged"]) < whole["checks"]["total"]
    few = document(check("--output=json", "--select=VF110", cwd=folder))["summary"]["coverage"]
    assert set(whole["checks"]["unjudged"]) < set(few["checks"]["unjudged"])
    told = check(cwd=folder).stdout.splitlines()[-1]
    assert told.startswith(b"Not looked at: the data of 1 HDU; ")


def test_a_missing_file_has_its_nearest_name(folder):
    done = check("god.fits", cwd=folder)
    assert done.returncode == 3
    assert b"there is no such file; did you mean 'good.fits'?" in done.stdout
    assert b"did you mean" not in check("nothing-like-it", cwd=folder).stdout
