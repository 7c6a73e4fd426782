"""Units that the FITS standard cannot read."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.dictionary.catalogue import conflicts
from fitslint.dictionary.linting.remark import Remark, Severity, Subject, unless_explained
from fitslint.dictionary.positions import Path
from fitslint.dictionary.units import UnitError, parse, usual

SPELLING = "C-UNITS"
"""The conflict about how units are spelt."""


def units(subject: Subject) -> Iterator[Remark]:
    """Unit strings outside section 4.3 of the standard, each told once."""
    found: dict[tuple[str, Severity], list[Path]] = {}
    for path, unit, severity in _units(subject):
        try:
            parse(unit)
        except UnitError:
            found.setdefault((unit, severity), []).append(path)
    for (unit, severity), paths in found.items():
        standard = usual(unit)
        try:
            parse(unit)
        except UnitError as error:
            reason = f"the standard writes {standard!r}" if standard else str(error)
        others = len(paths) - 1
        more = f"; {others} more keyword{'s have' if others > 1 else ' has'} it" if others else ""
        yield Remark(paths[0], severity, f"{unit!r} is no unit that FITS reads: {reason}{more}")


def _units(subject: Subject) -> Iterator[tuple[Path, str, Severity]]:
    family = subject.document.id.partition("/")[0]
    # An authority that is known to spell units in its own way explains all of them.
    known = conflicts().get(SPELLING, {}).get("family") == family
    for path, table in subject.tables:
        if "unit" in table:
            severity = "info" if known else unless_explained(table, "warning")
            yield (*path, "unit"), table["unit"], severity
    for at, hdu in enumerate(subject.document.tables.get("hdu", ())):
        for place, column in enumerate(hdu.get("column", ())):
            if "unit" in column:
                yield ("hdu", at, "column", place, "unit"), column["unit"], "warning"
