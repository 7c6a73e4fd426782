"""``fitslint fix`` as a process: exit codes, outputs, undoing, corrections, editing by hand."""

import gzip
import json
import os
import pty
import re
import signal
import subprocess

import jsonschema
import pytest

from fitslint.config import schema_files
from tests.cli.tool import COMMAND, ROOT, environment, run, start
from tests.engine.test_run import BAD, fits
from tests.patience import HANG, wait_for

LOG = jsonschema.Draft202012Validator(
    json.loads(schema_files.read_schema_text("repair-log-1.0.0.json"))
)
GOOD = BAD.replace(b"1.5e+02", b"1.5E+02")
UNFIXABLE = b"EXPTIME = 1.5.5"
UNSAFE_CARD = b"OBJECT  = 'M31"


def fix(*arguments, **options):
    return run("fix", "--no-config", *arguments, **options)


def edit(command, *arguments, **options):
    return run(command, *arguments, "--no-config", **options)


def state(path):
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, path.read_bytes()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.fits").write_bytes(fits())
    (tmp_path / "bad.fits").write_bytes(fits(BAD))
    return tmp_path


def test_a_file_is_fixed_and_nothing_is_left(folder):
    done = fix(cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"bad.fits: 1 fix (VF110)\n1 fix in 1 of 2 files; nothing left.\n"
    assert (folder / "bad.fits").read_bytes() == fits(GOOD)
    again = fix(cwd=folder)
    assert (again.returncode, again.stdout) == (0, b"2 files, nothing to fix; nothing left.\n")


def test_check_and_fix_count_alike(tmp_path):
    """A thing told once a file has a fix in each place; a fix may make another possible."""
    (tmp_path / "later.fits").write_bytes(fits(b"exptime =  1e5"))
    frame = b"RADECSYS= 'FK5     '"
    image = b"".join(
        card.ljust(80)
        for card in (
            b"XTENSION= 'IMAGE   '", b"BITPIX  =                    8",
            b"NAXIS   =                    0", b"PCOUNT  =                    0",
            b"GCOUNT  =                    1", b"EXTNAME = 'A       '", frame, b"END",
        )
    ).ljust(2880)  # fmt: skip
    (tmp_path / "places.fits").write_bytes(fits(frame) + image)
    told = run("check", "--no-config", "later.fits", cwd=tmp_path).stdout
    assert b"; 1 can be fixed by 'fitslint fix', 1 more by --unsafe-fixes." in told
    done = fix("--dry-run", "later.fits", cwd=tmp_path)
    last = b"\n2 fixes would be made in 1 of 1 file; 1 of them possible only after others; "
    assert last in done.stdout
    (tmp_path / "repeats.fits").write_bytes(fits(*[b"EXPTIME =              1.5e+02"] * 4))
    told = run("check", "--no-config", "repeats.fits", cwd=tmp_path).stdout
    assert b"; 4 can be fixed by 'fitslint fix'." in told
    done = fix("--dry-run", "repeats.fits", cwd=tmp_path)
    last = b"\n7 fixes would be made in 1 of 1 file; 3 of them possible only after others; "
    assert last in done.stdout
    told = run("check", "--no-config", "places.fits", cwd=tmp_path).stdout
    assert b"; 1 can be fixed by 'fitslint fix' (2 fixes)" in told
    done = fix("--dry-run", "places.fits", cwd=tmp_path)
    assert b"\n2 fixes would be made in 1 of 1 file; " in done.stdout
    assert b"only after" not in done.stdout


def test_style_is_asked_for(folder):
    (folder / "bad.fits").write_bytes(fits(BAD, b"GAIN    = 5 / free format is legal"))
    done = fix("bad.fits", cwd=folder)
    assert done.stdout.endswith(b"1 finding left (1 info not shown); 1 fix more with --style.\n")
    again = fix("--style", "bad.fits", cwd=folder)
    assert again.stdout == b"bad.fits: 1 fix (CD118)\n1 fix in 1 of 1 file; nothing left.\n"


def test_exit_1_when_something_is_left(folder):
    (folder / "bad.fits").write_bytes(fits(BAD, b"GAIN    = 1.5.5"))
    done = fix("bad.fits", cwd=folder)
    assert done.returncode == 1
    assert b"bad.fits: 1 fix (VF110)\nbad.fits:1:5:" in done.stdout
    assert re.search(rb"1 fix in 1 of 1 file; \d findings? left \(", done.stdout)


@pytest.mark.parametrize("name", ["nowhere.fits", "readonly.fits", "notes.fits", "link.fits"])
def test_exit_3_when_something_cannot_be_read_or_written(folder, name):
    (folder / "readonly.fits").write_bytes(fits(BAD))
    (folder / "readonly.fits").chmod(0o444)
    (folder / "notes.fits").write_text("not a FITS file")
    (folder / "link.fits").symlink_to("bad.fits")
    done = fix(name, cwd=folder)
    assert done.returncode == 3
    assert f"{name}: not repaired: ".encode() in done.stdout
    assert b"1 file not repaired" in done.stdout
    assert (folder / "readonly.fits").read_bytes() == (folder / "bad.fits").read_bytes()
    assert b"symbolic link" in done.stdout or name != "link.fits"


def test_follow_links(folder):
    (folder / "link.fits").symlink_to("bad.fits")
    assert fix("link.fits", "--follow-links", cwd=folder).returncode == 0
    assert (folder / "link.fits").is_symlink()
    assert (folder / "bad.fits").read_bytes() == fits(GOOD)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-"], ["--in-place", "--output-dir", "x"], ["--fix-only", "VF999"], ["--undo", "nolog"],
        ["--interactive"], ["--backup", ".bak", "--output-dir", "x"], ["--log", "bad.fits"],
        ["--corrections", "bad.fits"], ["--emit-corrections", "bad.fits"], ["--jobs", "0"],
    ],
)  # fmt: skip
def test_exit_2_with_one_sentence(folder, arguments):
    done = fix(*arguments, cwd=folder)
    assert done.returncode == 2
    assert done.stderr.startswith(b"fitslint: ")
    assert done.stderr.count(b"\n") == 1
    assert (folder / "bad.fits").read_bytes() == fits(BAD)


