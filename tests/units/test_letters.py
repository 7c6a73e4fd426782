"""Letters of two meanings: what stands beside them tells which is meant."""

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes
from fitslint.testing.examples import build_example

LINTER = Linter(Settings())


def judge(lines, kind="primary"):
    file = read_bytes(build_example(lines, kind).data, "x.fits")
    return [one.severity for one in LINTER.lint(file).findings if one.code == "UN103"]


def build_column(name, unit):
    return f"TTYPE1  = '{name:<8}'\nTUNIT1  = '{unit:<8}'"


CASES = [
    ("BUNIT   = 'D       '           / dipole moment of the molecule", []),
    ("BUNIT   = 'D       '           / time since the outburst", ["warning"]),
    ("BUNIT   = 'D       '           / unit of the array", ["warning"]),
    ("BUNIT   = 'D       '           / moment of time in the middle", ["warning"]),
    ("BUNIT   = 'S       '           / conductance", []),
    ("BUNIT   = 'S       '           / unit of the array", ["warning"]),
    ("BUNIT   = 'adu/S   '           / conductance", ["warning"]),
]


@pytest.mark.parametrize(("card", "wanted"), CASES)
def test_a_letter_is_judged_by_the_comment(card, wanted):
    assert [judge(card) for _ in range(3)] == [wanted] * 3


@pytest.mark.parametrize(
    ("name", "wanted"), [("MU", []), ("DIPOLE_A", []), ("HJD", ["warning"]), ("VALUE", ["warning"])]
)
def test_a_letter_is_judged_by_the_name_of_the_column(name, wanted):
    assert [judge(build_column(name, "D"), "bintable") for _ in range(3)] == [wanted] * 3
