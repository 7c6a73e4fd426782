"""The road from the command to the first finding is short enough to be read in one sitting."""

import sys
from pathlib import Path

import pytest

import fitslint
from fitslint.cli.main import main
from fitslint.engine import findings

PACKAGE = Path(fitslint.__file__).parent
FRAMES_MAX, MODULES_MAX = 9, 6


def list_frames():
    """The functions of the package that are being called, outermost first."""
    frame, found = sys._getframe(1), []
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PACKAGE):
            found.append((str(path.relative_to(PACKAGE)), frame.f_code.co_name))
        frame = frame.f_back
    return found[::-1]


@pytest.mark.parametrize(
    "code", ["CD106", "VF110", "MK101", "WC201"],
    ids=["shape", "value", "layout", "values"],
)  # fmt: skip
def test_the_first_finding_is_few_calls_from_the_command(code, examples, monkeypatch, capsys):
    path = sorted((examples / "bad").glob(f"{code}-*"))[0]
    roads = []

    def note(*arguments, **facts):
        roads.append(list_frames())
        return made(*arguments, **facts)

    made = findings.Finding
    monkeypatch.setattr(findings, "Finding", note)
    with pytest.raises(SystemExit):
        main(["check", "--no-config", "--jobs", "1", "--select", code, str(path)])
    assert code in capsys.readouterr().out
    road = roads[0]
    assert road[0] == ("cli/main.py", "main")
    assert len(road) <= FRAMES_MAX, road
    assert len({module for module, _ in road}) <= MODULES_MAX, road
