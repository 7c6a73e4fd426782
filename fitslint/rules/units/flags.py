"""What the rules on unit strings share: the keywords, the quick answer, and flags of faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fitslint.model.card import Card
from fitslint.model.finding import Edit, Level, Safety
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag
from fitslint.rules.edits import overwrite_value, quote_string
from fitslint.text import phrase

if TYPE_CHECKING:
    from fitslint.units.parts import FaultKind

UNIT_KEYWORDS = ("BUNIT", "TUNITn", "CUNITia", "TCUNIn", "TCUNna", "iCUNIn", "iCUNna")
"""Keywords whose value is a unit; TIMEUNIT has a list of its own."""
COMMON_UNITS = frozenset((
    "", "deg", "pixel", "pix", "s", "arcsec", "km", "m", "m/s", "km/s", "K", "d", "Hz", "Jy",
    "mJy", "Jy/beam", "mJy/beam", "mm", "cm", "um", "nm", "eV", "keV", "TeV", "GeV", "MeV", "mag",
    "adu", "adu/s", "ct", "ct/s", "count", "count/s", "photon", "ph", "chan", "mas", "mas/yr",
    "yr", "a", "MHz", "GHz", "kHz", "rad", "arcmin", "h", "min", "ms", "us", "V", "MJy/sr",
    "K km/s", "K.km/s", "m**2", "cm**2", "cm2", "cm-2", "cm-3", "s-1", "m/s**2", "km s-1",
    "m s-1", "kpc", "Mpc", "pc", "AU", "solMass", "W/m**2", "bit", "byte", "beam", "sr",

))  # fmt: skip
"""Unit strings without fault that files hold often: neither table nor grammar is read for them."""
_CONTINUED = "&"


@lru_cache(maxsize=8192)
def is_plain_unit(text: bytes) -> bool:
    """Whether nothing is wrong with a unit: the text of a value, quotes included."""
    unit = text.decode("latin-1")[1:-1].strip(" ")
    if unit in COMMON_UNITS:
        return True
    from fitslint.units.faults import judge_unit

    return text[:1] != b"'" or not judge_unit(unit)


def flag_faults(
    card: Card,
    header: Header,
    kind: FaultKind,
    *,
    title: str = "",
    levels: Mapping[str, Level] = MappingProxyType({}),
    safety: Safety | None = None,
) -> Iterator[Flag]:
    """A flag for every fault of one kind in the unit of a card.

    ``levels`` by message, and ``safety``, stand for those that the rule and the fault have.
    """
    value = card.value
    if not isinstance(value, str) or card.form.value is None or _is_continued(card, header):
        return
    from fitslint.units.faults import judge_unit

    unit = value.strip(" ")
    lead = card.form.value[0] + 1 + len(value) - len(value.lstrip(" "))
    faults = judge_unit(unit)
    if any(fault.kind == "ambiguous" for fault in faults):
        # Legal all but for a letter of two meanings, it would be read with the wrong one.
        safety = "unsafe"
    for fault in faults:
        if fault.kind != kind:
            continue
        new = None if fault.new is None else unit[: fault.start] + fault.new + unit[fault.end :]
        params: dict[str, Any] = {"unit": unit, **fault.params, "keyword": card.keyword}
        yield flag(
            card,
            (lead + fault.start, lead + fault.end) if "'" not in value else None,
            message=fault.message,
            fix=None if new is None else write_unit(card, new),
            title=phrase(title, **params) if new is not None else "",
            safety=safety or fault.safety,
            level=levels.get(fault.message),
            **params,
        )


def write_unit(card: Card, unit: str) -> Edit | None:
    """The edit that writes another unit; blanks that fill the string are kept where they stand."""
    inner = card.text[1:-1]
    width = len(inner) if inner.endswith(" ") else 0
    return overwrite_value(card, f"{quote_string(unit)[:-1]:<{width + 1}}'")


def _is_continued(card: Card, header: Header) -> bool:
    """Whether the string goes on in the next card."""
    return card.text.rstrip("' ").endswith(_CONTINUED) and header.names[
        card.number : card.number + 1
    ] == ("CONTINUE",)
