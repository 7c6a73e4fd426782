"""Units are run once, again when something changed, and never over what somebody else wrote."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.run.execute import RunOptions, execute_tasks
from fitslint.pipeline.run.lock import lock_folder
from fitslint.pipeline.run.state import STATE_NAME, RunState
from fitslint.pipeline.run.task import RunTask, TaskOutcome

FORMAT = "toy-run-1"


class Silent:
    def begin(self, unit):
        return lambda done, total: None

    def end(self, result):
        pass


def copy_upper(source: Path, target: str, work) -> TaskOutcome:
    """A unit's work: a file of the text of another one in capitals."""
    if not source.exists():
        raise PipelineError("there is no such file", path=str(source))
    (work.folder / target).write_text(source.read_text().upper())
    return TaskOutcome(("a note",), has_bad_products="BAD" in source.read_text().upper())


def unit(name, source, target, folder="", needs=(), **parameters) -> RunTask:
    return RunTask(
        name, "maps", Path(folder), (), parameters, lambda: [source],
        partial(copy_upper, source, target), needs,
    )  # fmt: skip


@pytest.fixture
def place(tmp_path):
    (tmp_path / "in.txt").write_text("text")
    (tmp_path / "out").mkdir()
    return tmp_path


def chain(place, **parameters):
    out = place / "out"
    return [
        unit("first", place / "in.txt", "a.txt", "A", **parameters),
        unit("second", out / "A/a.txt", "b.txt", "B", needs=("first",)),
    ]


def run(units, out, **options):
    return execute_tasks(units, out, RunState(out, FORMAT), RunOptions(**options), Silent())


def statuses(results):
    return [one.status for one in results]


def test_a_second_run_does_nothing(place):
    out = place / "out"
    first = run(chain(place), out)
    assert statuses(first) == ["done", "done"]
    assert first[0].outputs == ("A/a.txt",)
    assert (out / "B/b.txt").read_text() == "TEXT"
    before = (out / "B/b.txt").stat().st_mtime_ns
    again = run(chain(place), out)
    assert statuses(again) == ["unchanged", "unchanged"]
    assert again[0].notes == ("a note",)
    assert (out / "B/b.txt").stat().st_mtime_ns == before
    assert not (out / ".fitslint-work").exists()


def test_content_counts_and_not_the_time_of_a_file(place):
    run(chain(place), place / "out")
    (place / "in.txt").write_text("text")
    assert statuses(run(chain(place), place / "out")) == ["unchanged", "unchanged"]
    (place / "in.txt").write_text("other")
    results = run(chain(place), place / "out")
    assert statuses(results) == ["done", "done"]
    assert results[0].reason == "in.txt changed"
    assert (place / "out/B/b.txt").read_text() == "OTHER"


def test_what_is_the_same_again_stops_there(place):
    """An input that changes without changing the product does not touch what rests on it."""
    run(chain(place), place / "out")
    (place / "in.txt").write_text("TEXT")
    assert statuses(run(chain(place), place / "out")) == ["done", "unchanged"]


def test_parameters_count(place):
    run(chain(place), place / "out")
    results = run(chain(place, pixel=2), place / "out")
    assert statuses(results) == ["done", "unchanged"]
    assert results[0].reason == "parameters or program changed"


def test_a_product_that_is_gone_is_made_again(place):
    run(chain(place), place / "out")
    (place / "out/A/a.txt").unlink()
    results = run(chain(place), place / "out")
    assert [(one.status, one.reason) for one in results] == [
        ("done", "a.txt is gone"), ("unchanged", ""),
    ]  # fmt: skip


def test_a_product_that_was_edited_stays_unless_forced(place):
    run(chain(place), place / "out")
    (place / "out/A/a.txt").write_text("by hand")
    results = run(chain(place), place / "out")
    assert statuses(results) == ["failed", "left out"]
    assert "say --force" in results[0].reason
    assert (place / "out/A/a.txt").read_text() == "by hand"
    assert statuses(run(chain(place), place / "out", rerun_unchanged=True, overwrite=True)) == [
        "done",
        "done",
    ]
    assert (place / "out/A/a.txt").read_text() == "TEXT"


def test_replacing_alone_runs_what_was_edited_alone(place):
    run(chain(place), place / "out")
    (place / "out/B/b.txt").write_text("by hand")
    results = run(chain(place), place / "out", overwrite=True)
    assert [(one.status, one.reason) for one in results] == [
        ("unchanged", ""), ("done", "b.txt was edited"),
    ]  # fmt: skip


