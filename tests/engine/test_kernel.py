"""Headers of one layout with and without the compiled kernel: the same findings."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.config.settings import Settings
from fitslint.engine import kernel
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes
from fitslint.syntax.kernel import KERNEL

pytestmark = pytest.mark.skipif(KERNEL is None, reason="the kernel was not compiled")

FIELDS = st.sampled_from(
    ["1", "1.5", "-2.5E-3", "1.x5", "T", "t", "'text    '", "'open", "'it''s'", "(1.0, 2.0)", "",
     "'2024-01-02T03:04:05'", "'2024-13-02'", "0x1F", "'0123456789abcdef'", "1 / [s] comment",
     "'a\x01b'", "1 /no blank", "45.5", "400.0", "'RA---TAN'", "'DEC--TNA'", "'deg     '"]
)  # fmt: skip
NAMES = ("EXPTIME", "DATE-OBS", "RA", "CTYPE1", "CHECKSUM", "DATASUM", "MINE", "COMMENT", "HISTORY")
HEADERS = st.lists(st.lists(FIELDS, min_size=len(NAMES), max_size=len(NAMES)), max_size=4)
FIRST = (
    "SIMPLE  =                    T",
    "BITPIX  =                    8",
    "NAXIS   =                    0",
)


def build_file(values, settings):
    cards = [*FIRST]
    for name, value in zip(NAMES, values, strict=True):
        cards.append(f"{name:8}{'' if name in ('COMMENT', 'HISTORY') else '= '}{value}"[:80])
    image = "".join(card.ljust(80) for card in [*cards, "END"])
    data = image.ljust(-(-len(image) // 2880) * 2880).encode("latin-1")
    return read_bytes(data, "any.fits", settings.limits)


@given(HEADERS)
def test_findings_are_those_without_the_kernel(headers):
    settings = Settings()
    # The first header of a layout is linted without the kernel, and what repeats is known to it.
    headers = [*headers, *reversed(headers)]
    quick = Linter(settings)
    reports = [quick.lint(build_file(values, settings)) for values in headers]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "KERNEL", None)
        python = Linter(settings)
        assert reports == [python.lint(build_file(values, settings)) for values in headers]


def test_the_kernel_is_asked_from_the_second_header_on(monkeypatch):
    asked = []
    look_up = kernel.KERNEL.look_up

    class Counting:
        teach = staticmethod(kernel.KERNEL.teach)

        @staticmethod
        def look_up(raw, owners):
            answer = look_up(raw, owners)
            asked.append(len(answer[0]))
            return answer

    monkeypatch.setattr(kernel, "KERNEL", Counting)
    settings = Settings()
    linter = Linter(settings)
    values = ["1.5", "'2024-01-02T03:04:05'", "45.5", "'RA---TAN'", "", "", "1", "text", "text"]
    for _ in range(4):
        linter.lint(build_file(values, settings))
    assert asked[0] > asked[1] == asked[2]


def test_it_can_be_left_out():
    code = "from fitslint.syntax.kernel import KERNEL; print(KERNEL)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "FITSLINT_KERNEL": "0"},
    )  # fmt: skip
    assert done.stdout == "None\n"
