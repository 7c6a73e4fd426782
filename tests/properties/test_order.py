"""A file gets the same answer whatever was judged before it in the same process."""

from __future__ import annotations

import random

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes
from tests.strategies import CARD

LIMITS = Settings().limits
QUICK = 6
PARTS = 4
"""Of the long one, so that no worker is left with it alone."""


def swap_byte(rng: random.Random, value: bytes) -> bytes:
    """A value with one of its characters replaced by another of its kind."""
    places = [at for at, byte in enumerate(value) if chr(byte).isalnum()]
    if not places:
        return value
    at = rng.choice(places)
    kinds = (b"0123456789", b"abcdefghijklmnopqrstuvwxyz", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    kind = next((one for one in kinds if value[at] in one), b"A")
    return value[:at] + bytes([rng.choice(kind)]) + value[at + 1 :]


def list_mutants(rng: random.Random, data: bytes) -> list[bytes]:
    """The same file with one value changed, once for every card that has a value."""
    mutants = []
    for start in range(0, min(len(data), 60 * CARD), CARD):
        card = data[start : start + CARD]
        if card[8:10] == b"= " or card.startswith(b"HIERARCH"):
            changed = card[:10] + swap_byte(rng, card[10:30]) + card[30:]
            mutants.append(data[:start] + changed + data[start + CARD :])
    return mutants


def check_pairs(paths: list, seed: int) -> int:
    rng = random.Random(seed)
    warm, plain, count = Linter(Settings()), Linter(Settings(), memo=False), 0
    for path in paths:
        data = path.read_bytes()
        for mutant in (data, *list_mutants(rng, data)):
            before, after = (read_bytes(mutant, path.name, LIMITS) for _ in range(2))
            assert warm.lint(before) == plain.lint(after), (path.name, mutant[:4000])
            count += 1
    return count


def list_fixtures(root, examples) -> list:
    paths = (path for folder in (root / "fixtures", examples) for path in folder.glob("*/*.*"))
    return sorted(
        (path for path in paths if path.suffix in (".fits", ".hdr")),
        key=lambda path: path.parts[-2:],
    )


def test_one_value_changed_is_judged_as_if_alone(root, examples):
    paths = list_fixtures(root, examples)[::QUICK]
    assert check_pairs(paths, 3) > len(paths)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_value_changed_is_judged_as_if_alone(root, examples, part):
    paths = list_fixtures(root, examples)[part::PARTS]
    assert check_pairs([*paths, *reversed(paths)], 4 + part) > 2 * len(paths)
