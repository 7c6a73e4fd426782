"""Units that the FITS standard cannot read."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.dictionary.files.positions import KeyPath
from fitslint.dictionary.linting.remark import LintContext, Remark, Severity, soften_severity
from fitslint.dictionary.lookup import load_conflict_rows
from fitslint.units.spelling import standardise_unit
from fitslint.units.unit import UnitError, parse_unit

SPELLING_CONFLICT = "C-UNITS"
"""The conflict about how units are spelt."""


def find_invalid_units(subject: LintContext) -> Iterator[Remark]:
    """Unit strings outside section 4.3 of the standard, each told once."""
    found: dict[tuple[str, Severity], list[KeyPath]] = {}
    for path, unit, severity in _list_units(subject):
        try:
            parse_unit(unit)
        except UnitError:
            found.setdefault((unit, severity), []).append(path)
    for (unit, severity), paths in found.items():
        standard = standardise_unit(unit)
        try:
            parse_unit(unit)
        except UnitError as error:
            reason = f"the standard writes {standard!r}" if standard else str(error)
        others = len(paths) - 1
        more = f"; {others} more keyword{'s have' if others > 1 else ' has'} it" if others else ""
        yield Remark(paths[0], severity, f"{unit!r} is no unit that FITS reads: {reason}{more}")


def _list_units(subject: LintContext) -> Iterator[tuple[KeyPath, str, Severity]]:
    family = subject.document.id.partition("/")[0]
    # An authority that is known to spell units in its own way explains all of them.
    known = load_conflict_rows().get(SPELLING_CONFLICT, {}).get("family") == family
    for path, table in subject.tables:
        if "unit" in table:
            severity = "info" if known else soften_severity(table, "warning")
            yield (*path, "unit"), table["unit"], severity
    for at, hdu in enumerate(subject.document.tables.get("hdu", ())):
        for place, column in enumerate(hdu.get("column", ())):
            if "unit" in column:
                yield ("hdu", at, "column", place, "unit"), column["unit"], "warning"
