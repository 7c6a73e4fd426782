"""What only looks like a header, or claims more than it holds, is judged and not written."""

import fitslint
from fitslint.config.settings import Settings
from fitslint.model.form import BLOCK_SIZE
from fitslint.repair.edit.keywords import KeywordEdit, build_edits
from fitslint.repair.options import FixOptions
from tests.repair.laws import UNSAFE
from tests.repair.planning import SourcePlanner
from tests.strategies import file_of, padded

PLANNER = SourcePlanner(Settings())
TWO_BLOCKS = (
    "SIMPLE  =                    T", "BITPIX  =                    8",
    "NAXIS   =                    1", f"NAXIS1  = {2 * BLOCK_SIZE:>20}",
)  # fmt: skip
EXTENSION = (
    "XTENSION= 'IMAGE   '", "BITPIX  =                    8", "NAXIS   =                    0",
    "PCOUNT  =                    0", "GCOUNT  =                    1",
    "gain    =                  1.5",
)  # fmt: skip


def block(*cards: str) -> bytes:
    return file_of(map(padded, cards))


def test_data_that_look_like_a_header_stay():
    """The declared data fit the file, and something else follows them."""
    data = block(*TWO_BLOCKS) + bytes(BLOCK_SIZE) + block(*EXTENSION) + b"x" * BLOCK_SIZE
    report = fitslint.check(data)
    assert "KN102" in {finding.code for finding in report.findings}
    for options in (FixOptions(), UNSAFE):
        plan = PLANNER.plan(data, options)
        assert not plan.has_changes
    reasons = {finding.code: why for finding, why in PLANNER.plan(data).refused}
    assert "in the data that HDU 1 declares" in reasons["KN102"]


def test_a_header_behind_data_that_were_cut_off_is_repaired():
    data = block(*TWO_BLOCKS) + bytes(BLOCK_SIZE // 2) + block(*EXTENSION)
    plan = PLANNER.plan(data)
    assert [repair.finding.code for repair in plan.repairs] == ["KN102"]


def test_nor_are_they_written_by_hand():
    data = block(*TWO_BLOCKS) + bytes(BLOCK_SIZE) + block(*EXTENSION) + b"x" * BLOCK_SIZE
    change = KeywordEdit("set", "OBJECT", "M 31", hdu="2")
    try:
        PLANNER.plan_by_hand(data, lambda file: build_edits(file, [change]))
    except fitslint.RepairError as error:
        assert "may be data" in str(error)
    else:
        raise AssertionError("it was written")


def test_bytes_that_hold_a_drifted_header_are_not_cut_off():
    sound = block(*TWO_BLOCKS) + bytes(2 * BLOCK_SIZE)
    junk = bytes(range(1, 38))
    assert len(PLANNER.plan(sound + junk, UNSAFE).patches) == 1
    # On no column where a reader looks for it, and behind what is no header.
    drifted = sound + junk + block(*EXTENSION)[: 3 * 80 + 7]
    plan = PLANNER.plan(drifted, UNSAFE)
    assert "FS105" not in [repair.finding.code for repair in plan.repairs]


def test_simple_is_not_made_true_over_a_broken_bitpix():
    cards = ("SIMPLE  =                    F", "BITPIX  =                   13", *TWO_BLOCKS[2:])
    data = block(*cards) + bytes(2 * BLOCK_SIZE)
    plan = PLANNER.plan(data, UNSAFE)
    assert not any(b"SIMPLE" in repair.after for repair in plan.repairs)
    assert all("BITPIX" in why for finding, why in plan.refused if finding.keyword == "SIMPLE")