def test_diff_writes_nothing(folder):
    before = state(folder / "bad.fits")
    done = fix("--diff", cwd=folder)
    lines = done.stdout.decode().splitlines()
    assert lines[:2] == ["--- bad.fits", "+++ bad.fits"]
    assert lines[2].startswith("@@ -2,4 +2,4 @@ HDU 1")
    assert f"-{BAD.decode().rstrip()}" in lines
    assert f"+{GOOD.decode().rstrip()}" in lines
    assert done.stderr == b"1 fix would be made in 1 of 2 files; nothing left.\n"
    assert state(folder / "bad.fits") == before
    assert b"\x1b[32m+" in fix("--diff", "--color", "always", cwd=folder).stdout
    dry = fix("--dry-run", cwd=folder)
    assert b"1 fix would be made" in dry.stdout
    assert state(folder / "bad.fits") == before


def test_unsafe_fixes_and_choosing(folder):
    (folder / "bad.fits").write_bytes(fits(BAD, UNSAFE_CARD))
    kept = fix("bad.fits", "--fix-only", "CD", cwd=folder)
    assert b"nothing to fix" in kept.stdout
    offered = fix("bad.fits", cwd=folder)
    assert offered.returncode == 1
    if b"with --unsafe-fixes" in offered.stdout:
        assert b"VF101" in fix("bad.fits", "--unsafe-fixes", cwd=folder).stdout


def test_in_place_backup_and_output_dir(folder):
    (folder / "night").mkdir()
    (folder / "night" / "x.fits").write_bytes(fits(BAD))
    inode = (folder / "bad.fits").stat().st_ino
    done = fix("bad.fits", "--in-place", "--backup", ".old", cwd=folder)
    assert done.returncode == 0
    assert (folder / "bad.fits").stat().st_ino == inode
    assert (folder / "bad.fits.old").read_bytes() == fits(BAD)
    done = fix("night", "--output-dir", "fixed", cwd=folder)
    assert b"written to fixed/night/x.fits" in done.stdout
    assert (folder / "fixed" / "night" / "x.fits").read_bytes() == fits(GOOD)
    assert (folder / "night" / "x.fits").read_bytes() == fits(BAD)


def test_reports_of_what_is_left(folder):
    (folder / "bad.fits").write_bytes(fits(BAD, b"GAIN    = 1.5.5"))
    done = fix("--output", "json", cwd=folder)
    found = json.loads(done.stdout)
    report = jsonschema.Draft202012Validator(
        json.loads(schema_files.read_schema_text(schema_files.REPORT_SCHEMA))
    )
    report.validate(found)
    codes = {finding["code"] for file in found["files"] for finding in file["findings"]}
    assert codes
    assert "VF110" not in codes
    assert done.stderr.startswith(b"1 fix in 1 of 2 files; ")


