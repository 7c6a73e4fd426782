"""From a deck to what the imager does, and the decks that the programs come with."""

from __future__ import annotations

from dataclasses import replace

from fitslint.pipeline.norh.constants import BANDS
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.synthesis.deck import FUJIKI_SIZE, Deck
from fitslint.pipeline.norh.synthesis.imager import CleanOptions
from fitslint.pipeline.norh.synthesis.synthesize import SynthesisRequest

_STEER = CleanOptions("steer", 3000.0, 0.0, 0.2, 0.8)
_HOGBOM = CleanOptions("hogbom")
OWN_LEVELS = {"17GHz": -0.2, "34GHz": -0.5}
OWN_FACTOR = 0.001
"""Where CLEAN ends where no program is asked for: by the disk, and by the maximum, deeper than
Hanaoka's. A beam that is several times as long, with a low Sun, dilutes flares; what stays below
half the disk would then lower the dynamic range to some hundreds."""
FUJIKI_CELL = 5
"""CELLSIZE where none is said."""


def build_deck(program: str, frequency: str, raw: str = "", ephemeris: str = "") -> Deck:
    """The deck with which the manual prints a program (6.1 to 6.3), for the whole disk."""
    count = 2 if frequency == "17GHz" else 1
    usual = {"koshix": 3000.0, "fujiki": 10000.0}
    level = usual.get(program, -0.5 if count == 2 else -1.0)
    is_fujiki = program == "fujiki"
    return Deck(
        program, raw, ephemeris, size=FUJIKI_SIZE if is_fujiki else BANDS[frequency].max_size,
        criteria=((level,) * count,) * (2 if is_fujiki else 1),
        factor=0.0 if program == "koshix" else 0.01,
    )  # fmt: skip


def build_request(
    deck: Deck, frequency: str, *, bad: tuple[int, ...] = (), cell: int = FUJIKI_CELL,
    boxes: tuple[tuple[float, ...], ...] = (), second_order: bool = False, main_beam: bool = False,
) -> SynthesisRequest:  # fmt: skip
    """What a deck asks for.

    Hanaoka is Hogbom's CLEAN and Koshix is Steer's. Fujiki is Hogbom's to the lower criterion of
    its two stages, on finer pixels and with the gains of its reference frame. How it enhances high
    spatial frequencies is not published; the name of its program, snap2d17suw, and CELLSIZE are
    taken for super-uniform weights.

    Raises
    ------
    NorhError
        when the program is none of the frequency.
    """
    is_fujiki = deck.program == "fujiki"
    if frequency != "17GHz" and deck.program != "hanaoka":
        raise NorhError(f"{deck.program} makes images at 17 GHz; take hanaoka at 34 GHz")
    pixel = BANDS[frequency].image_pixel / (2 if is_fujiki else 1)
    scale = pixel if deck.unit == 2 else 1.0
    base = _STEER if deck.program == "koshix" else replace(_HOGBOM, factor=deck.factor)
    base = replace(base, boxes=boxes)
    levels = min(deck.criteria)
    return SynthesisRequest(
        tuple(deck.list_frames()), deck.size, (deck.offset[0] * scale, deck.offset[1] * scale),
        pixel, deck.reference[1] if is_fujiki else deck.calibration, deck.integration,
        deck.reference[0] if is_fujiki else 0,
        {"r+l": replace(base, criterion=levels[0]), "r-l": replace(base, criterion=levels[-1])},
        bad, cell if is_fujiki else 0, second_order, main_beam,
    )  # fmt: skip
