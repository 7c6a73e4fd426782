"""``python -m tests.audit.archive FOLDER COUNT``: an archive of one camera with planted faults."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from fitslint.syntax.checksum import set_checksum

PER_FOLDER = 1000
FAULT_EVERY = 50
"""One file in so many has a fault."""
_START = datetime(2010, 1, 1)
_COUNTERS = 90

Cards = list[str]


def _replace(name: str, change: Callable[[str], str]) -> Callable[[Cards], Cards]:
    def plant(cards: Cards) -> Cards:
        return [change(card) if card.startswith(name.ljust(8)) else card for card in cards]

    return plant


FAULTS: dict[str, Callable[[Cards], Cards]] = {
    "VF110": _replace("GAIN", lambda card: card.replace("E+00", "e+00")),
    "DT101": _replace("DATE-OBS", lambda card: card[:12] + card[12:].replace("T", " ", 1)),
    "DU101": lambda cards: [*cards[:-2], cards[8].replace("observer", "again   "), *cards[-2:]],
    "CD101": _replace("OBJECT", lambda card: card.replace(" / ", "\t/ ")),
}
"""Code of the finding → what plants its fault."""


def write_archive(folder: Path, count: int, seed: int = 7) -> dict[str, str]:
    """Write ``count`` files below ``folder``; path → code of the fault of those that have one."""
    rng = random.Random(seed)
    planted = {}
    for number in range(count):
        place = folder / f"{number // PER_FOLDER:04d}"
        if number % PER_FOLDER == 0:
            place.mkdir(parents=True, exist_ok=True)
        path = place / f"CAM{number:08d}.fits"
        code = choose_fault(number)
        path.write_bytes(make_file(rng, number, code))
        if code:
            planted[str(path)] = code
    return planted


def choose_fault(number: int) -> str:
    """The code of the fault of a file; most have none."""
    codes = sorted(FAULTS)
    return codes[number // FAULT_EVERY % len(codes)] if number % FAULT_EVERY == 7 else ""


def make_file(rng: random.Random, number: int, code: str = "") -> bytes:
    """A primary HDU without data, with the fault of a code or none."""
    cards = [card.ljust(80)[:80] for card in list_cards(rng, number)]
    if code:
        cards = [card.ljust(80)[:80] for card in FAULTS[code](cards)]
    text = "".join([*cards, "END".ljust(80)])
    return set_checksum((text + " " * (-len(text) % 2880)).encode("ascii"))


def list_cards(rng: random.Random, number: int) -> Cards:
    """The cards of an exposure."""
    begin = _START + timedelta(seconds=90 * number)
    mjd = (begin - datetime(1858, 11, 17)) / timedelta(days=1)
    filt = rng.choice("griz")
    return [
        "SIMPLE  =                    T / conforms to FITS standard",
        "BITPIX  =                   16 / array data type",
        "NAXIS   =                    0 / number of array dimensions",
        "ORIGIN  = 'Example '           / organisation",
        "TELESCOP= 'Example 2 m'        / telescope",
        "INSTRUME= 'CAM     '           / instrument",
        f"FRAMEID = 'CAM{number:08d}'        / frame",
        f"EXP-ID  = 'CAME{number // 4:08d}'       / exposure",
        "OBSERVER= 'Somebody'           / observer",
        f"OBJECT  = 'J{rng.randrange(240000):06d}'            / target",
        f"DATE-OBS= '{begin.isoformat(timespec='milliseconds')}' / start of exposure",
        "TIMESYS = 'UTC     '           / time scale",
        f"MJD-OBS = {mjd:20.8f} / [d] start of exposure",
        f"EXPTIME = {30.0:20.3f} / [s] exposure time",
        f"FILTER  = '{filt:8s}'           / filter",
        f"AIRMASS = {rng.uniform(1, 2):20.4f} / airmass at start",
        f"GAIN    = {'2.5E+00':>20s} / [ct] conversion",
        *(f"TEMP{n:<4d}= {rng.gauss(150, 3):20.3f} / [K] sensor {n}" for n in range(1, 11)),
        *(f"STAT{n:<4d}= {n * 7:20d} / setting {n}" for n in range(1, _COUNTERS)),
        f"DETECTOR= 'CCD{number % 4:<5d}'           / chip",
        "DATASUM = '0       '           / data unit checksum",
        f"CHECKSUM= '{'0' * 16}'   / HDU checksum",
    ]  # fmt: skip


if __name__ == "__main__":
    write_archive(Path(sys.argv[1]), int(sys.argv[2]))