def test_many_files_in_worker_processes(folder):
    for number in range(200):
        (folder / f"{number:03}.fits").write_bytes(fits(BAD))
    done = fix("--jobs", "2", "--log", "log.jsonl", cwd=folder)
    assert done.returncode == 0
    assert b"\n201 fixes in 201 of 202 files; nothing left; " in done.stdout
    assert all((folder / f"{n:03}.fits").read_bytes() == fits(GOOD) for n in range(200))
    names = [line.split(b":")[0] for line in done.stdout.splitlines()[:-1]]
    assert names == sorted(names)
    undone = fix("--undo", "log.jsonl", cwd=folder)
    assert undone.stdout.endswith(b"201 repairs undone.\n")
    assert all((folder / f"{n:03}.fits").read_bytes() == fits(BAD) for n in range(200))


@pytest.mark.long
@pytest.mark.parametrize("mode", ["--in-place", "--backup=.old"])
@pytest.mark.parametrize("moment", [0, 100, 300])
def test_ctrl_c_leaves_old_or_new_files(folder, mode, moment):
    names = [folder / f"{number:04}.fits" for number in range(600)]
    for path in names:
        path.write_bytes(fits(BAD))
    command = ["fix", "--no-config", "--jobs", "2", mode, "--log", "log.jsonl"]
    process = start(*command, cwd=folder)
    wait_for(lambda: names[moment].read_bytes() == fits(GOOD) or process.poll() is not None)
    os.killpg(process.pid, signal.SIGINT)
    complaint = process.communicate(timeout=HANG)[1]
    assert re.fullmatch(rb"(fitslint: interrupted after [0-9]+ files?\n)?", complaint)
    assert process.returncode in (0, 130)
    assert {path.read_bytes() for path in names} <= {fits(BAD), fits(GOOD)}
    assert not list(folder.glob(".*"))


def test_what_is_kept_to_go_back_is_not_repaired_by_a_later_run(folder):
    packed = folder / "packed.fits.gz"
    # zlib makes stored blocks at level 0 only, so that a copy of the old file is kept.
    packed.write_bytes(old := gzip.compress(fits(BAD), 0))
    fix(".", "--log", "log.jsonl", "--backup", ".old", cwd=folder)
    (copy,) = (folder / "log.jsonl.files").iterdir()
    assert (copy.read_bytes(), packed.read_bytes() == old) == (old, False)
    again = fix(".", "--backup", ".old", cwd=folder)
    last = b"3 files, nothing to fix; nothing left; 3 other files passed over.\n"
    assert (again.returncode, again.stdout) == (0, last)
    assert (folder / "bad.fits.old").read_bytes() == fits(BAD)
    assert fix("--undo", "log.jsonl", cwd=folder).returncode == 0
    assert (packed.read_bytes(), (folder / "bad.fits").read_bytes()) == (old, fits(BAD))


def test_log_and_undo(folder):
    (folder / "bad.fits.gz").write_bytes(gzip.compress(fits(BAD), 9))
    before = {path: path.read_bytes() for path in folder.glob("*.fits*")}
    assert fix("--log", "log.jsonl", cwd=folder).returncode == 0
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    for line in lines:
        LOG.validate(line)
    assert [line["event"] for line in lines] == ["fix", "written", "fix", "written"]
    assert lines[0]["repairs"][0]["rule"] == "VF110"
    assert lines[1]["means"]
    some = fix("--undo", "log.jsonl", "bad.fits", cwd=folder)
    assert some.stdout.endswith(b"1 repair undone.\n")
    assert (folder / "bad.fits").read_bytes() == before[folder / "bad.fits"]
    again = fix("--undo", "log.jsonl", "bad.fits", cwd=folder)
    assert (again.returncode, again.stdout) == (0, b"Nothing is left to undo.\n")
    (folder / "bad.fits.gz").write_bytes(gzip.compress(fits(GOOD, b"NEW     = 1")))
    refused = fix("--undo", "log.jsonl", cwd=folder)
    assert refused.returncode == 3
    assert b"not undone: the file is not as the repair left it" in refused.stdout


def test_recover(folder):
    (folder / ".bad.fits.fitslint-0123abcd.tmp").write_bytes(b"half")
    done = fix("--recover", cwd=folder)
    assert done.returncode == 0
    assert b"1 leftover removed" in done.stdout
    assert not list(folder.glob(".*"))


def test_corrections(folder):
    done = fix("--emit-corrections", "c.toml", cwd=folder)
    assert done.returncode == 0
    assert (folder / "bad.fits").read_bytes() == fits(BAD)
    assert 'path = "bad.fits"' in (folder / "c.toml").read_text()
    fixed = fix("bad.fits", "--corrections", "c.toml", "--output-dir", "out", cwd=folder)
    assert fixed.returncode == 0
    assert (folder / "out" / "bad.fits").read_bytes() == fits(GOOD)
    assert b"its corrections" in fixed.stdout
    (folder / "bad.fits").write_bytes(fits(BAD, b"NEW     = 1"))
    other = fix("bad.fits", "--corrections", "c.toml", "--dry-run", cwd=folder)
    assert other.returncode == 3
    assert b"another state of this file" in other.stdout


