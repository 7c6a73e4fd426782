"""OBS-MOD, and the axes that an imaging or a spectroscopic frame has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.subaru.scope import (
    BASIC,
    FAMILY,
    IMAGING,
    RULES,
    SKY,
    SPECTROSCOPY,
    WAVELENGTH,
    mode,
    text,
)

_FORM = re.compile(r"(?:IMAG|SPEC|IPOL|SPOL)(?:_[^a-z]+)?")
_MEANT = (
    # Words that instruments wrote before the rule, most special first.
    (re.compile(r"(?:IMAG(?:ING)?|IM)[-_ ]?POL.*"), "IPOL"),
    (re.compile(r"SPEC(?:TRO(?:SCOPY)?)?[-_ ]?POL.*"), "SPOL"),
    (re.compile(r"IMAG(?:E|ING)"), "IMAG"),
    (re.compile(r"SPECTR(?:UM|OSCOPY|O)"), "SPEC"),
)
_WAVES = (WAVELENGTH, "WAVE", "AWAV", "LAMBDA")
_UNITS = {"degree": SKY, "deg": SKY, "nm": (WAVELENGTH,)}


@rule(
    "SB116",
    "observation-mode-form",
    clause=RULES,
    level="project",
    reads="value",
    family=FAMILY,
    keywords=("OBS-MOD",),
    types=("string",),
    checks=("S9-16",),
    ja="OBS-MOD が大文字の IMAG・SPEC・IPOL・SPOL で始まり下線で続く形になっていない",
    message={
        "": "OBS-MOD = {value} begins with none of IMAG, SPEC, IPOL, SPOL",
        "meant": "OBS-MOD = {value} is not of the form IMAG, SPEC, IPOL or SPOL; {wanted} is meant",
        "case": "OBS-MOD = {value} is not all in upper case; write {wanted}",
        "underscore": "OBS-MOD = {value} goes on after {start} without an underscore; write"
        " {wanted}",
        "nothing": "OBS-MOD = {value} has an underscore and nothing behind it; write {wanted}",
        "empty": "OBS-MOD is empty; it begins with IMAG, SPEC, IPOL or SPOL",
    },
)
def observation_mode_form(card: Card) -> Iterator[Flag]:
    """OBS-MOD does not have the form that all instruments share.

    It begins with IMAG, SPEC, IPOL (imaging polarimetry) or SPOL (spectropolarimetry); whatever
    else an instrument wants to say follows after one underscore. All letters are capitals.

    ## Why it matters
    The archive tells by the first four letters whether a frame is an image or a spectrum, and by
    that which keywords the frame must have.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    OBS-MOD = 'Imaging '           / observation mode
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    OBS-MOD = 'IMAG    '           / observation mode
    ```
    """
    value = str(card.value).strip(" ")
    if _FORM.fullmatch(value):
        return
    capitals = value.upper()
    start, rest = capitals[:4], capitals[4:]
    meant = next((word for form, word in _MEANT if form.fullmatch(capitals)), "")
    if not value:
        yield flag(card, message="empty")
    elif meant:
        yield flag(card, message="meant", value=card.text, wanted=meant)
    elif start not in IMAGING + SPECTROSCOPY:
        yield flag(card, value=card.text)
    elif _FORM.fullmatch(capitals):
        yield flag(card, message="case", value=card.text, wanted=capitals)
    elif rest == "_":
        yield flag(card, message="nothing", value=card.text, wanted=start)
    else:
        wanted = f"{start}_{rest.lstrip('-_ ')}"
        yield flag(card, message="underscore", value=card.text, start=start, wanted=wanted)


@rule(
    "SB226",
    "axis-against-frame",
    clause=BASIC,
    level="conv",
    reads="values",
    family=FAMILY,
    needs=("OBS-MOD", "CTYPE1", "CTYPE2", "DISPAXIS"),
    when=(("OBS-MOD",), ("CTYPE1", "CTYPE2")),
    checks=("D-26", "S9-10"),
    ja="CTYPEn が撮像・分光の別に合わない",
    message={
        "": "{keyword} = {value} in an imaging frame ({mode}); its axes are RA---TAN and DEC--TAN",
        "dispersion": "{keyword} = {value}, but axis {axis} is the dispersion axis (DISPAXIS) of a"
        " frame with OBS-MOD = {mode}; WAVELENGTH is meant",
    },
)
def axis_against_frame(header: Header) -> Iterator[Flag]:
    """CTYPEn does not go with the kind of frame.

    The axes of an image are RA---TAN and DEC--TAN, the dispersion axis of a spectrum is WAVELENGTH.

    ## Why it matters
    Programs draw an image on the sky and a spectrum over wavelength by CTYPEn alone; here they
    would do the wrong of the two.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'MOIRCS  '           / instrument
    OBS-MOD = 'SPEC    '           / observation mode
    DISPAXIS=                    2 / dispersion axis
    CTYPE1  = 'RA---TAN'           / type of axis 1
    CTYPE2  = 'DEC--TAN'           / type of axis 2
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'MOIRCS  '           / instrument
    OBS-MOD = 'SPEC    '           / observation mode
    DISPAXIS=                    2 / dispersion axis
    CTYPE1  = 'LINEAR  '           / type of axis 1
    CTYPE2  = 'WAVELENGTH'         / type of axis 2
    ```
    """
    kind, names = mode(header), ("CTYPE1", "CTYPE2")
    said = text(header, "OBS-MOD")
    if kind in IMAGING:
        for name in names:
            card = header.first(name)
            if card and text(header, name).upper() == WAVELENGTH:
                yield flag(card, keyword=name, value=card.text, mode=said)
    axis = header.number("DISPAXIS")
    # Where another axis has the wavelength, DISPAXIS is what is wrong (SB230).
    if kind not in SPECTROSCOPY or axis not in (1, 2) or _waves(header):
        return
    card = header.first(names[int(axis) - 1])
    if card and text(header, card.keyword) in SKY:
        yield flag(
            card, message="dispersion", keyword=card.keyword, value=card.text, axis=int(axis),
            mode=said,
        )  # fmt: skip


@rule(
    "SB227",
    "unit-against-axis",
    clause=BASIC,
    level="conv",
    reads="values",
    family=FAMILY,
    needs=("CTYPE1", "CTYPE2", "CUNIT1", "CUNIT2"),
    when=(("CTYPE1", "CTYPE2"), ("CUNIT1", "CUNIT2")),
    checks=("D-27",),
    ja="CUNITn が軸の種類に合わない",
    message="{keyword} = {value}, but {other} = {type}; its unit is {wanted}",
)
def unit_against_axis(header: Header) -> Iterator[Flag]:
    """The unit of an axis is that of the other kind of axis.

    Axes on the sky are in degrees, wavelengths in nanometres.

    ## Why it matters
    Coordinates along the axis come out as numbers of something else.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    CTYPE1  = 'LINEAR  '           / type of axis 1
    CTYPE2  = 'WAVELENGTH'         / type of axis 2
    CUNIT2  = 'degree  '           / unit of axis 2
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    CTYPE1  = 'LINEAR  '           / type of axis 1
    CTYPE2  = 'WAVELENGTH'         / type of axis 2
    CUNIT2  = 'nm      '           / unit of axis 2
    ```
    """
    for name, other in (("CUNIT1", "CTYPE1"), ("CUNIT2", "CTYPE2")):
        card, kind = header.first(name), text(header, other)
        of = _UNITS.get(text(header, name))
        if card and of and kind in (*SKY, WAVELENGTH) and kind not in of:
            wanted = "nm" if kind == WAVELENGTH else "degree"
            yield flag(
                card, keyword=name, value=card.text, other=other, type=f"'{kind}'", wanted=wanted
            )


@rule(
    "SB230",
    "dispersion-axis-elsewhere",
    clause=BASIC,
    level="project",
    reads="values",
    family=FAMILY,
    needs=("DISPAXIS", "CTYPE1", "CTYPE2"),
    when=(("DISPAXIS",), ("CTYPE1", "CTYPE2")),
    checks=("D-30",),
    ja="DISPAXIS の軸でなく別の軸が波長軸である",
    message="DISPAXIS = {axis}, but axis {wave} is the one in wavelength ({keyword} = {value})",
)
def dispersion_axis_elsewhere(header: Header) -> Iterator[Flag]:
    """DISPAXIS is not the number of the axis that is in wavelength.

    ## Why it matters
    Reduction programs extract spectra along DISPAXIS; along the wrong axis they add up wavelengths.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    OBS-MOD = 'SPEC    '           / observation mode
    DISPAXIS=                    1 / dispersion axis
    CTYPE1  = 'LINEAR  '           / type of axis 1
    CTYPE2  = 'WAVELENGTH'         / type of axis 2
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    OBS-MOD = 'SPEC    '           / observation mode
    DISPAXIS=                    2 / dispersion axis
    CTYPE1  = 'LINEAR  '           / type of axis 1
    CTYPE2  = 'WAVELENGTH'         / type of axis 2
    ```
    """
    card, waves = header.first("DISPAXIS"), _waves(header)
    axis = card.number_value if card else None
    if card and axis in (1, 2) and len(waves) == 1 and axis not in waves:
        keyword = f"CTYPE{waves[0]}"
        value = f"'{text(header, keyword)}'"
        yield flag(card, axis=int(axis), wave=waves[0], keyword=keyword, value=value)


def _waves(header: Header) -> list[int]:
    """The axes that CTYPEn calls a wavelength."""
    types = {n: text(header, f"CTYPE{n}").upper() for n in (1, 2)}
    return [n for n, kind in types.items() if kind.startswith(_WAVES)]
