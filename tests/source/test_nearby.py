"""Names that are not there, and what was meant by them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.source.nearby import find_extended_name, require_file, suggest_file
from fitslint.source.walk import FileWalk
from tests.cli.tool import run
from tests.syntax.scan_streams import PRIMARY


@pytest.mark.parametrize(
    ("brackets", "hdu"),
    [
        ("[0]", "1"), ("[1]", "2"), ("[EVENTS]", "EVENTS"), ("[SCI,2]", "SCI"), ("[ SCI ]", "SCI"),
        ("[1:10,1:20]", ""), ("[EVENTS][pha > 3]", ""), ("[]", ""), ("[1", None), ("1]", None),
    ],
)  # fmt: skip
def test_names_as_cfitsio_extends_them(tmp_path, brackets, hdu):
    path = str(tmp_path / "x.fits")
    assert find_extended_name(path + brackets) is None
    (tmp_path / "x.fits").write_bytes(PRIMARY)
    found = find_extended_name(path + brackets)
    assert found == (None if hdu is None else (path, hdu))


@given(st.text())
def test_no_name_raises(name):
    assert find_extended_name(name) is None or "[" in name


def test_a_file_whose_name_has_brackets_is_that_file(tmp_path):
    for name in ("x.fits", "x.fits[1]", "[a].fits"):
        (tmp_path / name).write_bytes(PRIMARY)
        path = str(tmp_path / name)
        assert find_extended_name(path) is None
        assert list(FileWalk([path])) == [path]
        assert run("check", path).returncode == 0


def test_a_check_says_what_was_meant(tmp_path):
    (tmp_path / "x.fits").write_bytes(PRIMARY)
    done = run("check", "x.fits[1]", cwd=tmp_path)
    assert done.returncode == 3
    assert b"there is no such file; for CFITSIO the brackets mean HDU 2 of 'x.fits'" in done.stdout


def test_a_link_to_nothing_is_called_so(tmp_path):
    (tmp_path / "a.fits").symlink_to("nowhere.fits")
    with pytest.raises(FileNotFoundError, match="this link leads to no file"):
        require_file(str(tmp_path / "a.fits"))


def test_a_link_to_nowhere_does_not_mean_itself(tmp_path):
    (tmp_path / "dangling.fits").symlink_to("nowhere")
    assert suggest_file(str(tmp_path / "dangling.fits")) == ""
