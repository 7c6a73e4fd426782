"""What a hostile input may cost: time and memory are bounded, and the report says what was cut."""

import resource
import subprocess
import sys

import pytest

import fitslint
from fitslint.config.settings import Limits
from fitslint.engine import linter
from fitslint.engine.linter import Linter, Settings
from fitslint.model.form import BLOCK_SIZE
from fitslint.source.files import read_bytes
from fitslint.syntax import scan
from tests.cli.tool import ROOT
from tests.patience import HANG, count_calls, end_at_last
from tests.syntax.scan_streams import PRIMARY, block, cards, header, lines

HUGE = 10**8
CALLS = 10_000_000
"""Far more than any of these needs, and far less than one that is not bounded."""


def table(kind, *more):
    return PRIMARY + header(kind, (8, 0), *more)


def number(name, value):
    return f"{name:8}= {value:>20}"


def primary(*more):
    first = ("SIMPLE  =                    T", number("BITPIX", 8))
    return block(cards(*first, *more, "END"))


INPUTS = {
    "NAXIS": primary(number("NAXIS", HUGE)),
    "NAXIS beyond all sense": primary("NAXIS   = " + "9" * 60),
    "NAXIS below zero": primary(number("NAXIS", -HUGE)),
    "NAXIS1": primary(number("NAXIS", 1), number("NAXIS1", 10**18)),
    "TFIELDS": table("BINTABLE", number("TFIELDS", HUGE)),
    "TFIELDS of text": table("TABLE", number("TFIELDS", HUGE)),
    "ZNAXIS": table(
        "BINTABLE", number("TFIELDS", 0), number("ZIMAGE", "T"), number("ZNAXIS", HUGE)
    ),
    "PCOUNT": primary(
        number("NAXIS", 1), number("NAXIS1", 0), number("GROUPS", "T"), number("PCOUNT", HUGE)
    ),
    "WCSAXES": header("SIMPLE", (), number("WCSAXES", HUGE)),
    "TFORM": table("BINTABLE", number("TFIELDS", 1), f"TFORM1  = '{'9' * 60}J'"),
    "exponent": header("SIMPLE", (), "EXPTIME = 1E999999999", "MJD-OBS = 1E-99999999"),
    "integer": header("SIMPLE", (), "BZERO   = " + "9" * 69, "EQUINOX = " + "9" * 69),
    "one line": b"SIMPLE  =                    T\nBITPIX  = " + b"8" * 500_000,
    "lines": b"SIMPLE  =                    T\n" + b"A=1\n" * 10**5,
    "no END in 3,000 HDUs": PRIMARY + block(cards(*lines("IMAGE"))) * 3000,
}


def parameter(name):
    return pytest.param(INPUTS[name], id=name, marks=pytest.mark.long if name == "lines" else ())


@pytest.mark.parametrize("data", list(map(parameter, INPUTS)))
def test_work_is_bounded(data):
    with end_at_last():
        calls, report = count_calls(lambda: fitslint.check(data))
    assert calls < CALLS
    assert report.status in ("ok", "truncated", "not-fits")


def test_a_number_of_axes_costs_no_memory(tmp_path):
    path = tmp_path / "axes.fits"
    path.write_bytes(INPUTS["NAXIS beyond all sense"])
    limit = 1 << 30
    done = subprocess.run(
        [sys.executable, "-m", "fitslint", "check", str(path)],
        capture_output=True, check=False, cwd=ROOT, timeout=HANG,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    assert done.returncode == 1
    assert b"error MK103" in done.stdout


def test_headers_of_one_file_are_bounded_together(monkeypatch):
    monkeypatch.setattr(scan, "HEADERS_MAX", 200_000)
    limits = Limits(header_bytes=100_000)
    extension = header("IMAGE", (), "EXTNAME = 'A'", *[f"KEY{n:05}= {n:20}" for n in range(494)])
    report = Linter(Settings(limits=limits)).lint(
        read_bytes(PRIMARY + extension * 50, "x.fits", limits)
    )
    assert len(report.hdus) == 6
    assert report.verdict == "undetermined"
    assert report.limits_hit == ["reading stopped after 200240 bytes of headers"]


def test_an_endless_header_hides_nothing_behind_it():
    limits = Limits(header_bytes=10 * BLOCK_SIZE)
    data = (
        PRIMARY
        + cards(*lines("IMAGE"), *["COMMENT no end"] * (12 * 36 - 5))
        + header("IMAGE", (), "EXPTIME =              1.5e+02")
    )
    report = Linter(Settings(limits=limits)).lint(read_bytes(data, "x.fits", limits))
    assert [one.code for one in report.findings if one.severity == "error"] == ["FS108", "VF110"]
    assert report.limits_hit == ["HDU 2 was judged to card 360 only"]


def test_a_million_findings_are_cut_and_said(monkeypatch):
    monkeypatch.setattr(linter, "FINDINGS_MAX", 1000)
    extension = header("IMAGE", (), *[f"KEY{n:05}= 1.5e+02" for n in range(500)])
    report = fitslint.check(PRIMARY + extension * 50)
    assert report.status == "ok"
    assert report.limits_hit == ["HDU 5 and the 46 after it were not judged, after 1500 findings"]
    assert {one.code: one.total for one in report.truncated}["VF110"] == 1500


def test_what_is_said_of_a_long_header_is_true():
    (hdu,) = fitslint.check(header("SIMPLE", (), *["COMMENT long"] * 30_000)).hdus
    assert (hdu.cards, hdu.header_bytes) == (30_003, 2_401_920)
