"""From a deck to what the imager does, and the decks that the programs come with."""

from __future__ import annotations

from dataclasses import replace

from fitslint.pipeline.norh.constants import BANDS
from fitslint.pipeline.norh.synthesis.deck import FUJIKI_SIZE, Deck
from fitslint.pipeline.norh.synthesis.imager import CleanOptions
from fitslint.pipeline.norh.synthesis.synthesize import SynthesisRequest

_STEER = CleanOptions("steer", 3000.0, 0.0, 0.2, 0.8)
_HOGBOM = CleanOptions("hogbom")


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
    deck: Deck, frequency: str, *, bad: tuple[int, ...] = (), second_order: bool = False,
    main_beam: bool = False,
) -> SynthesisRequest:  # fmt: skip
    """What a deck asks for.

    Hanaoka is Hogbom's CLEAN and Koshix is Steer's. Fujiki is Hogbom's to the criterion of its
    second stage, on finer pixels and with the gains of its reference frame; its enhanced high
    spatial frequencies are not published in numbers, and its images here have the beam of the
    others.
    """
    is_fujiki = deck.program == "fujiki"
    pixel = BANDS[frequency].image_pixel / (2 if is_fujiki else 1)
    scale = pixel if deck.unit == 2 else 1.0
    base = _STEER if deck.program == "koshix" else replace(_HOGBOM, factor=deck.factor)
    levels = deck.criteria[-1]
    return SynthesisRequest(
        tuple(deck.list_frames()), deck.size, (deck.offset[0] * scale, deck.offset[1] * scale),
        pixel, deck.reference[1] if is_fujiki else deck.calibration, deck.integration,
        deck.reference[0] if is_fujiki else 0,
        {"r+l": replace(base, criterion=levels[0]), "r-l": replace(base, criterion=levels[-1])},
        bad, second_order, main_beam,
    )  # fmt: skip
