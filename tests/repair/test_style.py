"""A fix that is offered without a warning is one that is made."""

import pytest

from fitslint.repair.model import RepairError
from tests.repair.laws import STYLE, planner


def test_no_fix_of_a_rule_is_refused_for_what_readers_would_lose(examples):
    made = 0
    for path in sorted((examples / "bad").glob("*.fits")):
        try:
            plan = planner().plan(path.read_bytes(), STYLE, path.name)
        except RepairError:
            continue  # what is no FITS file, and what cannot be read to its end
        refused = [
            (finding.code, why)
            for finding, why in plan.refused
            if finding.fix and finding.fix.safety in ("safe", "style")
        ]
        assert not refused, path.name
        made += len(plan.repairs)
    assert made > 50


@pytest.mark.parametrize("code", ["DP102", "DT105", "MK117", "MK121", "RK116"])
def test_a_fix_of_style_is_made(examples, code):
    (path,) = (examples / "bad").glob(f"{code}-*.fits")
    plan = planner().plan(path.read_bytes(), STYLE, path.name)
    assert code in {repair.finding.code for repair in plan.repairs}
