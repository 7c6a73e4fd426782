from __future__ import annotations

import os
from pathlib import Path

from fitslint.source.walk import Walk


def make(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def walked(root, *arguments, **options):
    walk = Walk([str(argument) for argument in arguments], **options)
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
    assert list(Walk([f"@{tmp_path}/list"])) == names


def test_exclude(tmp_path):
    make(tmp_path, "a.fits", "old/b.fits", "c/old/d.fits", "c/e_raw.fits")
    assert walked(tmp_path, tmp_path, exclude=["old", "*_raw.fits"])[0] == ["a.fits"]
    assert walked(tmp_path, tmp_path / "a.fits", exclude=["*.fits"])[0] == []


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
    assert list(Walk(["**/*.fits"])) == ["a.fits", "b/c.fits"]
    assert list(Walk(["*/**/c*"])) == ["b/c.fits"]


def test_names_of_any_bytes(tmp_path):
    raw = os.fsencode(tmp_path) + b"/\xff\xfe.fits"
    Path(os.fsdecode(raw)).write_bytes(b"")
    (found,) = Walk([str(tmp_path)])
    assert os.fsencode(found) == raw
