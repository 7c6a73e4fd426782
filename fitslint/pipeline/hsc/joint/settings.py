"""The settings of the two programs that hscPipe has for joint solutions, under their own names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.astrometry import AstrometryOptions
from fitslint.pipeline.hsc.joint.photometry import PhotometryOptions
from fitslint.pipeline.hsc.joint.read import SourceCuts
from fitslint.pipeline.hsc.joint.tables import list_position_units, list_systems
from fitslint.text import suggest

_MAS = 1 / 3.6e6
_ORDERS = range(1, 10)


@dataclass(frozen=True)
class JointSettings:
    """How a joint solution is made.

    Attributes
    ----------
    algorithm : str
        mosaic or jointcal: whose defaults these are.
    radius : float
        arcsec within which measurements are of one star.
    reference_error : float
        degrees, of catalogues that have no errors.
    flux_unit : str
        of catalogues that have fluxes and no unit; nJy or Jy.
    system : str
        whose magnitudes are converted into those of the filter; empty where none are.
    error_unit : str
        of errors of positions in catalogues that do not say it.
    """

    algorithm: str
    cuts: SourceCuts
    radius: float
    reference_error: float
    positions: AstrometryOptions = field(default_factory=AstrometryOptions)
    fluxes: PhotometryOptions = field(default_factory=PhotometryOptions)
    has_fluxes: bool = True
    flux_unit: str = ""
    system: str = ""
    error_unit: str = ""


MOSAIC = JointSettings("mosaic", SourceCuts(per_cell=5), 1.0, 40 * _MAS)
JOINTCAL = JointSettings(
    "jointcal", SourceCuts(), 3.0, 10 * _MAS, AstrometryOptions(order=7, floor=0.02)
)


def _parse_switch(word: str) -> bool:
    if word.lower() in ("true", "1", "yes"):
        return True
    if word.lower() in ("false", "0", "no"):
        return False
    raise ValueError(word)


def _parse_order(word: str) -> int:
    number = int(word)
    if number not in _ORDERS:
        raise ValueError(word)
    return number


def _parse_positive(word: str) -> float:
    number = float(word)
    if not 0 <= number < 1e6:
        raise ValueError(word)
    return number


def _parse_choice(list_choices: Callable[[], Sequence[str]]) -> Callable[[str], str]:
    """What takes one of some words."""

    def parse_word(word: str) -> str:
        if word not in list_choices():
            raise ValueError(word)
        return word

    return parse_word


_Setter = Callable[[JointSettings, Any], JointSettings]


def _set(part: str, name: str) -> _Setter:
    """What puts a value into a group of settings."""

    def set_value(settings: JointSettings, value: Any) -> JointSettings:
        group = replace(getattr(settings, part), **{name: value}) if part else None
        return replace(settings, **({part: group} if part else {name: value}))

    return set_value


_COMMON: Mapping[str, tuple[Callable[[str], Any], _Setter]] = {
    "minSnr": (_parse_positive, _set("cuts", "snr")),
    "rejectSigma": (_parse_positive, _set("positions", "sigmas")),
    "fluxUnit": (_parse_choice(lambda: ("nJy", "Jy")), _set("", "flux_unit")),
    "refErrorUnit": (_parse_choice(list_position_units), _set("", "error_unit")),
    "colorTerms": (_parse_choice(list_systems), _set("", "system")),
}
_KEYS: Mapping[str, Mapping[str, tuple[Callable[[str], Any], _Setter]]] = {
    "mosaic": {
        "fittingOrder": (_parse_order, _set("positions", "order")),
        "fluxFitOrder": (_parse_order, _set("fluxes", "order")),
        "fluxFitAbsolute": (_parse_switch, _set("fluxes", "is_absolute")),
        "chipFlux": (_parse_switch, _set("fluxes", "has_chips")),
        "nStarPerCell": (int, _set("cuts", "per_cell")),
        "cellSize": (int, _set("cuts", "cell")),
        "radXMatch": (_parse_positive, _set("", "radius")),
        "catRMS": (
            lambda word: _parse_positive(word) / 3600, _set("", "reference_error")
        ),
        **_COMMON,
    },
    "jointcal": {
        "astrometryVisitOrder": (_parse_order, _set("positions", "order")),
        "photometryVisitOrder": (_parse_order, _set("fluxes", "order")),
        "positionErrorPedestal": (_parse_positive, _set("positions", "floor")),
        "photometryErrorPedestal": (_parse_positive, _set("fluxes", "floor")),
        "astrometryReferenceErr": (
            lambda word: _parse_positive(word) * _MAS, _set("", "reference_error")
        ),
        "doPhotometry": (_parse_switch, _set("", "has_fluxes")),
        "matchCut": (_parse_positive, _set("", "radius")),
        **_COMMON,
    },
}  # fmt: skip


def list_keys(algorithm: str) -> tuple[str, ...]:
    """The keys of ``--config``."""
    return tuple(_KEYS[algorithm])


def parse_settings(algorithm: str, words: Sequence[str], reference: str = "free") -> JointSettings:
    """The defaults of a program, with what ``--config`` says.

    Parameters
    ----------
    reference : str
        free: stars of the catalogue move within its errors; fixed: they stay where it has them.

    Raises
    ------
    HscError
        when a word is none of its settings.
    """
    settings, keys = (MOSAIC if algorithm == "mosaic" else JOINTCAL), _KEYS[algorithm]
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or key not in keys:
            near = suggest(key, keys, otherwise=f"; there are {' '.join(keys)}")
            raise HscError(f"--config {word}: there is no such key{near}")
        convert, put = keys[key]
        try:
            settings = put(settings, convert(text))
        except ValueError:
            if convert is _parse_order:
                raise HscError(f"--config {word}: an order is a number from 1 to 9") from None
            raise HscError(f"--config {word}: {text!r} is not possible") from None
    if reference not in ("free", "fixed"):
        raise HscError(f"--referenceStars is free or fixed, not {reference!r}")
    fixed = replace(settings.positions, is_fixed=reference == "fixed")
    return replace(settings, positions=fixed)
