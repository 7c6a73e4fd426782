"""Two audits of one archive: what is new, fixed, gone and still there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from fitslint.audit.database import AuditDatabase
from fitslint.model.finding import SEVERITIES, Severity

Change = Literal["new", "fixed", "gone"]

_CHANGES = """
    WITH compared AS (
        SELECT coalesce(n.path, o.path) AS path, coalesce(n.code, o.code) AS code,
               coalesce(n.name, o.name) AS name, coalesce(n.severity, o.severity) AS severity,
               coalesce(n.keyword, o.keyword) AS keyword, coalesce(n.hdu, o.hdu) AS hdu,
               coalesce(n.card, o.card) AS card, coalesce(n.message, o.message) AS message,
               coalesce(n.message_id, o.message_id) AS message_id,
               coalesce(n.params, o.params) AS params, n.path IS NULL AS is_past,
               o.path IS NULL AS is_new
        FROM findings n FULL JOIN old_findings o USING (path, fingerprint)
    ), judged AS (SELECT path FROM files WHERE verdict IN ('conforms', 'violates')),
    changes AS (
        SELECT compared.*, CASE WHEN is_new THEN 'new' WHEN NOT is_past THEN 'still'
                                WHEN judged.path IS NULL THEN 'gone' ELSE 'fixed' END AS change
        FROM compared LEFT JOIN judged ON is_past AND compared.path = judged.path
    )"""


class RuleChange(NamedTuple):
    """What became of the findings of a rule."""

    code: str
    name: str
    severity: Severity
    new: int
    fixed: int
    gone: int
    """Those of files that are there no more, or could not be judged."""
    still: int

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Those new, fixed, gone and still there."""
        return self.new, self.fixed, self.gone, self.still


class ChangedFinding(NamedTuple):
    """A finding that one of the audits has and the other has not."""

    change: Change
    path: str
    hdu: int | None
    card: int | None
    keyword: str | None
    severity: Severity
    code: str
    name: str
    message: str
    message_id: str
    params: str


class AuditDiff:
    """What changed from one audit to the next; a finding is known again by file and fingerprint.

    Raises
    ------
    AuditFolderError
        when one of them cannot be used.
    """

    def __init__(self, old: Path, new: Path) -> None:
        self._database = AuditDatabase(new, old)

    def __enter__(self) -> AuditDiff:
        self._database.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._database.__exit__(None, None, None)

    def count_changes(self) -> list[RuleChange]:
        """The changes by rule, the gravest first."""
        sql = f"""{_CHANGES}
            SELECT code, any_value(name), severity, count(*) FILTER (change = 'new') AS new,
                   count(*) FILTER (change = 'fixed'), count(*) FILTER (change = 'gone'),
                   count(*) FILTER (change = 'still')
            FROM changes GROUP BY code, severity
            ORDER BY array_position(['error', 'warning', 'info'], severity), new DESC, code"""
        return [RuleChange(*row) for row in self._database.select(sql)]

    def list_changes(self, most: int | None = None) -> Iterator[ChangedFinding]:
        """Findings that are not in both, new ones first, the gravest first."""
        limit = "" if most is None else f"LIMIT {most:d}"
        sql = f"""{_CHANGES}
            SELECT change, path, hdu, card, keyword, severity, code, name, message, message_id,
                   params
            FROM changes WHERE change <> 'still'
            ORDER BY array_position(['new', 'fixed', 'gone'], change),
                     array_position(['error', 'warning', 'info'], severity), path, hdu, card, code
            {limit}"""
        for row in self._database.select(sql):
            yield ChangedFinding(*row)


def has_new(changes: list[RuleChange], least: Severity) -> bool:
    """Whether something is new that is at least so grave."""
    grave = SEVERITIES[SEVERITIES.index(least) :]
    return any(one.new for one in changes if one.severity in grave)