def test_check_with_corrections(folder):
    assert fix("--emit-corrections", "c.jsonl", cwd=folder).returncode == 0
    names = [f"{number:03}.fits" for number in range(100)]
    for name in names:
        (folder / name).write_bytes(fits(BAD))
    arguments = ["check", "--no-config", "--corrections", "c.jsonl", "--output", "concise"]
    assert run(*arguments, "bad.fits", cwd=folder).returncode == 0
    done = run(*arguments, "--jobs", "2", cwd=folder)
    assert done.returncode == 1
    assert [line.split(b":")[0].decode() for line in done.stdout.splitlines()] == names
    assert run("check", "--corrections", "bad.fits", cwd=folder).returncode == 2


def test_hostile_names_and_headers(tmp_path):
    names = [b"\x1b[31mred.fits", b"two\nlines.fits", b"\xff\xfe.fits", "bidi\u202e.fits".encode()]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(fits(BAD, b"OBJECT  = 'x\x1b]0;title\x07y'"))
    for arguments in (["--diff"], ["--log", "l.jsonl"], ["--undo", "l.jsonl"]):
        done = fix(*arguments, cwd=tmp_path, LC_ALL="C", PYTHONUTF8="0")
        assert re.fullmatch(rb"[ -~\n]*", done.stdout)
        assert re.fullmatch(rb"[ -~\n]*", done.stderr)
        assert rb"\x1b[31mred.fits" in done.stdout


def test_interactive(folder):
    (folder / "bad.fits").write_bytes(fits(BAD, b"SHUTTER =                 true"))
    ours, theirs = pty.openpty()
    command = [*COMMAND, "fix", "--no-config", "--interactive", "bad.fits"]
    with subprocess.Popen(
        command, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, cwd=folder,
        env=environment(PYTHONPATH=ROOT),
    ) as process:  # fmt: skip
        os.close(theirs)
        os.write(ours, b"y\nn\n")
        told = process.communicate(timeout=HANG)[0]
        asked = os.read(ours, 100_000)
    os.close(ours)
    assert asked.count(b"Apply this fix?") == 2
    assert b"1 fix in 1 of 1 file" in told
    assert b" declined\n" in told
    assert b"; 1 fix declined" in told
    assert b"left out" not in told
    assert process.returncode == 1


def test_set_rename_delete_move(folder):
    path = folder / "good.fits"
    done = edit("set", "good.fits", "EXPTIME=30", "OBJECT=M 31", "COMMENT=by hand", cwd=folder)
    assert done.returncode == 0, done.stderr
    data = path.read_bytes()
    assert b"EXPTIME =                 30.0" in data
    assert b"OBJECT  = 'M 31    '" in data
    assert b"COMMENT by hand" in data
    assert edit("set", "good.fits", "EXPTIME=1e3", "--comment", "[s] time", cwd=folder).stdout
    assert b"EXPTIME =                1.0E3 / [s] time" in path.read_bytes()
    assert edit("rename", "good.fits", "EXPTIME", "XPOSURE", cwd=folder).returncode == 0
    assert b"XPOSURE =                1.0E3 / [s] time" in path.read_bytes()
    moved = edit("move", "good.fits", "OBJECT", "--before", "XPOSURE", cwd=folder)
    assert moved.returncode == 0
    assert 0 < path.read_bytes().find(b"OBJECT  ") < path.read_bytes().find(b"XPOSURE ")
    assert edit("delete", "good.fits", "OBJECT", cwd=folder).returncode == 0
    assert b"OBJECT" not in path.read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ["set", "good.fits", "BITPIX=16"], ["set", "good.fits", "NAXIS1=3"],
        ["set", "good.fits", "EXPTIME=long"], ["set", "good.fits", "DATE-OBS=yesterday"],
        ["delete", "good.fits", "SIMPLE"], ["delete", "good.fits", "NOTTHERE"],
        ["rename", "good.fits", "NAXIS", "NAXES"], ["set", "good.fits", "TOOLONGNAME=1"],
        ["set", "good.fits", "CHECKSUM=0"], ["set", "good.fits", "OBJECT=\u00e9"],
        ["set", "good.fits", "X=1", "--hdu", "7"], ["set", "nowhere.fits", "X=1"],
    ],
)  # fmt: skip
def test_editing_is_refused_with_a_sentence(folder, arguments):
    done = edit(*arguments, cwd=folder)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert done.stdout == b""
    assert (folder / "good.fits").read_bytes() == fits()
