"""The power fails between any two calls: unsynced bytes are there, are not, or are in part."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from fitslint.repair.model import RepairError
from fitslint.repair.write import find_journal, recover_file, write_plan
from fitslint.repair.write.system import System
from tests.repair.crash.faulty import Faulty, Strike, in_child
from tests.repair.crash.power import Recorder
from tests.repair.crash.scenes import IN_PLACE, REPLACE, Scene, names
from tests.sweeps import sample

FATES = 12


class Reborn(System):
    """The system after the failure: the file that was laid out again keeps its number."""

    def __init__(self, inodes: dict[int, int]) -> None:
        self.inodes = inodes

    def fstat(self, fd: int) -> os.stat_result:
        status = super().fstat(fd)
        fields = list(status)
        fields[1] = self.inodes.get(status.st_ino, status.st_ino)
        return os.stat_result(fields)


def laid_out(folder: Path, files: dict[str, tuple[int, bytes]]) -> Reborn:
    folder.mkdir()
    numbers = {}
    for name, (inode, data) in files.items():
        (folder / name).write_bytes(data)
        numbers[(folder / name).stat().st_ino] = inode
    return Reborn(numbers)


def every_fate(
    recorder: Recorder, name: str, old: bytes, new: bytes, place: Path
) -> set[tuple[bool, bool]]:
    """Recover from every moment of a run: whether the new bytes were found, and rolled back."""
    backup = f"{name}.bak"
    dice = random.Random(1)
    ends = set()
    for number, moment in enumerate([*recorder.moments, recorder.device]):
        for fate in range(FATES):
            folder = place / f"{number}-{fate}"
            system = laid_out(folder, moment.fate(dice))
            path = folder / name
            rolled = recover_file(str(path), system=system).rolled_back
            data = path.read_bytes()
            assert data in {old, new}, (number, fate)
            assert names(folder) <= {name, backup}
            assert find_journal(str(path)) is None
            ends.add((data == new, rolled))
            if (folder / backup).exists():
                assert (folder / backup).read_bytes() == old
    ends.add((data == new, False))
    return ends


@pytest.mark.parametrize("scene", sample([*REPLACE[:3], *IN_PLACE], 3))
def test_the_power_fails(scene: Scene, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    plan, old, new = scene.lay(place)
    recorder = Recorder(place)
    write_plan(plan, scene.mode, **scene.arguments(place), system=recorder)
    ends = every_fate(recorder, Path(plan.path).name, old, new, tmp_path)
    # What was promised when the call returned is on the device.
    assert (True, False) in ends
    assert (False, True) in ends or scene.mode != "in-place"
    assert recorder.device.fate(random.Random(2)).keys() <= {"one.fits", "one.fits.bak"}


@pytest.mark.parametrize(
    "call", [("pwrite", 2), ("pwrite", 3), ("fsync", 3), ("unlink", 1)], ids=str
)
def test_the_power_fails_after_a_failing_call(call: tuple[str, int], tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    plan, old, _new = IN_PLACE[0].lay(place)
    recorder = Recorder(place, call)
    with pytest.raises(RepairError, match="the file is as it was"):
        write_plan(plan, "in-place", system=recorder)
    every_fate(recorder, Path(plan.path).name, old, old, tmp_path)


@pytest.mark.parametrize("bits", sample([600, 1, 2000], 3))
def test_the_power_fails_while_recovering(bits: int, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    plan, old, new = IN_PLACE[0].lay(place)
    probe = Faulty()
    write_plan(plan, "in-place", system=probe)
    plan, old, new = IN_PLACE[0].lay(place)
    second = [at for at, name in enumerate(probe.log) if name == "pwrite"][1]
    in_child(lambda: write_plan(plan, "in-place", system=Faulty(Strike(None, after=bits), second)))
    assert Path(plan.path).read_bytes() not in {old, new}
    recorder = Recorder(place)
    recover_file(plan.path, system=recorder)
    every_fate(recorder, Path(plan.path).name, old, old, tmp_path)
