"""The axes that an imaging or a spectroscopic frame has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.subaru.common import (
    BASIC_CLAUSE,
    FAMILY,
    IMAGING_MODES,
    SKY_TYPES,
    SPECTROSCOPY_MODES,
    WAVELENGTH_TYPE,
    read_observing_mode,
    read_string_value,
)

_CTYPES = ("CTYPE1", "CTYPE2")
_AXIS_KEYWORDS = ("OBS-MOD", "DISPAXIS", *_CTYPES, "CUNIT1", "CUNIT2")
_WAVELENGTH_TYPES = (WAVELENGTH_TYPE, "WAVE", "AWAV", "LAMBDA")
_TYPES_BY_UNIT = {"degree": SKY_TYPES, "deg": SKY_TYPES, "nm": (WAVELENGTH_TYPE,)}
_CACHE_SIZE = 1024


class _AxisCards:
    """The cards of a layout that describe its axes, and which of them were found right.

    All rules on axes share it, so that a header is looked at once.
    """

    def __init__(self, layout: Layout) -> None:
        index = layout.index
        starts = [index[name][0] * CARD_SIZE for name in _AXIS_KEYWORDS if name in index]
        self._slices = [slice(at + 8, at + CARD_SIZE) for at in starts]
        self.has_cards = any(name in index for name in _CTYPES) and len(starts) > 1
        self._results: BoundedDict[bytes, bool] = BoundedDict.create(_CACHE_SIZE)
        self._last_raw = b""
        self._last_result = True

    def precheck(self, header: Header) -> bool:
        """Whether no rule on axes has anything to say."""
        raw = header.raw
        if raw is not self._last_raw:
            self._last_raw = raw
            key = b"".join([raw[card] for card in self._slices])
            right = self._results.get(key)
            if right is None:
                right = not any(True for check in _CHECKS for _ in check(header))
                self._results[key] = right
            self._last_result = right
        return self._last_result


@lru_cache(maxsize=256)
def _find_axis_cards(layout: Layout) -> _AxisCards:
    return _AxisCards(layout)


def _plan_subchecks(_authority: DictionaryChain, layout: Layout) -> Iterator[Subcheck]:
    axes = _find_axis_cards(layout)
    if axes.has_cards:
        yield Subcheck((), axes, axes.precheck, cacheable=False)


@rule(
    "SB226",
    "axis-against-frame",
    clause=BASIC_CLAUSE,
    level="conv",
    reads="values",
    authority=FAMILY,
    subchecks=_plan_subchecks,
    catalogue_rows=("D-26", "S9-10"),
    summary_ja="CTYPEn が撮像・分光の別に合わない",
    message={
        "": "{keyword} = {value} in an imaging frame ({mode}); its axes are RA---TAN and DEC--TAN",
        "dispersion": "{keyword} = {value}, but axis {axis} is the dispersion axis (DISPAXIS) of a"
        " frame with OBS-MOD = {mode}; WAVELENGTH is meant",
    },
)
def axis_against_frame(header: Header, _known: _AxisCards) -> Iterator[Flag]:
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
    return _flag_frame(header)


@rule(
    "SB227",
    "unit-against-axis",
    clause=BASIC_CLAUSE,
    level="conv",
    reads="values",
    authority=FAMILY,
    subchecks=_plan_subchecks,
    catalogue_rows=("D-27",),
    summary_ja="CUNITn が軸の種類に合わない",
    message="{keyword} = {value}, but {other} = {type}; its unit is {wanted}",
)
def unit_against_axis(header: Header, _known: _AxisCards) -> Iterator[Flag]:
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
    return _flag_unit(header)


@rule(
    "SB230",
    "dispersion-axis-elsewhere",
    clause=BASIC_CLAUSE,
    level="project",
    reads="values",
    authority=FAMILY,
    subchecks=_plan_subchecks,
    catalogue_rows=("D-30",),
    summary_ja="DISPAXIS の軸でなく別の軸が波長軸である",
    message="DISPAXIS = {axis}, but axis {wave} is the one in wavelength ({keyword} = {value})",
)
def dispersion_axis_elsewhere(header: Header, _known: _AxisCards) -> Iterator[Flag]:
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
    return _flag_dispersion(header)


def _flag_frame(header: Header) -> Iterator[Flag]:
    kind = read_observing_mode(header)
    said = read_string_value(header, "OBS-MOD")
    if kind in IMAGING_MODES:
        for name in _CTYPES:
            card = header.find_card(name)
            if card and read_string_value(header, name).upper() == WAVELENGTH_TYPE:
                yield flag(card, keyword=name, value=card.text, mode=said)
    axis = header.number("DISPAXIS")
    # Where another axis has the wavelength, DISPAXIS is what is wrong (SB230).
    if kind not in SPECTROSCOPY_MODES or axis not in (1, 2) or _find_wavelength_axes(header):
        return
    card = header.find_card(_CTYPES[int(axis) - 1])
    if card and read_string_value(header, card.keyword) in SKY_TYPES:
        yield flag(
            card, message="dispersion", keyword=card.keyword, value=card.text, axis=int(axis),
            mode=said,
        )  # fmt: skip


def _flag_unit(header: Header) -> Iterator[Flag]:
    for name, other in (("CUNIT1", "CTYPE1"), ("CUNIT2", "CTYPE2")):
        card, kind = header.find_card(name), read_string_value(header, other)
        of = _TYPES_BY_UNIT.get(read_string_value(header, name))
        if card and of and kind in (*SKY_TYPES, WAVELENGTH_TYPE) and kind not in of:
            wanted = "nm" if kind == WAVELENGTH_TYPE else "degree"
            yield flag(
                card, keyword=name, value=card.text, other=other, type=f"'{kind}'", wanted=wanted
            )


def _flag_dispersion(header: Header) -> Iterator[Flag]:
    card, waves = header.find_card("DISPAXIS"), _find_wavelength_axes(header)
    axis = card.number_value if card else None
    if card and axis in (1, 2) and len(waves) == 1 and axis not in waves:
        keyword = f"CTYPE{waves[0]}"
        value = f"'{read_string_value(header, keyword)}'"
        yield flag(card, axis=int(axis), wave=waves[0], keyword=keyword, value=value)


def _find_wavelength_axes(header: Header) -> list[int]:
    """The axes that CTYPEn calls a wavelength."""
    types = {n: read_string_value(header, f"CTYPE{n}").upper() for n in (1, 2)}
    return [n for n, kind in types.items() if kind.startswith(_WAVELENGTH_TYPES)]


_CHECKS = (_flag_frame, _flag_unit, _flag_dispersion)
