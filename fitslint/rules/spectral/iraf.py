"""The spectral axes of IRAF: strings that are cut over the cards WATi_nnn."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule

_PART = compile_late("WAT([0-9])_([0-9]{3})")
_SYSTEM = compile_late("(?:^| )system *= *multispec(?: |$)")


def _list_parts(layout: Layout) -> dict[int, dict[int, int]]:
    """By axis and number: the position of the first card of a part."""
    found: dict[int, dict[int, int]] = {}
    for name, where in layout.index.items():
        match = _PART.fullmatch(name)
        if match:
            found.setdefault(int(match[1]), {}).setdefault(int(match[2]), where[0])
    return found


@rule(
    "WS112",
    "iraf-axis-incomplete",
    clause="IRAF",
    level="conv",
    catalogue_rows=("S012",),
    reads="values",
    needs=("WAT0_001", "WAT1_001", "WAT2_001", "WAT1_002", "WAT2_002", "WAT3_001", "WAT3_002"),
    summary_ja="IRAF の WATi_nnn が揃っていない",
    message={
        "": "{keyword} follows {before}: the parts between are gone, and the string that they made"
        " with it is cut",
        "multispec": "{keyword} says multispec, and no WAT2_nnn gives the dispersion of the"
        " spectra",
    },
)
def iraf_axis_incomplete(header: Header) -> Iterator[Flag]:
    """The parts WATi_nnn of an axis of IRAF are not all there.

    ## Why it matters
    IRAF writes one long string in pieces of 68 characters. A program that drops some of them leaves
    numbers that were cut apart, and the wavelengths of whole spectra are lost.

    ## Example
    ```fits
    WAT0_001= 'system=multispec'
    WAT1_001= 'wtype=multispec label=Wavelength units=angstroms'
    ```
    Use instead:
    ```fits
    WAT0_001= 'system=multispec'
    WAT1_001= 'wtype=multispec label=Wavelength units=angstroms'
    WAT2_001= 'wtype=multispec spec1 = "1 1 0 4000. 1.5 2048 0. 10. 20."'
    ```
    """
    parts = header.layout.compute_once("WATi_nnn", _list_parts)
    for axis, numbers in sorted(parts.items()):
        before = 0
        for number, place in sorted(numbers.items()):
            if number > before + 1:
                last = f"WAT{axis}_{before:03}" if before else "nothing"
                card = header.card(place)
                yield flag(card, (0, 8), keyword=card.keyword, before=last)
            before = number
    system = header.find_card("WAT0_001")
    if system and 2 not in parts and _SYSTEM.search(header.string("WAT0_001") or ""):
        yield flag(system, message="multispec", keyword=system.keyword)
