"""Lines that Lenstool's own reader loses."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitslint.lenstool.parse import parse_parameter_file
from fitslint.lenstool.quirks import find_lost_lines


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("champ\n\tdmax 3\n\tend\nfini\n", ()),
        ("champ\n\n\tdmax 3\n\tend\nfini\n", ((3, 2),)),
        ("champ\n\t\n\tdmax 3\n\tend\nfini\n", ((3, 2),)),
        ("champ\n\tdmax\n\txmin 3\n\tend\nfini\n", ((3, 2),)),
        ("champ\n\tdmax \n\txmin 3\n\tend\nfini\n", ()),
        ("champ\n#\n\tdmax 3\n\tend\nfini\n", ()),
        ("champ\r\n\r\n\tdmax 3\r\n\tend\r\nfini\r\n", ()),
        ("champ\n\tdmax 3\n\n\tend\nfini\n", ((4, 3),)),
        ("champ\n\n\n\tdmax 3\n\tend\nfini\n", ()),
        ("champ\n\n# note\n\tdmax 3\n\tend\n\n\nfini\n", ()),
    ],
)
def test_swallowed(text: str, lost: tuple[tuple[int, int], ...]) -> None:
    assert find_lost_lines(parse_parameter_file(text.encode(), "m")) == lost


def test_lenstools_own_files_lose_nothing(shared: Path) -> None:
    files = sorted(shared.rglob("best*.par"))
    if not files:
        pytest.skip("no parameter files")
    assert not any(find_lost_lines(parse_parameter_file(path.read_bytes(), "m")) for path in files)
