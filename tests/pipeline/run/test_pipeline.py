"""A pipeline that knows nothing of lensing runs on what the pipelines have in common."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from fitslint.pipeline.run import code_version
from fitslint.pipeline.run.execute import RunOptions, execute_tasks
from fitslint.pipeline.run.lock import lock_folder
from fitslint.pipeline.run.state import STATE_NAME, RunState
from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome

FORMAT = "fitslint-counts-run-1"


class Watching:
    """Keeps what it is told."""

    def __init__(self):
        self.begun, self.ended, self.parts = [], [], []

    def begin(self, task):
        self.begun.append(task.name)
        return lambda done, total: self.parts.append((done, total))

    def end(self, result):
        self.ended.append((result.task.name, result.status, result.reason))


def count_words(source: Path, context: TaskContext) -> TaskOutcome:
    words = source.read_text().split()
    for done, word in enumerate(sorted(set(words)), 1):
        (context.folder / f"{word}.txt").write_text(str(words.count(word)))
        context.progress(done, len(set(words)))
    return TaskOutcome((f"{len(words)} words",))


def add_counts(folder: Path, context: TaskContext) -> TaskOutcome:
    total = sum(int(path.read_text()) for path in sorted(folder.glob("*.txt")))
    (context.folder / "total.json").write_text(json.dumps({"total": total}))
    return TaskOutcome(has_bad_products=total > 5)


def plan(place: Path, modules: tuple[str, ...] = ("fitslint.text",)) -> list[RunTask]:
    counts = place / "out/counts"
    return [
        RunTask(
            "count", "count", Path("counts"), modules, {}, lambda: [place / "in.txt"],
            partial(count_words, place / "in.txt"),
        ),
        RunTask(
            "report", "report", Path("report"), ("fitslint.text",), {"limit": 5},
            lambda: sorted(counts.glob("*.txt")), partial(add_counts, counts), ("count",),
        ),
    ]  # fmt: skip


def run(place: Path, tasks: list[RunTask]) -> Watching:
    watching, out = Watching(), place / "out"
    with lock_folder(out):
        execute_tasks(tasks, out, RunState(out, FORMAT), RunOptions(), watching)
    return watching


@pytest.fixture
def place(tmp_path):
    (tmp_path / "in.txt").write_text("a b a c")
    return tmp_path


def test_two_tasks_run_once_and_tell_how_they_come_along(place):
    first = run(place, plan(place))
    assert first.begun == ["count", "report"]
    assert first.parts == [(1, 3), (2, 3), (3, 3)]
    assert json.loads((place / "out/report/total.json").read_text()) == {"total": 4}
    assert [status for _, status, _ in run(place, plan(place)).ended] == ["unchanged"] * 2
    assert json.loads((place / "out" / STATE_NAME).read_text())["format"] == FORMAT


def test_what_changed_is_made_again_with_what_rests_on_it(place):
    run(place, plan(place))
    (place / "in.txt").write_text("a b a c d d d")
    again = run(place, plan(place))
    assert [status for _, status, _ in again.ended] == ["done", "done"]
    assert json.loads((place / "out/report/total.json").read_text()) == {"total": 7}


def test_another_pipeline_takes_the_state_of_this_one_for_none(place):
    run(place, plan(place))
    assert "was not written by" in (RunState(place / "out", "fitslint-kappa-run-1").warning or "")
    assert RunState(place / "out", FORMAT).warning is None


def test_a_task_rests_on_its_own_modules_and_on_what_writes_headers(place, monkeypatch):
    """A change in a module repeats the tasks that name it; one in a writer repeats all."""
    run(place, plan(place, ("fitslint.pipeline.fetch",)))
    read_bytes = Path.read_bytes
    touched: list[str] = []

    def read_with_comment(path: Path) -> bytes:
        changed = any(path.match(pattern) for pattern in touched)
        return read_bytes(path) + (b"# a comment\n" if changed else b"")

    def statuses() -> list[str]:
        code_version.compute_code_version.cache_clear()
        ended = run(place, plan(place, ("fitslint.pipeline.fetch",))).ended
        return [status for _, status, _ in ended]

    monkeypatch.setattr(Path, "read_bytes", read_with_comment)
    try:
        touched[:] = ["*/pipeline/kappa/*.py"]
        assert statuses() == ["unchanged", "unchanged"]
        touched[:] = ["*/pipeline/fetch/limits.py"]
        assert statuses() == ["done", "unchanged"]
        touched[:] = ["*/syntax/write_cards.py"]
        assert statuses() == ["done", "done"]
    finally:
        code_version.compute_code_version.cache_clear()


def test_a_module_that_is_not_there_is_a_mistake_of_the_pipeline():
    with pytest.raises(ValueError, match=r"there is no module fitslint\.pipeline\.nowhere"):
        code_version.compute_code_version(("fitslint.pipeline.nowhere",))
