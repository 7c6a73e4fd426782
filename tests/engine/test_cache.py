"""The cache: the same answers as without, whatever becomes of files, settings and the cache."""

import os
import random
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from fitslint.config.settings import Limits, Settings
from fitslint.engine.cache import (
    CACHE_FILE,
    ReportCache,
    compute_digest,
    find_cache_folder,
)
from fitslint.engine.checker import FileChecker
from fitslint.engine.linter import Linter
from fitslint.engine.run import check_batches
from fitslint.engine.stored_reports import can_be_stored, decode_report, encode_report
from fitslint.report.registry import FORMAT_NAMES, create_reporter
from fitslint.source import files
from tests.engine.test_run import BAD, fits

DAY = "2026-06-01"


def build_cache(folder, settings=None):
    # What has just been written is not remembered, since it may change once more within a tick.
    return ReportCache(str(folder), compute_digest(settings or Settings(), DAY), -3600.0)


@pytest.fixture
def night(tmp_path):
    folder = tmp_path / "night"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.fits").write_bytes(fits(*[BAD] * (number % 2)))
    return folder


@pytest.fixture
def reads(monkeypatch):
    """Paths of files that were really read."""
    seen = []

    def read(path, limits, *more):
        seen.append(Path(path).name)
        return files.read_file(path, limits, *more)

    monkeypatch.setattr("fitslint.engine.checker.read_file", read)
    return seen


def check(folder, cache, settings=None):
    paths = sorted(map(str, Path(folder).iterdir()))
    forms = [create_reporter(name) for name in ("full", "json")]
    chosen = settings or Settings(jobs=1)
    batches = list(check_batches(paths, chosen, forms, cache=cache))
    return [batch.texts for batch in batches]


def test_a_file_that_stays_is_read_once(night, reads, tmp_path):
    plain = check(night, None)
    assert len(reads) == 6
    assert check(night, build_cache(tmp_path / "c")) == plain
    assert check(night, build_cache(tmp_path / "c")) == plain
    assert len(reads) == 12


def test_a_file_that_changes_is_read_again_though_size_and_time_are_kept(night, reads, tmp_path):
    check(night, build_cache(tmp_path / "c"))
    path = night / "1.fits"
    before = path.stat()
    path.write_bytes(fits(BAD.replace(b"e+02", b"E+02")))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    del reads[:]
    assert check(night, build_cache(tmp_path / "c")) == check(night, None)
    assert reads[:-6] == ["1.fits"]


def test_another_file_in_the_same_place_is_read(night, reads, tmp_path):
    check(night, build_cache(tmp_path / "c"))
    (night / "2.fits").replace(night / "3.fits")
    del reads[:]
    assert check(night, build_cache(tmp_path / "c")) == check(night, None)
    assert reads[:-5] == ["3.fits"]


@pytest.mark.parametrize(
    "settings",
    [
        Settings(jobs=1, ignore=("VF",)),
        Settings(jobs=1, profile="strict"),
        Settings(jobs=1, limits=Limits(findings_per_rule=1)),
        Settings(jobs=1, dictionary=("subaru",)),
    ],
)
def test_other_settings_are_another_answer(night, reads, tmp_path, settings):
    check(night, build_cache(tmp_path / "c"))
    cache = build_cache(tmp_path / "c", settings)
    assert check(night, cache, settings) == check(night, None, settings)
    assert len(reads) == 18


