"""Faults planted in the real headers of the corpus are found, and untouched ones left in peace."""

import pytest

from tests.sky.__main__ import judge_bytes
from tests.sky.real_headers import FOUND_MIN, list_headers, measure, read_file_of

STALE = ("secchi_l0_a.fits", "euvi_20090615_000900_n4euA_s.header", "resampled0_swap.header")
"""Resampled by sunpy, which changed one of two descriptions: what is told of them is true."""


@pytest.mark.long
def test_faults_that_another_card_tells_of_are_found(shared):
    told, found, silent, missed, count = measure(shared / "corpus")
    assert count > 100
    assert sum(found.values()) >= FOUND_MIN * sum(told.values()), missed
    assert sum(silent.values()) > 0
    assert found["stale SIP"] == told["stale SIP"] > 10


@pytest.mark.long
def test_untouched_headers_are_left_in_peace(shared):
    alarms = []
    for place, cards in list_headers(shared / "corpus"):
        header = read_file_of(cards)
        report = judge_bytes(header.write()) if header is not None else None
        for one in report.findings if report is not None else ():
            measured = one.code.startswith(("WC2", "WD2", "WS2", "WT2"))
            if measured and one.severity != "info" and not place.split()[0].endswith(STALE):
                alarms.append((place, one.code, one.message))
    assert alarms == []
