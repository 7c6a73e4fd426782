"""The same is found wherever bytes come from: a file, gzip, a pipe, memory, holes, workers."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess

import numpy as np
import pytest
from astropy.io import fits

import fitslint
from fitslint.config.settings import Settings
from fitslint.data import collector, rows
from fitslint.engine.checker import FileChecker
from fitslint.engine.run import check_all
from fitslint.repair.corrections import TOML_HEAD
from tests.cli.tool import COMMAND, environment, run
from tests.data.judged import LINTER, build_table, judge, locate_data, put, tell, write
from tests.patience import HANG

CARD = 80


@pytest.fixture(scope="module")
def damaged():
    """An image and a table, each with a wrong byte in the midst of its data, in several chunks."""
    pixels = np.random.default_rng(1).integers(0, 2**30, (900, 1200)).astype(">i4")
    count = 60_000
    table = build_table(
        ("NAME", "20A", [f"s{n}" for n in range(count)]), ("OK", "L", np.ones(count, bool)),
        ("X", "D", np.arange(count)),
    )  # fmt: skip
    made = write(fits.ImageHDU(pixels), table)
    made = put(made, locate_data(made, 2) + 2_000_000, b"\x00\x01\x02\x03")
    return put(made, locate_data(made, 3) + 29 * 50_000 + 20, b"?")


@pytest.fixture(scope="module")
def expected(damaged):
    found = [(one.code, one.hdu, one.keyword, one.message) for one in judge(damaged)]
    assert [one[:3] for one in found] == [
        ("CK102", 2, "DATASUM"), ("DA122", 3, "TFORM2"), ("CK102", 3, "DATASUM"),
    ]  # fmt: skip
    assert "in row 50001" in found[1][3]
    return found


def listed(report):
    return [(one.code, one.hdu, one.keyword, one.message) for one in report.findings
            if one.code[:2] in ("DA", "CK")]  # fmt: skip


class Pipe(io.RawIOBase):
    """A stream that knows no way back and gives what it likes."""

    def __init__(self, data):
        self.rest = data

    def read(self, count=-1):
        piece, self.rest = self.rest[:70_001], self.rest[70_001:]
        return piece

    def seekable(self):
        return False


def test_a_file_gzip_memory_and_a_pipe(damaged, expected, tmp_path):
    plain, packed = tmp_path / "a.fits", tmp_path / "a.fits.gz"
    plain.write_bytes(damaged)
    packed.write_bytes(gzip.compress(damaged, 1))
    for source in (str(plain), str(packed), damaged, Pipe(damaged)):
        assert listed(fitslint.check(source, data=True)) == expected


@pytest.mark.parametrize("chunk", [4096, 1 << 16])
def test_the_size_of_chunks_does_not_matter(damaged, expected, monkeypatch, chunk):
    from fitslint.data import read

    monkeypatch.setattr(read, "CHUNK", chunk)
    assert [(one.code, one.hdu, one.keyword, one.message) for one in judge(damaged)] == expected


@pytest.mark.parametrize("jobs", [1, 2])
def test_worker_processes(damaged, expected, tmp_path, jobs):
    paths = []
    for number in range(4):
        path = tmp_path / f"{number}.fits"
        path.write_bytes(damaged)
        paths.append(str(path))
    reports = list(check_all(paths, Settings(data=True, jobs=jobs)))
    assert [report.path for report in reports] == paths
    assert [listed(report) for report in reports] == [expected] * 4


def test_the_command_reads_standard_input_and_says_what_it_read(damaged, expected):
    done = subprocess.run(
        [*COMMAND, "check", "--data", "--output", "json", "-"], input=damaged,
        capture_output=True, env=environment(), timeout=HANG, check=False,
    )  # fmt: skip
    report = json.loads(done.stdout)
    (file,) = report["files"]
    assert done.returncode == 1
    assert [one["message"] for one in file["findings"] if one["code"] == "DA122"] == [
        expected[1][3]
    ]
    assert [hdu.get("data_read", False) for hdu in file["hdus"]] == [True, True, True]
    assert report["summary"]["coverage"]["data_units"] == {"present": 2, "read": 2}


def test_without_the_option_no_data_are_read(damaged):
    report = fitslint.check(damaged)
    assert listed(report) == []
    assert not any(hdu.data_read for hdu in report.hdus)


def make_card(name, value):
    return f"{name:<8}= {value:>20}".ljust(CARD).encode()


def make_header(*cards):
    header = b"".join(make_card(*card) for card in cards) + b"END".ljust(CARD)
    return header + b" " * (-len(header) % 2880)


@pytest.mark.skipif(not hasattr(os, "SEEK_HOLE"), reason="holes cannot be asked for")
def test_a_sparse_image_of_a_hundred_gigabytes(tmp_path):
    """Of what was never written nothing is read, and it counts as zeros."""
    path = tmp_path / "a.fits"
    header = make_header(
        ("SIMPLE", "T"), ("BITPIX", 16), ("NAXIS", 2), ("NAXIS1", 50_000), ("NAXIS2", 10**6),
        ("DATAMIN", 0), ("DATAMAX", 300),
    )  # fmt: skip
    size = 10**11
    with path.open("wb") as stream:
        stream.write(header)
        stream.truncate(len(header) + size + -size % 2880)
        stream.seek(len(header) + size - 2)
        stream.write(b"\x01\x2d")
    if path.stat().st_blocks * 512 > 10**8:
        pytest.skip("this file system writes holes out")
    checker = FileChecker(Settings(data=True))
    report = checker.check(str(path))
    assert listed(report) == [("DA150", 1, "DATAMAX", "DATAMAX is 300, and the greatest defined "
                               "pixel is 301")]  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "SEEK_HOLE"), reason="holes cannot be asked for")
def test_rows_that_were_never_written(tmp_path):
    made = write(
        build_table(("A", "6A", [""] * 3), ("B", "J", [0] * 3), ("L", "L", [False] * 3)),
        checksum=False,
    )
    count = 3_000_000
    made = made.replace(b"NAXIS2  =                    3", b"NAXIS2  = %20d" % count, 1)
    start, size = locate_data(made, 2), 11 * count
    path = tmp_path / "a.fits"
    with path.open("wb") as stream:
        stream.write(made[:start])
        stream.truncate(start + size + -size % 2880)
        stream.seek(start + size - 1)
        stream.write(b"?")
    found = listed(FileChecker(Settings(data=True)).check(str(path)))
    assert [one[:3] for one in found] == [("DA122", 2, "TFORM3")]
    assert f"in row {count}:" in found[0][3]


def test_a_row_may_be_too_long_to_look_at(monkeypatch):
    from fitslint.data import plan

    monkeypatch.setattr(plan, "ROW_MAX", 10)
    made = write(build_table(("A", "20A", ["x", "y"])))
    file = fitslint.source.files.read_bytes(
        made, read_data=LINTER.make_data_reader(lambda count: None)
    )
    report = LINTER.lint(file)
    assert report.limits_hit == ["HDU 2: not looked at: the columns, for a row has 20 bytes"]
    assert report.verdict == "undetermined"
    assert rows.ROW_MAX > collector.CHUNK


def test_data_that_are_cut_are_not_judged():
    made = write(fits.ImageHDU(np.arange(5000)))
    report = fitslint.check(made[: len(made) - 2880], data=True)
    assert {one.code for one in report.findings} & {"FS103", "CK102"} == {"FS103"}


def test_data_behind_a_wrong_size_are_not_judged():
    made = write(fits.ImageHDU(np.zeros(5000)), fits.ImageHDU(np.arange(8)))
    wrong = made.replace(b"NAXIS1  =                 5000", b"NAXIS1  =                 9000", 1)
    found = fitslint.check(wrong, data=True).findings
    assert [one.hdu for one in found if one.code == "CK102"] == []


def test_only_fill_that_is_missing_is_no_fault_of_the_fill():
    made = write(fits.ImageHDU(np.arange(5000)))
    report = fitslint.check(made[: len(made) - 100], data=True)
    assert [one for one in tell(report.findings) if one[0] in ("DA101", "CK102")] == []


def test_rules_on_data_want_data():
    done = run("check", "--select", "DA101,CK102", ".")
    assert done.returncode == 2
    assert b"CK102, DA101 looks at data units, which are read with --data" in done.stderr


def test_numpy_has_to_be_there(tmp_path):
    script = "import sys; sys.modules['numpy'] = None\nfrom fitslint.cli.main import main\nmain()"
    path = tmp_path / "a.fits"
    path.write_bytes(write())
    done = subprocess.run(
        [COMMAND[0], "-c", script, "check", "--data", str(path)],
        capture_output=True, env=environment(), timeout=HANG, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.endswith(b"pip install 'fitslint[pipeline]'\n")


def test_corrections_are_applied_before_data_are_judged(tmp_path):
    image = fits.PrimaryHDU(np.array([1, 2, 3], ">i2"))
    image.header["DATAMAX"] = 9
    path = tmp_path / "a.fits"
    image.writeto(path)
    made = path.read_bytes()
    found = listed(fitslint.check(str(path), data=True))
    assert ("DA150", 1, "DATAMAX") in [one[:3] for one in found]
    corrections = tmp_path / "c.toml"
    corrections.write_text(
        TOML_HEAD + "[[observation]]\nmatch = { BITPIX = 16 }\nset = { DATAMAX = 3 }\n"
    )
    for source in (str(path), made):
        assert listed(fitslint.check(source, data=True, corrections=corrections)) == []
