"""Which language is spoken, and what happens where it cannot be written."""

import json
import subprocess
import sys

import pytest

from fitslint.cli.language import find_option, read_locale
from tests.cli.tool import check, environment, run

JAPANESE = "エラー"
PROGRAM = """
import sys
from fitslint.cli.main import main
try:
    main(["check", "--no-config", "."])
except SystemExit:
    print([name for name in sys.modules if "fitslint.language" in name])
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.fits").write_bytes(b"SIMPLE  =                    F".ljust(2880))
    return tmp_path


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["check", "--lang", "ja", "x"], "ja"), (["check", "--lang=ja"], "ja"), (["check"], ""),
        (["check", "--", "--lang", "ja"], ""), (["--lang", "en", "check", "--lang", "ja"], "ja"),
        (["check", "--lang"], ""), ([], ""),
    ],
)  # fmt: skip
def test_the_option_is_found_before_the_parser_runs(words, found):
    assert find_option(words) == found


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, "en"), ({"LANG": "ja_JP.UTF-8"}, "ja"), ({"LANG": "ja"}, "ja"), ({"LANG": "C"}, "en"),
        ({"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, "en"), ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_MESSAGES": "ja_JP.eucJP", "LANG": "en_US.UTF-8"}, "ja"),
        ({"LC_ALL": "", "LANG": "ja-JP"}, "ja"), ({"LANG": "jam"}, "en"),
    ],
)  # fmt: skip
def test_a_locale_is_read_as_posix_has_it(variables, found):
    assert read_locale(variables) == found


def is_japanese(done):
    return JAPANESE in done.stdout.decode("utf-8", "replace")


def test_the_option_comes_first_then_the_variable_then_the_configuration(folder):
    assert not is_japanese(run("check", "a.fits", cwd=folder))
    (folder / "fitslint.toml").write_text('lang = "ja"\n')
    assert is_japanese(run("check", "a.fits", cwd=folder))
    assert not is_japanese(run("check", "a.fits", cwd=folder, FITSLINT_LANG="en"))
    assert is_japanese(run("check", "a.fits", cwd=folder, LANG="C"))
    (folder / "fitslint.toml").write_text('lang = "en"\n')
    assert not is_japanese(run("check", "a.fits", cwd=folder, LANG="ja_JP.UTF-8"))
    assert is_japanese(run("check", "a.fits", cwd=folder, FITSLINT_LANG="ja"))
    assert is_japanese(run("check", "a.fits", "--lang", "ja", cwd=folder, FITSLINT_LANG="en"))
    assert not is_japanese(run("check", "a.fits", "--lang=en", cwd=folder, FITSLINT_LANG="ja"))


def test_a_language_that_is_not_there(folder):
    done = check("--lang", "eo", cwd=folder)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"fitslint: '--lang' is en or ja, not 'eo'; did you mean 'en'?\n"
    (folder / "fitslint.toml").write_text('lang = "eo"\n')
    done = run("check", "a.fits", cwd=folder)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"'lang' is one of en, ja, not 'eo'" in done.stderr
    assert is_japanese(check("a.fits", cwd=folder, FITSLINT_LANG="eo", LANG="ja_JP.UTF-8"))


def test_a_locale_is_english_on_a_stream_that_has_no_japanese(folder):
    narrow = {"LANG": "ja_JP", "PYTHONIOENCODING": "ascii"}
    done = check("a.fits", cwd=folder, **narrow)
    assert b"error MK101" in done.stdout
    assert done.stdout.isascii()


LACK = (
    b"fitslint: the encoding ascii has no Japanese, so this is in English; "
    b"PYTHONIOENCODING=utf-8 changes that\n"
)


def test_who_asks_for_it_is_told_why_a_narrow_stream_has_english(folder):
    english = check("a.fits", cwd=folder, PYTHONIOENCODING="ascii")
    done = check("a.fits", "--lang", "ja", cwd=folder, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout, done.stderr) == (1, english.stdout, LACK)
    (folder / "fitslint.toml").write_text('lang = "ja"\n')
    done = run("check", "a.fits", cwd=folder, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout, done.stderr) == (1, english.stdout, LACK)
    wide = check("a.fits", "--lang", "ja", cwd=folder, PYTHONIOENCODING="euc_jp")
    assert JAPANESE in wide.stdout.decode("euc_jp")


def test_an_error_is_said_in_japanese(folder):
    done = check("--config", "x.toml", "--lang", "ja", cwd=folder)
    assert done.returncode == 2
    assert "併用できない" in done.stderr.decode()
    narrow = check("--config", "x.toml", "--lang", "ja", cwd=folder, PYTHONIOENCODING="ascii")
    assert narrow.stderr.startswith(LACK)
    assert narrow.stderr.isascii()


def test_english_loads_no_table():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True,
        env=environment(LANG="C.UTF-8"),
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_settings_tell_the_language(folder):
    (folder / "fitslint.toml").write_text('lang = "ja"\n')
    shown = run("config", "show", cwd=folder).stdout.decode()
    assert 'lang = "ja"' in shown
    listed = run("rules", "--format", "json", "--lang", "ja").stdout
    assert any("ヘッダ" in row["summary"] for row in json.loads(listed))
