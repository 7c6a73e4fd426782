"""What foreign readers, and the letter of the standard, read of many files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fitslint.model.card import Card
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from tests.repair.laws import judged

Values = dict[str, list[str]]
"""What a reader has of each keyword of an HDU, in the order of its cards, types shown.

Empty where it has nothing: the value is faulty, undefined, or there is none.
"""
DIED = "ended abnormally"
NAME = re.compile("[A-Z0-9_-]{1,8}")
_OPEN = re.compile(rb".{8}[= ]*\((?!-?[0-9.]+,-?[0-9.]+\)( |/|$))", re.DOTALL)
_LONG_VERSION = re.compile(rb"EXTVER  =[ ']*[0-9]{7}")
_COMMENTARY = frozenset(("COMMENT", "HISTORY", ""))


@dataclass
class Reading:
    """What one reader has of a file."""

    hdus: list[Values] = field(default_factory=list)
    refused: str = ""


def read_letter(data: bytes, name: str) -> Reading:
    """The values by the grammar of the standard; a faulty card has none."""
    file, _ = judged(data, name)
    return Reading([_letters(hdu.header) for hdu in file.hdus])


def _letters(header: Header) -> Values:
    found: Values = {}
    cards = list(header.cards)
    for number, card in enumerate(cards):
        if card.form.kind in ("value", "hierarch"):
            value = ""
            if card.form.legal and card.form.type is not None:
                value = _joined(cards[number:]) if card.form.type == "string" else repr(card.value)
            if value or NAME.fullmatch(card.keyword):
                found.setdefault(card.keyword.upper(), []).append(value)
        elif card.keyword in _COMMENTARY and card.raw[8:].strip():
            found.setdefault(card.keyword, []).append(card.raw[8:].decode("latin-1").rstrip())
    return found


def _joined(cards: Sequence[Card]) -> str:
    """The string of the first card with its continuations (4.2.1.2)."""
    text = str(cards[0].value)
    for card in cards[1:]:
        legal = card.form.kind == "continue" and card.form.legal
        if not text.endswith("&") or not legal:
            break
        text = text[:-1] + str(card.value)
    return repr(text)


def read_foreign(paths: Sequence[Path]) -> Iterator[dict[str, Reading]]:
    """What astropy and fitsio read of files, in a process that a reader may end."""
    waiting = list(paths)
    while waiting:
        answers = _ask(waiting)
        for answer in answers:
            yield {name: Reading(**values) for name, values in answer.items()}
        if len(answers) < len(waiting):
            yield {"reader": Reading(refused=DIED)}
        waiting = waiting[len(answers) + 1 :]


def _ask(paths: Sequence[Path]) -> list[dict[str, dict]]:
    script = Path(__file__).with_name("foreign_readers.py")
    done = subprocess.run(
        [sys.executable, str(script)],
        input="\n".join(map(str, paths)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return [json.loads(line) for line in done.stdout.split("\n") if line.endswith("}")]


def list_readable(data: bytes, name: str) -> set[tuple[int, str, str]]:
    """HDU, keyword as it is written, and type of what has a value by the letter of the standard."""
    file, _ = judged(data, name)
    return {
        (hdu.number, card.keyword, card.form.type)
        for hdu in file.hdus
        for card in hdu.header.cards
        if card.form.legal and card.form.kind in ("value", "hierarch") and card.form.type
    }


_CPU_SECONDS = 20


def is_harmless(data: bytes) -> bool:
    """Whether fitsverify is asked about it; cards on which it may end abnormally are not shown."""
    places = range(0, len(data), CARD_SIZE)
    return not any(_OPEN.match(data, at) or _LONG_VERSION.match(data, at) for at in places)


@dataclass(frozen=True)
class Verdict:
    """What fitsverify says of a file: how far it came, and what it found."""

    hdus: int
    errors: int
    warnings: int


def verify(paths: Sequence[Path]) -> list[Verdict | None]:
    """What fitsverify says of each file; None where it ended abnormally."""
    found: list[Verdict | None] = []
    while len(found) < len(paths):
        waiting = paths[len(found) :]
        done = subprocess.run(
            # A line at a time, so that the file that it died of is the last one that is named; one
            # on which it never ends is such a file after so many seconds of its own work.
            [
                "sh",
                "-c",
                f'ulimit -t {_CPU_SECONDS}; exec stdbuf -oL fitsverify "$@"',
                "sh",
                *map(str, waiting),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        parts = done.stdout.decode("latin-1").split("\nFile: ")[1:]
        assert parts, "fitsverify named no file"
        found += map(_verdict, parts)
    return found


def _verdict(text: str) -> Verdict | None:
    if "Abort Verification" in text:
        return Verdict(0, 0, 0)
    hdus, ends = _HDUS.search(text), _FOUND.search(text)
    return Verdict(int(hdus[1]), int(ends[2]), int(ends[1])) if hdus and ends else None


_HDUS = re.compile(r"(\d+) Header-Data Units? in this file")
_FOUND = re.compile(r"Verification found (\d+) warning\(s\) and (\d+) error\(s\)")
