"""Catalogues of member galaxies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.lenstool import catalogue
from fitslint.lenstool.errors import LenstoolError

LINE = "7 1.5 -2.5 2.0 1.0 -30.0 18.5 0."


def _write(folder: Path, text: str) -> Path:
    path = folder / "gal.cat"
    path.write_text(text, encoding="latin-1")
    return path


def test_columns_and_reference(tmp_path: Path) -> None:
    read = catalogue.read_catalogue(
        _write(tmp_path, f"# made\n#REFERENCE 3 197.873 -1.341\n\n{LINE} extra\n")
    )
    (galaxy,) = read.galaxies
    assert (galaxy.name, galaxy.x, galaxy.y, galaxy.line) == ("7", 1.5, -2.5, 4)
    assert galaxy.magnitude == 18.5
    assert galaxy.ellipticity == pytest.approx(0.6)
    assert galaxy.reference == catalogue.Reference(True, 197.873, -1.341)


def test_references_hold_from_their_line_on(tmp_path: Path) -> None:
    text = f"{LINE}\n#REFERENCE 0\n{LINE}\n#REFERENCE 3 10 20\n{LINE}\n"
    found = [one.reference for one in catalogue.read_catalogue(_write(tmp_path, text)).galaxies]
    assert found == [None, catalogue.Reference(False), catalogue.Reference(True, 10, 20)]


def test_a_sexagesimal_reference(tmp_path: Path) -> None:
    text = f"#REFERENCE 1 13:11:29.52 -00:20:24\n{LINE}\n"
    (galaxy,) = catalogue.read_catalogue(_write(tmp_path, text)).galaxies
    assert galaxy.reference is not None
    assert galaxy.reference.relative
    assert (galaxy.reference.ra, galaxy.reference.dec) == pytest.approx((197.873, -0.34))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", None, "no galaxy"),
        ("# only\n", None, "no galaxy"),
        (f"{LINE}\n8 1 2 3\n", 2, "theta mag lum missing"),
        ("7 1.5 nan 2.0 1.0 -30.0 18.5 0.\n", 1, "y is 'nan'"),
        ("7 1.5 2 2.0 1.0 x\x1b[2J 18.5 0.\n", 1, "\\x1b"),
        ("7 1.5 2 1.0 2.0 30 18.5 0.\n", 1, "a >= b > 0"),
        ("7 1.5 2 0 0 30 18.5 0.\n", 1, "a >= b > 0"),
        (f"#REFERENCE 3 12\n{LINE}\n", 1, "#REFERENCE"),
        (f"#REFERENCE 7 12 13\n{LINE}\n", 1, "#REFERENCE"),
        (f"#REFERENCE 1 197.873 -1.341\n{LINE}\n", 1, "#REFERENCE"),
        (f"#REFERENCE\n{LINE}\n", 1, "#REFERENCE"),
    ],
)
def test_unusable(tmp_path: Path, text: str, line: int | None, words: str) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(LenstoolError) as caught:
        catalogue.read_catalogue(path)
    assert (caught.value.path, caught.value.line) == (str(path), line)
    assert words in caught.value.sentence
    assert caught.value.sentence.isprintable()


@pytest.mark.parametrize("name", ["absent.cat", ".", "a\0b"])
def test_unreadable(tmp_path: Path, name: str) -> None:
    with pytest.raises(LenstoolError, match="cannot be read"):
        catalogue.read_catalogue(tmp_path / name)


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gal.cat")
    with pytest.raises(LenstoolError, match="no regular file"):
        catalogue.read_catalogue(tmp_path / "gal.cat")


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "SIZE_LIMIT", 10)
    with pytest.raises(LenstoolError, match="larger"):
        catalogue.read_catalogue(_write(tmp_path, LINE))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "gal.cat"
    path.write_bytes(raw)
    try:
        assert catalogue.read_catalogue(path).galaxies
    except LenstoolError as error:
        assert error.path == str(path)


def test_real_catalogues(corpus: Path) -> None:
    found = sorted(corpus.rglob("galsort*.cat"))
    if not found:
        pytest.skip("no catalogues")
    assert sorted(len(catalogue.read_catalogue(path).galaxies) for path in found) == [30, 122]
