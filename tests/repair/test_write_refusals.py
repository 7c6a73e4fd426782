"""What is not written, and the sentence that says why; the file is as it was."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fitslint.repair.model import Patch, Plan, RepairError
from fitslint.repair.write import find_journal, recover_file, write_plan
from fitslint.repair.write.journal import Journal, JournalChange, decode_journal
from fitslint.repair.write.system import System
from fitslint.source.journals import name_journal
from tests.repair.crash.faulty import Faulty, Strike, in_child
from tests.repair.crash.scenes import IN_PLACE, REPLACE, names

MODES = ["replace", "in-place", "copy"]


def lay(folder: Path) -> tuple[Plan, Path, bytes, bytes]:
    made, old, new = IN_PLACE[0].lay(folder)
    return made, Path(made.path), old, new


@pytest.fixture(params=MODES)
def mode(request) -> str:
    return request.param


def refused(plan: Plan, mode: str, said: str, **options) -> None:
    before = {path: path.lstat() for path in Path(plan.path).parent.iterdir()}
    with pytest.raises(RepairError, match=said) as caught:
        write_plan(plan, mode, output_dir=str(Path(plan.path).parent / "out"), **options)
    assert str(caught.value).endswith("; the file is as it was")
    after = {path: path.lstat() for path in Path(plan.path).parent.iterdir()}
    after.pop(Path(plan.path).parent / "out", None)
    assert {path: status.st_mtime_ns for path, status in before.items()} == {
        path: status.st_mtime_ns for path, status in after.items()
    }


def test_vanished(mode, tmp_path):
    made, path, _, _ = lay(tmp_path)
    path.unlink()
    refused(made, mode, "vanished")


def test_changed_since_it_was_read(mode, tmp_path):
    made, path, old, _ = lay(tmp_path)
    os.utime(path, ns=(1, 1))
    refused(made, mode, "another program has changed the file")
    path.write_bytes(old + b"x")
    refused(replace(made, identity=None), mode, "another program has changed the file")
    path.write_bytes(bytes(len(old)))
    refused(replace(made, identity=None), mode, "another program has changed the file")


class Meddling(System):
    """Somebody does something to the file while it is being written."""

    def __init__(self, path: Path, deed) -> None:
        self.path, self.deed = path, deed

    def fsync(self, fd: int) -> str:
        if self.deed:
            self.deed(self.path)
        self.deed = None
        return super().fsync(fd)


def patched(path: Path) -> None:
    times = path.stat()
    with path.open("r+b") as file:
        file.write(b"ANOTHER")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns + 1))


def appended(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def renamed_over(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"another file")
    other.replace(path)


DEEDS = [patched, appended, renamed_over, lambda path: path.unlink()]


@pytest.mark.parametrize("deed", DEEDS, ids=["patched", "appended", "renamed over", "removed"])
def test_changed_underfoot(mode, deed, tmp_path):
    made, path, _, _ = lay(tmp_path)
    with pytest.raises(RepairError, match=r"changed the file|vanished"):
        write_plan(made, mode, output_dir=str(tmp_path / "out"), system=Meddling(path, deed))
    undisturbed = tmp_path / "undisturbed"
    undisturbed.mkdir()
    _, expected, _, _ = lay(undisturbed)
    deed(expected)
    assert names(tmp_path) - {"undisturbed", "out"} == names(undisturbed)
    assert not (tmp_path / "out").exists() or not names(tmp_path / "out")
    if path.exists():
        assert path.read_bytes() == expected.read_bytes()


def test_old_bytes_are_looked_at_even_when_the_times_are_the_same(tmp_path):
    made, path, old, _ = lay(tmp_path)
    times = path.stat()
    path.write_bytes(b"?" + old[1:])
    path.write_bytes(old.replace(b"SECOND", b"SECNOD"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    refused(made, "replace", "another program has changed the file")


def test_locked(mode, tmp_path):
    made, path, _, _ = lay(tmp_path)
    with path.open("rb") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        refused(made, mode, "another program holds a lock")
        with pytest.raises(RepairError, match="lock"):
            Path(name_journal(str(path))).write_bytes(b"")
            recover_file(str(path))
    assert recover_file(str(path)).removed


def test_read_only(tmp_path):
    made, path, _, _ = lay(tmp_path)
    path.chmod(0o444)
    for mode in ("replace", "in-place"):
        refused(made, mode, r"read-only \(mode 0444\)")
    assert write_plan(made, "copy", output_dir=str(tmp_path / "out")).mode == "copy"


def test_folder_without_permission(tmp_path):
    """Somebody who may write the file and not the folder."""
    folder = tmp_path / "folder"
    folder.mkdir()
    made, path, old, new = lay(folder)
    folder.chmod(0o555)
    path.chmod(0o666)
    tmp_path.chmod(0o755)
    said = tmp_path / "said"
    said.mkdir(mode=0o777)
    said.chmod(0o777)

    def as_nobody():
        if os.geteuid() == 0:
            for up in list(tmp_path.parents)[:3]:
                up.chmod(0o755)
            os.setgid(65534)
            os.setuid(65534)
        for mode in ("replace", "in-place"):
            try:
                write_plan(made, mode)
            except RepairError as error:
                (said / mode).write_text(str(error))

    in_child(as_nobody)
    assert path.read_bytes() == old != new
    for mode in ("replace", "in-place"):
        assert "permission denied while" in (said / mode).read_text()


def test_symbolic_links(tmp_path):
    made, path, old, new = lay(tmp_path)
    link = tmp_path / "link.fits"
    link.symlink_to(path.name)
    through = replace(made, path=str(link))
    for mode in ("replace", "in-place"):
        refused(through, mode, f"symbolic link to {path}")
    write_plan(through, "copy", output_dir=str(tmp_path / "out"))
    assert (tmp_path / "out" / "link.fits").read_bytes() == new
    written = write_plan(through, "replace", follow=True, backup=".bak")
    assert link.is_symlink()
    assert path.read_bytes() == new
    assert written.path == str(path)
    assert (tmp_path / "one.fits.bak").read_bytes() == old
    assert f"symbolic link followed to {path}" in written.methods


def test_a_circle_of_links(mode, tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    refused(Plan(str(tmp_path / "a"), 10, (Patch(0, 1, b"x"),)), mode, "leads in a circle")


def test_hard_links(tmp_path):
    made, path, old, new = lay(tmp_path)
    other = tmp_path / "other"
    os.link(path, other)
    for mode in ("replace", "in-place"):
        refused(made, mode, "1 other name")
    written = write_plan(made, "replace", follow=True)
    assert (path.read_bytes(), other.read_bytes()) == (new, old)
    assert "hard link broken: other names keep the old bytes" in written.methods


def test_hard_links_in_place(tmp_path):
    made, path, _old, new = lay(tmp_path)
    other = tmp_path / "other"
    os.link(path, other)
    written = write_plan(made, "in-place", follow=True)
    assert path.read_bytes() == other.read_bytes() == new
    assert "hard link changed with it" in written.methods


def test_what_is_no_file(mode, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket"))
    for name, said in (("pipe", "pipe"), ("folder", "folder"), ("socket", "socket")):
        refused(Plan(str(tmp_path / name), 10, (Patch(0, 1, b"x"),)), mode, said)
    inside = Plan(str(tmp_path / "pipe" / "x"), 10, (Patch(0, 1, b"x"),))
    with pytest.raises(RepairError, match="a part of the path is a file, not a folder"):
        write_plan(inside, mode)
    refused(Plan(str(tmp_path / ("x" * 300)), 10, (Patch(0, 1, b"x"),)), mode, "too long")


def test_the_disk_is_full(mode, tmp_path):
    made, _path, _, _ = lay(tmp_path)

    class Full(System):
        def write(self, fd: int, data: bytes | memoryview) -> int:
            raise OSError(errno.ENOSPC, "x")

        def pwrite(self, fd: int, data: bytes | memoryview, offset: int) -> int:
            raise OSError(errno.ENOSPC, "x")

    refused(made, mode, "the disk is full while writing", system=Full())


def test_a_real_limit(tmp_path):
    """The kernel itself cuts a write short, and refuses the next."""
    made, old, _ = REPLACE[0].lay(tmp_path)

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        with pytest.raises(RepairError, match="larger than the file system or a limit allows"):
            write_plan(made, "replace")

    assert in_child(limited) == 0
    assert Path(made.path).read_bytes() == old
    assert names(tmp_path) == {"one.fits"}


def test_growth_in_place(tmp_path):
    made, _old, _new = REPLACE[0].lay(tmp_path)
    refused(made, "in-place", "cannot be done in place")


# -- journals ------------------------------------------------------------------------------------


@pytest.fixture
def cut_short(tmp_path) -> Iterator[tuple[Plan, Path, bytes, bytes]]:
    """A file in the middle of a repair in place."""
    probe = Faulty()
    write_plan(lay(tmp_path)[0], "in-place", system=probe)
    second = [at for at, name in enumerate(probe.log) if name == "pwrite"][1]
    made, path, old, new = lay(tmp_path)
    in_child(lambda: write_plan(made, "in-place", system=Faulty(Strike(None, after=3), second)))
    assert path.read_bytes() not in {old, new}
    return made, path, old, new


def test_a_journal_is_found_and_nothing_else_is_done(cut_short, mode):
    made, path, _, _ = cut_short
    journal = find_journal(str(path))
    assert journal == str(path.with_name(".one.fits.fitslint-journal"))
    refused(replace(made, identity=None), mode, "fitslint fix --recover")
    link = path.with_name("link.fits")
    link.symlink_to(path)
    assert find_journal(str(link)) == journal
    assert find_journal(str(path.with_name("none"))) is None
    assert find_journal("a\0b") is None


def test_a_journal_is_rolled_back_once(cut_short):
    _, path, old, _ = cut_short
    done = recover_file(str(path))
    assert done.rolled_back
    assert path.read_bytes() == old
    again = recover_file(str(path))
    assert (again.rolled_back, again.removed) == (False, ())


def test_a_journal_of_another_file(cut_short):
    _, path, old, _ = cut_short
    other = path.with_name("other")
    other.write_bytes(old)
    other.replace(path)
    with pytest.raises(RepairError, match="belongs to another file"):
        recover_file(str(path))
    assert path.read_bytes() == old
    assert find_journal(str(path))


def test_a_file_that_was_changed_after_the_crash(cut_short):
    _, path, _, _ = cut_short
    changed = b"XIMPLE" + path.read_bytes()[6:-1] + b"!"
    path.write_bytes(changed.replace(b"SIMPLE", b"S!MPLE"))
    before = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(8)
        file.write(b"zzzzzz")
        before = before[:8] + b"zzzzzz" + before[14:]
    with pytest.raises(RepairError, match="another program has changed the file since the repair"):
        recover_file(str(path))
    assert path.read_bytes() == before


def test_a_file_that_is_gone(cut_short):
    _, path, _, _ = cut_short
    path.unlink()
    with pytest.raises(RepairError, match="the file is gone"):
        recover_file(str(path))
    assert find_journal(str(path))


def test_a_later_version(cut_short):
    _, path, _, _ = cut_short
    journal = Path(find_journal(str(path)))
    found = decode_journal(journal.read_bytes())
    journal.write_bytes(Journal(found.device, found.inode, found.size, (), 2).encode())
    with pytest.raises(RepairError, match="later version of fitslint"):
        recover_file(str(path))


def test_a_stranger_s_journal(cut_short):
    _, path, _, _ = cut_short
    journal = find_journal(str(path))
    try:
        os.chown(journal, 4321, -1)
    except PermissionError:
        pytest.skip("only the superuser gives files away")
    before = path.read_bytes()
    with pytest.raises(RepairError, match="written by another user"):
        recover_file(str(path))
    assert path.read_bytes() == before


def test_a_torn_journal(tmp_path):
    """At whatever byte it ends, and whatever byte is wrong, it was never acted on."""
    _, path, old, _ = lay(tmp_path)
    whole = Journal(
        1, 2, 3, (JournalChange(5, b"old", b"new"), JournalChange(50, b"b", b"c"))
    ).encode()
    assert decode_journal(whole).changes[1] == JournalChange(50, b"b", b"c")
    for end in range(len(whole)):
        assert decode_journal(whole[:end]) is None
        assert decode_journal(whole[:end] + bytes((whole[end] ^ 1,)) + whole[end + 1 :]) is None
    for torn in (b"", whole[:30], bytes(5000)):
        Path(name_journal(str(path))).write_bytes(torn)
        done = recover_file(str(path))
        assert (done.rolled_back, len(done.removed)) == (False, 1)
        assert path.read_bytes() == old


# -- temporary files -----------------------------------------------------------------------------


def test_temporary_files_of_runs_that_are_over(tmp_path):
    _, path, _, _ = lay(tmp_path)
    mine = tmp_path / ".one.fits.fitslint-0123abcd.tmp"
    others = [".two.fits.fitslint-0123abcd.tmp", ".one.fits.fitslint-0123abcd.tmp.txt", "one.tmp"]
    for name in (mine.name, *others):
        (tmp_path / name).write_bytes(b"x")
    with mine.open("rb") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        assert recover_file(str(path)).removed == ()
    assert recover_file(str(path)).removed == (str(mine),)
    assert names(tmp_path) == {path.name, *others}


def test_two_at_once(tmp_path):
    """The second comes while the first is between its copy and its rename."""
    made, path, _, new = lay(tmp_path)
    said = []

    def second(_path: Path) -> None:
        with pytest.raises(RepairError, match="lock") as caught:
            write_plan(made, "replace")
        said.append(str(caught.value))

    write_plan(made, "replace", system=Meddling(path, second))
    assert said
    assert path.read_bytes() == new