def test_the_digest_hangs_on_what_decides_an_answer(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("a")
    base = Settings(dictionary_path=(str(own),))
    first = compute_digest(base, DAY)
    assert first == compute_digest(Settings(dictionary_path=(str(own),), jobs=7, cache=True), DAY)
    assert first != compute_digest(base, "2026-06-02")
    own.write_text("ab")
    assert first != compute_digest(base, DAY)


def test_what_has_just_changed_is_not_remembered(night, tmp_path):
    cache = ReportCache(str(tmp_path / "c"), b"x" * 32, 3600.0)
    assert cache.stamp(str(night / "1.fits")) is None
    check(night, cache)
    assert not (tmp_path / "c" / CACHE_FILE).exists()


def test_what_could_not_be_judged_is_not_remembered(night, reads, tmp_path):
    (night / "6.fits").write_bytes(b"no FITS at all")
    (night / "7.fits").write_bytes(fits(BAD)[:100])
    for _ in range(2):
        check(night, build_cache(tmp_path / "c"))
    assert sorted(reads).count("6.fits") == sorted(reads).count("7.fits") == 2
    assert reads.count("0.fits") == 1


@pytest.mark.parametrize("seed", range(12))
def test_a_spoilt_cache_never_hurts(night, tmp_path, seed):
    folder = tmp_path / "c"
    plain = check(night, None)
    check(night, build_cache(folder))
    path = folder / CACHE_FILE
    raw, dice = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(1 + 40 * seed):
        raw[dice.randrange(len(raw))] = dice.randrange(256)
    path.write_bytes([raw, raw[: len(raw) // 2], b"", b"no database", bytes(raw[100:])][seed % 5])
    for _ in range(3):
        assert check(night, build_cache(folder)) == plain


def test_every_bit_of_an_entry_counts(night, tmp_path, reads):
    plain = check(night, None)
    check(night, build_cache(tmp_path / "c"))
    with sqlite3.connect(tmp_path / "c" / CACHE_FILE) as connection:
        connection.execute("UPDATE report SET data = replace(data, 'VF110', 'VF111')")
    connection.close()
    assert check(night, build_cache(tmp_path / "c")) == plain
    assert len(reads) > 12


def test_a_cache_that_cannot_be_written_is_done_without(night, tmp_path):
    plain = check(night, None)
    (tmp_path / "file").write_text("x")
    assert check(night, build_cache(tmp_path / "file" / "c")) == plain
    (tmp_path / "c" / CACHE_FILE).mkdir(parents=True)
    assert check(night, build_cache(tmp_path / "c")) == plain


def test_a_locked_cache_is_not_waited_for_long(night, tmp_path, monkeypatch):
    monkeypatch.setattr("fitslint.engine.cache._WAIT_SECONDS", 0.0)
    plain = check(night, None)
    check(night, build_cache(tmp_path / "c"))
    holder = sqlite3.connect(tmp_path / "c" / CACHE_FILE)
    holder.execute("BEGIN EXCLUSIVE")
    assert check(night, build_cache(tmp_path / "c")) == plain
    holder.close()


def test_the_cache_of_another_user_is_not_read(night, tmp_path, monkeypatch):
    plain = check(night, None)
    check(night, build_cache(tmp_path / "c"))
    monkeypatch.setattr("os.geteuid", lambda: 4711)
    assert check(night, build_cache(tmp_path / "c")) == plain


def _check_in_process(arguments):
    folder, cache = arguments
    return check(folder, build_cache(cache))


def test_runs_at_the_same_time_do_not_disturb_each_other(night, tmp_path):
    plain = check(night, None)
    with ProcessPoolExecutor(4) as pool:
        found = list(pool.map(_check_in_process, [(night, tmp_path / "c")] * 12))
    assert all(one == plain for one in found)
    with sqlite3.connect(tmp_path / "c" / CACHE_FILE) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.mark.parametrize("jobs", [1, 2])
def test_workers_remember_too(tmp_path, jobs, reads):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(140):
        (folder / f"{number:03}.fits").write_bytes(fits(*[BAD] * (number % 2)))
    settings = Settings(jobs=jobs)
    plain = [text for texts in check(folder, None, settings) for text in texts if text]
    for _ in range(2):
        texts = check(folder, build_cache(tmp_path / "c"), settings)
        assert "".join(text[0] for text in texts) == "".join(
            text[0] for text in check(folder, None, settings)
        )
    with sqlite3.connect(tmp_path / "c" / CACHE_FILE) as connection:
        assert connection.execute("SELECT count(*) FROM report").fetchone() == (140,)
    connection.close()
    assert plain


def test_a_report_comes_back_as_it_was_in_every_format(shared):
    paths = [*sorted((shared / "cases").rglob("*")), *sorted((shared / "corpus").rglob("*.fit*"))]
    linter = Linter(Settings())
    count = 0
    for path in (one for one in paths if one.is_file()):
        report = linter.lint(files.read_file(str(path), linter.settings.limits))
        if not can_be_stored(report):
            continue
        count += 1
        again = decode_report(encode_report(report), report.path)
        for name in FORMAT_NAMES:
            form = create_reporter(name)
            assert form.render_file(again) == form.render_file(report)
    assert count > 100


def test_a_checker_travels_with_its_cache(tmp_path):
    import pickle

    cache = build_cache(tmp_path / "c")
    checker = pickle.loads(pickle.dumps(FileChecker(Settings(), cache=cache)))
    assert checker.cache.folder == cache.folder


def test_the_folder_is_where_caches_belong(monkeypatch, tmp_path):
    assert find_cache_folder(Settings()) is None
    assert find_cache_folder(Settings(cache_folder="x")) == "x"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert find_cache_folder(Settings(cache=True)) == str(tmp_path / "fitslint")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_cache_folder(Settings(cache=True)) == str(tmp_path / ".cache" / "fitslint")
