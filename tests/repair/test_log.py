"""The repair log, and undoing by it: every byte back, or a refusal."""

import bz2
import gzip
import json
import lzma
import random
import zlib

import pytest

from fitslint.config.settings import Settings
from fitslint.repair.fixer import Fixer, WriteOptions
from fitslint.repair.log import Log, read_log
from fitslint.repair.model import RepairError
from fitslint.repair.options import FixOptions
from fitslint.repair.undo import undo_repairs
from fitslint.repair.write.packers import pack as pack_stream
from tests.engine.test_run import BAD, fits

MANY = [f"KEY{n:05}= {n}.5e+00".encode() for n in range(40)]


def fixer(log, mode="replace", **options):
    return Fixer(Settings(), FixOptions(**options), WriteOptions(mode, log=str(log)))


def foreign(data):
    """gzip as no single run of zlib makes it."""
    return gzip.compress(data[:1000], 3) + gzip.compress(data[1000:], 9)


def strategy(data):
    """gzip with a setting of zlib that nobody tries."""
    made = zlib.compressobj(5, zlib.DEFLATED, 31, 9, zlib.Z_FILTERED)
    return made.compress(data) + made.flush()


def compress(data):
    """Unix compress."""
    return pack_stream("compress", data)


@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, foreign, strategy, bz2.compress, lzma.compress, compress]
)
@pytest.mark.parametrize("mode", ["replace", "in-place"])
@pytest.mark.parametrize("cards", [[BAD], MANY])
def test_undo_gives_every_byte(tmp_path, pack, mode, cards):
    data = bytes(random.Random(1).randbytes(2880))
    axes = [b"NAXIS   =                    1", b"NAXIS1  =                 2880"]
    first = [b"SIMPLE  =                    T", b"BITPIX  =                    8", *axes]
    head = b"".join(card.ljust(80) for card in [*first, *cards, b"END"])
    before = pack(head + b" " * (-len(head) % 2880) + data)
    path = tmp_path / ("x.fits" if pack is bytes else "x.fits.gz")
    path.write_bytes(before)
    done = fixer(tmp_path / "log", mode).fix(str(path))
    if mode == "in-place" and pack is not bytes:
        assert done.error
        assert path.read_bytes() == before
        return
    assert done.error is None
    assert path.read_bytes() != before
    (undone,) = undo_repairs(str(tmp_path / "log"))
    assert (undone.restored, undone.error) == (True, None)
    assert path.read_bytes() == before
    assert list(undo_repairs(str(tmp_path / "log"))) == []


def test_repairs_of_one_file_are_undone_last_first(tmp_path):
    path = tmp_path / "x.fits"
    before = fits(BAD, b"SHUTTER =                 true")
    path.write_bytes(before)
    for code in ("VF110", "VF106"):
        assert fixer(tmp_path / "log", only=(code,)).fix(str(path)).error is None
    assert [undone.restored for undone in undo_repairs(str(tmp_path / "log"))] == [True, True]
    assert path.read_bytes() == before


def test_a_file_that_changed_since_is_left_alone(tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(fits(BAD))
    fixer(tmp_path / "log").fix(str(path))
    other = fits(BAD.replace(b"1.5e+02", b"2.5E+02"))
    path.write_bytes(other)
    (undone,) = undo_repairs(str(tmp_path / "log"))
    assert undone.error
    assert not undone.restored
    assert path.read_bytes() == other


def test_a_file_that_was_not_written_after_all_is_as_it_was(tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(fits(BAD))
    fixer(tmp_path / "log").fix(str(path))
    path.write_bytes(fits(BAD))
    (undone,) = undo_repairs(str(tmp_path / "log"))
    assert (undone.restored, undone.error) == (False, None)


def test_a_failed_write_is_not_undone(tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(fits(BAD))
    path.chmod(0o444)
    assert fixer(tmp_path / "log").fix(str(path)).error
    assert [json.loads(line)["event"] for line in (tmp_path / "log").open()] == ["fix", "failed"]
    assert read_log(str(tmp_path / "log")) == []


def test_a_line_that_a_crash_cut_is_passed_over(tmp_path):
    path, log = tmp_path / "x.fits", tmp_path / "log"
    path.write_bytes(fits(BAD))
    fixer(log).fix(str(path))
    whole = log.read_bytes()
    log.write_bytes(whole + whole[:100])
    Log(str(log)).log_failure("0" * 32, "nothing")
    assert len(read_log(str(log))) == 1
    assert log.read_bytes().startswith(whole + whole[:100] + b"\n")


@pytest.mark.parametrize("content", [b"SIMPLE  = T", b'{"other": 1}\n', b"x"])
def test_what_is_no_log_is_not_written_to(tmp_path, content):
    (tmp_path / "log").write_bytes(content)
    with pytest.raises(RepairError, match="no repair log"):
        Log(str(tmp_path / "log"))
    assert (tmp_path / "log").read_bytes() == content


def test_the_file_is_left_alone_when_the_log_cannot_be_written(tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(fits(BAD))
    done = fixer(tmp_path / "no" / "log").fix(str(path))
    assert "cannot be written" in done.error
    assert path.read_bytes() == fits(BAD)


def test_a_log_in_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(RepairError, match="make its folder first"):
        Log(str(tmp_path / "none" / "log.jsonl"))
    assert list(tmp_path.iterdir()) == []
