"""Input decks of the imaging programs Hanaoka, Koshix and Fujiki, line by line (manual, 6).

A deck holds one value a line; what follows a semicolon is a comment. Where the first frame is 0,
the next line counts frames and those behind it list them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fitslint.pipeline.norh.errors import NorhError

PROGRAMS = ("hanaoka", "koshix", "fujiki")
_MAX_LINES = 2000
_MAX_BYTES = 200_000
_MAX_FRAMES = 10_000
FUJIKI_SIZE = 128
"""Pixels on a side of every image of Fujiki."""


@dataclass(frozen=True, slots=True)
class Deck:
    """What an imaging program is told.

    Parameters
    ----------
    program : str
        ``hanaoka``, ``koshix`` or ``fujiki``.
    folder : str
        of the images.
    raw : str
        name of the raw data, in steady mode without the number of the file.
    ephemeris : str
        name of the SZ file.
    size : int
        pixels on a side; 128 with Fujiki, whose deck does not tell it.
    unit : int
        of the offset, 1 for arcsec, 2 for pixels.
    offset : pair of float
        of the centre of the image from that of the Sun, to the west and north.
    frames : tuple of int
        first, last and step, or all of a list.
    is_list : bool
        which of the two.
    calibration, integration : int
        frames taken together for gains and for the image.
    reference : tuple of int
        Fujiki: a frame, and those taken together for its gains and its image.
    criteria : tuple of tuple of float
        where CLEAN ends, of each stage: by R+L and R-L, or R+L alone at 34 GHz.
    factor : float
        part of the dirty maximum at which it ends; 0 with Koshix, which has none.
    """

    program: str
    raw: str
    ephemeris: str
    folder: str = "."
    size: int = 512
    unit: int = 1
    offset: tuple[float, float] = (0.0, 0.0)
    frames: tuple[int, ...] = (1, 1, 1)
    is_list: bool = False
    calibration: int = 1
    integration: int = 1
    reference: tuple[int, int, int] = (1, 1, 1)
    criteria: tuple[tuple[float, ...], ...] = ((-0.5, -0.5),)
    factor: float = 0.01

    def list_frames(self) -> list[int]:
        """The frames of which images are made."""
        if self.is_list:
            return list(self.frames)
        first, last, step = self.frames
        return list(range(first, last + 1, step))


class _Lines:
    """The lines of a deck, in turn."""

    def __init__(self, text: str) -> None:
        lines = text.splitlines()
        if len(lines) > _MAX_LINES:
            raise NorhError(f"a deck has at most {_MAX_LINES} lines; this is none")
        self._rows = [
            (number, words) for number, line in enumerate(lines, 1)
            if (words := line.partition(";")[0].strip())
        ]  # fmt: skip
        self._at = 0

    @property
    def left(self) -> int:
        """Lines that were not taken."""
        return len(self._rows) - self._at

    def take(self, what: str) -> str:
        """The next line."""
        if not self.left:
            raise NorhError(f"the deck ends where {what} should be")
        self._at += 1
        return self._rows[self._at - 1][1]

    def take_numbers(
        self, what: str, count: tuple[int, ...], read: Callable[[str], float]
    ) -> list[float]:
        """The numbers of the next line."""
        text = self.take(what)
        words = re.split(r"[\s,]+", text)
        try:
            numbers = [read(word) for word in words]
        except ValueError:
            numbers = []
        if len(numbers) not in count or not all(abs(number) < 1e9 for number in numbers):
            several = " or ".join(map(str, count))
            raise self.complain(f"{what} is {several} numbers, not {text[:40]!r}")
        return numbers

    def take_count(self, what: str, least: int = 1) -> int:
        """The whole number of the next line."""
        number = int(self.take_numbers(what, (1,), int)[0])
        if number < least:
            raise self.complain(f"{what} is at least {least}, not {number}")
        return number

    def complain(self, sentence: str) -> NorhError:
        """An error about the line that was taken last."""
        return NorhError(f"line {self._rows[self._at - 1][0]}: {sentence}")


def read_deck(path: str) -> Deck:
    """The deck of a file.

    Raises
    ------
    NorhError
        when it cannot be read or is no deck; the line is named.
    """
    try:
        with Path(path).open("rb") as stream:
            text = stream.read(_MAX_BYTES).decode("utf-8", "replace")
        return parse_deck(text)
    except OSError as error:
        raise NorhError(f"cannot be read: {error.strerror}", path=path) from None
    except NorhError as error:
        raise NorhError(str(error), path=path) from None


def parse_deck(text: str) -> Deck:
    """The deck of a text; which program it is for is told by its lines.

    Raises
    ------
    NorhError
        when it is no deck.
    """
    lines = _Lines(text)
    folder, raw, ephemeris = map(lines.take, ("the folder", "the raw data", "the SZ file"))
    place = lines.take_numbers("the size, or the offset", (1, 3), float)
    is_fujiki = len(place) == 3
    size = FUJIKI_SIZE if is_fujiki else int(place[0])
    if not is_fujiki:
        place = lines.take_numbers("the offset", (3,), float)
    if place[0] not in (1, 2):
        raise lines.complain("an offset begins with 1 (arcsec) or 2 (pixels)")
    frames, is_list = _take_frames(lines)
    calibration = lines.take_count("frames of the calibration")
    integration = lines.take_count("frames of an image")
    reference = (1, 1, 1)
    if is_fujiki:
        reference = (
            lines.take_count("the reference frame"),
            lines.take_count("frames of its calibration"), lines.take_count("frames of its image"),
        )  # fmt: skip
    criteria = [lines.take_numbers("a criterion of CLEAN", (1, 2), float)]
    if is_fujiki:
        criteria.append(lines.take_numbers("a criterion of CLEAN", (1, 2), float))
    has_factor = is_fujiki or lines.left > 0
    factor = lines.take_numbers("the factor of CLEAN", (1,), float)[0] if has_factor else 0.0
    if lines.left:
        raise NorhError(f"{lines.take('')[:40]!r} stands behind the last line of the deck")
    program = "fujiki" if is_fujiki else "hanaoka" if has_factor else "koshix"
    return Deck(
        program, raw, ephemeris, folder, size, int(place[0]), (place[1], place[2]), frames, is_list,
        calibration, integration, reference, tuple(map(tuple, criteria)), factor,
    )  # fmt: skip


def _take_frames(lines: _Lines) -> tuple[tuple[int, ...], bool]:
    first = lines.take_count("the first frame", 0)
    if first:
        last = lines.take_count("the last frame", first)
        return (first, last, lines.take_count("the step of frames")), False
    count = lines.take_count("the number of frames")
    if count > _MAX_FRAMES:
        raise lines.complain(f"a list has at most {_MAX_FRAMES} frames")
    found: list[int] = []
    while len(found) < count:
        some = lines.take_numbers("a list of frames", tuple(range(1, count - len(found) + 1)), int)
        if min(some) < 1:
            raise lines.complain("frames are numbered from 1")
        found += map(int, some)
    return tuple(found), True


def format_deck(deck: Deck) -> str:
    """The text of a deck, with comments."""
    rows = list(_list_rows(deck))
    width = max(len(value) for value, _ in rows)
    return "".join(f"{value:<{width}} ; {comment}\n" for value, comment in rows)


def _list_rows(deck: Deck) -> Iterator[tuple[str, str]]:
    is_fujiki = deck.program == "fujiki"
    yield deck.folder, "folder of the images"
    yield deck.raw, "raw data"
    yield deck.ephemeris, "SZ file"
    if not is_fujiki:
        yield str(deck.size), "pixels on a side"
    yield _join((deck.unit, *deck.offset)), "centre from the Sun's: 1 arcsec, 2 pixels"
    if deck.is_list:
        yield "0", "a list of frames"
        yield str(len(deck.frames)), "how many"
        yield _join(deck.frames), "frames"
    else:
        yield from zip(map(str, deck.frames), ("first frame", "last frame", "step"), strict=True)
    yield str(deck.calibration), "frames of the calibration"
    yield str(deck.integration), "frames of an image"
    if is_fujiki:
        yield str(deck.reference[0]), "reference frame"
        yield str(deck.reference[1]), "frames of its calibration"
        yield str(deck.reference[2]), "frames of its image"
    for stage, criteria in enumerate(deck.criteria, 1):
        yield _join(criteria), f"where CLEAN ends, stage {stage} (R+L, R-L)"
    if deck.program != "koshix":
        yield f"{deck.factor:g}", "or at this part of the maximum, where that is more"


def _join(numbers: Sequence[float]) -> str:
    return ",".join(f"{number:g}" if number % 1 else str(int(number)) for number in numbers)
