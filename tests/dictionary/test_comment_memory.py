"""What is remembered of comments in one header hides nothing in another of the same layout."""

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes
from fitslint.testing.examples import build_example

FOCAS = "TELESCOP= 'Subaru  '\nINSTRUME= 'FOCAS   '\nDET-TMP ="


@pytest.mark.parametrize("right", [" 163.15 / [K]", " (1.0, 2.0)", " T"])
def test_a_number_without_its_unit_is_told_behind_one_that_needed_none(right):
    judge = Linter(Settings())
    for value, wanted in ((right, False), (" 163.15", True), (right, False)):
        data = build_example(FOCAS + value).data
        told = judge.lint(read_bytes(data, "x.fits", judge.settings.limits)).findings
        assert ("DI105" in {one.code for one in told}) == wanted
