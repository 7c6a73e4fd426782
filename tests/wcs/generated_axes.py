"""Seeded headers with distortions and spectral axes, and what astropy makes of headers."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

from fitslint.wcs.distortions.tpv import POWERS
from fitslint.wcs.distortions.wat import list_places
from fitslint.wcs.maths import SCALAR
from fitslint.wcs.spectral.units import find_spectral_factor
from fitslint.wcs.spectral.variables import (
    LIGHT_SPEED,
    SPECTRAL_TYPES,
    EdlenAir,
    SpectralConstants,
    SpectralConversion,
)

SHAPE = (2048, 1024)
PIXELS = np.array([(x, y) for x in np.linspace(1, 2048, 7) for y in np.linspace(1, 1024, 6)])
WCSLIB_CONSTANTS = SpectralConstants(EdlenAir(), 6.6260755e-34)
"""What WCSLIB 8.6 converts with."""
CARD = 68
KINDS = ("SIP", "TPV", "TNX", "ZPX")
_UNITS = {
    "FREQ": ("Hz", "GHz", "MHz", ""), "ENER": ("J", "keV", "eV", "MeV"),
    "WAVN": ("m-1", "/m", "cm-1", "1/cm"), "VRAD": ("m/s", "km/s", "km s-1"),
    "WAVE": ("m", "nm", "um", "Angstrom", "mm", ""), "VOPT": ("m/s", "km/s"), "ZOPT": ("",),
    "AWAV": ("nm", "Angstrom", "um", "m"), "VELO": ("km/s", "m s-1"), "BETA": ("",),
}  # fmt: skip


def celestial_values(rng: random.Random, code: str) -> dict[str, object]:
    """An image of some projection anywhere, turned by any angle."""
    scale, angle = 10 ** rng.uniform(-5, -3.5), rng.uniform(0, 2 * math.pi)
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    return {
        "NAXIS": 2, "NAXIS1": SHAPE[0], "NAXIS2": SHAPE[1],
        "CTYPE1": f"RA---{code}", "CTYPE2": f"DEC--{code}",
        "CRVAL1": rng.uniform(0, 360), "CRVAL2": rng.uniform(-80, 80),
        "CRPIX1": rng.uniform(-500, 2500), "CRPIX2": rng.uniform(-500, 1500),
        "CD1_1": -cosine, "CD1_2": sine, "CD2_1": sine, "CD2_2": cosine,
    }  # fmt: skip


def distorted_values(kind: str, seed: object) -> dict[str, object]:
    """A header with a distortion of a few per mille, on which WCSLIB and the conventions agree."""
    rng = random.Random(f"{kind} {seed}")
    values = celestial_values(rng, {"SIP": "TAN-SIP"}.get(kind, kind))
    reach = math.hypot(values["CD1_1"], values["CD1_2"]) * 2500
    if kind == "SIP":
        _add_sip(rng, values)
    elif kind == "TPV":
        _add_tpv(rng, values, reach)
    else:
        _add_wat(rng, values, reach, kind)
    return values


def _add_sip(rng: random.Random, values: dict[str, object]) -> None:
    for name in "AB":
        order = rng.randint(2, 9)
        values[f"{name}_ORDER"] = order
        for p in range(order + 1):
            for q in range(order + 1 - p):
                if p + q >= 2 and rng.random() < 0.6:
                    values[f"{name}_{p}_{q}"] = rng.uniform(-10, 10) / 2000.0 ** (p + q)


def _add_tpv(rng: random.Random, values: dict[str, object], reach: float) -> None:
    for axis in (1, 2):
        for term, power in POWERS.items():
            degree = power if isinstance(power, int) else sum(power)
            if term == 1 or rng.random() < 0.5:
                unit = 1.0 if term == 1 else 0.0
                size = rng.uniform(-0.005, 0.005) * reach / reach**degree
                values[f"PV{axis}_{term}"] = unit + size


def _add_wat(rng: random.Random, values: dict[str, object], reach: float, kind: str) -> None:
    terms = [(0, 0.0), (1, 1.0), *((m, rng.uniform(-1, 1)) for m in (2, 3, 4, 5))]
    most = rng.randint(1, 5)
    for axis, name, axtype in ((1, "lngcor", "ra"), (2, "latcor", "dec")):
        # WCSLIB takes the larger order of axis 2 for the half cross terms of both axes.
        orders = rng.sample((most, rng.randint(1, most)), 2)
        code, cross = rng.choice((1, 2, 3)), rng.choice((0, 1, 2))
        edges = [side * reach * rng.uniform(0.8, 1.2) for side in (-1, 1, -1, 1)]
        numbers = [
            rng.uniform(-0.005, 0.005) * reach / (reach ** (m + n) if code == 3 else 1.0)
            for m, n in list_places((orders[0], orders[1]), cross)
        ]
        lead = f"wtype={kind.lower()} axtype={axtype} "
        if kind == "ZPX":
            lead += "".join(f"projp{m}={term!r} " for m, term in terms)
        body = " ".join(repr(number) for number in (*edges, *numbers))
        text = f'{name} = "{code}. {orders[0]}. {orders[1]}. {cross}. {body} "'
        add_wat_cards(values, axis, lead, text)


def add_wat_cards(values: dict[str, object], axis: int, lead: str, text: str) -> None:
    """Cut an attribute string into cards, none of which begins or ends with a blank."""
    joined = lead + text
    while any(" " in joined[at - 1 : at + 1] for at in range(CARD, len(joined), CARD)):
        lead = lead.replace("axtype=", "axtype=x", 1)
        joined = lead + text
    for at in range(0, len(joined), CARD):
        values[f"WAT{axis}_{at // CARD + 1:03d}"] = joined[at : at + CARD]


def spectral_values(seed: object) -> dict[str, object]:
    """A header of one spectral axis of any type, algorithm and unit."""
    rng = random.Random(f"spectrum {seed}")
    kind = SPECTRAL_TYPES[rng.choice(sorted(SPECTRAL_TYPES))]
    of_speed = kind.has_line or kind.variable == "V"
    choices = ["", "GRI", "GRA", *(f"{one}2{kind.variable}" for one in "FWAV")]
    algorithm = rng.choice(choices if of_speed else [*choices, "LOG"])
    frequency = LIGHT_SPEED / 10 ** rng.uniform(-6.5, -5.3)
    rest = frequency * (1 + rng.uniform(-0.2, 0.2))
    conversion = SpectralConversion(rest, WCSLIB_CONSTANTS)
    reference = float(conversion.convert(SCALAR, frequency, "FREQ", kind.code))
    unit = rng.choice(_UNITS[kind.code])
    factor = find_spectral_factor(unit, kind.unit, "CUNIT1")
    size = (LIGHT_SPEED if kind.unit else 1.0) if of_speed else reference
    step = size * rng.choice((-1, 1)) * 10 ** rng.uniform(-6, -4)
    values: dict[str, object] = {
        "WCSAXES": 1, "CTYPE1": f"{kind.code}-{algorithm}".rstrip("-"), "CUNIT1": unit,
        "CRVAL1": reference / factor, "CRPIX1": rng.uniform(-100, 900), "CDELT1": step / factor,
    }  # fmt: skip
    values |= rng.choice(({"RESTFRQ": rest}, {"RESTWAV": LIGHT_SPEED / rest}))
    if algorithm in ("GRI", "GRA"):
        values |= {
            "PV1_0": rng.uniform(1e5, 6e5), "PV1_1": float(rng.choice((-1, 1, 2))),
            "PV1_2": rng.uniform(-20, 20), "PV1_3": rng.uniform(1, 1.6),
            "PV1_4": rng.uniform(-5e4, 5e4), "PV1_5": rng.uniform(-5, 5),
            "PV1_6": rng.uniform(-10, 10),
        }  # fmt: skip
    return values


def read_with_astropy(values: Mapping[str, object], **options: object) -> WCS:
    """The header as astropy reads it, without its warnings."""
    header = fits.Header()
    for keyword, value in values.items():
        header[keyword] = value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return WCS(header, **options)


def plane_to_sky(
    values: Mapping[str, object], x: np.ndarray, y: np.ndarray, terms: Mapping[int, float]
) -> np.ndarray:
    """Positions in degrees of coordinates in the plane of TAN, or of ZPN where terms are told."""
    plain = WCS(naxis=2)
    code = "ZPN" if terms else "TAN"
    plain.wcs.ctype = [f"RA---{code}", f"DEC--{code}"]
    plain.wcs.crval = [values["CRVAL1"], values["CRVAL2"]]
    plain.wcs.crpix, plain.wcs.cd = [0, 0], np.eye(2)
    plain.wcs.set_pv([(2, m, term) for m, term in terms.items()])
    return plain.wcs_pix2world(np.column_stack([x, y]), 1)


def linear_step(values: Mapping[str, object], u: np.ndarray, v: np.ndarray) -> tuple:
    """Intermediate world coordinates of pixel offsets."""
    return (
        values["CD1_1"] * u + values["CD1_2"] * v,
        values["CD2_1"] * u + values["CD2_2"] * v,
    )


def separation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Degrees between positions in degrees."""
    (ra, dec), (ra_other, dec_other) = np.radians(one.T), np.radians(other.T)
    up, across = np.sin((dec - dec_other) / 2), np.sin((ra - ra_other) / 2)
    chord = up * up + np.cos(dec) * np.cos(dec_other) * across * across
    return np.degrees(2 * np.arcsin(np.sqrt(chord)))


def corpus_headers(corpus: Path, mark: bytes) -> Iterator[tuple[str, fits.Header]]:
    """The headers of the real files in which a text stands, by file and HDU."""
    for path in sorted(corpus.rglob("*")):
        if not path.is_file() or path.suffix not in (".fits", ".fit", ".hdr", ".header"):
            continue
        data = path.read_bytes()
        if mark not in data or (path.suffix[1:4] == "fit" and not data.startswith(b"SIMPLE")):
            continue
        name = path.relative_to(corpus)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if path.suffix in (".hdr", ".header"):
                separator = "\n" if b"\n" in data else ""
                text = data.decode("ascii", "replace")
                yield f"{name}", fits.Header.fromstring(text, sep=separator)
                continue
            with fits.open(path, ignore_missing_end=True, lazy_load_hdus=False) as hdus:
                for at, hdu in enumerate(hdus):
                    yield f"{name}[{at}]", hdu.header


def header_values(header: fits.Header) -> dict[str, object]:
    """The values of a header by keyword; undefined ones are None, unreadable ones left out."""
    found: dict[str, object] = {}
    for card in header.cards:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = card.value
        except fits.VerifyError:
            continue
        found[card.keyword] = None if isinstance(value, fits.card.Undefined) else value
    return found
