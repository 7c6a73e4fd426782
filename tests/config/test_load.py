"""Which configuration file holds, what is wrong with one, and where a value is from."""

import os
import tomllib
from pathlib import Path

import pytest

from fitslint.config.dump import dump_settings
from fitslint.config.load import find_config_file, resolve_settings
from fitslint.config.options import ConfigError


@pytest.fixture
def tree(tmp_path, monkeypatch):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    return tmp_path


def test_without_a_file_the_defaults_hold(tree):
    (tree / "fitslint.toml").write_text("")  # so that nothing above the test's folder counts
    found = resolve_settings()
    assert found.settings.profile == "standard"
    assert found.find_origin("profile") == "default"


def test_the_nearest_file_wins(tree):
    (tree / "fitslint.toml").write_text('profile = "strict"\n')
    (tree / "a" / "pyproject.toml").write_text('[tool.fitslint]\nprofile = "lenient"\n')
    found = resolve_settings()
    assert found.settings.profile == "lenient"
    assert found.find_origin("profile") == str(tree / "a" / "pyproject.toml")


def test_fitslint_toml_stands_before_pyproject_of_the_same_folder(tree):
    (tree / "fitslint.toml").write_text('profile = "strict"\n')
    (tree / "pyproject.toml").write_text('[tool.fitslint]\nprofile = "lenient"\n')
    assert resolve_settings().settings.profile == "strict"


def test_a_pyproject_without_our_table_is_passed_over(tree):
    (tree / "fitslint.toml").write_text('profile = "strict"\n')
    (tree / "a" / "pyproject.toml").write_text('[project]\nname = "uses-fitslint"\n')
    assert find_config_file(Path.cwd()) == tree / "fitslint.toml"


def test_the_command_line_stands_above_the_file(tree):
    (tree / "fitslint.toml").write_text('profile = "strict"\njobs = 3\n[severity]\nVF = "info"\n')
    found = resolve_settings({"profile": "lenient", "severity": (("CD", "error"),)})
    assert found.settings.profile == "lenient"
    assert found.settings.jobs == 3
    assert found.settings.severity == (("VF", "info"), ("CD", "error"))
    assert found.find_origin("profile") == "command line"
    assert found.find_origin("severity").endswith("fitslint.toml, command line")


def test_a_named_file_and_none_at_all(tree):
    (tree / "fitslint.toml").write_text('profile = "strict"\n')
    (tree / "other.toml").write_text('profile = "lenient"\n')
    assert resolve_settings(file=tree / "other.toml").settings.profile == "lenient"
    assert resolve_settings(search=False).settings.profile == "standard"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('profil = "strict"', "unknown option 'profil'; did you mean 'profile'?"),
        ("max_findings = 3", "unknown option 'max_findings'; did you mean 'max-findings'?"),
        ("jobs = 0", "'jobs' takes a whole number from 1, not 0"),
        ("jobs = true", "'jobs' takes a whole number from 1, not true"),
        ('select = "VF"', "'select' takes a list of strings, not 'VF'"),
        ('[severity]\nVF = "eror"', "'severity.VF' is one of error, warning, info, not 'eror'"),
        ("select = [", "not valid TOML"),
        ('[tool.fitslint]\nselect = ["VF"]', "[tool.fitslint] is for pyproject.toml"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_option(tree, text, said):
    path = tree / "fitslint.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        resolve_settings()
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


def test_a_file_that_is_not_there(tree):
    with pytest.raises(ConfigError, match="cannot be read"):
        resolve_settings(file=tree / "nowhere.toml")


def test_a_named_pyproject_without_our_table(tree):
    (tree / "pyproject.toml").write_text('profile = "strict"\n')
    with pytest.raises(ConfigError, match="there is no table"):
        resolve_settings(file=tree / "pyproject.toml")


def test_what_is_shown_reads_back_as_the_same_settings(tree):
    path = tree / "fitslint.toml"
    path.write_text(
        'profile = "strict"\nselect = ["VF", "a\\"b\\\\c"]\njobs = 2\ntimeout = 1.5\n'
        '[severity]\n"VF" = "info"\n[per-file-ignores]\n"raw/*.fits\\u0007" = ["CD", "VF110"]\n'
    )
    found = resolve_settings()
    text = dump_settings(found)
    assert f'profile = "strict"  # {path}' in text
    assert 'fail-on = "error"  # default' in text
    tomllib.loads(text)
    path.write_text(text)
    assert resolve_settings().settings == found.settings


def test_a_current_folder_that_is_gone(tree):
    gone = tree / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    assert resolve_settings().settings.profile == "standard"


def test_the_search_ends_at_the_root_of_the_repository(tree):
    (tree / "fitslint.toml").write_text('profile = "strict"\n')
    (tree / "a" / ".git").mkdir()
    assert find_config_file(Path.cwd()) is None
    assert resolve_settings().searched_folders == (tree / "a" / "b", tree / "a")
    (tree / "a" / "fitslint.toml").write_text('profile = "lenient"\n')
    assert resolve_settings().settings.profile == "lenient"


def test_the_search_ends_at_the_home_folder(tree, monkeypatch):
    (tree / "fitslint.toml").write_text('profile = "strict"\n')
    monkeypatch.setenv("HOME", str(tree / "a"))
    assert find_config_file(Path.cwd()) is None


def test_a_folder_that_everybody_may_write_into_ends_the_search(tree):
    (tree / "fitslint.toml").write_text('profile = "strict"\n')
    assert find_config_file(Path.cwd()) == tree / "fitslint.toml"
    tree.chmod(0o1777)
    assert find_config_file(Path.cwd()) is None


def test_a_file_of_another_owner_is_named(tree):
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    path = tree / "fitslint.toml"
    path.write_text('profile = "strict"\n')
    assert resolve_settings().owner is None
    os.chown(path, 54321, -1)
    assert resolve_settings().owner == "user 54321"
    assert f"# configuration file: {path}, which belongs to user 54321\n" in dump_settings(
        resolve_settings()
    )
    assert resolve_settings(file=path).owner is None


def test_where_a_file_was_looked_for_is_shown(tree):
    (tree / "a" / ".git").mkdir()
    text = dump_settings(resolve_settings())
    assert text.startswith("# configuration file: none\n# looked for in ")
    assert f"up to {tree / 'a'}\n" in text
    tomllib.loads(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("select = " + "[" * 100_000, "too many brackets"),
        ("select = " + "[" * 100_000 + "]" * 100_000, "too many brackets"),
        ("jobs = " + "9" * 5000, "not valid TOML"),
        ("jobs = 257", "'jobs' takes at most 256, not 257"),
        ("timeout = 1e9", "'timeout' takes at most 86,400, not 1000000000.0"),
        ("timeout = inf", "'timeout' takes a positive number of seconds"),
        ("# " + "x" * (1 << 20), "more than 1,048,576 bytes are no configuration"),
    ],
)
def test_what_is_beyond_all_measure_is_a_sentence(tree, text, said):
    path = tree / "fitslint.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=str(path)) as caught:
        resolve_settings()
    assert said in str(caught.value)
