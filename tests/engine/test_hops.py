"""How far it is from the command to a finding: a person follows the road in a minute."""

import sys

import pytest

from fitslint.cli.main import main

FRAMES_MAX, MODULES_MAX = 9, 6
FAULTY = "EXPTIME = 1.5 s"


@pytest.fixture
def file_with_one_fault(tmp_path):
    cards = ["SIMPLE  =                    T", "BITPIX  =                    8",
             "NAXIS   =                    0", FAULTY, "END"]  # fmt: skip
    path = tmp_path / "one.fits"
    path.write_bytes("".join(card.ljust(80) for card in cards).ljust(2880).encode())
    return path


def test_a_finding_is_a_few_calls_from_the_command(file_with_one_fault, capsys):
    roads = []

    def watch(frame, event, _argument):
        code = frame.f_code
        if event == "call" and code.co_qualname == "FindingCollector.add":
            road = []
            while frame is not None:
                module = frame.f_globals.get("__name__", "")
                if module.startswith("fitslint."):
                    road.append((module, frame.f_code.co_qualname))
                frame = frame.f_back
            roads.append(road[::-1])

    sys.setprofile(watch)
    try:
        with pytest.raises(SystemExit):
            main(["check", "--no-config", "--jobs", "1", str(file_with_one_fault)])
    finally:
        sys.setprofile(None)
    assert "1 error" in capsys.readouterr().out
    first = roads[0]
    assert first[0] == ("fitslint.cli.main", "main")
    assert len(first) <= FRAMES_MAX, first
    assert len({module for module, _ in first}) <= MODULES_MAX, first
