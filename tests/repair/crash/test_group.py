"""Files that are written together: each is old or new, and one that fails takes nobody with it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from random import Random

import pytest

from fitslint.repair.model import Plan, WriteResult
from fitslint.repair.write import recover_file, replace_files
from fitslint.repair.write.system import System
from tests.repair.crash.faulty import Faulty, Strike, call_in_small_process, in_child
from tests.repair.crash.power import Recorder
from tests.repair.crash.scenes import names, parts, plan, streams
from tests.repair.crash.test_crash import AS_IT_WAS, ERRORS, KILLS
from tests.sweeps import sample

COUNT = 4
FATES = 8
OLD, NEW = streams(parts())
SHARED = {"lock", "open_folder", "syncfs", "close", "fchown", "xattrs", "setxattr"}
"""Calls whose failure is no failure of a file: there are other means, or nothing depends on it."""


def laid(folder: Path) -> list[Plan]:
    """Files in two folders."""
    plans = []
    for number in range(COUNT):
        path = folder / str(number % 2) / f"{number}.fits"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(OLD)
        os.utime(path, ns=(10**18 + 1000, 10**18 + 2000))
        plans.append(plan(path, parts()))
    return plans


def states(plans: list[Plan]) -> list[bool]:
    """Which files are new, each being old or new."""
    found = [Path(each.path).read_bytes() for each in plans]
    assert set(found) <= {OLD, NEW}
    return [data == NEW for data in found]


def tidy(plans: list[Plan]) -> bool:
    for each in plans:
        recover_file(each.path)
    here = [Path(each.path) for each in plans]
    return all(names(path.parent) == {p.name for p in here if p.parent == path.parent}
               for path in here)  # fmt: skip


def calls(folder: Path) -> list[str]:
    system = Faulty()
    plans = laid(folder)
    results = replace_files(plans, system=system)
    assert all(isinstance(each, WriteResult) for each in results)
    assert all(states(plans))
    assert tidy(plans)
    return system.log


@pytest.mark.parametrize("strike", sample(ERRORS, 6))
def test_a_failing_call(strike, tmp_path):
    for at, name in enumerate(calls(tmp_path / "whole")):
        plans = laid(tmp_path / str(at))
        results = replace_files(plans, system=Faulty(strike, at))
        new = states(plans)
        assert new == [isinstance(each, WriteResult) for each in results], (at, name)
        for each in results:
            assert isinstance(each, WriteResult) or str(each).endswith(AS_IT_WAS)
        if not strike.for_good:
            assert sum(new) >= COUNT - (name not in SHARED), (at, name)
        assert tidy(plans), (at, name)


def kill_at_each_call(strike: Strike, folder: Path) -> int:
    """How many calls there are; at none is a file left that is neither old nor new."""
    log = calls(folder / "whole")
    for at in range(len(log)):
        plans = laid(folder / str(at))
        system = Faulty(strike, at)
        status = in_child(lambda plans=plans, system=system: replace_files(plans, system=system))
        assert status == -signal.SIGKILL
        states(plans)
        assert tidy(plans), at
    return len(log)


@pytest.mark.long
@pytest.mark.parametrize("strike", KILLS, ids=str)
def test_a_kill(strike, tmp_path):
    assert call_in_small_process(kill_at_each_call, strike, tmp_path) > 10


def test_nothing_is_renamed_before_all_is_on_the_device(tmp_path):
    log = calls(tmp_path / "whole")
    means = "syncfs" if "syncfs" in log else "fsync"
    assert log.index("replace") > log.index(means)
    assert log.count("open_folder") == 2


@pytest.mark.long
@pytest.mark.parametrize("fail_at", [("", 0), ("syncfs", 1)], ids=["syncfs", "fsync each"])
def test_the_power_fails(fail_at, tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    plans = []
    for number in range(COUNT):
        path = place / f"{number}.fits"
        path.write_bytes(OLD)
        plans.append(plan(path, parts()))
    recorder = Recorder(place, fail_at)
    assert all(isinstance(each, WriteResult) for each in replace_files(plans, system=recorder))
    dice, seen = Random(1), set()
    for number, moment in enumerate([*recorder.moments, recorder.device]):
        for fate in range(FATES):
            folder = tmp_path / f"{number}-{fate}"
            folder.mkdir()
            for name, (_, data) in moment.fate(dice).items():
                (folder / name).write_bytes(data)
            for each in plans:
                path = folder / Path(each.path).name
                recover_file(str(path))
                assert path.read_bytes() in {OLD, NEW}, (number, fate)
                seen.add(path.read_bytes() == NEW)
            assert len(names(folder)) == COUNT
    assert seen == {False, True}
    assert all(data == NEW for _, data in recorder.device.fate(dice).values())


def test_a_file_that_changes_meanwhile_and_one_that_is_gone(tmp_path):
    plans = laid(tmp_path)
    Path(plans[1].path).write_bytes(OLD + b"more")
    Path(plans[2].path).unlink()
    first, second, third, fourth = replace_files(plans)
    assert isinstance(first, WriteResult)
    assert isinstance(fourth, WriteResult)
    assert "another program has changed" in str(second)
    assert "vanished" in str(third)
    assert Path(plans[1].path).read_bytes() == OLD + b"more"


class Changing(System):
    """Another program writes a file between the sync and the renames."""

    def __init__(self, path: str) -> None:
        self.path = path

    def syncfs(self, fd: int) -> str:
        Path(self.path).write_bytes(NEW + b"theirs")
        raise OSError(5, "input/output error")


def test_a_file_that_changes_just_before_it_is_renamed(tmp_path):
    plans = laid(tmp_path)
    results = replace_files(plans, system=Changing(plans[1].path))
    assert [isinstance(each, WriteResult) for each in results] == [True, False, True, True]
    assert Path(plans[1].path).read_bytes() == NEW + b"theirs"
