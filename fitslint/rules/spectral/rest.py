"""The rest frequency or wavelength of the line that velocities are counted from."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.spectral.types import LINEAR_IN, list_stems, match_spectral_type
from fitslint.rules.wcs.versions import LETTERS, find_axis_cards
from fitslint.text import phrase

LIGHT = 299_792_458.0
"""Speed of light [m/s]."""
_RELATIVE = frozenset(("VRAD", "VOPT", "ZOPT"))
"""Types that compare frequency or wavelength with those of a line at rest."""
_ROUNDING = 0.01
"""Relative; wavelengths in air (3e-4) and those given to three digits pass."""
_CODES = frozenset(code.encode() for code in LINEAR_IN)


def _surely_at_rest(header: Header) -> bool:
    """Whether no axis has a spectral type, as columns tell."""
    return _CODES.isdisjoint(list_stems(header))


def _is_given(header: Header, version: str) -> bool:
    names = (f"RESTFRQ{version}", f"RESTWAV{version}", *(() if version else ("RESTFREQ",)))
    # An undefined or faulty value is another rule's affair.
    return any(name in header and header.number(name) != 0 for name in names)


@rule(
    "WS102",
    "rest-value-missing",
    clause="8.4",
    level="must",
    catalogue_rows=("S002",),
    reads="values",
    needs=("CTYPEia", "RESTFRQa", "RESTWAVa", "RESTFREQ"),
    precheck=_surely_at_rest,
    summary_ja="分光軸の CTYPE に必要な RESTFRQ または RESTWAV がない",
    message={
        "": "{keyword} = '{text}' cannot be worked out without a line: neither RESTFRQ{version} nor"
        " RESTWAV{version} is given and over 0",
        "linear": "{keyword} = '{text}' is the velocity of a line, and neither RESTFRQ{version} nor"
        " RESTWAV{version}, given and over 0, says which",
    },
)
def rest_value_missing(header: Header) -> Iterator[Flag]:
    """The type of a spectral axis needs a rest frequency or wavelength, and none is given.

    ## Why it matters
    WCSLIB refuses the coordinates where the axis is not linear: an error. Where it is (plain VOPT),
    the velocities are read, but no frequency or wavelength can be found from them, nor the velocity
    of another line: a warning.

    ## Example
    ```fits
    CTYPE3  = 'VOPT-F2W'           / optical velocity
    ```
    Use instead:
    ```fits
    CTYPE3  = 'VOPT-F2W'           / optical velocity
    RESTFRQ =     1.42040575179E+09 / [Hz] HI
    ```
    """
    for version, types in find_axis_cards(header, "CTYPE").items():
        if _is_given(header, version):
            continue
        for card in types.values():
            found = match_spectral_type(card.value) if isinstance(card.value, str) else None
            if found is None:
                continue
            linear = LINEAR_IN[found.code]
            relative = found.code in _RELATIVE
            converted = bool(found.sampled) and (found.sampled == "V") != (linear == "V")
            # Where both are so, the line cancels: VRAD-V2F.
            if relative == converted:
                continue
            plain = found.sampled in ("", linear)
            yield flag(
                card, message="linear" if plain else "", level="conv" if plain else None,
                keyword=card.keyword, text=str(card.value).rstrip(" "), version=version,
            )  # fmt: skip


def _find_pairs(layout: Layout) -> tuple[str, ...]:
    index = layout.index
    return tuple(a for a in LETTERS if f"RESTFRQ{a}" in index and f"RESTWAV{a}" in index)


@rule(
    "WS108",
    "rest-values-disagree",
    clause="8.4",
    level="must",
    catalogue_rows=("S008",),
    reads="values",
    needs=("RESTFRQa", "RESTWAVa"),
    min_present=2,
    summary_ja="RESTFRQ と RESTWAV が別の線を指している",
    message="{keyword} = {text} Hz is {length} m, and {other} = {value} m is another line",
)
def rest_values_disagree(header: Header) -> Iterator[Flag]:
    """RESTFRQ and RESTWAV are those of two lines.

    ## Why it matters
    Their product is the speed of light. Readers take the one or the other, and get two velocities.

    ## Example
    ```fits
    RESTFRQ =       110201353000.0 / [Hz] 13CO
    RESTWAV =        0.00260075776 / [m] 12CO
    ```
    Use instead:
    ```fits
    RESTFRQ =       110201353000.0 / [Hz] 13CO
    RESTWAV =        0.00272040633 / [m] 13CO
    ```
    """
    for version in header.layout.compute_once("RESTFRQa and RESTWAVa", _find_pairs):
        card, other = header.find_card(f"RESTFRQ{version}"), header.find_card(f"RESTWAV{version}")
        if card is None or other is None:
            continue
        frequency, length = card.number_value, other.number_value
        if not frequency or not length or abs(frequency * length / LIGHT - 1) <= _ROUNDING:
            continue
        implied = float(f"{LIGHT / frequency:.9g}")
        if not math.isfinite(implied):
            continue
        yield flag(
            card, keyword=card.keyword, text=card.text.strip(), length=implied,
            other=other.keyword, value=other.text.strip(),
        )  # fmt: skip


@rule(
    "WS109",
    "air-or-vacuum",
    clause="8.4",
    level="conv",
    catalogue_rows=("S009",),
    reads="values",
    needs=("CTYPEia", "AIRORVAC", "VACUUM"),
    min_present=2,
    needs_one_of=(("AIRORVAC", "VACUUM"),),
    summary_ja="CTYPE (WAVE、AWAV) と AIRORVAC・VACUUM が食い違っている",
    message="{keyword} = '{text}' are wavelengths in {here}, and {other} = {value} says {there}",
)
def air_or_vacuum(header: Header) -> Iterator[Flag]:
    """The type of a spectral axis says vacuum and another keyword air, or the other way round.

    ## Why it matters
    The two lie 80 km/s apart in the visible.

    ## Example
    ```fits
    CTYPE1  = 'WAVE    '
    AIRORVAC= 'air     '
    ```
    Use instead:
    ```fits
    CTYPE1  = 'AWAV    '
    AIRORVAC= 'air     '
    ```
    """
    said = _find_medium(header)
    if said is None:
        return
    name, there = said
    for card in find_axis_cards(header, "CTYPE").get("", {}).values():
        found = match_spectral_type(card.value) if isinstance(card.value, str) else None
        here = {"WAVE": "vacuum", "AWAV": "air"}.get(found.code) if found else None
        if here and here != there:
            value = header.find_card(name)
            yield flag(
                card, keyword=card.keyword, text=str(card.value).rstrip(" "), here=phrase(here),
                other=name, value=value.text.strip() if value else "", there=phrase(there),
            )  # fmt: skip


def _find_medium(header: Header) -> tuple[str, str] | None:
    """The keyword that names the medium, and what it says."""
    word = (header.string("AIRORVAC") or "").strip(" ").lower()
    if word in ("air", "vac", "vacuum"):
        return "AIRORVAC", "air" if word == "air" else "vacuum"
    empty = header.value("VACUUM")
    if isinstance(empty, bool):
        return "VACUUM", "vacuum" if empty else "air"
    return None
