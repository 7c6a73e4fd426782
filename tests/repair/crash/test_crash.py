"""At every call that can fail: the old or the new bytes, never others, and nothing stays behind."""

from __future__ import annotations

import errno
import gzip
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from fitslint.repair.model import RepairError
from fitslint.repair.write import find_journal, recover_file, write_plan
from tests.repair.crash.faulty import Faulty, Strike, call_in_small_process, in_child
from tests.repair.crash.scenes import COPY, IN_PLACE, REPLACE, SCENES, Scene, names
from tests.sweeps import cross

ERRORS = [
    Strike(errno.EIO),
    Strike(errno.ENOSPC),
    Strike(errno.EIO, for_good=True),
    Strike(errno.ENOSPC, after=1),
    Strike(errno.EIO, after=512),
    Strike(errno.ENOSPC, after=1000, for_good=True),
]
KILLS = [Strike(None), Strike(None, done=True), Strike(None, after=1), Strike(None, after=512)]
KILLED = {(0, 0), (4, 3), (6, 1), (8, 2)}
"""Scenes and strikes of the ordinary run: replaced, in place, copied, packed."""
AS_IT_WAS = "the file is as it was"
PER_MODE = 200


class Stage:
    """One scene, laid out afresh, and what may be found after it."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        folder.mkdir()
        self.folder, self.scene = folder, scene
        self.plan, self.old, self.new = scene.lay(folder)
        self.path = Path(self.plan.path)
        self.output = folder / "out" / self.path.name
        self.before = self.path.stat()

    def write(self, system: Faulty) -> None:
        write_plan(self.plan, self.scene.mode, **self.scene.arguments(self.folder), system=system)

    def bytes(self, path: Path | None = None) -> bytes:
        raw = (path or self.path).read_bytes()
        return gzip.decompress(raw) if self.scene.packed else raw

    def recover(self) -> None:
        recover_file(str(self.path))
        if self.output.parent.is_dir():
            recover_file(str(self.output))

    def is_old(self) -> bool:
        kept = self.path.stat().st_mtime_ns == self.before.st_mtime_ns
        kept = kept or self.scene.mode == "in-place"
        return self.bytes() == self.old and kept and not self.output.exists()

    def is_new(self) -> bool:
        if self.scene.mode == "copy":
            return self.bytes() == self.old and self.bytes(self.output) == self.new
        return self.bytes() == self.new

    def is_tidy(self) -> bool:
        backup = self.path.with_name(self.path.name + ".bak")
        here = names(self.folder) - {"out", backup.name}
        there = names(self.output.parent) if self.output.parent.is_dir() else set()
        if backup.exists() and self.bytes(backup) != self.old:
            return False
        return here == {self.path.name} and there <= {self.output.name}


def points(scene: Scene, folder: Path) -> int:
    """Calls of a run in which nothing fails."""
    system = Faulty()
    stage = Stage(scene, folder)
    stage.write(system)
    assert stage.is_new()
    assert stage.is_tidy()
    return len(system.log)


def stages(scene: Scene, folder: Path) -> Iterator[tuple[int, Stage]]:
    for at in range(points(scene, folder / "whole")):
        yield at, Stage(scene, folder / str(at))


@pytest.mark.parametrize(
    ("scene", "strike"), cross(SCENES, ERRORS, lambda scene, strike: scene % 6 == strike)
)
def test_a_failing_call(scene, strike, tmp_path):
    for at, stage in stages(scene, tmp_path):
        system = Faulty(strike, at)
        try:
            stage.write(system)
        except RepairError as error:
            said = str(error)
            assert "\n" not in said
            if said.endswith(AS_IT_WAS):
                assert stage.is_old(), (at, system.log[at], said)
            else:
                assert strike.for_good, (at, system.log[at], said)
                assert find_journal(str(stage.path)) in said
            stage.recover()
            assert stage.is_old(), (at, system.log[at], said)
        else:
            assert stage.is_new(), (at, system.log[at])
            stage.recover()
            assert stage.is_new(), (at, system.log[at])
        assert stage.is_tidy(), (at, system.log[at], names(stage.folder))


def kill_at_each_call(scene: Scene, strike: Strike, folder: Path) -> int:
    """How many calls there are; at none is anything but the old or the new file left."""
    at = 0
    for at, stage in stages(scene, folder):
        status = in_child(lambda stage=stage, at=at: stage.write(Faulty(strike, at)))
        assert status == -signal.SIGKILL
        if scene.mode != "in-place":
            assert stage.is_old() or stage.is_new(), at
        stage.recover()
        assert stage.is_old() or stage.is_new(), at
        assert stage.is_tidy(), (at, names(stage.folder))
    return at + 1


@pytest.mark.parametrize(
    ("scene", "strike"), cross(SCENES, KILLS, lambda scene, strike: (scene, strike) in KILLED)
)
def test_a_kill(scene, strike, tmp_path):
    assert call_in_small_process(kill_at_each_call, scene, strike, tmp_path) > 10


@pytest.mark.parametrize(
    "strike", [Strike(None), Strike(None, after=7), Strike(errno.EIO)], ids=str
)
def test_a_recovery_that_is_cut_short_itself(strike, tmp_path):
    """Killed in the middle of the patches, then at each call of the recovery."""
    scene = IN_PLACE[0]
    probe = Faulty()
    Stage(scene, tmp_path / "probe").write(probe)
    middle = [at for at, name in enumerate(probe.log) if name == "pwrite"][1]
    at, calls = -1, 1
    while at < calls:
        stage = Stage(scene, tmp_path / str(at))
        in_child(lambda stage=stage: stage.write(Faulty(Strike(None, after=10), middle)))
        assert stage.bytes() not in {stage.old, stage.new}
        system = Faulty(strike, at)
        if strike.error is None and at >= 0:
            assert in_child(lambda stage=stage, system=system: recover_with(stage, system)) < 0
        else:
            recover_with(stage, system)
            calls = max(calls, len(system.log) - 1)
        stage.recover()
        assert stage.is_old()
        assert stage.is_tidy()
        at += 1
    assert calls > 10


def recover_with(stage: Stage, system: Faulty) -> None:
    """Recover; where that fails, the journal is still there or the file has its old bytes."""
    try:
        recover_file(str(stage.path), system=system)
    except RepairError:
        assert find_journal(str(stage.path)) or stage.is_old()


def test_there_are_points_enough(tmp_path):
    """The promise is about at least 200 points of both modes."""
    for group, strikes in ((REPLACE, ERRORS + KILLS), (IN_PLACE, ERRORS + KILLS), (COPY, KILLS)):
        calls = sum(points(scene, tmp_path / scene.name) for scene in group)
        assert calls * len(strikes) >= PER_MODE
        print(group[0].mode, calls, calls * len(strikes))
