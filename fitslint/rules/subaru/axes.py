"""The axes that an imaging or a spectroscopic frame has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from fitslint.dictionary.authority import Authority
from fitslint.model.form import CARD
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Part
from fitslint.rules.api import flag, rule
from fitslint.rules.subaru.scope import (
    BASIC,
    FAMILY,
    IMAGING,
    SKY,
    SPECTROSCOPY,
    WAVELENGTH,
    mode,
    text,
)

_TYPES = ("CTYPE1", "CTYPE2")
_NAMES = ("OBS-MOD", "DISPAXIS", *_TYPES, "CUNIT1", "CUNIT2")
_WAVES = (WAVELENGTH, "WAVE", "AWAV", "LAMBDA")
_UNITS = {"degree": SKY, "deg": SKY, "nm": (WAVELENGTH,)}
_KEPT = 1024


class _Axes:
    """The cards of a layout that describe its axes, and which of them were found right.

    All rules on axes share it, so that a header is looked at once.
    """

    def __init__(self, layout: Layout) -> None:
        index = layout.index
        starts = [index[name][0] * CARD for name in _NAMES if name in index]
        self._cards = [slice(at + 8, at + CARD) for at in starts]
        self.asked = any(name in index for name in _TYPES) and len(starts) > 1
        self._known: dict[bytes, bool] = {}
        self._raw = b""
        self._right = True

    def quick(self, header: Header) -> bool:
        """Whether no rule on axes has anything to say."""
        raw = header.raw
        if raw is not self._raw:
            self._raw = raw
            key = b"".join([raw[card] for card in self._cards])
            right = self._known.get(key)
            if right is None:
                right = not any(True for check in _CHECKS for _ in check(header))
                if len(self._known) >= _KEPT:
                    self._known.clear()
                self._known[key] = right
            self._right = right
        return self._right


@lru_cache(maxsize=256)
def _axes(layout: Layout) -> _Axes:
    return _Axes(layout)


def _parts(_authority: Authority, layout: Layout) -> Iterator[Part]:
    axes = _axes(layout)
    if axes.asked:
        yield Part((), axes, axes.quick, remembered=False)


@rule(
    "SB226",
    "axis-against-frame",
    clause=BASIC,
    level="conv",
    reads="values",
    family=FAMILY,
    parts=_parts,
    checks=("D-26", "S9-10"),
    ja="CTYPEn が撮像・分光の別に合わない",
    message={
        "": "{keyword} = {value} in an imaging frame ({mode}); its axes are RA---TAN and DEC--TAN",
        "dispersion": "{keyword} = {value}, but axis {axis} is the dispersion axis (DISPAXIS) of a"
        " frame with OBS-MOD = {mode}; WAVELENGTH is meant",
    },
)
def axis_against_frame(header: Header, _known: _Axes) -> Iterator[Flag]:
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
    return _frame(header)


@rule(
    "SB227",
    "unit-against-axis",
    clause=BASIC,
    level="conv",
    reads="values",
    family=FAMILY,
    parts=_parts,
    checks=("D-27",),
    ja="CUNITn が軸の種類に合わない",
    message="{keyword} = {value}, but {other} = {type}; its unit is {wanted}",
)
def unit_against_axis(header: Header, _known: _Axes) -> Iterator[Flag]:
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
    return _unit(header)


@rule(
    "SB230",
    "dispersion-axis-elsewhere",
    clause=BASIC,
    level="project",
    reads="values",
    family=FAMILY,
    parts=_parts,
    checks=("D-30",),
    ja="DISPAXIS の軸でなく別の軸が波長軸である",
    message="DISPAXIS = {axis}, but axis {wave} is the one in wavelength ({keyword} = {value})",
)
def dispersion_axis_elsewhere(header: Header, _known: _Axes) -> Iterator[Flag]:
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
    return _dispersion(header)


def _frame(header: Header) -> Iterator[Flag]:
    kind = mode(header)
    said = text(header, "OBS-MOD")
    if kind in IMAGING:
        for name in _TYPES:
            card = header.first(name)
            if card and text(header, name).upper() == WAVELENGTH:
                yield flag(card, keyword=name, value=card.text, mode=said)
    axis = header.number("DISPAXIS")
    # Where another axis has the wavelength, DISPAXIS is what is wrong (SB230).
    if kind not in SPECTROSCOPY or axis not in (1, 2) or _waves(header):
        return
    card = header.first(_TYPES[int(axis) - 1])
    if card and text(header, card.keyword) in SKY:
        yield flag(
            card, message="dispersion", keyword=card.keyword, value=card.text, axis=int(axis),
            mode=said,
        )  # fmt: skip


def _unit(header: Header) -> Iterator[Flag]:
    for name, other in (("CUNIT1", "CTYPE1"), ("CUNIT2", "CTYPE2")):
        card, kind = header.first(name), text(header, other)
        of = _UNITS.get(text(header, name))
        if card and of and kind in (*SKY, WAVELENGTH) and kind not in of:
            wanted = "nm" if kind == WAVELENGTH else "degree"
            yield flag(
                card, keyword=name, value=card.text, other=other, type=f"'{kind}'", wanted=wanted
            )


def _dispersion(header: Header) -> Iterator[Flag]:
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


_CHECKS = (_frame, _unit, _dispersion)
