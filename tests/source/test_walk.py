from __future__ import annotations

import gzip
import itertools
import os
from pathlib import Path

import pytest

from fitslint.source import patterns
from fitslint.source.leftovers import LOG_HEAD
from fitslint.source.patterns import Patterns, matches
from fitslint.source.walk import FileWalk, _get_suffix


def make(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def walked(root, *arguments, **options):
    walk = FileWalk([str(argument) for argument in arguments], **options)
    return [path.removeprefix(f"{root}/") for path in walk], walk.skipped


def test_folder_takes_known_suffixes_and_counts_the_rest(tmp_path):
    make(
        tmp_path, "b.fits", "a.FIT", "c/d.fits.gz", "c/e.hdr", "f.txt", "c/g.txt", "README", "h.gz"
    )
    found, skipped = walked(tmp_path, tmp_path)
    assert found == ["a.FIT", "b.fits", "c/d.fits.gz", "c/e.hdr"]
    assert skipped == {".txt": 2, "(none)": 1, ".gz": 1}


def test_named_files_are_always_taken(tmp_path):
    make(tmp_path, "f.txt")
    assert walked(tmp_path, tmp_path / "f.txt", tmp_path / "gone.fits", "-")[0] == [
        "f.txt", "gone.fits", "-",
    ]  # fmt: skip


def test_glob(tmp_path):
    make(tmp_path, "a1.fits", "a2.fits", "b/a3.fits", "[x].fits")
    assert walked(tmp_path, tmp_path / "a*.fits")[0] == ["a1.fits", "a2.fits"]
    assert walked(tmp_path, tmp_path / "**" / "a3*")[0] == ["b/a3.fits"]
    assert walked(tmp_path, tmp_path / "[x].fits")[0] == ["[x].fits"]
    assert walked(tmp_path, tmp_path / "z*.fits")[0] == ["z*.fits"]


def test_lists(tmp_path):
    make(tmp_path, "a.fits", "b c.fits")
    lines = tmp_path / "list"
    lines.write_text(f"{tmp_path}/a.fits\r\n\n{tmp_path}/b c.fits")
    assert walked(tmp_path, f"@{lines}")[0] == ["a.fits", "b c.fits"]
    lines.write_text(f"{tmp_path}/a.fits\0{tmp_path}/new\nline.fits\0")
    assert walked(tmp_path, f"@{lines}")[0] == ["a.fits", "new\nline.fits"]
    assert walked(tmp_path, f"@{tmp_path}/gone")[0] == ["gone"]


def test_long_list_is_read_in_pieces(tmp_path):
    names = [f"/nowhere/{n:06d}.fits" for n in range(20_000)]
    (tmp_path / "list").write_text("\n".join(names))
    assert list(FileWalk([f"@{tmp_path}/list"])) == names


def test_exclude(tmp_path):
    make(tmp_path, "a.fits", "old/b.fits", "c/old/d.fits", "c/e_raw.fits")
    assert walked(tmp_path, tmp_path, exclude=["old", "*_raw.fits"])[0] == ["a.fits"]
    assert walked(tmp_path, tmp_path / "a.fits", exclude=["*.fits"])[0] == []


def test_copies_that_a_log_keeps_are_not_entered_unless_they_are_named(tmp_path):
    make(tmp_path, "a.fits", "log.files/b.fits.gz", "notes.files/c.fits", "alone.files/d.fits")
    (tmp_path / "log").write_bytes(LOG_HEAD + b'"}\n')
    (tmp_path / "notes").write_text("{}")
    others = ["a.fits", "alone.files/d.fits", "notes.files/c.fits"]
    assert walked(tmp_path, tmp_path)[0] == others
    assert sorted(walked(tmp_path, tmp_path / "**" / "*.fits*")[0]) == others
    assert walked(tmp_path, tmp_path / "log.files")[0] == ["log.files/b.fits.gz"]


def test_backups_are_passed_over_where_that_is_asked_for(tmp_path):
    taken = ["a.fits", "a.fits.gz", "b.fits.bak", "c.head", "c.header"]
    make(tmp_path, *taken, "a.fits.bak", "a.fits~")
    for name in ("a.fits.bak", "a.fits~", "b.fits.bak"):
        (tmp_path / name).write_bytes(b"SIMPLE  =                    T".ljust(80))
    assert walked(tmp_path, tmp_path)[0] == sorted([*taken, "a.fits.bak", "a.fits~"])
    found, skipped = walked(tmp_path, tmp_path, pass_over_backups=True)
    assert (found, skipped) == (taken, {".bak": 1, ".fits~": 1})
    named = tmp_path / "a.fits.bak"
    assert walked(tmp_path, named, pass_over_backups=True)[0] == ["a.fits.bak"]


def test_links_in_a_circle_end(tmp_path):
    make(tmp_path, "a/b.fits")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert walked(tmp_path, tmp_path)[0] == ["a/b.fits"]


def test_links_among_many_folders_are_followed_once(tmp_path):
    # Every folder links to every other: there are 12! ways through them.
    for one in range(12):
        make(tmp_path, f"{one:02}/{one}.fits")
        for other in range(12):
            (tmp_path / f"{one:02}" / f"to{other}").symlink_to(tmp_path / f"{other:02}")
    found = walked(tmp_path, tmp_path)[0]
    assert {path.rpartition("/")[2] for path in found} == {f"{n}.fits" for n in range(12)}
    assert len(found) <= 2 * 12


def test_globs_over_any_number_of_folders(tmp_path):
    make(tmp_path, "a.fits", "b/c.fits", "b/c/d.fits", "b/.git/e.fits", "f/g.txt")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    (tmp_path / "b" / "c" / "loop").symlink_to(tmp_path / "b")
    everything = ["a.fits", "b/c.fits", "b/c/d.fits"]
    assert walked(tmp_path, tmp_path / "**" / "*.fits")[0] == everything
    assert walked(tmp_path, tmp_path / "**" / "**" / "*.fits")[0] == everything
    assert walked(tmp_path, tmp_path / "**" / "c" / "**" / "*.fits")[0] == ["b/c/d.fits"]
    assert walked(tmp_path, tmp_path / "f" / "**")[1] == {".txt": 1}
    assert walked(tmp_path, tmp_path / "**" / "no*")[0] == ["**/no*"]


def test_globs_from_the_current_folder(tmp_path, monkeypatch):
    make(tmp_path, "a.fits", "b/c.fits")
    monkeypatch.chdir(tmp_path)
    assert list(FileWalk(["**/*.fits"])) == ["a.fits", "b/c.fits"]
    assert list(FileWalk(["*/**/c*"])) == ["b/c.fits"]


def test_names_of_any_bytes(tmp_path):
    raw = os.fsencode(tmp_path) + b"/\xff\xfe.fits"
    Path(os.fsdecode(raw)).write_bytes(b"")
    (found,) = FileWalk([str(tmp_path)])
    assert os.fsencode(found) == raw


HEAD = b"SIMPLE  =                    T"


def test_fits_is_known_by_its_first_bytes_in_folders(tmp_path):
    taken = ("x.pi", "y.ARF", "noname", "z.uvfits", "s.FITS", "a.b.rsp")
    for name in taken:
        (tmp_path / name).write_bytes(HEAD.ljust(2880))
    for name in ("p.FTZ", "q.bin"):
        (tmp_path / name).write_bytes(gzip.compress(HEAD.ljust(2880)))
    (tmp_path / "not.txt").write_bytes(b"SIMPLE  = is a word")
    (tmp_path / "short").write_bytes(HEAD[:-1])
    (tmp_path / "packed.gz").write_bytes(gzip.compress(b"text"))
    (tmp_path / "torn.gz").write_bytes(b"\x1f\x8b")
    os.mkfifo(tmp_path / "pipe.pi")
    found, skipped = walked(tmp_path, tmp_path)
    assert found == sorted([*taken, "p.FTZ", "q.bin"])
    assert skipped == {".txt": 1, "(none)": 1, ".gz": 2, ".pi": 1}


def test_named_files_are_taken_like_those_in_folders_when_only_fits_are_wanted(tmp_path):
    make(tmp_path, "empty.FITS", "notes.txt")
    (tmp_path / "x.pi").write_bytes(HEAD.ljust(2880))
    names = [tmp_path / name for name in ("empty.FITS", "notes.txt", "x.pi", "gone.txt")]
    found, skipped = walked(tmp_path, *names, only_fits=True)
    assert found == ["empty.FITS", "x.pi", "gone.txt"]
    assert skipped == {".txt": 1}


@pytest.fixture
def linked(tmp_path):
    """A folder with links that lead out of it, by a file, a folder and the root."""
    make(tmp_path, "in/a.fits", "out/b.fits", "out/deep/c.fits")
    inner = tmp_path / "in"
    (inner / "file.fits").symlink_to(tmp_path / "out" / "b.fits")
    (inner / "folder").symlink_to("../out")
    (inner / "root").symlink_to("/")
    (inner / "same.fits").symlink_to("a.fits")
    (inner / "here").symlink_to(".")
    return tmp_path


@pytest.mark.parametrize("name", ["in", "link", "./in/", "in/../in"])
def test_no_link_leads_out_of_a_named_folder(linked, name):
    (linked / "link").symlink_to("in")
    found, skipped = walked(linked, f"{linked}/{name}")
    assert {path.rpartition("/")[2] for path in found} == {"a.fits", "same.fits"}
    assert skipped == {"(link)": 3}


def test_links_are_followed_when_that_is_asked_for(linked):
    (linked / "in" / "root").unlink()
    found, skipped = walked(linked, linked / "in", follow_links=True)
    assert found == [
        "in/a.fits", "in/file.fits", "in/same.fits", "in/folder/b.fits", "in/folder/deep/c.fits",
    ]  # fmt: skip
    assert not skipped


def test_exclude_holds_for_named_files_and_inside_named_folders(tmp_path, monkeypatch):
    make(tmp_path, "a.fits", "raw/b.fits", "raw/deep/c.fits", "x/raw/d.fits")
    monkeypatch.chdir(tmp_path)
    for named in ("raw", "raw/b.fits", "./raw/deep", "x/raw/d.fits", f"{tmp_path}/raw/b.fits"):
        assert list(FileWalk([named], exclude=["raw"])) == [], named
    assert list(FileWalk([".", "a.fits"], exclude=["raw"])) == ["a.fits", "a.fits"]
    assert list(FileWalk(["raw"], exclude=["deep"])) == ["raw/b.fits"]
    monkeypatch.chdir(tmp_path / "raw")
    # What the folders around the current one are called is no concern of its configuration.
    assert list(FileWalk(["b.fits", f"{tmp_path}/raw/deep"], exclude=["raw"])) == [
        "b.fits", f"{tmp_path}/raw/deep/c.fits",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.fits", "a/b.fits"), ("old/*.fits", "/data/old/a.fits"), ("./old", "old"),
        ("[ab]*.fits", "x/b1.fits"), ("a[b].f?ts", "ab.fits"), ("a[b", "x/a[b"),
        ("*", "a"), ("b/*/c]", "a/b/x/c]"), ("old/", "a/old"),
    ],
)  # fmt: skip
def test_patterns(pattern, path):
    assert matches(path, pattern)
    assert not matches(f"{path}x/y", pattern) or pattern == "*"


def test_many_globs_are_compiled_once_and_only_where_they_might_match(monkeypatch):
    compiled = []
    real = patterns.translate
    monkeypatch.setattr(patterns, "translate", lambda one: compiled.append(one) or real(one))
    many = Patterns([*(f"*_{n}.fits" for n in range(1000)), *(f"raw{n}" for n in range(1000))])
    for _ in range(20):
        assert many.match("a/x_7.fits")
        assert many.match("raw3")
        assert not many.match("a/y.fits")
    assert compiled == ["*_7.fits"]


def test_a_suffix_is_that_of_the_library():
    for length in range(6):
        for name in map("".join, itertools.product("./aB", repeat=length)):
            assert _get_suffix(name) == os.path.splitext(name)[1].lower(), name  # noqa: PTH122
