"""What lies outside of a folder that was named, and who may read what a repair keeps."""

import gzip
import os
import stat

import pytest

from fitslint.config.settings import Settings
from fitslint.repair.access import compute_permissions
from fitslint.repair.fixer import Fixer, WriteOptions
from fitslint.repair.options import FixOptions
from tests.cli.tool import run
from tests.engine.test_run import BAD, fits


def fix(*arguments, **options):
    return run("fix", "--no-config", *arguments, **options)


@pytest.fixture
def place(tmp_path):
    """A folder with a link to a folder beside it."""
    for name in ("inside", "outside"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "a.fits").write_bytes(fits(BAD))
    (tmp_path / "inside" / "link").symlink_to("../outside")
    return tmp_path


@pytest.mark.parametrize("mode", ["replace", "in-place"])
def test_nothing_is_written_through_a_link_in_the_path(place, mode):
    folder, file = place / "inside", place / "outside" / "deep" / "a.fits"
    fixer = Fixer(Settings(), FixOptions(), WriteOptions(mode, named_folders=(str(folder),)))
    done = fixer.fix(str(folder / "link" / "deep" / "a.fits"))
    assert "leads out of the folder that was named" in done.error
    assert str(place / "outside") in done.error
    assert file.read_bytes() == fits(BAD)
    assert fixer.fix(str(folder / "deep" / "a.fits")).error is None


def test_unless_links_are_followed_or_the_place_is_named(place):
    for named, follow in (((str(place / "inside"),), True), ((str(place / "inside/link"),), False)):
        file = place / "outside" / "deep" / "a.fits"
        file.write_bytes(fits(BAD))
        fixer = Fixer(Settings(), FixOptions(), WriteOptions(named_folders=named, follow=follow))
        assert fixer.fix(str(place / "inside" / "link" / "deep" / "a.fits")).error is None
        assert file.read_bytes() != fits(BAD)


def test_the_command_keeps_to_the_folder(place):
    done = fix("inside", cwd=place)
    assert b"1 fix in 1 of 1 file" in done.stdout
    assert (place / "outside" / "deep" / "a.fits").read_bytes() == fits(BAD)
    done = fix("inside", "--follow-links", cwd=place)
    assert b"1 fix in 1 of 2 files" in done.stdout
    assert (place / "outside" / "deep" / "a.fits").read_bytes() != fits(BAD)


def test_copies_stay_in_their_folder(place):
    (place / "out").mkdir()
    (place / "out" / "inside").symlink_to(place / "outside")
    done = fix("inside", "--output-dir", "out", cwd=place)
    assert b"a link leads out of the folder out" in done.stdout
    assert [path.name for path in (place / "outside").iterdir()] == ["deep"]


# ---- who may read what is kept -----------------------------------------------------------------


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_log_and_copy_and_corrections_are_no_more_readable(tmp_path, mode):
    packed = bytearray(gzip.compress(fits(BAD), 3, mtime=1))
    packed[8] = 2  # says another level than the one it was packed with, so that a copy is kept
    for name, data in (("a.fits", fits(BAD)), ("b.fits.gz", bytes(packed))):
        (tmp_path / name).write_bytes(data)
        (tmp_path / name).chmod(mode)
    fix("a.fits", "b.fits.gz", "--emit-corrections", "c.toml", cwd=tmp_path)
    fix("a.fits", "b.fits.gz", "--log", "log.jsonl", cwd=tmp_path)
    (kept,) = (tmp_path / "log.jsonl.files").iterdir()
    for path in (tmp_path / "log.jsonl", tmp_path / "c.toml", kept):
        assert mode_of(path) & ~mode & 0o077 == 0, path
    assert run("fix", "--undo", "log.jsonl", cwd=tmp_path).returncode == 0
    assert (tmp_path / "b.fits.gz").read_bytes() == bytes(packed)


def test_a_log_is_narrowed_by_the_first_private_file(tmp_path):
    for name, mode in (("a.fits", 0o644), ("b.fits", 0o600)):
        (tmp_path / name).write_bytes(fits(BAD))
        (tmp_path / name).chmod(mode)
    log = tmp_path / "log.jsonl"
    fix("a.fits", "--log", "log.jsonl", cwd=tmp_path)
    assert mode_of(log) & 0o044
    fix("b.fits", "--log", "log.jsonl", cwd=tmp_path)
    assert mode_of(log) == 0o600


@pytest.mark.parametrize(
    ("mode", "same_group", "bits"),
    [
        (0o640, True, 0o640),
        (0o640, False, 0o600),
        (0o644, False, 0o644),
        (0o755, True, 0o644),
        (0o604, True, 0o604),
    ],
)
def test_another_group_gets_what_everybody_gets(mode, same_group, bits):
    status = os.stat_result((stat.S_IFREG | mode, 0, 0, 1, 0, 100, 0, 0, 0, 0))
    assert compute_permissions(status, 100 if same_group else 200) == bits


# ---- what a repair that was ended has left -----------------------------------------------------


def test_a_leftover_is_named_and_never_taken(tmp_path):
    left = tmp_path / ".a.fits.fitslint-0123abcd.tmp"
    (tmp_path / "a.fits").write_bytes(fits())
    left.write_bytes(fits(BAD))
    for command, *words in (("check",), ("check", "a.fits"), ("fix",)):
        done = run(command, "--no-config", *words, cwd=tmp_path)
        assert left.name.encode() in done.stderr
        assert b"--recover" in done.stderr
        assert done.returncode == 0
    assert left.read_bytes() == fits(BAD)
    run("fix", "--recover", cwd=tmp_path)
    assert not left.exists()
    assert run("check", "--no-config", cwd=tmp_path).stderr == b""


def test_one_that_somebody_works_on_is_not(tmp_path):
    fcntl = pytest.importorskip("fcntl")
    left = tmp_path / ".a.fits.fitslint-0123abcd.tmp"
    (tmp_path / "a.fits").write_bytes(fits())
    left.write_bytes(b"")
    with left.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert run("check", "--no-config", cwd=tmp_path).stderr == b""
