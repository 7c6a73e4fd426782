"""Where the system lacks something: the same promises by the next best means, which are named."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from fitslint.repair.model import RepairError
from fitslint.repair.write import recover_file, write_plan
from fitslint.repair.write.system import System
from tests.repair.crash.scenes import IN_PLACE, SCENES, names

LACKED = (
    "copy_file_range",
    "open_folder",
    "lock",
    "link",
    "fchmod",
    "fchown",
    "xattrs",
    "setxattr",
)


class Bare(System):
    """A system without what only some have; files that are open cannot be replaced."""

    closes_to_replace = True

    def __init__(self, lacked: tuple[str, ...] = LACKED, error: int = errno.ENOSYS) -> None:
        def lacking(*_given: object) -> None:
            raise OSError(error, "not here")

        for name in lacked:
            setattr(self, name, lacking)


@pytest.mark.parametrize("error", [errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_system_that_lacks_it_all(scene, error, tmp_path):
    made, old, new = scene.lay(tmp_path)
    written = write_plan(made, scene.mode, **scene.arguments(tmp_path), system=Bare(error=error))
    if not scene.packed:
        assert Path(written.path).read_bytes() == new
    if written.backup:
        assert Path(written.backup).read_bytes() == old
    assert {"no file lock"} <= set(written.methods)
    assert any(each.startswith("no fsync of the folder") for each in written.methods)
    if scene.small:
        assert "written in one piece" in written.methods
    elif scene.mode != "in-place" and not scene.packed:
        assert "read and write" in written.methods
        assert "copy_file_range" not in written.methods
    left = names(tmp_path) - {"out"}
    assert left == {Path(made.path).name} | ({"one.fits.bak"} if written.backup else set())


@pytest.mark.parametrize(
    ("lacked", "error", "said"),
    [
        ("copy_file_range", errno.EXDEV, "read and write"),
        ("copy_file_range", errno.EPERM, "read and write"),
        ("lock", errno.ENOLCK, "no file lock"),
        ("open_folder", errno.EACCES, "no fsync of the folder (permission denied)"),
        ("xattrs", errno.EOPNOTSUPP, "no extended attributes (operation not supported)"),
        ("link", errno.EPERM, "backup by copy"),
    ],
)
def test_what_took_its_place_is_said(lacked, error, said, tmp_path):
    made, old, new = SCENES[0].lay(tmp_path)
    written = write_plan(made, "replace", backup=".bak", system=_lacking(lacked, error))
    assert Path(made.path).read_bytes() == new
    assert Path(written.backup).read_bytes() == old
    assert any(each.startswith(said[:22]) for each in written.methods), written.methods


def _lacking(name: str, error: int) -> System:
    class Lacking(System):
        def __init__(self) -> None:
            def lacking(*_given: object) -> None:
                raise OSError(error, os.strerror(error))

            setattr(self, name, lacking)

    return Lacking()


def test_a_copy_that_stops_at_once(tmp_path):
    """Some file systems answer that nothing was left to copy."""

    class Idle(System):
        def copy_file_range(self, source: int, target: int, count: int, start: int) -> int:
            return 0

    made, _, new = SCENES[0].lay(tmp_path)
    assert "read and write" in write_plan(made, "replace", system=Idle()).methods
    assert Path(made.path).read_bytes() == new


def test_a_copy_that_lies(tmp_path):
    """What comes out is compared with what went in, whoever copied it."""

    class Lying(System):
        def copy_file_range(self, source: int, target: int, count: int, start: int) -> int:
            return self.write(target, bytes(count))

    made, old, _ = SCENES[0].lay(tmp_path)
    with pytest.raises(RepairError, match=r"differs from the old one in .* thrown away"):
        write_plan(made, "replace", system=Lying())
    assert Path(made.path).read_bytes() == old
    assert names(tmp_path) == {"one.fits"}


def test_a_device_that_lies(tmp_path):
    class Lying(System):
        lies = 1

        def pwrite(self, fd: int, data: bytes | memoryview, offset: int) -> int:
            self.lies -= 1
            return super().pwrite(fd, data if self.lies < 0 else bytes(len(data)), offset)

    made, old, _ = IN_PLACE[0].lay(tmp_path)
    with pytest.raises(RepairError, match="not what is read back; the file is as it was"):
        write_plan(made, "in-place", system=Lying())
    assert Path(made.path).read_bytes() == old


def test_a_rename_that_was_done_and_answered_with_an_error(tmp_path):
    class Late(System):
        def replace(self, source: str, target: str) -> None:
            super().replace(source, target)
            raise OSError(errno.EIO, "timed out")

    made, _, new = SCENES[0].lay(tmp_path)
    assert write_plan(made, "replace", system=Late()).mode == "replace"
    assert Path(made.path).read_bytes() == new
    assert names(tmp_path) == {"one.fits"}


def test_an_owner_and_an_attribute_that_cannot_be_kept(tmp_path):
    class Strict(System):
        def fchown(self, fd: int, user: int, group: int) -> None:
            raise PermissionError(errno.EPERM, "no")

        def setxattr(self, fd: int, name: str, value: bytes) -> None:
            raise PermissionError(errno.EPERM, "no")

    made, _, _ = SCENES[0].lay(tmp_path)
    os.setxattr(made.path, "user.note", b"x")
    if os.geteuid() == 0:
        os.chown(made.path, 1234, 4321)
    written = write_plan(made, "replace", system=Strict())
    assert "owner not kept (the system does not permit it)" in written.methods or os.geteuid()
    said = "extended attribute user.note not kept (the system does not permit it)"
    assert said in written.methods


def test_recover_on_a_bare_system(tmp_path):
    made, _, _ = IN_PLACE[0].lay(tmp_path)
    stale = tmp_path / ".one.fits.fitslint-00000000.tmp"
    stale.write_bytes(b"")
    done = recover_file(made.path, system=Bare())
    assert done.removed == (str(stale),)
