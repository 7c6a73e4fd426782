"""Files that end in .par and are no models."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.lenstool.recognise import is_model

IRAF = b'infile,s,a,,,,"Input file"\nend,i,h,1,,,last\nmode,s,h,"ql",,,\n'


@pytest.mark.parametrize(
    ("raw", "model"),
    [
        (b"runmode\n\tend\nfini\n", True),
        (b"# note\npotfile0\n\tend\n", True),
        (b"runmode\r\n\tend\r\nfini\r\n", True),
        (b"", False),
        (b"runmode\n", False),
        (b"#runmode\n#end\nfini\n", False),
        (IRAF, False),
        (IRAF + b"source\nend\nfini\n", False),
        (b"runmode\x00\nend\nfini\n", False),
        (b"H0 67.4\nend\n", False),
    ],
)
def test_models(raw: bytes, model: bool) -> None:
    assert is_model(raw) is model


@given(st.binary(max_size=300))
def test_any_bytes_have_an_answer(raw: bytes) -> None:
    assert is_model(raw) in {True, False}


def test_real_models(shared: Path) -> None:
    files = sorted(shared.rglob("*.par"))
    if not files:
        pytest.skip("no parameter files")
    assert all(is_model(path.read_bytes()) for path in files)
    assert not any(is_model(path.read_bytes()) for path in shared.rglob("*.cat"))
