"""Samples of parameters."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.lenstool import bayes
from fitslint.lenstool.errors import LenstoolError

HEAD = "#Nsample\n#ln(Lhood)\n#O1 : x (arcsec)\n#O951.0_dm : emass\n#Pot1 sigma (km/s)\n"
HEAD += "#Redshift of 3.1\n#omegaM\n#Chi2\n"


def _write(folder: Path, text: str) -> Path:
    path = folder / "bayes.dat"
    path.write_text(text, encoding="latin-1")
    return path


def test_columns_and_rows(tmp_path: Path) -> None:
    text = HEAD + "1 -10.5 0.5 0.2 180 2.1 0.3 21\n2 -9 0.6 0.3 181 2.2 0.31 18\n"
    read = bayes.read_samples(_write(tmp_path, text))
    assert read.values.shape == (2, 8)
    assert read.values[1, 4] == 181
    shapes = [(one.name, one.unit, one.lens, one.potfile) for one in read.columns]
    assert shapes[2:7] == [
        ("x", "arcsec", "O1", None),
        ("emass", "", "O951.0_dm", None),
        ("sigma", "km/s", None, 1),
        ("Redshift of 3.1", "", None, None),
        ("omegaM", "", None, None),
    ]


def test_runs_of_equal_values(tmp_path: Path) -> None:
    read = bayes.read_samples(_write(tmp_path, "#Nsample\n#a\n#b\n#c\n1 2x0.5 -3\n"))
    assert read.values.tolist() == [[1, 0.5, 0.5, -3]]


def test_a_last_line_that_is_being_written_is_dropped(tmp_path: Path) -> None:
    read = bayes.read_samples(_write(tmp_path, "#Nsample\n#a\n1 2\n2 3\n3"))
    assert (len(read.values), read.dropped_lines) == (2, 1)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "no header"),
        ("1 2 3\n", 1, "no header"),
        ("#Nsample\n#a\n", None, "no samples"),
        ("#Nsample\n#a\n1 2\n2\n3 4\n", 4, "1 values"),
        ("#Nsample\n#a\n1 2 3\n", 3, "3 values"),
        ("#Nsample\n#a\n1 nan\n", 3, "'nan'"),
        ("#Nsample\n#a\n1 999999x1\n", 3, "too many"),
    ],
)
def test_unusable(tmp_path: Path, text: str, line: int | None, words: str) -> None:
    with pytest.raises(LenstoolError) as caught:
        bayes.read_samples(_write(tmp_path, text))
    assert caught.value.line == line
    assert words in caught.value.sentence


@given(st.text(st.sampled_from("#Nsample\nO1 :x2.5()Pot"), max_size=80))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = _write(tmp_path_factory.mktemp("any"), text)
    try:
        read = bayes.read_samples(path)
    except LenstoolError:
        return
    assert read.values.shape[1] == len(read.columns)
