"""The hooks, run by the real pre-commit on a real git repository, without the network."""

import gzip
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.tool import ROOT, environment
from tests.engine.test_run import BAD, fits
from tests.patience import HANG

yaml = pytest.importorskip("yaml")
pytest.importorskip("pre_commit", reason="pre-commit is not installed")
if shutil.which("git") is None:
    pytest.skip("git is not installed", allow_module_level=True)

HOOKS = Path(ROOT) / ".pre-commit-hooks.yaml"
GOOD = BAD.replace(b"1.5e+02", b"1.5E+02")
DICTIONARY = """
[dictionary]
id = "test/one"
version = "1.0.0"
title = "One keyword"
authority = "test"
edition = "1"

[[keyword]]
name = "GAIN"
type = "{type}"
description = {{ en = "Gain of the amplifier in electrons per count.", ja = "増幅器の利得" }}
"""


@pytest.fixture
def repository(tmp_path):
    """A git repository with the hooks of this checkout, run by this Python."""
    python = f"{sys.executable} -m fitslint"
    hooks = yaml.safe_load(HOOKS.read_text("utf-8"))
    for hook in hooks:
        assert hook["language"] == "python"
        hook["language"] = "system"
        hook["entry"] = hook["entry"].replace("fitslint", python, 1)
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(tmp_path, "init", "-q")
    return tmp_path


def around(folder):
    return environment(PRE_COMMIT_HOME=str(folder / ".git" / "home"), HOME=str(folder))


def git(folder, *arguments):
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    return subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, timeout=HANG,
        env=around(folder),
    )  # fmt: skip


def pre_commit(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments], cwd=folder, check=False,
        capture_output=True, timeout=HANG,
        env=around(folder),
    )  # fmt: skip


def hook(folder, name):
    git(folder, "add", "-A")
    return pre_commit(folder, "run", name, "--all-files")


def test_the_manifest_is_valid(tmp_path):
    done = pre_commit(tmp_path, "validate-manifest", str(HOOKS))
    assert done.returncode == 0, done.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    "name", ["x.fits", "x.FITS", "x.fits.gz", "x.FTZ", "x.fz", "x.hdr", "x.pi", "x", "--help.fits"]
)
def test_check_sees_every_name(repository, name):
    data = fits(BAD)
    (repository / name).write_bytes(gzip.compress(data) if name.endswith((".gz", ".FTZ")) else data)
    done = hook(repository, "fitslint")
    assert done.returncode == 1
    assert b"VF110" in done.stdout
    assert (repository / name).read_bytes()[:2] in (b"\x1f\x8b", b"SI")


def test_a_file_named_like_an_option_is_a_file(repository):
    (repository / "--corrections=x.fits").write_bytes(fits(BAD))
    (repository / "::error::x.fits").write_bytes(fits(BAD))
    done = hook(repository, "fitslint")
    assert done.returncode == 1
    assert b"\n--corrections=x.fits: HDU 1, card 4, EXPTIME: error VF110" in done.stdout
    assert b"\n::" not in done.stdout
    assert hook(repository, "fitslint-fix").returncode == 1
    assert (repository / "--corrections=x.fits").read_bytes() == fits(GOOD)


def test_exclude_holds_for_the_files_of_a_commit(repository):
    (repository / "raw").mkdir()
    (repository / "raw" / "x.fits").write_bytes(fits(BAD))
    (repository / "fitslint.toml").write_text('exclude = ["raw"]\n')
    assert hook(repository, "fitslint").returncode == 0


def test_the_recipe_for_local_hooks(repository):
    """The hooks of the documentation, which need no network, as they stand there."""
    page = (Path(ROOT) / "fitslint/docs/pages/pre-commit.md").read_text("utf-8")
    (recipe,) = re.findall(r"```yaml\n(repos:\n  - repo: local\n.*?)```", page, re.DOTALL)
    config = yaml.safe_load(recipe)
    for one in config["repos"][0]["hooks"]:
        assert one["args"][-1] == "--"
        one["entry"] = one["entry"].replace("fitslint", f"{sys.executable} -m fitslint", 1)
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    (repository / "x.pi").write_bytes(fits(BAD))
    done = hook(repository, "fitslint")
    assert done.returncode == 1
    assert b"x.pi: HDU 1, card 4" in done.stdout


def test_good_files_pass(repository):
    (repository / "x.fits").write_bytes(fits())
    (repository / "notes.txt").write_text("no FITS")
    for name in ("fitslint", "fitslint-fix"):
        done = hook(repository, name)
        assert done.returncode == 0, done.stdout
        assert b"Passed" in done.stdout


def test_fix_mends_and_fails_once(repository):
    (repository / "x.fits").write_bytes(fits(BAD))
    first = hook(repository, "fitslint-fix")
    assert first.returncode == 1
    assert b"files were modified by this hook" in first.stdout
    assert (repository / "x.fits").read_bytes() == fits(GOOD)
    assert hook(repository, "fitslint-fix").returncode == 0


def test_a_commit_is_refused_until_the_files_are_right(repository):
    assert pre_commit(repository, "install").returncode == 0
    (repository / "x.fits").write_bytes(fits(BAD, b"GAIN    = 1.5.5"))
    git(repository, "add", "-A")
    with pytest.raises(subprocess.CalledProcessError):
        git(repository, "commit", "-m", "bad")
    (repository / "x.fits").write_bytes(fits(GOOD))
    git(repository, "add", "-A")
    git(repository, "commit", "-m", "good")


def test_dictionaries(repository):
    (repository / "dictionaries").mkdir()
    path = repository / "dictionaries" / "one.toml"
    path.write_text(DICTIONARY.format(type="reel"))
    done = hook(repository, "fitslint-dictionary")
    assert done.returncode == 1
    assert b"reel" in done.stdout
