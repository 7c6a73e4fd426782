"""Images of a Sun that is known: Gaussian sources at the eastern limb, seen with the real beams."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from astropy.io import fits

from fitslint.pipeline.norh.beam import Beam, build_beam
from fitslint.pipeline.norh.constants import BANDS, CLEAN_BEAM_WIDTH

SAMPLE = Path(__file__).parents[3] / "fixtures/samples/norh-hanaoka.hdr"
PMAT = [0.98640, 0.09448, -0.04883, 0.94981]
"""Of the sample, the worked header of the manual."""
POLE = -22.5235
SOLR = 952.22
CENTRE = (-930.0, 40.0)
START = datetime(1998, 5, 9, 3, 20, 21, 254000)
SIZES = {"17GHz": (64, 4.91106), "34GHz": (128, 2.45553)}
SOURCES = (
    # west, north, K at 17 GHz, FWHM, alpha, polarisation
    (-900.0, 60.0, 4e6, 16.0, -1.5, 0.2),
    (-850.0, -30.0, 4e5, 30.0, 0.0, 0.02),
    (-830.0, 110.0, 3e5, 20.0, 1.5, -0.6),
)


def beam(frequency: str) -> Beam:
    return build_beam(PMAT, POLE, BANDS[frequency], CLEAN_BEAM_WIDTH)


def header(**changes: object) -> fits.Header:
    """The worked header of the manual with changes."""
    text = SAMPLE.read_text("ascii").replace("\n", "")
    found = fits.Header.fromstring(text)
    for keyword, value in changes.items():
        found[keyword.replace("_", "-")] = value
    return found


def clocks(start: datetime, seconds: float = 5.0) -> dict[str, str]:
    """The cards of time of an integration."""
    moments = {"STRT_OBS": start, "TIME_OBS": start + timedelta(seconds=seconds / 2),
               "END_OBS": start + timedelta(seconds=seconds)}  # fmt: skip
    names = {"STRT_OBS": "JST_STRT", "TIME_OBS": "JSTTIME", "END_OBS": "JST_END"}
    ahead = {names[name]: at + timedelta(hours=9) for name, at in moments.items()}
    return {name: f"{at:%H:%M:%S.%f}"[:-3] for name, at in (moments | ahead).items()}


def pixels(frequency: str, kind: str = "r+l", noise: float = 500.0, gain: float = 1.0):
    """K of the scene; ``gain`` is how much brighter the first source is."""
    count, step = SIZES[frequency]
    x, y = ((np.arange(count) - (count - 1) / 2) * step + at for at in CENTRE)
    x, y = x[np.newaxis, :], y[:, np.newaxis]
    ratio = 1.0 if frequency == "17GHz" else 2.0
    disk = 1e4 * (np.hypot(x, y) < 1.0125 * SOLR) if kind == "r+l" else 0.0
    values = np.random.default_rng(17 if kind == "r+l" else 34).normal(0, noise, (count, count))
    values = values + disk
    for at, (west, north, kelvin, width, alpha, polarised) in enumerate(SOURCES):
        own = np.linalg.inv(beam(frequency).form) + np.eye(2) * width**2 / (4 * np.log(2))
        shape = Beam(np.linalg.inv(own))
        diluted = width**2 * np.pi / (4 * np.log(2)) / shape.solid_angle
        peak = kelvin * diluted * ratio ** (alpha - 2) * (gain if at == 0 else 1.0)
        peak *= polarised if kind == "r-l" else 1.0
        values = values + peak * shape.sample(x - west, y - north)
    return values.astype(">f4")


def write(path: Path, frequency: str, kind: str = "r+l", start: datetime = START, **how) -> str:
    """An image of the scene."""
    values = pixels(frequency, kind, **how)
    count, step = SIZES[frequency]
    frame = 16499 + round((start - START).total_seconds())
    cards = {f"CRPIX{at}": count / 2 + 0.5 for at in (1, 2)}
    cards |= {f"CRVAL{at}": value for at, value in enumerate(CENTRE, 1)}
    cards |= {f"CDELT{at}": step for at in (1, 2)}
    cards |= {"OBS_FREQ": frequency, "POLARIZ": kind, "STARTFRM": frame, "ENDFRM": frame + 4}
    fits.PrimaryHDU(values, header(**cards, **clocks(start))).writeto(path)
    return str(path)
