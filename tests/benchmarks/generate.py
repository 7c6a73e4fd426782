"""Headers of 146 cards in which every value, date and checksum differs from file to file."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from fitslint.syntax.checksum import set_checksum

CARDS = 146
PER_FOLDER = 1000
_WORDS = ("alpha", "beta", "gamma", "bias", "dark", "flat", "sky", "arc", "focus", "slit", "ccd")
_MJD_ZERO = datetime(1858, 11, 17)
_FLOATS, _INTEGERS, _STRINGS = 32, 22, 20


def write(folder: Path, count: int, seed: int = 2024) -> list[Path]:
    """Write ``count`` files below ``folder``, a thousand in each subfolder."""
    rng = random.Random(seed)
    paths = []
    for number in range(count):
        place = folder / f"{number // PER_FOLDER:04d}"
        if number % PER_FOLDER == 0:
            place.mkdir(parents=True, exist_ok=True)
        path = place / f"exposure{number:06d}.fits"
        path.write_bytes(header(rng, number))
        paths.append(path)
    return paths


def header(rng: random.Random, number: int) -> bytes:
    """One primary HDU without data: 146 cards, END, fill, and a CHECKSUM that holds."""
    cards = [card.ljust(80) for card in _cards(rng, number)]
    if len(cards) != CARDS or any(len(card) != 80 for card in cards):
        raise AssertionError(f"{len(cards)} cards")
    text = "".join([*cards, "END".ljust(80)])
    return set_checksum((text + " " * (-len(text) % 2880)).encode("ascii"))


def _cards(rng: random.Random, number: int) -> Iterator[str]:
    start = _moment(rng)
    written = start + timedelta(seconds=rng.uniform(4000, 4e6))
    yield from _observation(rng, number, start, written)
    yield from _wcs(rng)
    for n in range(1, _FLOATS + 1):
        yield _number(f"DETV{n}", _real(rng), f"[V] clock voltage {n}")
    for n in range(1, _INTEGERS + 1):
        yield _number(f"DETN{n}", str(rng.randrange(-99999, 999999)), f"counter {n}")
    for n in range(1, _STRINGS + 1):
        yield _string(f"DETS{n}", _text(rng), f"state of unit {n}")
    for step in range(12):
        yield f"HISTORY step {step} {_text(rng)} at {_date(rng)} rms {_real(rng)}"
    for _ in range(6):
        yield f"COMMENT {_text(rng)} {rng.getrandbits(60):x}"
    yield _string("DATASUM", "0", f"data unit checksum {_iso(written)}")
    yield _string("CHECKSUM", "0" * 16, f"HDU checksum updated {_iso(written)}")


def _observation(
    rng: random.Random, number: int, start: datetime, written: datetime
) -> Iterator[str]:
    yield _number("SIMPLE", "T", "conforms to FITS standard")
    yield _number("BITPIX", "16", "array data type")
    yield _number("NAXIS", "0", "number of array dimensions")
    yield _number("EXTEND", rng.choice("TF"), "extensions may follow")
    yield _string("ORIGIN", f"Observatory {_text(rng)}", "organisation")
    yield _string("DATE", _iso(written), "file creation date (UTC)")
    yield _string("TELESCOP", f"T{number % 9} {_text(rng)}", "telescope")
    yield _string("INSTRUME", f"CAM{rng.randrange(99)}", "instrument")
    yield _string("OBSERVER", _text(rng).title(), "observers")
    yield _string("OBJECT", f"J{rng.randrange(240000):06d}+{rng.randrange(900000):06d}", "target")
    yield _string("DATE-OBS", _iso(start), "start of exposure")
    yield _string("TIMESYS", "UTC", "time scale")
    yield _number(
        "MJD-OBS", f"{(start - _MJD_ZERO) / timedelta(days=1):.8f}", "[d] start of exposure"
    )
    yield _number("EXPTIME", f"{rng.uniform(0.1, 3600):.3f}", "[s] exposure time")
    yield _number("RA", f"{rng.uniform(0, 359.9):.6f}", "[deg] pointing")
    yield _number("DEC", f"{rng.uniform(-89, 89):.6f}", "[deg] pointing")
    yield _number("EQUINOX", "2000.0", "equinox of coordinates")
    yield _number("AIRMASS", f"{rng.uniform(1, 2.9):.4f}", "airmass at start")
    yield _string("FILTER", rng.choice("ugrizy") + str(rng.randrange(99)), "filter")
    yield _number("GAIN", f"{rng.uniform(0.5, 4):.3f}", "[electron/adu] gain")


def _wcs(rng: random.Random) -> Iterator[str]:
    yield _number("WCSAXES", "2", "number of world axes")
    yield _string("RADESYS", "ICRS", "reference system")
    for axis, ctype in ((1, "RA---TAN"), (2, "DEC--TAN")):
        yield _string(f"CTYPE{axis}", ctype, "projection")
        yield _string(f"CUNIT{axis}", "deg", "unit")
        yield _number(f"CRPIX{axis}", f"{rng.uniform(1, 4096):.4f}", "reference pixel")
        yield _number(f"CRVAL{axis}", f"{rng.uniform(0, 89):.8f}", "[deg] reference point")
    # A detector that is turned a little, with east to the left.
    scale, turn = rng.uniform(1e-4, 2e-4), rng.uniform(-0.02, 0.02)
    along, across = scale * math.cos(turn), scale * math.sin(turn)
    elements = {"1_1": -along, "1_2": across, "2_1": across, "2_2": along}
    for entry, element in elements.items():
        yield _number(f"CD{entry}", f"{element:.12E}", "[deg] matrix element")
    for n in range(1, 19):
        yield _number(f"QUAL{n}", _real(rng), f"quality figure {n}")


def _number(keyword: str, value: str, comment: str) -> str:
    return f"{keyword:<8}= {value:>20} / {comment}"


def _string(keyword: str, value: str, comment: str) -> str:
    return f"{keyword:<8}= " + f"'{value:<8}'".ljust(20) + f" / {comment}"


def _real(rng: random.Random) -> str:
    value = rng.uniform(-1000, 1000)
    return f"{value:.6f}" if rng.random() < 0.7 else f"{value:.8E}"


def _text(rng: random.Random) -> str:
    return f"{rng.choice(_WORDS)} {rng.choice(_WORDS)}{rng.randrange(1000)}"


def _date(rng: random.Random) -> str:
    return _iso(_moment(rng))


def _moment(rng: random.Random) -> datetime:
    return datetime(1998, 1, 1) + timedelta(milliseconds=rng.randrange(800_000_000_000))


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
