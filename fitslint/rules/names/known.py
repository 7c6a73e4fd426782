"""What the dictionaries of the standard and of widespread conventions say of a keyword."""

from __future__ import annotations

from fitslint.dictionary import Entry, conventions, fits


def reserved(keyword: str) -> Entry | None:
    """The entry of a keyword that the standard reserves."""
    match = fits().lookup(keyword)
    return match.entry if match else None


def known(keyword: str) -> Entry | None:
    """The entry of a keyword that the standard or a widespread convention defines."""
    found = reserved(keyword)
    if found is not None:
        return found
    match = conventions().lookup(keyword)
    return match.entry if match else None


def type_of(keyword: str, kind: str) -> str | None:
    """The type that a value of ``keyword`` must have in an HDU of ``kind``; None if any will do."""
    entry = known(keyword)
    expected = entry.type_in(kind) if entry else "any"
    return None if expected in ("any", "none") else expected