def test_a_file_of_somebody_else_stays_unless_forced(place):
    (place / "out/A").mkdir()
    (place / "out/A/a.txt").write_text("mine")
    results = run(chain(place), place / "out")
    assert statuses(results) == ["failed", "left out"]
    assert (place / "out/A/a.txt").read_text() == "mine"
    assert statuses(run(chain(place), place / "out", rerun_unchanged=True, overwrite=True)) == [
        "done",
        "done",
    ]


def test_a_unit_that_fails_stops_those_that_need_it_alone(place):
    units = [
        unit("lost", place / "nowhere.txt", "x.txt"),
        unit("after", place / "in.txt", "y.txt", needs=("lost",)),
        *chain(place),
    ]
    results = run(units, place / "out")
    assert statuses(results) == ["failed", "left out", "done", "done"]
    assert "nowhere.txt" in results[0].reason
    assert results[1].reason == "needs lost"


def test_a_verdict_is_told_again_when_nothing_changed(place):
    (place / "in.txt").write_text("bad")
    assert [one.has_bad_products for one in run(chain(place), place / "out")] == [True, True]
    again = run(chain(place), place / "out")
    assert statuses(again) == ["unchanged", "unchanged"]
    assert [one.has_bad_products for one in again] == [True, True]


def test_a_dry_run_writes_nothing(place):
    results = run(chain(place), place / "out", dry_run=True)
    assert statuses(results) == ["would run", "would run"]
    assert [one.reason for one in results] == ["first time", "first comes before it"]
    assert list((place / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "damaged"),
        (b"{", "damaged"),
        (b"\xff\xfe", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b"{}", "was not written by"),
        (b'{"format": "toy-run-1"}', "damaged"),
        (b'{"format": "toy-run-1", "units": 3}', "damaged"),
        (b'{"format": "toy-run-1", "units": {"first": {}}}', "damaged"),
        (b'{"format": "another", "units": {}}', "was not written by"),
    ],
)
def test_a_state_that_cannot_be_used_is_told_and_left_aside(place, content, said):
    (place / "out" / STATE_NAME).write_bytes(content)
    state = RunState(place / "out", FORMAT)
    assert said in (state.warning or "")
    results = execute_tasks(chain(place), place / "out", state, RunOptions(), Silent())
    assert statuses(results) == ["done", "done"]
    assert RunState(place / "out", FORMAT).warning is None


def test_products_of_a_lost_state_are_not_overwritten_by_others(place):
    """Without the state nobody knows whose files these are; the same content does no harm."""
    run(chain(place), place / "out")
    (place / "out" / STATE_NAME).unlink()
    assert statuses(run(chain(place), place / "out")) == ["done", "done"]
    (place / "out" / STATE_NAME).unlink()
    (place / "in.txt").write_text("newer")
    assert statuses(run(chain(place), place / "out")) == ["failed", "left out"]
    assert (place / "out/A/a.txt").read_text() == "TEXT"
    assert statuses(run(chain(place), place / "out", overwrite=True)) == ["done", "done"]
    assert (place / "out/A/a.txt").read_text() == "NEWER"


def test_an_interrupted_placing_is_completed(place):
    """The digests stand in the state before the files are in their places."""
    out = place / "out"
    run(chain(place), out)
    (place / "in.txt").write_text("newer")
    told = json.loads((out / STATE_NAME).read_text())
    run(chain(place), out)
    after = json.loads((out / STATE_NAME).read_text())
    begun = after["units"]["first"] | {
        "done": False, "before": told["units"]["first"]["outputs"],
    }  # fmt: skip
    after["units"]["first"] = begun
    (out / STATE_NAME).write_text(json.dumps(after))
    for content in ("TEXT", "NEWER"):
        (out / "A/a.txt").write_text(content)
        results = run(chain(place), out)
        assert results[0].status == "done"
        assert (out / "A/a.txt").read_text() == "NEWER"
        (out / STATE_NAME).write_text(json.dumps(after))


def test_two_runs_at_once_in_a_folder(place):
    out = place / "out"
    with (
        lock_folder(out),
        pytest.raises(PipelineError, match="another run works"),
        lock_folder(out),
    ):
        pass
    with lock_folder(out):
        pass


def test_a_folder_that_cannot_be_made(place):
    (place / "file").write_text("")
    with pytest.raises(PipelineError, match="cannot be written"), lock_folder(place / "file/out"):
        pass
