"""What is to be said of the waivers of an audit: that they are over, or that nothing needs them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fitslint.audit.database import AuditDatabase
from fitslint.audit.manifest import Manifest
from fitslint.audit.ruleset import compute_ruleset
from fitslint.config.settings import Settings
from fitslint.engine.tally import Tally
from fitslint.engine.waivers import WaiverFilter, is_among_inputs
from fitslint.model.finding import Finding

_USES = """
    SELECT waiver.number, sum(waiver.accepted), count(*)
    FROM (SELECT unnest(waivers) AS waiver FROM files) GROUP BY waiver.number"""


def judge_waivers(
    waivers: WaiverFilter, database: AuditDatabase, settings: Settings, uses: Counter[int]
) -> Sequence[Finding]:
    """The findings on the waivers of an audit.

    Nothing is said where the files were judged by other settings: what waivers accepted then is
    not known.

    Parameters
    ----------
    uses
        findings across files by the number of the waiver that accepts them.

    Raises
    ------
    AuditFolderError
        when a table cannot be read.
    """
    facts = Manifest(database.folder).facts
    if facts["ruleset"] != compute_ruleset(settings, waivers.today):
        return ()
    tally = Tally(waiver_uses=uses.copy())
    for number, accepted, files in database.select(_USES):
        tally.waiver_uses[number] += int(accepted)
        tally.waiver_files[number] += files
    is_whole = is_among_inputs(waivers.path, facts["roots"])
    report = waivers.lint(settings, tally, is_whole=is_whole, scopes=("archive",))
    return () if report is None else report.findings
