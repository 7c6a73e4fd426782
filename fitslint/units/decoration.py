"""Units with words around them: ``Angle[deg]``, ``K (Tb)``, ``counts per sec``."""

from __future__ import annotations

from fitslint.model.late import compile_late
from fitslint.syntax.unit_strings import UnitSyntaxError, parse_unit_string
from fitslint.units.parts import replace_parts
from fitslint.units.words import find_word_faults

_BRACKETS = compile_late(r"[^\[\]]*\[ *([^\[\]]+?) *\][^\[\]]*")
_PARENTHESES = compile_late(r"([^()]+?) *\([^()]*\)")
_PER = compile_late(r" +(?:per|PER) +")
_LABEL = compile_late(r"([A-Za-z][A-Za-z0-9**/^-]*) +[A-Z][A-Za-z]*\([A-Z]-[A-Z]\)")


def find_bare_unit(text: str) -> str | None:
    """The unit inside of words, as the standard writes it; None where there is none.

    Examples
    --------
    >>> [find_bare_unit(text) for text in ("Angle[deg]", "K (Tb)", "counts per sec", "deg", "a (b")]
    ['deg', 'K', 'count/s', None, None]
    """
    for pattern in (_BRACKETS, _PARENTHESES, _LABEL):
        found = pattern.fullmatch(text)
        unit = _spell(found[1]) if found else None
        if unit:
            return unit
    return _spell(_PER.sub("/", text)) if _PER.search(text) else None


def _spell(text: str) -> str | None:
    """The text in words of the standard, as far as it has them; None where it is no unit."""
    faults = tuple(find_word_faults(text))
    if any(fault.kind in ("unknown", "prefix") for fault in faults):
        return None
    try:
        parse_unit_string(replace_parts(text, faults))
    except UnitSyntaxError:
        return None
    return replace_parts(text, (fault for fault in faults if fault.new is not None))
