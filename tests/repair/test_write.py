"""What each way of writing does to a file, its metadata and its neighbours."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.repair.model import DataUnit, Patch, Plan, RepairError
from fitslint.repair.write import find_journal, recover_file, write_plan
from fitslint.repair.write.system import System
from tests.repair.crash.faulty import Short
from tests.repair.crash.scenes import IN_PLACE, REPLACE, SCENES, block, names, noise, parts, plan
from tests.sweeps import cross


def lay(folder: Path, grow: bool = True) -> tuple[Plan, Path, bytes, bytes]:
    made, old, new = REPLACE[0].lay(folder) if grow else IN_PLACE[0].lay(folder)
    return made, Path(made.path), old, new


def test_replace_keeps_what_is_not_bytes(tmp_path):
    made, path, old, new = lay(tmp_path)
    path.chmod(0o640)
    before = path.stat()
    os.setxattr(path, "user.origin", b"telescope")
    written = write_plan(made, "replace")
    after = path.stat()
    assert path.read_bytes() == new != old
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert (after.st_atime_ns, after.st_mtime_ns) == (before.st_atime_ns, before.st_mtime_ns)
    assert os.getxattr(path, "user.origin") == b"telescope"
    assert names(tmp_path) == {path.name}
    assert written.mode == "replace"
    assert written.path == str(path)
    assert {"copy_file_range", "fsync", "rename", "fsync of the folder"} <= set(written.methods)


def test_replace_gives_the_file_to_its_owner(tmp_path):
    made, path, _old, _new = lay(tmp_path)
    try:
        os.chown(path, 1234, 4321)
    except PermissionError:
        pytest.skip("only the superuser gives files away")
    write_plan(made, "replace")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


def test_digests_are_those_of_the_data_units(tmp_path):
    made, _path, _old, _new = lay(tmp_path)
    expected = [hashlib.blake2b(part.data, digest_size=16).hexdigest() for part in parts()]
    written = write_plan(made, "replace", digests=True)
    assert written.digests == tuple(enumerate(expected, 1))
    assert write_plan(made, "none").digests == ()


def test_in_place_writes_into_the_same_file(tmp_path):
    made, path, _old, new = lay(tmp_path, grow=False)
    before = path.stat()
    written = write_plan(made, "in-place")
    assert path.read_bytes() == new
    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime_ns > before.st_mtime_ns
    assert names(tmp_path) == {path.name}
    assert written.methods[:2] == ("fsync of the journal", "fsync of the folder")


def test_copy_leaves_the_file_alone(tmp_path):
    made, path, old, new = lay(tmp_path)
    before = path.stat()
    written = write_plan(made, "copy", output_dir=str(tmp_path / "a" / "b"))
    copy = tmp_path / "a" / "b" / path.name
    assert written.path == str(copy)
    assert copy.read_bytes() == new
    assert copy.stat().st_nlink == 1
    assert copy.stat().st_mtime_ns == before.st_mtime_ns
    assert path.read_bytes() == old
    with pytest.raises(RepairError, match="exists already"):
        write_plan(made, "copy", output_dir=str(copy.parent))
    copy.write_bytes(b"another")
    write_plan(made, "copy", output_dir=str(copy.parent), overwrite=True)
    assert copy.read_bytes() == new
    for overwrite in (False, True):
        with pytest.raises(RepairError, match="the file itself"):
            write_plan(made, "copy", output_dir=str(tmp_path), overwrite=overwrite)


def test_a_copy_is_made_of_what_needs_no_repair(tmp_path):
    made, path, old, _new = lay(tmp_path)
    nothing = Plan(made.path, made.size)
    assert write_plan(nothing, "replace").mode == "none"
    assert write_plan(nothing, "in-place").mode == "none"
    assert write_plan(nothing, "copy", output_dir=str(tmp_path / "out")).mode == "copy"
    assert (tmp_path / "out" / path.name).read_bytes() == old


@pytest.mark.parametrize("mode", ["replace", "in-place"])
def test_backup(mode, tmp_path):
    made, path, old, new = lay(tmp_path, grow=mode == "replace")
    written = write_plan(made, mode, backup=".bak")
    kept = tmp_path / f"{path.name}.bak"
    assert written.backup == str(kept)
    assert (path.read_bytes(), kept.read_bytes()) == (new, old)
    assert path.stat().st_nlink == kept.stat().st_nlink == 1
    made, path, _old, _new = lay(tmp_path, grow=mode == "replace")
    kept.write_bytes(b"an older one")
    with pytest.raises(RepairError, match=r"the backup .* exists already; the file is as it was"):
        write_plan(made, mode, backup=".bak")
    assert kept.read_bytes() == b"an older one"
    for suffix in ("", "/../x", "a\0b"):
        with pytest.raises(RepairError, match="no suffix"):
            write_plan(made, mode, backup=suffix)


def test_a_backup_that_a_killed_run_has_made_is_taken(tmp_path):
    made, path, old, new = lay(tmp_path)
    kept = tmp_path / f"{path.name}.bak"
    os.link(path, kept)
    with pytest.raises(RepairError, match="other name"):
        write_plan(made, "replace", backup=".orig")
    assert write_plan(made, "replace", backup=".bak").backup == str(kept)
    assert (path.read_bytes(), kept.read_bytes()) == (new, old)


def test_a_backup_goes_when_the_repair_fails(tmp_path):
    made, path, _old, _new = lay(tmp_path)

    class Moving(System):
        def replace(self, source: str, target: str) -> None:
            raise PermissionError(13, "no")

    with pytest.raises(RepairError, match="permission denied while renaming"):
        write_plan(made, "replace", backup=".bak", system=Moving())
    assert names(tmp_path) == {path.name}


def test_patches_at_the_ends_and_no_units(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    patches = (Patch(0, 0, b"<"), Patch(2, 2, b"++"), Patch(4, 6, b""), Patch(10, 10, b">"))
    write_plan(Plan(str(path), 10, patches), "replace")
    assert path.read_bytes() == b"<01++236789>"


@given(st.data())
def test_any_plan_gives_its_bytes(tmp_path_factory, data):
    """Random patches between random units, and every unit where the plan says it is."""
    folder = tmp_path_factory.mktemp("any")
    path = folder / "a.fits"
    old = noise(400, 7)
    spots = sorted(data.draw(st.lists(st.integers(0, 400), max_size=16)))
    spans = list(zip(spots[::2], spots[1::2], strict=False))
    patches = [Patch(a, b, data.draw(st.binary(max_size=50)), old[a:b]) for a, b in spans]
    gaps = list(zip([0, *(b for _, b in spans)], [*(a for a, _ in spans), 400], strict=True))
    new, units = b"", []
    for number, (a, b) in enumerate(gaps, 1):
        units.append(DataUnit(number, a, len(new), b - a))
        new += old[a:b] + (patches[number - 1].new if number <= len(patches) else b"")
    path.write_bytes(old)
    made = Plan(str(path), 400, tuple(patches), tuple(units))
    written = write_plan(made, "replace", digests=True)
    assert path.read_bytes() == new
    if made.has_changes:
        assert [hdu for hdu, _ in written.digests] == [unit.hdu for unit in units if unit.length]


@pytest.mark.parametrize(
    ("scene", "count"),
    cross(SCENES, [1, 7, 512, 4096], lambda scene, count: count == scene % 4),
)
def test_short_writes_and_reads(scene, count, tmp_path):
    if count == 1 and scene.packed:
        count = 3
    made, old, new = scene.lay(tmp_path)
    written = write_plan(made, scene.mode, **scene.arguments(tmp_path), system=Short(count))
    raw = Path(written.path).read_bytes()
    assert (gzip.decompress(raw) if scene.packed else raw) == new != old


def test_large_files_are_synced_while_they_are_compared(tmp_path):
    class Large(System):
        parallel_from = 1

    made, path, _old, new = lay(tmp_path)
    written = write_plan(made, "replace", digests=True, system=Large())
    assert path.read_bytes() == new
    assert len(written.digests) == 4


def test_long_names(tmp_path):
    """A name of 255 bytes leaves no room for what is put around it."""
    for at, letter in enumerate(("a", "ぁ")):
        folder = tmp_path / str(at)
        folder.mkdir()
        short, path, old, new = lay(folder, grow=False)
        long = path.rename(folder / (letter * (250 // len(letter.encode())) + ".fits"))
        made = replace(short, path=str(long))
        write_plan(made, "in-place")
        assert long.read_bytes() == new
        long.write_bytes(old)
        write_plan(replace(made, identity=None), "replace")
        assert long.read_bytes() == new
        assert find_journal(str(long)) is None
        assert recover_file(str(long)).removed == ()


def test_data_change_only_when_asked_for(tmp_path):
    path = tmp_path / "a.fits"
    path.write_bytes(block("SIMPLE") + bytes(2880))
    unit = DataUnit(1, 2880, 2880, 2880)
    touched = Plan(str(path), 5760, (Patch(5000, 5004, b"ABCD", bytes(4)),), (unit,))
    for mode in ("replace", "in-place"):
        with pytest.raises(RepairError, match="would change the data of HDU 1"):
            write_plan(touched, mode)
    asked = replace(touched, data_changed=True)
    assert write_plan(asked, "replace", digests=True).digests == ()
    assert path.read_bytes()[5000:5004] == b"ABCD"


@pytest.mark.parametrize(
    ("patches", "units", "said"),
    [
        ([Patch(0, 10, b""), Patch(5, 12, b"")], [], "patches that overlap"),
        ([Patch(10, 12, b""), Patch(2, 3, b"")], [], "patches that overlap"),
        ([Patch(90, 200, b"")], [], "beyond the file"),
        ([Patch(0, 10, b"x" * 20)], [DataUnit(1, 20, 20, 10)], "where the data of HDU 1 are"),
        ([Patch(0, 10, b"x" * 10)], [DataUnit(1, 95, 95, 10)], "where the data of HDU 1 are"),
        ([Patch(0, 1, b"x")], [DataUnit(1, 9, 9, 9), DataUnit(2, 12, 12, 9)], "units that overlap"),
        ([Patch(0, 10, b"x" * 10, b"123")], [], "does not know the bytes"),
    ],
)
@pytest.mark.parametrize("mode", ["replace", "in-place"])
def test_a_plan_that_contradicts_itself_reaches_no_file(patches, units, said, mode, tmp_path):
    path = tmp_path / "a.fits"
    path.write_bytes(bytes(100))
    with pytest.raises(RepairError, match=f"{said}|in place|another program"):
        write_plan(Plan(str(path), 100, tuple(patches), tuple(units)), mode)
    assert path.read_bytes() == bytes(100)
    assert names(tmp_path) == {"a.fits"}


def test_looking_for_a_journal_imports_little():
    code = "import sys; import fitslint.repair.write; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"fitslint.repair.write.writer", "threading", "zlib", "hashlib", "numpy"}


def test_plans_of_the_scenes_are_sound(tmp_path):
    made, path, old, new = lay(tmp_path)
    assert plan(path, parts()) == made
    assert made.size == len(old)
    assert made.new_size == len(new)
