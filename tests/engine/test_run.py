"""Many inputs: order, worker processes, timeouts, and workers that die."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from fitslint.config.settings import Limits, Settings
from fitslint.engine import checker as checker_module
from fitslint.engine import workers as workers_module
from fitslint.engine.checker import FileChecker
from fitslint.engine.ruleset import UnknownSelectorError
from fitslint.engine.run import check_all, check_batches
from fitslint.engine.tally import Tally
from fitslint.report.concise import ConciseReporter
from fitslint.report.json_report import JsonLinesReporter

CARDS = [b"SIMPLE  =                    T", b"BITPIX  =                    8",
         b"NAXIS   =                    0"]  # fmt: skip
BAD = b"EXPTIME =              1.5e+02"


def fits(*more):
    cards = [card.ljust(80) for card in (*CARDS, *more, b"END")]
    return b"".join(cards).ljust(2880)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """300 files of which every tenth has an error and one is missing."""
    folder = tmp_path_factory.mktemp("many")
    paths = []
    for number in range(300):
        path = folder / f"{number:03}.fits"
        path.write_bytes(fits(BAD) if number % 10 == 0 else fits())
        paths.append(str(path))
    Path(paths[7]).unlink()
    return paths


def told(settings, paths):
    return [
        (report.path, report.status, [finding.code for finding in report.findings])
        for report in check_all(paths, settings)
    ]


def test_answers_are_in_order_and_the_same_with_any_number_of_workers(many):
    alone = told(Settings(jobs=1), many)
    assert [path for path, _, _ in alone] == many
    assert alone[7][1] == "unreadable"
    assert alone[10][2]
    assert alone[11][2] == []
    assert told(Settings(jobs=3), many) == alone
    assert told(Settings(), many) == alone


def test_texts_and_counts_are_those_of_one_process(many):
    def all_of(jobs):
        tally, texts = Tally(), [[], []]
        for batch in check_batches(
            many, Settings(jobs=jobs), [ConciseReporter(), JsonLinesReporter()]
        ):
            tally.update(batch.tally)
            assert batch.reports == []
            for parts, text in zip(texts, batch.texts, strict=True):
                parts.append(text)
        return tally, ["".join(parts) for parts in texts]

    assert all_of(2) == all_of(1)
    tally, (concise, lines) = all_of(2)
    assert tally.files == 300
    assert lines.count("\n") == 300
    assert concise.count("\n") == 31


def test_no_inputs_no_answers():
    assert list(check_all([], Settings())) == []


def test_inputs_are_taken_as_they_come(many):
    taken = []

    def source():
        for path in many:
            taken.append(path)
            yield path

    answers = check_all(source(), Settings(jobs=1))
    next(answers)
    assert len(taken) < 100
    answers.close()


def test_an_unknown_rule_is_told_before_anything_is_read():
    with pytest.raises(UnknownSelectorError):
        check_all([], Settings(select=("VF999",))).__next__()


def test_leaving_early_ends_the_workers(many):
    before = children()
    answers = check_batches(many, Settings(jobs=2))
    next(answers)
    next(answers)
    assert len(children() - before) == 2
    answers.close()
    assert children() <= before


def children():
    listed = subprocess.run(
        ["ps", "-o", "pid=,comm=", "--ppid", str(os.getpid())],
        capture_output=True, text=True, check=False,
    ).stdout.splitlines()  # fmt: skip
    return {line for line in listed if line.split()[1] != "ps"}


@pytest.fixture(autouse=True)
def forked(monkeypatch):
    """Workers are forked, whatever threads of dask and fsspec other tests have left behind."""
    monkeypatch.setattr(workers_module, "_choose_start_method", lambda: "fork")


@pytest.fixture
def troubled(monkeypatch):
    """Files with a word in their name that makes reading them go wrong."""
    real = checker_module.read_file

    def read(path, limits, *more):
        if "hang" in path:
            while True:
                time.sleep(0.01)
        if "swallow" in path:
            while True:
                with contextlib.suppress(Exception):  # what a careless rule might do
                    time.sleep(10)
        if "raise" in path:
            raise RuntimeError("two\nlines")
        if "kill" in path:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(path, limits, *more)

    monkeypatch.setattr(checker_module, "read_file", read)


def with_trouble(many, *words):
    paths = [path for path in many if not path.endswith("007.fits")]
    for place, word in enumerate(words):
        paths.insert(100 + 3 * place, f"/{word}.fits")
    return paths


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.long), 2])
def test_a_hanging_file_is_a_timeout_and_the_others_are_judged(many, troubled, jobs):
    settings = Settings(jobs=jobs, limits=Limits(seconds=2))
    paths = with_trouble(many, "hang", "swallow")
    found = {report.path: report for report in check_all(paths, settings)}
    assert list(found) == paths
    for name in ("/hang.fits", "/swallow.fits"):
        assert found[name].status == "timeout"
        assert found[name].verdict == "undetermined"
        assert found[name].reason == "not judged within 2 s"
    assert sum(report.status == "ok" for report in found.values()) == 299


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_of_ours_is_one_file_crashed(many, troubled, jobs):
    paths = with_trouble(many, "raise")
    found = {report.path: report for report in check_all(paths, Settings(jobs=jobs))}
    assert found["/raise.fits"].status == "crashed"
    assert found["/raise.fits"].reason == "internal error: RuntimeError: two lines"
    assert sum(report.status == "ok" for report in found.values()) == 299


def test_a_worker_that_dies_takes_nobody_with_it(many, troubled):
    paths = with_trouble(many, "kill", "kill2", "raise")
    found = list(check_all(paths, Settings(jobs=2)))
    assert [report.path for report in found] == paths
    crashed = {report.path: report.reason for report in found if report.status == "crashed"}
    assert set(crashed) == {"/kill.fits", "/kill2.fits", "/raise.fits"}
    assert crashed["/kill.fits"] == "the process that checked it died (signal SIGKILL)"
    assert sum(report.status == "ok" for report in found) == 299


def test_the_alarm_is_left_as_it_was(many):
    list(check_all(many[:3], Settings(jobs=1)))
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_an_alarm_that_comes_while_the_watch_is_taken_down_is_nothing(monkeypatch):
    """Of a file that something else broke off: its time was never said to be over."""
    set_handler, timers = signal.signal, []

    def ring_first(number, handler):
        timers.append(signal.getitimer(signal.ITIMER_REAL))
        if handler is signal.SIG_IGN:
            signal.raise_signal(signal.SIGALRM)
        return set_handler(number, handler)

    with checker_module.FileTimer(1000.0) as timer:
        monkeypatch.setattr(signal, "signal", ring_first)
        timer.started, timer.seconds = 1e-9, 0.0
    assert timers == [(0.0, 0.0)] * 2
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_a_checker_travels_without_its_judge():
    import pickle

    checker = FileChecker(Settings(jobs=2), [ConciseReporter()], keep_reports=True)
    checker.get_linter()
    twin = pickle.loads(pickle.dumps(checker))
    assert twin.settings == checker.settings
    assert twin.keep_reports
    assert twin.renderers == (ConciseReporter(),)


def test_spawned_workers_answer_as_forked_ones(many):
    """In a process with threads nothing is forked."""
    code = (
        "import sys, threading, time\n"
        "from fitslint.config.settings import Settings\n"
        "from fitslint.engine.run import check_all\n"
        "if __name__ == '__main__':\n"
        "    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "    found = list(check_all(sys.argv[1:], Settings(jobs=2)))\n"
        "    print(len(found), sum(bool(one.findings) for one in found))\n"
    )
    script = Path(many[0]).parent / "script.py"
    script.write_text(code)
    done = subprocess.run(
        [sys.executable, script, *many], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert done.stdout.split() == ["300", "30"]


def test_settings_are_plain_data():
    assert hash(replace(Settings(), jobs=3)) != hash(Settings())
